"""What a whole station makes of faults: the library system, the journal, devices, and its own."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.app import enquiries, journal_watch, runtime
from kiosk.app.attention import Care, attention
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.patrons import Patron
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.events import Button, NumberTyped, Pressed, Task, TaskChosen
from kiosk.ports.abis import NotSent, Unreachable
from kiosk.views import (
    Banner,
    Broken,
    Checkin,
    Checkout,
    Farewell,
    Identify,
    Idle,
    OutOfService,
    Paper,
    Pin,
    PutBack,
    RowState,
    TypeNumber,
    View,
)
from sync.outbox import outbox
from tests.kiosk.desks import RULES, Desk, desk
from tests.kiosk.small_library import ANNA, COPIES, LAURUS, PIN, SOLARIS
from tests.kiosk.standins import ScriptedAbis

AWAY = Health(State.ABSENT, "ABIS at abis:6001: no answer")
UNSENT, LOST = NotSent("cannot connect"), Unreachable("no answer in time")
LENT = ItemInfo(SOLARIS, "Солярис", standing=Standing.ON_LOAN)
GROWN = Patron(ANNA, "Иванова Анна", "Анна", birth=date(1990, 5, 5))
Open = Callable[..., AbstractContextManager[Desk]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enquiries, "PROBE_WHEN_DOWN", 0.01)
    monkeypatch.setattr(journal_watch, "RETRY", 0.01)


class Fuse:
    """Breaks the journal's writing while it is blown: every row, or from one kind of step on."""

    def __init__(self) -> None:
        self.blown = False
        self.met = threading.Event()

    def __call__(self, step: str) -> None:
        if self.blown and step == "rows":
            self.met.set()
            raise sqlite3.OperationalError("disk I/O error")


@pytest.fixture
def fuse() -> Fuse:
    return Fuse()


@pytest.fixture
def opened(tmp_path: Path, fuse: Fuse) -> Open:
    """Open a desk with this connector, its reader's age and books seen before."""

    def open_desk(abis: ScriptedAbis, replay: ScriptedAbis | None = None) -> AbstractContextManager[Desk]:
        abis.script.setdefault("identify", GROWN)
        return desk(tmp_path, abis, COPIES, RULES, replay, fuse)

    return open_desk


def begins(at: Desk, item: ItemId = SOLARIS) -> None:
    """Anna lays one book down and logs in."""
    at.sees(Idle)
    at.hands.lay(item)
    at.ui.wait_for(lambda view: isinstance(view, Identify) and view.can_scan and view.rows != ())
    at.hands.show_card(ANNA)
    at.sees(Pin)
    at.pin(PIN)


def row_is(state: RowState, reason: Reason | None = None) -> Callable[[View], bool]:
    def right(view: View) -> bool:
        rows = getattr(view, "rows", None) or ()
        told = [(row.state, row.refusal.reason if row.refusal else None) for row in rows]
        return told == [(state, reason)] if reason else [row.state for row in rows] == [state]

    return right


def leaves(at: Desk) -> None:
    at.post(Pressed(Button.FINISH))
    at.sees(Farewell)
    at.hands.lift_all()
    at.post(Pressed(Button.FINISH))


def waits(at: Desk) -> None:
    """Wait until the screen knows that one thing must still be confirmed."""
    at.ui.wait_for(lambda view: view.frame.waiting == 1)


def comes_back(abis: ScriptedAbis, replay: ScriptedAbis, **script: object) -> None:
    replay.script.pop("item_info")
    replay.script.update(script)
    abis.script["probe"] = READY


def kinds(at: Desk) -> list[Kind]:
    return [Kind(row.kind) for row in at.station.journal.rows()]


def of_loans(at: Desk) -> list[Kind]:
    """The rows that tell of books, in order."""
    beside = {Kind.STATION_STARTED, Kind.SESSION_STARTED, Kind.SESSION_ENDED, Kind.RECEIPT_PRINTED}
    return [kind for kind in kinds(at) if kind not in beside]


# --- the library system -----------------------------------------------------------------------------------------------


