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
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Date, Integer, MetaData, Select, String, Table, create_engine, delete, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine, RowMapping
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.patrons import Patron, age_on
from kiosk.ports.clock import Clock

log = logging.getLogger(__name__)
KEPT = timedelta(days=180)
TEXT = 255
"""Characters of a title that are kept: what SIP2 carries at most."""

_meta = MetaData()
_items = Table(
    "items", _meta,
    Column("item", String, primary_key=True), Column("title", String), Column("author", String),
    Column("age_mark", Integer), Column("seen", Date, nullable=False),
)  # fmt: skip
_patrons = Table(
    "patrons", _meta,
    Column("token", String, primary_key=True), Column("age", Integer), Column("seen", Date, nullable=False),
)  # fmt: skip


class SeenHere:
    """`kiosk.ports.seen.Seen` in an SQLite file of its own. A damaged one is begun anew: it is only memory."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._key = _key(folder / "seen.key")
        self._engine = _opened(folder / "seen.db")
        self._clean()

    def item(self, item: ItemId) -> ItemInfo | None:
        row = self._one(select(_items).where(_items.c.item == item))
        return (
            ItemInfo(item, row["title"], row["author"], Standing.AVAILABLE, row["age_mark"], remembered=True)
            if row
            else None
        )

    def saw_item(self, info: ItemInfo) -> None:
        if info.standing is Standing.UNKNOWN or not info.title:
            return
        values = {"title": info.title[:TEXT], "author": info.author[:TEXT], "age_mark": info.age_mark}
        self._keep(_items, {"item": info.item}, values)

    def patron(self, card: CardNumber) -> Patron | None:
        row = self._one(select(_patrons).where(_patrons.c.token == self._token(card)))
        return Patron(card, age_at_least=row["age"]) if row else None

    def saw_patron(self, card: CardNumber, patron: Patron) -> None:
        age = age_on(patron.birth, self._today()) if patron.birth else None
        band = max((bound for bound in (6, 12, 16, 18) if age is not None and age >= bound), default=None)
        self._keep(_patrons, {"token": self._token(card)}, {"age": band})

    def forget(self, card: CardNumber) -> None:
        with self._lock, self._engine.begin() as connection:
            connection.execute(delete(_patrons).where(_patrons.c.token == self._token(card)))

    def close(self) -> None:
        self._engine.dispose()

    def _token(self, card: CardNumber) -> str:
        return hmac.new(self._key, card.encode(), hashlib.sha256).hexdigest()

    def _today(self) -> date:
        return self._clock.now().date()

    def _one(self, query: Select[Any]) -> RowMapping | None:
        oldest = self._today() - KEPT
        try:
            with self._lock, self._engine.connect() as connection:
                row = connection.execute(query).mappings().first()
        except SQLAlchemyError as fault:
            log.warning("what was seen here cannot be read: %s", fault)
            return None
        return row if row and row["seen"] >= oldest else None

    def _keep(self, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
        values = {**values, "seen": self._today()}
        statement = insert(table).values(**key, **values)
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=values)
        try:
            with self._lock, self._engine.begin() as connection:
                connection.execute(statement)
        except SQLAlchemyError as fault:
            log.warning("what was seen here cannot be kept: %s", fault)

    def _clean(self) -> None:
        oldest = self._today() - KEPT
        with self._lock, self._engine.begin() as connection:
            for table in (_items, _patrons):
                connection.execute(delete(table).where(table.c.seen < oldest))


def _opened(path: Path) -> Engine:
    engine = _engine(path)
    try:
        _meta.create_all(engine)
    except DatabaseError:
        engine.dispose()
        log.warning("%s is damaged and begun anew", path)
        for part in ("", "-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        engine = _engine(path)
        _meta.create_all(engine)
    return engine


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _forgetful)
    return engine


def _forgetful(connection: Any, _record: object) -> None:
    """Do not wait for the disk: a reader waits for the title, and after a power cut the last of it may be missing."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _key(path: Path) -> bytes:
    """Return the key, made at the first start and readable by the station alone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        key = secrets.token_bytes(32)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
        return key
