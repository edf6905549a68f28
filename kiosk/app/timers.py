"""Named timers of the runtime thread: started again from the beginning, stopped, and asked which is over."""

from kiosk.events import Timer
from kiosk.ports.clock import Clock


class Timers:
    """Used by one thread. Nothing runs by itself: `over` is asked when `next_in` has passed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[Timer, float] = {}

    def start(self, timer: Timer, seconds: float) -> None:
        self._due[timer] = self._clock.monotonic() + seconds

    def stop(self, timer: Timer) -> None:
        self._due.pop(timer, None)

    def next_in(self) -> float | None:
        """Return seconds until the next timer is over, 0 when one is; None while none runs."""
        if not self._due:
            return None
        return max(0.0, min(self._due.values()) - self._clock.monotonic())

    def over(self) -> Timer | None:
        """Take the timer that was over first. One at a time: what follows from it may stop the next."""
        first = min(self._due, key=self._due.__getitem__, default=None)
        if first is None or self._due[first] > self._clock.monotonic():
            return None
        del self._due[first]
        return first
