"""The runtime: events in order, sessions named in time, and no fault that ends it."""

from collections.abc import Callable
from datetime import date

import pytest

from kiosk.app import runtime as module
from kiosk.app.headless import HeadlessUi
from kiosk.app.runtime import Runtime
from kiosk.domain.health import READY, Part
from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, StaffId, TagUid
from kiosk.domain.items import ItemInfo, Security, Standing, TagFacts
from kiosk.domain.patrons import Patron
from kiosk.domain.rules import Hours, Rules
from kiosk.domain.staff import Act
from kiosk.effects import DescribeItem, Effect, EndSession, Identify, OpenSession, SetSecurity
from kiosk.events import (
    ActChosen,
    BarcodeScanned,
    Button,
    Event,
    ItemDescribed,
    PartChanged,
    PatronIdentified,
    PinEntered,
    PolicyChanged,
    Pressed,
    Recovered,
    StaffAdmitted,
    StaffCardShown,
    TagRead,
    TagSeen,
    Task,
    TaskChosen,
    Touched,
    TrialCardShown,
)
from kiosk.flows import desk, screens
from kiosk.flows.desk import Desk
from kiosk.flows.session_state import Where
from kiosk.views import Home, Idle, OutOfService, Pin, View
from tests.kiosk.standins import HeldClock

ANNA, BORIS = CardNumber("20000000002001"), CardNumber("20000000002002")
BOOK = TagUid("E004010000000001")
CARD = CardNumber("90000000000017")


class Place:
    """A runtime without its thread: a test hands in events and sees what was asked for and shown."""

    def __init__(self) -> None:
        self.asked: list[Effect] = []
        self.ui = HeadlessUi()
        self.clock = HeldClock()
        self.minted = 0
        self.runtime = Runtime(self.asked.append, self.ui, self.clock, self.hours, Desk(), self.mint)
        self.runtime._begin()
        self.runtime.tick()
        for part in (Part.JOURNAL, Part.TAGS, Part.SCANNER):
            self.runtime.step(PartChanged(part, READY))

    def hours(self) -> Hours:
        return Hours(date(2026, 11, 20))

    def mint(self) -> SessionId:
        self.minted += 1
        return SessionId(f"s-{self.minted}")

    def happens(self, *events: Event) -> None:
        for event in events:
            self.runtime.step(event)

    def seconds_until(self, seen: Callable[[View], bool]) -> int:
        """Let time pass, second by second, and say when the screen was as `seen` says."""
        for second in range(1000):
            if seen(self.ui.view):
                return second
            self.clock.passes(1)
            self.runtime.tick()
        raise AssertionError("it never was")

    def ended(self) -> list[str]:
        return [effect.session for effect in self.asked if isinstance(effect, EndSession)]

    def anna_is_there(self) -> None:
        self.happens(BarcodeScanned(ANNA), PinEntered(Secret("739164")))
        asked = self.asked[-1]
        assert isinstance(asked, Identify)
        self.happens(PatronIdentified(asked.session, Patron(ANNA, "Иванова Анна", "Анна")))
        assert isinstance(self.ui.view, Home)


@pytest.fixture
def place() -> Place:
    return Place()


def falls_over(on: type[Event], times: int = 1000) -> Callable[[Desk, Event], object]:
    """A flow that raises on this kind of event, so many times."""
    left = [times]
    sound = desk.step

    def step(now: Desk, event: Event) -> object:
        if isinstance(event, on) and left[0]:
            left[0] -= 1
            raise ZeroDivisionError
        return sound(now, event)

    return step


def test_whoever_comes_right_after_the_farewell_finds_a_session_waiting(place: Place) -> None:
    place.happens(BarcodeScanned(ANNA), Pressed(Button.BACK), Pressed(Button.BACK), BarcodeScanned(BORIS))
    opened = [effect.session for effect in place.asked if isinstance(effect, OpenSession)]
    assert place.ended() == opened[:1]
    assert len(set(opened)) == 2
    assert isinstance(place.ui.view, Pin)


def test_every_session_has_its_own_name(place: Place) -> None:
    for _ in range(20):
        place.happens(TaskChosen(Task.CHECKIN), Pressed(Button.BACK))
    assert len(set(place.ended())) == 20


def test_a_flow_that_falls_over_sends_the_reader_home_and_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.anna_is_there()
    monkeypatch.setattr(module.desk, "step", falls_over(TagRead, times=1))
    place.happens(TagSeen(BOOK), TagRead(TagFacts(BOOK, ItemId("1001"))))
    assert len(place.ended()) == 1
    assert isinstance(place.ui.view, Idle)
    assert not place.runtime.busy
    place.happens(BarcodeScanned(BORIS))
    assert isinstance(place.ui.view, Pin)


def test_a_flow_that_falls_over_with_nobody_there_loses_that_event_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.desk, "step", falls_over(Touched))
    place.happens(Touched(), Touched())
    assert isinstance(place.ui.view, Idle)
    assert place.ended() == []


