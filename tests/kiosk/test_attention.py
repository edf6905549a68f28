"""What a person should look at: read off the journal, ended by what happens to the book."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.app import attention as module
from kiosk.app.attention import Care, attention
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.flows.desk import NOT_ARMED
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


def cares(journal: StationJournal) -> list[tuple[ItemId, Care]]:
    return [(each.item, each.care) for each in attention(journal)]


@pytest.mark.parametrize(
    ("entry", "care"),
    [(CUT_OFF, Care.RETURN_CUT_OFF), (NOT_LAID, Care.NOT_ARMED), (STUCK, Care.TAG_NOT_WRITTEN)],
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
    journal.write([STUCK, row(Kind.TAG_ARMED)])
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
