"""Borrowing: what becomes of one book of the checkout list. The rules stand in `checkout`."""

from dataclasses import replace
from typing import TypeAlias

from kiosk.domain.ids import TagUid, TxnId
from kiosk.domain.items import ItemInfo, Loan, Security
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.strips import Strip
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
    TagUnreadable,
)
from kiosk.flows import sets
from kiosk.flows.checkout_state import Asker, Book, Stage
from kiosk.flows.lending import barred_from, before_asking, by_age, by_renewal, is_question, without_abis

Turn: TypeAlias = tuple[Book, tuple[Effect, ...]]
Outcome: TypeAlias = tuple[Book | None, tuple[Effect, ...]]


def step(book: Book, event: Event, asker: Asker) -> Outcome:
    """Advance one book by an event that concerns it. Return None in its place where it leaves the list."""
    match event:
        case TagUnreadable():
            return _unreadable(book), ()
        case ItemDescribed(_, info):
            return described(book, info, asker)
        case Chosen(_, choice):
            return _chosen(book, choice, asker)
        case Recorded(_, intent, _, txn):
            return _recorded(book, intent, txn, asker)
        case NotRecorded(_, intent, _):
            return _not_recorded(book, intent, asker)
        case SecuritySet(uid, security):
            return _bit_set(book, uid, security, asker)
        case SecurityNotSet(uid, security):
            return _bit_not_set(book, uid, security, asker)
        case _:
            return _answered(book, event, asker)


def _answered(book: Book, event: Event, asker: Asker) -> Outcome:
    """What the ABIS said, if it is what this book waits for."""
    match book.stage, event:
        case Stage.ASKING, CheckoutApproved(_, loan):
            return _approved(book, loan, asker)
        case Stage.ASKING, CheckoutRefused(_, _, refusal):
            return _refused(book, refusal, asker)
        case Stage.ASKING, CheckoutUnanswered(_, _, sent):
            return _unanswered(book, asker, sent=sent)
        case Stage.RENEWING, RenewApproved(_, loan):
            return released(_renewed(book, loan))
        case Stage.RENEWING, RenewRefused(_, _, refusal):
            return released(replace(book, refusal=refusal))
        case Stage.RENEWING, RenewUnanswered():
            return released(replace(book, refusal=Refusal(Reason.NEEDS_ABIS)))
        case Stage.QUESTION, RenewApproved(_, loan) if book.mine:
            return _answered_elsewhere(_renewed(book, loan))
        case Stage.QUESTION, RenewRefused(_, _, refusal) if book.mine:
            return _answered_elsewhere(replace(book, refusal=refusal))
        case Stage.RETURNING, CheckinAccepted():
            return _removed(book), ()
        case Stage.RETURNING, CheckinRefused():
            return _kept(book, asker)
        case Stage.RETURNING, CheckinUnanswered(_, _, sent):
            return _not_returned(book, asker, sent=sent)
        case _, CheckinAccepted() if book.settled:
            return None, ()  # the return task took it: it is on no list here
        case _:
            return book, ()


def _renewed(book: Book, loan: Loan) -> Book:
    return replace(book, due=loan.due, due_certain=loan.due_certain, refusal=None, renewed=True)


# --- before the ABIS -------------------------------------------------------------------------------------------------


def _unreadable(book: Book) -> Book:
    return book.stays(Refusal(Reason.TAG_UNREADABLE)) if book.stage is Stage.READING else book


def described(book: Book, info: ItemInfo | None, asker: Asker) -> Turn:
    """What the ABIS says of the item, if it says anything: go on to the loan, to a question, or stay."""
    book = replace(book, info=info or book.info)
    if book.stage is not Stage.LOOKING or book.item is None:
        return book, ()
    refusal = before_asking(asker.reader, book.item, book.info, book.owner)
    if book.missing and not book.vouched and _may_be_lent(refusal, asker):
        return replace(book, stage=Stage.GATHERING), (sets.wait(asker.reader.rules),)
    return _refused_or_asked(book, refusal, asker) if refusal else _begun(book, asker)


def _may_be_lent(refusal: Refusal | None, asker: Asker) -> bool:
    """Whether it is worth waiting for the rest of a set: nothing stands against it, or only a question."""
    if refusal is None:
        return True
    return refusal.reason is not Reason.ALREADY_YOURS and is_question(refusal, asker.reader.rules)


def gathered(book: Book, asker: Asker) -> Turn:
    """The other parts did not come: as the policy says."""
    rules = asker.reader.rules
    if not sets.enough(book.missing, rules):
        return _refused_or_asked(book, book.absence, asker)
    return _vouched(book, asker)


def _vouched(book: Book, asker: Asker) -> Turn:
    return described(replace(book, stage=Stage.LOOKING, refusal=None, vouched=True), None, asker)


def _begun(book: Book, asker: Asker) -> Turn:
    assert book.item is not None
    strip = asker.reader.rules.em_unit.opens and not book.uids
    record = Record(asker.session, Intent.CHECKOUT, book.item, asker.card, strip=strip)
    return replace(book, stage=Stage.RECORDING, refusal=None), (record,)


