"""The store's file: one process at a time, whole after any death, foreign files left alone."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.domain.health import State
from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.items import Loan
from kiosk.ports.abis import NotSent
from sync.abis.local import SPEC, Settings, open_store, pins
from sync.abis.local.database import Database
from sync.abis.local.faults import InUse, Unusable
from sync.spec import Surroundings

ROOT = Path(__file__).parents[4]

# Dies at one SQL statement after the other: a child per statement, forked from one parent that has everything loaded.
DYING = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from zoneinfo import ZoneInfo
from sqlalchemy import event
from kiosk.domain.health import State
from kiosk.domain.ids import CardNumber, ItemId, TxnId
from sync.abis.local import open_store
from sync.abis.local.settings import Settings
from sync.spec import Surroundings

class Clock:
    def now(self): return datetime(2026, 11, 20, 9, tzinfo=UTC)
    def monotonic(self): return 0.0

def act(store, deed):
    at = Clock().now()
    if deed == "checkout":  # ends a hold, charges a fee, remembers
        store.checkout(TxnId("t"), CardNumber("ANNA"), ItemId("E1"), at, fee_accepted=True)
    elif deed == "checkin":  # ends a loan, sets the copy aside, remembers
        store.checkin(TxnId("t"), ItemId("L1"), at)
    else:
        store.renew(TxnId("t"), CardNumber("VERA"), ItemId("S1"), at)

folder, deed, source = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_bytes()
for point in range(1, 100):
    (folder / str(point)).mkdir()
    (folder / str(point) / "circulation.db").write_bytes(source)
    child = os.fork()
    if child == 0:
        store = open_store(Settings(), Surroundings(ZoneInfo("Europe/Moscow"), Clock(), folder / str(point)))
        count = 0
        def die(*about):
            global count
            count += 1
            if count == point:
                os.kill(os.getpid(), signal.SIGKILL)
        event.listen(store.database._engine, "before_cursor_execute", die)
        event.listen(store.database._engine, "commit", die)
        act(store, deed)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        print(point - 1)
        break
"""


@pytest.fixture
def prepared(library: Any, tmp_path: Path) -> Any:
    """The file in which each of the three deeds has much to write."""
    library.lend("VERA", "L1")
    library.lend("VERA", "S1")
    library.hold("ANNA", "L1")
    library.hold("ANNA", "E1")
    library.store.close()
    connection = sqlite3.connect(library.store.database.path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return library


@pytest.mark.slow
@pytest.mark.parametrize("deed", ["checkout", "checkin", "renew"])
def test_killed_at_any_statement_the_deed_is_done_or_not_and_never_half(
    prepared: Any, tmp_path: Path, deed: Any, counts: Any
) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()
    script = tmp_path / "dying.py"
    script.write_text(DYING)
    command = [sys.executable, str(script), str(folder), deed, str(prepared.store.database.path)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    points = int(done.stdout)
    assert points >= 5
    counts.add("kill points", points)
    for point in range(1, points + 1):
        assert _shape(folder / str(point) / "circulation.db") == BEFORE[deed]
    assert _shape(folder / str(points + 1) / "circulation.db") == AFTER[deed]


def _shape(path: Path) -> tuple[object, ...]:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = "SELECT count(*), count(returned), sum(renewals) FROM loan"
        return (
            *connection.execute(counted).fetchone(),
            *connection.execute("SELECT count(*), count(item) FROM hold").fetchone(),
            *connection.execute("SELECT count(*) FROM fee").fetchone(),
            *connection.execute("SELECT count(*) FROM done WHERE txn = 't'").fetchone(),
        )
    finally:
        connection.close()


# loans, of them returned, renewals; holds, of them ready; fees; remembered
BEFORE = dict.fromkeys(("checkout", "checkin", "renew"), (2, 0, 0, 2, 0, 0, 0))
AFTER = {"checkout": (3, 0, 0, 1, 0, 1, 1), "checkin": (2, 1, 0, 2, 1, 0, 1), "renew": (2, 0, 1, 2, 0, 0, 1)}


def test_a_second_process_is_refused_in_words(library: Any) -> None:
    path = library.store.database.path
    script = (
        "import sys; from pathlib import Path; from sync.abis.local.database import Database; "
        "from sync.abis.local.faults import InUse\n"
        "try:\n    Database(Path(sys.argv[1]))\nexcept InUse as fault:\n    print(fault)"
    )
    command = [sys.executable, "-c", script, str(path)]
    said = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(ROOT)}, check=False
    )
    assert "is served by another process (number " in said.stdout, said.stderr
    assert "SIP2 server" in said.stdout


def test_the_file_is_free_again_after_closing(library: Any) -> None:
    path = library.store.database.path
    with pytest.raises(InUse):
        Database(path)
    library.store.close()
    library.store.close()  # harmless
    Database(path).close()


