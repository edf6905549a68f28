"""When a row was written, in the two times a machine has: one that orders within a boot, one that people read."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.ports.clock import Clock

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # no build is older: an earlier wall clock has lost its battery
LOOKED_FOR_NS = 10_000_000_000  # a clock that came right is believed within ten seconds


class Quality(StrEnum):
    """How far the wall clock of a row may be believed."""

    NTP = "ntp"
    RTC = "rtc"
    RESTORED = "restored"
    """No clock chip: the time of the last shutdown was put back at boot."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stamp:
    """`boottime_ns` counts from boot, sleep included, and never jumps; it compares only within one `boot_id`."""

    boot_id: str
    boottime_ns: int
    wall: datetime
    quality: Quality = Quality.UNKNOWN


class Boot(Protocol):
    """What the machine knows of its own running time."""

    @property
    def boot_id(self) -> str: ...

    def nanoseconds(self) -> int: ...

    def quality(self) -> Quality: ...


class ThisMachine:
    """Linux: `/proc/sys/kernel/random/boot_id`, CLOCK_BOOTTIME, and what systemd-timesyncd says of the wall clock."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
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

    def quality(self) -> Quality:
        now = self.nanoseconds()
        if self._looked_ns is None or now - self._looked_ns > LOOKED_FOR_NS:
            self._quality, self._looked_ns = self._look(), now
        return self._quality

    def _look(self) -> Quality:
        if (self._root / "run/systemd/timesync/synchronized").exists():
            return Quality.NTP
        if (self._root / "dev/rtc0").exists():
            return Quality.RTC
        if (self._root / "var/lib/systemd/timesync/clock").exists():
            return Quality.RESTORED
        return Quality.UNKNOWN


def stamp(clock: Clock, boot: Boot) -> Stamp:
    """Return the present, with its wall clock doubted where it lies before any build of this program."""
    wall = clock.now()
    quality = boot.quality() if wall >= EARLIEST else Quality.UNKNOWN
    return Stamp(boot.boot_id, boot.nanoseconds(), wall, quality)
