"""Account: until when, and can I keep it?

Rules:
  1. A renewal is recorded before it is asked for, like everything that changes something.
  2. "Renew all" asks for each book that may be renewed, one after the other; a refusal of one stops none.
  3. A renewal is never made without the ABIS: its due date would be a guess. What is marked is not renewed for who is
     too young to borrow it.
  4. What the other tasks lend, return and renew is seen here too: the list is asked for again when it is next opened.
  5. A return of an earlier visit that is only now known to stand leaves the list, and may be borrowed again.
"""

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.items import Loan
from kiosk.domain.patrons import Account as Known
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import AskAccount, Effect, Record, RequestRenew
from kiosk.events import (
    AccountRead,
    AccountUnanswered,
    CheckinAccepted,
    CheckoutApproved,
    Event,
    Intent,
    NotRecorded,
    Recorded,
    Recovered,
    RenewApproved,
    RenewPressed,
    RenewRefused,
    RenewUnanswered,
    Replayed,
)
from kiosk.flows.lending import Reader, by_renewal


class Renewal(Enum):
    RECORDING = auto()
    ASKING = auto()
    DONE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one book's renewal."""

    item: ItemId
    stage: Renewal
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """`known` None: not answered yet; `unavailable`: the ABIS does not answer. `gone`: returned since.

    `stale`: something was lent since it was read.
    """

    known: Known | None = None
    unavailable: bool = False
    attempts: tuple[Attempt, ...] = ()
    gone: frozenset[ItemId] = field(default_factory=frozenset)
    stale: bool = False

    def attempt(self, item: ItemId) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.item == item), None)

    def loan(self, item: ItemId) -> Loan | None:
        return next((loan for loan in self.loans if loan.item == item), None)

    @property
    def loans(self) -> tuple[Loan, ...]:
        return tuple(loan for loan in self.known.loans if loan.item not in self.gone) if self.known else ()

    @property
    def renewed(self) -> tuple[Loan, ...]:
        return tuple(loan for loan in self.loans if (a := self.attempt(loan.item)) and a.stage is Renewal.DONE)

    @property
    def working(self) -> bool:
        return any(attempt.stage in (Renewal.RECORDING, Renewal.ASKING) for attempt in self.attempts)

    def can_renew(self, loan: Loan) -> bool:
        return loan.renewable and self.attempt(loan.item) is None


Step: TypeAlias = tuple[Account, tuple[Effect, ...]]


def ask(now: Account, session: SessionId, card: CardNumber) -> Step:
    """Ask the ABIS for everything, where it has not told it as it is now."""
    if now.known is not None and not now.stale:
        return now, ()
    return replace(now, unavailable=False, stale=False), (AskAccount(session, card),)


def step(now: Account, event: Event, session: SessionId, reader: Reader) -> Step:
    """Advance by one event of this session. An event that means nothing here changes nothing."""
    card = reader.patron.card
    match event:
        case AccountRead(_, known):
            loans = tuple(_lawful(loan, reader) for loan in known.loans)
            return replace(now, known=replace(known, loans=loans), unavailable=False), ()
        case AccountUnanswered():
            return replace(now, unavailable=now.known is None), ()
        case RenewPressed(item):
            return _pressed(now, item, session, card)
        case Recorded(_, Intent.RENEW, item, txn):
            return _recorded(now, item, txn, session, card)
        case NotRecorded(_, Intent.RENEW, item):
            return _refused(now, item, Refusal(Reason.NOT_RECORDED)), ()
        case RenewApproved(_, loan):
            return _renewed(now, loan), ()
        case RenewRefused(_, item, refusal):
            return _refused(now, item, refusal), ()
        case RenewUnanswered(_, item, _):
            return _refused(now, item, Refusal(Reason.NEEDS_ABIS)), ()
        case _:
            return _changed(now, event), ()


def _lawful(loan: Loan, reader: Reader) -> Loan:
    too_young = by_renewal(reader, loan.age_mark)
    return replace(loan, renewable=False, why_not=too_young.reason.name.lower()) if too_young else loan


def _changed(now: Account, event: Event) -> Account:
    match event:
        case CheckinAccepted(_, returned):
            return replace(now, gone=now.gone | {returned.item})
        case Recorded(_, Intent.OFFLINE_CHECKIN, item, _):
            return replace(now, gone=now.gone | {item})
        case Recovered(_, returned, _):
            return replace(now, gone=now.gone | returned)
        case Replayed(item, lent=False, stands=True):
            return replace(now, gone=now.gone | {item})
        case CheckoutApproved(_, loan):
            return replace(now, gone=now.gone - {loan.item}, stale=True)
        case _:
            return now


def renew_all(now: Account, session: SessionId, card: CardNumber) -> Step:
    effects: tuple[Effect, ...] = ()
    for loan in now.loans:
        now, more = _pressed(now, loan.item, session, card)
        effects += more
    return now, effects


def _pressed(now: Account, item: ItemId, session: SessionId, card: CardNumber) -> Step:
    loan = now.loan(item)
    if loan is None or not now.can_renew(loan):
        return now, ()
    attempts = (*now.attempts, Attempt(item, Renewal.RECORDING))
    return replace(now, attempts=attempts), (Record(session, Intent.RENEW, item, card),)


def _moved(now: Account, new: Attempt) -> Account:
    return replace(now, attempts=tuple(new if old.item == new.item else old for old in now.attempts))


def _recorded(now: Account, item: ItemId, txn: TxnId, session: SessionId, card: CardNumber) -> Step:
    attempt = now.attempt(item)
    if attempt is None or attempt.stage is not Renewal.RECORDING:
        return now, ()
    return _moved(now, Attempt(item, Renewal.ASKING)), (RequestRenew(session, txn, card, item),)


def _refused(now: Account, item: ItemId, refusal: Refusal) -> Account:
    attempt = now.attempt(item)
    if attempt is None or attempt.stage in (Renewal.DONE, Renewal.REFUSED):
        return now
    return _moved(now, Attempt(item, Renewal.REFUSED, refusal))


def _renewed(now: Account, loan: Loan) -> Account:
    """Renewed here or on the checkout list: the new day stands in both."""
    attempt, old = now.attempt(loan.item), now.loan(loan.item)
    if old is None or now.known is None:
        return now
    new = replace(old, due=loan.due, due_certain=loan.due_certain, renewals_left=loan.renewals_left)
    known = replace(now.known, loans=tuple(new if each is old else each for each in now.known.loans))
    done = Attempt(loan.item, Renewal.DONE)
    after = replace(now, known=known)
    return _moved(after, done) if attempt else replace(after, attempts=(*now.attempts, done))
