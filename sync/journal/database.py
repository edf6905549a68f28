"""The file: how it is opened, recognised, created, brought up to date, and set aside when it cannot be read."""

import contextlib
import os
import sqlite3
import uuid
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, insert, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import StaticPool

from kiosk.ports.journal import JournalFault
from sync.journal import schema
from sync.journal.faults import TROUBLE, damaged, fault
from sync.journal.values import Opening

OLDEST_SQLITE = (3, 37, 0)  # strict tables
SIDE_FILES = ("-wal", "-shm")
LOG_ROOM = 2 * 1024 * 1024  # bytes: the thousand pages after which SQLite folds its log in and begins it again
PRAGMAS = (
    "page_size = 2048",  # of a new file: a commit writes whole pages, and small ones hold as many rows by the byte
    "locking_mode = EXCLUSIVE",  # before WAL: then the index lives in memory and no second connection can enter
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "temp_store = MEMORY",  # a card number never lies in a temporary file
    "busy_timeout = 2000",
    "journal_size_limit = 4194304",
    "cell_size_check = ON",
    "mmap_size = 0",
)


class Damaged(Exception):
    """The file is no journal that can be read."""


def connect(path: Path) -> Connection:
    """Open an existing file for its one owner, the calling thread."""
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None),
        poolclass=StaticPool,
        hide_parameters=True,  # an error must not name a card
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine.connect()


def _prepare(raw: DBAPIConnection, _record: object) -> None:
    cursor = raw.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    driver(connection).execute("BEGIN IMMEDIATE")


def driver(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection, for the few statements that run at every commit or outside of any."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def disconnect(connection: Connection) -> None:
    """Close the connection and the file under it."""
    connection.close()
    connection.engine.dispose()


def pragma(connection: Connection, words: str) -> object:
    """Run a pragma outside any transaction (a checkpoint cannot run inside one); return its first value."""
    answer = driver(connection).execute(f"PRAGMA {words}").fetchone()
    return answer[0] if answer else None


def fold(connection: Connection, path: Path) -> bool:
    """Fold the write-ahead log into the file, cut it to nothing, take its room anew. False if another program reads.

    A log that grows makes the file system write down its new length at every commit, which costs about as much as the
    commit itself; one that is written over does not. Zeros where a log would begin are to SQLite an empty log.
    """
    if pragma(connection, "wal_checkpoint(TRUNCATE)"):
        return False
    log = path.with_name(path.name + "-wal")
    with contextlib.suppress(OSError), log.open("r+b", buffering=0) as file:  # where there is no room, it grows
        file.write(bytes(LOG_ROOM))
        os.fsync(file.fileno())
    return True


def open_journal(path: Path, now: datetime) -> tuple[Connection, Opening]:
    """Open or begin the journal at `path`; what cannot be read is set aside first. Raises `JournalFault`."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalFault(f"{path}: SQLite {sqlite3.sqlite_version} is too old, 3.37 is needed. Update the system.")
    try:
        _create_empty(path)
        _refuse_foreign(path)
        return _open(path)
    except Damaged as error:
        return _begin_anew(path, str(error), now)
    except TROUBLE as error:
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


def _open(path: Path) -> tuple[Connection, Opening]:
    connection: Connection | None = None
    try:
        connection = connect(path)
        found = _version(connection)
        with connection.begin():
            schema.migrate(connection, found)
            journal_id = _journal_id(connection)
        fold(connection, path)  # ends a forgetting that was cut off
        return connection, Opening(journal_id, new=found == 0)
    except BaseException as error:
        if connection is not None:
            disconnect(connection)
        if isinstance(error, TROUBLE) and damaged(error):
            raise Damaged(str(getattr(error, "orig", error))) from error
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


def _version(connection: Connection) -> int:
    """Return the version of a sound file, 0 for an empty one; raise `Damaged` otherwise."""
    version = pragma(connection, "user_version")
    assert isinstance(version, int)
    if (health := pragma(connection, "quick_check(1)")) != "ok":
        raise Damaged(str(health))
    return version


def _journal_id(connection: Connection) -> str:
    """Return the file's own random name, giving a new file one."""
    known = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == "journal_id")).scalar()
    if known is None:
        known = str(uuid.uuid4())
        connection.execute(insert(schema.meta).values(name="journal_id", value=known))
    return str(known)


def _begin_anew(path: Path, why: str, now: datetime) -> tuple[Connection, Opening]:
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
