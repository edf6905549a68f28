"""A receipt as lines of paper: what a reader takes home, in as many columns as the printer has. Pure.

  Библиотека на Садовой          the library
    20.11.2026, 19:44            date and time
     билет •••• 4172             masked card
--------------------------------
Мастер и Маргарита         12.12
Краткая история
  времени                12.12 *
--------------------------------
2 книги            до 12 декабря
Вернули                          and so on: renewed, returned, stayed
* Записано на станции, ...       only where a line is not confirmed
Продлить: на киоске              only where something is to be brought back

The library's own header stands above all of it, its footer below; logo and QR code are drawn (`raster`).
"""

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.domain import receipt_text
from kiosk.domain.receipt_words import Words, words
from kiosk.domain.receipts import Line, Receipt, Template, Texts

MAX_TITLE = 240
"""Characters of a title that are printed: an ABIS may send a whole title page, paper is short."""
_MARK = " *"
_FIXED = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class PaperLine:
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What the receipt says of the place: the library's template, local time, columns of the printer.

    `fit` puts a text into the characters the printer has, which may make it longer (₽ becomes руб.).
    """

    template: Template
    at: datetime
    columns: int
    fit: Callable[[str], str] = str


def lay_out(receipt: Receipt, desk: Desk) -> tuple[PaperLine, ...]:
    """Return the lines of a receipt, none longer than the printer's columns (24 or more)."""
    say, receipt = words(receipt.language).fitted(desk.fit), _fitted(receipt, desk)
    rule = PaperLine("-" * desk.columns)
    lines = [*_head(receipt, say, desk)]
    if receipt.lent:
        lines += [rule, *_rows(receipt.lent, desk), rule, *_total(receipt.lent, say, desk)]
    for title, rows in ((say.renewed, receipt.renewed), (say.returned, receipt.returned)):
        if rows:
            lines += [rule, *_heading(title, len(rows), say, desk), *_rows(rows, desk)]
    if receipt.stayed:
        lines += [rule, *_heading(say.stayed, len(receipt.stayed), say, desk)]
        lines += _rows([Line(title) for title in receipt.stayed], desk)
    return (*lines, rule, *_foot(receipt, say, desk))


def _fitted(receipt: Receipt, desk: Desk) -> Receipt:
    """Return the receipt in the characters of the printer, each row with all that stands for its copy."""

    def rows(old: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(replace(row, title=desk.fit(receipt_text.label(row, desk.template))) for row in old)

    return replace(
        receipt,
        card=desk.fit(receipt.card),
        name=desk.fit(receipt.name),
        lent=rows(receipt.lent),
        renewed=rows(receipt.renewed),
        returned=rows(receipt.returned),
        stayed=tuple(desk.fit(title) for title in receipt.stayed),
    )


def _head(receipt: Receipt, say: Words, desk: Desk) -> Iterator[PaperLine]:
    yield from _own(desk.template.header, receipt, desk)
    yield from _middle(desk.fit(desk.template.library), desk, bold=True)
    yield from _middle(f"{desk.at:%d.%m.%Y, %H:%M}", desk)
    yield from _middle(receipt_text.owner(receipt, desk.template, say), desk)
    if receipt.again:
        yield from _middle(say.again, desk, bold=True)


def _own(texts: Texts, receipt: Receipt, desk: Desk) -> Iterator[PaperLine]:
    """The library's own lines. An empty one stays: it is there to keep things apart."""
    for text in receipt_text.own_lines(texts, receipt.language, desk.template, desk.at):
        yield from _middle(desk.fit(text), desk) if text.strip() else (PaperLine(""),)


def _middle(text: str, desk: Desk, *, bold: bool = False) -> Iterator[PaperLine]:
    for line in _wrap(text, desk.columns):
        yield PaperLine(line.center(desk.columns).rstrip(), bold)


def _heading(title: str, count: int, say: Words, desk: Desk) -> Iterator[PaperLine]:
    yield from (PaperLine(text, bold=True) for text in _both_ends(title, say.books(count), desk.columns))


def _total(rows: Sequence[Line], say: Words, desk: Desk) -> Iterator[PaperLine]:
    """Count on the left, the earliest day something must be back on the right."""
    days = [row.due for row in rows if row.due]
    until = say.until.format(day=desk.fit(say.day(min(days)))) if days else ""
    yield from (PaperLine(text, bold=True) for text in _both_ends(say.books(len(rows)), until, desk.columns))


def _rows(rows: Sequence[Line], desk: Desk) -> Iterator[PaperLine]:
    """Titles with hanging indent; the day stands at the right end of the last line, or below where it does not fit."""
    marks = any(not row.confirmed for row in rows)
    for row in rows:
        day = receipt_text.day(row.due, desk.at.date()) if row.due else ""
        mark = ("" if row.confirmed else _MARK).ljust(len(_MARK)) if marks else ""
        yield from (PaperLine(text) for text in _both_ends(row.title, day + mark, desk.columns))


def _both_ends(left: str, right: str, columns: int) -> Iterator[str]:
    *above, last = _wrap(left, columns, indent="  ") or [""]
    yield from above
    if len(last) + 1 + len(right) > columns:
        yield last
        last = ""
    yield (last + right.rjust(columns - len(last))).rstrip()


def _foot(receipt: Receipt, say: Words, desk: Desk) -> Iterator[PaperLine]:
    """What is owed, to be confirmed, how to renew; a telephone number is never broken over two lines."""
    phone = desk.fit(desk.template.phone).replace(" ", _FIXED)
    for note in receipt_text.notes(receipt, replace(desk.template, phone=phone), say):
        indent = "  " if note.startswith("* ") else ""
        fitted = _FIXED.join(desk.fit(part) for part in note.split(_FIXED))
        yield from (PaperLine(text) for text in _wrap(fitted, desk.columns, indent))
    yield from _own(desk.template.footer, receipt, desk)


def _wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Wrap at spaces and hyphens; a word longer than a line is cut. Line breaks and control characters are spaces."""
    clean = "".join(c if c.isprintable() or c == _FIXED else " " for c in text)
    clean = re.sub(" +", " ", clean).strip(" ")
    if len(clean) > MAX_TITLE:
        clean = clean[: MAX_TITLE - 4] + " ..."
    return [line.replace(_FIXED, " ") for line in textwrap.wrap(clean, columns, subsequent_indent=indent)]
