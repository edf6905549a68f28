"""How SQLite is spoken to: the one connection, its settings, its transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def connect(path: Path) -> sqlite3.Connection:
    """Open an existing file for its one owner, the calling thread. Raises `sqlite3.Error`.

    The driver begins no transaction by itself: outside of `transaction` every statement stands alone.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done inside, or take all of it back where something is raised."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield


def value(connection: sqlite3.Connection, statement: str, *parameters: object) -> Any:
    """Return the first column of the first row, None if there is none."""
    row = connection.execute(statement, parameters).fetchone()
    return row[0] if row else None
