"""FEIG host commands: values -> bodies of requests, bodies of answers -> values. Nothing here waits or raises on input.

Source: FEIG H60301-3e (PR101) chapters 5 and 6, H01113-4e (MR102) chapters 6 and 7. A body is command [status] data;
`frames` puts it on the wire. Parsers return None for an answer that has not the shape its command promises.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from devices.drivers.feig.frames import Frame, Framer, advanced, standard
from devices.drivers.feig.status import Status
from devices.tags.content import reverse_blocks

__all__ = ["Frame", "Framer", "advanced", "standard"]

SOFTWARE_VERSION = 0x65
RF_RESET = 0x69
SET_OUTPUT = 0x71
HOST_COMMAND = 0xB0
INVENTORY = 0x01
READ_BLOCKS = 0x23
WRITE_BLOCKS = 0x24
WRITE_AFI = 0x27
SYSTEM_INFORMATION = 0x2B
CUSTOM_COMMAND = 0xB1
NXP = 0x04
SET_EAS = 0xA2
RESET_EAS = 0xA3

MORE = 0x80
ADDRESSED = 0x01
WITH_SECURITY = 0x08
UID_BYTES = 8
MAX_DATA = 128
"""Bytes of tag memory in one read or write: the manuals' own limit."""
_MAX_BLOCK = 32
"""ISO 15693-3 allows blocks of up to 32 bytes."""


class BlockOrder(Enum):
    """How a reader counts the bytes of a block: as they lie in memory, or last byte first."""

    MEMORY = auto()
    MSB_FIRST = auto()


# --- requests --------------------------------------------------------------------------------------------------------


def software_version() -> bytes:
    return bytes((SOFTWARE_VERSION,))


def rf_reset() -> bytes:
    """Switch the field off for 15 ms: tags forget that they were told to be quiet."""
    return bytes((RF_RESET,))


def inventory(more: bool = False) -> bytes:
    """Ask for the tags in the field; `more`: for the rest of what the last answer could not hold (status 0x94)."""
    return bytes((HOST_COMMAND, INVENTORY, MORE if more else 0))


def read_blocks(uid: bytes, first: int, count: int, security: bool = False) -> bytes:
    return _addressed(READ_BLOCKS, uid, bytes((first, count)), WITH_SECURITY if security else 0)


def write_blocks(uid: bytes, first: int, blocks: Sequence[bytes]) -> bytes:
    """Ask for `blocks`, all of one size, to be written from block `first` on. Raises ValueError beyond the limits."""
    size = len(blocks[0]) if blocks else 0
    if not size or any(len(block) != size for block in blocks) or size * len(blocks) > MAX_DATA:
        raise ValueError(f"cannot write {len(blocks)} blocks of {size} bytes at once")
    return _addressed(WRITE_BLOCKS, uid, bytes((first, len(blocks), size)) + b"".join(blocks))


def write_afi(uid: bytes, afi: int) -> bytes:
    """Addressed, always: unaddressed it would hit every tag in the field."""
    return _addressed(WRITE_AFI, uid, bytes((afi,)))


def system_information(uid: bytes) -> bytes:
    return _addressed(SYSTEM_INFORMATION, uid)


def set_eas(uid: bytes, on: bool) -> bytes:
    """Set or reset the electronic article surveillance bit of an NXP tag. It cannot be read back by a host command."""
    return bytes((CUSTOM_COMMAND, NXP)) + _addressed(SET_EAS if on else RESET_EAS, uid)[1:]


class Lamp(Enum):
    """Positions of the two-bit fields in the output word of [0x71]."""

    GREEN = 0
    RED = 2
    BEEPER = 4


class Output(Enum):
    UNCHANGED = 0
    ON = 1
    OFF = 2
    FLASH = 3


def set_output(outputs: dict[Lamp, Output], tenths: int, flash: int = 0) -> bytes:
    """Set lamps and beeper for `tenths` of a second; `flash` is the frequency word, two bits for each output."""
    word = sum(output.value << lamp.value for lamp, output in outputs.items())
    return b"".join((bytes((SET_OUTPUT,)), *(value.to_bytes(2, "big") for value in (word, flash, tenths, 0))))


def _addressed(command: int, uid: bytes, data: bytes = b"", mode: int = 0) -> bytes:
    if len(uid) != UID_BYTES:
        raise ValueError(f"a tag's number has 8 bytes, not {len(uid)}")
    return bytes((HOST_COMMAND, command, mode | ADDRESSED)) + uid + data


# --- answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` as sent: a `Status`, or a number this driver does not know."""

    command: int
    status: int
    data: bytes

    @property
    def error(self) -> int | None:
        """The tag's own error code, where the answer brings one."""
        return self.data[0] if self.status == Status.TAG_ERROR and self.data else None


def answer_of(frame: Frame) -> Answer | None:
    body = frame.body
    return Answer(body[0], body[1], body[2:]) if len(body) >= 2 else None


