"""Disk full: what was begun can be ended, nothing new is begun, and the journal goes on by itself."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal.ballast import Ballast
from sync.journal.values import Verdict
from sync.journal.writer import BEGINNINGS

BALLAST = 256 * 1024
ENDS = sorted(set(Kind) - BEGINNINGS)

# Runs on a disk of its own (a mounted tmpfs of 8 MB); prints what happened for the test to judge.
FILLS_ITS_DISK = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal

class Clock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return 0.0

def tried(kind, number):
    try:
        journal.write([Entry(kind, "s", f"t{number}", "21234000024172", f"i{number}", data={"title": "x" * 400})])
    except JournalFault as fault:
        return str(fault)

disk = Path(sys.argv[1])
journal = StationJournal(disk / "journal.db", Clock(), ballast=512 * 1024)
journal.start()
begun, ended, refused = 0, 0, ""
while not refused:
    refused = tried(Kind.CHECKOUT_INTENDED, begun)
    begun += not refused
    if begun == 150 and not refused:  # somebody else takes the rest
        fill = disk / "somebody-elses-file"
        with fill.open("wb", buffering=0) as other:
            try:
                while True: other.write(b"x" * 4096)
            except OSError: pass
while ended < 20:
    ended += 1 if not tried(Kind.CHECKOUT_APPROVED, ended) else 1000
still = tried(Kind.CHECKOUT_INTENDED, 9000)
gone = not (disk / "journal.db.ballast").exists()
fill.unlink()
again = tried(Kind.CHECKOUT_INTENDED, 9001)
back = (disk / "journal.db.ballast").exists()
rows = journal.rows(limit=10000)
verdict = journal.verify()
journal.close()
reopened = StationJournal(disk / "journal.db", Clock(), ballast=512 * 1024)
opening = reopened.start()
print(json.dumps({
    "begun": begun, "ended": ended, "refused": refused, "still": still, "ballast gone": gone, "again": again,
    "ballast back": back, "rows": len(rows), "holds": verdict.holds, "new": opening.new, "kept": reopened.verify().rows,
}))
"""


def test_a_full_disk_lets_what_was_begun_end_and_nothing_new_begin(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=8m tmpfs "{disk}" && exec "$0" -c "$1" "{disk}"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, sys.executable, FILLS_ITS_DISK]
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare, to have a small disk of its own")
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    if run.returncode != 0 and any(word in run.stderr for word in ("not permitted", "denied", "No space left on dev")):
        pytest.skip(f"this machine lends no mount of its own: {run.stderr.strip()}")
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert "no room left on the disk" in found["refused"] or "nearly full" in found["refused"]
    assert f"Make room in {disk}" in found["refused"]
    assert "nothing new is begun" in found["still"]
    assert (found["ended"], found["again"]) == (20, None)
    assert (found["ballast gone"], found["ballast back"]) == (True, True)
    assert found["rows"] == found["begun"] + 20 + 1
    assert (found["holds"], found["new"], found["kept"]) == (True, False, found["rows"])


REACHES_ITS_LIMIT = """
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal

class Clock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return 0.0

def tried(number):
    try:
        journal.write([Entry(Kind.STAFF_CALLED, data={"n": number, "text": "x" * 900})])
    except JournalFault as fault:
        return str(fault)

journal = StationJournal(Path(sys.argv[1]), Clock(), ballast=0)
journal.start()
limit, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
written, refused = 0, []
while len(refused) < 5:
    fault = tried(written)
    if fault: refused.append(fault)
    else: written += 1
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
again = [tried(written + n) for n in range(5)]
print(json.dumps({"written": written, "refused": refused, "again": again,
    "numbers": [row.data["n"] for row in journal.rows(limit=10000)], "holds": journal.verify().holds}))
journal.close()
"""


