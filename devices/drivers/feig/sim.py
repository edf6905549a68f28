"""A FEIG reader in software: answers host frames byte for byte as the manuals say, and says how long each answer took.

Time is computed from the air (`air`), the tag's programming and the serial line, never waited for. Broken frames,
frames with a gap of more than 12 ms inside and requests that come less than 5 ms after an answer meet silence.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto

from devices.drivers.feig import air, codec
from devices.drivers.feig.field import Field, VirtualTag, tag_of_2
from devices.drivers.feig.frames import Frame, Framer, advanced, standard
from devices.drivers.feig.status import Status, TagError
from devices.tags.content import reverse_blocks
from devices.transport.simline import Sent


class Fault(Enum):
    """What goes wrong in the reader or in its field. Faults of the line are `LineFault`."""

    WRONG_CHECKSUM = auto()
    RF_ERROR = auto()
    SCAN_MODE = auto()
    FOUR_TAGS = auto()
    """The CPR family: at most four tags in an inventory, whatever lies there."""
    DUPLICATE_UID = auto()
    ONCE_ONLY = auto()
    """A reader configured to report each tag once, until the next RF reset."""
    WRITE_ERROR = auto()
    WRITE_LOST = auto()
    """Says it wrote, but the tag did not keep it."""
    WRITE_UNANSWERED = auto()
    """The tag keeps it, but its answer is lost."""
    TAG_LEAVES_MID_WRITE = auto()
    AFI_LOCKED = auto()
    NO_SYSTEM_INFORMATION = auto()
    """Tags that do not know that command: nothing can be read back from them."""


BITS_PER_BYTE = 11
"""8E1: start, eight data, parity, stop."""
PSST = 5e-3
"""Silence that a reader needs between its answer and the next request."""
CHARACTER_GAP = 12e-3
_OWN_COMMAND = 1e-3
"""Commands that need no field: about a millisecond of the reader's processor."""
_VERSION = bytes((0x03, 0x07, 0x00, 0x00, 0x76, 0x00, 0x08))
"""Firmware 3.07 of an MR101-A/PR101-A that knows ISO 15693."""
_SMALL_VERSION = bytes((0x02, 0x00, 0x00, 0x00, 0x80, 0x00, 0x08))
"""Firmware 2.00 of a CPR.M02."""
_ADDRESS = 0x00
_MASK_MODE = 0x07


class _Custom(IntEnum):
    """Commands of one maker, as (maker, command) in one number."""

    SET_EAS = codec.NXP << 8 | codec.SET_EAS
    RESET_EAS = codec.NXP << 8 | codec.RESET_EAS


_TAG_COMMANDS = frozenset((codec.READ_BLOCKS, codec.WRITE_BLOCKS, codec.WRITE_AFI, codec.SYSTEM_INFORMATION, *_Custom))


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    data: bytes = b""
    seconds: float = _OWN_COMMAND