def test_a_closed_store_does_nothing_any_more(library: Any) -> None:
    library.store.close()
    with pytest.raises(NotSent, match="was closed"):
        library.lend("ANNA", "S1")
    with pytest.raises(NotSent, match="was closed"):
        library.store.loans(CardNumber("ANNA"))
    assert library.store.probe().state is State.ABSENT


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ({"hold_dais": 5}, "hold_dais"),
        ({"hold_days": 0}, "hold_days"),
        ({"currency": "rubles"}, "currency"),
        ({"bins": {"shelves": "1"}}, "bins.shelves"),
        ({"pin_attempts": "many"}, "pin_attempts"),
    ],
)
def test_a_wrong_setting_is_named(library: Any, tmp_path: Path, section: Any, key: Any) -> None:
    surroundings = Surroundings(library.store._zone, library.clock, tmp_path / "new")
    with pytest.raises(ValidationError) as raised:
        SPEC.connect(section, surroundings)
    assert [".".join(map(str, error["loc"])) for error in raised.value.errors()] == [key]
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "circulation.db"
    path.write_bytes(b"Dear diary" * 1000)
    with pytest.raises(Unusable, match="cannot be used as a circulation store"):
        Database(path)
    assert path.read_bytes() == b"Dear diary" * 1000


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "circulation.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE diary (entry)")
    connection.commit()
    connection.close()
    with pytest.raises(Unusable, match="another program"):
        Database(path)


def test_a_file_of_a_newer_release_is_left_alone(library: Any) -> None:
    path = library.store.database.path
    library.store.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Unusable, match="newer release"):
        Database(path)


def test_a_store_opens_again_with_all_it_had(library: Any) -> None:
    library.lend("ANNA", "S1")
    library.store.close()
    folder = library.store.database.path.parent
    again = open_store(Settings(), Surroundings(library.store._zone, library.clock, folder))
    assert again.loans(CardNumber("ANNA")) == {"S1"}
    again.close()


def test_every_commit_is_durable(library: Any) -> None:
    with library.store.database.writing() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }
    assert pragmas == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_a_writer_owns_the_file_before_it_reads_what_it_decides_on(library: Any) -> None:
    stranger = sqlite3.connect(library.store.database.path, timeout=0)
    with library.store.database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        stranger.execute("BEGIN IMMEDIATE")
    stranger.execute("BEGIN IMMEDIATE")
    stranger.close()


def test_a_copy_has_one_borrower_however_many_ask_at_once(library: Any) -> None:
    cards = [CardNumber(card) for card in ("ANNA", "BORIS", "VERA", "LASTDAY")] * 2
    answers: list[object] = []
    start = threading.Barrier(len(cards))

    def ask(n: int, card: CardNumber) -> None:
        start.wait(10)
        answers.append(library.store.checkout(TxnId(f"race-{n}"), card, ItemId("S1"), library.clock.now()))

    threads = [threading.Thread(target=ask, args=(n, card)) for n, card in enumerate(cards)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == len(cards)
    assert sum(isinstance(answer, Loan) for answer in answers) == 1


def test_the_same_transaction_from_many_threads_is_done_once(library: Any) -> None:
    answers: list[object] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait(10)
        answers.append(library.store.checkout(TxnId("same"), CardNumber("ANNA"), ItemId("S1"), library.clock.now()))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 6
    assert len(set(map(repr, answers))) == 1
    assert isinstance(answers[0], Loan)


def test_a_fault_in_the_middle_undoes_all_and_says_not_sent(library: Any) -> None:
    with library.store.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON done BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(NotSent, match="disk is full") as raised:
        library.lend("ANNA", "E1", fee=True)
    assert "ANNA" not in str(raised.value)  # sentences for staff name no reader
    assert library.store.loans(CardNumber("ANNA")) == frozenset()
    assert library.store.account(CardNumber("ANNA")).fees is None


def test_pins_are_kept_as_salted_hashes_alone(library: Any) -> None:
    library.store.close()
    data = library.store.database.path.read_bytes()
    assert b"1234" not in data
    assert b"scrypt$" in data


def test_a_hash_fits_its_pin_only_and_no_two_are_equal() -> None:
    first, second = pins.hashed("739164"), pins.hashed("739164")
    assert first != second
    assert pins.matches("739164", first)
    assert pins.matches("739164", second)
    assert not pins.matches("739165", first)
    assert not pins.matches("739164", None)


@pytest.mark.parametrize("wrong", ["123", "123456789", "12a4", "", "１２３４"])
def test_a_pin_has_four_to_eight_digits(wrong: Any) -> None:
    with pytest.raises(ValueError, match="4 to 8 digits"):
        pins.hashed(wrong)
