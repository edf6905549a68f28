"""The runtime: one thread that takes events one by one, steps the desk and has the effects performed in order.

Everybody else (wires, ABIS, journal, screen) only posts events. The view is handed to the screen when it changed.
The thread never ends by a fault. Where a flow falls over, the event is dropped and whoever is there is sent home as if
the time had run out; what was begun stays open in the journal. Where even that fails, the desk is begun anew.
"""

import logging
import queue
import threading
from collections.abc import Callable

from kiosk.app.system import new_session
from kiosk.app.timers import Timers
from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.rules import Hours
from kiosk.effects import Effect, EndSession, Sound, StartTimer, StopTimer
from kiosk.events import Event, HoursChanged, SessionMinted, TimedOut, Timer
from kiosk.flows import degraded, desk, outage, screens
from kiosk.flows.desk import Desk
from kiosk.flows.staff import Staff
from kiosk.ports.clock import Clock
from kiosk.ports.ui import Ui

log = logging.getLogger(__name__)
LONGEST_WAIT = 15.0
"""Seconds the thread sleeps at most: how late it may notice that the opening hours have moved on."""

CLOSED = "Closed to readers by staff at its screen: a staff card opens it again."
LAST_TIMERS = (Timer.PATIENCE, Timer.LAST_CALL, Timer.FAREWELL, Timer.CLEANING, Timer.STAFF)
"""Whose end is the end of a session, wherever it stands, and of the staff screen."""


class Runtime:
    """`perform` gets every effect that is not a timer's or the screen's; it must return at once and never raise.

    `hours` says what today looks like at this moment; `mint` names the next session.
    """

    def __init__(
        self,
        perform: Callable[[Effect], None],
        ui: Ui,
        clock: Clock,
        hours: Callable[[], Hours],
        now: Desk | None = None,
        mint: Callable[[], SessionId] = new_session,
    ) -> None:
        self._perform = perform
        self._hours = hours
        self._mint = mint
        self._ui = ui
        self._timers = Timers(clock)
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._now = now or Desk()
        self._shown: object = None
        self._thread = threading.Thread(target=self.run, name="runtime", daemon=True)

    def post(self, event: Event) -> None:
        """Hand in an event, from any thread."""
        self._events.put(event)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take what was posted so far, then end. Harmless before `start`."""
        self._events.put(None)
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    @property
    def busy(self) -> bool:
        """Somebody is in front of the screen."""
        return self._now.session is not None or self._now.staff.there

    @property
    def idle(self) -> bool:
        """Everything posted so far has been taken, and what follows from it has been asked for."""
        return self._events.unfinished_tasks == 0

    @property
    def degraded(self) -> tuple[str, ...]:
        """What it means for readers that something is dead, doubtful or closed, for staff, the most serious first."""
        closed = (CLOSED,) if self._now.staff.closed else ()
        return (*closed, *degraded.staff(self._now.faults))

    def serves(self, card: CardNumber) -> bool:
        """Whether it is the reader with this card who is in front of the screen."""
        session = self._now.session
        return session is not None and card in (session.card, session.patron.card if session.patron else None)

    def run(self) -> None:
        self._safely(self._begin)
        while (event := self._next()) is not None:
            self.step(event)
            self._events.task_done()

    def step(self, event: Event) -> None:
        """Take one event. Called by the runtime's thread, or by a test in its place."""
        if not self._safely(lambda: self._take(event), type(event).__name__) and not self._send_home():
            self._safely(self._begin_anew)

    def tick(self) -> None:
        """Take what time alone has brought: another part of the day, timers that are over."""
        self._safely(self._look_at_the_hours)
        while timer := self._timers.over():
            self.step(TimedOut(timer))

    def _next(self) -> Event | None:
        while True:
            self.tick()
            try:
                wait = self._timers.next_in()
                return self._events.get(timeout=LONGEST_WAIT if wait is None else min(wait, LONGEST_WAIT))
            except queue.Empty:
                continue

    # --- one step ----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._take(SessionMinted(self._mint()))

    def _take(self, event: Event) -> None:
        """Whoever comes next finds an identifier waiting: no event in the queue is lost for want of one."""
        self._now, effects = desk.step(self._now, event)
        if self._now.spare is None:
            self._now, more = desk.step(self._now, SessionMinted(self._mint()))
            effects += more
        for effect in effects:
            self._carry_out(effect)
        self._show()

    def _look_at_the_hours(self) -> None:
        hours = self._hours()
        if hours != self._now.hours:
            self.step(HoursChanged(hours))

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
            self._ui.show(view)
            self._shown = view

    # --- faults ------------------------------------------------------------------------------------------------------

    def _safely(self, work: Callable[[], None], what: str = "the runtime") -> bool:
        """Do it and say whether it went well."""
        try:
            work()
        except Exception:
            log.exception("%s: a flow or the screen fell over", what)
            return False
        return True

    def _send_home(self) -> bool:
        """End the session by the flow's own rules, as if its time had run out. True where the desk is empty again."""

        def time_runs_out() -> None:
            for timer in LAST_TIMERS:
                self._take(TimedOut(timer))

        return self._safely(time_runs_out) and not self.busy

    def _begin_anew(self) -> None:
        """Forget the session and the pad: what lies there is looked at again once it was lifted."""
        was, rules = self._now, self._now.coming or self._now.rules
        self._now = Desk(
            rules=rules, hours=was.hours, house=was.house, look=was.house, outage=outage.settle(was.outage),
            waiting=was.waiting, review=was.review, staff=Staff(closed=was.staff.closed),
        )  # fmt: skip
        for timer in Timer:
            self._timers.stop(timer)
        if was.session is not None:
            patron = was.session.patron if not was.trial else None
            self._perform(EndSession(was.session.id, patron.card if patron else None, trial=was.trial is not None))
        self._begin()