def test_what_was_not_sent_is_lent_here_and_confirmed_once_the_abis_is_back(opened: Open) -> None:
    abis, replay = ScriptedAbis({"checkout": UNSENT, "probe": AWAY}), ScriptedAbis({"item_info": UNSENT})
    with opened(abis, replay) as at:
        begins(at)
        view = at.ui.wait_for(row_is(RowState.RECORDED))
        assert view.frame.banner is Banner.OFFLINE
        waits(at)
        leaves(at)
        at.sees(Idle)
        comes_back(abis, replay)
        at.ui.wait_for(lambda view: view.frame.waiting == 0)
        assert any(view.frame.banner is Banner.BACK_ONLINE for view in list(at.ui.views))
        assert (abis.asked + replay.asked).count("checkout") == 2
        assert [kind for kind in of_loans(at) if kind is not Kind.TAG_DISARMED] == [
            Kind.CHECKOUT_INTENDED,
            Kind.CHECKOUT_NOT_SENT,
            Kind.LENT_OFFLINE,
            Kind.REPLAY_CONFIRMED,
        ]
        assert not at.hands.armed(SOLARIS)


def test_an_answer_that_was_lost_is_asked_about_and_the_loan_stands(opened: Open) -> None:
    abis = ScriptedAbis({"checkout": LOST, "item_info": [ItemInfo(SOLARIS, "Солярис"), LENT], "loans": {SOLARIS}})
    with opened(abis) as at:
        begins(at)
        at.ui.wait_for(row_is(RowState.YOURS))
        assert of_loans(at)[:2] == [Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_APPROVED]
        assert at.station.journal.waiting().waiting == 0
        assert abis.asked.count("checkout") == 1


def test_what_stays_unknown_is_asked_about_first_and_never_sent_twice(opened: Open) -> None:
    here = ItemInfo(SOLARIS, "Солярис")
    abis = ScriptedAbis({"checkout": LOST, "item_info": [here, LOST, LENT], "loans": LOST, "probe": AWAY})
    replay = ScriptedAbis({"item_info": UNSENT, "loans": {SOLARIS}})
    with opened(abis, replay) as at:
        begins(at)
        at.ui.wait_for(row_is(RowState.RECORDED))
        assert of_loans(at)[:3] == [Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_UNKNOWN, Kind.LENT_OFFLINE]
        waits(at)
        comes_back(abis, replay)
        at.ui.wait_for(lambda view: view.frame.waiting == 0)
        assert (abis.asked + replay.asked).count("checkout") == 1
        assert Kind.REPLAY_CONFIRMED in kinds(at)


def test_a_return_without_an_answer_is_taken_and_told_later(opened: Open) -> None:
    abis, replay = ScriptedAbis({"checkin": UNSENT, "probe": AWAY}), ScriptedAbis({"item_info": UNSENT})
    with opened(abis, replay) as at:
        at.sees(Idle)
        at.post(TaskChosen(Task.CHECKIN))
        at.sees(Checkin)
        at.hands.lay(SOLARIS)
        at.ui.wait_for(row_is(RowState.RECORDED))
        waits(at)
        comes_back(abis, replay, item_info=LENT)
        at.ui.wait_for(lambda view: view.frame.waiting == 0)
        assert [kind for kind in of_loans(at) if kind is not Kind.TAG_ARMED] == [
            Kind.CHECKIN_INTENDED,
            Kind.CHECKIN_NOT_SENT,
            Kind.RETURNED_OFFLINE,
            Kind.REPLAY_CONFIRMED,
        ]


def test_an_abis_that_is_down_at_the_start_offers_what_goes_without_it(opened: Open) -> None:
    abis = ScriptedAbis({"probe": AWAY})
    with opened(abis) as at:
        idle = at.ui.wait_for(lambda view: isinstance(view, Idle) and view.frame.offline)
        assert Task.ACCOUNT not in idle.tasks
        assert at.station.health()["abis"] == AWAY.sentence
        abis.script["probe"] = READY
        at.ui.wait_for(lambda view: isinstance(view, Idle) and Task.ACCOUNT in view.tasks)


