"""`kiosk run`: the station of this machine, from its file to its screen, until somebody stops it."""

import logging
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from config import ConfigFault
from config import Station as Configured
from kiosk.app import logs
from kiosk.app.assembly import assemble, folders, read_policy, read_station
from kiosk.app.control import ControlServer
from kiosk.app.plugins import plugins
from kiosk.app.station import Parts, Station
from kiosk.app.verbs import verbs
from kiosk.events import Event
from kiosk.ports.abis import AbisFault
from kiosk.ports.journal import JournalFault
from kiosk.ports.ui import Ui
from ui.touch.app import Settings, TouchUi
from ui.touch.kivy_setup import Screen

log = logging.getLogger(__name__)
SOCKET = "control.sock"


def run(path: Path, state: Path | None, runtime: Path | None) -> int:
    """Start the station described by `path`; return when it was stopped. What keeps it from starting is said."""
    found = plugins()
    try:
        configured = read_station(path, found)
        policy = read_policy(configured)
        places = folders(configured, state, runtime)
        for place in (places.state, places.runtime):
            place.mkdir(parents=True, exist_ok=True)
        parts = assemble(configured, policy, found, places.state)
        return show(
            parts,
            touch_settings(configured, places.state),
            places.runtime / SOCKET,
            lambda: _doctor(path, places.state),
        )
    except (ConfigFault, AbisFault, JournalFault, OSError) as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - the person who started it must see it
        return 1


def touch_settings(configured: Configured, state: Path, *, offscreen: bool = False) -> Settings:
    wanted = configured.screen
    screen = Screen(fullscreen=wanted.fullscreen, offscreen=offscreen)
    if wanted.width and wanted.height:
        screen = replace(screen, width=wanted.width, height=wanted.height)
    heard = wanted.sounds and not offscreen and _can_play()
    return Settings(state / "screen", screen, motion=wanted.motion, volume=0.5 if heard else 0.0)


def _can_play(devices: Path = Path("/dev/snd")) -> bool:
    """Is there a playback device? Without one every tone would have the sound library complain in the log."""
    return any(devices.glob("pcmC*D*p"))


def show(
    parts: Parts,
    settings: Settings,
    socket: Path,
    doctor: Callable[[], object],
    begun: Callable[[Station, TouchUi], None] = lambda *_: None,
    over: Callable[[Ui], Ui] = lambda ui: ui,
) -> int:
    """Run a station with its screen in this, the main thread.

    `begun` is called after the first frame; `over` may put something between the station and its screen.
    """

    def local_time() -> datetime:
        return parts.clock.now().astimezone(parts.zone)

    def emit(event: Event) -> None:
        station.runtime.post(event)

    def first_frame() -> None:
        logs.end_discreetly()
        begun(station, ui)

    logs.be_discreet()
    with ExitStack() as running:
        running.callback(parts.seen.close)
        ui = TouchUi(settings, emit, local_time)
        station = Station(parts, over(ui))
        control = ControlServer(socket, verbs(station, doctor))
        running.callback(control.stop)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ui.stop())
        station.start()
        running.callback(station.stop)
        control.start()
        ui.run(first_frame)
    return 0


def _doctor(path: Path, state: Path) -> object:
    from kiosk.app.doctor import findings

    return findings(path, state)
