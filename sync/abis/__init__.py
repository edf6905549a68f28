"""Connectors to library systems, one folder each; a folder offers a `SPEC` (`sync.spec.AbisSpec`)."""
