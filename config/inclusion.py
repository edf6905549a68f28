"""Whether one plain regular expression fits every text that another fits.

Both are walked at once, letter by letter: what may follow a letter is again a regular expression, its derivative
(Brzozowski 1964). Letters that neither expression tells apart have one that stands for them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any, TypeAlias

MOST_STATES = 4000
"""Pairs of states looked at before the answer is no; a number of 14 digits has thirty."""
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)


def includes(outer: Any, inner: Any) -> bool:
    """Say whether every text of `inner` is one of `outer`, both as Python's own parser of patterns returns them."""
    letters = tuple(sorted(_letters(outer) | _letters(inner)))
    start = tuple(_node(tree, letters, bool(tree.state.flags & re.IGNORECASE)) for tree in (inner, outer))
    seen, todo = {start}, [start]
    while todo and len(seen) < MOST_STATES:
        this, other = todo.pop()
        if _ends(this) and not _ends(other):
            return False
        for letter in letters:
            after = (_after(this, letter), _after(other, letter))
            if after[0] != NOTHING and after not in seen:
                seen.add(after)
                todo.append(after)
    return not todo


@dataclass(frozen=True, slots=True)
class One:
    """One character of these."""

    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Then:
    first: "Node"
    rest: "Node"


@dataclass(frozen=True, slots=True)
class Either:
    nodes: frozenset["Node"]


@dataclass(frozen=True, slots=True)
class Times:
    """`most` None: as often as one likes."""

    node: "Node"
    least: int
    most: int | None


Node: TypeAlias = "One | Then | Either | Times"
NOTHING: Node = Either(frozenset())
EMPTY: Node = Times(NOTHING, 0, 0)


def _letters(tree: Iterable[Any]) -> set[str]:
    """Return characters that stand for all: those named, the neighbours of ranges, and one of each common sort."""
    found = set("0a Zя-_\x00")
    for kind, value in tree:
        if kind in (op.LITERAL, op.NOT_LITERAL):
            found |= {chr(value), chr(value).swapcase()[0]}
        elif kind is op.IN:
            found |= _letters(value)
        elif kind is op.RANGE:
            found |= {chr(code) for edge in value for code in (edge - 1, edge, edge + 1) if 0 <= code < 0x110000}
        elif kind in _REPEATS:
            found |= _letters(value[2])
        elif kind is op.SUBPATTERN:
            found |= _letters(value[3])
        elif kind is op.BRANCH:
            found |= {letter for branch in value[1] for letter in _letters(branch)}
    return found


def _node(tree: Iterable[Any], letters: tuple[str, ...], fold: bool) -> Node:
    node = EMPTY
    for kind, value in reversed(list(tree)):
        node = _then(_node_of(kind, value, letters, fold), node)
    return node


def _node_of(kind: Any, value: Any, letters: tuple[str, ...], fold: bool) -> Node:
    if kind in _REPEATS:
        least, most, inner = value
        return _times(_node(inner, letters, fold), int(least), None if most is op.MAXREPEAT else int(most))
    if kind is op.BRANCH:
        return _either(_node(branch, letters, fold) for branch in value[1])
    if kind is op.SUBPATTERN:
        return _node(value[3], letters, fold)
    if kind is op.AT:
        return EMPTY
    members = value if kind is op.IN else [(kind, value)]
    return One(frozenset(letter for letter in letters if any(_is_in(one, members) for one in _cases(letter, fold))))


def _cases(letter: str, fold: bool) -> Iterator[str]:
    yield letter
    if fold:
        yield from (case for case in (letter.lower(), letter.upper()) if len(case) == 1)


def _is_in(letter: str, members: Iterable[Any]) -> bool:
    inside, negated = False, False
    for kind, value in members:
        negated |= kind is op.NEGATE
        inside |= kind is op.ANY and letter != "\n"
        inside |= kind is op.LITERAL and chr(value) == letter
        inside |= kind is op.NOT_LITERAL and chr(value) != letter
        inside |= kind is op.RANGE and value[0] <= ord(letter) <= value[1]
        inside |= kind is op.CATEGORY and bool(_CATEGORIES[str(value)].fullmatch(letter))
    return inside != negated


_CATEGORIES = {
    f"CATEGORY_{'NOT_' if sign.isupper() else ''}{name}": re.compile(rf"\{sign}")
    for name, signs in (("DIGIT", "dD"), ("SPACE", "sS"), ("WORD", "wW"))
    for sign in signs
}


def _then(first: Node, rest: Node) -> Node:
    if NOTHING in (first, rest):
        return NOTHING
    if first == EMPTY:
        return rest
    return first if rest == EMPTY else Then(first, rest)


def _either(nodes: Iterable[Node]) -> Node:
    flat = frozenset(one for node in nodes for one in (node.nodes if isinstance(node, Either) else (node,)))
    return next(iter(flat)) if len(flat) == 1 else Either(flat)


def _times(node: Node, least: int, most: int | None) -> Node:
    if most == 0 or (node == NOTHING and least == 0):
        return EMPTY
    return node if (least, most) == (1, 1) else Times(node, least, most)


@lru_cache(MOST_STATES)
def _ends(node: Node) -> bool:
    """Say whether the text may end here."""
    match node:
        case One():
            return False
        case Then(first, rest):
            return _ends(first) and _ends(rest)
        case Either(nodes):
            return any(_ends(one) for one in nodes)
        case Times(inner, least, _):
            return least == 0 or _ends(inner)


@lru_cache(MOST_STATES)
def _after(node: Node, letter: str) -> Node:
    """Return what may follow once `letter` was read."""
    match node:
        case One(letters):
            return EMPTY if letter in letters else NOTHING
        case Then(first, rest):
            here = _then(_after(first, letter), rest)
            return _either((here, _after(rest, letter))) if _ends(first) else here
        case Either(nodes):
            return _either(_after(one, letter) for one in nodes)
        case Times(inner, least, most):
            fewer = _times(inner, max(least - 1, 0), None if most is None else most - 1)
            return _then(_after(inner, letter), fewer)
