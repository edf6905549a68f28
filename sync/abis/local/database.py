"""One file, one process: opening it, locking it, and the two kinds of transaction.

Every writing transaction begins IMMEDIATE (it owns the file before it reads what it decides on) and is on disk when it
ends (`synchronous=FULL`): an answer that left this machine is true after any power cut.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import TextIOWrapper
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from sqlite3 import connect
from threading import Lock
from typing import cast

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool

from kiosk.ports.abis import NotSent, Unreachable
from sync.abis.local.faults import InUse, Unusable
from sync.abis.local.schema import VERSION, metadata

BUSY_SECONDS = 5.0
"""How long SQLite itself waits for a foreign tool that holds the file: a backup, a person with a shell."""
COPIED_PAGES = 256
"""Pages of a copy between which writers have their turn: a megabyte."""
READERS = 8
"""Connections that may read at the same time; more wait their turn."""


class Database:
    """An open store file. Threads may share it; writers take turns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock(path)
        self._turn = Lock()
        self._closed = False
        self.fault = ""
        """Why the file could not be used last time; empty while it can."""
        self._engine = create_engine(
            f"sqlite:///{path}",
            poolclass=QueuePool,
            pool_size=READERS,
            max_overflow=0,
            pool_timeout=BUSY_SECONDS,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        try:
            self._bring_up()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of all that was committed before. Raises `NotSent`: nothing can have been changed."""
        self._check_open()
        try:
            with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, NoConnection) as broken:
            self.fault = f"{self.path} cannot be read: {_said(broken)}"
            raise NotSent(self.fault) from broken
        self.fault = ""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when the block ends and undone when the block raises.

        Raises `NotSent` while nothing was committed, `Unreachable` where the commit itself failed.
        """
        committing = False
        with self._turn:
            self._check_open()
            try:
                with self._writer.connect() as connection:
                    connection.begin()
                    yield connection
                    committing = True
                    connection.commit()
            except (DBAPIError, NoConnection) as broken:
                self.fault = f"{self.path} cannot be written: {_said(broken)}"
                raise (Unreachable if committing else NotSent)(self.fault) from broken
            self.fault = ""

    def empty_log(self) -> None:
        """Bring what was written into the file itself, so that nothing deleted stays readable in the log beside it."""
        with self._turn:
            self._check_open()
            with self._engine.connect() as connection:
                raw = cast(SqliteConnection, connection.connection.driver_connection)
                raw.rollback()
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy_to(self, path: Path) -> None:
        """Write a copy of everything committed into a new file, while others read and write."""
        self._check_open()
        try:
            with closing(connect(path)) as copy, self._engine.connect() as connection:
                source = cast(SqliteConnection, connection.connection.driver_connection)
                source.rollback()  # the copy takes its own locks
                source.backup(copy, pages=COPIED_PAGES)
                copy.execute("PRAGMA journal_mode = DELETE")
        except (DBAPIError, NoConnection, SqliteError) as broken:
            raise NotSent(f"{self.path} cannot be copied to {path}: {_said(broken)}") from broken

    def close(self) -> None:
        """Close every connection and give the file free, after the writer whose turn it is. Harmless a second time."""
        with self._turn:
            self._closed = True
            self._engine.dispose()
            self._lock.close()

    def _check_open(self) -> None:
        """A closed file may be another process's by now."""
        if self._closed:
            self.fault = f"{self.path} was closed: open the store again"
            raise NotSent(self.fault)

    def _bring_up(self) -> None:
        try:
            with self._writer.begin() as connection:
                found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
                if found > VERSION:
                    raise Unusable(
                        f"{self.path} was made by a newer release (schema {found}, known here {VERSION}): "
                        "install that release, or name another file"
                    )
                if tables and not found:
                    raise Unusable(f"{self.path} is a database of another program: name another file")
                metadata.create_all(connection)
                _add_columns(connection)
                if found != VERSION:
                    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
        except DBAPIError as broken:
            raise Unusable(f"{self.path} cannot be used as a circulation store: {_said(broken)}") from broken


def _add_columns(connection: Connection) -> None:
    """Give the tables of an earlier release the columns and indexes that came later: each column may be NULL."""
    for table in metadata.tables.values():
        there = {row.name for row in connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")')}
        for column in table.columns:
            if column.name not in there:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def lock(path: Path) -> TextIOWrapper:
    """Take the file for this process until it ends; the system gives it free even after a crash."""
    handle = open(path.with_name(path.name + ".lock"), "a+", encoding="utf-8")  # noqa: SIM115 - held while served
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        handle.seek(0)
        owner = handle.read(20).strip()
        handle.close()
        raise InUse(
            f"{path} is served by another process{f' (number {owner})' if owner else ''}: stop it, "
            "or reach the store through that station's SIP2 server"
        ) from taken
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def _prepare(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, see `_begin`
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # who was forgotten is not found in free pages
    connection.create_function("folded", 1, folded, deterministic=True)


def folded(text: str | None) -> str:
    """Return the text as it is compared with what a person types: SQLite itself knows no capitals beyond English ones.

    >>> folded("Журавлёв СТЕПАН")
    'журавлев степан'
    """
    return (text or "").casefold().replace("ё", "е")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(cast(str, connection.get_execution_options().get("begin", "BEGIN")))


def _said(broken: DBAPIError | NoConnection | SqliteError) -> str:
    """The database's own sentence, without the statement and its values: those hold names and cards."""
    if isinstance(broken, NoConnection):
        return "too many readers at once"
    return str(broken.orig if isinstance(broken, DBAPIError) else broken)
