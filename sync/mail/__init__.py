"""Receipts by e-mail: a spool that outlives power cuts and days without a network, and the way to the mail server."""
