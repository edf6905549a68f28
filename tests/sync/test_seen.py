"""What this site remembers while the ABIS is away: titles, marks, of age or not; nobody's name or number."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.patrons import Patron
from sync.seen import KEPT, SeenHere
from tests.sync.still import StillClock

CARD = CardNumber("21234000024172")
BOOK = ItemInfo(ItemId("30234000517861"), "Бойцовский клуб", "Чак Паланик", Standing.ON_LOAN, 18)


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime(2026, 11, 20, 19, 42, tzinfo=UTC))


@pytest.fixture
def seen(tmp_path: Path, clock: StillClock) -> Iterator[SeenHere]:
    here = SeenHere(tmp_path, clock)
    yield here
    here.close()


def test_an_item_is_remembered_with_its_mark_but_not_with_where_it_stood(seen: SeenHere) -> None:
    seen.saw_item(BOOK)
    assert seen.item(BOOK.item) == ItemInfo(BOOK.item, BOOK.title, BOOK.author, Standing.AVAILABLE, 18, remembered=True)
    assert seen.item(ItemId("30234000517862")) is None


def test_an_unknown_item_leaves_what_was_known_alone(seen: SeenHere) -> None:
    seen.saw_item(BOOK)
    seen.saw_item(ItemInfo(BOOK.item, standing=Standing.UNKNOWN))
    remembered = seen.item(BOOK.item)
    assert remembered is not None
    assert remembered.title == BOOK.title


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        (date(2005, 11, 20), 21),
        (date(2008, 11, 20), 18),
        (date(2008, 11, 21), 16),
        (date(2024, 1, 1), None),
        (None, None),
    ],
)
def test_of_a_reader_only_the_band_of_age_is_kept(seen: SeenHere, birth: date | None, band: int | None) -> None:
    seen.saw_patron(CARD, Patron(CARD, "Иванова Анна", birth=birth, loan_count=7))
    assert seen.patron(CARD) == Patron(CARD, age_at_least=band)


def test_the_file_names_nobody(tmp_path: Path, seen: SeenHere) -> None:
    seen.saw_patron(CARD, Patron(CARD, "Иванова Анна", birth=date(1990, 1, 1)))
    seen.close()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert CARD.encode() not in held
    assert "Иванова".encode() not in held


def test_old_memory_is_not_believed_and_goes_at_the_next_start(
    tmp_path: Path, seen: SeenHere, clock: StillClock
) -> None:
    seen.saw_item(BOOK)
    seen.saw_patron(CARD, Patron(CARD, birth=date(1990, 1, 1)))
    clock.at += KEPT + timedelta(days=1)
    assert seen.item(BOOK.item) is None
    assert seen.patron(CARD) is None
    again = SeenHere(tmp_path, clock)
    clock.at -= KEPT
    assert again.item(BOOK.item) is None
    again.close()


def test_a_forgotten_reader_is_forgotten(seen: SeenHere) -> None:
    seen.saw_patron(CARD, Patron(CARD, birth=date(1990, 1, 1)))
    seen.forget(CARD)
    assert seen.patron(CARD) is None


def test_a_damaged_file_is_begun_anew(tmp_path: Path, clock: StillClock) -> None:
    (tmp_path / "seen.db").write_bytes(b"this is not a database, it is a shopping list" * 50)
    here = SeenHere(tmp_path, clock)
    here.saw_item(BOOK)
    assert here.item(BOOK.item) is not None
    here.close()


def test_a_file_that_somebody_else_holds_is_no_reason_to_fail(
    tmp_path: Path, clock: StillClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sync.seen.PATIENCE", 0)
    here = SeenHere(tmp_path, clock)
    with closing(sqlite3.connect(tmp_path / "seen.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        here.saw_item(BOOK)
    assert here.item(BOOK.item) is None
    assert "cannot be kept: database is locked" in caplog.text
    here.saw_item(BOOK)
    assert here.item(BOOK.item) is not None
    here.close()


def test_a_file_that_cannot_be_read_is_no_reason_to_fail(seen: SeenHere, caplog: pytest.LogCaptureFixture) -> None:
    seen.saw_item(BOOK)
    seen.close()
    assert seen.item(BOOK.item) is None
    assert "cannot be read" in caplog.text


def test_a_file_of_an_earlier_release_is_remembered_from(tmp_path: Path, clock: StillClock) -> None:
    """Its columns were declared otherwise; what lies in them is the same."""
    with closing(sqlite3.connect(tmp_path / "seen.db")) as earlier:
        earlier.executescript("""
            CREATE TABLE items (item VARCHAR NOT NULL, title VARCHAR, author VARCHAR, age_mark INTEGER,
                seen DATE NOT NULL, PRIMARY KEY (item));
            CREATE TABLE patrons (token VARCHAR NOT NULL, age INTEGER, seen DATE NOT NULL, PRIMARY KEY (token));
            INSERT INTO items VALUES ('old', 'Солярис', 'Станислав Лем', 12, '2026-05-24');
            INSERT INTO items VALUES ('older', 'Эдем', 'Станислав Лем', 12, '2026-05-23');
        """)
    here = SeenHere(tmp_path, clock)
    old = ItemId("old")
    assert here.item(old) == ItemInfo(old, "Солярис", "Станислав Лем", Standing.AVAILABLE, 12, remembered=True)
    assert here.item(ItemId("older")) is None
    here.saw_item(BOOK)
    assert here.item(BOOK.item) is not None
    here.close()


def test_the_key_is_the_stations_alone(tmp_path: Path, seen: SeenHere) -> None:
    assert (tmp_path / "seen.key").stat().st_mode & 0o777 == 0o600


def test_a_reader_comes_of_age_at_midnight_where_the_library_stands(tmp_path: Path) -> None:
    clock = StillClock(datetime(2026, 11, 20, 13, 0, tzinfo=UTC))  # already the 21st in Kamchatka, and not in Moscow
    for name, band in (("Asia/Kamchatka", 18), ("Europe/Moscow", 16)):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        with closing(SeenHere(folder, clock, ZoneInfo(name))) as seen:
            seen.saw_patron(CARD, Patron(CARD, birth=date(2008, 11, 21)))
            remembered = seen.patron(CARD)
            assert remembered is not None
            assert remembered.age_at_least == band
