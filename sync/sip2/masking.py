"""Makes a SIP2 message fit for a log: personal data and secrets become `***`, whatever the bytes.

What may be shown is listed, everything else is hidden: a server's own field may be a birth date, and a damaged message
may begin anywhere. A value stays empty where it was empty, since servers answer otherwise to an empty PIN than to none.
The digits of the checksum are hidden too: where all but a PIN is known, the sum of the bytes narrows the PIN down.
"""

from collections.abc import Collection

from sync.sip2.messages import MESSAGES

MASK = b"***"

SHOWN = frozenset(
    {
        *(b"AB", b"AH", b"AJ", b"AM", b"AN", b"AO", b"AP", b"AQ"),
        *(
            b"BG",
            b"BH",
            b"BI",
            b"BK",
            b"BL",
            b"BM",
            b"BN",
            b"BO",
            b"BP",
            b"BQ",
            b"BR",
            b"BS",
            b"BT",
            b"BW",
            b"BX",
            b"BY",
        ),
        *(b"CF", b"CH", b"CI", b"CJ", b"CK", b"CL", b"CM", b"CN", b"CP", b"CQ", b"CS", b"CT", b"CV"),
    }
)
"""Identifiers whose values tell of items, places and answers. Not among them: patron (AA), name (AE), passwords (AC AD
CO), address, mail, phone (BD BE BF), fees and limits, lists of what a patron has (AS AT AU AV BU CD), who waits (CY
DA), what the system says in words (AF AG), the blocked card's message (AL), and whatever the standard does not know."""
TEXTS = frozenset({b"AF"})
"""What a profile is made of: shown where somebody who sets a station up says so."""


def mask(line: bytes, shown: Collection[bytes] = SHOWN) -> bytes:
    r"""Hide what is personal in one message or several: every value whose identifier is not among those shown.

    >>> mask(b"6300120261120    073322          AOCPL|AAP0001|AC|AD1234|AY5AZF258\r")
    b'6300120261120    073322          AOCPL|AA***|AC|AD***|AY5AZ***\r'
    """
    return b"\r".join(_message(message, shown) for message in line.split(b"\r"))


def _message(line: bytes, shown: Collection[bytes]) -> bytes:
    first, *others = line.split(b"|")
    return b"|".join([_first(first, shown), *(_piece(piece, shown) for piece in others)])


def _first(piece: bytes, shown: Collection[bytes]) -> bytes:
    """The digits of the message, its fixed fields as far as they read as such, and its first identified field."""
    begin = len(piece) - len(piece.lstrip(b"\n"))
    layout = MESSAGES.get(piece[begin : begin + 2].decode("latin-1"))
    if layout is None:
        return piece[:begin] + MASK if piece[begin:] else piece
    end = begin + 2 + layout.width
    if len(piece) < end:
        return piece[: begin + 2] + MASK
    text = piece[begin + 2 : end].decode("latin-1")
    fixed = (text[place].encode() if field.check(text[place]) else MASK for field, place in layout.slices)
    return piece[: begin + 2] + b"".join(fixed) + _piece(piece[end:], shown)


def _piece(piece: bytes, shown: Collection[bytes]) -> bytes:
    """One identified field, or the trailer."""
    name, value = piece[:2], piece[2:]
    if name == b"AY" and value[:1].isdigit() and value[1:3] == b"AZ":
        return piece[:5] + MASK
    if name in shown or not piece:
        return piece
    if not (len(name) == 2 and name.isalpha() and name.isupper()):
        return MASK
    return name + MASK if value else name
