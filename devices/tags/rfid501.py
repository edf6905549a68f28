"""The 3M "RFID 501" format, still on many older tags: read only.

| 0 | 04 | 1 | which part (high nibble), parts (low) | 2 | 00 | 3 | item type |
| 4 | item number, 16 bytes, filled with 00 | 20 | branch (12 bits) and library (20 bits) | 24 | custom (4) |
Source: the field names and order of the Biblio-RFID project's notes on this format.
"""

from devices.tags.content import Model, TagContent, TagFault, Usage, item_number

_HEAD = 0x04
_SIZE = 20


def decode(memory: bytes) -> TagContent | TagFault:
    """Return what the tag says. The library number is 3M's own, not an ISIL, and is not kept. Never raises."""
    if len(memory) < _SIZE:
        return TagFault.TOO_SHORT
    field = memory[4:20].rstrip(b"\x00")
    if memory[0] != _HEAD or memory[2] != 0 or b"\x00" in field or not field.isascii():
        return TagFault.UNKNOWN_MODEL
    number = item_number(field.decode("ascii"))
    if number is None:
        return TagFault.UNKNOWN_MODEL
    part, parts = memory[1] >> 4, memory[1] & 0x0F
    counted = 1 <= part <= parts
    return TagContent(
        Model.RFID_501,
        number,
        parts=parts if counted else 1,
        part=part if counted else 1,
        usage=Usage.CIRCULATION,
    )
