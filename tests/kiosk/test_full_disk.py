"""The demo's full disk: the journal ends what was begun, begins nothing new, and goes on when there is room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.app.demo.full_disk import FullDisk
from kiosk.app.system import SystemClock
from kiosk.domain.ids import SessionId
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal

BEGINS, ENDS = Entry(Kind.SESSION_STARTED, SessionId("s1")), Entry(Kind.SESSION_ENDED, SessionId("s1"))


@pytest.fixture
def disk(tmp_path: Path) -> FullDisk:
    return FullDisk(tmp_path / "journal.db")


@pytest.fixture
def journal(tmp_path: Path, disk: FullDisk) -> Iterator[StationJournal]:
    it = StationJournal(tmp_path / "journal.db", SystemClock(), ballast=65536, step=disk)
    it.start()
    yield it
    it.close()


def kinds(journal: StationJournal) -> list[Kind]:
    return [row.kind for row in journal.rows()]


def test_what_was_begun_is_ended_and_nothing_new_is_begun_until_there_is_room(
    journal: StationJournal, disk: FullDisk, tmp_path: Path
) -> None:
    journal.write([BEGINS])
    disk.becomes(True)
    for _ in range(2):
        with pytest.raises(JournalFault, match="Make room"):
            journal.write([BEGINS])
        journal.write([ENDS])
    assert kinds(journal) == [Kind.SESSION_STARTED, Kind.SESSION_ENDED, Kind.SESSION_ENDED]
    disk.becomes(False)
    journal.write([BEGINS])
    assert kinds(journal)[-1] == Kind.SESSION_STARTED
    assert (tmp_path / "journal.db.ballast").is_file()
    assert journal.verify().holds


def test_a_kiosk_that_starts_on_a_full_disk_begins_nothing_and_what_a_cut_left_is_cleared_away(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    for full in (True, False):
        journal = StationJournal(path, SystemClock(), ballast=65536, step=FullDisk(path, full))
        journal.start()
        if full:
            with pytest.raises(JournalFault):
                journal.write([BEGINS])
        else:
            journal.write([BEGINS])
        journal.close()
        assert path.with_name("journal.db.ballast").is_dir() is full
