"""Import and export of the store as CSV files. A file is taken whole or not at all.

A row whose key is known is brought up to date, a new one is added, rows that a file does not name stay as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from sync.abis.local import csvtext, schema
from sync.abis.local.cells import Given, Kind
from sync.abis.local.csvtext import BadCell, BadFile, Line
from sync.abis.local.database import Database
from sync.abis.local.sheets import LOANS, PATRONS, SHEETS, Sheet

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, read. `given` are the columns that the file has; the others hold what an empty cell means."""

    line: int
    values: Values
    given: frozenset[str]


def import_file(database: Database, name: str, data: bytes, zone: ZoneInfo, today: date | None = None) -> int:
    """Take the file `<name>.csv` whole and return how many rows it has. Raises `BadFile`; then nothing was taken.

    `today`: days may be written relative to it (`today+8`), for the demo library.
    """
    sheet = SHEETS[name]
    with database.reading() as connection:
        known = {kind.refers: _keys(connection, SHEETS[kind.refers]) for kind in sheet.columns.values() if kind.refers}
    rows = read(sheet, data, Given(zone, known, today))
    with database.writing() as connection:
        faults = [fault for row in rows if (fault := _write(connection, sheet, row)) is not None]
        if faults:
            raise BadFile(faults)
    return len(rows)


def import_folder(database: Database, folder: Path, zone: ZoneInfo, today: date | None = None) -> dict[str, int]:
    """Import every file of the store that the folder has, in the order in which they build on one another."""
    present = [sheet for sheet in SHEETS.values() if (folder / sheet.file).is_file()]
    return {
        sheet.name: import_file(database, sheet.name, (folder / sheet.file).read_bytes(), zone, today)
        for sheet in present
    }


def export_file(database: Database, name: str) -> bytes:
    """The whole table as CSV, in the order of its key: open loans only, and no PINs."""
    sheet = SHEETS[name]
    with database.reading() as connection:
        return csvtext.write(tuple(sheet.columns), list(_exported(connection, sheet)))


