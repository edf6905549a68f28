"""Staff at a whole station: real card, real PIN, real journal; out of service over a restart; a test card that never
counts; and no PIN anywhere."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.health import Part, State
from kiosk.domain.ids import CardNumber, Secret
from kiosk.domain.records import Kind
from kiosk.domain.staff import Act, Tried
from kiosk.events import ActChosen, Button, Pressed, Task, TaskChosen
from kiosk.views import Broken, Checkout, Farewell, Home, Idle, OutOfService, Pin, RowState, StaffMenu, StaffPin
from sync.abis.local.store import Store
from sync.staff_cards import StaffCards
from tests.kiosk.desks import Desk, desk
from tests.kiosk.small_library import ANNA, COPIES, PIN, SOLARIS, small_library

CARD, TEST = CardNumber("90000000000017"), CardNumber("90000000000025")
STAFF_PIN, WRONG = "602915", "500118"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    cards = StaffCards(tmp_path)
    cards.set("olga", CARD, Secret(STAFF_PIN))
    cards.add_test(TEST)
    held = small_library(tmp_path)
    yield held
    held.close()


def comes(at: Desk) -> None:
    at.hands.show_card(CARD)
    at.sees(StaffPin)
    at.pin(STAFF_PIN)
    at.sees(StaffMenu)


def line(at: Desk, part: Part, **fields: object) -> None:
    """Wait until the staff screen tells this of a part."""
    at.ui.wait_for(
        lambda view: (
            isinstance(view, StaffMenu)
            and any(
                each.part is part and all(getattr(each, name) == value for name, value in fields.items())
                for each in view.parts
            )
        )
    )


def kinds(at: Desk) -> list[str]:
    return [row.kind for row in at.station.journal.rows()]


def test_staff_try_every_part_and_every_part_answers(tmp_path: Path, store: Store) -> None:
    with desk(tmp_path, store, COPIES) as at:
        at.sees(Idle)
        comes(at)
        at.hands.lay(SOLARIS)
        line(at, Part.TAGS, seen="Солярис", laid=1)
        at.hands.scan("46001234567890")
        line(at, Part.SCANNER, seen="46001234567890")
        at.post(ActChosen(Act.TRY_PRINTER))
        line(at, Part.PRINTER, tried=Tried.WORKS)
        assert "не чек" in "\n".join(at.hands.receipts()[0])
        at.post(ActChosen(Act.TRY_ABIS))
        line(at, Part.ABIS, tried=Tried.WORKS)
        at.hands.printer.unplug()
        line(at, Part.PRINTER, state=State.ABSENT)
        at.post(ActChosen(Act.TRY_PRINTER))
        line(at, Part.PRINTER, tried=Tried.FAILS)
        at.post(Pressed(Button.FINISH))
        at.sees(Idle)
        assert Kind.SESSION_STARTED not in kinds(at)


def test_out_of_service_stays_so_over_a_restart_until_staff_open_it(tmp_path: Path, store: Store) -> None:
    with desk(tmp_path, store, COPIES) as at:
        at.sees(Idle)
        comes(at)
        at.post(ActChosen(Act.CLOSE))
        at.sees(StaffMenu, closed=True)
    with desk(tmp_path, store, COPIES) as at:
        at.sees(OutOfService, broken=Broken.STAFF)
        at.hands.show_card(ANNA)
        comes(at)
        at.post(ActChosen(Act.OPEN))
        at.post(Pressed(Button.FINISH))
        at.sees(Idle)
        rows = [row for row in at.station.journal.rows() if row.kind in (Kind.STATION_CLOSED, Kind.STATION_OPENED)]
        assert [(row.kind, row.data["staff"]) for row in rows] == [
            (Kind.STATION_CLOSED, "olga"),
            (Kind.STATION_OPENED, "olga"),
        ]
        assert at.station.journal.verify().holds


def test_a_visit_with_a_test_card_leaves_one_row_and_no_loan(tmp_path: Path, store: Store) -> None:
    with desk(tmp_path, store, COPIES) as at:
        at.sees(Idle)
        before = len(kinds(at))
        at.hands.show_card(TEST)
        at.sees(Pin)
        at.pin("0000")
        at.sees(Home)
        at.post(TaskChosen(Task.CHECKOUT))
        at.hands.lay(SOLARIS)
        view = at.ui.wait_for(
            lambda view: isinstance(view, Checkout) and [row.state for row in view.rows] == [RowState.YOURS]
        )
        assert view.frame.trial
        at.post(Pressed(Button.FINISH))
        at.sees(Farewell)
        at.post(Pressed(Button.FINISH))
        at.sees(Idle)
        assert kinds(at)[before:] == [Kind.TRIAL_VISIT]
        assert at.hands.armed(SOLARIS)
        assert store.loans(TEST) == frozenset()
        assert at.hands.receipts() == []
        assert at.station.outbox is not None
        assert at.station.journal.deliveries() == ()
        at.hands.lift_all()
        at.hands.show_card(ANNA)
        at.sees(Pin)
        at.pin(PIN)
        at.sees(Home)


def test_a_restart_is_asked_of_whoever_runs_the_station_once_it_is_journaled(tmp_path: Path, store: Store) -> None:
    asked: list[list[str]] = []
    with desk(tmp_path, store, COPIES) as at:
        at.sees(Idle)
        at.station._staff.restart = lambda: asked.append(kinds(at))
        comes(at)
        at.post(ActChosen(Act.RESTART))
        at.sees(StaffMenu, sure=True)
        at.post(ActChosen(Act.RESTART))
        at.sees(StaffMenu, restarting=True)
        at.post(Pressed(Button.FINISH))
        at.sees(Idle)
    assert len(asked) == 1
    assert asked[0][-1] == Kind.STAFF_DID


def test_no_pin_of_staff_is_in_any_log_or_file(tmp_path: Path, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with desk(tmp_path, store, COPIES) as at:
        at.sees(Idle)
        at.hands.show_card(CARD)
        at.sees(StaffPin)
        at.pin(WRONG)
        at.sees(StaffPin, attempts_left=2)
        at.pin(STAFF_PIN)
        at.sees(StaffMenu)
        told = repr(list(at.ui.views)) + repr([dict(row.data) for row in at.station.journal.rows()])
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for pin in (STAFF_PIN, WRONG):
        assert pin not in caplog.text
        assert pin not in told
        assert pin.encode() not in files
    assert CARD not in caplog.text + told