def test_an_answer_that_comes_after_the_reader_left_is_written_and_not_shown(opened: Open) -> None:
    asked, answered = threading.Event(), threading.Event()
    abis = ScriptedAbis()
    checkout = abis.checkout

    def late(*args: object, **kwargs: object) -> object:
        asked.set()
        assert answered.wait(10)
        return checkout(*args, **kwargs)  # type: ignore[arg-type]

    abis.checkout = late  # type: ignore[method-assign, assignment]
    with opened(abis) as at:
        begins(at)
        assert asked.wait(10)
        at.ui.wait_for(row_is(RowState.ASKING))
        at.post(Pressed(Button.FINISH))
        at.ui.wait_for(lambda view: isinstance(view, Checkout) and bool(view.finishing))
        at.post(runtime.TimedOut(runtime.Timer.FINISHING))  # it waits a moment, says so, and lets the reader go
        at.post(Pressed(Button.FINISH))
        at.sees(Farewell)
        at.post(Pressed(Button.FINISH))
        at.sees(Idle)
        shown = len(at.ui.views)
        answered.set()
        assert _written(at, Kind.CHECKOUT_APPROVED)
        assert at.hands.armed(SOLARIS)  # nobody watches over it: it is opened when it is laid down again
        assert all(isinstance(view, Idle) for view in list(at.ui.views)[shown:])


def _written(at: Desk, kind: Kind) -> bool:
    """Wait until a row of this kind is in the journal: each look waits behind what is being written."""
    deadline = threading.Event()
    timer = threading.Timer(10, deadline.set)
    timer.start()
    try:
        while kind not in kinds(at):
            if deadline.is_set():
                return False
        return True
    finally:
        timer.cancel()


# --- the journal ------------------------------------------------------------------------------------------------------


def test_a_loan_that_cannot_be_journaled_is_refused_in_words_and_the_station_recovers(opened: Open, fuse: Fuse) -> None:
    abis = ScriptedAbis()
    with opened(abis) as at:
        at.sees(Idle)
        at.hands.lay(SOLARIS)
        at.ui.wait_for(lambda view: isinstance(view, Identify) and view.can_scan and view.rows != ())
        at.hands.show_card(ANNA)
        at.sees(Pin)
        assert of_loans(at) == []  # the session's own row has been written
        fuse.blown = True
        at.pin(PIN)
        at.ui.wait_for(lambda view: getattr(view, "refusal", None) is not None or row_is(RowState.STAYS)(view))
        assert "checkout" not in abis.asked
        assert at.hands.armed(SOLARIS)
        assert isinstance(at.ui.view, Checkout) or at.ui.view.refusal.reason is Reason.NOT_RECORDED
        at.post(Pressed(Button.BACK))
        leaves(at)
        at.sees(OutOfService, broken=Broken.JOURNAL)
        assert "disk" in at.station.health()["journal"]
        fuse.blown = False
        at.sees(Idle)
        assert at.station.health()["journal"] == "ready"
        assert kinds(at).count(Kind.JOURNAL_ANSWERS) == 1


