"""Receipts by e-mail: a spool that outlives power cuts and days without a network, and the way to the mail server."""

from sync.mail.letter import Letter
from sync.mail.post import Post
from sync.mail.settings import Settings

__all__ = ["Letter", "Post", "Settings"]
