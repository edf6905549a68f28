"""A backup is proved before it is one; a restore loses nothing unless that is said."""

import os
import subprocess
import sys
import threading
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.items import Loan
from kiosk.ports.abis import NotSent
from sync.abis.local import backups, open_store
from sync.abis.local.database import Database
from sync.abis.local.faults import InUse, Unusable
from sync.abis.local.office import StoreOffice
from sync.abis.local.settings import Settings
from sync.spec import Surroundings
from tests.sync.abis.shelves import MOSCOW
from tests.sync.still import StillClock

AT = datetime(2026, 11, 20, 12, tzinfo=MOSCOW)


@pytest.fixture
def office(library: Any, tmp_path: Path) -> StoreOffice:
    return StoreOffice(library.store, tmp_path / "backups")


@pytest.fixture
def made(office: StoreOffice, tmp_path: Path) -> Path:
    return tmp_path / "backups" / office.backup("Нина").name


def opened(path: Path) -> Any:
    """The store of a backup, opened as a station would."""
    folder = path.parent / "opened"
    folder.mkdir()
    (folder / "circulation.db").write_bytes(path.read_bytes())
    return open_store(Settings(), Surroundings(MOSCOW, StillClock(), folder))


def test_a_backup_made_while_people_borrow_is_a_store_of_its_own(
    office: StoreOffice, library: Any, tmp_path: Path
) -> None:
    library.lend("ANNA", "S1")
    kept = office.backup("Нина")
    library.lend("ANNA", "S2")
    path = tmp_path / "backups" / kept.name
    assert (kept.name, kept.size) == ("library-2026-11-20-120000.db", path.stat().st_size)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == [kept.name]
    assert backups.prove(path).open_loans == 1
    assert office.backups() == (kept,)
    assert office.deeds()[0].what == "backup"
    store = opened(path)
    assert store.loans("ANNA") == {"S1"}
    store.close()


def test_a_backup_under_load_holds_whole_transactions(office: StoreOffice, library: Any, tmp_path: Path) -> None:
    ready, over = threading.Event(), threading.Event()

    def borrow() -> None:
        while not over.is_set():
            library.lend("ANNA", "S1")
            library.take_back("S1")
            ready.set()

    borrowing = threading.Thread(target=borrow)
    borrowing.start()
    assert ready.wait(20)
    names = []
    for second in range(5):
        library.clock.at += timedelta(seconds=second + 1)
        names.append(office.backup("Нина").name)
    over.set()
    borrowing.join(20)
    assert {backups.prove(tmp_path / "backups" / name).readers for name in names} == {10}


def test_the_newest_fourteen_and_one_of_each_month_are_kept(library: Any, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    (folder / "library-photos").mkdir(parents=True)
    (folder / "library-2026.db").write_text("somebody's own")
    names = [backups.make(library.store.database, folder, AT - timedelta(days=day)).name for day in range(60, -1, -3)]
    left = sorted(path.name for path in folder.glob("library-*-*-*-*.db"))
    assert left[-14:] == names[-14:]
    assert [name[8:15] for name in left[:-14]] == ["2026-09"]
    assert (folder / "library-2026.db").exists()


def test_a_clock_that_is_wrong_costs_no_backup(library: Any, tmp_path: Path) -> None:
    folder, wrong = tmp_path / "kept", datetime(2026, 1, 1, 3, tzinfo=MOSCOW)
    for month in range(16):
        backups.make(library.store.database, folder, AT + timedelta(days=40 * month))
    first = backups.make(library.store.database, folder, wrong).name
    again = backups.make(library.store.database, folder, wrong).name
    assert (first, again) == ("library-2026-01-01-030000.db", "library-2026-01-01-030001.db")
    assert (folder / again).exists()
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / again).write_bytes(b"another day's")
    with pytest.raises(OSError, match="another backup of that name"):
        backups.copy_out(folder / again, tmp_path / "stick")


def test_two_backups_of_one_second_are_two(office: StoreOffice) -> None:
    assert [office.backup("Нина").name, office.backup("Нина").name] == [
        "library-2026-11-20-120000.db", "library-2026-11-20-120001.db",
    ]  # fmt: skip


