"""A station with its screen in this, the main thread, and its control socket beside it."""

import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import Protocol

from kiosk.app import logs
from kiosk.app.control import ControlServer, Verb
from kiosk.app.screen_watch import ScreenWatch
from kiosk.app.station import Parts, Station
from kiosk.app.system import SystemClock
from kiosk.app.verbs import verbs
from kiosk.events import Event
from kiosk.ports.ui import Ui
from ui.touch.app import TouchUi

SOCKET = "control.sock"
RESTART = 75
"""Exit code where staff asked for another run: a temporary end (EX_TEMPFAIL), after which systemd starts it anew."""


class Beside(Protocol):
    """Something that runs while a station does."""

    def verbs(self) -> Mapping[str, Verb]:
        """What it adds to the control socket."""
        ...

    def facts(self) -> Mapping[str, object]:
        """What it adds to the station's status."""
        ...


def show(
    parts: Parts,
    ui: TouchUi,
    socket: Path,
    doctor: Callable[[], object],
    begun: Callable[[Station, TouchUi], None] = lambda *_: None,
    over: Callable[[Ui], Ui] = lambda ui: ui,
    beside: Callable[[Station], AbstractContextManager[Beside | None]] = lambda _: nullcontext(),
) -> int:
    """Run a station with its screen in this, the main thread. Return 0, or `RESTART`.

    `begun` is called after the first frame; `over` may put something between the station and its screen. What
    is `beside` the station runs while it does, and adds verbs to its control socket.
    """

    def emit(event: Event) -> None:
        station.runtime.post(event)

    def first_frame() -> None:
        logs.end_discreetly()
        begun(station, ui)

    again = threading.Event()

    def restart() -> None:
        again.set()
        ui.stop()

    logs.be_discreet()
    with ExitStack() as running:
        running.callback(parts.seen.close)
        station = Station(parts, over(ui), restart)
        watch = ScreenWatch(lambda: ui.true_frame, SystemClock())
        there: list[Beside] = []
        known = verbs(station, doctor, watch, lambda: there[0].facts() if there else None)
        control = ControlServer(socket, known)
        running.callback(control.stop)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ui.stop())
        station.start()
        running.callback(station.stop)
        if more := running.enter_context(beside(station)):
            there.append(more)
            known.update(more.verbs())
        control.start()
        watch.start()
        running.callback(watch.stop)
        ui.run(emit, first_frame)
    return RESTART if again.is_set() else 0
