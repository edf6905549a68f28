"""Writes SIP2 messages, strictly: what a library system could misread is refused before it is sent.

A barcode with `?` for a letter the encoding lacks is another barcode, a `|` in a PIN ends the PIN (recorded: Koha takes
`1234|zz` for `1234`), and one server process exits at a field it does not know. So nothing is replaced, cut or dropped
here. `NotEncodable` names the field and the cause, never the value, which may be a PIN.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from enum import Enum

from sync.sip2.codec import ESCAPED_DELIMITER
from sync.sip2.fields import FIELDS, MAX_VALUE
from sync.sip2.framing import MAX_FRAME
from sync.sip2.messages import MESSAGES, RESENDS, Layout, Table
from sync.sip2.trailer import checksum_digits
from sync.sip2.values import Encoding


class Cause(Enum):
    UNKNOWN_MESSAGE = "no message of the standard has this code"
    UNKNOWN_FIELD = "the message has no fixed field of this name, or an identifier is not two letters or digits"
    NOT_ALLOWED = "the field is not among those this library system takes"
    MISSING = "the standard requires the field in this message"
    REPEATED = "the field can have one value only"
    WIDTH = "the value has another width than the field"
    VALUE = "the standard does not allow this value in this field"
    DELIMITER = "the value holds the field delimiter, or the text that stands for it"
    CONTROL_CHARACTER = "the value holds a line end or another control character"
    TOO_LONG = "the value is longer than 255 bytes, or the message longer than a peer may take"
    UNREPRESENTABLE = "the encoding of the line lacks a character of the value"
    SEQUENCE = "a sequence number is one digit"


class NotEncodable(ValueError):
    """This message must not be sent. `field` is a fixed field's name, an identifier or the message's code."""

    def __init__(self, field: str, cause: Cause) -> None:
        super().__init__(f"{field}: {cause.value}")
        self.field = field
        self.cause = cause


def encode(
    code: str,
    fixed: Mapping[str, str],
    fields: Iterable[tuple[str, str]] = (),
    *,
    encoding: Encoding = Encoding.UTF_8,
    sequence: int | None = None,
    allow: Collection[str] | None = None,
    terminator: bytes = b"\r",
    table: Table = MESSAGES,
) -> bytes:
    r"""Return the message as bytes, with its terminator. Identified fields are sent in the order given.

    `sequence` switches error detection on for this message (AY and AZ; resend requests get AZ alone). `allow` lists the
    identifiers a library system takes; None allows any. Raises NotEncodable.

    >>> now = {"transaction_date": "20261120    073323"}
    >>> encode("17", now, [("AO", "CPL"), ("AB", "B0003"), ("AC", "")], sequence=8)
    b'1720261120    073323AOCPL|ABB0003|AC|AY8AZF5FC\r'
    """
    layout = table.get(code)
    if layout is None:
        raise NotEncodable(code, Cause.UNKNOWN_MESSAGE)
    pairs = tuple(fields)
    _check_names([name for name, _ in pairs], layout, allow)
    identified = b"".join([_identified(name, value, encoding) for name, value in pairs])
    body = code.encode("ascii") + _fixed(fixed, layout) + identified
    line = body + _trailer(body, code, sequence) + terminator
    if len(line) > MAX_FRAME:
        raise NotEncodable(code, Cause.TOO_LONG)
    return line


def _check_names(names: list[str], layout: Layout, allow: Collection[str] | None) -> None:
    for name in names:
        if not (len(name) == 2 and name.isascii() and name.isalnum()) or name in ("AY", "AZ"):
            raise NotEncodable(name, Cause.UNKNOWN_FIELD)
        if allow is not None and name not in allow:
            raise NotEncodable(name, Cause.NOT_ALLOWED)
        if name in FIELDS and not FIELDS[name].repeats and names.count(name) > 1:
            raise NotEncodable(name, Cause.REPEATED)
    for name in sorted(layout.required.difference(names)):
        raise NotEncodable(name, Cause.MISSING)


def _fixed(given: Mapping[str, str], layout: Layout) -> bytes:
    for name in given.keys() - {field.name for field in layout.fixed}:
        raise NotEncodable(name, Cause.UNKNOWN_FIELD)
    for field in layout.fixed:
        if field.name not in given:
            raise NotEncodable(field.name, Cause.MISSING)
        if len(given[field.name]) != field.width:
            raise NotEncodable(field.name, Cause.WIDTH)
        if not field.check(given[field.name]):
            raise NotEncodable(field.name, Cause.VALUE)
    return "".join(given[field.name] for field in layout.fixed).encode("ascii")


def _identified(name: str, value: str, encoding: Encoding) -> bytes:
    if "|" in value or ESCAPED_DELIMITER in value:
        raise NotEncodable(name, Cause.DELIMITER)
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise NotEncodable(name, Cause.CONTROL_CHARACTER)
    known = FIELDS.get(name)
    if known and known.width not in (None, len(value)):
        raise NotEncodable(name, Cause.WIDTH)
    if known and not known.allows(value):
        raise NotEncodable(name, Cause.VALUE)
    try:
        data = value.encode(encoding)
    except UnicodeEncodeError:
        raise NotEncodable(name, Cause.UNREPRESENTABLE) from None  # the original error holds the value
    if len(data) > MAX_VALUE:
        raise NotEncodable(name, Cause.TOO_LONG)
    return name.encode("ascii") + data + b"|"


def _trailer(body: bytes, code: str, sequence: int | None) -> bytes:
    if sequence is None:
        return b""
    if not 0 <= sequence <= 9:
        raise NotEncodable("AY", Cause.SEQUENCE)
    number = b"" if code in RESENDS else b"AY%d" % sequence
    return number + b"AZ" + checksum_digits(body + number + b"AZ")