def test_a_full_disk_is_told_and_leaves_no_half_backup(office: StoreOffice, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("a file where the folder should be")
    with pytest.raises(NotSent, match="no backup was made in"):
        office.backup("Нина")
    assert office.deeds() == ()


def test_a_copy_on_a_stick_is_read_back(made: Path, tmp_path: Path) -> None:
    target = backups.copy_out(made, tmp_path / "stick")
    assert target.read_bytes() == made.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == [made.name]


def spoil(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xff" * 64)


@pytest.mark.parametrize("damage", ["cut", "page", "text", "empty", "foreign"])
def test_a_damaged_backup_is_never_restored(made: Path, library: Any, damage: str) -> None:
    store = library.store.database.path
    library.store.close()
    before = store.read_bytes()
    match damage:
        case "cut":
            os.truncate(made, made.stat().st_size // 2)
        case "page":
            for page in range(2, made.stat().st_size // 4096):
                spoil(made, page * 4096)
        case "text":
            made.write_text("a letter")
        case "empty":
            made.write_bytes(b"")
        case _:
            import sqlite3

            made.unlink()
            sqlite3.connect(made).execute("CREATE TABLE songs (name TEXT)").connection.close()
    with pytest.raises(Unusable):
        backups.restore(made, store, AT)
    assert store.read_bytes() == before
    assert sorted(path.name for path in store.parent.iterdir()) == ["circulation.db", "circulation.db.lock"]


def test_the_backup_just_made_is_restored_without_a_word(made: Path, library: Any) -> None:
    store = library.store.database.path
    library.store.close()
    assert backups.restore(made, store, AT) is not None


def test_a_store_that_is_served_is_not_replaced(made: Path, library: Any) -> None:
    with pytest.raises(InUse):
        backups.restore(made, library.store.database.path, AT)
    assert isinstance(library.lend("ANNA", "S1"), Loan)


def test_a_backup_that_knows_less_is_restored_only_when_that_is_said(made: Path, library: Any) -> None:
    library.lend("ANNA", "S1", day=1)
    store = library.store.database.path
    library.store.close()
    with pytest.raises(backups.Older, match="1 open loans now, 10 and 0 then"):
        backups.restore(made, store, AT)
    aside = backups.restore(made, store, AT, older=True)
    assert aside == store.with_name("circulation.db.before-2026-11-20-120000")
    assert backups.prove(store).open_loans == 0
    assert backups.prove(aside).open_loans == 1
    Database(store).close()


def test_a_store_that_died_in_its_log_is_compared_with_all_it_knew(made: Path, library: Any, tmp_path: Path) -> None:
    """The loan lies in the log beside the file, where a process that was killed leaves it."""
    library.lend("ANNA", "S1", day=1)
    dead = tmp_path / "dead"
    dead.mkdir()
    for name in ("circulation.db", "circulation.db-wal"):
        (dead / name).write_bytes((library.store.database.path.parent / name).read_bytes())
    with pytest.raises(backups.Older, match="1 open loans now"):
        backups.restore(made, dead / "circulation.db", AT)


def test_the_same_day_again_and_an_empty_place_need_no_word(made: Path, tmp_path: Path, library: Any) -> None:
    store = tmp_path / "new" / "circulation.db"
    assert backups.restore(made, store, AT) is None
    assert backups.restore(made, store, AT) is not None
    assert backups.prove(store).readers == 10


def test_a_store_nobody_can_read_any_more_is_put_aside_when_that_is_said(made: Path, tmp_path: Path) -> None:
    store = tmp_path / "new" / "circulation.db"
    store.parent.mkdir()
    store.write_bytes(b"\x00" * 5000)
    with pytest.raises(backups.Older, match="cannot be compared"):
        backups.restore(made, store, AT)
    backups.restore(made, store, AT, older=True)
    assert backups.prove(store).readers == 10


KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from sync.abis.local import backups
def dies(*about):
    os.kill(os.getpid(), signal.SIGKILL)
point = int(sys.argv[3])
count = 0
def step(path):
    global count
    count += 1
    if count == point:
        dies()
backups._durable = step
backups.restore(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC), older=True)
print("whole")
"""


def test_a_restore_that_dies_leaves_a_whole_store_or_the_one_before(made: Path, tmp_path: Path) -> None:
    store = tmp_path / "new" / "circulation.db"
    backups.restore(made, store, AT)
    for point in (1, 2):
        command = [sys.executable, "-c", KILLED, str(made), str(store), str(point)]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=Path(__file__).parents[4])
        assert done.returncode == -9
        assert backups.prove(store).readers == 10
        backups.restore(made, store, AT + timedelta(minutes=point))


def test_the_file_of_the_release_before_gets_the_new_columns(library: Any, tmp_path: Path) -> None:
    import sqlite3

    old = tmp_path / "old" / "circulation.db"
    old.parent.mkdir()
    library.store.close()
    old.write_bytes(library.store.database.path.read_bytes())
    with closing(sqlite3.connect(old)) as connection, connection:
        for column in ("phone", "email", "agreed"):
            connection.execute(f"ALTER TABLE patron DROP COLUMN {column}")
        for table in ("registration", "past_loan", "withdrawn", "deed"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX other_card_by_card")
    connection.close()
    assert backups.prove(old).readers == 10
    store = open_store(Settings(), Surroundings(MOSCOW, StillClock(), old.parent))
    office = StoreOffice(store, tmp_path)
    office.change_reader("Нина", "ANNA", {"phone": "112"})
    assert office.find_readers("ANNA")[0].phone == "112"
    store.close()
    with closing(sqlite3.connect(old)) as connection, connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    connection.close()
    assert {"other_card_by_card", "deed_by_about"} <= names
