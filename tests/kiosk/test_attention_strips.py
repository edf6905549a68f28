"""Strips in doubt and numbers that differ, told to staff off the journal: after a power cut, after who walked away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.app.attention import Care, attention, dismiss
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.flows.strips import MAGNETIC, NOT_CLOSED, NOT_OPENED, NOT_WANTED
from sync.journal.journal import StationJournal
from tests.kiosk.standins import HeldClock

ANNA, HERS, NEXT = CardNumber("20000000002001"), SessionId("s-1"), SessionId("s-2")
SOLARIS, LAURUS = ItemId("1001"), ItemId("1002")
BEGUN, ENDED = Entry(Kind.SESSION_STARTED, HERS), Entry(Kind.SESSION_ENDED, HERS)
STARTED = Entry(Kind.STATION_STARTED)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[StationJournal]:
    journal = StationJournal(tmp_path / "journal.db", HeldClock())
    journal.start()
    journal.write([STARTED, BEGUN])
    yield journal
    journal.close()


def row(kind: Kind, item: ItemId = SOLARIS, txn: str = "t-1", **data: str | bool) -> Entry:
    return Entry(kind, HERS, TxnId(txn), ANNA, item, data=data)


ASKED, LENT = row(Kind.CHECKOUT_INTENDED, strip=True), row(Kind.CHECKOUT_APPROVED)
COMING, HOME = row(Kind.CHECKIN_INTENDED, strip=True), row(Kind.CHECKIN_ACCEPTED)


def cares(journal: StationJournal) -> list[tuple[ItemId | None, Care]]:
    return [(each.item, each.care) for each in attention(journal)]


def test_while_the_reader_is_there_nobody_is_told(journal: StationJournal) -> None:
    journal.write([ASKED, LENT])
    assert cares(journal) == []


@pytest.mark.parametrize("over", [ENDED, STARTED], ids=["the visit ended", "the power went"])
@pytest.mark.parametrize(
    ("rows", "care"),
    [
        ((ASKED, LENT), Care.STRIP_NOT_OPENED),
        ((ASKED, row(Kind.LENT_OFFLINE)), Care.STRIP_NOT_OPENED),
        ((COMING, HOME), Care.STRIP_NOT_CLOSED),
        ((COMING, row(Kind.RETURNED_OFFLINE)), Care.STRIP_NOT_CLOSED),
    ],
)
def test_a_visit_that_is_over_without_a_word_of_the_strip_leaves_it_to_staff(
    journal: StationJournal, rows: tuple[Entry, ...], care: Care, over: Entry
) -> None:
    journal.write([*rows, over])
    assert cares(journal) == [(SOLARIS, care)]


@pytest.mark.parametrize("over", [ENDED, STARTED])
@pytest.mark.parametrize(
    "word",
    [
        row(Kind.STRIP_OPENED),
        row(Kind.STRIP_NOT_SLID, topic=MAGNETIC),
        row(Kind.STRIP_NOT_SLID, topic=NOT_WANTED),
        row(Kind.TAG_DISARMED),
        row(Kind.CHECKIN_ACCEPTED, txn="t-2"),
    ],
)
def test_a_word_of_it_ends_the_matter(journal: StationJournal, word: Entry, over: Entry) -> None:
    journal.write([ASKED, LENT, word, over])
    assert cares(journal) == []


def test_what_was_never_lent_has_no_strip_to_look_at(journal: StationJournal) -> None:
    journal.write([ASKED, row(Kind.CHECKOUT_REFUSED), STARTED])
    journal.write([row(Kind.CHECKOUT_INTENDED, txn="t-2"), row(Kind.CHECKOUT_APPROVED, txn="t-2"), STARTED])
    assert cares(journal) == []


def test_a_loan_that_was_approved_after_its_reader_had_left_is_told(journal: StationJournal) -> None:
    journal.write([ASKED, ENDED, LENT])
    assert cares(journal) == [(SOLARIS, Care.STRIP_NOT_OPENED)]


@pytest.mark.parametrize(("topic", "care"), [(NOT_OPENED, Care.STRIP_NOT_OPENED), (NOT_CLOSED, Care.STRIP_NOT_CLOSED)])
def test_what_did_not_work_is_told_at_once(journal: StationJournal, topic: str, care: Care) -> None:
    journal.write([ASKED, LENT, row(Kind.STRIP_NOT_SLID, topic=topic)])
    assert cares(journal) == [(SOLARIS, care)]


@pytest.mark.parametrize("end", [row(Kind.STRIP_OPENED), row(Kind.STRIP_CLOSED), row(Kind.CHECKIN_ACCEPTED, txn="t-9")])
def test_it_is_over_when_the_book_is_drawn_over_after_all_or_comes_by(journal: StationJournal, end: Entry) -> None:
    journal.write([ASKED, LENT, STARTED, end])
    assert cares(journal) == []


def test_a_strip_says_nothing_of_another_care(journal: StationJournal) -> None:
    journal.write([row(Kind.DAMAGED), row(Kind.STRIP_CLOSED)])
    assert cares(journal) == [(SOLARIS, Care.DAMAGED)]
    journal.write([COMING, HOME, row(Kind.DAMAGED), ENDED])
    assert cares(journal) == [(SOLARIS, Care.DAMAGED)]


def test_the_next_visit_of_the_same_book_has_its_own_strip(journal: StationJournal) -> None:
    journal.write([ASKED, LENT, ENDED, row(Kind.CHECKIN_ACCEPTED, txn="t-2")])
    later = [row(Kind.CHECKOUT_INTENDED, txn="t-3", strip=True), row(Kind.CHECKOUT_APPROVED, txn="t-3")]
    journal.write([Entry(Kind.SESSION_STARTED, HERS), *later])
    assert cares(journal) == []
    journal.write([row(Kind.STRIP_OPENED, txn="t-3"), ENDED])
    assert cares(journal) == []


# --- numbers ---------------------------------------------------------------------------------------------------------


def counted(kind: Kind, topic: str, session: SessionId = HERS) -> Entry:
    return Entry(kind, session, data={"topic": topic})


def test_a_number_that_differs_is_told_until_it_agrees(journal: StationJournal) -> None:
    journal.write([counted(Kind.COUNT_DIFFERS, "lent 2, counted 3")])
    (care,) = attention(journal)
    assert (care.item, care.care, care.said) == (None, Care.COUNT_DIFFERS, "lent 2, counted 3")
    journal.write([counted(Kind.COUNT_AGREES, "lent 3, counted 3")])
    assert cares(journal) == []


def test_each_visit_and_each_question_has_its_own_number(journal: StationJournal) -> None:
    differ = ("lent 2, counted 3", "returned 1, counted 2")
    journal.write([counted(Kind.COUNT_DIFFERS, topic) for topic in differ])
    journal.write([counted(Kind.COUNT_AGREES, "lent 1, counted 1", NEXT), counted(Kind.COUNT_NOT_TOLD, "lent 2", NEXT)])
    assert [each.said for each in attention(journal)] == list(differ)
    journal.write([counted(Kind.COUNT_DIFFERS, "lent 2, counted 5")])
    assert [each.said for each in attention(journal)] == ["returned 1, counted 2", "lent 2, counted 5"]


def test_a_person_ticks_a_number_off(journal: StationJournal) -> None:
    journal.write([counted(Kind.COUNT_DIFFERS, "lent 2, counted 3")])
    dismiss(journal, attention(journal)[0].seq, 1000, "стоит на полке")
    assert cares(journal) == []