def test_a_write_that_fails_does_not_end_the_journal_and_leaves_no_half_row(tmp_path: Path) -> None:
    """A limit on the size of files makes the write itself fail, as a quota does."""
    path = tmp_path / "journal.db"
    run = subprocess.run(
        [sys.executable, "-c", REACHES_ITS_LIMIT, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["written"] > 20
    assert all(f"{path}: no room left on the disk. Make room in {tmp_path}" in words for words in found["refused"])
    assert found["again"] == [None] * 5
    assert found["numbers"] == list(range(found["written"] + 5))
    assert found["holds"]


@pytest.fixture
def low(bench: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A journal whose ballast is gone and cannot be had back."""
    monkeypatch.setattr(Ballast, "hold", lambda _: False)
    return bench.started(ballast=BALLAST)


@pytest.mark.parametrize("kind", sorted(BEGINNINGS))
def test_without_ballast_nothing_is_begun(low: Any, kind: Kind) -> None:
    with pytest.raises(JournalFault, match="the disk is nearly full, so nothing new is begun"):
        low.write([Entry(kind, SessionId("s"), TxnId("t"), CardNumber("2123"), ItemId("i"))])
    assert low.rows() == ()


@pytest.mark.parametrize("kind", ENDS)
def test_without_ballast_what_was_begun_is_ended(low: Any, kind: Kind) -> None:
    low.write([Entry(kind, SessionId("s"), TxnId("t"), CardNumber("2123"), ItemId("i"))])
    assert low.verify() == Verdict(1)


def test_ballast_takes_room_and_gives_it_back(tmp_path: Path) -> None:
    path = tmp_path / "ballast"
    ballast = Ballast(path, BALLAST)
    assert ballast.hold()
    assert path.stat().st_blocks * 512 >= BALLAST
    assert Ballast(path, BALLAST).hold()  # kept from the last run
    assert ballast.release()
    assert not path.exists()
    assert not ballast.release()
    assert ballast.hold()


def test_ballast_is_not_taken_from_a_disk_that_has_too_little(tmp_path: Path) -> None:
    assert not Ballast(tmp_path / "ballast", 1 << 62).hold()
    assert not Ballast(tmp_path / "gone" / "ballast", BALLAST).hold()
    assert list(tmp_path.iterdir()) == []


def test_no_ballast_is_nothing_to_give_back(tmp_path: Path) -> None:
    none = Ballast(tmp_path / "ballast", 0)
    assert none.hold()
    assert not none.release()
    assert list(tmp_path.iterdir()) == []


def test_a_fault_nobody_foresaw_is_told_and_the_next_write_opens_the_file_again(
    bench: Any, caplog: pytest.LogCaptureFixture
) -> None:
    fails = iter([False, True, False])

    def step(name: str) -> None:
        if name == "rows" and next(fails, False):
            raise RuntimeError("cosmic ray")

    journal = bench.started(step=step)
    note = Entry(Kind.STAFF_CALLED)
    journal.write([note])
    with pytest.raises(JournalFault, match="RuntimeError: cosmic ray"):
        journal.write([note])
    journal.write([note])
    assert journal.verify() == Verdict(2)
    assert "not foreseen" in caplog.text


def test_a_connection_that_broke_is_thrown_away_and_the_next_write_has_a_new_one(bench: Any) -> None:
    held: list[sqlite3.Connection] = []

    def step(name: str) -> None:
        if name == "rows" and held:
            held.pop().close()

    journal = bench.started(step=step)
    note = Entry(Kind.STAFF_CALLED)
    journal.write([note])
    journal._ask(held.append)
    with pytest.raises(JournalFault, match="Cannot operate on a closed database"):
        journal.write([note])
    journal.write([note])
    assert journal.verify() == Verdict(2)


def test_a_question_that_fails_is_answered_in_words(bench: Any, caplog: pytest.LogCaptureFixture) -> None:
    journal = bench.started()
    with pytest.raises(JournalFault, match="ZeroDivisionError"):
        journal._ask(lambda _: 1 // 0)
    with pytest.raises(JournalFault, match="no such table"):
        journal._ask(lambda connection: connection.execute("SELECT * FROM nowhere"))
    journal.write([Entry(Kind.STAFF_CALLED)])
    assert journal.verify() == Verdict(1)
    assert "a question failed" in caplog.text


def test_a_file_that_was_taken_away_is_missed_when_it_must_be_opened_again(bench: Any) -> None:
    journal = bench.started()
    with pytest.raises(JournalFault):
        journal._ask(lambda connection: connection.execute("SELECT * FROM nowhere"))
    bench.path.rename(bench.folder / "elsewhere")
    with pytest.raises(JournalFault, match="may not be written"):
        journal.write([Entry(Kind.STAFF_CALLED)])
    (bench.folder / "elsewhere").rename(bench.path)
    journal.write([Entry(Kind.STAFF_CALLED)])
