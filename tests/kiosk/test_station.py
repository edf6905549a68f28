"""A station from the bytes of its devices to the loan: journal, drivers, store and flows together, without a screen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.domain.rules import OfflineRules
from kiosk.events import Button, Pressed, Task, TaskChosen
from kiosk.views import Checkin, Checkout, Farewell, Home, Identify, Idle, Paper, Pin, RowState
from sync.abis.local.store import Store
from tests.kiosk.desks import RULES, Desk, desk
from tests.kiosk.small_library import ANNA, CLUB, COPIES, LAURUS, PIN, SOLARIS, TEEN, small_library


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    held = small_library(tmp_path)
    yield held
    held.close()


@pytest.fixture
def at(tmp_path: Path, store: Store) -> Iterator[Desk]:
    with desk(tmp_path, store, COPIES) as here:
        here.sees(Idle)
        yield here


def states(view: object) -> list[RowState]:
    return [row.state for row in getattr(view, "rows", ())]


def rows_are(*wanted: RowState):
    return lambda view: sorted(s.name for s in states(view)) == sorted(s.name for s in wanted)


def test_books_laid_down_before_the_card_become_loans_and_open_at_the_gate(at: Desk, store: Store) -> None:
    at.hands.lay(SOLARIS, LAURUS)
    at.ui.wait_for(lambda view: isinstance(view, Identify) and {r.title for r in view.rows} == {"Солярис", "Лавр"})
    at.hands.show_card(ANNA)
    at.sees(Pin)
    at.pin(PIN)
    at.ui.wait_for(rows_are(RowState.YOURS, RowState.YOURS))
    assert store.loans(ANNA) == {SOLARIS, LAURUS}
    assert not at.hands.armed(SOLARIS)
    at.post(Pressed(Button.FINISH))
    farewell = at.sees(Farewell, paper=Paper.PRINTED)
    assert {line.title for line in farewell.receipt.lent} == {"Солярис", "Лавр"}
    assert "Солярис" in "\n".join(at.hands.receipts()[0])
    at.post(Pressed(Button.FINISH))
    at.sees(Idle)
    assert at.ui.forgotten == 1


def test_a_refused_book_stays_armed_and_the_others_go(at: Desk, store: Store) -> None:
    at.hands.lay(SOLARIS, CLUB)
    at.sees(Identify)
    at.hands.show_card(TEEN)
    at.sees(Pin)
    at.pin("4321")
    view = at.ui.wait_for(rows_are(RowState.YOURS, RowState.STAYS))
    refused = next(row for row in view.rows if row.state is RowState.STAYS)
    assert refused.refusal.reason is Reason.AGE_RESTRICTED
    assert at.hands.armed(CLUB)
    assert store.loans(TEEN) == {SOLARIS}


def test_a_book_comes_home_without_a_card_and_is_armed_again(at: Desk, store: Store) -> None:
    test_books_laid_down_before_the_card_become_loans_and_open_at_the_gate(at, store)
    at.post(TaskChosen(Task.CHECKIN))
    at.hands.lift_all()
    at.sees(Checkin, rows=())
    at.hands.lay(SOLARIS)
    at.ui.wait_for(rows_are(RowState.RETURNED))
    at.ui.wait_for(lambda _: at.hands.armed(SOLARIS))
    assert store.loans(ANNA) == {LAURUS}


def test_a_book_left_by_the_reader_before_is_not_lent_to_the_next(at: Desk, store: Store) -> None:
    test_books_laid_down_before_the_card_become_loans_and_open_at_the_gate(at, store)
    at.hands.show_card(TEEN)
    at.sees(Pin)
    at.pin("4321")
    at.sees(Home)
    at.post(TaskChosen(Task.CHECKOUT))
    view = at.ui.wait_for(lambda view: isinstance(view, Checkout) and len(view.rows) == 2)
    assert {row.refusal.reason for row in view.rows} == {Reason.LEFT_BEFORE}
    assert store.loans(TEEN) == frozenset()


def test_the_journal_tells_the_whole_story_and_its_chain_holds(at: Desk, store: Store) -> None:
    test_books_laid_down_before_the_card_become_loans_and_open_at_the_gate(at, store)
    kinds = [row.kind for row in at.station.journal.rows()]
    for kind in (Kind.SESSION_STARTED, Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_APPROVED, Kind.TAG_DISARMED):
        assert kind in kinds
    assert kinds.index(Kind.CHECKOUT_APPROVED) < kinds.index(Kind.TAG_DISARMED)
    assert at.station.journal.verify().holds


def test_how_late_something_is_still_reported_by_itself_is_what_the_policy_says_now(at: Desk) -> None:
    assert at.station.outbox._window() == timedelta(hours=RULES.offline.replay_hours)
    at.station.change_rules(replace(RULES, offline=OfflineRules(replay_hours=5)))
    assert at.station.outbox._window() == timedelta(hours=5)
