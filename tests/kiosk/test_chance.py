"""Long visits made up by chance: anybody, any book, any button, any answer, in any order that the wires allow.

The rules are those of the walks; here the alphabet is whole and the sequences are long.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import events
from kiosk.domain.health import READY, Part
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.items import Destination, ItemInfo, Loan, Returned, Security, Standing, TagFacts
from kiosk.domain.mail import Address
from kiosk.domain.patrons import Account, Hold, HoldState, Patron
from kiosk.domain.receipts import Way
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Hours, Look, Theme
from kiosk.domain.staff import Act
from kiosk.effects import (
    AskAccount,
    DescribeItem,
    Effect,
    EndSession,
    Identify,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
)
from kiosk.events import (
    AbisTried,
    AccountRead,
    AccountUnanswered,
    ActChosen,
    BarcodeScanned,
    Button,
    CardRead,
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Choice,
    Chosen,
    CountTold,
    Event,
    HoursChanged,
    Intent,
    ItemDescribed,
    LookChosen,
    NotRecorded,
    NumberTyped,
    PartChanged,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    PinEntered,
    PolicyChanged,
    Pressed,
    Pretended,
    PrinterTried,
    QueueChanged,
    ReceiptFailed,
    ReceiptPrinted,
    Recorded,
    Recovered,
    RenewApproved,
    RenewPressed,
    RenewRefused,
    RenewUnanswered,
    Replayed,
    RowOpened,
    SecurityNotSet,
    SecuritySet,
    ServiceFound,
    SessionMinted,
    StaffAdmitted,
    StaffCardShown,
    StaffRefused,
    TagLost,
    TagRead,
    TagSeen,
    TagUnreadable,
    Task,
    TaskChosen,
    TimedOut,
    Timer,
    Touched,
    TrialCardShown,
)
from kiosk.flows import desk, screens
from kiosk.flows.desk import Desk
from tests.conftest import Counts
from tests.kiosk import walking
from tests.kiosk.stories import (
    ANNA,
    BORIS,
    CLUB,
    DEAD,
    DUE,
    NO_PIN,
    OLGA,
    OLGAS,
    OPERA,
    PIN,
    RETURN_FIRST,
    RULES,
    SOLARIS,
    STAFF_PIN,
    TODAY,
    TRIAL,
    WRONG_PIN,
)
from tests.kiosk.walking import Place, Scenario

pytestmark = pytest.mark.no_cover  # every branch is told by a story; many events are not to hide which is not
COPIES, CARDS = (SOLARIS, OPERA, CLUB), (ANNA.card, BORIS.card)
ITEMS = tuple(copy.item for copy in COPIES)
READER: tuple[Event, ...] = (
    *(Pressed(button) for button in Button), *(TaskChosen(task) for task in Task),
    *(CardRead(card) for card in CARDS), *(BarcodeScanned(text) for text in (*ITEMS, *CARDS, "?")),
    NumberTyped(ANNA.card), PinEntered(PIN), PinEntered(WRONG_PIN), Touched(),
    LookChosen(Look("en", Theme.HIGH_CONTRAST)),
    *(RowOpened(item) for item in ITEMS), *(RenewPressed(item) for item in ITEMS),
    *(Chosen(item, choice) for item in ITEMS for choice in Choice),
    CountTold(1), StaffCardShown(OLGAS), TrialCardShown(TRIAL), PinEntered(STAFF_PIN), *(ActChosen(act) for act in Act),
)  # fmt: skip
PARTS = (Part.ABIS, Part.JOURNAL, Part.PRINTER, Part.MAIL)
ANY_WAY = replace(RULES, ways=tuple(Way), first_way=None)
STATION: tuple[Event, ...] = (
    *(PartChanged(part, health) for part in PARTS for health in (READY, DEAD)),
    PolicyChanged(RULES), PolicyChanged(NO_PIN), PolicyChanged(RETURN_FIRST), PolicyChanged(ANY_WAY),
    HoursChanged(Hours(TODAY)), HoursChanged(Hours(TODAY.replace(day=21))), QueueChanged(2),
    *(Replayed(SOLARIS.item, lent, stands) for lent in (True, False) for stands in (True, False)),
    Recovered(frozenset({SOLARIS.item})), Recovered(frozenset(), frozenset({SOLARIS.item})),
    *(TagUnreadable(uid) for copy in COPIES for uid in copy.tags), ServiceFound(closed=False),
)  # fmt: skip
REFUSALS = tuple(Refusal(reason) for reason in Reason)


def anything(effect: Effect) -> Iterable[Event] | None:
    """Whatever may come back."""
    match effect:
        case Record(session, intent, item, _, txn):
            done = Recorded(session, intent, item, txn or TxnId(intent.name))
            return (done, done, done, NotRecorded(session, intent, item))
        case DescribeItem(item):
            infos = (ItemInfo(item, "Книга", standing=standing, age_mark=18, due=DUE) for standing in Standing)
            return (*(ItemDescribed(item, info) for info in infos), ItemDescribed(item, None))
        case Identify(session, card, _):
            known = Patron(card, age_at_least=18)
            return (
                *_identities(session, card),
                PatronUnanswered(session, card, known),
                PatronUnanswered(session, card),
            )
        case AskAccount(session, _):
            return (AccountRead(session, ACCOUNT), AccountRead(session, Account()), AccountUnanswered(session))
        case RequestCheckout(session, _, _, item):
            return _checkouts(session, item)
        case RequestCheckin(session, _, item):
            return _checkins(session, item)
        case RequestRenew(session, _, _, item):
            refused = RenewRefused(session, item, Refusal(Reason.OVERDUE))
            return (RenewApproved(session, Loan(item, due=DUE)), refused, RenewUnanswered(session, item, sent=True))
        case _:
            return None


ACCOUNT = Account((Loan(SOLARIS.item, "Солярис", due=TODAY),), (Hold("Лавр", state=HoldState.READY),), messages=("!",))


def _identities(session: SessionId, card: CardNumber) -> Iterable[Event]:
    patron = replace(ANNA, mail=Address("anna@mail.ru")) if card == ANNA.card else BORIS
    yield from [PatronIdentified(session, replace(patron, loans=frozenset({CLUB.item})))] * 6
    for reason in (Reason.WRONG_PIN, Reason.PIN_LOCKED, Reason.CARD_UNKNOWN, Reason.CARD_EXPIRED):
        yield PatronRefused(session, Refusal(reason), 1)


def _checkouts(session: SessionId, item: ItemId) -> tuple[Event, ...]:
    approved = [CheckoutApproved(session, Loan(item, due=DUE))] * len(REFUSALS)
    refused = (CheckoutRefused(session, item, refusal) for refusal in REFUSALS)
    return (*approved, *refused, *(CheckoutUnanswered(session, item, sent) for sent in (False, True)))


def _checkins(session: SessionId, item: ItemId) -> tuple[Event, ...]:
    accepted = [CheckinAccepted(session, Returned(item, destination=where)) for where in Destination]
    refused = CheckinRefused(session, item, Refusal(Reason.UNKNOWN_ITEM))
    return (*accepted, refused, *(CheckinUnanswered(session, item, sent) for sent in (False, True)))


# --- visits ----------------------------------------------------------------------------------------------------------

CHANCE = Scenario("chance", 0, READER, COPIES, anything, sessions=1000)
Dice = list[tuple[int, int]]
DICE = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 999)), min_size=20, max_size=150)
"""For each step which kind of thing happens, and which of them."""


def step(place: Place, kind: int, which: int) -> Place:
    happening = list(walking.may_happen(CHANCE, place))
    world = [each for each in happening if each[1] is not None]
    pad = [each for each in happening if isinstance(each[0], TagSeen | TagRead | TagLost)]
    reader = [each for each in happening if each[0] in READER or isinstance(each[0], TimedOut)]
    groups = [world, world, world, world, pad, pad, reader, reader, reader, [(event, None) for event in STATION]]
    group = groups[kind] or reader
    event, effect = group[which % len(group)]
    return walking.moved(CHANCE, place, event, effect)


@given(DICE)
def test_a_visit_made_up_by_chance_keeps_every_rule(counts: Counts, dice: Dice) -> None:
    place = CHANCE.start()
    for kind, which in dice:
        place = step(place, kind, which)
        view = repr(screens.view(place.desk))
        whose = place.desk.session.patron if place.desk.session else None
        for patron in (ANNA, BORIS):
            assert patron.card not in view
            assert patron.name not in view
            assert whose is None or whose.card == patron.card or patron.first_name not in view
    counts.add("flow events", len(dice))


@given(DICE)
def test_whatever_has_happened_the_desk_comes_to_rest_when_everybody_walks_away(counts: Counts, dice: Dice) -> None:
    place = CHANCE.start()
    for kind, which in dice:
        place = step(place, kind, which)
    for turn in range(200):
        if walking.resting(place):
            break
        effect = next(iter(place.pending), None)
        if effect is not None:
            place = walking.moved(CHANCE, place, CHANCE.answered(place.desk, effect)[0], effect)
        else:
            running = sorted(place.timers, key=lambda timer: timer.value)
            timer = running[turn % len(running)]  # each in its turn: none is for ever overtaken by another
            place = walking.moved(CHANCE, place, TimedOut(timer))
    assert walking.resting(place)
    counts.add("flow events", len(dice))


# --- noise -----------------------------------------------------------------------------------------------------------


def _noise() -> list[Event]:
    """Everything that can be said at all, about three sessions and three books, asked for or not."""
    all_: list[Event] = [*READER, *STATION, *(TimedOut(timer) for timer in Timer)]
    for session in (SessionId("s1"), SessionId("s2"), SessionId("s3")):
        all_ += [ReceiptPrinted(session), ReceiptFailed(session)]
        asked: list[Effect] = [Identify(session, ANNA.card, None), AskAccount(session, ANNA.card)]
        for item in ITEMS:
            asked += [RequestCheckout(session, TxnId("t"), ANNA.card, item), RequestCheckin(session, TxnId("t"), item)]
            asked += [RequestRenew(session, TxnId("t"), ANNA.card, item), DescribeItem(item)]
            asked += [Record(session, intent, item) for intent in Intent]
        all_ += [event for effect in asked for event in anything(effect) or ()]
        all_ += [Pretended(session, event) for effect in asked for event in anything(effect) or ()]
    all_ += [StaffAdmitted(OLGAS, OLGA), StaffRefused(OLGAS, 1), StaffRefused(OLGAS, 0, 15), ServiceFound(closed=True)]
    all_ += [PrinterTried(printed=True), AbisTried(answers=False)]
    for copy in COPIES:
        for part, uid in enumerate(copy.tags, 1):
            facts = copy.facts(part)
            all_ += [TagSeen(uid), TagLost(uid), TagRead(facts), TagRead(TagFacts(uid, SOLARIS.item))] * 8
            all_ += [kind(uid, state) for kind in (SecuritySet, SecurityNotSet) for state in Security] * 4
    return all_


NOISE = _noise()


@given(st.lists(st.sampled_from(NOISE), min_size=50, max_size=300))
def test_no_order_of_events_however_absurd_brings_the_desk_down(counts: Counts, said: list[Event]) -> None:
    now: Desk = CHANCE.start().desk
    for event in said:
        now, effects = desk.step(now, event)
        screens.view(now)
        if any(isinstance(effect, EndSession) for effect in effects):
            now, _ = desk.step(now, SessionMinted(SessionId("s2")))
    counts.add("flow events", len(said))
    assert len(now.pad.owed) <= len(ITEMS)


def test_the_noise_holds_every_kind_of_event() -> None:
    assert set(get_args(events.Event)) - {type(event) for event in NOISE} == {SessionMinted}
