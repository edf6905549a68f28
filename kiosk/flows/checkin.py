"""Checkin: books on the pad come home. No card, no PIN.

Rules:
  1. Record -> Recorded -> ask the ABIS -> answer (journaled) -> arm the tag and read it back.
  2. What the ABIS does not know stays for sorting; it is never called returned.
  3. Without the ABIS a return is recorded here and confirmed later: a book is never handed back to the reader.
  4. A returned book whose tag left too early is armed when it is seen again; it is returned all the same.

One book's way:
  READING -> RECORDING -> ASKING -> ARMING -> RETURNED
                 |           '-> RECORDING_OFFLINE -> ARMING -> RETURNED (recorded, to be confirmed)
                 '-> STAYS   '-> STAYS (refused)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.ids import ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Returned, Security, TagFacts
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules
from kiosk.effects import Effect, Record, RequestCheckin, SetSecurity
from kiosk.events import (
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    Event,
    Intent,
    ItemDescribed,
    NotRecorded,
    Recorded,
    SecurityNotSet,
    SecuritySet,
    TagLost,
    TagRead,
    TagSeen,
    TagUnreadable,
)


class Stage(Enum):
    READING = auto()
    RECORDING = auto()
    ASKING = auto()
    RECORDING_OFFLINE = auto()
    ARMING = auto()
    RETURNED = auto()
    STAYS = auto()


@dataclass(frozen=True, slots=True)
class Book:
    """One returned book. `armed`: tags read back as armed. `answer` once the ABIS took it."""

    stage: Stage
    item: ItemId | None = None
    uids: tuple[TagUid, ...] = ()
    armed: frozenset[TagUid] = frozenset()
    away: frozenset[TagUid] = frozenset()
    info: ItemInfo | None = None
    txn: TxnId | None = None
    answer: Returned | None = None
    refusal: Refusal | None = None
    offline: bool = False

    @property
    def on_pad(self) -> bool:
        return not self.away

    @property
    def returned(self) -> bool:
        return self.stage in (Stage.ARMING, Stage.RETURNED)


@dataclass(frozen=True, slots=True)
class Checkin:
    """Newest book last."""

    books: tuple[Book, ...] = ()

    def by_item(self, item: ItemId) -> Book | None:
        return next((book for book in self.books if book.item == item), None)

    def by_tag(self, uid: TagUid) -> Book | None:
        return next((book for book in self.books if uid in book.uids), None)

    def put(self, old: Book | None, new: Book) -> "Checkin":
        if old is None:
            return replace(self, books=(*self.books, new))
        return replace(self, books=tuple(new if book is old else book for book in self.books))

    @property
    def returned(self) -> frozenset[ItemId]:
        return frozenset(book.item for book in self.books if book.item and book.returned)

    @property
    def unarmed(self) -> frozenset[ItemId]:
        """Returned, but the tag was not armed: owed."""
        return frozenset(book.item for book in self.books if book.item and book.stage is Stage.ARMING)

    @property
    def working(self) -> bool:
        return any(book.stage not in (Stage.RETURNED, Stage.STAYS) for book in self.books)


Turn: TypeAlias = tuple[Book, tuple[Effect, ...]]
Turning: TypeAlias = Callable[[Book], Turn]
Step: TypeAlias = tuple[Checkin, tuple[Effect, ...]]


def step(now: Checkin, event: Event, session: SessionId, rules: Rules) -> Step:
    """Advance by one event of this session. An event that means nothing here changes nothing."""
    match event:
        case TagSeen(uid):
            return _seen(now, uid)
        case TagRead(facts):
            return read(now, facts, None, session)
        case TagUnreadable(uid):
            return _turned(now, now.by_tag(uid), _unreadable)
        case TagLost(uid):
            return _lost(now, uid)
        case ItemDescribed(item, info):
            return _turned(now, now.by_item(item), lambda book: (replace(book, info=info or book.info), ()))
        case Recorded(_, intent, item, txn):
            return _turned(now, now.by_item(item), lambda book: _recorded(book, intent, txn, session))
        case NotRecorded(_, _, item):
            return _turned(now, now.by_item(item), _not_recorded)
        case CheckinAccepted(_, returned):
            return _turned(now, now.by_item(returned.item), lambda book: _accepted(book, returned))
        case CheckinRefused(_, item, refusal):
            return _turned(now, now.by_item(item), lambda book: _refused(book, refusal))
        case CheckinUnanswered(_, item, sent):
            return _turned(now, now.by_item(item), lambda book: _unanswered(book, session, rules, sent=sent))
        case SecuritySet(uid, security):
            return _turned(now, now.by_tag(uid), lambda book: _bit_set(book, uid, security))
        case SecurityNotSet(uid, _):
            return _turned(now, now.by_tag(uid), lambda book: (replace(book, away=book.away | {uid}), ()))
        case _:
            return now, ()


def _turned(now: Checkin, book: Book | None, turn: Turning) -> Step:
    if book is None:
        return now, ()
    after, effects = turn(book)
    return now.put(book, after), effects


def _seen(now: Checkin, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now.put(None, Book(Stage.READING, uids=(uid,))), ()
    here = replace(book, away=book.away - {uid})
    if book.stage is Stage.ARMING:
        return now.put(book, here), _arm(here)
    if book.stage is Stage.STAYS:
        return now.put(book, Book(Stage.READING, uids=book.uids)), ()
    return now.put(book, here), ()


def read(now: Checkin, facts: TagFacts, info: ItemInfo | None, session: SessionId) -> Step:
    """A tag's number is known: ask for the record."""
    seen, known = now.by_tag(facts.uid), now.by_item(facts.item)
    if known is not None and known is not seen and known.stage is not Stage.STAYS:
        return _joined(now, known, seen, facts.uid)
    if seen is not None and seen.stage is not Stage.READING:
        return now, ()
    return _arrived(now, seen or known, Book(Stage.RECORDING, facts.item, (facts.uid,), info=info), session)


