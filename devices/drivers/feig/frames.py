"""FEIG OBID host protocol: bytes <-> frames. No port, no clock, no thread in here.

    standard   LEN ADR command [status] data CRC CRC              LEN counts everything, itself too
    advanced   02 LEN LEN ADR command [status] data CRC CRC       high byte first; a standard frame is never 2 long

Source: FEIG H60301-3e and H20800-16e chapter 3 (frames), annex (CRC16: 0x8408 reflected, preset FFFF, low byte first).
Status stands in answers only. A reader meets a broken frame with silence, so a framer that waits for the rest of
something that will never come must be told by its driver when the answer's time is over (`give_up`).
"""

from dataclasses import dataclass

from devices.tags.crc import crc_host

MAX_FRAME = 2048
"""Bytes. The largest answer asked for is an inventory of 200 tags; a peer cannot make us hold more."""
ANY_READER = 0xFF
"""Universal address: whichever reader is on the line answers."""
_ADVANCED = 0x02
_LEAST_STANDARD = 5
_LEAST_ADVANCED = 7


@dataclass(frozen=True, slots=True)
class Frame:
    """`body` is command [status] data, never empty."""

    address: int
    body: bytes
    advanced: bool = False


class Framer:
    """Feed what arrived, take the frames it completed. Junk never raises.

    >>> Framer().feed(standard(b"\\x65"))
    [Frame(address=255, body=b'e', advanced=False)]
    """

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def holds(self) -> bool:
        """Whether the beginning of a frame (or junk that looks like it) is held."""
        return bool(self._held)

    def feed(self, arrived: bytes) -> list[Frame]:
        self._held += arrived
        frames: list[Frame] = []
        while self._held:
            length = _length(self._held)
            if length is None or len(self._held) < length <= MAX_FRAME:
                break
            frame = _parse(bytes(self._held[:length])) if length <= MAX_FRAME else None
            del self._held[: length if frame else 1]  # not a frame: look one byte further on
            if frame:
                frames.append(frame)
        return frames

    def give_up(self) -> list[Frame]:
        """Take what was held for the beginning of a frame as junk; return the frames found behind it, hold nothing."""
        frames: list[Frame] = []
        while self._held:
            del self._held[0]
            frames += self.feed(b"")
        return frames

    def reset(self) -> None:
        self._held.clear()


def standard(body: bytes, address: int = ANY_READER) -> bytes:
    """Return a standard frame. Raises ValueError for a body above 250 bytes, which needs an advanced one."""
    if len(body) > 0xFF - 4:
        raise ValueError(f"{len(body)} bytes do not fit into a standard frame")
    return _closed(bytes((len(body) + 4, address)) + body)


def advanced(body: bytes, address: int = ANY_READER) -> bytes:
    return _closed(bytes((_ADVANCED,)) + (len(body) + 6).to_bytes(2, "big") + bytes((address,)) + body)


def _closed(head: bytes) -> bytes:
    return head + crc_host(head).to_bytes(2, "little")


def _length(held: bytearray) -> int | None:
    """Total length the first bytes announce, or None while that cannot be known. 0: no frame starts like this."""
    if held[0] != _ADVANCED:
        return held[0] if held[0] >= _LEAST_STANDARD else 0
    if len(held) < 3:
        return None
    length = int.from_bytes(held[1:3], "big")
    return length if length >= _LEAST_ADVANCED else 0


def _parse(raw: bytes) -> Frame | None:
    if len(raw) < _LEAST_STANDARD or crc_host(raw[:-2]) != int.from_bytes(raw[-2:], "little"):
        return None
    if raw[0] == _ADVANCED:
        return Frame(raw[3], raw[4:-2], advanced=True)
    return Frame(raw[1], raw[2:-2])
