"""What a reader was told is what becomes true: the disk fails at any row of a loan, a return or a renewal, and heals
before the session ends, after it, or never while the station runs.

The table is the one of docs/journal.md; the library system is the built-in store, asked over one connection at a time.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.app import enquiries, journal_watch
from kiosk.app.attention import Care, attention
from kiosk.app.system import SystemClock, new_txn
from kiosk.domain.ids import ItemId
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.events import Button, Pressed, RenewPressed, Task, TaskChosen
from kiosk.ports.journal import JournalFault
from kiosk.views import Checkin, Idle, Loans, OutOfService, Pin, RowState, View
from sync.abis.local.store import Store
from sync.journal.recovery import UNANSWERED, last_decisive
from tests.kiosk.desks import Desk, desk
from tests.kiosk.small_library import ANNA, COPIES, PIN, SOLARIS, small_library
from tests.kiosk.test_station_faults import Fuse, begins, row_is

OPEN = [replace(copy, on_loan=copy.item == SOLARIS) for copy in COPIES]
NOT_RECORDED, RETURN_NOT_RECORDED = Reason.NOT_RECORDED, Reason.RETURN_NOT_RECORDED


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enquiries, "PROBE_WHEN_DOWN", 0.01)
    monkeypatch.setattr(journal_watch, "RETRY", 0.01)


@dataclass
class Place:
    """A folder whose disk fails at the row of a kind, and the library system. `lent`: Anna has the book already."""

    folder: Path
    store: Store
    lent: bool
    fuse: Fuse

    @contextmanager
    def station(self, fails_at: Kind | None = None) -> Iterator[Desk]:
        with desk(self.folder, KeptOpen(self.store), OPEN if self.lent else COPIES, step=self.fuse) as at:
            append = at.station.journal.append

            def fails(entries: Any, done: Callable[[JournalFault | None], None]) -> None:
                self.fuse.blown |= any(entry.kind is fails_at for entry in entries)
                append(entries, done)

            at.station.journal.append = fails  # type: ignore[method-assign]
            yield at

    @property
    def has(self) -> frozenset[ItemId]:
        return self.store.loans(ANNA)

    @property
    def due(self) -> date | None:
        return self.store.item_info(SOLARIS).due


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    store = small_library(tmp_path)
    yield Place(tmp_path, store, False, Fuse())
    store.close()


def with_refusal(reason: Reason | None) -> Callable[[View], bool]:
    """A card or a row that tells this and no other reason."""

    def right(view: View) -> bool:
        rows = [row for row in (getattr(view, "rows", None) or ()) if row.refusal]
        refusals = [row.refusal for row in rows] or [getattr(view, "refusal", None)]
        return [refusal.reason if refusal else None for refusal in refusals] == [reason]

    return right


# --- what is done -----------------------------------------------------------------------------------------------------


def borrows(at: Desk, told: Reason | None) -> None:
    begins(at)
    at.ui.wait_for(with_refusal(told) if told else row_is(RowState.YOURS))


def returns(at: Desk, told: Reason | None) -> None:
    at.sees(Idle)
    at.post(TaskChosen(Task.CHECKIN))
    at.sees(Checkin)
    at.hands.lay(SOLARIS)
    no = row_is(RowState.STAYS, told)
    at.ui.wait_for(
        (lambda view: no(view) or isinstance(view, OutOfService)) if told else row_is(RowState.RETURNED)
    )  # nobody is logged in: a station that cannot write closes over the list


def renews(at: Desk, told: Reason | None) -> None:
    at.sees(Idle)
    at.post(TaskChosen(Task.ACCOUNT))
    at.hands.show_card(ANNA)
    at.sees(Pin)
    at.pin(PIN)
    at.ui.wait_for(lambda view: isinstance(view, Loans) and bool(view.rows))
    at.post(RenewPressed(SOLARIS))
    at.ui.wait_for(with_refusal(told))


def leaves(at: Desk) -> None:
    """Take the book away, and press what there is to press until nobody is there."""
    at.hands.lift_all()
    until(at, lambda at: at.station.runtime._now.pad.laid == ())
    while at.station.runtime.busy:
        if isinstance(at.ui.view, OutOfService):
            return
        at.post(Pressed(Button.BACK))
        at.post(Pressed(Button.FINISH))
        until(at, lambda at: at.station.runtime.idle)


def until(at: Desk, settled: Callable[[Desk], bool]) -> None:
    """Look again and again: each look waits behind what is being written."""
    over = threading.Event()
    timer = threading.Timer(10, over.set)
    timer.start()
    try:
        while not settled(at):
            assert not over.is_set(), [row.kind for row in at.station.journal.rows()]
    finally:
        timer.cancel()


def is_settled(at: Desk) -> bool:
    """Nothing is left to be asked of the library system, nor to be told to it."""
    lasts = [last_decisive(open_.rows) for open_ in at.station.journal.open_transactions()]
    return not any(last and last.kind in UNANSWERED for last in lasts) and not at.station.journal.deliveries()


# --- the table --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """`hers`: what the library system says in the end; `care`: what staff are told."""

    does: Callable[[Desk, Reason | None], None]
    fails_at: Kind
    told: Reason | None
    hers: bool
    care: Care | None = None
    renewed: bool = False


TABLE = {
    "checkout, intent": Case(borrows, Kind.CHECKOUT_INTENDED, NOT_RECORDED, hers=False),
    "checkout, answer": Case(borrows, Kind.CHECKOUT_APPROVED, NOT_RECORDED, hers=False, care=Care.LOAN_UNTOLD),
    "checkout, tag": Case(borrows, Kind.TAG_DISARMED, None, hers=True),
    "checkin, intent": Case(returns, Kind.CHECKIN_INTENDED, RETURN_NOT_RECORDED, hers=True),
    "checkin, answer": Case(
        returns, Kind.CHECKIN_ACCEPTED, RETURN_NOT_RECORDED, hers=False, care=Care.RETURN_UNTOLD
    ),
    "checkin, tag": Case(returns, Kind.TAG_ARMED, None, hers=False),
    "renewal, intent": Case(renews, Kind.RENEW_INTENDED, NOT_RECORDED, hers=True),
    "renewal, answer": Case(
        renews, Kind.RENEW_APPROVED, NOT_RECORDED, hers=True, care=Care.RENEWAL_UNTOLD, renewed=True
    ),
}  # fmt: skip


@pytest.mark.parametrize("heals", ["before the session ends", "after it", "after a restart"])
@pytest.mark.parametrize("name", TABLE)
def test_what_the_reader_was_told_becomes_true(place: Place, name: str, heals: str) -> None:
    case = TABLE[name]
    place.lent = case.does is not borrows
    if place.lent:
        place.store.checkout(new_txn(), ANNA, SOLARIS, SystemClock().now())
    due = place.due
    with place.station(case.fails_at) as at:
        case.does(at, case.told)
        assert place.fuse.met.wait(10)
        place.fuse.blown = heals == "after it" or heals == "after a restart"
        leaves(at)
        if heals != "after a restart":
            place.fuse.blown = False
            at.ui.wait_for(lambda view: not isinstance(view, OutOfService))
            leaves(at)
            at.sees(Idle)
            until(at, is_settled)
            ends_as(place, at, case, due)
    if heals == "after a restart":
        place.fuse.blown = False
        place.lent = SOLARIS in place.has
        with place.station() as at:
            at.sees(Idle)
            until(at, is_settled)
            ends_as(place, at, case, due)


def ends_as(place: Place, at: Desk, case: Case, due: date | None) -> None:
    assert (SOLARIS in place.has) is case.hers
    assert case.does is not renews or (place.due != due) is case.renewed
    assert [each.care for each in attention(at.station.journal)] == ([case.care] if case.care else [])
    assert at.station.journal.verify().holds
    if not case.hers:
        at.hands.lay(SOLARIS)  # whoever lays it down: it is opened for nobody
        at.ui.wait_for(lambda view: bool(getattr(view, "rows", None)))
        until(at, lambda at: at.hands.armed(SOLARIS))


class KeptOpen:
    """A library system that outlives its stations."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return (lambda: None) if name == "close" else getattr(self._store, name)
