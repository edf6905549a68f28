"""How a journal file is found: new, old, newer, damaged, foreign, in use, not ours to write."""

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal import schema
from sync.journal.chain import FIELDS, digest, genesis
from sync.journal.connection import connect, value
from sync.journal.database import LOG_ROOM, set_aside
from sync.journal.delivery import State
from sync.journal.schema import VERSION
from sync.journal.values import Verdict

NOTE = Entry(Kind.STAFF_CALLED)
CARD = CardNumber("21234000024172")


def test_a_new_journal_has_a_name_of_its_own_and_keeps_it(bench: Any) -> None:
    first = bench.journal().start()
    bench.opened[0].close()
    again = bench.journal().start()
    assert first.new
    assert not again.new
    assert first.journal_id == again.journal_id
    assert (again.set_aside, again.notices) == (None, ())


def test_only_the_stations_user_may_read_it(bench: Any) -> None:
    bench.started().write([NOTE])
    modes = {each.name: each.stat().st_mode & 0o777 for each in bench.folder.iterdir()}
    assert modes == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db.lock": 0o600}


def test_it_is_kept_as_durably_as_was_promised(bench: Any) -> None:
    bench.started()
    bench.opened[0].close()
    connection = connect(bench.path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "locking_mode": "exclusive", "temp_store": 2}
    assert {name: value(connection, f"PRAGMA {name}") for name in wanted} == wanted
    connection.close()


def test_the_log_has_its_room_from_the_start_and_does_not_grow(bench: Any) -> None:
    """Also after a forgetting, which cuts it to nothing."""
    log = bench.path.with_name("journal.db-wal")
    journal = bench.started()
    for number in range(600):  # more than is logged before it begins again
        journal.write([Entry(Kind.CHECKOUT_REFUSED, None, TxnId(f"t{number}"), CARD)])
        assert log.stat().st_size == LOG_ROOM
    assert journal.forget(CARD).done
    assert log.read_bytes() == bytes(LOG_ROOM)
    journal.write([NOTE])
    assert log.stat().st_size == LOG_ROOM
    assert journal.verify() == Verdict(601)


def test_a_disk_without_room_for_the_log_stops_nobody(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    bench.started().close()
    monkeypatch.setattr("sync.journal.database.os.fsync", full)
    journal = bench.started()
    journal.write([NOTE])
    assert journal.verify() == Verdict(1)


def hand_made_version_1(path: Path) -> None:
    """A file as the first version left it: rows, persons, no delivery state."""
    raw = sqlite3.connect(path)
    for statement in schema.MIGRATIONS[0]:
        raw.execute(statement)
    raw.execute("INSERT INTO meta VALUES ('journal_id', 'old')")
    raw.execute("INSERT INTO persons VALUES (?, 'ref')", (CARD,))
    prev = genesis("old")
    for seq, kind in enumerate((Kind.CHECKOUT_INTENDED, Kind.LENT_OFFLINE, Kind.STAFF_CALLED), 1):
        row = (
            "old",
            seq,
            1,
            "t",
            "s",
            "ref",
            "b",
            seq,
            "2026-01-02T10:00:00.000000Z",
            "ntp",
            kind,
            '{"item":"i"}',
            prev,
        )
        prev = digest(row)
        raw.execute(f"INSERT INTO journal ({', '.join(FIELDS)}, hash) VALUES ({', '.join('?' * 14)})", (*row, prev))
    raw.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    raw.execute("PRAGMA user_version = 1")
    raw.commit()
    raw.close()


def test_a_file_of_the_first_version_is_brought_up_to_date_and_its_promises_are_asked_about(bench: Any) -> None:
    hand_made_version_1(bench.path)
    journal = bench.started()
    (row,) = journal.deliveries()
    assert (row.seq, row.txn, row.item, row.card, row.state) == (2, "t", "i", CARD, State.UNKNOWN)
    journal.write([NOTE])
    assert journal.verify() == Verdict(4)
    journal.close()
    bench.started()  # and is not brought up to date twice
    assert len(bench.opened[-1].deliveries()) == 1


def test_the_file_of_the_next_release_is_opened_and_written(bench: Any) -> None:
    bench.started().write([NOTE])
    bench.opened[0].close()
    raw = sqlite3.connect(bench.path)
    raw.execute("ALTER TABLE outbox ADD COLUMN lane INTEGER NOT NULL DEFAULT 0")
    raw.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY) STRICT")
    raw.execute(f"PRAGMA user_version = {VERSION + 1}")
    raw.commit()
    raw.close()
    journal = bench.started()
    journal.write([Entry(Kind.LENT_OFFLINE, None, TxnId("t"), CARD, ItemId("i"))])
    assert journal.verify() == Verdict(2)
    assert journal.waiting().waiting == 1
    journal.close()
    raw = sqlite3.connect(bench.path)
    assert raw.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
    raw.close()


def damaged(content: bytes) -> dict[str, bytes]:
    return {
        "nothing but noise": b"not a database at all, and long enough to be one" * 100,
        "header gone": b"\0" * 100 + content[100:],
        "pages gone": content[:4096] + b"\xff" * (len(content) - 4096),
        "cut in the middle": content[: 4096 * 3],
        "one page zeroed": content[:4096] + b"\0" * 4096 + content[8192:],
    }


@pytest.mark.parametrize("how", damaged(b""))
def test_a_damaged_file_is_kept_under_a_dated_name_and_a_new_one_begun(bench: Any, how: str) -> None:
    first = bench.journal()
    old = first.start()
    first.write([Entry(Kind.STAFF_CALLED, data={"n": n, "text": "x" * 500}) for n in range(40)])
    first.close()
    bench.path.write_bytes(damaged(bench.path.read_bytes())[how])
    bad = bench.path.read_bytes()
    again = bench.journal()
    opening = again.start()
    assert opening.new
    assert opening.journal_id != old.journal_id
    assert opening.set_aside == bench.folder / "journal-damaged-20261120T090000Z.db"
    assert opening.set_aside.read_bytes() == bad
    kept, begun = opening.notices
    assert str(opening.set_aside) in kept
    assert "must be looked at by a person" in kept
    assert opening.journal_id in begun
    again.write([NOTE])
    assert again.verify() == Verdict(1)


