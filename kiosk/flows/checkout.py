"""Checkout: books on the pad become loans.

Rules:
  1. Nothing leaves without a durable record: Record -> Recorded -> ask the ABIS -> answer (journaled) -> disarm.
  2. The loan comes first, the security bit after it, and the bit is read back. "Put it back" until it is.
  3. A refusal changes nothing on the tag: nothing had been changed.
  4. What may be the reader's by an answer (fee, renewal, somebody else's loan) is asked, never assumed.
  5. Taking a book off the list goes the other way round: arm, read back, return. If it cannot be returned it is
     disarmed again: the loan stands.
  6. A book that stays is tried anew when it is lifted and laid down again; a lent one is never asked for twice.

One book's way (docs/flows/checkout.md has the walked diagram):
  READING -> LOOKING -> RECORDING -> ASKING -> DISARMING -> YOURS -> ARMING -> RETURNING -> REMOVED
                 |           |          |          '-> PUT_BACK -> DISARMING
                 |           |          '-> RECORDING_OFFLINE -> DISARMING (recorded, to be confirmed)
                 '-> QUESTION/STAYS     '-> QUESTION (fee) / STAYS
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from kiosk.domain.ids import ItemId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Security, TagFacts
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import Effect, Record, RequestCheckin, RequestCheckout, RequestRenew, SetSecurity
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
    RenewApproved,
    RenewRefused,
    RenewUnanswered,
    SecurityNotSet,
    SecuritySet,
    TagLost,
    TagRead,
    TagSeen,
    TagUnreadable,
)
from kiosk.flows.checkout_state import Asker, Book, Checkout, Stage
from kiosk.flows.lending import before_asking, is_question, without_abis

Effects: TypeAlias = tuple[Effect, ...]
Turn: TypeAlias = tuple[Book, Effects]
Turning: TypeAlias = Callable[[Book], Turn]
Step: TypeAlias = tuple[Checkout, Effects]


def step(now: Checkout, event: Event, asker: Asker) -> Step:
    """Advance by one event of this session. An event that means nothing here changes nothing."""
    asker = replace(asker, reader=replace(asker.reader, lent=now.lent, offline=now.offline))
    match event:
        case TagSeen(uid):
            return _seen(now, uid)
        case TagRead(facts):
            return read(now, facts, None, asker)
        case TagUnreadable(uid):
            return _turned(now, now.by_tag(uid), _unreadable)
        case TagLost(uid):
            return _lost(now, uid)
        case SecuritySet(uid, security):
            return _turned(now, now.by_tag(uid), lambda book: _bit_set(book, uid, security, asker))
        case SecurityNotSet(uid, security):
            return _turned(now, now.by_tag(uid), lambda book: _bit_not_set(book, uid, security))
        case ItemDescribed(item, info):
            return _turned(now, now.by_item(item), lambda book: _described(book, info, asker))
        case Chosen(item, choice):
            return _turned(now, now.by_item(item), lambda book: _chosen(book, choice, asker))
        case Recorded(_, intent, item, txn):
            return _turned(now, now.by_item(item), lambda book: _recorded(book, intent, txn, asker))
        case NotRecorded(_, intent, item):
            return _turned(now, now.by_item(item), lambda book: _not_recorded(book, intent))
        case _:
            return _answered(now, event, asker)


def _answered(now: Checkout, event: Event, asker: Asker) -> Step:
    match event:
        case CheckoutApproved(_, loan):
            return _turned(now, now.by_item(loan.item), lambda book: _approved(book, loan.due))
        case CheckoutRefused(_, item, refusal):
            return _turned(now, now.by_item(item), lambda book: _refused(book, refusal, asker))
        case CheckoutUnanswered(_, item, sent):
            return _turned(now, now.by_item(item), lambda book: _unanswered(book, asker, sent=sent))
        case RenewApproved(_, loan):
            return _turned(now, now.by_item(loan.item), lambda book: _renewed(replace(book, renewed=True), loan.due))
        case RenewRefused(_, item, refusal):
            return _turned(now, now.by_item(item), lambda book: _renewed(book, book.due, refusal))
        case RenewUnanswered(_, item, _):
            no_answer = Refusal(Reason.NEEDS_ABIS)
            return _turned(now, now.by_item(item), lambda book: _renewed(book, book.due, no_answer))
        case CheckinAccepted(_, returned):
            return _turned(now, now.by_item(returned.item), _returned)
        case CheckinRefused(_, item, _):
            return _turned(now, now.by_item(item), _kept)
        case CheckinUnanswered(_, item, sent):
            return _turned(now, now.by_item(item), lambda book: _not_returned(book, asker, sent=sent))
        case _:
            return now, ()


def _turned(now: Checkout, book: Book | None, turn: Turning) -> Step:
    if book is None:
        return now, ()
    after, effects = turn(book)
    return (now, effects) if after is book else (now.put(book, after), effects)


# --- the pad ---------------------------------------------------------------------------------------------------------


def _seen(now: Checkout, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now.put(None, Book(Stage.READING, uids=(uid,))), ()
    here = replace(book, away=book.away - {uid})
    match book.stage:
        case Stage.PUT_BACK if not here.away:
            return now.put(book, replace(here, stage=Stage.DISARMING)), _disarm(here)
        case Stage.STAYS if not here.away:
            return now.put(book, Book(Stage.READING, uids=book.uids, info=book.info)), ()
        case _:
            return now.put(book, here), ()


def read(now: Checkout, facts: TagFacts, info: ItemInfo | None, asker: Asker) -> Step:
    """A tag's number is known. `info`: what was learnt of the item before; None waits for `ItemDescribed`."""
    seen = now.by_tag(facts.uid)
    known = now.by_item(facts.item)
    if known is not None and known is not seen:
        return _joined(now, known, seen, facts.uid)
    if seen is not None and seen.stage is not Stage.READING:
        return now, ()
    return _arrived(now, seen, Book(Stage.LOOKING, facts.item, (facts.uid,), owner=facts.owner), info, asker)


