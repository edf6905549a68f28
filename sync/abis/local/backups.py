"""Backups: a whole copy of the store in one dated file, proved before it is called one, while everybody works on.

Kept are the newest fourteen and the newest of each of the last twelve months; nothing else in the folder is touched.

A restore proves the backup the same way, puts what was there aside under another name, and never goes back in time
unless that is said: what the backup does not know yet would be lost.
"""

import hashlib
import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.ports.abis import NotSent
from kiosk.ports.office import Kept
from sync.abis.local.database import Database, lock
from sync.abis.local.faults import Unusable
from sync.abis.local.schema import VERSION

NAME = re.compile(r"library-(\d{4}-\d{2})-(\d{2})-(\d{6})\.db")
FOLDER = "backups"
"""Beside the store."""
NEWEST, MONTHS = 14, 12
FIRST_TABLES = frozenset({"patron", "item", "title", "loan", "hold", "fee", "done"})
"""Without these a file is no store of any release."""
LAST = (
    ("loan", "SELECT max(lent) FROM loan"), ("loan", "SELECT max(returned) FROM loan"),
    ("hold", "SELECT max(placed) FROM hold"), ("done", "SELECT max(at) FROM done"),
    ("deed", "SELECT max(at) FROM deed WHERE what <> 'backup'"),
)  # fmt: skip
"""How the store says when something was done last, by table. A backup does not know that it was made."""


class NotRestored(Exception):
    """Nothing was changed; the text says why, and what may be done."""


class Older(NotRestored):
    """The backup does not know yet what is there now."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found in a file that is whole. `last`: when something was done last, ISO in UTC, empty for never."""

    readers: int
    copies: int
    open_loans: int
    last: str


def make(database: Database, folder: Path, now: datetime) -> Kept:
    """Write and prove a backup; let go of those that are not kept any more. Raises `NotSent` in words."""
    while (folder / (name := f"library-{now:%Y-%m-%d-%H%M%S}.db")).exists():
        now += timedelta(seconds=1)  # the clock was set back, or begins anew with every start: nothing is overwritten
    partial = folder / f"{name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        database.copy_to(partial)
        prove(partial)
        _durable(partial)
        partial.rename(folder / name)
        _durable(folder)
        _rotate(folder, name)
        return Kept(name, (folder / name).stat().st_size, now)
    except (OSError, Unusable) as fault:
        with suppress(OSError):
            partial.unlink()
        raise NotSent(f"no backup was made in {folder}: {fault}") from fault


def listed(folder: Path, zone: ZoneInfo) -> tuple[Kept, ...]:
    """The backups of a folder, the newest first."""
    return tuple(Kept(path.name, path.stat().st_size, _made(path.name, zone)) for path in _all(folder))


def copy_out(source: Path, folder: Path) -> Path:
    """Copy a proved backup to another folder, a USB stick: written, read back, equal. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / source.name
    if target.exists() and _digest(target) != _digest(source):
        raise OSError(f"{target} is another backup of that name: take another stick, or move it")
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(source, partial)
    partial.chmod(0o600)
    _durable(partial)
    if _digest(partial) != _digest(source):
        partial.unlink()
        raise OSError(f"{target} does not hold what was written: the disk cannot be trusted")
    partial.replace(target)
    _durable(folder)
    _rotate(folder, target.name)
    return target


def prove(path: Path) -> Proof:
    """Read every page and every reference of a file. Raises `Unusable` in words."""
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro&immutable=1", uri=True)) as connection:
            return _proved(path, connection)
    except sqlite3.Error as broken:
        raise Unusable(f"{path} is damaged or no store: {broken}") from None


def _proved(path: Path, connection: sqlite3.Connection) -> Proof:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not version or not tables >= FIRST_TABLES:
        raise Unusable(f"{path} is no store of this library")
    if version > VERSION:
        raise Unusable(f"{path} was made by a newer release (schema {version}, known here {VERSION})")
    whole = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if whole != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
        raise Unusable(f"{path} is damaged: {whole if whole != 'ok' else 'rows refer to rows that are not there'}")
    asked = [question for table, question in LAST if table in tables]
    moments = [connection.execute(question).fetchone()[0] for question in asked]
    count = "SELECT (SELECT count(*) FROM patron), (SELECT count(*) FROM item), "
    open_loans = "(SELECT count(*) FROM loan WHERE returned IS NULL)"
    readers, copies, loans = connection.execute(count + open_loans).fetchone()
    return Proof(readers, copies, loans, max(filter(None, moments), default=""))


def restore(backup: Path, store: Path, now: datetime, *, older: bool = False) -> Path | None:
    """Put a proved backup in the place of the store; return where what was there is now, None if there was nothing.

    Raises `InUse` while the store is served, `Unusable` for a backup that is not whole, `Older` where something was
    done since (unless `older` says that this is meant), `NotRestored` and OSError for the rest.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    with lock(store):
        new = store.with_name(f"{store.name}.restoring")
        shutil.copyfile(backup, new)
        try:
            new.chmod(0o600)
            proof = prove(new)
            if store.exists():
                _compare(store, proof, older=older)
            _durable(new)
            return _exchanged(store, new, now)
        finally:
            new.unlink(missing_ok=True)


def _compare(store: Path, proof: Proof, *, older: bool) -> None:
    if older:
        return
    try:
        with closing(sqlite3.connect(store)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            there = _proved(store, connection)
    except (sqlite3.Error, Unusable) as broken:
        raise Older(f"what is there cannot be compared ({broken}). To replace it all the same: --older") from None
    if there.last > proof.last:
        raise Older(
            f"the backup ends at {proof.last[:19] or 'nothing'}, the library went on until {there.last[:19]} (UTC): "
            f"{there.readers} readers and {there.open_loans} open loans now, {proof.readers} and {proof.open_loans} "
            "then. What was done since would be lost. To do it all the same: --older"
        )


def _exchanged(store: Path, new: Path, now: datetime) -> Path | None:
    aside = store.with_name(f"{store.name}.before-{now:%Y-%m-%d-%H%M%S}")
    if aside.exists():
        raise NotRestored(f"{aside} is there already: wait a second")
    was_there = store.exists()
    for ending in ("-wal", "-shm"):  # they belong to the file that goes
        beside = store.with_name(store.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    if was_there:
        store.rename(aside)
    new.rename(store)
    _durable(store.parent)
    return aside if was_there else None


def _all(folder: Path) -> list[Path]:
    """Backups in a folder, the newest first: their names are in the order of time."""
    return sorted((path for path in folder.glob("library-*.db") if NAME.fullmatch(path.name)), reverse=True)


def _rotate(folder: Path, new: str) -> None:
    """Keep the one just made in any case: a wrong clock may have named it as the oldest."""
    backups = _all(folder)
    months: dict[str, Path] = {}
    for path in backups:
        months.setdefault(path.name[8:15], path)
    kept = {folder / new, *backups[:NEWEST], *list(months.values())[:MONTHS]}
    for path in backups:
        if path not in kept:
            path.unlink()


def _made(name: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(name, "library-%Y-%m-%d-%H%M%S.db").replace(tzinfo=zone)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