def test_a_loan_that_could_not_be_journaled_and_is_no_longer_fresh_waits_for_a_person(
    opened: Open, fuse: Fuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile the desk may have handed her the book: nothing is returned behind anybody's back."""
    monkeypatch.setattr(outbox, "FRESH", timedelta(0))
    abis = ScriptedAbis({"loans": {SOLARIS}})
    checkout = abis.checkout

    def fails_meanwhile(*args: object, **kwargs: object) -> object:
        fuse.blown = True
        return checkout(*args, **kwargs)  # type: ignore[arg-type]

    abis.checkout = fails_meanwhile  # type: ignore[method-assign, assignment]
    with opened(abis) as at:
        begins(at)
        at.ui.wait_for(lambda view: getattr(view, "refusal", None) is not None)
        assert fuse.met.wait(10)
        fuse.blown = False
        at.post(Pressed(Button.BACK))
        at.hands.lift_all()
        at.ui.wait_for(lambda view: isinstance(view, Checkout) and not view.rows[0].on_pad)
        abis.script["item_info"] = LENT
        leaves(at)
        at.sees(Idle)
        assert _written(at, Kind.REPLAY_REVIEW)
        assert [kind for kind in of_loans(at) if kind is not Kind.JOURNAL_ANSWERS] == [
            Kind.CHECKOUT_INTENDED,
            Kind.RETURNED_OFFLINE,
            Kind.REPLAY_REVIEW,
        ]
        assert "checkin" not in abis.asked
        assert [each.care for each in attention(at.station.journal)] == [Care.NOT_TAKEN]
        at.hands.lay(SOLARIS)
        at.ui.wait_for(lambda view: bool(getattr(view, "rows", None)))
        assert at.hands.armed(SOLARIS)  # by whomever it is laid down: it is opened for nobody
        assert Kind.TAG_DISARMED not in kinds(at)


# --- devices ----------------------------------------------------------------------------------------------------------


def test_a_pad_that_is_unplugged_in_mid_session_and_comes_back_goes_on(opened: Open) -> None:
    with opened(ScriptedAbis()) as at:
        begins(at)
        at.ui.wait_for(row_is(RowState.YOURS))
        at.hands.pad.unplug()
        at.ui.wait_for(lambda view: isinstance(view, Checkout) and not view.rows[0].on_pad)
        at.hands.lay(LAURUS)
        at.hands.pad.plug()
        at.ui.wait_for(lambda view: isinstance(view, Checkout) and [r.state for r in view.rows] == [RowState.YOURS] * 2)
        assert not at.hands.armed(LAURUS)


def test_a_pad_that_dies_before_it_opened_the_book_asks_to_put_it_back(opened: Open) -> None:
    abis = ScriptedAbis()
    checkout = abis.checkout
    with opened(abis) as at:

        def unplugged(*args: object, **kwargs: object) -> object:
            at.hands.pad.unplug()
            return checkout(*args, **kwargs)  # type: ignore[arg-type]

        abis.checkout = unplugged  # type: ignore[method-assign, assignment]
        begins(at)
        at.sees(PutBack)
        at.hands.pad.plug()
        at.ui.wait_for(row_is(RowState.YOURS))
        assert not at.hands.armed(SOLARIS)


def test_a_dead_printer_costs_a_receipt_and_no_loan(opened: Open) -> None:
    with opened(ScriptedAbis()) as at:
        begins(at)
        at.ui.wait_for(row_is(RowState.YOURS))
        at.hands.printer.unplug()
        at.ui.wait_for(lambda view: view.frame.banner is Banner.NO_RECEIPT)
        at.post(Pressed(Button.FINISH))
        at.sees(Farewell, paper=Paper.FAILED)
        assert Kind.CHECKOUT_APPROVED in kinds(at)
        assert not at.hands.armed(SOLARIS)


def test_with_a_dead_scanner_the_number_is_typed(opened: Open) -> None:
    with opened(ScriptedAbis()) as at:
        at.sees(Idle)
        at.hands.lay(SOLARIS)
        at.ui.wait_for(lambda view: isinstance(view, Identify) and view.can_scan)
        at.hands.scanner.unplug()
        at.sees(Identify, can_scan=False)
        at.post(Pressed(Button.TYPE_NUMBER))
        at.sees(TypeNumber)
        at.post(NumberTyped(ANNA))
        at.sees(Pin)
        at.pin(PIN)
        at.ui.wait_for(row_is(RowState.YOURS))


def test_without_pad_and_scanner_nothing_is_offered_until_one_is_back(opened: Open) -> None:
    with opened(ScriptedAbis()) as at:
        at.sees(Idle)
        at.hands.scanner.unplug()
        at.hands.pad.unplug()
        at.sees(OutOfService, broken=Broken.BOOKS)
        at.hands.pad.plug()
        at.sees(Idle)


# --- its own ----------------------------------------------------------------------------------------------------------


def test_a_flow_that_falls_over_sends_the_reader_home_and_the_next_one_is_served(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(ScriptedAbis()) as at:
        begins(at)
        at.ui.wait_for(row_is(RowState.YOURS))
        sound = runtime.desk.step

        def falls_over(now: object, event: object) -> object:
            if isinstance(event, TaskChosen):
                raise KeyError("Иванова Анна")
            return sound(now, event)  # type: ignore[arg-type]

        monkeypatch.setattr(runtime.desk, "step", falls_over)
        at.post(TaskChosen(Task.HOME))
        at.sees(Idle)
        assert at.ui.forgotten == 1
        monkeypatch.undo()
        at.hands.lift_all()
        at.hands.lay(LAURUS)
        at.ui.wait_for(lambda view: isinstance(view, Identify) and [row.item for row in view.rows] == [LAURUS])
        at.hands.show_card(CardNumber("20000000002002"))
        at.sees(Pin)
        assert [kind for kind in kinds(at) if kind is Kind.SESSION_ENDED] == [Kind.SESSION_ENDED]


def test_stopped_it_leaves_no_thread_and_may_be_stopped_again(opened: Open) -> None:
    before = set(threading.enumerate())
    with opened(ScriptedAbis()) as at:
        begins(at)
        at.ui.wait_for(row_is(RowState.YOURS))
        at.station.stop()
        left = {thread.name for thread in set(threading.enumerate()) - before if not thread.name.startswith("sim ")}
        assert left == set()


def test_a_second_station_on_the_same_folder_is_refused_in_words_and_leaves_nothing_running(
    opened: Open, tmp_path: Path
) -> None:
    with opened(ScriptedAbis()) as at:
        at.sees(Idle)
        before = {thread.name for thread in threading.enumerate() if not thread.name.startswith("sim ")}
        with (
            pytest.raises(journal_watch.JournalFault, match="A station runs once"),
            desk(tmp_path, ScriptedAbis(), COPIES),
        ):
            pass
        after = {thread.name for thread in threading.enumerate() if not thread.name.startswith("sim ")}
        assert after == before


@pytest.mark.parametrize("part", ["runtime", "outbox", "_enquiries"])
def test_a_start_that_fails_half_way_is_undone(
    opened: Open, tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.app.station import Station

    sound = Station.__init__

    def broken(station: Station, *args: object) -> None:
        sound(station, *args)  # type: ignore[arg-type]
        monkeypatch.setattr(getattr(station, part), "start", _no_more_threads)

    before = set(threading.enumerate())
    monkeypatch.setattr(Station, "__init__", broken)
    with pytest.raises(RuntimeError, match="can't start new thread"), opened(ScriptedAbis()):
        pass
    assert set(threading.enumerate()) <= before
    monkeypatch.setattr(Station, "__init__", sound)
    with opened(ScriptedAbis()) as at:
        at.sees(Idle)


def _no_more_threads() -> None:
    raise RuntimeError("can't start new thread")


def test_a_driver_that_falls_over_at_its_start_has_a_status_and_stops_nobody_else(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from devices.drivers.escpos.driver import Driver

    monkeypatch.setattr(Driver, "start", lambda self, emit: _no_more_threads())
    monkeypatch.setattr(Driver, "health", lambda self: _no_more_threads())
    with opened(ScriptedAbis()) as at:
        begins(at)
        at.ui.wait_for(row_is(RowState.YOURS))
        assert at.station.health()[Part.PRINTER.name.lower()] == "it fell over; the station's log says where"
        assert at.ui.view.frame.banner is Banner.NO_RECEIPT


def test_health_names_every_thing_the_station_leans_on(opened: Open) -> None:
    with opened(ScriptedAbis()) as at:
        at.sees(Idle)
        at.hands.lay(SOLARIS)
        at.ui.wait_for(lambda view: isinstance(view, Identify) and view.can_scan)
        assert set(at.station.health()) == {"journal", "abis", "tags", "scanner", "printer"}
