"""The station's journal: durable before anything follows from it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from kiosk.domain.records import Entry


class JournalFault(Exception):
    """The rows are not on disk. The text is for staff: which file, what, the cure."""


class Journal(Protocol):
    def append(self, entries: Sequence[Entry], done: Callable[[JournalFault | None], None]) -> None:
        """Write rows in order, all or none, and call `done` from the journal's thread once they are on disk."""
        ...
