"""Rehearsal: a visit with a test card, which never counts.

Rules:
  1. Everything the visit asks of the world is answered here: journal, library system, tags, printer and post hear
     nothing of it. One row says that such a visit was begun.
  2. Only a test card is let in, with any PIN: nothing can be done with it that would be missed.
  3. What is made up changes nothing that is owed to a tag, and is forgotten with the visit.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import (
    AskAccount,
    DescribeItem,
    Effect,
    EndSession,
    Identify,
    Note,
    OpenSession,
    Pretend,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    SetSecurity,
    Sound,
    StartTimer,
    StopTimer,
)
from kiosk.events import (
    AccountRead,
    CheckinAccepted,
    CheckoutApproved,
    Event,
    ItemDescribed,
    PatronIdentified,
    PatronRefused,
    Pretended,
    Recorded,
    RenewApproved,
    SecuritySet,
)
from kiosk.flows.pad import Pad
from kiosk.flows.session_state import Session

TXN = TxnId("trial")
BORN = date(1980, 1, 1)
LIMIT, DAYS = 20, 14
"""How many books a test card may have, and for how long: what most libraries allow."""


def instead(effects: Iterable[Effect], trial: Session, today: date) -> tuple[Effect, ...]:
    """Return what is done in place of what the visit asked for."""
    return tuple(other for effect in effects for other in _instead(effect, trial, today))


def _instead(effect: Effect, trial: Session, today: date) -> tuple[Effect, ...]:
    match effect:
        case StartTimer() | StopTimer() | Sound():
            return (effect,)
        case OpenSession(session):
            return (Note(Kind.TRIAL_VISIT, session),)
        case EndSession(session):
            return (EndSession(session, None, trial=True),)
        case _:
            answer = _answer(effect, trial.trial, today + timedelta(days=DAYS))
            return (Pretend(Pretended(trial.id, answer)),) if answer else ()


def _answer(effect: Effect, card: CardNumber | None, due: date) -> Event | None:
    match effect:
        case Record(session, intent, item, _, txn):
            return Recorded(session, intent, item, txn or TXN)
        case Identify(session, shown, _) if shown == card:
            return PatronIdentified(session, Patron(shown, birth=BORN, limit=LIMIT))
        case Identify(session):
            return PatronRefused(session, Refusal(Reason.CARD_UNKNOWN))
        case AskAccount(session):
            return AccountRead(session, Account())
        case DescribeItem(item):
            return ItemDescribed(item, ItemInfo(item, age_mark=0))
        case RequestCheckout(session, _, _, item):
            return CheckoutApproved(session, _loan(item, due))
        case RequestCheckin(session, _, item):
            return CheckinAccepted(session, Returned(item))
        case RequestRenew(session, _, _, item):
            return RenewApproved(session, _loan(item, due))
        case SetSecurity(uid, security):
            return SecuritySet(uid, security)
        case _:
            return None


def _loan(item: ItemId, due: date) -> Loan:
    return Loan(item, due=due, age_mark=0)


def forgotten(lying: Pad) -> Pad:
    """Return the pad after such a visit: all on it has been dealt with, and what was made up of it is gone."""
    return replace(lying.settled(), infos=())