def scan(now: Checkout, item: ItemId, info: ItemInfo | None, asker: Asker) -> Step:
    """A barcode was read. A book that is on the list already is tried anew if it stays, else left alone."""
    known = now.by_item(item)
    if known is not None and known.stage is not Stage.STAYS:
        return now, ()
    return _arrived(now, known, Book(Stage.LOOKING, item, known.uids if known else ()), info, asker)


def _arrived(now: Checkout, old: Book | None, book: Book, info: ItemInfo | None, asker: Asker) -> Step:
    after, effects = _described(book, info, asker) if info else (book, ())
    return now.put(old, after), effects


def _joined(now: Checkout, known: Book, seen: Book | None, uid: TagUid) -> Step:
    """Another tag of a book that is on the list already: a part of a set, or a book that was scanned before."""
    rest = replace(now, books=tuple(book for book in now.books if book is not seen))
    if not uid or uid in known.uids:
        return rest, ()
    book = replace(known, uids=(*known.uids, uid))
    if book.stage in (Stage.YOURS, Stage.PUT_BACK, Stage.DISARMING):
        return rest.put(known, replace(book, stage=Stage.DISARMING)), _disarm(book)
    return rest.put(known, book), ()


def _unreadable(book: Book) -> Turn:
    return (book.stays(Refusal(Reason.UNKNOWN_ITEM)), ()) if book.stage is Stage.READING else (book, ())


def _lost(now: Checkout, uid: TagUid) -> Step:
    book = now.by_tag(uid)
    if book is None:
        return now, ()
    gone = replace(book, away=book.away | {uid})
    match book.stage:
        case Stage.READING | Stage.STAYS if book.item is None:
            return replace(now, books=tuple(other for other in now.books if other is not book)), ()
        case Stage.DISARMING if uid not in book.released:
            return now.put(book, replace(gone, stage=Stage.PUT_BACK)), ()
        case _:
            return now.put(book, gone), ()


# --- before the ABIS -------------------------------------------------------------------------------------------------


def _described(book: Book, info: ItemInfo | None, asker: Asker) -> Turn:
    if book.stage is not Stage.LOOKING or book.item is None:
        return (replace(book, info=info), ()) if info and not book.info else (book, ())
    book = replace(book, info=info or book.info)
    refusal = before_asking(asker.reader, book.item or ItemId(""), book.info, book.owner)
    if refusal is None:
        return _begun(book, asker)
    return _refused_or_asked(book, refusal, asker)


