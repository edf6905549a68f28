"""Reads SIP2 messages: bytes of one message in, a `Message` out. Lenient, lossless, never raises on any bytes.

What is wrong with a message is listed in it by name (`sync.sip2.faults`). Nothing is guessed: a value in a place where
the standard has another stays where it stood, and a fault says so. `sync.sip2.encoder` is the strict other direction.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sync.sip2.faults import BREAKING, Fault, FaultKind
from sync.sip2.fields import FIELDS, MAX_VALUE
from sync.sip2.framing import MAX_FRAME
from sync.sip2.masking import mask
from sync.sip2.messages import FIXED_NAMES, MESSAGES, RESENDS, Layout, Sender, Table
from sync.sip2.trailer import Checksum, read_trailer
from sync.sip2.values import Encoding

MAX_FIELDS = 4096
"""Fields of one message. A patron's longest list has hundreds; a frame of nothing but delimiters has 65 000."""

ESCAPED_DELIMITER = "&#124;"
"""What Koha and SIPServer send where a value of theirs holds `|`."""

Pair = tuple[str, str]

_CHECKED = {known.id: known for known in FIELDS.values() if known.check}
_SINGLE = frozenset(known.id for known in FIELDS.values() if not known.repeats)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_TRAILER_IDS = frozenset({"AY", "AZ"})
_UNKNOWN = Layout("", "unknown message", Sender.ACS, (), frozenset(), frozenset())
_TRUE = frozenset("Y1")
_FALSE = frozenset("N0")


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One message as received.

    `fixed` holds the fixed fields by name, in their order, as far as the message reaches; `fields` the identified ones
    as (identifier, value) in their order, with repeats and unknown ones. A piece without an identifier stands there
    with an empty one. `raw` are the bytes given to `decode`: a message is stored or sent on as these.
    """

    code: str
    fixed: Mapping[str, str]
    fields: tuple[Pair, ...]
    sequence: int | None
    checksum: Checksum
    faults: tuple[Fault, ...]
    raw: bytes

    def get(self, key: str) -> str | None:
        """The fixed field of that name, or the first field of that identifier; None where the message has none.

        Raises KeyError for a name that no message of the standard has: a slip of the pen, not of the peer.
        """
        if key in FIXED_NAMES:
            return self.fixed.get(key)
        if len(key) != 2:
            raise KeyError(key)
        return next((value for name, value in self.fields if name == key), None)

    def all(self, key: str) -> tuple[str, ...]:
        """All values of an identifier, blank ones left out: servers pad lists with them."""
        return tuple(value for name, value in self.fields if name == key and value.strip())

    def flag(self, key: str) -> bool | None:
        """True for `Y` and `1`, False for `N` and `0`; None for anything else, where it is absent, and where a fault
        names it: a `1` that slid here from a date allows nothing."""
        value = None if any(fault.where == key for fault in self.faults) else self.get(key)
        return True if value in _TRUE else False if value in _FALSE else None

    def number(self, key: str) -> int | None:
        """The digits of a value, blanks around them allowed (invenio pads with them); None for anything else."""
        digits = (self.get(key) or "").strip(" ")
        return int(digits) if digits.isascii() and digits.isdecimal() else None

    def has(self, kind: FaultKind) -> bool:
        return any(fault.kind is kind for fault in self.faults)

    @property
    def broken(self) -> bool:
        """Whether nothing in this message may be believed."""
        return any(fault.kind in BREAKING for fault in self.faults)

    def __repr__(self) -> str:
        """Without personal data: a message that slips into a log tells nobody's name or PIN."""
        return f"<Message {mask(self.raw)!r}{' broken' if self.broken else ''}>"


