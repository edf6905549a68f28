"""What a FEIG reader says of a command: status bytes and the tag's own error codes, each with words for staff.

Source: FEIG H60301-3e annex D (status bytes), ISO 15693-3 table of error codes.
"""

from enum import IntEnum


class Status(IntEnum):
    OK = 0x00
    NO_TAG = 0x01
    DATA_FALSE = 0x02
    WRITE_ERROR = 0x03
    ADDRESS_ERROR = 0x04
    WRONG_TAG_TYPE = 0x05
    AUTHENTICATION = 0x08
    GENERAL = 0x0E
    EEPROM = 0x10
    PARAMETER_RANGE = 0x11
    UNKNOWN_COMMAND = 0x80
    LENGTH = 0x81
    NOT_AVAILABLE = 0x82
    RF_ERROR = 0x83
    BUFFER_OVERFLOW = 0x93
    MORE_DATA = 0x94
    TAG_ERROR = 0x95
    HARDWARE = 0xF1


_SENTENCES = {
    Status.OK: "",
    Status.NO_TAG: "There is no tag in reach of the pad, or it was lifted too early.",
    Status.DATA_FALSE: "What a tag said arrived damaged: lay it down again, away from metal.",
    Status.WRITE_ERROR: "A tag could not be written: lay it flat in the middle of the pad.",
    Status.ADDRESS_ERROR: "A tag is smaller than its data says.",
    Status.WRONG_TAG_TYPE: "A tag of another kind lies on the pad: this command does not suit it.",
    Status.AUTHENTICATION: "The reader asks for a password: remove it with the maker's tool.",
    Status.GENERAL: "The reader reports an error of its own: switch it off and on again.",
    Status.EEPROM: "The reader cannot keep its settings: it needs repair.",
    Status.PARAMETER_RANGE: "The reader refuses a value: its firmware is older than this driver knows.",
    Status.UNKNOWN_COMMAND: "The reader does not know a command: its firmware is older than this driver knows.",
    Status.LENGTH: "The reader refuses the length of a command: its firmware is older than this driver knows.",
    Status.NOT_AVAILABLE: "The reader is in scan or buffered mode: switch it to ISO host mode with the maker's tool.",
    Status.RF_ERROR: "The radio field is disturbed: move metal, phones and other readers away from the pad.",
    Status.BUFFER_OVERFLOW: "Too many tags lie on the pad at once: lay down fewer.",
    Status.MORE_DATA: "",
    Status.TAG_ERROR: "A tag refused a command.",
    Status.HARDWARE: "The reader warns of its hardware: check its antenna and power supply.",
}


class TagError(IntEnum):
    """ISO 15693-3 error codes, sent after status 0x95."""

    NOT_SUPPORTED = 0x01
    NOT_RECOGNISED = 0x02
    OPTION = 0x03
    UNKNOWN = 0x0F
    NO_BLOCK = 0x10
    ALREADY_LOCKED = 0x11
    LOCKED = 0x12
    NOT_WRITTEN = 0x13
    NOT_LOCKED = 0x14


_TAG_SENTENCES = {
    TagError.NOT_SUPPORTED: "The tag does not know this command.",
    TagError.NOT_RECOGNISED: "The tag did not understand the command.",
    TagError.OPTION: "The tag does not know an option of the command.",
    TagError.UNKNOWN: "The tag reports an error without saying which.",
    TagError.NO_BLOCK: "The tag has no such block.",
    TagError.ALREADY_LOCKED: "The tag's block is locked already.",
    TagError.LOCKED: "The tag is locked against writing: it cannot be disarmed by anybody.",
    TagError.NOT_WRITTEN: "The tag could not keep what was written: lay it flat in the middle of the pad.",
    TagError.NOT_LOCKED: "The tag's block could not be locked.",
}
FINAL = frozenset((TagError.NOT_SUPPORTED, TagError.OPTION, TagError.ALREADY_LOCKED, TagError.LOCKED))
"""Errors that a second try cannot cure."""


def sentence(status: int) -> str:
    """Return what staff should know and do; empty where all is well."""
    return _SENTENCES[Status(status)] if status in _STATUS_VALUES else f"The reader reports status {status:02X}."


def tag_sentence(error: int) -> str:
    return _TAG_SENTENCES[TagError(error)] if error in _TAG_VALUES else f"The tag reports error {error:02X}."


_STATUS_VALUES = frozenset(Status)
_TAG_VALUES = frozenset(TagError)
