"""ISO 28560-3 (Danish model): a fixed basic block of 34 bytes with a checksum, then extension blocks.

| offset | bytes | field |
| 0  | 1  | high nibble: version (1), low nibble: type of usage |
| 1  | 1  | parts in the item |
| 2  | 1  | which part this is |
| 3  | 16 | item number, UTF-8, filled with 00 |
| 19 | 2  | checksum over bytes 0-18 and 21-33, low byte first |
| 21 | 2  | country of the owner library |
| 23 | 11 | the rest of its ISIL, without the dash |
| 34 |    | extension blocks: length of the whole, identifier (2, low byte first), xor byte, data; length 0 ends |

Met in the field and read here: nibbles of byte 0 swapped; bytes 1 and 2 swapped; 32-byte tags, whose checksum is
taken over 34 bytes with two virtual zeros, or by some encoders over the 30 bytes there are. Written is the standard.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import xor

from devices.tags.content import Model, TagContent, TagFault, Usage, item_number
from devices.tags.crc import crc_tag

BASIC = 34
SHORT = 32
"""Tags of 32 bytes hold the basic block without its last two bytes."""
_VERSION = 1
_MANY_PARTS = 20
"""Items in more parts exist, but a tag that says so is more likely of another model."""
_MAX_EXTENSIONS = 16
"""A few are in use; a tag of 8 KiB full of three-byte blocks is not worth following."""


@dataclass(frozen=True, slots=True)
class Extension:
    identifier: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Basic:
    """The basic block. `item` is None where its bytes are no text; `library` is the ISIL after `country` and dash."""

    item: str | None
    country: str = ""
    library: str = ""
    parts: int = 1
    part: int = 1
    usage: int = Usage.CIRCULATION.value
    version: int = _VERSION
    extensions: tuple[Extension, ...] = ()

    @property
    def owner(self) -> str | None:
        return f"{self.country}-{self.library}" if self.country and self.library else self.library or None


def checks(memory: bytes) -> bool:
    """Whether the checksum is right, in one of the ways met in the field."""
    if len(memory) < SHORT:
        return False
    found = int.from_bytes(memory[19:21], "little")
    head = memory[:19]
    if found == crc_tag(head + memory[21:BASIC].ljust(BASIC - 21, b"\x00")):
        return True
    return found == crc_tag(head + memory[21:SHORT])


class Likeness(IntEnum):
    """How much bytes are laid out like a basic block, whatever their checksum."""

    NONE = 0
    SOME = 1
    """All but one of its marks, and something where the checksum should be."""
    FULL = 2


def likeness(memory: bytes) -> Likeness:
    """Return how much this may be a damaged basic block: then no other model may make a number of it."""
    item, country = memory[3:19].rstrip(b"\x00"), memory[21:23]
    if len(memory) < SHORT or not _mostly_plain(item):
        return Likeness.NONE
    version, usage = _nibbles(memory[0])
    marks = (
        version == _VERSION and usage <= Usage.EQUIPMENT.value,
        max(memory[1:3]) <= _MANY_PARTS,
        country == bytes(2) or (country.isalpha() and country.isupper()),
    )
    if all(marks):
        return Likeness.FULL
    return Likeness.SOME if sum(marks) == 2 and any(memory[19:21]) else Likeness.NONE


def parse(memory: bytes) -> Basic | TagFault:
    """Return the basic block and the extensions that are whole. Never raises."""
    if len(memory) < SHORT:
        return TagFault.TOO_SHORT
    if not checks(memory):
        return TagFault.BAD_CHECKSUM
    version, usage = _nibbles(memory[0])
    parts, part = _parts(memory[1], memory[2])
    return Basic(
        item=_text(memory[3:19]),
        country=_text(memory[21:23]) or "",
        library=_text(memory[23:BASIC]) or "",
        parts=parts,
        part=part,
        usage=usage,
        version=version,
        extensions=_extensions(memory[BASIC:]),
    )


def decode(memory: bytes) -> TagContent | TagFault:
    """Return what the basic block says. Never raises."""
    basic = parse(memory)
    if isinstance(basic, TagFault):
        return basic
    number = item_number(basic.item)
    if number is None:
        return TagFault.NO_ITEM_NUMBER
    return TagContent(Model.ISO_28560_3, number, basic.owner, basic.parts, basic.part, Usage.of(basic.usage))


def encode(basic: Basic, size: int = BASIC) -> bytes:
    """Return the bytes for a tag of `size` bytes (32, or 34 and more). Raises ValueError for what does not fit."""
    if size != SHORT and size < BASIC:
        raise ValueError(f"a tag of {size} bytes cannot hold the basic block")
    if not item_number(basic.item):
        raise ValueError("a tag needs an item number")
    head = bytes((basic.version << 4 | basic.usage, basic.parts, basic.part)) + _field(basic.item or "", 16)
    tail = _field(basic.country, 2) + _field(basic.library, min(size, BASIC) - 23)
    checksum = crc_tag(head + tail.ljust(BASIC - 21, b"\x00")).to_bytes(2, "little")
    memory = head + checksum + tail + b"".join(_extension(one) for one in basic.extensions)
    if len(memory) > size:
        raise ValueError(f"{len(memory)} bytes do not fit on a tag of {size}")
    return memory.ljust(size, b"\x00")


def _mostly_plain(field: bytes) -> bool:
    """A few bytes may be the damaged ones."""
    return len(field) > 2 and sum(0x20 < byte < 0x7F for byte in field) * 4 >= len(field) * 3


def _nibbles(byte: int) -> tuple[int, int]:
    """Return (version, usage). Only version 1 exists, so a 1 in the low nibble alone tells of swapped nibbles."""
    high, low = byte >> 4, byte & 0x0F
    return (low, high) if low == _VERSION != high else (high, low)


def _parts(first: int, second: int) -> tuple[int, int]:
    """Return (parts, part). A part beyond the number of parts tells of swapped bytes; 0 says that nothing was said."""
    parts, part = max(first, second, 1), max(min(first, second), 1)
    return parts, part


def _text(field: bytes) -> str | None:
    try:
        return field.rstrip(b"\x00 ").decode()
    except UnicodeDecodeError:
        return None


def _field(text: str, size: int) -> bytes:
    data = text.encode()
    if len(data) > size:
        raise ValueError(f"{text!r} does not fit into {size} bytes")
    return data.ljust(size, b"\x00")


def _extensions(memory: bytes) -> tuple[Extension, ...]:
    found: list[Extension] = []
    while memory and len(found) < _MAX_EXTENSIONS:
        length = memory[0]
        block, memory = memory[:length], memory[length:]
        if length < 4 or len(block) < length or reduce(xor, block):
            break  # the end, or damaged: what came before it stands
        found.append(Extension(int.from_bytes(block[1:3], "little"), block[4:]))
    return tuple(found)


def _extension(one: Extension) -> bytes:
    length = len(one.data) + 4
    if length > 0xFF:
        raise ValueError("an extension block has at most 251 bytes of data")
    head = bytes((length,)) + one.identifier.to_bytes(2, "little")
    return head + bytes((reduce(xor, head + one.data),)) + one.data
