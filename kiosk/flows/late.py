"""Late: answers for a reader who has left. They are in the journal already and are never shown to the next one.

Rules:
  1. What was lent or returned meanwhile changes only what is owed to the tag: it is brought to the right state at once
     where it lies on the pad, else when it is seen again. A loan that is called marked only by its answer opens no tag:
     nobody has looked at the reader's age. Staff are told.
  2. A loan or a renewal that was only intended is closed: nobody is there to take the book.
  3. A return needs no reader: it goes on, and without the ABIS it is recorded here. A book that came home stays home.
"""

from typing import TypeAlias

from kiosk.domain.ids import ItemId
from kiosk.domain.items import Security
from kiosk.domain.records import Kind
from kiosk.effects import Effect, Note, Record, RequestCheckin, SetSecurity
from kiosk.events import (
    AccountRead,
    AccountUnanswered,
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Event,
    Intent,
    NotRecorded,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    ReceiptFailed,
    ReceiptPrinted,
    Recorded,
    RenewApproved,
    RenewRefused,
    RenewUnanswered,
)
from kiosk.flows.pad import Debt, Pad
from kiosk.flows.session_state import Session


def answer(event: Event, session: Session | None) -> bool:
    """Say whether this is an answer that somebody else, or nobody any more, was waiting for."""
    match event:
        case (
            Recorded() | NotRecorded() | PatronIdentified() | PatronRefused() | PatronUnanswered()
            | AccountRead() | AccountUnanswered() | CheckoutApproved() | CheckoutRefused() | CheckoutUnanswered()
            | CheckinAccepted() | CheckinRefused() | CheckinUnanswered()
            | RenewApproved() | RenewRefused() | RenewUnanswered() | ReceiptPrinted() | ReceiptFailed()
        ):  # fmt: skip
            return session is None or event.session != session.id
        case _:
            return False


UNCHECKED = "lent to a reader who left, age mark told too late"
Step: TypeAlias = tuple[Pad, tuple[Effect, ...]]


def step(now: Pad, event: Event) -> Step:
    match event:
        case CheckoutApproved(session, loan) if loan.age_mark and not _mark_was_known(now, loan.item):
            return now, (Note(Kind.TAG_NOT_WRITTEN, session, loan.item, topic=UNCHECKED),)
        case CheckoutApproved(_, loan):
            return now.owing(Debt(loan.item, Security.DISARMED)), ()
        case Recorded(_, Intent.OFFLINE_CHECKOUT, item, _):
            return now.owing(Debt(item, Security.DISARMED, offline=True)), ()
        case CheckinAccepted(_, returned):
            return _owe(now, Debt(returned.item, Security.ARMED))
        case Recorded(_, Intent.OFFLINE_CHECKIN, item, _):
            return _owe(now, Debt(item, Security.ARMED, offline=True))
        case Recorded(session, Intent.CHECKIN, item, txn):
            return now, (RequestCheckin(session, txn, item),)
        case Recorded(session, Intent.CHECKOUT, item, txn):
            return now, (Note(Kind.CHECKOUT_NOT_SENT, session, item, txn=txn),)
        case Recorded(session, Intent.RENEW, item, txn):
            return now, (Note(Kind.RENEW_NOT_SENT, session, item, txn=txn),)
        case CheckinUnanswered(session, item, sent):
            return now, (Record(session, Intent.OFFLINE_CHECKIN, item, unknown=sent),)
        case _:
            return now, ()


def _mark_was_known(now: Pad, item: ItemId) -> bool:
    info = now.info(item)
    return info is not None and info.age_mark is not None


def _owe(now: Pad, debt: Debt) -> Step:
    here = tuple(SetSecurity(laid.uid, debt.security, debt.item) for laid in now.tags(debt.item))
    return now.owing(debt), here
