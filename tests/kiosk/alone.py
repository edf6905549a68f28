"""Each flow by itself: everything that may be told to it, in any order, whether or not it was asked for.

Harder than life: no answer need have been asked for and no order is kept. So a flow that survives this survives a
library system that answers twice, a journal that is slow, and a tag at the edge of the pad.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Generic, TypeVar

from kiosk.domain.ids import SessionId, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Security, Standing, TagFacts
from kiosk.domain.patrons import Account as Known
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import Effect, Record, RequestRenew, SetSecurity
from kiosk.events import (
    AccountRead,
    AccountUnanswered,
    BarcodeScanned,
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
    RenewPressed,
    RenewRefused,
    RenewUnanswered,
    SecurityNotSet,
    SecuritySet,
    TagLost,
    TagRead,
    TagSeen,
    TagUnreadable,
    TimedOut,
    Timer,
)
from kiosk.flows import account, checkin, checkout
from kiosk.flows.checkout_state import LENT, Asker, Checkout, Stage
from kiosk.flows.lending import Reader
from tests.kiosk.stories import ANNA, DUE, NO_PIN, PICNIC, SOLARIS, TODAY

Flow = TypeVar("Flow", bound=Hashable)
ME, TXN, ITEM = SessionId("s1"), TxnId("t1"), SOLARIS.item
TAG, OTHER_TAG = SOLARIS.tags[0], PICNIC.tags[0]
ASKER = Asker(ME, ANNA.card, Reader(ANNA, NO_PIN, TODAY))
INFO = ItemInfo(ITEM, "Солярис")
LOAN = Loan(ITEM, "Солярис", due=DUE)


@dataclass
class Walk(Generic[Flow]):
    """`steps`: every move that led on."""

    states: set[Flow] = field(default_factory=set)
    steps: list[tuple[Flow, Event, Flow]] = field(default_factory=list)
    moves: int = 0


Step = Callable[[Flow, Event], tuple[Flow, tuple[Effect, ...]]]
Check = Callable[[Flow, Event, Flow, tuple[Effect, ...]], None]


def walk(start: Flow, step: Step[Flow], alphabet: Iterable[Event], check: Check[Flow], cap: int) -> Walk[Flow]:
    found, events, todo = Walk({start}), tuple(alphabet), deque([start])
    while todo:
        now = todo.popleft()
        for event in events:
            after, effects = step(now, event)
            check(now, event, after, effects)
            found.moves += 1
            if after == now:
                continue
            found.steps.append((now, event, after))
            if after not in found.states:
                found.states.add(after)
                assert len(found.states) <= cap, f"more than {cap} states"
                todo.append(after)
    return found


# --- what may be told ------------------------------------------------------------------------------------------------


def _pad(*tags: str, parts: int) -> tuple[Event, ...]:
    per_tag = (
        (
            TagSeen(tag), TagLost(tag), TagUnreadable(tag), TagRead(TagFacts(tag, ITEM, parts=parts, part=part)),
            *(kind(tag, state) for kind in (SecuritySet, SecurityNotSet) for state in Security),
        )
        for part, tag in enumerate(tags, 1)
    )  # fmt: skip
    return tuple(event for events in per_tag for event in events)


JOURNAL = tuple(
    event for intent in Intent for event in (Recorded(ME, intent, ITEM, TXN), NotRecorded(ME, intent, ITEM))
)
LENDING = (
    ItemDescribed(ITEM, INFO), ItemDescribed(ITEM, None), ItemDescribed(ITEM, replace(INFO, standing=Standing.UNKNOWN)),
    CheckoutApproved(ME, LOAN), CheckoutUnanswered(ME, ITEM, sent=False), CheckoutUnanswered(ME, ITEM, sent=True),
    *(CheckoutRefused(ME, ITEM, Refusal(why)) for why in (Reason.FEE, Reason.ALREADY_YOURS, Reason.HELD_FOR_OTHER)),
    *(Chosen(ITEM, choice) for choice in Choice),
)  # fmt: skip
RENEWING = (RenewApproved(ME, LOAN), RenewRefused(ME, ITEM, Refusal(Reason.OVERDUE)), RenewUnanswered(ME, ITEM, True))
RETURNING = (
    CheckinAccepted(ME, Returned(ITEM)), CheckinRefused(ME, ITEM, Refusal(Reason.OTHER)),
    CheckinUnanswered(ME, ITEM, sent=False), CheckinUnanswered(ME, ITEM, sent=True),
)  # fmt: skip
SCAN = BarcodeScanned(ITEM)
FOR_ANOTHER = CheckinAccepted(ME, Returned(ITEM, "returned in order to be lent"))


# --- the flows -------------------------------------------------------------------------------------------------------


def checkout_step(now: Checkout, event: Event) -> tuple[Checkout, tuple[Effect, ...]]:
    return checkout.scan(now, ITEM, None, ASKER) if event is SCAN else checkout.step(now, event, ASKER)


def of_checkout() -> Walk[Checkout]:
    """One book, by its tag and by its barcode."""
    alphabet = (*_pad(TAG, parts=1), *JOURNAL, *LENDING, *RENEWING, *RETURNING, SCAN)
    return walk(Checkout(), checkout_step, alphabet, checkout_keeps, 60_000)


def of_set() -> Walk[Checkout]:
    """A set on two discs: what concerns tags."""
    alphabet = (*_pad(TAG, OTHER_TAG, parts=2), *JOURNAL[:2], LENDING[0], LENDING[3], Chosen(ITEM, Choice.REMOVE))
    alphabet = (*alphabet, TimedOut(Timer.PARTS))
    return walk(Checkout(), checkout_step, alphabet, checkout_keeps, 60_000)


def checkout_keeps(now: Checkout, event: Event, after: Checkout, effects: tuple[Effect, ...]) -> None:
    """A loan begins with its record; a tag is opened for a loan and armed for a return."""
    for book in after.books:
        was = now.by_item(book.item) if book.item else None
        if book.lent and not (was and was.lent):
            _loan_began(was.stage if was else None, event)
    for effect in effects:
        if isinstance(effect, SetSecurity):
            book = after.by_item(effect.item)
            wanted = Stage.DISARMING if effect.security is Security.DISARMED else Stage.ARMING
            assert book is not None
            assert book.stage is wanted
            assert effect.uid in book.uids
    items = [book.item for book in after.books if book.item]
    assert len(items) == len(set(items))


def _loan_began(was: Enum | None, event: Event) -> None:
    match was, event:
        case Stage.ASKING, CheckoutApproved():
            return
        case Stage.RECORDING_OFFLINE, Recorded(_, Intent.OFFLINE_CHECKOUT, _, _):
            return
        case Stage.QUESTION, Chosen(_, Choice.NO) | RenewApproved() | RenewRefused():
            return  # it is this reader's already
        case (Stage.RECORDING_RENEWAL, NotRecorded()) | (
            Stage.RENEWING,
            RenewApproved() | RenewRefused() | RenewUnanswered(),
        ):
            return
        case _:
            raise AssertionError(f"a loan began with {event} while {was}; it may be one of {LENT}")


def of_checkin() -> Walk[checkin.Checkin]:
    """One book that comes home, by its tag, by its barcode and in order to be lent, and is lent again."""
    lending = (FOR_ANOTHER, CheckoutApproved(ME, LOAN), LENDING[4], LENDING[6], ItemDescribed(ITEM, INFO))
    alphabet = (*_pad(TAG, parts=1), *JOURNAL, *RETURNING, *lending, SCAN)
    return walk(checkin.Checkin(), checkin_step, alphabet, checkin_keeps, 60_000)


def checkin_step(now: checkin.Checkin, event: Event) -> tuple[checkin.Checkin, tuple[Effect, ...]]:
    if event is FOR_ANOTHER and not now.books:
        return checkin.handed_on(now, checkin.Book(checkin.Stage.HANDED_ON, ITEM, (TAG,))), ()
    return checkin.scan(now, ITEM, None, ME, tags=True) if event is SCAN else checkin.step(now, event, ME, NO_PIN)


def checkin_keeps(now: checkin.Checkin, event: Event, after: checkin.Checkin, effects: tuple[Effect, ...]) -> None:
    """Returned is said only after the answer or the record; nothing is ever opened."""
    for book in after.books:
        was = now.by_item(book.item) if book.item else None
        if book.returned and not (was and was.returned):
            assert isinstance(event, CheckinAccepted | Recorded)
    assert all(effect.security is Security.ARMED for effect in effects if isinstance(effect, SetSecurity))


def of_account() -> Walk[account.Account]:
    """One loan in the account: read, renewed, returned, lent again."""
    told = (AccountRead(ME, Known((LOAN,))), AccountUnanswered(ME), RenewPressed(ITEM), CheckoutApproved(ME, LOAN))
    return walk(account.Account(), account_step, (*told, *JOURNAL, *RENEWING, RETURNING[0]), account_keeps, 60_000)


def account_step(now: account.Account, event: Event) -> tuple[account.Account, tuple[Effect, ...]]:
    return account.step(now, event, ME, ASKER.reader)


def account_keeps(now: account.Account, event: Event, after: account.Account, effects: tuple[Effect, ...]) -> None:
    """A renewal is recorded before it is asked for, and a book is asked for once."""
    assert now.attempt(ITEM) is None or not any(isinstance(effect, Record) for effect in effects)
    assert isinstance(event, Recorded) or not any(isinstance(effect, RequestRenew) for effect in effects)
    assert after.attempt(ITEM) is not None or now.attempt(ITEM) is None
