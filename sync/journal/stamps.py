"""When a row was written, in the two times a machine has: one that orders within a boot, one that people read."""

import ctypes
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.domain.clock import RELEASE, Face, Trust
from kiosk.ports.clock import Clock

EARLIEST = RELEASE
LOOKED_FOR_NS = 10_000_000_000  # a clock that came right is believed within ten seconds
CHIP_AGREES = timedelta(days=1)  # a chip that keeps local time differs by up to 14 hours, a dead one by years
UNSYNCHRONISED = 0x40  # STA_UNSYNC of linux/timex.h


class Quality(StrEnum):
    """How far the wall clock of a row may be believed."""

    NTP = "ntp"
    RTC = "rtc"
    RESTORED = "restored"
    """The clock is not believed: this is the last believed time, run on. It may lag, and never leads."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stamp:
    """`boottime_ns` counts from boot, sleep included, and never jumps; it compares only within one `boot_id`."""

    boot_id: str
    boottime_ns: int
    wall: datetime
    quality: Quality = Quality.UNKNOWN


QUALITY = {Trust.SYNCED: Quality.NTP, Trust.KEPT: Quality.RTC, Trust.DOUBTFUL: Quality.RESTORED}
RANK = (Quality.UNKNOWN, Quality.RESTORED, Quality.RTC, Quality.NTP)


class Boot(Protocol):
    """What the machine knows of its own running time."""

    @property
    def boot_id(self) -> str: ...

    def nanoseconds(self) -> int: ...

    def quality(self) -> Quality: ...


class _Timex(ctypes.Structure):
    """The beginning of the kernel's `struct timex`; what follows is not looked at, and there is room for it."""

    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("more", ctypes.c_byte * 512),
    )  # fmt: skip


def kernel_says() -> bool | None:
    """Return whether the kernel was told that its clock is synchronised, by whichever service (adjtimex(2), which needs
    no rights to read); None where it may not be asked. chronyd tells it only with `rtcsync`, as distributions have it.
    """
    asked = _Timex()  # modes 0: nothing is set
    try:
        failed = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(asked)) < 0
    except (OSError, AttributeError):
        return None
    return None if failed else not asked.status & UNSYNCHRONISED


class ThisMachine:
    """Linux: `/proc/sys/kernel/random/boot_id`, CLOCK_BOOTTIME, what kernel and clock chip say of the time."""

    def __init__(self, root: Path = Path("/"), kernel: Callable[[], bool | None] = kernel_says) -> None:
        self._root, self._kernel = root, kernel
        self._quality = Quality.UNKNOWN
        self._looked_ns: int | None = None
        try:
            self._boot_id = (root / "proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:
            self._boot_id = str(uuid.uuid4())  # orders the rows of this process, and claims no more

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def nanoseconds(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def face(self) -> Face:
        wall, running = datetime.now(UTC), timedelta(microseconds=self.nanoseconds() // 1000)
        return Face(wall, running, self.synced(), self.chip_agrees(wall))

    def quality(self) -> Quality:
        now = self.nanoseconds()
        if self._looked_ns is None or now - self._looked_ns > LOOKED_FOR_NS:
            self._quality, self._looked_ns = self._look(), now
        return self._quality

    def synced(self) -> bool:
        """By the network, or whatever else the kernel's clock is disciplined by."""
        said = self._kernel()
        return (self._root / "run/systemd/timesync/synchronized").exists() if said is None else said

    def has_chip(self) -> bool:
        return (self._root / "dev/rtc0").exists() or (self._root / "sys/class/rtc/rtc0").exists()

    def chip_agrees(self, wall: datetime) -> bool:
        """Whether there is a clock chip that ran on while the machine was off. One that lost its battery is years away
        from a wall clock that the system has put back to the last time it knew."""
        try:
            chip = int((self._root / "sys/class/rtc/rtc0/since_epoch").read_text("ascii"))
        except (OSError, ValueError):
            return self.has_chip()
        return abs(wall.timestamp() - chip) <= CHIP_AGREES.total_seconds()

    def _look(self) -> Quality:
        if self.synced():
            return Quality.NTP
        if self.chip_agrees(datetime.now(UTC)):
            return Quality.RTC
        if (self._root / "var/lib/systemd/timesync/clock").exists():
            return Quality.RESTORED
        return Quality.UNKNOWN


def stamp(clock: Clock, boot: Boot) -> Stamp:
    """Return the present, with its wall clock doubted where it lies before any build of this program."""
    wall = clock.now()
    quality = boot.quality() if wall >= EARLIEST else Quality.UNKNOWN
    return Stamp(boot.boot_id, boot.nanoseconds(), wall, quality)


def dated(own: Stamp, best: Stamp | None) -> Stamp:
    """Return a stamp as it is known today: `best` is the last of the best-believed looks at the clock in the same run
    of the machine, and the running time between them tells the rest. Nothing is made worse by it."""
    if best is None or best.boot_id != own.boot_id or RANK.index(best.quality) < RANK.index(own.quality):
        return own
    if best.quality not in (Quality.NTP, Quality.RTC):
        return own
    apart = timedelta(microseconds=(own.boottime_ns - best.boottime_ns) // 1000)
    return replace(own, wall=best.wall + apart, quality=best.quality)
