"""What this site has seen: titles and age marks of items, and of readers only whether they were of age.

Nothing here is needed for a loan; it lets the offline rules tell a children's book from one marked 18+ when the ABIS is
away. Cards are kept as HMAC-SHA256 under a key in a file of its own, so that the table alone names nobody; both may be
deleted at any time. Rows older than `KEPT` are not believed and are removed at start.
"""

import hashlib
import hmac
import logging
import os
import secrets
import sqlite3
import threading
from datetime import UTC, date, timedelta, tzinfo
from pathlib import Path
from typing import Any

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.patrons import Patron, age_on
from kiosk.ports.clock import Clock

log = logging.getLogger(__name__)
KEPT = timedelta(days=180)
TEXT = 255
"""Characters of a title that are kept: what SIP2 carries at most."""

PATIENCE = 1.0
"""Seconds a foreign tool may hold the file (a backup, a person with a shell): a reader waits for the title."""

# Days are text, YYYY-MM-DD, so that they sort as they read. NORMAL: nobody waits for the disk, and after a power cut
# the last of it may be missing.
BEGIN = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS items (
        item TEXT PRIMARY KEY NOT NULL, title TEXT, author TEXT, age_mark INTEGER, seen TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS patrons (token TEXT PRIMARY KEY NOT NULL, age INTEGER, seen TEXT NOT NULL);
"""
ITEM = "SELECT title, author, age_mark FROM items WHERE item = ? AND seen >= ?"
KEEP_ITEM = "INSERT OR REPLACE INTO items (item, title, author, age_mark, seen) VALUES (?, ?, ?, ?, ?)"
OLD_ITEMS = "DELETE FROM items WHERE seen < ?"
PATRON = "SELECT age FROM patrons WHERE token = ? AND seen >= ?"
KEEP_PATRON = "INSERT OR REPLACE INTO patrons (token, age, seen) VALUES (?, ?, ?)"
OLD_PATRONS = "DELETE FROM patrons WHERE seen < ?"
FORGET = "DELETE FROM patrons WHERE token = ?"


class SeenHere:
    """`kiosk.ports.seen.Seen` in an SQLite file of its own. A damaged one is begun anew: it is only memory.

    `zone`: the site's, in which readers have their birthdays.
    """

    def __init__(self, folder: Path, clock: Clock, zone: tzinfo = UTC) -> None:
        self._clock, self._zone = clock, zone
        self._lock = threading.Lock()
        self._key = _key(folder / "seen.key")
        self._connection = _opened(folder / "seen.db")
        for old in (OLD_ITEMS, OLD_PATRONS):
            self._run(old, self._oldest())

    def item(self, item: ItemId) -> ItemInfo | None:
        for title, author, age_mark in self._found(ITEM, item):
            return ItemInfo(item, title, author, Standing.AVAILABLE, age_mark, remembered=True)
        return None

    def saw_item(self, info: ItemInfo) -> None:
        if info.standing is not Standing.UNKNOWN and info.title:
            self._keep(KEEP_ITEM, info.item, info.title[:TEXT], info.author[:TEXT], info.age_mark)

    def patron(self, card: CardNumber) -> Patron | None:
        for (age,) in self._found(PATRON, self._token(card)):
            return Patron(card, age_at_least=age)
        return None

    def saw_patron(self, card: CardNumber, patron: Patron) -> None:
        age = age_on(patron.birth, self._today()) if patron.birth else None
        band = max((bound for bound in (6, 12, 16, 18, 21) if age is not None and age >= bound), default=None)
        self._keep(KEEP_PATRON, self._token(card), band)

    def forget(self, card: CardNumber) -> None:
        self._run(FORGET, self._token(card))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _token(self, card: CardNumber) -> str:
        return hmac.new(self._key, card.encode(), hashlib.sha256).hexdigest()

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _oldest(self) -> str:
        return (self._today() - KEPT).isoformat()

    def _found(self, statement: str, key: str) -> list[tuple[Any, ...]]:
        """Return what is remembered of one thing and still believed: one row or none."""
        try:
            return self._run(statement, key, self._oldest())
        except sqlite3.Error as fault:
            log.warning("what was seen here cannot be read: %s", fault)
            return []

    def _keep(self, statement: str, *values: str | int | None) -> None:
        try:
            self._run(statement, *values, self._today().isoformat())
        except sqlite3.Error as fault:
            log.warning("what was seen here cannot be kept: %s", fault)

    def _run(self, statement: str, *values: str | int | None) -> list[tuple[Any, ...]]:
        """Run one statement, which stands alone: the driver begins no transaction around it."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _begun(path)
    except sqlite3.DatabaseError:
        log.warning("%s is damaged and begun anew", path)
        for part in ("", "-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        return _begun(path)


def _begun(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        connection.executescript(BEGIN)
    except BaseException:
        connection.close()
        raise
    return connection


def _key(path: Path) -> bytes:
    """Return the key, made at the first start and readable by the station alone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        key = secrets.token_bytes(32)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
        return key