def _begun(book: Book, asker: Asker) -> Turn:
    assert book.item is not None
    record = Record(asker.session, Intent.CHECKOUT, book.item, asker.card)
    return replace(book, stage=Stage.RECORDING, refusal=None), (record,)


def _refused_or_asked(book: Book, refusal: Refusal, asker: Asker) -> Turn:
    if refusal.reason is Reason.ALREADY_YOURS:
        due = refusal.until or (book.info.due if book.info else None)
        return replace(book, stage=Stage.QUESTION, refusal=refusal, due=due, mine=True), ()
    if is_question(refusal, asker.reader.rules):
        return replace(book, stage=Stage.QUESTION, refusal=refusal), ()
    return book.stays(refusal), ()


def _chosen(book: Book, choice: Choice, asker: Asker) -> Turn:
    match book.stage, choice:
        case Stage.QUESTION, Choice.YES:
            return _accepted(book, asker)
        case Stage.QUESTION, Choice.NO if book.mine:
            return _released(replace(book, refusal=None))
        case Stage.QUESTION, Choice.NO if book.refusal:
            return book.stays(book.refusal), ()
        case Stage.YOURS, Choice.REMOVE if book.on_pad and not book.mine:
            return _taken_off(book, asker)
        case _:
            return book, ()


def _accepted(book: Book, asker: Asker) -> Turn:
    assert book.item is not None
    assert book.refusal is not None
    match book.refusal.reason:
        case Reason.ALREADY_YOURS:
            record = Record(asker.session, Intent.RENEW, book.item, asker.card)
            return replace(book, stage=Stage.RECORDING_RENEWAL), (record,)
        case Reason.ON_LOAN_TO_OTHER:
            return _begun(replace(book, return_first=True), asker)
        case _:
            return _begun(replace(book, fee_accepted=True), asker)


# --- the journal -----------------------------------------------------------------------------------------------------


def _recorded(book: Book, intent: Intent, txn: TxnId, asker: Asker) -> Turn:
    assert book.item is not None
    match book.stage, intent:
        case Stage.RECORDING, Intent.CHECKOUT:
            ask = RequestCheckout(
                asker.session,
                txn,
                asker.card,
                book.item,
                fee_accepted=book.fee_accepted,
                return_first=book.return_first,
            )
            return replace(book, stage=Stage.ASKING, txn=txn), (ask,)
        case Stage.RECORDING_OFFLINE, Intent.OFFLINE_CHECKOUT:
            return _released(replace(book, offline=True))
        case Stage.RECORDING_RENEWAL, Intent.RENEW:
            return replace(book, stage=Stage.RENEWING), (RequestRenew(asker.session, txn, asker.card, book.item),)
        case Stage.RECORDING_RETURN, Intent.CHECKIN:
            return replace(book, stage=Stage.RETURNING, txn=txn), (RequestCheckin(asker.session, txn, book.item),)
        case ((Stage.RECORDING_RETURN_OFFLINE | Stage.YOURS), Intent.OFFLINE_CHECKIN):
            return _returned(book)
        case _:
            return book, ()


def _not_recorded(book: Book, intent: Intent) -> Turn:
    match book.stage, intent:
        case (Stage.RECORDING, Intent.CHECKOUT) | (Stage.RECORDING_OFFLINE, Intent.OFFLINE_CHECKOUT):
            return book.stays(Refusal(Reason.NOT_RECORDED)), ()
        case Stage.RECORDING_RENEWAL, Intent.RENEW:
            return _renewed(replace(book, stage=Stage.RENEWING), book.due, Refusal(Reason.NOT_RECORDED))
        case (Stage.RECORDING_RETURN, Intent.CHECKIN) | (Stage.RECORDING_RETURN_OFFLINE, Intent.OFFLINE_CHECKIN):
            return _kept(replace(book, stage=Stage.RETURNING))
        case _:
            return book, ()


# --- the ABIS --------------------------------------------------------------------------------------------------------


def _approved(book: Book, due: date | None) -> Turn:
    return _released(replace(book, due=due, refusal=None)) if book.stage is Stage.ASKING else (book, ())


