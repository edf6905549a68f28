"""The wire between a driver and a simulator: a sans-IO device, faults of the line, and a line in memory.

A simulator takes bytes with the time they arrived, and answers with bytes and how long after that each is complete at
the other end. Who carries them waits (`simserve`, for a pty or TCP port) or lets a virtual clock run (`MemoryLine`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from random import Random
from typing import Protocol

from devices.transport.port import WireFault


@dataclass(frozen=True, slots=True)
class Sent:
    """`data` is complete on the wire `after` seconds from now."""

    after: float
    data: bytes


class SimDevice(Protocol):
    """A simulated device: bytes and time in, bytes and time out. It never waits and never raises on any bytes."""

    def receive(self, arrived: bytes, now: float) -> Sequence[Sent]: ...


class LineFault(Enum):
    """What goes wrong between any device and its driver."""

    SILENT = auto()
    GARBAGE = auto()
    TRUNCATED = auto()
    BIT_FLIPPED = auto()
    NOISE_BEFORE = auto()
    PIECEMEAL = auto()
    SLOW = auto()


SLOW_BY = 3.0
"""Seconds; longer than a driver waits for an answer, so that the answer meets the next question."""
_GARBAGE_MOST = 64


def bend(sent: Sequence[Sent], faults: frozenset[LineFault], random: Random) -> list[Sent]:
    """Return what arrives of `sent` on a line with `faults`."""
    return [piece for one in sent for piece in _bent(one, faults, random)]


def _bent(sent: Sent, faults: frozenset[LineFault], random: Random) -> list[Sent]:
    data, after = sent.data, sent.after
    if LineFault.SILENT in faults or not data:
        return []
    if LineFault.GARBAGE in faults:
        data = random.randbytes(random.randint(1, _GARBAGE_MOST))
    if LineFault.TRUNCATED in faults:
        data = data[: len(data) * 2 // 3]
    if LineFault.BIT_FLIPPED in faults and data:
        at = random.randrange(len(data))
        data = data[:at] + bytes((data[at] ^ 1 << random.randrange(8),)) + data[at + 1 :]
    if LineFault.NOISE_BEFORE in faults:
        data = random.randbytes(random.randint(1, 4)) + data
    if LineFault.SLOW in faults:
        after += SLOW_BY
    if LineFault.PIECEMEAL in faults:
        return [Sent(after, data[at : at + 1]) for at in range(len(data))]
    return [Sent(after, data)]


@dataclass(slots=True)
class VirtualTime:
    """A clock that only moves when somebody waits. Seconds."""

    now: float = 0.0
    stopped: bool = False

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += max(seconds, 0.0)


@dataclass(slots=True)
class MemoryLine:
    """A `Port` straight into a simulator, in virtual time: a minute of traffic takes a moment."""

    device: SimDevice
    time: VirtualTime
    faults: set[LineFault] = field(default_factory=set)
    plugged: bool = True
    wire: str = "memory"
    _random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - noise on a line, the same in every run
    _coming: list[tuple[float, bytes]] = field(default_factory=list)

    def read(self, most: int, timeout: float) -> bytes:
        self._alive()
        if not self._coming or self._coming[0][0] > self.time.now + timeout:
            self.time.wait(timeout)
            return b""
        at, data = self._coming.pop(0)
        self.time.now = max(self.time.now, at)
        if len(data) > most:
            self._coming.insert(0, (at, data[most:]))
        return data[:most]

    def write(self, data: bytes) -> None:
        self._alive()
        self.push(self.device.receive(data, self.time.now))

    def push(self, sent: Sequence[Sent]) -> None:
        """Let the device send by itself, as a scanner does."""
        for one in bend(sent, frozenset(self.faults), self._random):
            self._coming.append((self.time.now + one.after, one.data))  # in turn: nothing overtakes on a wire

    def close(self) -> None:
        self._coming.clear()

    def _alive(self) -> None:
        if not self.plugged:
            raise WireFault(self.wire, "unplugged")
