"""The file: how it is opened, recognised, created, brought up to date, and set aside when it cannot be read."""

import contextlib
import os
import sqlite3
import uuid
from datetime import UTC, datetime
from pathlib import Path

from kiosk.ports.journal import JournalFault
from sync.journal import schema
from sync.journal.connection import connect, transaction, value
from sync.journal.faults import damaged, fault
from sync.journal.values import Opening

OLDEST_SQLITE = (3, 37, 0)  # strict tables
SIDE_FILES = ("-wal", "-shm")
LOG_ROOM = 2 * 1024 * 1024  # bytes: the thousand pages after which SQLite folds its log in and begins it again

JOURNAL_ID = "SELECT value FROM meta WHERE name = 'journal_id'"
NAME_IT = "INSERT INTO meta (name, value) VALUES ('journal_id', ?)"


class Damaged(Exception):
    """The file is no journal that can be read."""


def fold(connection: sqlite3.Connection, path: Path) -> bool:
    """Fold the write-ahead log into the file, cut it to nothing, take its room anew. False if another program reads.

    Not inside a transaction: SQLite cannot do it there. A log that grows makes the file system write down its new
    length at every commit, which costs about as much as the commit itself; one that is written over does not. Zeros
    where a log would begin are to SQLite an empty log.
    """
    if value(connection, "PRAGMA wal_checkpoint(TRUNCATE)"):
        return False
    log = path.with_name(path.name + "-wal")
    with contextlib.suppress(OSError), log.open("r+b", buffering=0) as file:  # where there is no room, it grows
        file.write(bytes(LOG_ROOM))
        os.fsync(file.fileno())
    return True


def open_journal(path: Path, now: datetime) -> tuple[sqlite3.Connection, Opening]:
    """Open or begin the journal at `path`; what cannot be read is set aside first. Raises `JournalFault`."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalFault(f"{path}: SQLite {sqlite3.sqlite_version} is too old, 3.37 is needed. Update the system.")
    try:
        _create_empty(path)
        _refuse_foreign(path)
        return _open(path)
    except Damaged as error:
        return _begin_anew(path, str(error), now)
    except sqlite3.Error as error:
        raise fault(path, error) from error
    except OSError as error:
        raise JournalFault(f"{path}: {error.strerror}. Check folder, owner and disk.") from error


def _create_empty(path: Path) -> None:
    """Make the file with the rights it keeps (SQLite gives its side files the same), durably in its folder."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _open(path: Path) -> tuple[sqlite3.Connection, Opening]:
    connection: sqlite3.Connection | None = None
    try:
        connection = connect(path)
        found = _version(connection)
        with transaction(connection):
            schema.migrate(connection, found)
            journal_id = _journal_id(connection)
        fold(connection, path)  # ends a forgetting that was cut off
        return connection, Opening(journal_id, new=found == 0)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if damaged(error):
            raise Damaged(str(error)) from error
        raise


def _refuse_foreign(path: Path) -> None:
    """Raise for a database of another program, before anything is done to it that would change it.

    Read from the file's own header (SQLite file format 1.3: schema cookie at 40, user version at 60, application id
    at 68; big-endian). A journal that was cut off while it was made has all three at zero.
    """
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(b"SQLite format 3\0"):
        return
    cookie, version, owner = (int.from_bytes(header[at : at + 4], "big") for at in (40, 60, 68))
    if owner != schema.APPLICATION_ID and (cookie or version):
        raise JournalFault(f"{path}: belongs to another program. Give the station a state directory of its own.")


def _version(connection: sqlite3.Connection) -> int:
    """Return the version of a sound file, 0 for an empty one; raise `Damaged` otherwise."""
    version: int = value(connection, "PRAGMA user_version")
    if (health := value(connection, "PRAGMA quick_check(1)")) != "ok":
        raise Damaged(str(health))
    return version


def _journal_id(connection: sqlite3.Connection) -> str:
    """Return the file's own random name, giving a new file one."""
    known: str | None = value(connection, JOURNAL_ID)
    if known is None:
        known = str(uuid.uuid4())
        connection.execute(NAME_IT, (known,))
    return known


def _begin_anew(path: Path, why: str, now: datetime) -> tuple[sqlite3.Connection, Opening]:
    aside = set_aside(path, now)
    _create_empty(path)
    connection, opening = _open(path)
    notices = (
        f"The journal {path} could not be read ({why}). It was kept as {aside}; loans and returns in it that the "
        "library system had not confirmed must be looked at by a person.",
        f"A new journal was begun ({opening.journal_id}).",
    )
    return connection, Opening(opening.journal_id, True, aside, notices)


def set_aside(path: Path, now: datetime) -> Path:
    """Rename the file and its side files to a dated name that is free; return where it is now."""
    day = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    tail, number = "", 1
    while (aside := path.with_name(f"{path.stem}-damaged-{day}{tail}{path.suffix}")).exists():
        number += 1
        tail = f"-{number}"
    for side in SIDE_FILES:
        if (beside := path.with_name(path.name + side)).exists():
            beside.rename(aside.with_name(aside.name + side))
    path.rename(aside)
    _sync_folder(path.parent)
    return aside
