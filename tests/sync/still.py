"""Time that stands still, and folders in memory: for all tests of what keeps something."""

import os
import tempfile
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # in Moscow


class StillClock:
    """Time that stands until a test moves it: `at` is what the wall says, `seconds` what has passed."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at, self.seconds = at, 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def passes(self, by: timedelta) -> None:
        self.at += by
        self.seconds += by.total_seconds()


def memory_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that is gone behind the test, on a disk in memory where there is one: nobody cuts its power."""
    return tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
