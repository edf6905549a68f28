"""Patterns of barcodes: which regular expressions may stand in a policy, and whether two of them can be told apart.

They are matched against whatever a reader holds before the scanner, on the thread that serves the desk, and Python's
engine tries every way in which a text could fit. So only patterns with few ways are taken: nothing that varies may be
repeated, and all that varies together may be done in `MOST_WAYS` ways on the longest text there is. With that a text is
decided in milliseconds, whatever it is. What is left are plain patterns: letters, classes, alternatives, groups,
repeats; and of those can be decided whether every item would be taken for a card (`config.inclusion`).
"""

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from config.faults import Problem
from config.inclusion import includes
from config.reading import Document
from kiosk.domain.barcodes import LONGEST

MOST_WAYS = 1_000_000
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
_EDGES = [(op.AT, edge) for edge in (op.AT_BEGINNING, op.AT_BEGINNING_STRING, op.AT_END, op.AT_END_STRING)]


class Refused(ValueError):
    """The pattern may not be used; the text says why."""


def checked(pattern: str) -> str:
    """Return the pattern as it is. Raises `Refused`."""
    tree = _parsed(pattern)
    if _ways(tree, repeated=False) > MOST_WAYS:
        raise Refused(
            "fits a text in too many ways, and a scan could hang the station: repeat at most three parts freely "
            r"(+ * {3,}), write the others with their number of characters, as in \d{4}"
        )
    return pattern


def clash(document: Document, pattern: str) -> Problem:
    """Say of `readers.card` that it takes every item for a card, naming the line of `lending.item` where it has one."""
    line = document.lines.get(("lending", "item"))
    item = f"lending.item (line {line})" if line else "lending.item"
    what = f"fits every text that {item} fits: no item could ever be scanned; write down what only cards have"
    return document.problem(("readers", "card"), what, pattern)


def swallows(card: str, item: str) -> bool:
    """Say whether every text of the pattern `item` is one of `card` as well, so that none is ever taken for an item.

    Both are patterns that `checked` let pass.
    """
    return includes(_parsed(card), _parsed(item))


def _parsed(pattern: str) -> Any:
    try:
        re.compile(pattern)
        return parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as fault:
        raise Refused(f"no regular expression: {fault}") from None


def _ways(tree: Iterable[Any], *, repeated: bool) -> int:
    """Return an upper bound of the ways in which a text of `LONGEST` characters can be tried. Raises `Refused`."""
    total = 1
    for kind, value in tree:
        total *= min(_ways_of(kind, value, repeated), MOST_WAYS + 1)
    return min(total, MOST_WAYS + 1)


def _ways_of(kind: Any, value: Any, repeated: bool) -> int:
    if kind in REPEATS:
        least, most, inner = value
        varies = min(int(most), LONGEST) - min(int(least), LONGEST) + 1
        if varies > 1 and repeated:
            raise Refused(r"repeats what is itself repeated or optional, as (a+)+ does; a scan could hang the station")
        return varies * _ways(inner, repeated=repeated or int(most) > 1)
    if kind is op.BRANCH:
        if repeated:
            raise Refused("repeats alternatives, as (a|b)+ does: write [ab]+, or the alternatives of the whole")
        return sum(_ways(branch, repeated=repeated) for branch in value[1])
    if kind is op.SUBPATTERN and not (value[1] or value[2]):
        return _ways(value[3], repeated=repeated)
    if kind not in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN) and (kind, value) not in _EDGES:
        raise Refused("holds more than letters, classes, alternatives, groups and repeats: no (?=…), \\b or \\1 here")
    return 1
