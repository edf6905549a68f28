"""The demo's kiosk as a process of its own, so that its plug can be pulled: the station of `station.toml`, as it is.

`python -m kiosk.app.demo.kiosk_process --folder FOLDER --link FD --wire PATH ...` runs until the other end of the link
is closed. Over the link (`kiosk.app.demo.link`) its screen is seen and touched, which nobody may do to a screen that
real devices hang on: every wire must be one of those named, which simulators serve, and the library system must be
on this machine.
"""

import argparse
import logging
import os
import queue
import sys
import threading
from collections.abc import Collection
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from config import Station as Configured
from kiosk.app.assembly import assemble
from kiosk.app.configured import read_policy, read_station
from kiosk.app.demo.full_disk import FullDisk
from kiosk.app.demo.link import (
    Begun,
    Disk,
    FromKiosk,
    Grabbed,
    Move,
    Reach,
    Reached,
    Rows,
    RowsAfter,
    Shown,
    Stop,
    ToKiosk,
    Want,
)
from kiosk.app.plugins import plugins
from kiosk.app.screen import screen_of, starting
from kiosk.app.show import SOCKET, show
from kiosk.app.station import Station
from kiosk.effects import Tone
from kiosk.ports.journal import JournalFault
from kiosk.ports.ui import Ui
from kiosk.views import View
from ui.touch.app import TouchUi

log = logging.getLogger(__name__)
ROWS = 200
"""Journal rows of one answer."""
HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class RealDevice(Exception):
    """The station is not made of simulators alone; the text names what is real."""


def check_simulated(station: Configured, wires: Collection[str]) -> None:
    """Raise `RealDevice` unless everything the station reaches is one of `wires` or on this machine."""
    for device in station.devices:
        wire = getattr(device.settings, "wire", None)
        if str(wire) not in wires:
            raise RealDevice(
                f"[devices.{device.name}] is at {wire}, where no simulator is. The virtual desk shows and touches the "
                "kiosk's screen from afar and never stands beside a real device. Cure: ./run demo without a file"
            )
    host = getattr(station.library.settings, "host", None)
    if host not in HERE:
        raise RealDevice(f"[abis] is at {host}. The virtual desk lends the books of the demo library alone")


class Teller:
    """The kiosk's end of the link. Made before the station; a `Ui` around the real one."""

    def __init__(self, link: Connection, ui: TouchUi, disk: FullDisk) -> None:
        self._link, self._ui, self._disk = link, ui, disk
        self._out: queue.SimpleQueue[FromKiosk] = queue.SimpleQueue()
        self._reaches: queue.SimpleQueue[Reach] = queue.SimpleQueue()
        self._mirror: Any = None
        self._station: Station | None = None
        self._thread(self._send)

    # --- the screen as the station sees it ---

    def show(self, view: View) -> None:
        self._ui.show(view)
        self._out.put(Shown(view))

    def sound(self, tone: Tone) -> None:
        self._ui.sound(tone)

    def forget(self) -> None:
        self._ui.forget()

    def over(self, _ui: Ui) -> Ui:
        return self

    # --- the link ---

    def begun(self, station: Station, _ui: TouchUi) -> None:
        """Begin to listen; in Kivy's thread, after the first frame."""
        from ui.touch.mirror import Frame, Mirror  # imports Kivy, which is configured by now

        def take(frame: Frame) -> None:
            self._out.put(Grabbed(frame.width, frame.height, frame.pixels))

        self._station, self._mirror = station, Mirror(take)
        self._out.put(Begun())
        self._thread(self._listen)
        self._thread(self._reach)

    def _send(self) -> None:
        try:
            while True:
                self._link.send(self._out.get())
        except OSError:
            self._ui.stop()  # nobody is there any more

    def _listen(self) -> None:
        try:
            while not isinstance(said := self._link.recv(), Stop):
                self._hear(said)
        except (EOFError, OSError):
            log.info("the demo is gone")
        self._ui.stop()

    def _hear(self, said: ToKiosk) -> None:
        match said:
            case Want():
                self._mirror.want()
            case Move(finger, phase, x, y):
                from ui.touch.mirror import Phase

                self._mirror.touch(finger, Phase[phase], x, y)
            case Reach():
                self._reaches.put(said)
            case RowsAfter(seq):
                self._tell_rows(seq)
            case Disk(full):
                self._disk.becomes(full)

    def _tell_rows(self, seq: int) -> None:
        assert self._station is not None
        try:
            self._out.put(Rows(self._station.journal.rows(seq, ROWS)))
        except JournalFault:
            self._out.put(Rows(()))  # it is told by the kiosk itself

    def _reach(self) -> None:
        """A finger that looks for what to touch may look long: it has a thread of its own."""
        from ui.touch.finger import Finger, NotThere

        finger = Finger()
        while True:
            reach = self._reaches.get()
            try:
                if reach.event is not None:
                    finger.press(reach.event)
                finger.type(reach.digits)
                if reach.enter:
                    finger.enter()
            except NotThere as fault:
                self._out.put(Reached(reach.number, str(fault)))
            else:
                self._out.put(Reached(reach.number))

    @staticmethod
    def _thread(work: Any) -> None:
        threading.Thread(target=work, name=work.__name__.strip("_"), daemon=True).start()


def run(place: Path, link: Connection, wires: Collection[str], *, disk_full: bool = False) -> int:
    found = plugins()
    configured = read_station(place / "station.toml", found)
    check_simulated(configured, wires)
    policy = read_policy(configured)
    ui = screen_of(configured, place, offscreen=not os.environ.get("DISPLAY"))
    ui.open(starting(configured, policy))
    parts = assemble(configured, policy, found, place)
    disk = FullDisk(parts.journal, disk_full)
    parts = replace(parts, step=disk)
    teller = Teller(link, ui, disk)
    return show(parts, ui, place / SOCKET, lambda: "the demo has no doctor", teller.begun, teller.over)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--link", type=int, required=True, help="number of the open socket")
    parser.add_argument("--wire", action="append", default=[], help="of a simulator; once for each")
    parser.add_argument("--disk-full", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    level = logging.DEBUG if options.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(levelname).1s %(threadName)s: %(message)s")
    logging.getLogger("kivy").addFilter(lambda record: options.verbose or record.levelno >= logging.WARNING)
    try:
        return run(options.folder, Connection(options.link), options.wire, disk_full=options.disk_full)
    except RealDevice as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - whoever started it must see it
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