@dataclass(slots=True)
class SimReader:
    """`baud` None: USB or TCP, where bytes take no time. `per_answer`: tags that one inventory answer holds."""

    pad: Field
    baud: int | None = 38400
    per_answer: int = 24
    msb_first: bool = True
    faults: set[Fault] = field(default_factory=set)
    dropped: int = 0
    """Requests that came too early or with a gap inside."""
    exchanges: int = 0
    _framer: Framer = field(default_factory=Framer)
    _laid: int = 0
    _last_byte: float = 0.0
    _free_at: float = 0.0
    _rest: list[VirtualTag] = field(default_factory=list)
    _reported: set[bytes] = field(default_factory=set)

    def receive(self, arrived: bytes, now: float) -> list[Sent]:
        if self._framer.holds and now - self._last_byte > CHARACTER_GAP:
            self._framer.reset()
            self.dropped += 1
        self._last_byte = now
        if self.baud and now < self._free_at - 1e-9:
            self.dropped += 1
            return []
        sent = []
        for frame in self._framer.feed(arrived):
            sent.append(self._answer(frame))
            self._free_at = now + sent[-1].after + PSST
        return sent

    def act(self, now: float) -> list[Sent]:  # noqa: ARG002 - laying down takes no time
        """Lay one more book on the pad; it says nothing by itself."""
        self._laid += 1
        uid = b"\xe0\x04\x01\x50" + self._laid.to_bytes(4, "big")
        self.pad.lay(tag_of_2(uid, f"302340005{self._laid:05}", owner="RU-10015053"))
        return []

    def line_seconds(self, size: int) -> float:
        return size * BITS_PER_BYTE / self.baud if self.baud else 0.0

    def _answer(self, frame: Frame) -> Sent:
        self.exchanges += 1
        reply = self._do(frame.body)
        body = bytes((frame.body[0], reply.status)) + reply.data
        wide = frame.advanced or len(body) + 4 > 0xFF
        data = advanced(body, _ADDRESS) if wide else standard(body, _ADDRESS)
        if Fault.WRONG_CHECKSUM in self.faults:
            data = data[:-1] + bytes((data[-1] ^ 0xFF,))
        asked = len(frame.body) + (6 if frame.advanced else 4)
        return Sent(self.line_seconds(asked) + reply.seconds + self.line_seconds(len(data)), data)

    def _do(self, body: bytes) -> _Reply:
        match list(body):
            case [codec.SOFTWARE_VERSION]:
                return _Reply(Status.OK, _SMALL_VERSION if Fault.FOUR_TAGS in self.faults else _VERSION)
            case [codec.RF_RESET]:
                self._reported.clear()
                return _Reply(Status.OK, seconds=air.RF_RESET)
            case [codec.SET_OUTPUT, *rest]:
                return _Reply(Status.OK if len(rest) == 8 else Status.LENGTH)
            case [codec.HOST_COMMAND | codec.CUSTOM_COMMAND, *_] if Fault.SCAN_MODE in self.faults:
                return _Reply(Status.NOT_AVAILABLE)
            case [codec.HOST_COMMAND | codec.CUSTOM_COMMAND, *_] if Fault.RF_ERROR in self.faults:
                return _Reply(Status.RF_ERROR, seconds=air.LEAST_HOST_COMMAND)
            case [codec.HOST_COMMAND, codec.INVENTORY, mode]:
                return self._inventory(bool(mode & codec.MORE))
            case [codec.HOST_COMMAND, command, mode, *_]:
                return self._on_tag(command, mode, body[3:])
            case [codec.CUSTOM_COMMAND, codec.NXP, command, mode, *_]:
                return self._on_tag(codec.NXP << 8 | command, mode, body[4:])
            case [codec.HOST_COMMAND | codec.CUSTOM_COMMAND, *_]:
                return _Reply(Status.LENGTH)
            case _:
                return _Reply(Status.UNKNOWN_COMMAND)

    # --- inventory ---------------------------------------------------------------------------------------------------

    def _inventory(self, more: bool) -> _Reply:
        seconds = air.LEAST_HOST_COMMAND
        if not more:
            by_uid = {tag.uid: tag for tag in self.pad.tags() if not self._quiet(tag)}
            found, seconds = air.anticollision(list(by_uid))
            self._rest = [by_uid[uid] for uid in found[: 4 if Fault.FOUR_TAGS in self.faults else None]]
            if Fault.DUPLICATE_UID in self.faults:
                self._rest += self._rest[:1]
        now, self._rest = self._rest[: self.per_answer], self._rest[self.per_answer :]
        self._reported.update(tag.uid for tag in now)
        if not now:
            return _Reply(Status.NO_TAG, seconds=seconds)
        entries = b"".join(bytes((0x03, tag.dsfid)) + tag.uid for tag in now)
        status = Status.MORE_DATA if self._rest else Status.OK
        return _Reply(status, bytes((len(now),)) + entries, max(seconds, air.LEAST_HOST_COMMAND))

    def _quiet(self, tag: VirtualTag) -> bool:
        return Fault.ONCE_ONLY in self.faults and tag.uid in self._reported

    # --- one tag -----------------------------------------------------------------------------------------------------

    def _on_tag(self, command: int, mode: int, rest: bytes) -> _Reply:
        if mode & _MASK_MODE == codec.ADDRESSED:
            uid, rest = rest[: codec.UID_BYTES], rest[codec.UID_BYTES :]
            tag = self.pad.get(uid)
            tags = [tag] if tag else []
        else:
            tags = list(self.pad.tags())
        if not tags:
            return _Reply(Status.NO_TAG, seconds=max(air.unanswered(len(rest)), air.LEAST_HOST_COMMAND))
        replies = [self._one(command, tag, rest, bool(mode & codec.WITH_SECURITY)) for tag in tags]
        if len(replies) > 1 and replies[0].data:
            return _Reply(Status.RF_ERROR, seconds=air.LEAST_HOST_COMMAND)  # all tags answered at once
        return replies[0]

    def _one(self, command: int, tag: VirtualTag, rest: bytes, with_security: bool) -> _Reply:
        match command, list(rest):
            case codec.READ_BLOCKS, [first, count] if 0 < count * tag.block_size <= codec.MAX_DATA:
                return self._read(tag, first, count, with_security)
            case codec.WRITE_BLOCKS, [first, count, size, *data]:
                if size == tag.block_size and 0 < count * size == len(data):
                    return self._write(tag, first, [bytes(data[at : at + size]) for at in range(0, len(data), size)])
                return _Reply(Status.LENGTH)
            case codec.WRITE_AFI, [_] if tag.afi_locked or Fault.AFI_LOCKED in self.faults:
                return _refused(TagError.LOCKED, air.write(1, 0))
            case codec.WRITE_AFI, [afi]:
                return self._kept(tag, 1, lambda: setattr(tag, "afi", afi))
            case codec.SYSTEM_INFORMATION, [] if Fault.NO_SYSTEM_INFORMATION in self.faults:
                return _refused(TagError.NOT_SUPPORTED, air.write(0, 0))
            case codec.SYSTEM_INFORMATION, []:
                memory = bytes((tag.block_size - 1, tag.blocks - 1))
                said = bytes((tag.dsfid,)) + tag.uid + bytes((tag.afi,)) + memory + b"\x01"
                return _Reply(Status.OK, said, air.system_information())
            case _Custom.SET_EAS | _Custom.RESET_EAS, []:
                return self._kept(tag, 1, lambda: setattr(tag, "eas", command == _Custom.SET_EAS))
            case _:
                return _Reply(Status.LENGTH if command in _TAG_COMMANDS else Status.UNKNOWN_COMMAND)

    def _read(self, tag: VirtualTag, first: int, count: int, with_security: bool) -> _Reply:
        if first + count > tag.blocks:
            return _refused(TagError.NO_BLOCK, air.write(2, 0))
        rows = b""
        for number in range(first, first + count):
            locked = with_security and number in tag.locked_blocks
            rows += bytes((1 if locked else 0,)) + self._turned(tag.block(number))
        return _Reply(Status.OK, bytes((count, tag.block_size)) + rows, air.read(count, tag.block_size))

    def _write(self, tag: VirtualTag, first: int, blocks: list[bytes]) -> _Reply:
        """Write block by block; an answer that is not OK names the block it stopped at."""
        seconds = 0.0
        for at, data in enumerate(blocks, first):
            reply = self._write_block(tag, at, data)
            seconds += reply.seconds
            if reply.status != Status.OK:
                return _Reply(reply.status, reply.data + bytes((at & 0xFF,)), seconds)
        return _Reply(Status.OK, seconds=seconds)

    def _write_block(self, tag: VirtualTag, at: int, data: bytes) -> _Reply:
        if at >= tag.blocks:
            return _refused(TagError.NO_BLOCK, air.write(1 + len(data), 0))
        if at in tag.locked_blocks:
            return _refused(TagError.LOCKED, air.write(1 + len(data), 0))
        return self._kept(tag, 1 + len(data), lambda: tag.write(at, self._turned(data)))

    def _kept(self, tag: VirtualTag, payload: int, change: Callable[[], None]) -> _Reply:
        """Let the tag keep a change, unless a fault says otherwise."""
        seconds = air.write(payload, tag.programming)
        if Fault.TAG_LEAVES_MID_WRITE in self.faults:
            self.pad.lift(tag.uid)
            return _Reply(Status.WRITE_ERROR, seconds=seconds)
        if Fault.WRITE_ERROR in self.faults:
            return _Reply(Status.WRITE_ERROR, seconds=seconds)
        if Fault.WRITE_LOST not in self.faults:
            change()
        if Fault.WRITE_UNANSWERED in self.faults:
            return _Reply(Status.RF_ERROR, seconds=seconds)
        return _Reply(Status.OK, seconds=seconds)

    def _turned(self, block: bytes) -> bytes:
        return reverse_blocks(block, len(block)) if self.msb_first else block


def _refused(error: TagError, seconds: float) -> _Reply:
    return _Reply(Status.TAG_ERROR, bytes((error,)), max(seconds, air.LEAST_HOST_COMMAND))