def test_a_second_damaged_file_of_the_same_second_does_not_overwrite_the_first(bench: Any) -> None:
    names = []
    for content in (b"noise " * 1000, b"other noise " * 1000, b"more noise " * 1000):
        bench.path.write_bytes(content)
        opening = bench.journal().start()
        bench.opened[-1].close()
        names.append((opening.set_aside.name, opening.set_aside.read_bytes() == content))
    assert names == [(f"journal-damaged-20261120T090000Z{tail}.db", True) for tail in ("", "-2", "-3")]


def test_the_log_goes_along_with_the_file_it_belongs_to(bench: Any) -> None:
    for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
        (bench.folder / name).write_text(name)
    aside = set_aside(bench.path, bench.clock.now())
    kept = {each.name: each.read_text() for each in bench.folder.iterdir()}
    assert kept == {aside.name + tail: "journal.db" + tail for tail in ("", "-wal", "-shm")}


def test_a_database_of_somebody_else_is_left_alone(bench: Any) -> None:
    raw = sqlite3.connect(bench.path)
    raw.execute("CREATE TABLE cats (name TEXT)")
    raw.commit()
    raw.close()
    before = bench.path.read_bytes()
    with pytest.raises(JournalFault, match="belongs to another program"):
        bench.journal().start()
    assert bench.path.read_bytes() == before


def test_an_empty_file_left_by_a_power_cut_is_a_new_journal(bench: Any) -> None:
    bench.path.touch()
    assert bench.journal().start().new


def test_a_second_process_is_refused_in_words_until_the_first_ends(bench: Any) -> None:
    code = (
        "import sys; from pathlib import Path; from sync.journal.lock import Lock\n"
        "Lock(Path(sys.argv[1])).take(); print('taken', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(bench.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "taken\n"
        with pytest.raises(JournalFault, match=rf"another process \(pid {other.pid}\) has this journal open"):
            bench.journal().start()
        other.kill()
        other.wait(10)
        journal = bench.started()
        journal.write([NOTE])
    second = bench.journal()
    with pytest.raises(JournalFault, match="A station runs once"):
        second.start()
    journal.close()
    second.start()  # may be tried again


def test_another_program_on_the_file_is_refused_and_refuses(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = bench.started()
    journal.write([NOTE])
    outside = [
        sys.executable,
        "-c",
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute(sys.argv[2])",
    ]
    run = subprocess.run(
        [*outside, str(bench.path), "SELECT * FROM journal"], capture_output=True, text=True, check=False
    )
    assert "database is locked" in run.stderr
    journal.close()
    holding = sqlite3.connect(bench.path)
    holding.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(
        "sync.journal.connection.PRAGMAS", ("busy_timeout = 0", "journal_mode = WAL", "secure_delete = ON")
    )
    with pytest.raises(JournalFault, match="is in use by another program"):
        bench.journal().start()
    holding.close()


WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from datetime import UTC, datetime
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal

class Clock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return 0.0

warm = StationJournal(Path(sys.argv[2]), Clock(), ballast=0)  # imports all it ever imports
warm.start(); warm.write([Entry(Kind.STAFF_CALLED)]); warm.close()
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    StationJournal(Path(sys.argv[1]), Clock(), ballast=0).start()
except JournalFault as fault:
    print(fault)
"""


def fault_without_rights(path: Path) -> str:
    """Start a journal as a user who owns nothing, and return what it says."""
    command = [sys.executable, "-c", WITHOUT_RIGHTS, str(path), str(path.parent.parent / "warm.db")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    return run.stdout


@pytest.fixture
def shown_folder(tmp_path: Path) -> Path:
    """A folder that others can reach: the ones above it are opened for passing through."""
    for above in (tmp_path, *tmp_path.parents):
        if above.stat().st_uid == os.getuid() and above.stat().st_mode & 0o001 == 0:
            above.chmod(above.stat().st_mode | 0o001)
    folder = tmp_path / "state"
    folder.mkdir(mode=0o755)
    return folder


def test_a_folder_that_may_not_be_written_is_named_with_the_cure(shown_folder: Path) -> None:
    shown_folder.chmod(0o555)
    said = fault_without_rights(shown_folder / "journal.db")
    assert str(shown_folder / "journal.db") in said
    assert "may not be written (Permission denied)" in said
    assert "must exist and belong to the station's user" in said


def test_a_file_that_may_not_be_written_is_named_with_the_cure_and_not_set_aside(shown_folder: Path) -> None:
    path = shown_folder / "journal.db"
    path.write_bytes(b"")
    path.chmod(0o444)
    path.with_name("journal.db.lock").touch()
    path.with_name("journal.db.lock").chmod(0o666)
    said = fault_without_rights(path)
    assert f"{path}: may not be written" in said
    assert "must belong to the station's user" in said
    assert sorted(each.name for each in shown_folder.iterdir()) == ["journal.db", "journal.db.lock"]


def test_a_folder_that_is_not_there_is_named(bench: Any) -> None:
    from sync.journal.journal import StationJournal

    with pytest.raises(JournalFault, match="No such file or directory"):
        StationJournal(bench.folder / "gone" / "journal.db", bench.clock).start()


def test_an_sqlite_too_old_is_named(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.journal.database.OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(JournalFault, match="is too old"):
        bench.journal().start()
