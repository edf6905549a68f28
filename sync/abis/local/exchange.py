"""Import and export of the store as CSV files, and import of workbooks (.xlsx). A file is taken whole or not at all.

A row whose key is known is brought up to date, a new one is added, rows that a file does not name stay as they are.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from sync.abis.local import csvtext, registrations, schema
from sync.abis.local.cells import Given
from sync.abis.local.csvtext import BadFile
from sync.abis.local.database import Database
from sync.abis.local.reading import Row, read
from sync.abis.local.sheets import LOANS, PATRONS, SHEETS, Sheet
from sync.abis.local.writing import write


def import_file(database: Database, name: str, data: bytes, zone: ZoneInfo, today: date | None = None) -> int:
    """Take the file `<name>.csv` whole and return how many rows it has. Raises `BadFile`; then nothing was taken.

    `today`: days may be written relative to it (`today+8`), for the demo library.
    """
    sheet = SHEETS[name]
    rows = read_file(database, sheet, data, zone, today)
    with database.writing() as connection:
        write_rows(connection, sheet, rows)
    return len(rows)


def read_file(database: Database, sheet: Sheet, data: bytes, zone: ZoneInfo, today: date | None = None) -> list[Row]:
    """Read a file against what the store knows now. Raises `BadFile`."""
    with database.reading() as connection:
        known = {kind.refers: _keys(connection, SHEETS[kind.refers]) for kind in sheet.columns.values() if kind.refers}
    return read(sheet, data, Given(zone, known, today))


def write_rows(connection: Connection, sheet: Sheet, rows: list[Row]) -> None:
    """Write the rows. Raises `BadFile` with what the tables do not allow; then the transaction is to be given up."""
    faults = list(write(connection, sheet, rows))
    if faults:
        raise BadFile(faults)


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


def _keys(connection: Connection, sheet: Sheet) -> frozenset[str]:
    return frozenset(connection.execute(select(sheet.table.c[sheet.key[0]])).scalars())


def _exported(connection: Connection, sheet: Sheet) -> Iterator[tuple[str, ...]]:
    query = select(sheet.table).order_by(*(sheet.table.c[column] for column in sheet.key))
    if sheet is LOANS:
        query = query.where(schema.loan.c.returned.is_(None))
    others = other_cards(connection) if sheet is PATRONS else {}
    registered = registrations.last_days(connection) if sheet is PATRONS else {}
    for row in connection.execute(query).mappings():
        card = str(row.get("card"))
        values = {**row, "other_cards": others.get(card, ()), "registered": registered.get(card)}
        yield tuple("" if values[name] is None else kind.write(values[name]) for name, kind in sheet.columns.items())


def other_cards(connection: Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(select(schema.other_card).order_by(schema.other_card.c.number)):
        found[row.card] = (*found.get(row.card, ()), row.number)
    return found