def test_a_flow_that_cannot_even_end_a_session_is_begun_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.anna_is_there()
    rules = Rules(library="Новая")
    place.happens(PolicyChanged(rules))
    kinds = (TagSeen, module.TimedOut)
    monkeypatch.setattr(module.desk, "step", falls_over(kinds))  # type: ignore[arg-type]
    place.happens(TagSeen(BOOK))
    assert [effect for effect in place.asked if isinstance(effect, EndSession)] == [EndSession(SessionId("s-1"), ANNA)]
    assert isinstance(place.ui.view, Idle)
    assert place.ui.view.frame.library == "Новая"
    place.happens(BarcodeScanned(BORIS))
    assert isinstance(place.ui.view, Pin)


def test_a_flow_that_falls_over_under_staff_closes_their_screen_and_leaves_the_station_as_they_had_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    come = (StaffCardShown(CARD), PinEntered(Secret("739164")), StaffAdmitted(CARD, StaffId("olga")))
    place.happens(*come, ActChosen(Act.CLOSE))
    assert place.runtime.busy
    with monkeypatch.context() as broken:
        broken.setattr(module.desk, "step", falls_over(Touched))
        place.happens(Touched())
    assert isinstance(place.ui.view, OutOfService)
    assert not place.runtime.busy
    assert module.CLOSED in place.runtime.degraded
    place.happens(*come)
    kinds = (Touched, module.TimedOut)
    monkeypatch.setattr(module.desk, "step", falls_over(kinds))  # type: ignore[arg-type]
    place.happens(Touched())
    assert isinstance(place.ui.view, OutOfService)
    assert not place.runtime.busy


def test_a_test_visit_that_cannot_even_be_ended_is_told_to_nobody(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.happens(TrialCardShown(CARD), PinEntered(Secret("0000")))
    monkeypatch.setattr(module.desk, "step", falls_over((Touched, module.TimedOut)))  # type: ignore[arg-type]
    place.happens(Touched())
    assert [effect for effect in place.asked if isinstance(effect, EndSession)] == [
        EndSession(SessionId("s-1"), None, trial=True)
    ]


def test_a_screen_of_a_reader_that_cannot_be_drawn_never_stays(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.anna_is_there()
    sound = screens.view

    def view(now: Desk) -> View:
        if now.session is not None and now.session.where is Where.CHECKIN:
            raise KeyError("Иванова Анна")
        return sound(now)

    monkeypatch.setattr(module.screens, "view", view)
    place.happens(TaskChosen(Task.CHECKIN))
    assert isinstance(place.ui.view, Idle)


def test_no_timer_of_a_desk_begun_anew_is_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.anna_is_there()
    monkeypatch.setattr(module.desk, "step", falls_over((TagSeen, module.TimedOut)))  # type: ignore[arg-type]
    place.happens(TagSeen(BOOK))
    monkeypatch.undo()
    place.clock.passes(10_000)
    before = len(place.ui.views)
    place.runtime.tick()
    assert len(place.ui.views) == before


def test_hours_that_cannot_be_told_do_not_end_the_thread(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> Hours:
        raise OverflowError("a clock in the year 9999")

    monkeypatch.setattr(place.runtime, "_hours", lost)
    place.runtime.tick()
    place.happens(BarcodeScanned(ANNA))
    assert isinstance(place.ui.view, Pin)


def test_a_clock_that_jumps_a_century_ends_no_session(place: Place) -> None:
    place.anna_is_there()
    place.clock.set(place.clock.wall.replace(year=2126))
    place.runtime.tick()
    assert isinstance(place.ui.view, Home)


def test_time_that_passes_warns_and_then_sends_home(place: Place) -> None:
    place.anna_is_there()
    warned = place.seconds_until(lambda view: isinstance(view, Home) and view.frame.last_call is not None)
    assert warned >= Rules().patience.idle
    assert place.seconds_until(lambda view: isinstance(view, Idle)) == Rules().patience.warning
    assert len(place.ended()) == 1


def test_what_recovery_owes_to_a_tag_that_lies_there_already_is_looked_into_at_once(place: Place) -> None:
    solaris = ItemId("1001")
    place.happens(TagSeen(BOOK), TagRead(TagFacts(BOOK, solaris)), ItemDescribed(solaris, None))
    place.asked.clear()
    place.happens(Recovered(frozenset({solaris})))
    assert place.asked == [DescribeItem(solaris)]
    place.happens(ItemDescribed(solaris, ItemInfo(solaris, standing=Standing.ON_LOAN)))
    assert place.asked[1:] == [SetSecurity(BOOK, Security.DISARMED, solaris)]


def test_who_is_in_front_of_the_screen_is_known_by_card(place: Place) -> None:
    assert not place.runtime.serves(ANNA)
    place.happens(BarcodeScanned(ANNA))
    assert place.runtime.serves(ANNA)
    place.happens(Pressed(Button.BACK), Pressed(Button.BACK))
    place.anna_is_there()
    assert place.runtime.serves(ANNA)
    assert not place.runtime.serves(BORIS)


def test_its_thread_takes_what_was_posted_and_then_ends(place: Place) -> None:
    ui = HeadlessUi()
    runtime = Runtime(place.asked.append, ui, HeldClock(), place.hours)
    runtime.stop()  # harmless before the start
    runtime = Runtime(place.asked.append, ui, HeldClock(), place.hours)
    runtime.start()
    runtime.post(PartChanged(Part.JOURNAL, READY))
    runtime.post(PartChanged(Part.SCANNER, READY))
    runtime.stop()
    assert isinstance(ui.view, Idle)
    assert not runtime._thread.is_alive()