def _refused_or_asked(book: Book, refusal: Refusal, asker: Asker) -> Turn:
    if refusal.reason is Reason.ALREADY_YOURS:
        due = refusal.until or (book.info.due if book.info else None)
        book = replace(book, stage=Stage.QUESTION, refusal=refusal, due=due, mine=True)
        return _too_young_to_renew(book, asker) or (book, ())
    if is_question(refusal, asker.reader.rules):
        return replace(book, stage=Stage.QUESTION, refusal=refusal), ()
    return book.stays(refusal), ()


def _too_young_to_renew(book: Book, asker: Asker) -> Turn | None:
    """It stays the reader's until it is due."""
    too_young = by_renewal(asker.reader, _mark(book, asker))
    return released(replace(book, refusal=too_young)) if too_young else None


def _mark(book: Book, asker: Asker) -> int | None:
    """What is known of its age mark by now."""
    told = book.info.age_mark if book.info else None
    return told if told is not None or book.item is None else dict(asker.reader.marks).get(book.item)


# --- the reader decides ----------------------------------------------------------------------------------------------


def _chosen(book: Book, choice: Choice, asker: Asker) -> Turn:
    match book.stage, choice:
        case Stage.QUESTION, Choice.YES:
            return _accepted(book, asker)
        case Stage.QUESTION, Choice.NO if book.mine:
            return released(replace(book, refusal=None))
        case Stage.QUESTION, Choice.NO:
            return replace(book, stage=Stage.STAYS), ()
        case Stage.YOURS, Choice.REMOVE if book.on_pad and not book.mine:
            return _taken_off(book, asker)
        case _:
            return book, ()


def _accepted(book: Book, asker: Asker) -> Turn:
    assert book.item is not None
    assert book.refusal is not None
    if book.refusal.reason is not Reason.ALREADY_YOURS and (young := by_age(asker.reader, _mark(book, asker))):
        return book.stays(young), ()
    match book.refusal.reason:
        case Reason.ALREADY_YOURS if kept := _too_young_to_renew(book, asker):
            return kept
        case Reason.ALREADY_YOURS:
            record = Record(asker.session, Intent.RENEW, book.item, asker.card)
            return replace(book, stage=Stage.RECORDING_RENEWAL, refusal=None), (record,)
        case Reason.ANOTHER_CARD:
            return described(replace(book, stage=Stage.LOOKING, refusal=None), None, asker)
        case Reason.SET_INCOMPLETE:
            return _vouched(book, asker)
        case Reason.ON_LOAN_TO_OTHER:
            return _begun(replace(book, return_first=True), asker)
        case _:
            return _begun(replace(book, fee_accepted=True), asker)


# --- the journal -----------------------------------------------------------------------------------------------------


def _recorded(book: Book, intent: Intent, txn: TxnId, asker: Asker) -> Outcome:
    assert book.item is not None
    match book.stage, intent:
        case Stage.RECORDING, Intent.CHECKOUT:
            return _asked_for(book, txn, asker)
        case Stage.RECORDING_OFFLINE, Intent.OFFLINE_CHECKOUT:
            return _lent(replace(book, offline=True), asker)
        case Stage.RECORDING_RENEWAL, Intent.RENEW:
            return replace(book, stage=Stage.RENEWING), (RequestRenew(asker.session, txn, asker.card, book.item),)
        case Stage.RECORDING_RETURN, Intent.CHECKIN:
            return replace(book, stage=Stage.RETURNING, txn=txn), (RequestCheckin(asker.session, txn, book.item),)
        case Stage.RECORDING_RETURN_OFFLINE, Intent.OFFLINE_CHECKIN:
            return _removed(book), ()
        case _, Intent.OFFLINE_CHECKIN if book.settled:
            return None, ()  # the return task took it: it is on no list here
        case _:
            return book, ()


def _answered_elsewhere(book: Book) -> Turn:
    """One's own book was renewed among the loans: nothing is left to ask, and nothing to put back."""
    return released(book) if book.on_pad else (replace(book, stage=Stage.YOURS), ())


def _asked_for(book: Book, txn: TxnId, asker: Asker) -> Turn:
    assert book.item is not None
    ask = RequestCheckout(
        asker.session, txn, asker.card, book.item, fee_accepted=book.fee_accepted, return_first=book.return_first,
        barred_from=barred_from(asker.reader),
    )  # fmt: skip
    return replace(book, stage=Stage.ASKING, txn=txn), (ask,)


def _not_recorded(book: Book, intent: Intent, asker: Asker) -> Turn:
    refusal = Refusal(Reason.NOT_RECORDED)
    match book.stage, intent:
        case (Stage.RECORDING, Intent.CHECKOUT) | (Stage.RECORDING_OFFLINE, Intent.OFFLINE_CHECKOUT):
            return book.stays(refusal), ()
        case Stage.RECORDING_RENEWAL, Intent.RENEW:
            return released(replace(book, refusal=refusal))
        case (Stage.RECORDING_RETURN, Intent.CHECKIN) | (Stage.RECORDING_RETURN_OFFLINE, Intent.OFFLINE_CHECKIN):
            return _kept(book, asker)
        case _:
            return book, ()


