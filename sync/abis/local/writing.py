"""From rows to the tables: a row whose key is known is brought up to date, another is added.

All rows of a file go at once. Only where the tables refuse something they go one by one, to learn which line it was.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Insert, delete, select
from sqlalchemy import insert as add
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from sync.abis.local import registrations, schema
from sync.abis.local.csvtext import BadCell
from sync.abis.local.reading import Row, Values
from sync.abis.local.registrations import Registered
from sync.abis.local.sheets import LOANS, PATRONS, Sheet

IMPORT = "import"
"""Who registered a reader whose day came with a file."""


def write(connection: Connection, sheet: Sheet, rows: list[Row]) -> Iterator[BadCell]:
    """Write the rows and yield what the tables do not allow; the caller then gives the transaction up."""
    try:
        with connection.begin_nested():
            _write(connection, sheet, rows)
    except IntegrityError:
        yield from _refused(connection, sheet, rows)


def _refused(connection: Connection, sheet: Sheet, rows: list[Row]) -> Iterator[BadCell]:
    for row in rows:
        try:
            with connection.begin_nested():
                _write(connection, sheet, [row])
        except IntegrityError as broken:
            name = " ".join(str(row.values[column]) for column in sheet.key)
            allowed = f"what fits the rest of the store ({broken.orig})"
            yield BadCell(sheet.file, row.line, sheet.key[0], name, allowed)


def _write(connection: Connection, sheet: Sheet, rows: list[Row]) -> None:
    for written, alike in groupby(rows, key=lambda row: _columns(sheet, row)):
        batch = list(alike)
        values = [{name: row.values[name] for name in written} for row in batch]
        connection.execute(_upsert(sheet, written, batch[0].given), values)
    if sheet is PATRONS:
        _write_other_cards(connection, [row for row in rows if "other_cards" in row.given])
        if days := [row.values for row in rows if row.values["registered"] is not None]:
            _write_registrations(connection, days)


def _write_registrations(connection: Connection, rows: list[Values]) -> None:
    """A birth day that the file does not have is the one the store has."""
    born = {row.card: row.birth for row in connection.execute(select(schema.patron.c.card, schema.patron.c.birth))}
    days = ((values["card"], values["registered"]) for values in rows)
    registrations.register(connection, [Registered(card, born[card], day) for card, day in days], IMPORT)


def _columns(sheet: Sheet, row: Row) -> tuple[str, ...]:
    """The columns of the table that this row writes. A row without its number is given one, without a PIN keeps it."""
    unset = {name for name in ("id", "pin") if name in row.values and row.values[name] is None}
    names = (column.name for column in sheet.table.c)
    return tuple(name for name in names if name in row.values and name not in unset)


def _upsert(sheet: Sheet, written: tuple[str, ...], given: frozenset[str]) -> Insert:
    statement = insert(sheet.table)
    changed = {name: statement.excluded[name] for name in written if name in given and name not in sheet.key}
    target: dict[str, Any] = {"index_elements": list(sheet.key)}
    if sheet is LOANS:
        target["index_where"] = schema.loan.c.returned.is_(None)
    if changed:
        return statement.on_conflict_do_update(**target, set_=changed)
    return statement.on_conflict_do_nothing(**target)


def _write_other_cards(connection: Connection, rows: list[Row]) -> None:
    others = schema.other_card
    for row in rows:
        connection.execute(delete(others).where(others.c.card == row.values["card"]))
    numbers = [{"number": number, "card": row.values["card"]} for row in rows for number in row.values["other_cards"]]
    if numbers:
        connection.execute(add(others), numbers)