def export_folder(database: Database, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS.values():
        (folder / sheet.file).write_bytes(export_file(database, sheet.name))


# --- reading


def read(sheet: Sheet, data: bytes, given: Given) -> list[Row]:
    """Read a file; no row may come twice. Raises `BadFile` with everything that is wrong in it."""
    source = csvtext.lines(data, sheet.file, sheet.names)
    header = next(source, None)
    if header is None:
        raise BadFile([BadCell(sheet.file, 1, "", "", f"a header line: {';'.join(sheet.columns)}")])
    names = _names(sheet, header)
    faults: list[BadCell] = []
    rows = [row for line in source if (row := _row(sheet, names, line, given, faults)) is not None]
    faults += _repeated(sheet, rows)
    if faults:
        raise BadFile(sorted(faults, key=lambda fault: fault.line))
    return rows


def _names(sheet: Sheet, header: Line) -> tuple[str, ...]:
    """The columns of this file, by our own names."""
    lower = [cell.lower() for cell in header.cells]
    names = tuple(sheet.aliases.get(cell, cell) for cell in lower)
    allowed = f"columns {', '.join(sheet.columns)}"
    faults = [
        BadCell(sheet.file, header.number, name, name, f"{allowed}, each once")
        for place, name in enumerate(names)
        if name not in sheet.columns or name in names[:place]
    ]
    missing = [name for name, kind in sheet.columns.items() if name not in names and not kind.may_be_empty]
    faults += [BadCell(sheet.file, header.number, name, "", f"{allowed}; this one is missing") for name in missing]
    if faults:
        raise BadFile(faults)
    return names


def _row(sheet: Sheet, names: tuple[str, ...], line: Line, given: Given, faults: list[BadCell]) -> Row | None:
    before = len(faults)
    surplus = line.cells[len(names) :]
    if any(surplus):
        faults.append(BadCell(sheet.file, line.number, "", ";".join(surplus), f"{len(names)} cells, as in the header"))
    padded = line.cells + ("",) * (len(names) - len(line.cells))
    values: Values = {}
    for name, text in zip(names, padded, strict=False):
        try:
            values[name] = _value(sheet.columns[name], text, given)
        except (ValueError, OverflowError):
            kind = sheet.columns[name]
            shown = "•••" if kind.secret else text
            faults.append(BadCell(sheet.file, line.number, name, shown, kind.allowed))
    absent = {name: kind.empty for name, kind in sheet.columns.items() if name not in names}
    return Row(line.number, absent | values, frozenset(names)) if len(faults) == before else None


def _value(kind: Kind, text: str, given: Given) -> object:
    if text:
        return kind.read(text, given)
    if kind.may_be_empty:
        return kind.empty
    raise ValueError


def _repeated(sheet: Sheet, rows: list[Row]) -> Iterator[BadCell]:
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        name = tuple(row.values[column] for column in sheet.key)
        if None in name:
            continue  # no number yet: it is given on import
        if name in seen:
            value = " ".join(map(str, name))
            yield BadCell(sheet.file, row.line, sheet.key[0], value, f"each once; it stands in line {seen[name]} too")
        seen.setdefault(name, row.line)


def _keys(connection: Connection, sheet: Sheet) -> frozenset[str]:
    return frozenset(connection.execute(select(sheet.table.c[sheet.key[0]])).scalars())


# --- writing


def _write(connection: Connection, sheet: Sheet, row: Row) -> BadCell | None:
    """Add or update one row; what the tables do not allow comes back as a sentence."""
    try:
        if sheet is PATRONS:
            _write_patron(connection, row)
        elif sheet is LOANS:
            _upsert(connection, sheet, row, schema.loan.c.returned.is_(None))
        else:
            _upsert(connection, sheet, row)
    except IntegrityError as broken:
        name = " ".join(str(row.values[column]) for column in sheet.key)
        return BadCell(sheet.file, row.line, sheet.key[0], name, f"what fits the rest of the store ({broken.orig})")
    return None


def _upsert(connection: Connection, sheet: Sheet, row: Row, where: ColumnElement[bool] | None = None) -> None:
    """Add the row, or bring those columns up to date that the file has. A row without its number is given one."""
    values = {name: row.values[name] for name in sheet.table.c.keys() & row.values.keys()}
    if values.get("id", 0) is None:
        del values["id"]
    kept = {"pin"} if values.get("pin", "") is None else set()  # an empty PIN keeps the one there is
    statement = insert(sheet.table).values(values)
    changed = {name: statement.excluded[name] for name in (row.given & values.keys()) - {*sheet.key} - kept}
    target = list(sheet.key)
    if changed:
        statement = statement.on_conflict_do_update(index_elements=target, index_where=where, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=target, index_where=where)
    connection.execute(statement)


def _write_patron(connection: Connection, row: Row) -> None:
    _upsert(connection, PATRONS, row)
    if "other_cards" not in row.given:
        return
    card, others = row.values["card"], schema.other_card
    connection.execute(delete(others).where(others.c.card == card))
    for number in row.values["other_cards"]:
        connection.execute(others.insert().values(number=number, card=card))


def _exported(connection: Connection, sheet: Sheet) -> Iterator[tuple[str, ...]]:
    query = select(sheet.table).order_by(*(sheet.table.c[column] for column in sheet.key))
    if sheet is LOANS:
        query = query.where(schema.loan.c.returned.is_(None))
    others = _other_cards(connection) if sheet is PATRONS else {}
    for row in connection.execute(query).mappings():
        values = {**row, "other_cards": others.get(str(row.get("card")), ())}
        yield tuple("" if values[name] is None else kind.write(values[name]) for name, kind in sheet.columns.items())


def _other_cards(connection: Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(select(schema.other_card).order_by(schema.other_card.c.number)):
        found[row.card] = (*found.get(row.card, ()), row.number)
    return found
