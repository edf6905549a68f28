"""Lines of a spreadsheet (.xlsx): the first sheet of the book, its cells as the texts that CSV would have.

A workbook is a zip of XML: what it may unfold to is capped before anything is unfolded.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

from sync.abis.local.csvtext import BadCell, BadFile, Line

MAGIC = b"PK\x03\x04"
MOST_UNFOLDED = 512 << 20
"""Bytes of all the XML inside: a list of half a million rows has fewer."""
MOST_COLUMNS = 100
"""Cells of a row that are looked at; a stray mark far to the right is no column."""
MOST_ROWS = 1_000_000
EXACT = 10**15
"""Numbers from here on have lost their last digits in the spreadsheet itself."""


def is_workbook(data: bytes) -> bool:
    return data.startswith(MAGIC)


def lines(data: bytes, file: str) -> Iterator[Line]:
    """Yield the rows that are not empty, with the numbers the spreadsheet shows. Raises `BadFile`."""
    _check_size(data, file)
    from openpyxl import load_workbook  # here: a station that imports no spreadsheet does not load it

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS, values_only=True)
        found = [(number, row) for number, row in enumerate(rows, 1) if any(cell is not None for cell in row)]
        book.close()
    except Exception as broken:  # openpyxl lets anything through that its XML and zip layers raise
        raise _bad(file, 1, "", type(broken).__name__, "a workbook that a spreadsheet program opens (.xlsx)") from None
    for number, row in found:
        yield Line(number, tuple(_text(cell, file, number) for cell in row))


def _check_size(data: bytes, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unfolded = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _bad(file, 1, "", "a broken zip", "a workbook that a spreadsheet program opens (.xlsx)") from None
    if unfolded > MOST_UNFOLDED:
        raise _bad(file, 1, "", f"{unfolded} bytes inside", f"workbooks of up to {MOST_UNFOLDED} bytes inside")


def _text(cell: object, file: str, number: int) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case int() | float() if abs(cell) >= EXACT:
            allowed = "long numbers as text: the spreadsheet has lost their last digits"
            raise _bad(file, number, "", str(cell), allowed)
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return " ".join(str(cell).split())


def _bad(file: str, line: int, column: str, value: str, allowed: str) -> BadFile:
    return BadFile([BadCell(file, line, column, value, allowed)])
