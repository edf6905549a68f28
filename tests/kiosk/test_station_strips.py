"""A whole station with a magnetic unit: the power goes between a loan and its strip, and nobody forgets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.app.attention import Care, attention
from kiosk.app.system import SystemClock
from kiosk.domain.rules import Rules
from kiosk.domain.strips import EmUnit
from kiosk.events import Button, Pressed, Task, TaskChosen
from kiosk.views import Checkout, Identify, Idle, Pin, RefusalCard, RowState, Slide
from sync.abis.local import open_store
from sync.abis.local.settings import Settings
from sync.spec import Surroundings
from tests.kiosk.desks import RULES, ZONE, Desk, desk
from tests.kiosk.small_library import ANNA, COPIES, PIN, SOLARIS, small_library

BY_HAND = replace(RULES, em_unit=EmUnit.BY_HAND)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    small_library(tmp_path).close()
    return tmp_path


@contextmanager
def run(house: Path, rules: Rules = BY_HAND) -> Iterator[Desk]:
    """One run of the station; it stops as if the power went."""
    store = open_store(Settings(), Surroundings(ZONE, SystemClock(), house))
    with desk(house, store, COPIES, rules) as at:
        yield at


def logs_in(at: Desk, task: Task) -> None:
    at.sees(Idle)
    at.post(TaskChosen(task))
    at.hands.show_card(ANNA)
    at.sees(Pin)
    at.pin(PIN)


def cares(at: Desk) -> list[tuple[object, Care]]:
    return [(each.item, each.care) for each in attention(at.station.journal)]


def borrowed(at: Desk) -> None:
    """The loan stands, and the reader is asked to draw the book over the unit."""
    logs_in(at, Task.CHECKOUT)
    at.sees(Checkout)
    at.hands.scan(SOLARIS)
    assert at.sees(Slide).row.state is RowState.YOURS


def test_the_power_goes_before_the_book_was_drawn_over_and_its_reader_is_asked_at_the_next_log_in(house: Path) -> None:
    with run(house) as at:
        borrowed(at)
        assert cares(at) == []
    with run(house) as at:
        assert cares(at) == [(SOLARIS, Care.STRIP_NOT_OPENED)]
        logs_in(at, Task.HOME)
        slide = at.sees(Slide, again=True)
        assert (slide.row.item, slide.row.title, slide.more) == (SOLARIS, "Солярис", 0)
        at.post(Pressed(Button.FINISH))
        at.ui.wait_for(lambda view: not isinstance(view, Slide))
        assert cares(at) == []


def test_a_book_that_was_drawn_over_is_asked_about_no_more(house: Path) -> None:
    with run(house) as at:
        borrowed(at)
        at.post(Pressed(Button.FINISH))
        at.sees(Checkout)
    with run(house) as at:
        assert cares(at) == []
        logs_in(at, Task.ACCOUNT)
        assert isinstance(at.ui.wait_for(lambda view: not isinstance(view, Pin | Identify | Idle)), RefusalCard)


def test_another_policy_does_not_take_the_unit_away(house: Path) -> None:
    with run(house) as at:
        at.sees(Idle)
        at.station.change_rules(Rules(pin_length=None))
        borrowed(at)


def test_without_the_unit_nobody_is_asked_even_of_what_was_left(house: Path) -> None:
    with run(house) as at:
        borrowed(at)
    with run(house, RULES) as at:
        logs_in(at, Task.ACCOUNT)
        assert isinstance(at.ui.wait_for(lambda view: not isinstance(view, Pin | Identify | Idle)), RefusalCard)
