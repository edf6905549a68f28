"""Error detection: the `AY` sequence number and `AZ` checksum at the end of a message.

Source: 3M Standard Interchange Protocol 2.00. The checksum is the two's complement of the 16-bit sum of all *bytes*, in
the encoding of the line, from the first through `AZ`, as four hexadecimal digits. It is a property of each message, not
of a connection: servers answer with it or without it as they like. invenio-sip2 sends AZ without AY and does not pad
its digits; real servers stick two answers together: all of that is read.
"""

from enum import Enum
from typing import NamedTuple

from sync.sip2.faults import Fault, FaultKind

_HEX = frozenset(b"0123456789abcdefABCDEF")
_DIGITS = frozenset(b"0123456789")
_CODE = 2  # a trailer never begins within the two digits of the message


class Checksum(Enum):
    ABSENT = "absent"
    GOOD = "good"
    BAD = "bad"
    UNREADABLE = "unreadable"


class Trailer(NamedTuple):
    """`start` is where the trailer begins, the length of the message if it has none."""

    start: int
    sequence: int | None
    checksum: Checksum


def checksum_digits(through_az: bytes) -> bytes:
    """The four digits that end a message whose bytes through `AZ` are these.

    >>> checksum_digits(b"97AZ")
    b'FEF5'
    """
    return b"%04X" % (-sum(through_az) & 0xFFFF)


def read_trailer(line: bytes, fixed_end: int, faults: list[Fault]) -> Trailer:
    """Find and verify the trailer of a message whose fixed fields should end at `fixed_end`; append what is wrong."""
    if line[-6:-4] == b"AZ" and len(line) >= _CODE + 6 and _HEX.issuperset(line[-4:]):
        return _whole(line, faults)
    start = max(line.rfind(b"|") + 1, min(fixed_end, len(line)))
    if line[start : start + 2] in (b"AY", b"AZ"):
        return _damaged(line, start, faults)
    return Trailer(len(line), None, Checksum.ABSENT)


def _whole(line: bytes, faults: list[Fault]) -> Trailer:
    start, sequence = len(line) - 6, None
    if line[-9:-7] == b"AY" and start >= _CODE + 3:
        start -= 3
        sequence = _sequence(line[-7:-6], faults)
    return Trailer(start, sequence, _verified(line[:-4], line[-4:], faults))


def _damaged(line: bytes, start: int, faults: list[Fault]) -> Trailer:
    """Read what is left of a trailer that is cut short, garbled or followed by something."""
    sequence = _sequence(line[start + 2 : start + 3], faults) if line.startswith(b"AY", start) else None
    if len(line) == start + 3:
        faults.append(Fault(FaultKind.CHECKSUM_MISSING, "AZ"))
        return Trailer(start, sequence, Checksum.ABSENT)
    az = line.find(b"AZ", start)
    end = az + 2
    while end < min(len(line), az + 6) and line[end] in _HEX:
        end += 1
    if az < 0 or end == az + 2 or (end < len(line) and end < az + 6):
        faults.append(Fault(FaultKind.CHECKSUM_UNREADABLE, "AZ"))
        return Trailer(start, sequence, Checksum.UNREADABLE)
    if end < len(line):
        faults.append(Fault(FaultKind.BYTES_AFTER_CHECKSUM, "AZ"))
    return Trailer(start, sequence, _verified(line[: az + 2], line[az + 2 : end], faults))


def _sequence(digit: bytes, faults: list[Fault]) -> int | None:
    if digit and digit[0] in _DIGITS:
        return int(digit)
    faults.append(Fault(FaultKind.SEQUENCE_UNREADABLE, "AY"))
    return None


def _verified(through_az: bytes, digits: bytes, faults: list[Fault]) -> Checksum:
    if (sum(through_az) + int(digits, 16)) & 0xFFFF == 0:
        return Checksum.GOOD
    faults.append(Fault(FaultKind.BAD_CHECKSUM, "AZ"))
    return Checksum.BAD
