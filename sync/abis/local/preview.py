"""What a file would do to the store, before it does it: which rows it adds and changes, and what is wrong in it."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from kiosk.ports.office import PlannedRow, Preview, RefusedRow
from sync.abis.local import registrations, schema
from sync.abis.local.csvtext import BadCell, BadFile, cut
from sync.abis.local.database import Database
from sync.abis.local.exchange import other_cards, read_file
from sync.abis.local.reading import Row, Values
from sync.abis.local.sheets import LOANS, PATRONS, SHEETS, Sheet
from sync.abis.local.writing import write

MOST_SHOWN = 100
"""Rows of each list that are shown; a person checks a few."""


class _Undone(Exception):
    """The transaction was tried and is given up."""


def preview(database: Database, name: str, data: bytes, zone: ZoneInfo) -> Preview:
    """Say what importing the file would do. Nothing is changed."""
    sheet = SHEETS[name]
    try:
        rows = read_file(database, sheet, data, zone)
    except BadFile as bad:
        return _shown(name, [], [], 0, bad.cells, bad.found)
    with database.reading() as connection:
        before = _before(connection, sheet)
    adding = [row for row in rows if _key(sheet, row.values) not in before]
    known = [(row, before[_key(sheet, row.values)]) for row in rows if _key(sheet, row.values) in before]
    changing = [(row, columns) for row, was in known if (columns := tuple(_changed(row, was)))]
    faults = _tried(database, sheet, rows)
    return _shown(name, adding, changing, len(known) - len(changing), faults, len(faults), sheet)


def _shown(
    name: str,
    adding: list[Row],
    changing: list[tuple[Row, tuple[str, ...]]],
    same: int,
    faults: tuple[BadCell, ...],
    found: int,
    sheet: Sheet | None = None,
) -> Preview:
    def named(row: Row) -> str:
        return " ".join(str(row.values[column] or "") for column in (sheet.key if sheet else ())).strip()

    return Preview(
        sheet=name,
        added=len(adding),
        changed=len(changing),
        same=same,
        refused=found,
        adding=tuple(PlannedRow(row.line, named(row)) for row in adding[:MOST_SHOWN]),
        changing=tuple(PlannedRow(row.line, named(row), columns) for row, columns in changing[:MOST_SHOWN]),
        refusing=tuple(
            RefusedRow(bad.line, bad.column, cut(bad.value), bad.allowed, bad.word, bad.about)
            for bad in faults[:MOST_SHOWN]
        ),
    )


def _tried(database: Database, sheet: Sheet, rows: list[Row]) -> tuple[BadCell, ...]:
    """What the tables themselves would not allow: found by doing it, and undoing it."""
    faults: tuple[BadCell, ...] = ()
    try:
        with database.writing() as connection:
            faults = tuple(write(connection, sheet, rows))
            raise _Undone
    except _Undone:
        return faults


def _before(connection: Connection, sheet: Sheet) -> dict[tuple[object, ...], Values]:
    query = select(sheet.table)
    if sheet is LOANS:
        query = query.where(schema.loan.c.returned.is_(None))
    rows: list[Values] = [dict(row) for row in connection.execute(query).mappings()]
    if sheet is PATRONS:
        others, days = other_cards(connection), registrations.last_days(connection)
        for row in rows:
            row |= {"other_cards": others.get(row["card"], ()), "registered": days.get(row["card"])}
    return {_key(sheet, row): row for row in rows}


def _key(sheet: Sheet, values: Values) -> tuple[object, ...]:
    return tuple(values[column] for column in sheet.key)


def _changed(row: Row, was: Values) -> Iterator[str]:
    for name in row.given:
        new, old = row.values[name], was[name]
        if name == "pin":
            if new is not None:
                yield name  # hashes of the same PIN differ: a PIN in a file is a new one
        elif name == "registered" and new is None:
            continue  # a day is added, never taken away
        elif _comparable(new) != _comparable(old):
            yield name


def _comparable(value: Any) -> object:
    if isinstance(value, tuple):
        return tuple(sorted(value))
    return value or None  # an empty text and nothing look the same to a person