# --- the ABIS --------------------------------------------------------------------------------------------------------


def _refused(book: Book, refusal: Refusal, asker: Asker) -> Turn:
    plain = replace(book, fee_accepted=False, return_first=False)
    if book.fee_accepted and refusal.reason is Reason.FEE:
        return plain.stays(refusal), ()
    return _refused_or_asked(plain, refusal, asker)


def _approved(book: Book, loan: Loan, asker: Asker) -> Turn:
    """The loan stands. Where its answer alone tells a mark that this reader is too young for, it goes back at once."""
    too_young, book = by_age(asker.reader, loan.age_mark), replace(book, answer=loan)
    if too_young is None:
        return _lent(replace(book, due=loan.due, due_certain=loan.due_certain, refusal=None), asker)
    arm = tuple(SetSecurity(uid, Security.ARMED, loan.item, book.txn) for uid in book.uids)
    book, record = _return_recorded(replace(book, refusal=too_young, barred=True), asker)
    return book, (*arm, *record)


def _unanswered(book: Book, asker: Asker, *, sent: bool) -> Turn:
    assert book.item is not None
    verdict = without_abis(asker.reader, book.item, book.info, book.usage, maybe_done=sent)
    if isinstance(verdict, Refusal):
        undo = Record(asker.session, Intent.NOT_TAKEN, book.item, asker.card, txn=book.txn, unknown=True)
        return book.stays(verdict), (undo,) if sent else ()
    certain = asker.reader.day_certain
    record = Record(
        asker.session, Intent.OFFLINE_CHECKOUT, book.item, asker.card, txn=book.txn, due=verdict, unknown=sent,
        due_certain=certain,
    )  # fmt: skip
    return replace(book, stage=Stage.RECORDING_OFFLINE, due=verdict, due_certain=certain), (record,)


# --- the security bit ------------------------------------------------------------------------------------------------


def _lent(book: Book, asker: Asker) -> Turn:
    """The loan stands, perhaps of less than the whole: that is journaled."""
    after, effects = released(book)
    if not (book.vouched and book.missing):
        return after, effects
    return after, (*effects, sets.note(sets.LENT, book.missing, book.parts, asker.session, book.item, book.txn))


def released(book: Book) -> Turn:
    """The loan stands: bring every tag into the open state, or say what is missing."""
    if book.released >= set(book.uids):
        return replace(book, stage=Stage.YOURS), ()
    if book.away:
        return replace(book, stage=Stage.PUT_BACK), ()
    assert book.item is not None
    closed = (uid for uid in book.uids if uid not in book.released)
    disarm = tuple(SetSecurity(uid, Security.DISARMED, book.item, book.txn) for uid in closed)
    return replace(book, stage=Stage.DISARMING), disarm


def _bit_set(book: Book, uid: TagUid, security: Security, asker: Asker) -> Turn:
    match book.stage, security:
        case ((Stage.DISARMING | Stage.PUT_BACK), Security.DISARMED):
            book = replace(book, released=book.released | {uid})
            return (replace(book, stage=Stage.YOURS) if book.released >= set(book.uids) else book), ()
        case Stage.ARMING, Security.ARMED:
            book = replace(book, released=book.released - {uid})
            return (book, ()) if book.released else _return_recorded(book, asker)
        case _:
            return book, ()


def _bit_not_set(book: Book, uid: TagUid, security: Security, asker: Asker) -> Turn:
    match book.stage, security:
        case Stage.DISARMING, Security.DISARMED:
            return replace(book, stage=Stage.PUT_BACK, away=book.away | {uid}), ()
        case Stage.ARMING, Security.ARMED:
            return _kept(book, asker)
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
    strip = asker.reader.rules.em_unit.closes and book.strip is Strip.OPENED
    record = Record(asker.session, Intent.CHECKIN, book.item, asker.card, strip=strip)
    return replace(book, stage=Stage.RECORDING_RETURN), (record,)


def _not_returned(book: Book, asker: Asker, *, sent: bool) -> Turn:
    assert book.item is not None
    record = Record(asker.session, Intent.OFFLINE_CHECKIN, book.item, asker.card, txn=book.txn, unknown=sent)
    return replace(book, stage=Stage.RECORDING_RETURN_OFFLINE), (record,)


def _removed(book: Book) -> Book:
    if book.barred:
        return replace(book, stage=Stage.STAYS)
    return replace(book, stage=Stage.REMOVED, refusal=None, scanned=False)


def _kept(book: Book, asker: Asker) -> Turn:
    """It could not be returned: the loan stands, so the tags must be open again, but never of what is barred."""
    assert book.item is not None
    if not book.barred:
        return released(replace(book, released=frozenset()))
    later = Record(asker.session, Intent.NOT_TAKEN, book.item, asker.card, txn=book.txn)
    return replace(book, stage=Stage.STAYS), (later,)
