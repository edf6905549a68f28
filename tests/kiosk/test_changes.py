"""Checkout, checkin and renewal: every way they can end, what is written of it and what the flow hears."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.app.changes import RAW, Change, Changes
from kiosk.app.scribe import Scribe
from kiosk.domain.health import Health, State
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.items import Destination, ItemInfo, Loan, Returned, Standing
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import RequestCheckin, RequestCheckout, RequestRenew
from kiosk.events import (
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Event,
    RenewApproved,
    RenewRefused,
    RenewUnanswered,
)
from kiosk.ports.abis import NotSent, Unreachable
from kiosk.ports.journal import JournalFault
from sync.journal.payload import payload
from sync.journal.recovery import BARRED
from tests.kiosk.standins import HeldClock, MemoryJournal, ScriptedAbis

HERS, SOLARIS = SessionId("s-1"), ItemId("1001")
ANNA, BORIS = CardNumber("20000000002001"), CardNumber("20000000002002")
TXN, OTHER = TxnId("t-1"), TxnId("t-2")
LEND = RequestCheckout(HERS, TXN, ANNA, SOLARIS)
TAKE = RequestCheckin(HERS, TXN, SOLARIS)
RENEW = RequestRenew(HERS, TXN, ANNA, SOLARIS)
DUE, LATER = date(2026, 12, 11), date(2026, 12, 25)
NO = Refusal(Reason.HELD_FOR_OTHER, "заказана другим")
LOST, UNSENT, BUG = Unreachable("no answer in time"), NotSent("cannot connect"), ValueError("Иванова Анна")
HERE, LENT = ItemInfo(SOLARIS, "Солярис"), ItemInfo(SOLARIS, "Солярис", standing=Standing.ON_LOAN, due=DUE)
MINE, NONE = frozenset({SOLARIS}), frozenset[ItemId]()


class Place:
    def __init__(self, **script: object) -> None:
        self.told: list[Event] = []
        self.left_open = 0
        self.journal, self.abis = MemoryJournal(), ScriptedAbis(script)
        scribe = Scribe(self.journal, self.told.append, lambda: OTHER)
        self.changes = Changes(self.abis, scribe, HeldClock(), self.leave)

    def leave(self) -> None:
        self.left_open += 1


Outcome = tuple[dict[str, object], Kind, Event]
CHECKOUTS: list[Outcome] = [
    ({"checkout": Loan(SOLARIS, due=DUE)}, Kind.CHECKOUT_APPROVED, CheckoutApproved(HERS, Loan(SOLARIS, due=DUE))),
    ({"checkout": NO}, Kind.CHECKOUT_REFUSED, CheckoutRefused(HERS, SOLARIS, NO)),
    ({"checkout": UNSENT}, Kind.CHECKOUT_NOT_SENT, CheckoutUnanswered(HERS, SOLARIS, sent=False)),
]
for lost in (LOST, BUG):
    CHECKOUTS += [
        (
            {"checkout": lost, "item_info": LENT, "loans": MINE},
            Kind.CHECKOUT_APPROVED,
            CheckoutApproved(HERS, Loan(SOLARIS, due=DUE)),
        ),
        (
            {"checkout": lost, "item_info": HERE, "loans": NONE},
            Kind.CHECKOUT_NOT_SENT,
            CheckoutUnanswered(HERS, SOLARIS, sent=False),
        ),
        (
            {"checkout": lost, "item_info": LENT, "loans": NONE},
            Kind.CHECKOUT_UNKNOWN,
            CheckoutUnanswered(HERS, SOLARIS, sent=True),
        ),
        (
            {"checkout": lost, "item_info": LOST, "loans": LOST},
            Kind.CHECKOUT_UNKNOWN,
            CheckoutUnanswered(HERS, SOLARIS, sent=True),
        ),
        (
            {"checkout": lost, "item_info": BUG},
            Kind.CHECKOUT_UNKNOWN,
            CheckoutUnanswered(HERS, SOLARIS, sent=True),
        ),
    ]
CHECKINS: list[Outcome] = [
    (
        {"checkin": Returned(SOLARIS, destination=Destination.SORTING, patron=ANNA)},
        Kind.CHECKIN_ACCEPTED,
        CheckinAccepted(HERS, Returned(SOLARIS, destination=Destination.SORTING)),
    ),
    ({"checkin": NO}, Kind.CHECKIN_REFUSED, CheckinRefused(HERS, SOLARIS, NO)),
    ({"checkin": UNSENT}, Kind.CHECKIN_NOT_SENT, CheckinUnanswered(HERS, SOLARIS, sent=False)),
    ({"checkin": LOST, "item_info": HERE}, Kind.CHECKIN_ACCEPTED, CheckinAccepted(HERS, Returned(SOLARIS))),
    ({"checkin": BUG, "item_info": HERE}, Kind.CHECKIN_ACCEPTED, CheckinAccepted(HERS, Returned(SOLARIS))),
    ({"checkin": LOST, "item_info": LENT}, Kind.CHECKIN_NOT_SENT, CheckinUnanswered(HERS, SOLARIS, sent=False)),
    ({"checkin": LOST, "item_info": LOST}, Kind.CHECKIN_UNKNOWN, CheckinUnanswered(HERS, SOLARIS, sent=True)),
]
RENEWALS: list[Outcome] = [
    ({"renew": Loan(SOLARIS, due=LATER)}, Kind.RENEW_APPROVED, RenewApproved(HERS, Loan(SOLARIS, due=LATER))),
    ({"renew": NO}, Kind.RENEW_REFUSED, RenewRefused(HERS, SOLARIS, NO)),
    ({"renew": UNSENT}, Kind.RENEW_NOT_SENT, RenewUnanswered(HERS, SOLARIS, sent=False)),
    (
        {"renew": LOST, "item_info": [LENT, replace(LENT, due=LATER)]},
        Kind.RENEW_APPROVED,
        RenewApproved(HERS, Loan(SOLARIS, due=LATER)),
    ),
    ({"renew": LOST, "item_info": LENT}, Kind.RENEW_NOT_SENT, RenewUnanswered(HERS, SOLARIS, sent=False)),
    ({"renew": LOST, "item_info": LOST}, Kind.RENEW_UNKNOWN, RenewUnanswered(HERS, SOLARIS, sent=True)),
    ({"renew": BUG, "item_info": BUG}, Kind.RENEW_UNKNOWN, RenewUnanswered(HERS, SOLARIS, sent=True)),
]
WAYS = [
    *((LEND, *outcome) for outcome in CHECKOUTS),
    *((TAKE, *outcome) for outcome in CHECKINS),
    *((RENEW, *outcome) for outcome in RENEWALS),
]


@pytest.mark.parametrize(("asked", "script", "kind", "event"), WAYS)
def test_each_way_a_change_can_end_is_written_and_told(
    asked: RequestCheckout | RequestCheckin | RequestRenew, script: dict[str, object], kind: Kind, event: Event
) -> None:
    place = Place(**{name: list(answer) if isinstance(answer, list) else answer for name, answer in script.items()})
    place.changes.make(asked)
    assert place.journal.kinds == [kind]
    assert place.journal.rows[0].txn == TXN
    assert place.told == [event]
    unknown = getattr(event, "sent", False)
    assert place.left_open == (1 if unknown else 0)


@pytest.mark.parametrize(("asked", "script", "kind", "event"), WAYS)
def test_an_answer_that_cannot_be_written_is_told_as_not_recorded(
    asked: RequestCheckout | RequestCheckin | RequestRenew, script: dict[str, object], kind: Kind, event: Event
) -> None:
    place = Place(**{name: list(answer) if isinstance(answer, list) else answer for name, answer in script.items()})
    place.journal.fault = JournalFault("full")
    place.changes.make(asked)
    assert place.journal.rows == []
    (told,) = place.told
    reason = Reason.RETURN_NOT_RECORDED if isinstance(asked, RequestCheckin) else Reason.NOT_RECORDED
    assert getattr(told, "refusal", None) == Refusal(reason), kind


@pytest.mark.parametrize(
    ("mark", "from_", "barred"),
    [(18, 18, True), (21, 18, True), (12, 18, False), (18, None, False), (None, 18, False), (0, 0, False)],
)
def test_a_mark_that_only_the_answer_tells_is_written_down_where_it_bars_the_reader(
    mark: int | None, from_: int | None, barred: bool
) -> None:
    loan = Loan(SOLARIS, due=DUE, age_mark=mark)
    place = Place(checkout=loan)
    place.changes.make(replace(LEND, barred_from=from_))
    assert place.told == [CheckoutApproved(HERS, loan)]
    (row,) = place.journal.rows
    assert (row.kind, row.data.get(BARRED, False)) == (Kind.CHECKOUT_APPROVED, barred)
    assert place.left_open == int(barred), "recovery looks at it once the reader has left"
    assert "barred_from" not in repr(replace(LEND, barred_from=from_)), "how old somebody is is on no log"


def test_nothing_that_changes_something_is_sent_twice() -> None:
    for asked, script, _, _ in WAYS:
        place = Place(**script)
        place.changes.make(asked)
        for name in ("checkout", "checkin", "renew"):
            assert place.abis.asked.count(name) <= 1


def test_a_renewal_asks_no_due_date_of_an_abis_that_is_away() -> None:
    place = Place(renew=UNSENT)
    place.abis.state = Health(State.ABSENT, "silent")
    place.changes.make(RENEW)
    assert "item_info" not in place.abis.asked


# --- what another reader still has ------------------------------------------------------------------------------------

FIRST = replace(LEND, return_first=True)


def test_a_book_of_another_reader_is_returned_for_them_and_then_lent() -> None:
    place = Place(checkin=Returned(SOLARIS, patron=BORIS))
    place.changes.make(FIRST)
    assert [(row.kind, row.txn, row.card) for row in place.journal.rows] == [
        (Kind.CHECKIN_INTENDED, OTHER, None),
        (Kind.CHECKIN_ACCEPTED, OTHER, BORIS),
        (Kind.CHECKOUT_APPROVED, TXN, ANNA),
    ]
    returned, lent = place.told
    assert returned == CheckinAccepted(HERS, Returned(SOLARIS)), "the reader never hears who had it"
    assert isinstance(lent, CheckoutApproved)


def test_a_return_for_another_reader_is_told_though_the_book_then_stays() -> None:
    place = Place(checkin=Returned(SOLARIS, patron=BORIS), checkout=NO)
    place.changes.make(FIRST)
    assert place.told == [CheckinAccepted(HERS, Returned(SOLARIS)), CheckoutRefused(HERS, SOLARIS, NO)]


@pytest.mark.parametrize(
    ("script", "rows", "event"),
    [
        ({"checkin": NO}, [Kind.CHECKIN_REFUSED, Kind.CHECKOUT_REFUSED], CheckoutRefused(HERS, SOLARIS, NO)),
        (
            {"checkin": UNSENT},
            [Kind.CHECKIN_NOT_SENT, Kind.CHECKOUT_NOT_SENT],
            CheckoutUnanswered(HERS, SOLARIS, sent=False),
        ),
        (
            {"checkin": LOST, "item_info": LOST},
            [Kind.CHECKIN_UNKNOWN, Kind.CHECKOUT_NOT_SENT],
            CheckoutUnanswered(HERS, SOLARIS, sent=False),
        ),
    ],
)
def test_what_could_not_be_returned_for_them_is_never_asked_to_be_lent(
    script: dict[str, object], rows: list[Kind], event: Event
) -> None:
    place = Place(**script)
    place.changes.make(FIRST)
    assert place.journal.kinds == [Kind.CHECKIN_INTENDED, *rows]
    assert "checkout" not in place.abis.asked
    assert place.told == [event]


@pytest.mark.parametrize("written", [0, 1])
def test_a_return_for_another_reader_that_cannot_be_written_lends_nothing(written: int) -> None:
    place = Place(checkin=Returned(SOLARIS, patron=BORIS))
    append, left = place.journal.append, [written]

    def full_after(entries, done) -> None:
        place.journal.fault = None if left[0] > 0 else JournalFault("full")
        left[0] -= 1
        append(entries, done)

    place.journal.append = full_after  # type: ignore[method-assign]
    place.changes.make(FIRST)
    assert "checkout" not in place.abis.asked
    assert place.abis.asked.count("checkin") == written
    assert place.told == [CheckoutRefused(HERS, SOLARIS, Refusal(Reason.NOT_RECORDED))]


# --- what the ABIS says ----------------------------------------------------------------------------------------------

SAYS = "Лебедевой Анне отказано, звоните"


def test_a_text_whose_meaning_is_known_is_not_kept() -> None:
    place = Place(checkout=Refusal(Reason.CARD_BLOCKED, SAYS))
    place.changes.make(LEND)
    assert place.journal.rows[-1].data == {"reason": "CARD_BLOCKED"}


@pytest.mark.parametrize(("call", "change"), [("checkout", LEND), ("checkin", TAKE), ("renew", RENEW)])
def test_an_unknown_text_is_kept_beside_the_row_without_the_name_of_who_is_there(call: str, change: Change) -> None:
    place = Place(**{call: Refusal(Reason.OTHER, SAYS)})
    place.changes.identified("Лебедева Анна Сергеевна")
    place.changes.make(change)
    data = {"reason": "OTHER", "said": "[name] [name] отказано, звоните"}
    assert place.journal.rows[-1].data == data
    assert payload(place.journal.rows[-1]) == '{"item":"1001","data":{"reason":"OTHER"}}'


def test_an_unknown_text_is_kept_short() -> None:
    place = Place(checkout=Refusal(Reason.OTHER, "ж" * 5000))
    place.changes.make(LEND)
    assert place.journal.rows[-1].data["said"] == "ж" * RAW
