"""CSV as libraries have it: UTF-8 with or without BOM or Windows-1251, semicolons, commas or tabs, quoted or not."""

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

MAX_BYTES = 256 << 20
"""A million rows of 250 bytes; more is not a list of a library."""
MOST_SHOWN = 60
"""Characters of a wrong value that a sentence repeats."""
MOST_FAULTS = 100
"""Sentences of one refusal: who reads more of them has read enough."""
SEPARATORS = ";,\t"


@dataclass(frozen=True, slots=True)
class BadCell:
    """What is wrong, where. `line` as an editor counts it (1 is the header), `column` as in the header."""

    file: str
    line: int
    column: str
    value: str
    allowed: str
    word: str = ""
    """The kind of cell that it should have been, and what that speaks of (see `cells.Kind`), for translators."""
    about: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {cut(self.value)!r} is not allowed; allowed: {self.allowed}"


def cut(value: str) -> str:
    """As much of a wrong value as a sentence repeats."""
    return value if len(value) <= MOST_SHOWN else value[: MOST_SHOWN - 1] + "…"


class BadFile(ValueError):
    """Nothing of this file was taken. `cells` says why, `found` how much is wrong in all."""

    def __init__(self, cells: Sequence[BadCell]) -> None:
        self.cells = tuple(cells[:MOST_FAULTS])
        self.found = len(cells)
        more = f"\n… and {self.found - MOST_FAULTS} more" if self.found > MOST_FAULTS else ""
        super().__init__("\n".join(map(str, self.cells)) + more)


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line it begins on, and its cells without the blanks around them."""

    number: int
    cells: tuple[str, ...]


def lines(data: bytes, file: str, expected: Collection[str]) -> Iterator[Line]:
    """Yield the header and the records of a file, blank lines left out. Raises `BadFile`.

    The separator is the one with which the header holds most of the `expected` names.
    """
    text = _decoded(data, file)
    header = text.split("\n", 1)[0]
    names = {each: {cell.strip(' "\r').lower() for cell in header.split(each)} for each in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: len(names[each].intersection(expected)))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for row in rows:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield Line(begins, cells)
            begins = rows.line_num + 1
    except csv.Error as broken:
        raise BadFile([BadCell(file, begins, "", str(broken), "CSV with closed quotation marks")]) from None


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a file that every spreadsheet program opens: UTF-8 with BOM, semicolons, quotes where needed."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=";")
    writer.writerow(header)
    writer.writerows(rows)
    return codecs.BOM_UTF8 + sink.getvalue().encode()


def _decoded(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise BadFile([BadCell(file, 1, "", f"{len(data)} bytes", f"files of up to {MAX_BYTES} bytes")])
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadFile([BadCell(file, 1, "", "UTF-16", "UTF-8 or Windows-1251: save the list as CSV UTF-8")])
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as broken:
            line = data.count(b"\n", 0, broken.start) + 1
            value = f"byte 0x{data[broken.start]:02X}"
    raise BadFile([BadCell(file, line, "", value, "UTF-8 or Windows-1251")])
