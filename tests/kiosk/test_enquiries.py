"""Enquiries: one at a time, on a thread that nothing ends."""

import threading
from dataclasses import replace

import pytest

from kiosk.app import enquiries as module
from kiosk.app.enquiries import BROKEN, Enquiries
from kiosk.app.scribe import Scribe
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, TxnId
from kiosk.domain.items import ItemInfo
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules
from kiosk.effects import AskAccount, DescribeItem, Identify, RequestCheckin, RequestCheckout, RequestRenew, TryAbis
from kiosk.events import (
    AbisTried,
    AccountRead,
    AccountUnanswered,
    CheckinUnanswered,
    CheckoutUnanswered,
    Event,
    ItemDescribed,
    PartChanged,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    RenewUnanswered,
)
from kiosk.ports.abis import Unreachable
from tests.kiosk.standins import HeldClock, MemoryJournal, NothingSeen, ScriptedAbis

HERS, ANNA, SOLARIS, TXN = SessionId("s-1"), CardNumber("20000000002001"), ItemId("1001"), TxnId("t-1")
WHO = Identify(HERS, ANNA, Secret("739164"))
WRONG, SILENT, BUG = Refusal(Reason.WRONG_PIN), Unreachable("silent"), ValueError("Иванова Анна 739164")
AWAY = Health(State.ABSENT, "silent")


class Remembers(NothingSeen):
    def item(self, item: ItemId) -> ItemInfo | None:
        return ItemInfo(item, "Солярис, как помнится")

    def patron(self, card: CardNumber) -> Patron | None:
        return Patron(card, age_at_least=18)


class Place:
    def __init__(self, **script: object) -> None:
        self.changed = threading.Condition()
        self.told: list[Event] = []
        self.rules = Rules(pin_attempts=3, pin_lock_minutes=15)
        self.ups = self.spare = 0
        self.journal, self.abis, self.clock = MemoryJournal(), ScriptedAbis(script), HeldClock()
        scribe = Scribe(self.journal, self.post, lambda: TXN)
        self.enquiries = Enquiries(
            self.abis, scribe, Remembers(), self.clock, self.post, lambda: self.rules, self.up, self.quiet
        )

    def post(self, event: Event) -> None:
        with self.changed:
            self.told.append(event)
            self.changed.notify_all()

    def up(self) -> None:
        self.ups += 1
        raise BUG

    def quiet(self) -> None:
        self.spare += 1
        raise BUG

    def hears(self, event: Event) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: event in self.told, 10), self.told

    def answers(self, *asked: object) -> list[Event]:
        self.told.clear()
        for one in asked:
            self.enquiries.make(one)  # type: ignore[arg-type]
        return [event for event in self.told if not isinstance(event, PartChanged)]


def test_the_third_wrong_pin_is_told_as_a_locked_card_and_the_fourth_is_not_even_asked() -> None:
    place = Place(identify=WRONG)
    answers = place.answers(WHO, WHO, WHO, WHO)
    assert [(event.refusal.reason, event.attempts_left) for event in answers if isinstance(event, PatronRefused)] == [
        (Reason.WRONG_PIN, 2),
        (Reason.WRONG_PIN, 1),
        (Reason.PIN_LOCKED, 0),
        (Reason.PIN_LOCKED, 0),
    ]
    assert place.abis.asked.count("identify") == 3
    assert [event.refusal.limit for event in answers if isinstance(event, PatronRefused)] == [None, None, 15, 15]
    place.clock.passes(7 * 60)
    (event,) = place.answers(WHO)
    assert isinstance(event, PatronRefused)
    assert event.refusal.limit == 8


def test_a_new_policy_counts_at_the_next_pin() -> None:
    place = Place(identify=WRONG)
    place.rules = replace(place.rules, pin_attempts=1)
    (event,) = place.answers(WHO)
    assert isinstance(event, PatronRefused)
    assert event.refusal.reason is Reason.PIN_LOCKED


def test_without_an_answer_the_flow_hears_what_this_site_remembers() -> None:
    place = Place(identify=SILENT, item_info=SILENT, account=SILENT)
    assert place.answers(WHO, DescribeItem(SOLARIS), AskAccount(HERS, ANNA)) == [
        PatronUnanswered(HERS, ANNA, Patron(ANNA, age_at_least=18)),
        ItemDescribed(SOLARIS, ItemInfo(SOLARIS, "Солярис, как помнится")),
        AccountUnanswered(HERS),
    ]


