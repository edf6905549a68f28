"""What a person should look at, off the newest rows of the journal: books that may not be where they are said to be.

Rules:
  1. A return that was begun and never reached the library system: the reader may have left the book here.
  2. What the library system has done and the reader was told is not so, or was told nothing of: returned, lent or
     renewed there. Loans and returns are undone or kept by recovery; only a person can see where the book is.
  3. A book whose tag could not be written, or that was returned by its barcode and never lay on the pad.
  4. A set that was returned while not all its parts were there, and what its reader called damaged.
     A book whose magnetic strip nobody said was drawn over the unit (`attention_strips`), and a visit whose reader
     counted another number of books than were recorded.
  5. What the library system did not take from the outbox: `kiosk outbox` has the way out.
  6. The next loan or return of the book here ends it, or its tag written after all or its strip drawn over, or a
     number that agrees after all, or a person who says so.

Nothing is kept but the journal, so that a restart forgets none. No reader is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from kiosk.app.attention_strips import MOVED, Slides
from kiosk.domain.ids import ItemId, SessionId
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.flows.owing import NOT_ARMED
from kiosk.flows.sets import RETURNED
from kiosk.flows.strips import NOT_CLOSED, NOT_OPENED
from sync.journal.delivery import Delivery, State
from sync.journal.journal import StationJournal
from sync.journal.payload import SAID
from sync.journal.values import Row

WINDOW = 5000
"""Newest rows that are looked at: some days of a busy desk. Older cares are in the journal for whoever reads it."""
MOST = 200
"""Cares that are told, the newest: more than anybody looks for in one go."""
PAGE = 500
LENT = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE})
WRITTEN = frozenset({Kind.TAG_ARMED, Kind.TAG_DISARMED})


A_VISIT = "a visit"
"""What stands in the place of a book's number where it is about several."""


class Care(StrEnum):
    RETURN_CUT_OFF = "return cut off: look for the book, and return it if it is here"
    RETURN_UNTOLD = "returned, and the reader was not told so: look for the book, the reader may still have it"
    LOAN_UNTOLD = "lent, and the reader was not told so: returned again; look whether the book is here"
    RENEWAL_UNTOLD = "perhaps renewed, and the reader was not told so: the library system has the day it is due"
    NOT_ARMED = "returned by its barcode, its tag not armed: lay it on the pad"
    TAG_NOT_WRITTEN = "its tag could not be written: lay it on the pad"
    DAMAGED = "its reader calls it damaged: look at it"
    SET_INCOMPLETE = "returned, and not all its parts were there: look for the rest"
    STRIP_NOT_OPENED = "lent, and its strip perhaps not opened: the gate may ring for its reader"
    STRIP_NOT_CLOSED = "returned, and its strip perhaps open: draw it over the unit before it goes to the shelf"
    COUNT_DIFFERS = "a reader counted another number of books than were recorded: look for them"
    NOT_TAKEN = "recorded here, and not taken by the library system: settle it there"


OF_TAG = frozenset({Care.NOT_ARMED, Care.TAG_NOT_WRITTEN})
SEEN = OF_TAG | {Care.RETURN_UNTOLD, Care.LOAN_UNTOLD}
"""Ended where the book's tag is written: then the book lies here."""
OF_STRIP = frozenset({Care.STRIP_NOT_OPENED, Care.STRIP_NOT_CLOSED})
DRAWN = frozenset({Kind.STRIP_OPENED, Kind.STRIP_CLOSED})
TOPICS = {NOT_OPENED: Care.STRIP_NOT_OPENED, NOT_CLOSED: Care.STRIP_NOT_CLOSED}


@dataclass(frozen=True, slots=True)
class Attention:
    """One book, or a visit where `item` is None. `at`: aware, when it came to this; `seq`: the row that says so, by
    which a person ticks it off. `said`: more of it, where there is more."""

    at: datetime
    item: ItemId | None
    care: Care
    seq: int
    said: str = ""


def attention(journal: StationJournal) -> list[Attention]:
    """Return what is open, the oldest first. Raises `JournalFault`."""
    return cares(_newest(journal), journal.deliveries())


def cares(rows: Iterable[Row], deliveries: Iterable[Delivery]) -> list[Attention]:
    """Return what rows, in order, and open rows of the outbox leave open, the oldest first."""
    open_: Open = {}
    slides = Slides()
    for row in rows:
        if row.kind == Kind.ATTENTION_DONE:
            open_ = {about: each for about, each in open_.items() if each.seq != row.data.get("row")}
        elif row.item is not None:
            _read(open_, row, row.item)
        elif row.kind in (Kind.COUNT_AGREES, Kind.COUNT_DIFFERS):
            _count(open_, row)
        for moved in slides.read(row):
            _doubt(open_, moved)
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


Open: TypeAlias = dict[ItemId | tuple[SessionId | None, str], Attention]
"""By book; by visit and what was counted in it."""


def _doubt(open_: Open, moved: Row) -> None:
    """What is known of the book already says more."""
    care = Care.STRIP_NOT_OPENED if moved.kind in LENT else Care.STRIP_NOT_CLOSED
    if moved.item is not None and moved.item not in open_:
        open_[moved.item] = Attention(moved.stamp.wall, moved.item, care, moved.seq)


def _count(open_: Open, row: Row) -> None:
    said = str(row.data.get("topic", ""))
    about = (row.session, said.split(" ")[0])
    open_.pop(about, None)
    if row.kind == Kind.COUNT_DIFFERS:
        open_[about] = Attention(row.stamp.wall, None, Care.COUNT_DIFFERS, row.seq, said)


def _read(open_: Open, row: Row, item: ItemId) -> None:
    care, before = _care(row), open_.get(item)
    if care is not None:
        open_.pop(item, None)
        open_[item] = Attention(row.stamp.wall, item, care, row.seq)
    elif row.kind in MOVED or (before is not None and _ends(row, before)):
        open_.pop(item, None)


def _ends(row: Row, before: Attention) -> bool:
    if row.kind in DRAWN:
        return before.care in OF_STRIP
    return row.kind in WRITTEN and before.care in SEEN


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
        case Kind.STRIP_NOT_SLID:
            return TOPICS.get(str(row.data.get("topic")))
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
