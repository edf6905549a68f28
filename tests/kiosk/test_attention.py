"""What a person should look at: read off the journal, ended by what happens to the book."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.app import attention as module
from kiosk.app.attention import Care, attention, dismiss
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.flows.owing import NOT_ARMED
from sync.journal.delivery import Move, State
from sync.journal.journal import StationJournal
from tests.kiosk.standins import HeldClock

ANNA, HERS = CardNumber("20000000002001"), SessionId("s-1")
SOLARIS, LAURUS, BOOK = ItemId("1001"), ItemId("1002"), TagUid("E004010000000001")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[StationJournal]:
    journal = StationJournal(tmp_path / "journal.db", HeldClock())
    journal.start()
    yield journal
    journal.close()


def row(kind: Kind, item: ItemId = SOLARIS, **data: str | bool) -> Entry:
    return Entry(kind, HERS, TxnId(f"t-{item}"), ANNA, item, BOOK, data)


CUT_OFF = row(Kind.CHECKIN_NOT_SENT, recovered=True)
NOT_LAID = row(Kind.TAG_NOT_WRITTEN, topic=NOT_ARMED)
STUCK = row(Kind.TAG_NOT_WRITTEN)
UNTOLD_RETURN, UNTOLD_LOAN = row(Kind.CHECKIN_ACCEPTED, recovered=True), row(Kind.RETURNED_OFFLINE, recovered=True)
UNTOLD_RENEWAL = row(Kind.RENEW_UNKNOWN, recovered=True)


def cares(journal: StationJournal) -> list[tuple[ItemId, Care]]:
    return [(each.item, each.care) for each in attention(journal)]


@pytest.mark.parametrize(
    ("entry", "care"),
    [
        (CUT_OFF, Care.RETURN_CUT_OFF),
        (NOT_LAID, Care.NOT_ARMED),
        (STUCK, Care.TAG_NOT_WRITTEN),
        (UNTOLD_RETURN, Care.RETURN_UNTOLD),
        (UNTOLD_LOAN, Care.LOAN_UNTOLD),
        (UNTOLD_RENEWAL, Care.RENEWAL_UNTOLD),
        (row(Kind.DAMAGED), Care.DAMAGED),
        (row(Kind.SET_INCOMPLETE, topic="returned without part 2 of 3"), Care.SET_INCOMPLETE),
    ],
)
def test_a_book_that_may_not_be_where_it_is_said_to_be_is_told_until_it_comes_by(
    journal: StationJournal, entry: Entry, care: Care
) -> None:
    assert cares(journal) == []
    journal.write([row(Kind.CHECKIN_INTENDED), entry, row(Kind.CHECKIN_REFUSED, LAURUS)])
    assert cares(journal) == [(SOLARIS, care)]
    journal.write([row(Kind.CHECKIN_ACCEPTED)])
    assert cares(journal) == []


def test_a_tag_written_after_all_ends_what_was_told_of_it_and_finds_no_book(journal: StationJournal) -> None:
    for entry in (STUCK, UNTOLD_RETURN, UNTOLD_LOAN):
        journal.write([entry, row(Kind.TAG_ARMED)])
        assert cares(journal) == []
    journal.write([CUT_OFF, row(Kind.TAG_ARMED)])
    assert cares(journal) == [(SOLARIS, Care.RETURN_CUT_OFF)]


def test_a_return_that_was_not_sent_while_its_reader_stood_there_is_nobodys_care(journal: StationJournal) -> None:
    journal.write([row(Kind.CHECKIN_NOT_SENT), Entry(Kind.SESSION_ENDED, HERS)])
    assert cares(journal) == []


def test_what_the_library_system_did_not_take_is_told_too(journal: StationJournal) -> None:
    journal.write([row(Kind.LENT_OFFLINE, LAURUS)])
    (delivery,) = journal.deliveries()
    journal.write([row(Kind.REPLAY_REVIEW, LAURUS)], [Move(delivery.seq, State.REVIEW)])
    journal.write([CUT_OFF])
    assert sorted(cares(journal)) == [(SOLARIS, Care.RETURN_CUT_OFF), (LAURUS, Care.NOT_TAKEN)]


@pytest.mark.parametrize("kind", [Kind.CHECKIN_NOT_SENT, Kind.CHECKIN_ACCEPTED, Kind.LENT_OFFLINE])
def test_what_the_reader_was_told_of_is_nobodys_care(journal: StationJournal, kind: Kind) -> None:
    journal.write([row(kind, recovered=True, theirs=True)])
    assert cares(journal) == []


def test_a_return_that_waits_in_the_outbox_is_told_once(journal: StationJournal) -> None:
    journal.write([UNTOLD_LOAN])
    (delivery,) = journal.deliveries()
    journal.write([row(Kind.REPLAY_REVIEW)], [Move(delivery.seq, State.REVIEW)])
    assert cares(journal) == [(SOLARIS, Care.NOT_TAKEN)]
    with pytest.raises(ValueError, match="kiosk outbox dismiss 1"):
        dismiss(journal, delivery.seq, 1000, "done")


def test_a_person_ticks_off_what_was_looked_at_and_the_journal_says_who(journal: StationJournal) -> None:
    journal.write([CUT_OFF, row(Kind.CHECKIN_NOT_SENT, LAURUS, recovered=True)])
    first, second = attention(journal)
    dismiss(journal, first.seq, 1000, "стоит на полке")
    assert attention(journal) == [second]
    last = journal.rows()[-1]
    assert (last.kind, last.item, last.data) == (Kind.ATTENTION_DONE, SOLARIS, {"row": first.seq, "by": 1000})
    with pytest.raises(ValueError, match="no row 1 asks for attention"):
        dismiss(journal, first.seq, 1000, "again")
    journal.write([CUT_OFF])
    assert cares(journal)[-1] == (SOLARIS, Care.RETURN_CUT_OFF), "what comes later is told again"


def test_a_card_is_never_told(journal: StationJournal) -> None:
    journal.write([CUT_OFF])
    assert ANNA not in repr(attention(journal))


@pytest.mark.parametrize("rows", range(1, 12))
def test_the_newest_rows_are_looked_at_however_many_there_are(
    journal: StationJournal, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 4)
    monkeypatch.setattr(module, "PAGE", 2)
    monkeypatch.setattr(module, "MOST", 3)
    for number in range(rows):
        journal.write([row(Kind.CHECKIN_NOT_SENT, ItemId(str(number)), recovered=True)])
    assert [int(item) for item, _ in cares(journal)] == list(range(rows))[-3:]
    journal.write([Entry(Kind.SESSION_STARTED, HERS)] * 4)
    assert cares(journal) == []


def test_the_oldest_comes_first_by_its_number_whatever_the_clock_said(tmp_path: Path) -> None:
    clock = HeldClock()
    journal = StationJournal(tmp_path / "journal.db", clock)
    journal.start()
    try:
        journal.write([CUT_OFF])
        clock.set(clock.now().replace(year=2027))
        journal.write([row(Kind.CHECKIN_NOT_SENT, LAURUS, recovered=True)])
        clock.set(clock.now().replace(year=2000))
        journal.write([row(Kind.CHECKIN_NOT_SENT, ItemId("1003"), recovered=True)])
        assert [item for item, _ in cares(journal)] == [SOLARIS, LAURUS, "1003"]
    finally:
        journal.close()


def test_a_set_lent_without_a_part_that_has_no_tag_asks_for_nobody(journal: StationJournal) -> None:
    journal.write([row(Kind.CHECKOUT_APPROVED), row(Kind.SET_INCOMPLETE, topic="lent without part 2 of 3")])
    assert cares(journal) == []
