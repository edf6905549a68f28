"""ISO 28560-2: data elements in a row, each with its object identifier, as ISO/IEC 15962 writes them.

    precursor [extended OID] [offset] length data [filling]

Precursor: bit 7 an offset byte is present (that many filling bytes, 00 or 80, follow the data), bits 6-4 the scheme,
bits 3-0 the OID; 15 says that the next byte holds OID - 15. A length above 127 continues in base 128, high bit set
on all bytes but the last. A precursor of 00 ends the row. No public example has both an extended OID and an offset,
and encoders differ in their order: the order that gives an OID of this standard is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from devices.tags import iso15962
from devices.tags.content import Element, Model, TagContent, TagFault, Usage, item_number
from devices.tags.isil import isil_compact, isil_expand
from devices.tags.iso15962 import Scheme


class Oid(IntEnum):
    """Relative object identifiers. Those not named here are read and kept, but mean nothing to a kiosk."""

    ITEM = 1
    CONTENT = 2
    OWNER = 3
    SET = 4
    USAGE = 5
    SHELF = 6
    ILL_INSTITUTION = 11
    TITLE = 17


LAST_OID = 26
_FIRST_IN_CONTENT = 3
"""The content parameter's first bit stands for OID 3: 1 and 2 are always there."""
_EXTENDED = 15
_LEAST_INTEGER = 2
"""Digits. Shorter numbers have another scheme; `11 01 01` is how a Danish tag starts, not item 1."""
_MAX_ELEMENTS = 32
"""The standard knows 26 elements; a row that goes on longer is no library tag."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a parse found, up to byte `end`. `ended`: a 00 stood there. `needs`: the length in bytes that the memory
    should have had for the element it breaks off in, else 0. `sound` False: these bytes are no row of elements."""

    elements: tuple[Element, ...]
    end: int
    ended: bool = False
    needs: int = 0
    sound: bool = True

    def get(self, oid: int) -> Element | None:
        return next((element for element in self.elements if element.oid == oid), None)


def parse(memory: bytes) -> Row:
    """Return the elements in `memory`, up to the first that is not whole. Never raises."""
    found: list[Element] = []
    at = 0
    while at < len(memory) and memory[at] != 0:
        element, end = _element(memory, at)
        if end > len(memory):
            return Row(tuple(found), at, needs=end)
        if element is None or len(found) == _MAX_ELEMENTS or any(one.oid == element.oid for one in found):
            return Row(tuple(found), at, sound=False)
        found.append(element)
        at = end
    return Row(tuple(found), at, ended=at < len(memory))


def decode(memory: bytes) -> TagContent | TagFault:
    """Return what the elements say. Elements after the item number may be cut off: a kiosk reads only the first blocks.

    Never raises.
    """
    row = parse(memory)
    announced = row.get(Oid.CONTENT)
    if not row.sound or (announced and not (announced.scheme is Scheme.APPLICATION and announced.data)):
        return TagFault.BROKEN_ELEMENTS  # a content parameter is a bitmap, nothing else
    item = row.get(Oid.ITEM)
    number = item_number(item.text) if item else None
    if number is None or (item and item.scheme is Scheme.INTEGER and len(number) < _LEAST_INTEGER):
        return TagFault.TOO_SHORT if row.needs and item is None else TagFault.NO_ITEM_NUMBER
    parts, part = _set(row.get(Oid.SET))
    owner = row.get(Oid.OWNER)
    return TagContent(
        model=Model.ISO_28560_2,
        item=number,
        owner=item_number(owner.text) if owner else None,
        parts=parts,
        part=part,
        usage=_usage(row.get(Oid.USAGE)),
        elements=row.elements,
    )


def content_oids(element: Element) -> tuple[int, ...]:
    """Return the OIDs that a content parameter announces."""
    bits = "".join(format(byte, "08b") for byte in element.data)
    return tuple(_FIRST_IN_CONTENT + at for at, bit in enumerate(bits) if bit == "1")


def encode(values: Mapping[int, str], block: int = 4) -> bytes:
    """Return the row for `values` (OID to text), the item number first and filled up to whole blocks, so that it can
    be locked alone. The content parameter is made from the OIDs; usage is two hex digits. Raises ValueError for what
    cannot be written."""
    if not values.get(Oid.ITEM):
        raise ValueError("a tag needs an item number")
    rest = sorted(oid for oid in values if oid not in (Oid.ITEM, Oid.CONTENT))
    row = _pack(Oid.ITEM, *iso15962.best(values[Oid.ITEM]), block)
    if rest:
        row += _pack(Oid.CONTENT, Scheme.APPLICATION, _bitmap(rest))
    for oid in rest:
        row += _pack(oid, *_compact(oid, values[oid]))
    return row + bytes(block - len(row) % block)


