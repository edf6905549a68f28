"""A look at a journal that belongs to nobody at the moment: what state is it in? For the doctor; changes nothing.

What a crash left in the write-ahead log is read too, so that a file is not called damaged for lacking it.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from sync.journal import reading
from sync.journal.connection import value
from sync.journal.payload import wall_time
from sync.journal.schema import APPLICATION_ID, VERSION
from sync.journal.values import Row

_HEADER = b"SQLite format 3\0"
IN_REVIEW = "SELECT count(*) FROM outbox WHERE state = 'review'"


class Found(Enum):
    NONE = auto()
    """There is no journal yet: the first start makes one."""
    SOUND = auto()
    DAMAGED = auto()
    FOREIGN = auto()
    NEWER = auto()
    IN_USE = auto()
    NOT_OURS = auto()
    """Its rights keep us out."""


@dataclass(frozen=True, slots=True)
class Look:
    """`version` of the file, `known` to this release; `last`: when its last row was written (aware, UTC)."""

    found: Found
    version: int = 0
    known: int = VERSION
    last: datetime | None = None
    reason: str = ""


def look(path: Path) -> Look:
    """Look at the journal at `path`. Never raises."""
    if not path.exists():
        return Look(Found.NONE)
    if not os.access(path, os.R_OK | os.W_OK):
        return Look(Found.NOT_OURS)
    try:
        if _owned(path):
            return Look(Found.IN_USE)
        return _inside(path)
    except sqlite3.DatabaseError as error:
        return Look(Found.DAMAGED, reason=str(error))
    except OSError:
        return Look(Found.NOT_OURS)


def in_review(path: Path) -> int:
    """Return how many rows of a journal that belongs to nobody wait for a person; none where that cannot be read."""
    try:
        if not path.exists() or _owned(path):
            return 0
        with _read_only(path) as connection:
            count: int = value(connection, IN_REVIEW)
    except (sqlite3.DatabaseError, OSError):
        return 0
    return count


def newest(path: Path, most: int) -> tuple[Row, ...]:
    """Return the last rows of a journal that belongs to nobody, in order; none where that cannot be read."""
    try:
        if not path.exists() or _owned(path):
            return ()
        with _read_only(path) as connection:
            last: int | None = value(connection, reading.LAST_SEQ)
            return reading.rows(connection, max(0, (last or 0) - most), most)
    except (sqlite3.DatabaseError, OSError):
        return ()


def _owned(path: Path) -> bool:
    """Whether a process holds the lock beside the journal (see `sync.journal.lock`)."""
    try:
        file = os.open(path.with_name(path.name + ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _inside(path: Path) -> Look:
    with path.open("rb") as file:
        header = file.read(100)
    if header and not header.startswith(_HEADER):
        return Look(Found.DAMAGED, reason="file is not a database")
    with _read_only(path) as connection:
        version: int = value(connection, "PRAGMA user_version")
        if value(connection, "PRAGMA application_id") != APPLICATION_ID:
            tables = value(connection, "SELECT count(*) FROM sqlite_master")
            return Look(Found.FOREIGN if tables else Found.NONE)
        health = value(connection, "PRAGMA quick_check(1)")
        if health != "ok":
            return Look(Found.DAMAGED, version, reason=str(health))
        last = value(connection, "SELECT wall_utc FROM journal ORDER BY seq DESC LIMIT 1")
    found = Found.NEWER if version > VERSION else Found.SOUND
    return Look(found, version, last=wall_time(str(last)) if last else None)


@contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Without a log there is nothing to share: the file is read as it lies, and nothing is made beside it."""
    log = path.with_name(path.name + "-wal")
    alone = "" if log.exists() and log.stat().st_size else "&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode=ro{alone}"
    with closing(sqlite3.connect(uri, uri=True, timeout=1.0)) as connection:
        yield connection
