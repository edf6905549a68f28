"""Checkin: books on the pad come home. No card, no PIN.

Rules:
  1. Record -> Recorded -> ask the ABIS -> answer (journaled) -> arm the tag and read it back.
  2. What the ABIS does not know stays for sorting; it is never called returned.
  3. Without the ABIS a return is recorded here and confirmed later: a book is never handed back to the reader.
  4. A returned book whose tag left too early is called back to be armed, and is armed when it is seen again; it is
     returned all the same.
  5. A book that stays is tried anew when it is laid down again. What is lent again is not armed any more.
  6. One return takes as many tags as the item has parts. A further tag with the same number, or of the same part, is
     for sorting. What is missing of a set is waited for, then named, and staff are told; the return stands.
  7. A book returned by its barcode where tags are read is asked for: its tag may be open. Who cannot lay it down, or
     has a book without a tag, goes on without; staff are told which were not armed.
  8. A returned book that its reader calls damaged is told to staff, once; the return stands.
  9. What was returned for somebody else in order to be lent here is armed unless that loan stands.

One book's way (docs/flows/checkin.md has the walked diagram):
  READING -> RECORDING -> ASKING -> ARMING -> RETURNED
                 |           '-> RECORDING_OFFLINE -> ARMING -> RETURNED (recorded, to be confirmed)
                 '-> STAYS   '-> STAYS (refused)
Returned by its barcode: AWAITING (its tag) -> ARMING -> RETURNED.
Returned in order to be lent: HANDED_ON -> ARMING -> RETURNED where the loan is refused.
"""

from dataclasses import replace
from typing import TypeAlias

from kiosk.domain.ids import ItemId, SessionId, TagUid
from kiosk.domain.items import ItemInfo, Security, TagFacts
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules
from kiosk.effects import Effect, Note, Record, RequestCheckin, SetSecurity
from kiosk.events import (
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Choice,
    Chosen,
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
    TimedOut,
    Timer,
)
from kiosk.flows import sets
from kiosk.flows.checkin_state import TAKEN, Book, Checkin, Stage, Wait

__all__ = ["Book", "Checkin", "Stage", "handed_on", "incomplete", "laid", "left", "parted", "read", "scan", "step"]
Turn: TypeAlias = tuple[Book, tuple[Effect, ...]]
Step: TypeAlias = tuple[Checkin, tuple[Effect, ...]]


def step(now: Checkin, event: Event, session: SessionId, rules: Rules) -> Step:
    """Advance by one event of this session. An event that means nothing here changes nothing."""
    after, effects = _moved(now, event, session, rules)
    after, notes = _told(after, session)
    if rules.bins:
        after = replace(after, books=tuple(book.put(rules.bins) for book in after.books))
    return (now if after == now else after), effects + notes


def _moved(now: Checkin, event: Event, session: SessionId, rules: Rules) -> Step:
    match event:
        case TimedOut(Timer.PARTS):
            return _gathered(now, rules), ()
        case TagSeen(uid):
            return _seen(now, uid)
        case TagRead(facts):
            return read(now, facts, None, session, rules)
        case TagLost(uid):
            return _lost(now, uid)
        case CheckoutApproved(_, loan):
            return _lent(now, loan.item), ()
        case Recorded(_, Intent.OFFLINE_CHECKOUT, item, _):
            return _lent(now, item), ()
        case _:
            book = now.meant(event)
            if book is None:
                return now, ()
            after, effects = _turn(book, event, session, rules)
            return now.put(book, after), effects


def _turn(book: Book, event: Event, session: SessionId, rules: Rules) -> Turn:
    match book.stage, event:
        case _, ItemDescribed(_, info):
            return replace(book, info=info or book.info), ()
        case stage, Chosen(_, Choice.DAMAGED) if stage in TAKEN and not book.damaged:
            return replace(book, damaged=True), (Note(Kind.DAMAGED, session, book.item, txn=book.txn),)
        case Stage.HANDED_ON, CheckoutRefused() | CheckoutUnanswered():
            return _taken(book)
        case Stage.READING, TagUnreadable():
            return book.stays(Refusal(Reason.TAG_UNREADABLE)), ()
        case Stage.ARMING, SecuritySet(uid, Security.ARMED):
            return _armed(book, uid)
        case Stage.ARMING, SecurityNotSet(uid, Security.ARMED):
            return replace(book, away=book.away | {uid}), ()
        case _:
            return _recorded(book, event, session, rules)


