"""Journal: commits per second of one row each, against bare sqlite3 with the same pragmas, columns and fsyncs."""

import os
import sqlite3
import tempfile
import threading
import time
from pathlib import Path

from bench.row import Aim, Row
from kiosk.app.system import SystemClock
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal

COMMITS = 400
TABLE = """CREATE TABLE rows (
    journal_id TEXT, seq INTEGER PRIMARY KEY, schema INTEGER, txn_id TEXT, session_id TEXT, person_ref TEXT,
    boot_id TEXT, boottime_ns INTEGER, wall_utc TEXT, clock_quality TEXT, kind TEXT, payload TEXT, prev_hash BLOB,
    hash BLOB)"""
ROUNDS = 3


def measure() -> list[Row]:
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(ROUNDS):  # in turn, so that a disk that drifts drifts for both
            bare.append(_bare(Path(folder) / f"bare-{turn}.db"))
            ours.append(_ours(Path(folder) / f"journal-{turn}.db"))
    best = "commits/s"
    return [Row("journal: commits of one row", max(ours), best, max(bare), "bare sqlite3", 0.6, Aim.AT_LEAST)]


def _ours(path: Path) -> float:
    journal = StationJournal(path, SystemClock())
    journal.start()
    done = threading.Event()
    faults: list[JournalFault] = []

    def told(fault: JournalFault | None) -> None:
        if fault:
            faults.append(fault)
        done.set()

    begun = time.perf_counter()
    for number in range(COMMITS):
        done.clear()
        journal.append([_entry(number)], told)
        done.wait()
    spent = time.perf_counter() - begun
    journal.close()
    if faults:
        raise faults[0]
    return COMMITS / spent


def _entry(number: int) -> Entry:
    item, card = ItemId(f"3{number:013d}"), CardNumber("21234000024172")
    return Entry(Kind.CHECKOUT_INTENDED, SessionId("s"), TxnId(f"t{number}"), card, item)


def _bare(path: Path) -> float:
    """The same columns filled with bytes of the same size, no index, no hash to compute, nobody to tell.

    Its log grows until it is first folded in, as SQLite has it; the journal takes that room when it is opened.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE)
    ids, stamp = ("0" * 36, "1" * 36), "2026-11-20T19:42:00.000000Z"
    begun = time.perf_counter()
    for number in range(COMMITS):
        connection.execute("BEGIN IMMEDIATE")
        payload = f'{{"item":"3{number:013d}"}}'
        row = (
            ids[0], number, 1, f"t{number}", "s", "p" * 32, ids[1], number, stamp, "good", "checkout_intended", payload,
            os.urandom(32), os.urandom(32),
        )  # fmt: skip
        connection.execute(f"INSERT INTO rows VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.close()
    return COMMITS / spent
