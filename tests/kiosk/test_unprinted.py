"""Receipts that a reader was never given, put together again from what the journal holds."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.app.unprinted import Receipts
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.receipts import Line, Receipt
from kiosk.domain.records import Entry, Kind
from sync.journal.recovery import BARRED
from tests.kiosk.standins import Journalled

ANNA, BORIS = CardNumber("20000000002001"), CardNumber("20000000002002")
HERS, NEXT, NOW = SessionId("s-1"), SessionId("s-2"), SessionId("s-3")
SOLARIS, LAURUS, PICNIC = Journalled.SOLARIS, ItemId("1002"), ItemId("1003")
DUE = date(2026, 12, 11)
ENDED = Entry(Kind.SESSION_ENDED, HERS)


class Place(Journalled):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.receipts = Receipts(self.journal, self.seen, ZoneInfo("Europe/Samara"))

    def owed(self, *cards: CardNumber, session: SessionId = NOW) -> list[Receipt]:
        return [each.receipt for each in self.receipts.of(cards or (ANNA,), session)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.journal.close()


def row(kind: Kind, item: ItemId, txn: str = "t-1", session: SessionId = HERS, **data: str | bool) -> Entry:
    return Entry(kind, session, TxnId(txn), ANNA, item, data=data)


def lent(item: ItemId, session: SessionId = HERS, **data: str) -> Entry:
    return row(Kind.CHECKOUT_APPROVED, item, f"t-{item}", session, due="2026-12-11", **data)


def test_a_visit_cut_off_is_put_on_paper_as_it_would_have_been(place: Place) -> None:
    place.wrote(
        lent(SOLARIS), row(Kind.LENT_OFFLINE, LAURUS, due="2026-12-04"),
        row(Kind.RENEW_APPROVED, PICNIC, due="2026-12-11"),
        row(Kind.CHECKIN_ACCEPTED, ItemId("1004"), "t-4", title="Лавр"),
    )  # fmt: skip
    (owed,) = place.receipts.of([ANNA], NOW)
    assert (owed.visit, owed.at.isoformat()) == (HERS, "2026-11-20T14:00:00+04:00")
    assert owed.receipt == Receipt(
        "•••• 2001",
        lent=(
            Line("Солярис", DUE, author="Лем", item=SOLARIS),
            Line("1002", date(2026, 12, 4), confirmed=False, item=LAURUS),
        ),
        renewed=(Line("1003", DUE, item=PICNIC),),
        returned=(Line("Лавр", item="1004"),),
    )


def test_what_was_taken_off_the_list_again_is_not_on_it_and_what_was_lent_after_a_return_is(place: Place) -> None:
    place.wrote(lent(SOLARIS), lent(LAURUS), row(Kind.CHECKIN_ACCEPTED, LAURUS, "t-5"))
    place.wrote(row(Kind.CHECKIN_ACCEPTED, PICNIC, "t-6"), lent(PICNIC))
    (receipt,) = place.owed()
    assert [line.title for line in receipt.lent] == ["Солярис", "1003"]
    assert receipt.returned == ()


@pytest.mark.parametrize("then", [None, Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE])
def test_a_loan_that_must_not_go_to_its_reader_is_neither_lent_nor_returned(place: Place, then: Kind | None) -> None:
    place.wrote(lent(SOLARIS), row(Kind.CHECKOUT_INTENDED, LAURUS, "t-1002"))
    place.wrote(row(Kind.CHECKOUT_APPROVED, LAURUS, "t-1002", **{BARRED: True}))
    if then is not None:
        place.wrote(row(then, LAURUS, "t-9" if then is Kind.CHECKIN_ACCEPTED else "t-1002"))
    (receipt,) = place.owed()
    assert ([line.title for line in receipt.lent], receipt.returned) == (["Солярис"], ())


def test_a_loan_that_was_not_taken_is_no_return(place: Place) -> None:
    place.wrote(lent(SOLARIS), row(Kind.CHECKOUT_INTENDED, LAURUS), row(Kind.RETURNED_OFFLINE, LAURUS, unknown=True))
    (receipt,) = place.owed()
    assert receipt.returned == ()


def test_nobody_is_offered_what_is_anothers_or_was_given_or_is_being_made_now(place: Place) -> None:
    place.wrote(lent(SOLARIS))
    assert place.owed(BORIS) == []
    assert place.owed(session=HERS) == []
    assert len(place.owed(BORIS, ANNA)) == 1  # two numbers of one reader
    place.wrote(ENDED)
    assert place.owed() == []


@pytest.mark.parametrize("data", [{}, {"topic": "declined"}])
def test_printed_or_declined_it_is_closed_and_a_failure_leaves_it_owed(place: Place, data: dict[str, str]) -> None:
    place.wrote(lent(SOLARIS), Entry(Kind.RECEIPT_FAILED, HERS), ENDED)
    assert len(place.owed()) == 1
    place.wrote(Entry(Kind.RECEIPT_PRINTED, HERS, data=data))
    assert place.owed() == []


def test_several_visits_come_the_oldest_first_and_one_of_which_nothing_is_left_is_not_offered(place: Place) -> None:
    place.wrote(lent(SOLARIS), lent(LAURUS, NEXT), lent(PICNIC, SessionId("s-0")))
    place.wrote(row(Kind.CHECKIN_ACCEPTED, PICNIC, "t-9", SessionId("s-0")))
    assert [receipt.lent[0].title for receipt in place.owed()] == ["Солярис", "1002"]


def test_nothing_but_the_cards_reference_is_kept_and_a_forgotten_reader_is_offered_nothing(place: Place) -> None:
    place.wrote(lent(SOLARIS))
    assert place.journal.forget(ANNA).done
    assert place.owed() == []
