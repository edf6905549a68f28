"""What a library tag says, whichever data model it is written in."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from devices.tags.iso15962 import Scheme


class Model(Enum):
    ISO_28560_2 = auto()
    ISO_28560_3 = auto()
    RFID_501 = auto()
    """The older 3M format."""


class Usage(Enum):
    """Type of usage, the same classes in ISO 28560-2 (high nibble of OID 5) and ISO 28560-3 (a nibble of byte 0)."""

    ACQUISITION = 0
    CIRCULATION = 1
    NOT_FOR_LOAN = 2
    LOCAL_A = 3
    LOCAL_B = 4
    RESERVED = 5
    NO_INFORMATION = 6
    DISCARDED = 7
    PATRON_CARD = 8
    EQUIPMENT = 9
    UNKNOWN = 15

    @classmethod
    def of(cls, nibble: int) -> "Usage":
        return _USAGES.get(nibble, cls.UNKNOWN)


_USAGES: Final = {usage.value: usage for usage in Usage}


class TagFault(Enum):
    """Why a tag gives no item number. The value is a sentence for staff."""

    TOO_SHORT = "Too little of the tag was read to tell what is on it."
    BLANK = "The tag is blank: nothing has been written on it."
    BAD_CHECKSUM = "The tag's data is damaged: its checksum is wrong (ISO 28560-3)."
    BROKEN_ELEMENTS = "The tag's data is damaged: its elements do not fit together (ISO 28560-2)."
    NO_ITEM_NUMBER = "The tag is formatted but carries no item number."
    UNKNOWN_MODEL = "The tag is written in a data model that is not known here."


@dataclass(frozen=True, slots=True)
class Element:
    """One data element of ISO 28560-2. `text` is None where `data` cannot be read under its scheme."""

    oid: int
    scheme: Scheme
    data: bytes
    text: str | None


@dataclass(frozen=True, slots=True)
class TagContent:
    """`item` is the primary item identifier, `owner` the owner library's ISIL (`DK-718500`) or None.

    `elements` are those of ISO 28560-2 in the order read. `reversed_blocks`: each block was read last byte first.
    """

    model: Model
    item: str
    owner: str | None = None
    parts: int = 1
    part: int = 1
    usage: Usage = Usage.NO_INFORMATION
    elements: tuple[Element, ...] = ()
    reversed_blocks: bool = False


MAX_NUMBER = 40
"""Characters. No library counts further; a longer one is what damaged data looks like."""


def item_number(text: str | None) -> str | None:
    """Return `text` as it can be shown and sent to an ABIS, or None where it cannot: empty, too long or with control
    characters.

    Blanks and NULs around it are filling.
    """
    text = (text or "").strip(" \t\r\n\x00")
    return text if 0 < len(text) <= MAX_NUMBER and text.isprintable() else None


def reverse_blocks(memory: bytes, size: int = 4) -> bytes:
    """Return `memory` with the bytes of each block turned round: some readers count a block from its end."""
    return b"".join(memory[at : at + size][::-1] for at in range(0, len(memory), size))
