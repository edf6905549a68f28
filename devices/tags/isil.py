"""The compaction of library identifiers (ISIL) on tags, both ways.

Source: ISO 28560-2 annex on ISIL encoding: three tables (upper and lower case of five bits, digits of four),
codes that latch or shift into another table, upper case at the start. An encoder may choose among several
equal rows of bytes: compare what they decode to, never the bytes.
"""

from enum import Enum

from devices.tags.bits import pack

MAX_BYTES = 32
"""An ISIL has at most 16 characters: even with a shift before each it fits; longer data is not an ISIL."""


class _Table(Enum):
    UPPER = "-ABCDEFGHIJKLMNOPQRSTUVWXYZ:"
    LOWER = "-abcdefghijklmnopqrstuvwxyz/"
    DIGIT = "0123456789-:"

    @property
    def width(self) -> int:
        return 4 if self is _Table.DIGIT else 5


_LATCH, _SHIFT = False, True
_MOVES = {
    _Table.UPPER: {
        28: (_Table.LOWER, _LATCH),
        29: (_Table.LOWER, _SHIFT),
        30: (_Table.DIGIT, _LATCH),
        31: (_Table.DIGIT, _SHIFT),
    },
    _Table.LOWER: {
        28: (_Table.UPPER, _LATCH),
        29: (_Table.UPPER, _SHIFT),
        30: (_Table.DIGIT, _LATCH),
        31: (_Table.DIGIT, _SHIFT),
    },
    _Table.DIGIT: {
        12: (_Table.UPPER, _LATCH),
        13: (_Table.UPPER, _SHIFT),
        14: (_Table.LOWER, _LATCH),
        15: (_Table.LOWER, _SHIFT),
    },
}
_CODES = {table: {move: code for code, move in moves.items()} for table, moves in _MOVES.items()}


def isil_expand(data: bytes) -> str | None:
    """Return the library identifier, or None where `data` is none. Never raises.

    >>> isil_expand(bytes.fromhex("acc09ebaa06f6b"))
    'US-InU-Mu'
    """
    if len(data) > MAX_BYTES:
        return None
    row, left = int.from_bytes(data, "big"), len(data) * 8
    base = now = _Table.UPPER
    text: list[str] = []
    while left >= now.width:
        left -= now.width
        code = row >> left & ((1 << now.width) - 1)
        if code < len(now.value):
            text.append(now.value[code])
            now = base
            continue
        now, shifted = _MOVES[now][code]
        if not shifted:
            base = now
    return "".join(text) or None


def isil_compact(text: str) -> bytes:
    """Return the identifier in the tables above. Raises ValueError for a character that stands in none of them."""
    codes: list[tuple[int, int]] = []
    base = _Table.UPPER
    for at, char in enumerate(text):
        if char in base.value:
            codes.append((base.value.index(char), base.width))
            continue
        table = _table_of(char)
        shift = at + 1 >= len(text) or text[at + 1] in base.value
        codes.append((_CODES[base][table, shift], base.width))
        codes.append((table.value.index(char), table.width))
        if not shift:
            base = table
    return pack(codes, pad="1111111")


def _table_of(char: str) -> _Table:
    for table in _Table:
        if char in table.value:
            return table
    raise ValueError(f"{char!r} cannot stand in a library identifier")