def decode(raw: bytes, encoding: Encoding = Encoding.UTF_8, table: Table = MESSAGES) -> Message:
    r"""Read one message, with or without its terminator. Every input gives a `Message`; see its `faults`.

    >>> message = decode(b"1803020120261120    073323ABB0003|AJPerl 5 desktop reference|AQCPL|BGCPL|AY8AZEA17\r")
    >>> message.get("circulation_status"), message.get("AJ"), message.sequence, message.faults
    ('03', 'Perl 5 desktop reference', 8, ())
    """
    line = raw.strip(b"\r\n")
    code = line[:2].decode("latin-1")
    faults: list[Fault] = []
    if len(line) > MAX_FRAME:
        return Message(code, {}, (), None, Checksum.UNREADABLE, (Fault(FaultKind.TOO_LONG),), raw)
    layout = table.get(code, _UNKNOWN)
    if layout is _UNKNOWN:
        faults.append(Fault(FaultKind.TOO_SHORT if len(line) < 2 else FaultKind.UNKNOWN_CODE))
    fixed_end = 2 + layout.width
    trailer = read_trailer(line, fixed_end, faults)
    fixed = _fixed(line[2 : min(fixed_end, trailer.start)].decode("latin-1"), layout, faults)
    fields = _fields(line[fixed_end : trailer.start], encoding, faults)
    faults += _misfits(fields, layout)
    if trailer.sequence is not None and code in RESENDS:
        faults.append(Fault(FaultKind.SEQUENCE_ON_RESEND, "AY"))
    return Message(code, fixed, tuple(fields), trailer.sequence, trailer.checksum, tuple(faults), raw)


def _fixed(text: str, layout: Layout, faults: list[Fault]) -> dict[str, str]:
    """Cut the fixed fields. The standard has ASCII only in them; latin-1 keeps any other byte for what it was."""
    values: dict[str, str] = {}
    for field, place in layout.slices:
        value = text[place]
        if len(value) < field.width:
            faults.append(Fault(FaultKind.FIXED_FIELD_SHORT, field.name))
            if value:
                values[field.name] = value
            break
        if not field.check(value):
            faults.append(Fault(FaultKind.FIXED_FIELD_ODD, field.name))
        values[field.name] = value
    return values


def _fields(rest: bytes, encoding: Encoding, faults: list[Fault]) -> list[Pair]:
    """Cut the identified fields, and see what can be wrong with any of them."""
    text = _text(rest, encoding, faults)
    pieces = text.split("|", MAX_FIELDS)
    last = pieces.pop()
    if last and len(pieces) == MAX_FIELDS:
        faults.append(Fault(FaultKind.TOO_MANY_FIELDS))
    elif last:
        pieces.append(last)
        faults.append(Fault(FaultKind.FIELD_WITHOUT_END, _pair(last)[0]))
    fields = [_pair(piece) for piece in pieces]
    faults += [Fault(FaultKind.FIELD_WITHOUT_ID) for name, _ in fields if not name]
    if not text.isprintable():
        faults += [Fault(FaultKind.CONTROL_CHARACTER, name) for name, value in fields if _CONTROL.search(value)]
    if len(text) > MAX_VALUE:
        faults += [Fault(FaultKind.FIELD_TOO_LONG, name) for name, value in fields if len(value) > MAX_VALUE]
    if ESCAPED_DELIMITER in text:
        return [(name, value.replace(ESCAPED_DELIMITER, "|")) for name, value in fields]
    return fields


def _text(rest: bytes, encoding: Encoding, faults: list[Fault]) -> str:
    try:
        return rest.decode(encoding)
    except UnicodeDecodeError:
        pieces = [piece.decode(encoding, "replace") for piece in rest.split(b"|")]
    faults += [Fault(FaultKind.UNDECODABLE_BYTES, _pair(piece)[0]) for piece in pieces if "\ufffd" in piece]
    return "|".join(pieces)


def _pair(piece: str) -> Pair:
    name = piece[:2]
    if name in FIELDS or (len(name) == 2 and name.isascii() and name.isalnum()):
        return name, piece[2:]
    return "", piece


def _misfits(fields: list[Pair], layout: Layout) -> Iterator[Fault]:
    """What the standard's table says against these fields in this message."""
    names = [name for name, _ in fields]
    distinct = set(names)
    for name in sorted(distinct & _TRAILER_IDS):
        yield Fault(FaultKind.CHECKSUM_NOT_LAST, name)
    for name in sorted(layout.required - distinct):
        yield Fault(FaultKind.FIELD_MISSING, name)
    if len(distinct) < len(names):
        for name in sorted(distinct & _SINGLE):
            if names.count(name) > 1:
                yield Fault(FaultKind.FIELD_REPEATED, name)
    for name, value in fields:
        known = _CHECKED.get(name)
        if known and value and not known.allows(value):
            yield Fault(FaultKind.FIELD_ODD, name)
