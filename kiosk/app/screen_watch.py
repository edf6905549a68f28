"""The screen watched from beside it: when did it last draw a true frame (`ui.touch.heartbeat`)?

While it does the service manager's watchdog is fed. A screen that hangs starves it, and the kiosk is started anew:
nobody can restart it who cannot see that it stands still.
"""

import logging
import threading
from collections.abc import Callable

from kiosk.app.notify import ALIVE, notify
from kiosk.domain.health import READY, Health, State
from kiosk.ports.clock import Clock

log = logging.getLogger(__name__)
LOOKS_EVERY = 10.0
"""Seconds: less than half of the unit's `WatchdogSec`."""
DOUBTED_AFTER = 60.0
"""Seconds without a true frame: three beats missed. So long it may also take to draw its first."""


class ScreenWatch:
    """`last` is when a true frame was drawn, on the clock's running time; None: none yet. `feed` tells the watchdog."""

    def __init__(
        self, last: Callable[[], float | None], clock: Clock, feed: Callable[[], object] = lambda: notify(ALIVE)
    ) -> None:
        self._last, self._clock, self._feed = last, clock, feed
        self._begun = clock.monotonic()
        self._doubted = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="screen-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()

    def look(self) -> None:
        """Feed the watchdog if the screen may be believed; say in the log when that changes."""
        health = self.health()
        doubted = health != READY
        if not doubted:
            self._feed()
        if doubted and not self._doubted:
            log.error("%s", health.sentence)
        elif self._doubted and not doubted:
            log.warning("the screen draws again")
        self._doubted = doubted

    def seconds(self) -> int | None:
        """Return whole seconds since the last true frame; None before the first."""
        last = self._last()
        return None if last is None else int(self._clock.monotonic() - last)

    def health(self) -> Health:
        last = self._last()
        silent = self._clock.monotonic() - (self._begun if last is None else last)
        if silent < DOUBTED_AFTER:
            return READY
        words = f"the screen is doubtful: for {silent:.0f} s it has drawn no true frame. Cure: restart the kiosk"
        return Health(State.DEGRADED, words)

    def _run(self) -> None:
        self.look()
        while not self._over.wait(LOOKS_EVERY):
            self.look()
