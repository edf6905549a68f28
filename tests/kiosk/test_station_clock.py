"""A whole station on a machine whose clock is wrong: it serves, says so to staff, and comes right by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.app.headless import HeadlessUi
from kiosk.app.station import Parts, Station
from kiosk.app.system import Timekeeper
from kiosk.app.verbs import verbs
from kiosk.domain.health import READY, Part
from kiosk.domain.plan import WeeklyPlan
from kiosk.domain.records import Kind
from kiosk.domain.rules import Interval, Look, Mode, Rules
from kiosk.events import BarcodeScanned, Button, PartChanged, Pressed, Task, TaskChosen, Touched
from kiosk.views import Banner, Checkout, Farewell, Identify, Idle
from tests.kiosk.machines import NOON, FakeMachine
from tests.kiosk.standins import NothingSeen, Reader, ScriptedAbis

CARD = "21234000024172"
SAMARA = ZoneInfo("Europe/Samara")
OPEN = WeeklyPlan(((Interval(time(10), time(19), Mode.STAFFED),),) * 7)


@contextmanager
def station_on(machine: FakeMachine, folder: Path, *, own_dates: bool = False) -> Iterator[tuple[Station, HeadlessUi]]:
    rules = Rules(pin_required=False)
    keeper, abis, ui = Timekeeper(machine), ScriptedAbis(), HeadlessUi()
    parts = Parts(
        "desk-1", folder / "journal.db", SAMARA, rules, OPEN, Look(), (Reader(),), abis, abis, NothingSeen(), keeper,
        timekeeper=keeper, own_dates=own_dates,
    )  # fmt: skip
    station = Station(parts, ui)
    station.start()
    station.runtime.post(PartChanged(Part.TAGS, READY))
    try:
        yield station, ui
    finally:
        station.stop()


def test_a_small_board_serves_before_the_network_tells_the_time_and_comes_right_after_it(tmp_path: Path) -> None:
    machine = FakeMachine(truth=NOON)
    with station_on(machine, tmp_path) as (_, ui):
        ui.wait_for(lambda view: view.frame.hours is not None and view.frame.hours.day == NOON.date())
    machine.restarts(off=timedelta(days=3), chip="none")
    with station_on(machine, tmp_path) as (station, ui):
        ui.wait_for(lambda view: view.frame.hours is None)
        assert "nothing kept the clock" in station.health()["clock"]
        machine.passes(timedelta(minutes=3))
        machine.network()
        station.runtime.post(Touched())
        today = (NOON + timedelta(days=3)).date()
        ui.wait_for(lambda view: view.frame.hours is not None and view.frame.hours.day == today)
        assert station.health()["clock"] == "ready"
        rows = station.journal.rows()
        changed = [row for row in rows if row.kind == Kind.CLOCK_CHANGED]
        assert [(row.data["was"], row.data["now"]) for row in changed] == [("doubtful", "synced")]
        started = [row for row in rows if row.kind == Kind.STATION_STARTED][-1]
        assert started.stamp.wall < NOON + timedelta(days=1)
        assert station.journal.dated(started.stamp).wall == NOON + timedelta(days=3)


def test_a_flat_battery_keeps_nobody_from_the_desk(tmp_path: Path) -> None:
    machine = FakeMachine(truth=datetime(2000, 1, 1, tzinfo=UTC))
    with station_on(machine, tmp_path) as (station, ui):
        ui.wait_for(lambda view: isinstance(view, Idle))
        station.runtime.post(TaskChosen(Task.CHECKOUT))
        ui.wait_for(lambda view: isinstance(view, Identify))
        assert "battery is flat" in station.health()["clock"]


def test_staff_may_say_over_the_control_socket_that_the_clock_is_right(tmp_path: Path) -> None:
    machine = FakeMachine(kept=False)
    with station_on(machine, tmp_path) as (station, _):
        believe = verbs(station, list)["clock-believe"]
        assert "believed" in str(believe({"uid": 1000}))
        assert station.health()["clock"] == "ready"
        machine.is_set(datetime(1999, 1, 1, tzinfo=UTC))
        with pytest.raises(ValueError, match="Set the clock first"):
            believe({"uid": 1000})


def test_dates_of_the_built_in_store_are_worked_out_by_the_same_clock_and_said_to_be_unsure(tmp_path: Path) -> None:
    """Where the library system has a clock of its own, they are as good as that."""
    for own, certain in ((True, False), (False, True)):
        folder = tmp_path / f"own-{own}"
        folder.mkdir()
        with station_on(FakeMachine(kept=False), folder, own_dates=own) as (station, ui):
            ui.wait_for(lambda view: isinstance(view, Idle))
            station.runtime.post(TaskChosen(Task.CHECKOUT))
            station.runtime.post(BarcodeScanned(CARD))
            station.runtime.post(BarcodeScanned("30000000000001"))
            view = ui.wait_for(lambda view: isinstance(view, Checkout) and view.count.yours == 1)
            assert (view.frame.banner is Banner.DATES_UNSURE) is not certain
            lent = next(row for row in station.journal.rows() if row.kind == Kind.CHECKOUT_APPROVED)
            assert lent.data.get("due_certain", True) is certain
            station.runtime.post(Pressed(Button.FINISH))
            farewell = ui.wait_for(lambda view: isinstance(view, Farewell))
            assert isinstance(farewell, Farewell)
            assert [line.due_certain for line in farewell.receipt.lent] == [certain]
