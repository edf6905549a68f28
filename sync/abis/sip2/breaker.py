"""When to try again after a failure: at once after a lost answer, then ever more seldom. Pure: time is an argument."""

PAUSES = (0.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds after the first, second, … failure in a row. A reader waits in front of every attempt; a server that is being
restarted is not hammered by every desk of a library system."""


class Breaker:
    """Counts failures in a row. While `wait` is above zero, nothing is tried and the caller is told so at once."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def wait(self, now: float) -> float:
        """Return seconds until the next attempt is due."""
        return max(0.0, self._until - now) if self._failures else 0.0

    def failed(self, now: float, *, unconnected: bool = False) -> None:
        """A failure to connect is waited for at once: nothing is lost, nothing can be asked about."""
        self._failures = max(self._failures + 1, 2 if unconnected else 1)
        self._until = now + PAUSES[min(self._failures, len(PAUSES)) - 1]

    def succeeded(self) -> None:
        self._failures = 0
