"""Late: answers for a reader who has left. They are in the journal already and are never shown to the next one.

What was lent or returned meanwhile changes only what is owed to the tag: it is brought to the right state at once where
it lies on the pad, else when it is seen again. What was only intended is closed, so that nobody looks for it.
"""

from typing import TypeAlias

from kiosk.domain.ids import ItemId
from kiosk.domain.items import Security
from kiosk.domain.records import Kind
from kiosk.effects import Effect, Note, SetSecurity
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
from kiosk.flows.pad import Pad
from kiosk.flows.session_state import Session

NOT_SENT = {
    Intent.CHECKOUT: Kind.CHECKOUT_NOT_SENT,
    Intent.CHECKIN: Kind.CHECKIN_NOT_SENT,
    Intent.RENEW: Kind.RENEW_NOT_SENT,
}


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


Step: TypeAlias = tuple[Pad, tuple[Effect, ...]]


def step(now: Pad, event: Event) -> Step:
    match event:
        case CheckoutApproved(_, loan):
            return _owe(now, loan.item, Security.DISARMED)
        case Recorded(_, Intent.OFFLINE_CHECKOUT, item, _):
            return _owe(now, item, Security.DISARMED)
        case CheckinAccepted(_, returned):
            return _owe(now, returned.item, Security.ARMED)
        case Recorded(_, Intent.OFFLINE_CHECKIN, item, _):
            return _owe(now, item, Security.ARMED)
        case Recorded(session, intent, item, txn):
            return now, (Note(NOT_SENT[intent], session, item, txn=txn),)
        case _:
            return now, ()


def _owe(now: Pad, item: ItemId, security: Security) -> Step:
    here = (laid.uid for laid in now.laid if laid.facts and laid.facts.item == item)
    return now.owing(item, security), tuple(SetSecurity(uid, security, item) for uid in here)