@dataclass(frozen=True, slots=True)
class Version:
    """`model` is the reader's type code; `stack` False for the family that finds only four tags at once."""

    firmware: str
    model: int
    iso15693: bool

    @property
    def name(self) -> str:
        return MODELS.get(self.model, f"FEIG type {self.model:02X}")

    @property
    def stack(self) -> bool:
        return not self.name.startswith("CPR")


MODELS = {
    0x30: "ISC.M01",
    0x31: "ISC.M02",
    0x40: "ISC.LR100",
    0x41: "ISC.LR200",
    0x60: "ISC.PRH101",
    0x61: "ISC.PRH101-U",
    0x71: "ISC.PRH100-U",
    0x72: "ISC.PRH100",
    0x73: "ISC.MR100-U",
    0x74: "ISC.MR100",
    0x75: "ISC.MR200",
    0x76: "ISC.MR101-A",
    0x78: "ISC.MR101-U",
    0x80: "CPR.M02",
    0x81: "CPR.02",
    0x82: "CPR40-U",
    0x83: "CPR40-C",
    0x84: "CPR.M03",
    0x87: "CPR.04",
    0x88: "CPR.04-USB",
    0x91: "ISC.LRU1000",
}


def parse_version(answer: Answer) -> Version | None:
    data = answer.data
    if answer.status != Status.OK or len(data) < 7:
        return None
    return Version(f"{data[0]}.{data[1]:02}", data[4], bool(data[6] & 0x08))


@dataclass(frozen=True, slots=True)
class Found:
    """A tag of ISO 15693 in the field. `uid`: 8 bytes, E0 first."""

    uid: bytes
    dsfid: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """`foreign`: tags of other kinds. `more`: the reader holds further ones. `whole` False: the tail made no sense."""

    found: tuple[Found, ...] = ()
    foreign: int = 0
    more: bool = False
    whole: bool = True


_ISO15693, _ISO14443A = 0x03, 0x04


def parse_inventory(answer: Answer) -> Inventory | None:
    """No tag at all is an empty inventory; any other failure of the reader is None."""
    if answer.status == Status.NO_TAG:
        return Inventory()
    if answer.status not in (Status.OK, Status.MORE_DATA) or not answer.data:
        return None
    count, at = answer.data[0], 1
    found: list[Found] = []
    foreign = 0
    for _ in range(count):
        size = _entry_size(answer.data[at : at + 3])
        entry = answer.data[at : at + size]
        if not size or len(entry) < size:
            return Inventory(tuple(found), foreign, answer.status == Status.MORE_DATA, whole=False)
        if entry[0] == _ISO15693:
            found.append(Found(entry[2:], entry[1]))
        else:
            foreign += 1
        at += size
    return Inventory(tuple(found), foreign, answer.status == Status.MORE_DATA)


def _entry_size(head: bytes) -> int:
    """Return the size of the entry starting with `head`; 0 for a kind whose size is not known."""
    match list(head):
        case [kind, *_] if kind == _ISO15693:
            return 2 + UID_BYTES
        case [kind, _, options] if kind == _ISO14443A:
            return 3 + (10 if options & 1 else 7)
        case _:
            return 0


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks as the reader sent them. `locked` are positions within this answer."""

    size: int
    data: tuple[bytes, ...]
    locked: frozenset[int] = frozenset()

    def memory(self, order: BlockOrder) -> bytes:
        """Return the bytes as they lie in the tag's memory."""
        joined = b"".join(self.data)
        return joined if order is BlockOrder.MEMORY else reverse_blocks(joined, self.size)


def parse_blocks(answer: Answer) -> Blocks | None:
    if answer.status != Status.OK or len(answer.data) < 2:
        return None
    count, size = answer.data[0], answer.data[1]
    rows = answer.data[2:]
    step = size + 1
    if not 1 <= size <= _MAX_BLOCK or len(rows) != count * step:
        return None
    cut = [rows[at : at + step] for at in range(0, len(rows), step)]
    return Blocks(size, tuple(row[1:] for row in cut), frozenset(at for at, row in enumerate(cut) if row[0] & 1))


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """`uid` may be right in its last four bytes only: some readers fill the rest. `blocks` is their number."""

    uid: bytes
    dsfid: int
    afi: int
    blocks: int
    block_size: int
    ic: int

    def is_of(self, uid: bytes) -> bool:
        return self.uid[-4:] == uid[-4:]


def parse_system_information(answer: Answer) -> SystemInformation | None:
    data = answer.data
    if answer.status != Status.OK or len(data) < 13:
        return None
    size, last = data[10], data[11]
    if size + 1 not in (1, 2, 4, 8, 16, 32):  # the two bytes are sent in either order
        size, last = last, size
    return SystemInformation(data[1:9], data[0], data[9], last + 1, (size & 0x1F) + 1, data[12])
