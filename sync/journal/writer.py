"""What is written when there is room, and what is when there is not.

While the ballast is gone (the disk was full), only what ends something already begun is written: an answer of the
ABIS, a tag, a receipt, the end of a session. What would begin something is refused, until there is room for the
ballast again.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from kiosk.domain.records import Kind
from kiosk.ports.journal import JournalFault
from sync.journal.ballast import Ballast
from sync.journal.faults import fault, no_room
from sync.journal.payload import BadEntry, check
from sync.journal.store import Step, Store
from sync.journal.values import Written

LOG = logging.getLogger(__name__)

BEGINNINGS = frozenset({
    Kind.STATION_STARTED, Kind.SESSION_STARTED, Kind.CHECKOUT_INTENDED, Kind.CHECKIN_INTENDED, Kind.RENEW_INTENDED,
    Kind.LENT_OFFLINE, Kind.RETURNED_OFFLINE, Kind.STAFF_CALLED, Kind.JOURNAL_ANSWERS,
})  # fmt: skip


class Writer:
    """Owns the store across faults of the disk: a connection that failed is thrown away and opened anew."""

    def __init__(self, path: Path, store: Store, ballast: Ballast, step: Step) -> None:
        self._path = path
        self._store: Store | None = store
        self._journal_id = store.journal_id
        self._ballast = ballast
        self._step = step
        self.changed = False
        """Whether the last `write` changed the outbox."""

    def store(self) -> Store:
        """Return the open store. Raises `JournalFault` while the file cannot be opened."""
        if self._store is None:
            try:
                self._store = Store.reopened(self._path, self._journal_id, self._step)
            except sqlite3.Error as error:
                raise fault(self._path, error) from error
        return self._store

    def write(self, batches: Sequence[Written]) -> list[JournalFault | None]:
        """Write each batch wholly or not at all, in order; return what came of each."""
        self.changed = False
        low = not self._ballast.hold()
        outcomes = [_checked(batch) or self._admitted(batch, low) for batch in batches]
        good = [batch for batch, why in zip(batches, outcomes, strict=True) if why is None]
        try:
            if good:
                self.changed = self.store().write(good)
        except JournalFault as error:
            return [why or error for why in outcomes]
        except sqlite3.Error as error:
            return self._after(error, batches, outcomes)
        except Exception as error:
            LOG.exception("journal: a write failed in a way that was not foreseen")
            self.discard()
            return [why or fault(self._path, error) for why in outcomes]
        return outcomes

    def _after(
        self, error: Exception, batches: Sequence[Written], outcomes: list[JournalFault | None]
    ) -> list[JournalFault | None]:
        """Throw the connection away; with the ballast's room, write once more what ends something."""
        self.discard()
        if no_room(error) and self._ballast.release():
            LOG.error("journal: %s", fault(self._path, error))
            return self.write(batches)
        return [why or fault(self._path, error) for why in outcomes]

    def _admitted(self, batch: Written, low: bool) -> JournalFault | None:
        if not low or not any(entry.kind in BEGINNINGS for entry in batch.entries):
            return None
        return JournalFault(
            f"{self._path}: the disk is nearly full, so nothing new is begun. Make room in {self._path.parent}; "
            "the journal then goes on by itself."
        )

    def discard(self) -> None:
        """Drop the connection; the next use opens the file again."""
        if self._store is not None:
            with contextlib.suppress(sqlite3.Error):
                self._store.close()
            self._store = None


def _checked(batch: Written) -> JournalFault | None:
    try:
        for entry in batch.entries:
            check(entry)
    except BadEntry as error:
        return JournalFault(f"not written: {error}. Tell the makers of the station.")
    return None