def test_staff_who_ask_the_library_system_hear_what_it_says_now() -> None:
    place = Place()
    assert place.answers(TryAbis()) == [AbisTried(answers=True)]
    place.abis.script["probe"] = Health(State.ABSENT, "silent")
    assert place.answers(TryAbis()) == [AbisTried(answers=False)]
    assert PartChanged(Part.ABIS, Health(State.ABSENT, "silent")) in place.told
    place.enquiries._answer_for_broken(TryAbis())
    assert place.told[-1] == AbisTried(answers=False)


def test_answers_are_told_as_they_are() -> None:
    place = Place()
    anna = Patron(ANNA, "Иванова Анна", "Анна")
    assert place.answers(WHO, AskAccount(HERS, ANNA)) == [PatronIdentified(HERS, anna), AccountRead(HERS, Account())]


@pytest.mark.parametrize(
    ("asked", "name", "answer"),
    [
        (WHO, "identify", PatronUnanswered(HERS, ANNA)),
        (AskAccount(HERS, ANNA), "account", AccountUnanswered(HERS)),
        (DescribeItem(SOLARIS), "item_info", ItemDescribed(SOLARIS, None)),
        (RequestCheckout(HERS, TXN, ANNA, SOLARIS), "checkout", CheckoutUnanswered(HERS, SOLARIS, sent=True)),
        (RequestCheckin(HERS, TXN, SOLARIS), "checkin", CheckinUnanswered(HERS, SOLARIS, sent=True)),
        (RequestRenew(HERS, TXN, ANNA, SOLARIS), "renew", RenewUnanswered(HERS, SOLARIS, sent=True)),
    ],
)
def test_a_connector_that_falls_over_is_one_that_does_not_answer(asked: object, name: str, answer: Event) -> None:
    place = Place(**{name: BUG, "item_info": BUG})
    assert place.answers(asked) == [answer]


def test_the_standing_of_the_abis_is_told_once_per_change() -> None:
    place = Place(item_info=[SILENT, SILENT, ItemInfo(SOLARIS), ItemInfo(SOLARIS)])
    place.enquiries.probe()
    place.told.clear()
    for _ in range(4):
        place.enquiries.make(DescribeItem(SOLARIS))
    assert [event.health.state for event in place.told if isinstance(event, PartChanged)] == [
        State.ABSENT,
        State.READY,
    ]
    assert place.ups == 2


def test_no_fault_ends_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROBE_WHEN_UP", 0.001)
    place = Place()
    broken = [3]

    def falls_over() -> Health:
        broken[0] -= 1
        if broken[0] >= 0:
            raise BUG
        return READY

    place.abis.probe = place.abis.health = falls_over  # type: ignore[method-assign]
    monkeypatch.setattr(module, "PROBE_WHEN_DOWN", 0.001)
    place.enquiries.start()
    place.hears(PartChanged(Part.ABIS, BROKEN))
    place.hears(PartChanged(Part.ABIS, READY))
    place.enquiries.ask(DescribeItem(SOLARIS))
    place.hears(ItemDescribed(SOLARIS, ItemInfo(SOLARIS, "Солярис")))
    place.enquiries.stop()
    assert place.ups >= 1
    assert place.spare >= 1
    assert not place.enquiries._thread.is_alive()


def test_an_abis_that_is_down_at_the_start_is_asked_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROBE_WHEN_DOWN", 0.001)
    place = Place(probe=AWAY)
    place.enquiries.start()
    place.hears(PartChanged(Part.ABIS, AWAY))
    place.abis.script["probe"] = READY
    place.hears(PartChanged(Part.ABIS, READY))
    place.enquiries.stop()
    assert place.ups == 1


def test_a_station_that_stops_closes_a_connector_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.05)
    place = Place()
    closed, begun = threading.Event(), threading.Event()

    def hangs(item: ItemId) -> ItemInfo:
        begun.set()
        assert closed.wait(10)
        raise SILENT

    place.abis.item_info = hangs  # type: ignore[method-assign]
    place.abis.close = closed.set  # type: ignore[method-assign]
    place.enquiries.start()
    for item in ("1001", "1002", "1003"):
        place.enquiries.ask(DescribeItem(ItemId(item)))
    assert begun.wait(10)
    place.enquiries.stop()
    place.enquiries._thread.join(10)
    assert not place.enquiries._thread.is_alive()
    assert sum(isinstance(event, ItemDescribed) for event in place.told) == 1