def _element(memory: bytes, at: int) -> tuple[Element | None, int]:
    """Return the element at `at` (None: not one of this standard) and where it ends, beyond the memory if cut off."""
    precursor = memory[at]
    oid, offset, at = precursor & 0x0F, 0, at + 1
    has_offset = precursor >> 7
    head = at + has_offset + (oid == _EXTENDED)
    if head > len(memory):
        return None, head
    if oid == _EXTENDED:
        oid, offset = _extended(memory[at:head])
    elif has_offset:
        offset = memory[at]
    length, at = _length(memory, head)
    end = at + length + offset
    if not 1 <= oid <= LAST_OID:
        return None, 0
    if end > len(memory):
        return None, end
    scheme, data = Scheme(precursor >> 4 & 7), memory[at : at + length]
    return Element(oid, scheme, data, _text(oid, scheme, data)), end


def _extended(head: bytes) -> tuple[int, int]:
    """Return (OID, offset) from the byte or two bytes that hold them, in whichever order makes sense."""
    if len(head) == 1:
        return _EXTENDED + head[0], 0
    first, second = head
    if _EXTENDED + first > LAST_OID >= _EXTENDED + second:
        return _EXTENDED + second, first
    return _EXTENDED + first, second


def _length(memory: bytes, at: int) -> tuple[int, int]:
    """Return (length, where the data starts). Two bytes reach 16383, more than any tag holds: more are not read."""
    if at >= len(memory):
        return 0, at + 1
    if memory[at] < 0x80:
        return memory[at], at + 1
    low = memory[at + 1] if at + 1 < len(memory) else 0
    return (memory[at] & 0x7F) << 7 | low & 0x7F, at + 2


def _text(oid: int, scheme: Scheme, data: bytes) -> str | None:
    if scheme is not Scheme.APPLICATION:
        return iso15962.expand(scheme, data)
    match oid:
        case Oid.OWNER | Oid.ILL_INSTITUTION:
            return isil_expand(data)
        case _:
            return data.hex().upper()


def _compact(oid: int, text: str) -> tuple[Scheme, bytes]:
    match oid:
        case Oid.OWNER | Oid.ILL_INSTITUTION:
            try:
                return Scheme.APPLICATION, isil_compact(text)
            except ValueError:
                return iso15962.best(text)
        case Oid.USAGE:
            return Scheme.APPLICATION, bytes.fromhex(text)
        case _:
            return iso15962.best(text)


def _pack(oid: int, scheme: Scheme, data: bytes, block: int = 1) -> bytes:
    """Return one element, filled up to whole blocks of `block` bytes where that is more than 1."""
    if not 1 <= oid <= LAST_OID:
        raise ValueError(f"there is no OID {oid}")
    extended = bytes((oid - _EXTENDED,)) if oid >= _EXTENDED else b""
    length = bytes((len(data),)) if len(data) < 0x80 else bytes((0x80 | len(data) >> 7, len(data) & 0x7F))
    if len(data) >= 1 << 14:
        raise ValueError(f"{len(data)} bytes do not fit on a tag")
    precursor = scheme << 4 | min(oid, _EXTENDED)
    if block == 1:
        return bytes((precursor,)) + extended + length + data
    fill = -(2 + len(extended) + len(length) + len(data)) % block
    return bytes((precursor | 0x80,)) + extended + bytes((fill,)) + length + data + bytes(fill)


def _bitmap(oids: list[int]) -> bytes:
    size = (max(oids) - _FIRST_IN_CONTENT) // 8 + 1
    bits = sum(1 << (size * 8 - 1 - (oid - _FIRST_IN_CONTENT)) for oid in oids)
    return bits.to_bytes(size, "big")


def _set(element: Element | None) -> tuple[int, int]:
    """Return (parts in the set, which part this is): `1203` is part 3 of 12. What makes no sense is one of one."""
    text = (element.text if element else None) or ""
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        return 1, 1
    text = text.zfill(len(text) + len(text) % 2)
    parts, part = int(text[: len(text) // 2]), int(text[len(text) // 2 :])
    return (parts, part) if 1 <= part <= parts else (1, 1)


def _usage(element: Element | None) -> Usage:
    """The byte's high nibble is the class; whatever scheme an encoder named, the byte is the same."""
    return Usage.of(element.data[0] >> 4) if element and len(element.data) == 1 else Usage.NO_INFORMATION
