"""The built-in store in the hands of its staff: `kiosk.ports.office.Office`. Threads may share it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from secrets import randbelow
from typing import Any

from sqlalchemy import Connection, func, select

from kiosk.ports.office import (
    Choices,
    CopyLine,
    CopyPage,
    Deed,
    Fault,
    Figures,
    Kept,
    LoanLine,
    Preview,
    ReaderLine,
    ReaderPage,
    Refused,
)
from sync.abis.local import backups, deeds, parting, people, preview, registrations, stock
from sync.abis.local.csvtext import BadFile
from sync.abis.local.exchange import read_file, write_rows
from sync.abis.local.schema import branch, category, item, item_type, patron
from sync.abis.local.sheets import ITEMS, SHEETS, TITLES
from sync.abis.local.store import Store

PIN_DIGITS = 4


class StoreOffice:
    """`folder` is where backups are kept."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._database, self._zone = store.database, store.zone
        self._folder = folder

    # --- looking

    def choices(self) -> Choices:
        with self._database.reading() as connection:
            return Choices(
                categories=_named(connection, category, patron.c.category),
                branches=_named(connection, branch, item.c.branch),
                types=_named(connection, item_type, item.c.type),
            )

    def find_readers(self, words: str) -> tuple[ReaderLine, ...]:
        with self._database.reading() as connection:
            return people.found(connection, words)

    def reader(self, card: str) -> ReaderPage | None:
        with self._database.reading() as connection:
            return people.page(self._store.desk(connection), card, self._zone)

    def find_copies(self, words: str) -> tuple[CopyLine, ...]:
        with self._database.reading() as connection:
            return stock.found(self._store.desk(connection), words)

    def copy(self, item: str) -> CopyPage | None:
        with self._database.reading() as connection:
            return stock.page(self._store.desk(connection), item, self._zone)

    def overdue(self) -> tuple[LoanLine, ...]:
        with self._database.reading() as connection:
            return people.loans(self._store.desk(connection), self._zone, late=True)

    def not_registered(self, year: int) -> tuple[ReaderLine, ...]:
        with self._database.reading() as connection:
            return people.not_registered(connection, year)

    def figures(self, year: int) -> Figures:
        with self._database.reading() as connection:
            return registrations.figures(connection, year)

    def deeds(self, about: str = "") -> tuple[Deed, ...]:
        with self._database.reading() as connection:
            return deeds.listed(connection, about)

    # --- readers

    def add_reader(self, who: str, texts: Mapping[str, str]) -> str:
        with self._database.writing() as connection:
            card = people.add(self._store.desk(connection), texts, self._zone, who)
            self._note(connection, who, "add reader", card)
            return card

    def change_reader(self, who: str, card: str, texts: Mapping[str, str]) -> None:
        with self._database.writing() as connection:
            now, changed = people.change(self._store.desk(connection), card, texts, self._zone)
            if changed:
                self._note(connection, who, "change reader", now, changed)

    def new_pin(self, who: str, card: str) -> str:
        pin = f"{randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
        self.change_reader(who, card, {"pin": pin})
        return pin

    def register_again(self, who: str, card: str, texts: Mapping[str, str]) -> None:
        with self._database.writing() as connection:
            now, changed = people.register_again(self._store.desk(connection), card, texts, self._zone, who)
            self._note(connection, who, "register again", now, changed)

    def merge_readers(self, who: str, keep: str, other: str) -> None:
        with self._database.writing() as connection:
            parting.merge(self._store.desk(connection), keep, other)
            self._note(connection, who, "merge readers", keep)

    def forget_reader(self, who: str, card: str) -> None:
        with self._database.writing() as connection:
            parting.forget(self._store.desk(connection), card)
            self._note(connection, who, "forget reader")
        self._database.empty_log()

    # --- stock

    def add_title(self, who: str, texts: Mapping[str, str]) -> str:
        with self._database.writing() as connection:
            code = stock.add_title(self._store.desk(connection), texts, self._zone)
            self._note(connection, who, "add title", code)
            return code

    def change_title(self, who: str, code: str, texts: Mapping[str, str]) -> None:
        with self._database.writing() as connection:
            changed = stock.change(self._store.desk(connection), TITLES, code, texts, self._zone)
            if changed:
                self._note(connection, who, "change title", code, changed)

    def add_copy(self, who: str, texts: Mapping[str, str]) -> str:
        with self._database.writing() as connection:
            item = stock.add_copy(self._store.desk(connection), texts, self._zone)
            self._note(connection, who, "add copy", item)
            return item

    def change_copy(self, who: str, item: str, texts: Mapping[str, str]) -> None:
        with self._database.writing() as connection:
            changed = stock.change(self._store.desk(connection), ITEMS, item, texts, self._zone)
            if changed:
                self._note(connection, who, "change copy", item, changed)

    def declare_lost(self, who: str, item: str, *, settled: bool) -> None:
        with self._database.writing() as connection:
            stock.declare_lost(self._store.desk(connection), item, settled=settled)
            self._note(connection, who, "declare lost", item, ("settled",) if settled else ())

    def declare_found(self, who: str, item: str) -> str:
        with self._database.writing() as connection:
            place = stock.declare_found(self._store.desk(connection), item)
            self._note(connection, who, "declare found", item)
            return place

    def withdraw(self, who: str, item: str, reason: str, act: str) -> None:
        with self._database.writing() as connection:
            stock.withdraw(self._store.desk(connection), item, reason, act)
            self._note(connection, who, "withdraw", item, (reason.strip(), act.strip()))

    # --- files

    def preview(self, name: str, data: bytes) -> Preview:
        return preview.preview(self._database, name, data, self._zone)

    def take(self, who: str, name: str, data: bytes) -> int:
        sheet = SHEETS[name]
        try:
            rows = read_file(self._database, sheet, data, self._zone)
            with self._database.writing() as connection:
                write_rows(connection, sheet, rows)
                self._note(connection, who, "import", name, (f"{len(rows)} rows",))
        except BadFile as bad:
            raise Refused(
                [Fault(cell.column or "file", "cell", str(cell.line), str(cell)) for cell in bad.cells]
            ) from None
        return len(rows)

    def backup(self, who: str) -> Kept:
        kept = backups.make(self._database, self._folder, self._store.now().astimezone(self._zone))
        with self._database.writing() as connection:
            self._note(connection, who, "backup", kept.name)
        return kept

    def backups(self) -> tuple[Kept, ...]:
        return backups.listed(self._folder, self._zone)

    # --- inside

    def _note(self, connection: Connection, who: str, what: str, about: str = "", said: Iterable[str] = ()) -> None:
        deeds.note(connection, self._store.now(), who, what, about, said)


def _named(connection: Connection, table: Any, used: Any) -> tuple[tuple[str, str], ...]:
    """Code and name, what is used most first: it is what a new row most likely is."""
    often = select(func.count()).where(used == table.c.code).scalar_subquery()
    rows = connection.execute(select(table.c.code, table.c.name).order_by(often.desc(), table.c.name, table.c.code))
    return tuple((row.code, row.name) for row in rows)
