"""What can be wrong with a received message, each by its name. Reading never raises: it reports these."""

from dataclasses import dataclass
from enum import Enum


class FaultKind(Enum):
    TOO_SHORT = "no room for the two digits of a message"
    TOO_LONG = "longer than any message we ask for; nothing of it was read"
    UNKNOWN_CODE = "these two characters begin no message of the standard"
    FIXED_FIELD_SHORT = "the message ends within its fixed fields"
    FIXED_FIELD_ODD = "a fixed field holds what the standard does not allow there"
    FIELD_WITHOUT_ID = "no two letters or digits where a field's identifier should stand"
    FIELD_WITHOUT_END = "the last field is not ended by a delimiter"
    FIELD_ODD = "a field has another width or value than the standard gives it"
    FIELD_TOO_LONG = "a value has more than 255 characters"
    FIELD_MISSING = "a field the standard requires is absent"
    FIELD_REPEATED = "a field came twice that can have one value only"
    TOO_MANY_FIELDS = "more fields than any answer we ask for; those at the end were not read"
    UNDECODABLE_BYTES = "bytes that mean nothing in this encoding; U+FFFD stands in their place"
    CONTROL_CHARACTER = "a control character within a value"
    SEQUENCE_UNREADABLE = "AY is not followed by one digit"
    SEQUENCE_ON_RESEND = "a resend request carries a sequence number"
    CHECKSUM_MISSING = "AY with its digit, and not the AZ that belongs to it"
    CHECKSUM_UNREADABLE = "AZ is not followed by hexadecimal digits, or is itself garbled"
    BAD_CHECKSUM = "the bytes do not add up to the checksum: the message was damaged on its way"
    CHECKSUM_NOT_LAST = "AY or AZ among the fields: two messages stuck together"
    BYTES_AFTER_CHECKSUM = "something follows the checksum"


BREAKING = frozenset(
    {
        FaultKind.TOO_SHORT,
        FaultKind.TOO_LONG,
        FaultKind.UNKNOWN_CODE,
        FaultKind.FIXED_FIELD_SHORT,
        FaultKind.TOO_MANY_FIELDS,
        FaultKind.CHECKSUM_UNREADABLE,
        FaultKind.BAD_CHECKSUM,
        FaultKind.CHECKSUM_NOT_LAST,
    }
)
"""After one of these nothing in the message may be believed. The others are bad manners that real servers have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` names the fixed field or the identifier; empty where the fault is the whole message's. Never a value."""

    kind: FaultKind
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.kind.value}" if self.where else self.kind.value
