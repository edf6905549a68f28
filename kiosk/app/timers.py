"""Named timers of the runtime thread: started again from the beginning, stopped, and asked which are over."""

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

    def over(self) -> list[Timer]:
        """Take the timers that are over, earliest first."""
        now = self._clock.monotonic()
        over = sorted((due, timer) for timer, due in self._due.items() if due <= now) if self._due else []
        for _, timer in over:
            del self._due[timer]
        return [timer for _, timer in over]
