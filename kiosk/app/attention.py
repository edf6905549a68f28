"""What a person should look at, off the newest rows of the journal: books that may not be where they are said to be.

Rules:
  1. A return that was begun and never reached the library system: the reader may have left the book here.
  2. What the library system has done and the reader was told is not so, or was told nothing of: returned, lent or
     renewed there. Loans and returns are undone or kept by recovery; only a person can see where the book is.
  3. A book whose tag could not be written, or that was returned by its barcode and never lay on the pad.
  4. A set that was returned while not all its parts were there, and what its reader called damaged.
  5. What the library system did not take from the outbox: `kiosk outbox` has the way out.
  6. The next loan or return of the book here ends it, or its tag written after all, or a person who says so.

Nothing is kept but the journal, so that a restart forgets none. No reader is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.ids import ItemId
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.flows.owing import NOT_ARMED
from kiosk.flows.sets import RETURNED
from sync.journal.delivery import Delivery, State
from sync.journal.journal import StationJournal
from sync.journal.payload import SAID
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
    RETURN_UNTOLD = "returned, and the reader was not told so: look for the book, the reader may still have it"
    LOAN_UNTOLD = "lent, and the reader was not told so: returned again; look whether the book is here"
    RENEWAL_UNTOLD = "perhaps renewed, and the reader was not told so: the library system has the day it is due"
    NOT_ARMED = "returned by its barcode, its tag not armed: lay it on the pad"
    TAG_NOT_WRITTEN = "its tag could not be written: lay it on the pad"
    DAMAGED = "its reader calls it damaged: look at it"
    SET_INCOMPLETE = "returned, and not all its parts were there: look for the rest"
    NOT_TAKEN = "recorded here, and not taken by the library system: settle it there"


OF_TAG = frozenset({Care.NOT_ARMED, Care.TAG_NOT_WRITTEN})
SEEN = OF_TAG | {Care.RETURN_UNTOLD, Care.LOAN_UNTOLD}
"""Ended where the book's tag is written: then the book lies here."""


@dataclass(frozen=True, slots=True)
class Attention:
    """One book. `at`: aware, when it came to this; `seq`: the row that says so, by which a person ticks it off."""

    at: datetime
    item: ItemId
    care: Care
    seq: int


def attention(journal: StationJournal) -> list[Attention]:
    """Return what is open, the oldest first. Raises `JournalFault`."""
    return cares(_newest(journal), journal.deliveries())


def cares(rows: Iterable[Row], deliveries: Iterable[Delivery]) -> list[Attention]:
    """Return what rows, in order, and open rows of the outbox leave open, the oldest first."""
    open_: dict[ItemId, Attention] = {}
    for row in rows:
        if row.kind == Kind.ATTENTION_DONE:
            open_ = {item: each for item, each in open_.items() if each.seq != row.data.get("row")}
        elif row.item is not None:
            _read(open_, row, row.item)
    refused = [Attention(row.at, row.item, Care.NOT_TAKEN, row.seq) for row in deliveries if row.state is State.REVIEW]
    told = {each.seq for each in refused}
    found = [*(each for each in open_.values() if each.seq not in told), *refused]
    return sorted(found, key=lambda each: each.seq)[-MOST:]


def dismiss(journal: StationJournal, seq: int, by: int, reason: str) -> None:
    """Tick off what somebody (user id) has looked at. Raises `ValueError` where it is not open, `JournalFault`."""
    found = next((each for each in attention(journal) if each.seq == seq), None)
    if found is None:
        raise ValueError(f"no row {seq} asks for attention")
    if found.care is Care.NOT_TAKEN:
        raise ValueError(f"row {seq} waits in the outbox: kiosk outbox dismiss {seq}, or retry")
    data: dict[str, Scalar] = {"row": seq, "by": by, SAID: reason}
    journal.write([Entry(Kind.ATTENTION_DONE, item=found.item, data=data)])


def _read(open_: dict[ItemId, Attention], row: Row, item: ItemId) -> None:
    care, before = _care(row), open_.get(item)
    if care is not None:
        open_.pop(item, None)
        open_[item] = Attention(row.stamp.wall, item, care, row.seq)
    elif row.kind in MOVED or (row.kind in WRITTEN and before is not None and before.care in SEEN):
        open_.pop(item, None)


def _care(row: Row) -> Care | None:
    untold = bool(row.data.get("recovered")) and not row.data.get("theirs")
    match row.kind:
        case Kind.CHECKIN_NOT_SENT if untold:
            return Care.RETURN_CUT_OFF
        case Kind.CHECKIN_ACCEPTED if untold:
            return Care.RETURN_UNTOLD
        case Kind.RETURNED_OFFLINE if untold:
            return Care.LOAN_UNTOLD
        case Kind.RENEW_UNKNOWN if untold:
            return Care.RENEWAL_UNTOLD
        case Kind.TAG_NOT_WRITTEN:
            return Care.NOT_ARMED if row.data.get("topic") == NOT_ARMED else Care.TAG_NOT_WRITTEN
        case Kind.DAMAGED:
            return Care.DAMAGED
        case Kind.SET_INCOMPLETE if str(row.data.get("topic", "")).startswith(RETURNED):
            return Care.SET_INCOMPLETE
        case _:
            return None


def _newest(journal: StationJournal) -> Iterator[Row]:
    at = max(0, journal.last_seq() - WINDOW)
    while page := journal.rows(at, PAGE):
        yield from page
        at = page[-1].seq
