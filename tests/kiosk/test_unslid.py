"""Loans of this day whose strip nobody said was opened: what a reader is asked again at the next log-in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.app.unslid import Strips
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.domain.strips import Unslid
from kiosk.flows.strips import NOT_OPENED
from tests.kiosk.standins import Journalled

ANNA, BORIS = CardNumber("20000000002001"), CardNumber("20000000002002")
HERS, NOW = SessionId("s-1"), SessionId("s-2")
SOLARIS, LAURUS = Journalled.SOLARIS, ItemId("1002")


class Place(Journalled):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.strips = Strips(self.journal, self.seen, self.clock, ZoneInfo("Europe/Samara"))

    def owed(self, *cards: CardNumber, session: SessionId = NOW) -> list[ItemId]:
        return [each.item for each in self.strips.of(cards or (ANNA,), session)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.journal.close()


def row(kind: Kind, item: ItemId = SOLARIS, txn: str = "", **data: str | bool) -> Entry:
    return Entry(kind, HERS, TxnId(txn or f"t-{item}"), ANNA, item, data=data)


def lent(item: ItemId = SOLARIS, kind: Kind = Kind.CHECKOUT_APPROVED, *, strip: bool = True) -> tuple[Entry, Entry]:
    asked = row(Kind.CHECKOUT_INTENDED, item, strip=True) if strip else row(Kind.CHECKOUT_INTENDED, item)
    return asked, row(kind, item, due="2026-12-11")


def test_what_was_lent_and_not_said_to_be_opened_is_named_by_its_title_where_that_is_known(place: Place) -> None:
    place.wrote(*lent(), *lent(LAURUS, Kind.LENT_OFFLINE))
    assert place.strips.of([ANNA], NOW) == (
        Unslid(SOLARIS, TxnId("t-1001"), "Солярис", "Лем"),
        Unslid(LAURUS, TxnId("t-1002")),
    )
    assert place.owed(BORIS, CardNumber("nobody")) == []
    assert place.owed(ANNA, ANNA) == [SOLARIS, LAURUS]


def test_this_visit_asks_for_its_own_books_itself(place: Place) -> None:
    assert place.wrote(*lent()).owed(session=HERS) == []


def test_a_loan_without_a_strip_is_not_asked_about_nor_one_that_never_was(place: Place) -> None:
    place.wrote(*lent(strip=False), row(Kind.CHECKOUT_INTENDED, LAURUS, strip=True))
    assert place.owed() == []


@pytest.mark.parametrize(
    "end",
    [
        row(Kind.STRIP_OPENED),
        row(Kind.STRIP_NOT_SLID, topic=NOT_OPENED),
        row(Kind.TAG_DISARMED),
        row(Kind.CHECKIN_ACCEPTED, txn="t-2"),
    ],
)
def test_a_word_of_it_or_its_return_ends_the_matter(place: Place, end: Entry) -> None:
    assert place.wrote(*lent(), end).owed() == []


def test_a_renewal_says_nothing_of_a_strip(place: Place) -> None:
    place.wrote(*lent(strip=False), row(Kind.RENEW_APPROVED, due="2026-12-11"))
    assert place.owed() == []


def test_who_took_it_home_on_another_day_has_been_through_the_gate(place: Place) -> None:
    place.wrote(*lent())
    place.clock.set(place.clock.now() + timedelta(days=1))
    assert place.owed() == []
