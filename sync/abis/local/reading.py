"""From the lines of a file to rows that fit its table, or to everything that is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sync.abis.local import csvtext, workbook
from sync.abis.local.cells import Given, Kind
from sync.abis.local.csvtext import BadCell, BadFile, Line
from sync.abis.local.sheets import Sheet

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, read. `given` are the columns that the file has; the others hold what an empty cell means."""

    line: int
    values: Values
    given: frozenset[str]


def read(sheet: Sheet, data: bytes, given: Given) -> list[Row]:
    """Read a file; no row may come twice. Raises `BadFile` with everything that is wrong in it."""
    source = workbook.lines(data, sheet.file) if workbook.is_workbook(data) else _text_lines(sheet, data)
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


def _text_lines(sheet: Sheet, data: bytes) -> Iterator[Line]:
    return csvtext.lines(data, sheet.file, sheet.names)


def _names(sheet: Sheet, header: Line) -> tuple[str, ...]:
    """The columns of this file, by our own names."""
    lower = [cell.lower() for cell in _without_end(header.cells)]
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


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Spreadsheets end a line with as many empty cells as the widest has."""
    filled = [place for place, cell in enumerate(cells, 1) if cell]
    return cells[: max(filled, default=0)]


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
            word = kind.word if text else "missing"
            faults.append(BadCell(sheet.file, line.number, name, shown, kind.allowed, word, kind.about))
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
