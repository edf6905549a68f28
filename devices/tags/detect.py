"""Which data model a tag is written in, told from its content: many tags carry a wrong DSFID or none.

Order of belief: a right checksum (ISO 28560-3), then a sound row of elements that starts with the item number
(ISO 28560-2), then the 3M head. Each as read and with every block turned round, since readers and encoders differ.
"""

from dataclasses import replace

from devices.tags import iso28560_2, iso28560_3, rfid501
from devices.tags.content import TagContent, TagFault, reverse_blocks

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
    decodes = [iso28560_3.decode]
    if dsfid == DSFID_2 or not any(iso28560_3.checks(data) for data in both):
        decodes += [_elements, rfid501.decode]
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
    if not any(iso28560_3.looks(data) for data in both):
        for data in both:
            row = iso28560_2.parse(data)
            if row.sound and _starts_with_item(row, data):
                return _needed(row, len(data))
    return max(len(first), iso28560_3.BASIC)


def _elements(memory: bytes) -> TagContent | TagFault:
    """Return what a row of elements says that starts with the item number and is not cut off before its end, or only
    behind all that is asked of it."""
    row = iso28560_2.parse(memory)
    if iso28560_3.looks(memory) or not row.sound or not _starts_with_item(row, memory):
        return TagFault.BROKEN_ELEMENTS
    return TagFault.TOO_SHORT if _needed(row, len(memory)) > len(memory) else iso28560_2.decode(memory)


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
    if dsfid == DSFID_3 or any(iso28560_3.looks(data) for data in both):
        return TagFault.BAD_CHECKSUM
    if dsfid == DSFID_2:
        return TagFault.NO_ITEM_NUMBER if iso28560_2.parse(both[0]).sound else TagFault.BROKEN_ELEMENTS
    return TagFault.UNKNOWN_MODEL