def scan(now: Checkin, item: ItemId, info: ItemInfo | None, session: SessionId) -> Step:
    """A barcode was read. What is returned already is left alone."""
    known = now.by_item(item)
    if known is not None and known.stage is not Stage.STAYS:
        return now, ()
    return _arrived(now, known, Book(Stage.RECORDING, item, known.uids if known else (), info=info), session)


def _arrived(now: Checkin, old: Book | None, book: Book, session: SessionId) -> Step:
    assert book.item is not None
    return now.put(old, book), (Record(session, Intent.CHECKIN, book.item),)


def _joined(now: Checkin, known: Book, seen: Book | None, uid: TagUid) -> Step:
    rest = replace(now, books=tuple(book for book in now.books if book is not seen))
    if not uid or uid in known.uids:
        return rest, ()
    book = replace(known, uids=(*known.uids, uid))
    if book.returned:
        return rest.put(known, replace(book, stage=Stage.ARMING)), _arm(book)
    return rest.put(known, book), ()


def _unreadable(book: Book) -> Turn:
    if book.stage is not Stage.READING:
        return book, ()
    return replace(book, stage=Stage.STAYS, refusal=Refusal(Reason.UNKNOWN_ITEM)), ()


def _lost(now: Checkin, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now, ()
    if book.item is None:
        return replace(now, books=tuple(other for other in now.books if other is not book)), ()
    return now.put(book, replace(book, away=book.away | {uid})), ()


def _recorded(book: Book, intent: Intent, txn: TxnId, session: SessionId) -> Turn:
    match book.stage, intent:
        case Stage.RECORDING, Intent.CHECKIN if book.item:
            return replace(book, stage=Stage.ASKING, txn=txn), (RequestCheckin(session, txn, book.item),)
        case Stage.RECORDING_OFFLINE, Intent.OFFLINE_CHECKIN:
            return _taken(replace(book, offline=True))
        case _:
            return book, ()


def _not_recorded(book: Book) -> Turn:
    if book.stage not in (Stage.RECORDING, Stage.RECORDING_OFFLINE):
        return book, ()
    return replace(book, stage=Stage.STAYS, refusal=Refusal(Reason.NOT_RECORDED)), ()


def _accepted(book: Book, returned: Returned) -> Turn:
    return _taken(replace(book, answer=returned)) if book.stage is Stage.ASKING else (book, ())


def _refused(book: Book, refusal: Refusal) -> Turn:
    if book.stage is not Stage.ASKING:
        return book, ()
    return replace(book, stage=Stage.STAYS, refusal=refusal), ()


def _unanswered(book: Book, session: SessionId, rules: Rules, *, sent: bool) -> Turn:
    if book.stage is not Stage.ASKING or book.item is None:
        return book, ()
    if not rules.offline.checkin and not sent:
        return replace(book, stage=Stage.STAYS, refusal=Refusal(Reason.NEEDS_ABIS)), ()
    record = Record(session, Intent.OFFLINE_CHECKIN, book.item, txn=book.txn, unknown=sent)
    return replace(book, stage=Stage.RECORDING_OFFLINE), (record,)


def _taken(book: Book) -> Turn:
    if not book.uids:
        return replace(book, stage=Stage.RETURNED), ()
    return replace(book, stage=Stage.ARMING), _arm(book)


def _arm(book: Book) -> tuple[Effect, ...]:
    assert book.item is not None
    open_here = (uid for uid in book.uids if uid not in book.armed and uid not in book.away)
    return tuple(SetSecurity(uid, Security.ARMED, book.item, book.txn) for uid in open_here)


def _bit_set(book: Book, uid: TagUid, security: Security) -> Turn:
    if book.stage is not Stage.ARMING or security is not Security.ARMED:
        return book, ()
    book = replace(book, armed=book.armed | {uid})
    return (replace(book, stage=Stage.RETURNED) if set(book.uids) <= book.armed else book), ()
