"""Time, so that a test can hold it."""

from datetime import datetime
from typing import Protocol

from kiosk.domain.clock import Face


class Clock(Protocol):
    def now(self) -> datetime:
        """Return aware wall time in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        ...


class Machine(Protocol):
    """What the machine itself says of time. `boot_id` names this run of it; a span compares only within one run."""

    @property
    def boot_id(self) -> str: ...

    def nanoseconds(self) -> int:
        """Return how long this run has lasted, sleep included. It never jumps."""
        ...

    def face(self) -> Face:
        """Look at the wall clock, and at what the kernel and the clock chip say of it."""
        ...
