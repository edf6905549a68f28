"""Which data model a tag is written in, told from its content: many tags carry a wrong DSFID or none.

Order of belief: a right checksum (ISO 28560-3), then a sound row of elements that starts with the item number
(ISO 28560-2), then the 3M head. Each as read and with every block turned round, since readers and encoders differ.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from devices.tags import iso28560_2, iso28560_3, rfid501
from devices.tags.content import Element, TagContent, TagFault, reverse_blocks
from devices.tags.iso28560_3 import Likeness

_Decode: TypeAlias = Callable[[bytes], TagContent | TagFault]

DSFID_2 = 0x06
DSFID_3 = 0x3E
_LEAST = 8
"""Bytes below which nothing can be told."""
_FIRST_READ = 32


def read_tag(memory: bytes, dsfid: int | None = None, block: int = 4) -> TagContent | TagFault:
    """Return what the tag says, or why it says nothing. Never raises.

    `memory` is the whole tag, or as much of it as `bytes_wanted` asks for. `dsfid` settles only what content leaves
    open: a tag that passes the checksum of one model but has its item number in the other, and the words for a fault.
    """
    if len(memory) < _LEAST:
        return TagFault.TOO_SHORT
    if not memory.strip(b"\x00") or not memory.strip(b"\xff"):
        return TagFault.BLANK
    both = (memory, reverse_blocks(memory, block))
    decodes: list[_Decode] = [iso28560_3.decode]
    if not _danish(both, dsfid):
        announced = max(map(iso28560_3.likeness, both)) > Likeness.NONE
        decodes += [partial(_elements, must_announce=announced), rfid501.decode]
    for decode in decodes:
        for data in both:
            content = decode(data)
            if isinstance(content, TagContent):
                return replace(content, reversed_blocks=data is not memory)
    return _fault(both, dsfid)


def bytes_wanted(first: bytes, block: int = 4) -> int:
    """Return how many bytes of the tag should be read in all, seeing the first ones: no more than these if they tell
    everything a kiosk asks for. The answer may lie beyond the tag's end."""
    if len(first) < _LEAST:
        return _FIRST_READ
    if not first.strip(b"\x00") or not first.strip(b"\xff"):
        return len(first)
    both = (first, reverse_blocks(first, block))
    if any(iso28560_3.checks(data) for data in both):
        return len(first)
    rows = [(iso28560_2.parse(data), data) for data in both]
    wanted = [_needed(row, len(data)) for row, data in rows if row.sound and _starts_with_item(row, data)]
    if not wanted or max(map(iso28560_3.likeness, both)) > Likeness.NONE:
        wanted.append(iso28560_3.BASIC)
    return max(len(first), *wanted)


def _danish(both: tuple[bytes, bytes], dsfid: int | None) -> bool:
    """Whether this is ISO 28560-3 and nothing else, however damaged."""
    if dsfid == DSFID_3 or max(map(iso28560_3.likeness, both)) is Likeness.FULL:
        return True
    return dsfid != DSFID_2 and any(map(iso28560_3.checks, both))


def _elements(memory: bytes, must_announce: bool) -> TagContent | TagFault:
    """Return what a row of elements says that can be believed: a damaged Danish tag must not become another item."""
    row = iso28560_2.parse(memory)
    if not row.sound or not _starts_with_item(row, memory) or any(one.text is None for one in row.elements):
        return TagFault.BROKEN_ELEMENTS
    if row.needs and _needed(row, len(memory)) > len(memory):
        return TagFault.TOO_SHORT
    content = row.get(iso28560_2.Oid.CONTENT)
    if content is not None:
        believed = _announced(row, content)
    else:  # nothing but the bytes themselves speaks for it
        believed = not must_announce and not row.needs and not memory[row.end :].strip(b"\x00")
    return iso28560_2.decode(memory) if believed else TagFault.BROKEN_ELEMENTS


def _announced(row: iso28560_2.Row, content: Element) -> bool:
    """Whether the elements are those that the content parameter announces, or as many of them as were read."""
    announced = set(iso28560_2.content_oids(content))
    found = {one.oid for one in row.elements} - {iso28560_2.Oid.ITEM, iso28560_2.Oid.CONTENT}
    return found == announced if row.ended else found <= announced


def _starts_with_item(row: iso28560_2.Row, data: bytes) -> bool:
    first = row.elements[0].oid if row.elements else data[0] & 0x0F
    return first == iso28560_2.Oid.ITEM


def _needed(row: iso28560_2.Row, held: int) -> int:
    """Return the bytes needed for item number, owner, set and usage, as far as the content parameter announces them."""
    asked = {iso28560_2.Oid.OWNER, iso28560_2.Oid.SET, iso28560_2.Oid.USAGE}
    content = row.get(iso28560_2.Oid.CONTENT)
    announced = set(iso28560_2.content_oids(content)) if content else set(asked)
    missing = (asked & announced) - {element.oid for element in row.elements}
    if row.ended or (row.elements and not missing):
        return held
    return row.needs or held + 1


def _fault(both: tuple[bytes, bytes], dsfid: int | None) -> TagFault:
    """Every way of reading has failed: say the most telling of their reasons."""
    if any(iso28560_3.checks(data) for data in both):
        return TagFault.NO_ITEM_NUMBER
    if dsfid == DSFID_3 or max(map(iso28560_3.likeness, both)) is Likeness.FULL:
        return TagFault.BAD_CHECKSUM
    if dsfid == DSFID_2:
        return TagFault.NO_ITEM_NUMBER if iso28560_2.parse(both[0]).sound else TagFault.BROKEN_ELEMENTS
    return TagFault.UNKNOWN_MODEL
