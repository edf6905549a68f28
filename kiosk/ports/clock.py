"""Time, so that a test can hold it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Return aware wall time in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        ...