def _refused(book: Book, refusal: Refusal, asker: Asker) -> Turn:
    if book.stage is not Stage.ASKING:
        return book, ()
    fresh = replace(book, fee_accepted=False, return_first=False)
    if book.fee_accepted and refusal.reason is Reason.FEE:
        return fresh.stays(refusal), ()
    return _refused_or_asked(fresh, refusal, asker)


def _unanswered(book: Book, asker: Asker, *, sent: bool) -> Turn:
    if book.stage is not Stage.ASKING or book.item is None:
        return book, ()
    verdict = without_abis(asker.reader, book.info, maybe_done=sent)
    if isinstance(verdict, Refusal):
        return book.stays(verdict), ()
    record = Record(
        asker.session, Intent.OFFLINE_CHECKOUT, book.item, asker.card, txn=book.txn, due=verdict, unknown=sent
    )
    return replace(book, stage=Stage.RECORDING_OFFLINE, due=verdict), (record,)


def _renewed(book: Book, due: date | None, refusal: Refusal | None = None) -> Turn:
    return _released(replace(book, due=due, refusal=refusal)) if book.stage is Stage.RENEWING else (book, ())


# --- the security bit ------------------------------------------------------------------------------------------------


def _released(book: Book) -> Turn:
    """The loan stands: bring every tag into the open state, or say what is missing."""
    if not set(book.uids) - book.released:
        return replace(book, stage=Stage.YOURS), ()
    if book.away:
        return replace(book, stage=Stage.PUT_BACK), ()
    return replace(book, stage=Stage.DISARMING), _disarm(book)


def _disarm(book: Book) -> Effects:
    assert book.item is not None
    closed = (uid for uid in book.uids if uid not in book.released)
    return tuple(SetSecurity(uid, Security.DISARMED, book.item, book.txn) for uid in closed)


def _bit_set(book: Book, uid: TagUid, security: Security, asker: Asker) -> Turn:
    match book.stage, security:
        case ((Stage.DISARMING | Stage.PUT_BACK), Security.DISARMED):
            book = replace(book, released=book.released | {uid})
            done = not set(book.uids) - book.released
            return (replace(book, stage=Stage.YOURS) if done else book), ()
        case Stage.ARMING, Security.ARMED:
            book = replace(book, released=book.released - {uid})
            return (book, ()) if book.released else _return_recorded(book, asker)
        case _:
            return book, ()


def _bit_not_set(book: Book, uid: TagUid, security: Security) -> Turn:
    match book.stage, security:
        case Stage.DISARMING, Security.DISARMED:
            return replace(book, stage=Stage.PUT_BACK, away=book.away | {uid}), ()
        case Stage.ARMING, Security.ARMED:
            return _kept(replace(book, stage=Stage.RETURNING, released=book.released - {uid}))
        case _:
            return book, ()


# --- off the list again ----------------------------------------------------------------------------------------------


def _taken_off(book: Book, asker: Asker) -> Turn:
    assert book.item is not None
    if not book.uids:
        return _return_recorded(book, asker)
    arm = tuple(SetSecurity(uid, Security.ARMED, book.item, book.txn) for uid in book.uids)
    return replace(book, stage=Stage.ARMING), arm


def _return_recorded(book: Book, asker: Asker) -> Turn:
    assert book.item is not None
    record = Record(asker.session, Intent.CHECKIN, book.item, asker.card)
    return replace(book, stage=Stage.RECORDING_RETURN), (record,)


def _returned(book: Book) -> Turn:
    """Returned, by this list or by the return task."""
    return (replace(book, stage=Stage.REMOVED), ()) if book.lent else (book, ())


def _kept(book: Book) -> Turn:
    """It could not be returned: the loan stands, so the tags must be open again."""
    if book.stage is not Stage.RETURNING:
        return book, ()
    return _released(replace(book, released=frozenset()))


def _not_returned(book: Book, asker: Asker, *, sent: bool) -> Turn:
    if book.stage is not Stage.RETURNING or book.item is None:
        return book, ()
    record = Record(asker.session, Intent.OFFLINE_CHECKIN, book.item, asker.card, txn=book.txn, unknown=sent)
    return replace(book, stage=Stage.RECORDING_RETURN_OFFLINE), (record,)