# --- the pad ---------------------------------------------------------------------------------------------------------


def _seen(now: Checkin, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now.put(None, Book(Stage.READING, uids=(uid,))), ()
    here = replace(book, away=book.away - {uid})
    match book.stage:
        case Stage.ARMING:
            return now.put(book, here), _arm(here)
        case Stage.STAYS if not here.away:
            return now.put(book, Book(Stage.READING, uids=book.uids, info=book.info)), ()
        case _:
            return now.put(book, here), ()


def _lost(now: Checkin, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now, ()
    lifted = replace(book, away=book.away | {uid})
    if book.item is None and lifted.away >= set(book.uids):
        return now.without(book), ()
    return now.put(book, lifted), ()


def left(now: Checkin) -> Checkin:
    """The reader goes on to something else: a book whose number was never read is on no list."""
    return replace(now, books=tuple(book for book in now.books if book.stage is not Stage.READING))


def parted(now: Checkin) -> Checkin:
    """A reader has come: what was brought before is carried to its end, and is none of theirs."""
    return replace(now, books=tuple(replace(book, before=True) for book in now.books)) if now.books else now


def handed_on(now: Checkin, book: Book) -> Checkin:
    """A book that is being lent here was returned for somebody else first: it is armed unless the loan stands."""
    assert book.item is not None
    return now.put(now.by_item(book.item), replace(book, stage=Stage.HANDED_ON))


def _lent(now: Checkin, item: ItemId) -> Checkin:
    book = now.by_item(item)
    if book is None or not book.returned:
        return now
    return replace(now.without(book), lent_again=now.lent_again | {item})


# --- what it is ------------------------------------------------------------------------------------------------------


def read(now: Checkin, facts: TagFacts, info: ItemInfo | None, session: SessionId, rules: Rules) -> Step:
    """A tag's number is known: ask for the record, and wait for the other parts of a set."""
    after, effects = _read(now, facts, info, session)
    book = after.by_item(facts.item)
    gathering = after is not now and book is not None and book.gathering
    return after, (*effects, sets.wait(rules)) if gathering else effects


def _read(now: Checkin, facts: TagFacts, info: ItemInfo | None, session: SessionId) -> Step:
    seen = now.by_tag(facts.uid)
    if seen is None or seen.item is not None:
        return now, ()
    known = now.by_item(facts.item)
    if known is not None:
        return _joined(now, known, seen, facts, session)
    book = Book(Stage.RECORDING, facts.item, seen.uids, away=seen.away, parts=facts.parts, info=info or seen.info)
    book = replace(book, numbers=(facts.part,))
    return _arrived(now, seen, book, session)


def scan(
    now: Checkin, item: ItemId, info: ItemInfo | None, session: SessionId, *, tags: bool, strips: bool = False
) -> Step:
    """A barcode was read. What is returned already is left alone. `tags`: they are read here; `strips`: magnetic ones
    are closed here."""
    known = now.by_item(item)
    if known is None:
        book = Book(Stage.RECORDING, item, info=info, by_barcode=tags)
        return _arrived(now, None, book, session, strip=strips and not tags)
    if known.stage is not Stage.STAYS:
        return now, ()
    strip = strips and not known.by_barcode and not known.uids
    return _arrived(now, known, replace(known, stage=Stage.RECORDING, refusal=None), session, strip=strip)


def _arrived(now: Checkin, old: Book | None, book: Book, session: SessionId, *, strip: bool = False) -> Step:
    assert book.item is not None
    after = now.put(old, book)
    return after, (Record(session, Intent.CHECKIN, book.item, strip=strip),) if after is not now else ()


def laid(now: Checkin, awaited: Book, facts: TagFacts) -> Step:
    """The tag of a book returned by its barcode lies there, on whatever screen: arm it."""
    uids, parts = (*awaited.uids, facts.uid), max(awaited.parts, facts.parts)
    book = replace(awaited, stage=Stage.ARMING, uids=uids, parts=parts, numbers=(*awaited.numbers, facts.part))
    return now.put(awaited, book), _arm(book)


def _joined(now: Checkin, known: Book, seen: Book, facts: TagFacts, session: SessionId) -> Step:
    """A tag of a book that is on the list already: a part of a set, the book scanned before, or another copy."""
    parts = max(known.parts, facts.parts)
    if len(known.uids) >= parts or facts.part in known.numbers:
        return now.put(seen, seen.stays(Refusal(Reason.SAME_NUMBER))), ()
    uids, numbers = (*known.uids, facts.uid), (*known.numbers, facts.part)
    rest, book = now.without(seen), replace(known, uids=uids, numbers=numbers, parts=parts)
    if book.returned:
        return rest.put(known, replace(book, stage=Stage.ARMING)), _arm(book)
    if book.stage is Stage.STAYS:
        return _arrived(rest, known, replace(book, stage=Stage.RECORDING, refusal=None), session)
    return rest.put(known, book), ()


# --- what is missing of a set ----------------------------------------------------------------------------------------


def _gathered(now: Checkin, rules: Rules) -> Checkin:
    """No more parts came: what is not whole is incomplete, unless the policy asks for no more."""
    return replace(now, books=tuple(_waited(book, rules) if book.gathering else book for book in now.books))


def _waited(book: Book, rules: Rules) -> Book:
    return replace(book, wait=Wait.EXCUSED if sets.enough(book.missing, rules) else Wait.OVER)


def _told(now: Checkin, session: SessionId) -> Step:
    """Once it is returned staff are told what is missing of it."""
    lacking = [book for book in now.books if book.returned and book.wait is Wait.OVER and book.missing]
    for book in lacking:
        now = now.put(book, replace(book, wait=Wait.TOLD))
    return now, tuple(_note(book, session) for book in lacking)


def incomplete(now: Checkin, session: SessionId, rules: Rules) -> tuple[Note, ...]:
    """The reader is gone: what is missing and was still waited for is told now."""
    waited = (_waited(book, rules) for book in now.books if book.returned and book.gathering)
    return tuple(_note(book, session) for book in waited if book.incomplete)


def _note(book: Book, session: SessionId) -> Note:
    return sets.note(sets.RETURNED, book.missing, book.parts, session, book.item, book.txn)


# --- journal and ABIS ------------------------------------------------------------------------------------------------


def _recorded(book: Book, event: Event, session: SessionId, rules: Rules) -> Turn:
    match book.stage, event:
        case Stage.RECORDING, Recorded(_, Intent.CHECKIN, item, txn):
            return replace(book, stage=Stage.ASKING, txn=txn), (RequestCheckin(session, txn, item),)
        case Stage.RECORDING_OFFLINE, Recorded(_, Intent.OFFLINE_CHECKIN, _, _):
            return _taken(replace(book, offline=True))
        case Stage.RECORDING, NotRecorded(_, Intent.CHECKIN, _):
            return book.stays(Refusal(Reason.RETURN_NOT_RECORDED)), ()
        case Stage.RECORDING_OFFLINE, NotRecorded(_, Intent.OFFLINE_CHECKIN, _):
            return book.stays(Refusal(Reason.RETURN_NOT_RECORDED)), ()
        case Stage.ASKING, CheckinAccepted(_, returned):
            return _taken(replace(book, answer=returned))
        case Stage.ASKING, CheckinRefused(_, _, refusal):
            return book.stays(refusal), ()
        case Stage.ASKING, CheckinUnanswered(_, item, sent):
            return _unanswered(book, item, session, rules, sent=sent)
        case _:
            return book, ()


def _unanswered(book: Book, item: ItemId, session: SessionId, rules: Rules, *, sent: bool) -> Turn:
    if not rules.offline.checkin and not sent:
        return book.stays(Refusal(Reason.NEEDS_ABIS)), ()
    record = Record(session, Intent.OFFLINE_CHECKIN, item, txn=book.txn, unknown=sent)
    return replace(book, stage=Stage.RECORDING_OFFLINE), (record,)


# --- the security bit ------------------------------------------------------------------------------------------------


def _taken(book: Book) -> Turn:
    if not book.uids:
        return replace(book, stage=Stage.AWAITING if book.by_barcode else Stage.RETURNED), ()
    return replace(book, stage=Stage.ARMING), _arm(book)


def _arm(book: Book) -> tuple[Effect, ...]:
    assert book.item is not None
    open_here = (uid for uid in book.uids if uid not in book.armed and uid not in book.away)
    return tuple(SetSecurity(uid, Security.ARMED, book.item, book.txn) for uid in open_here)


def _armed(book: Book, uid: TagUid) -> Turn:
    book = replace(book, armed=book.armed | {uid})
    return (replace(book, stage=Stage.RETURNED) if book.armed >= set(book.uids) else book), ()
