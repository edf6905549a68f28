"""Staff at the screen, behind it: whose a card is, wrong PINs counted, and what a start learns from the journal."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.app.scribe import Scribe
from kiosk.app.staff_desk import PAGE, WINDOW, StaffDesk, slip
from kiosk.domain.ids import CardNumber, ItemId, Secret, StaffId, TxnId
from kiosk.domain.receipts import Template
from kiosk.domain.records import Entry, Kind
from kiosk.domain.rules import Rules
from kiosk.effects import CheckStaff
from kiosk.events import (
    BarcodeScanned,
    CardRead,
    Event,
    ServiceFound,
    StaffAdmitted,
    StaffCardShown,
    StaffRefused,
    Touched,
    TrialCardShown,
)
from sync.journal.journal import StationJournal
from sync.staff_cards import StaffCards
from tests.kiosk.standins import HeldClock

OLGA, CARD, TEST, NOBODYS = StaffId("olga"), CardNumber("90000000000017"), CardNumber("90000000000025"), "4711"
PIN, WRONG = Secret("739164"), Secret("500118")
RULES = Rules(pin_attempts=3, pin_lock_minutes=15)
RIGHT, GUESS = CheckStaff(CARD, PIN), CheckStaff(CARD, WRONG)


class Place:
    """Cards and a journal on disk; `begins` is a start of the station."""

    def __init__(self, folder: Path) -> None:
        self.told: list[Event] = []
        self.changed = threading.Condition()
        self.clock = HeldClock()
        self.rules = RULES
        self.cards = StaffCards(folder)
        self.cards.set(OLGA, CARD, PIN)
        self.cards.add_test(TEST)
        self.journal = StationJournal(folder / "journal.db", self.clock, ballast=0)
        self.journal.start()
        self.begins()

    def begins(self) -> list[Event]:
        self.told.clear()
        scribe = Scribe(self.journal, self.post, lambda: TxnId("t"))
        self.desk = StaffDesk(self.cards, scribe, self.clock, lambda: self.rules, self.post)
        self.desk.begin(self.journal)
        return list(self.told)

    def post(self, event: Event) -> None:
        with self.changed:
            self.told.append(event)
            self.changed.notify_all()

    def answers(self, *asked: CheckStaff) -> list[Event]:
        self.told.clear()
        for one in asked:
            self.desk.answer(one)
        return list(self.told)

    def refused(self) -> list[object]:
        return [row.data.get("staff") for row in self.journal.rows() if row.kind == Kind.STAFF_REFUSED]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    held = Place(tmp_path)
    yield held
    held.journal.close()


def test_a_staff_card_and_a_test_card_are_no_readers_cards(place: Place) -> None:
    heard = [place.desk.heard(event) for event in (BarcodeScanned(CARD), CardRead(CARD), BarcodeScanned(TEST))]
    assert heard == [StaffCardShown(CARD, scanned=True), StaffCardShown(CARD, scanned=False), TrialCardShown(TEST)]
    assert place.desk.heard(CardRead(TEST)) == TrialCardShown(TEST, scanned=False)
    for event in (BarcodeScanned(NOBODYS), CardRead(CardNumber(NOBODYS)), Touched()):
        assert place.desk.heard(event) is event
    place.cards.remove(OLGA)
    assert place.desk.heard(BarcodeScanned(CARD)) == BarcodeScanned(CARD)


def test_the_third_wrong_pin_locks_the_card_and_then_not_even_the_right_one_opens(place: Place) -> None:
    assert place.answers(GUESS, GUESS, GUESS, RIGHT) == [
        StaffRefused(CARD, 2),
        StaffRefused(CARD, 1),
        StaffRefused(CARD, 0, minutes=15),
        StaffRefused(CARD, 0, minutes=15),
    ]
    assert place.refused() == [OLGA] * 3
    place.clock.passes(14 * 60)
    assert place.answers(RIGHT) == [StaffRefused(CARD, 0, minutes=1)]
    place.clock.passes(61)
    assert place.answers(RIGHT) == [StaffAdmitted(CARD, OLGA)]
    assert place.answers(GUESS) == [StaffRefused(CARD, 2)]


def test_numbers_that_are_nobodys_are_counted_together_and_lock_no_card(place: Place) -> None:
    asked = [CheckStaff(CardNumber(f"number-{n}"), PIN) for n in range(4)]
    assert [(event.left, event.minutes) for event in place.answers(*asked)] == [(2, 0), (1, 0), (0, 15), (0, 15)]
    assert place.refused() == [None] * 3
    assert place.answers(RIGHT) == [StaffAdmitted(CARD, OLGA)]


def test_pulling_the_plug_opens_no_locked_card(place: Place) -> None:
    place.answers(GUESS, GUESS)
    assert place.begins() == [ServiceFound(closed=False)]
    assert place.answers(GUESS, RIGHT) == [StaffRefused(CARD, 0, 15), StaffRefused(CARD, 0, 15)]
    place.begins()
    assert place.answers(RIGHT) == [StaffRefused(CARD, 0, 15)]
    place.clock.passes(15 * 60)
    place.begins()
    assert place.answers(RIGHT) == [StaffAdmitted(CARD, OLGA)]


def test_a_clock_that_was_set_back_makes_no_wrong_pin_old(place: Place) -> None:
    place.answers(GUESS, GUESS, GUESS)
    place.clock.set(place.clock.now() - timedelta(days=400))
    place.begins()
    assert place.answers(RIGHT) == [StaffRefused(CARD, 0, 15)]


def test_a_right_pin_forgets_the_wrong_ones_before_it(place: Place) -> None:
    place.answers(GUESS, GUESS, RIGHT)
    place.journal.write([Entry(Kind.STAFF_CAME, data={"staff": OLGA})])
    place.begins()
    assert place.answers(GUESS) == [StaffRefused(CARD, 2)]


def test_who_was_removed_and_what_nobodys_were_tried_hold_up_no_start(place: Place) -> None:
    place.answers(GUESS, CheckStaff(CardNumber("number-1"), PIN))
    place.cards.remove(OLGA)
    place.begins()
    assert place.answers(CheckStaff(CardNumber("number-2"), PIN)) == [StaffRefused(CardNumber("number-2"), 1)]


def test_out_of_service_is_found_again_among_many_rows(place: Place) -> None:
    place.journal.write([Entry(Kind.STATION_CLOSED, data={"staff": OLGA})])
    place.journal.write([Entry(Kind.STATION_STARTED) for _ in range(PAGE + 10)])
    assert place.begins() == [ServiceFound(closed=True)]
    place.journal.write([Entry(Kind.STATION_OPENED, data={"staff": OLGA})])
    assert place.begins() == [ServiceFound(closed=False)]
    assert PAGE < WINDOW


def test_a_check_takes_no_time_of_its_askers_and_a_fault_of_ours_admits_nobody(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.told.clear()
    place.desk.check(RIGHT)
    with place.changed:
        assert place.changed.wait_for(lambda: place.told, 10)
    assert place.told == [StaffAdmitted(CARD, OLGA)]

    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(place.cards, "opens", broken)
    assert place.answers(RIGHT) == [StaffRefused(CARD, 0, minutes=1)]


def test_the_slip_that_tries_a_printer_is_no_receipt() -> None:
    receipt, template = slip(replace(RULES, library="На Садовой", template=Template(footer=(("ru", "Приходите!"),))))
    assert receipt.empty
    assert not receipt.card
    assert "не чек" in template.header[0][1]
    assert template.footer == ()
    assert ItemId("x") not in repr(receipt)
