"""The runtime: one thread that takes events one by one, steps the desk and has the effects performed in order.

Everybody else (wires, ABIS, journal, screen) only posts events. The view is handed to the screen when it changed.
"""

import logging
import queue
import threading
from collections.abc import Callable

from kiosk.app.timers import Timers
from kiosk.domain.rules import Hours
from kiosk.effects import Effect, Sound, StartTimer, StopTimer
from kiosk.events import Event, HoursChanged, TimedOut
from kiosk.flows import desk, screens
from kiosk.flows.desk import Desk
from kiosk.ports.clock import Clock
from kiosk.ports.ui import Ui

log = logging.getLogger(__name__)
LONGEST_WAIT = 15.0
"""Seconds the thread sleeps at most: how late it may notice that the opening hours have moved on."""


class Runtime:
    """`perform` gets every effect that is not a timer's or the screen's; it must return at once and never raise.

    `hours` says what today looks like at this moment.
    """

    def __init__(
        self,
        perform: Callable[[Effect], None],
        ui: Ui,
        clock: Clock,
        hours: Callable[[], Hours],
        now: Desk | None = None,
    ) -> None:
        self._perform = perform
        self._hours = hours
        self._ui = ui
        self._timers = Timers(clock)
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._now = now or Desk()
        self._shown: object = None
        self._thread = threading.Thread(target=self.run, name="runtime", daemon=True)

    def post(self, event: Event) -> None:
        """Hand in an event, from any thread."""
        self._events.put(event)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._events.put(None)
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    @property
    def busy(self) -> bool:
        """Somebody is in front of the screen."""
        return self._now.session is not None

    def run(self) -> None:
        self._show()
        while (event := self._next()) is not None:
            self.step(event)

    def step(self, event: Event) -> None:
        """Take one event. Called by the runtime's thread, or by a test in its place."""
        self._now, effects = desk.step(self._now, event)
        for effect in effects:
            self._carry_out(effect)
        self._show()

    def tick(self) -> None:
        """Take what time alone has brought: another part of the day, timers that are over."""
        hours = self._hours()
        if hours != self._now.hours:
            self.step(HoursChanged(hours))
        for timer in self._timers.over():
            self.step(TimedOut(timer))

    def _next(self) -> Event | None:
        while True:
            self.tick()
            try:
                wait = self._timers.next_in()
                return self._events.get(timeout=LONGEST_WAIT if wait is None else min(wait, LONGEST_WAIT))
            except queue.Empty:
                continue

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case StartTimer(timer, seconds):
                self._timers.start(timer, seconds)
            case StopTimer(timer):
                self._timers.stop(timer)
            case Sound(tone):
                self._ui.sound(tone)
            case _:
                self._perform(effect)

    def _show(self) -> None:
        view = screens.view(self._now)
        if view != self._shown:
            self._shown = view
            self._ui.show(view)
