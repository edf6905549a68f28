"""What a person should look at, off the newest rows of the journal: books that may not be where they are said to be.

Rules:
  1. A return that was begun and never reached the library system: the reader may have left the book here.
  2. A book whose tag could not be written, or that was returned by its barcode and never lay on the pad.
  3. What the library system did not take from the outbox.
  4. Nobody ticks anything off: the next loan or return of the book here, or the tag written after all, ends it.

Nothing is kept but the journal, so that a restart forgets none. No reader is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.ids import ItemId
from kiosk.domain.records import Kind
from kiosk.flows.desk import NOT_ARMED
from sync.journal.delivery import State
from sync.journal.journal import StationJournal
from sync.journal.values import Row

WINDOW = 5000
"""Newest rows that are looked at: some days of a busy desk. Older cares are in the journal for whoever reads it."""
MOST = 200
"""Cares that are told, the newest: more than anybody looks for in one go."""
PAGE = 500
MOVED = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE})
WRITTEN = frozenset({Kind.TAG_ARMED, Kind.TAG_DISARMED})


class Care(StrEnum):
    RETURN_CUT_OFF = "return cut off: look for the book, and return it if it is here"
    NOT_ARMED = "returned by its barcode, its tag not armed: lay it on the pad"
    TAG_NOT_WRITTEN = "its tag could not be written: lay it on the pad"
    NOT_TAKEN = "recorded here, and not taken by the library system: settle it there"


@dataclass(frozen=True, slots=True)
class Attention:
    """One book. `at`: aware, when it came to this."""

    at: datetime
    item: ItemId
    care: Care


def attention(journal: StationJournal) -> list[Attention]:
    """Return what is open, the oldest first. Raises `JournalFault`."""
    cares: dict[ItemId, Attention] = {}
    for row in _newest(journal):
        if row.item is None:
            continue
        care = _care(row)
        if care is not None:
            cares.pop(row.item, None)
            cares[row.item] = Attention(row.stamp.wall, row.item, care)
        elif row.kind in MOVED or (row.kind in WRITTEN and _is_of_tag(cares.get(row.item))):
            cares.pop(row.item, None)
    refused = (row for row in journal.deliveries() if row.state is State.REVIEW)
    found = [*cares.values(), *(Attention(row.at, row.item, Care.NOT_TAKEN) for row in refused)]
    return sorted(found, key=lambda each: each.at)[-MOST:]


def _care(row: Row) -> Care | None:
    match row.kind:
        case Kind.CHECKIN_NOT_SENT if row.data.get("recovered"):
            return Care.RETURN_CUT_OFF
        case Kind.TAG_NOT_WRITTEN:
            return Care.NOT_ARMED if row.data.get("topic") == NOT_ARMED else Care.TAG_NOT_WRITTEN
        case _:
            return None


def _is_of_tag(open_: Attention | None) -> bool:
    return open_ is not None and open_.care is not Care.RETURN_CUT_OFF


def _newest(journal: StationJournal) -> Iterator[Row]:
    at = max(0, _end(journal) - WINDOW)
    while page := journal.rows(at, PAGE):
        yield from page
        at = page[-1].seq


def _end(journal: StationJournal) -> int:
    """Return the number of the last row: asked for by halves, since a journal tells only what comes after a row."""
    most = 1
    while journal.rows(most, 1):
        most *= 2
    least = most // 2
    while least < most:
        middle = (least + most) // 2
        least, most = (middle + 1, most) if journal.rows(middle, 1) else (least, middle)
    return least
