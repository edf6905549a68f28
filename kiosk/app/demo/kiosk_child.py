"""The demo's kiosk as whoever plugged it in has it: a process beside this one, started, seen, touched, and cut off.

Between a cut and the next start nothing of it is left but its files, as after a power cut; simulators and library
system, which are others' processes and threads, go on.
"""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from io import BytesIO
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from PIL import Image

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
from kiosk.events import Event
from kiosk.views import View
from sync.journal.values import Row
from ui.simdesk.port import Phase, Picture

log = logging.getLogger(__name__)
START_SECONDS = 60.0
"""A first start compiles everything; on a busy machine that takes a while."""
STOP_SECONDS = 15.0
REACH_SECONDS = 15.0
QUALITY = 85


class NotStarted(Exception):
    """The kiosk ended before its first frame; its own words stand above."""


class Missed(Exception):
    """The finger found nothing to touch, or the kiosk went off under it."""


class KioskChild:
    """`over` is called when the kiosk ended by itself, with its exit code. From any thread, but for what is said."""

    def __init__(self, place: Path, wires: Sequence[str], over: Callable[[int], None] = lambda _code: None) -> None:
        self._command = [sys.executable, "-m", "kiosk.app.demo.kiosk_process", "--folder", str(place)]
        self._command += [word for wire in wires for word in ("--wire", wire)]
        if logging.getLogger().level <= logging.DEBUG:
            self._command.append("--verbose")
        self._over = over
        self._power = threading.Lock()  # one hand at the plug
        self._saying = threading.Lock()
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._link: Connection | None = None
        self._begun = False
        self._view: View | None = None
        self._reached: dict[int, str] = {}
        self._reaches = 0
        self._rows: list[Row] = []
        self._asked_rows = False
        self._looks: dict[object, Callable[[], None]] = {}
        self._picture: Picture | None = None
        self._pictures = 0
        self._wanted = False
        self._disk_full = False

    # --- its plug ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start it, return when its first frame stands. Harmless while it runs. Raises `NotStarted`."""
        with self._power:
            if self.powered:
                return
            mine, its = Pipe()
            with its:
                self._process = process = subprocess.Popen(  # noqa: S603 - ourselves
                    [*self._command, *["--disk-full"] * self._disk_full, "--link", str(its.fileno())],
                    stdin=subprocess.DEVNULL, pass_fds=[its.fileno()],
                    start_new_session=True,  # Ctrl-C is told to the demo, which ends its kiosk in order
                )  # fmt: skip
            with self._changed:
                self._link, self._begun, self._asked_rows = mine, False, False
            threading.Thread(target=self._listen, args=(mine, process), name="kiosk-link", daemon=True).start()
            with self._changed:
                self._changed.wait_for(lambda: self._begun or self._link is not mine, START_SECONDS)
                if self._link is not mine or not self._begun:
                    process.kill()
                    raise NotStarted("the kiosk did not start; its own words stand above")
        self._want_again()

    def cut(self) -> None:
        """Take its power away: it dies between two instructions, whatever it was at."""
        with self._power:
            self._end(lambda process: process.kill())

    def stop(self) -> None:
        """End it in order."""
        with self._power:
            self._end(lambda _process: self._say(Stop()))

    @property
    def powered(self) -> bool:
        return self._link is not None

    def disk(self, *, full: bool) -> None:
        """Let the disk under its journal be full, or have room again; through a power cut as well."""
        self._disk_full = full
        self._say(Disk(full))

    def _end(self, end: Callable[[subprocess.Popen[bytes]], object]) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        end(process)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("the kiosk did not stop in time and was ended")
            process.kill()
            process.wait()
        with self._changed:
            self._changed.wait_for(lambda: self._link is None, STOP_SECONDS)

    # --- the link ----------------------------------------------------------------------------------------------------

    def _say(self, what: ToKiosk) -> bool:
        with self._saying, contextlib.suppress(OSError):
            if self._link is not None:
                self._link.send(what)
                return True
        return False

    def _listen(self, link: Connection, process: subprocess.Popen[bytes]) -> None:
        try:
            while True:
                self._hear(link.recv())
        except (EOFError, OSError):
            pass
        with self._changed:
            self._link, self._view, self._picture = None, None, None
            self._changed.notify_all()
        with self._saying:
            link.close()
        self._tell_looks()
        if self._process is process:  # nobody pulled the plug
            self._process = None
            self._over(process.wait())

    def _hear(self, said: FromKiosk) -> None:
        if isinstance(said, Grabbed):
            self._developed(said)
            return
        with self._changed:
            match said:
                case Begun():
                    self._begun = True
                case Shown(view):
                    self._view = view
                case Reached(number, missed):
                    self._reached[number] = missed
                case Rows(rows):
                    last = self._rows[-1].seq if self._rows else 0
                    self._rows += [row for row in rows if row.seq > last]
                    self._asked_rows = False
            self._changed.notify_all()

    # --- what it shows and keeps -------------------------------------------------------------------------------------

    @property
    def view(self) -> View | None:
        return self._view

    def wait_for(self, seen: Callable[[View], bool], timeout: float) -> View:
        """Return the view once it is as `seen` says. Raises TimeoutError with the kind of view that is shown."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._view is not None and seen(self._view), timeout):
                raise TimeoutError(f"the screen shows {type(self._view).__name__}")
            assert self._view is not None
            return self._view

    def rows(self) -> Sequence[Row]:
        """Return the journal as far as it was told, and have what was written since told soon."""
        with self._changed:
            last = self._rows[-1].seq if self._rows else 0
            ask = self._begun and not self._asked_rows
            self._asked_rows = self._asked_rows or ask
            rows = self._rows[:]
        if ask:
            self._say(RowsAfter(last))
        return rows

    # --- a finger ----------------------------------------------------------------------------------------------------

    def press(self, event: Event) -> None:
        """Touch whatever sends this event, and return when the finger is up again. Raises `Missed`."""
        self._reach(lambda number: Reach(number, event=event))

    def type(self, digits: str) -> None:
        self._reach(lambda number: Reach(number, digits=digits))

    def enter(self) -> None:
        self._reach(lambda number: Reach(number, enter=True))

    def _reach(self, reach: Callable[[int], Reach]) -> None:
        with self._changed:
            self._reaches += 1
            number = self._reaches
        self._say(reach(number))
        with self._changed:
            there = self._changed.wait_for(lambda: number in self._reached or self._link is None, REACH_SECONDS)
            missed = self._reached.pop(number, "the kiosk has no power") if there else "the kiosk does not say"
        if missed:
            raise Missed(missed)

    # --- the port `ui.simdesk.port.Screen` ---------------------------------------------------------------------------

    def look(self, changed: Callable[[], None]) -> "KioskLook":
        return KioskLook(self, changed)

    def touch(self, finger: int, phase: Phase, x: float, y: float) -> None:
        self._say(Move(finger, phase.name, x, y))

    @property
    def looked_at(self) -> int:
        """How many look at its screen from afar."""
        return len(self._looks)

    def _want_again(self) -> None:
        """A kiosk that has just started was asked for nothing yet."""
        with self._changed:
            ask, self._wanted = bool(self._looks), bool(self._looks)
        if ask:
            self._say(Want())

    def want(self) -> None:
        with self._changed:
            ask, self._wanted = not self._wanted, True
        if ask and not self._say(Want()):
            self._wanted = False

    def _developed(self, grabbed: Grabbed) -> None:
        """Make a picture of a frame; in the link's thread, in this process: the kiosk's own thread is free again."""
        size = (grabbed.width, grabbed.height)
        image = Image.frombuffer("RGB", size, grabbed.pixels, "raw", "RGB", 0, -1)
        file = BytesIO()
        image.save(file, "JPEG", quality=QUALITY, subsampling=0)
        with self._changed:
            self._pictures += 1
            self._picture, self._wanted = Picture(self._pictures, file.getvalue()), False
        self._tell_looks()

    def _tell_looks(self) -> None:
        with self._changed:
            looks = list(self._looks.values())
        for changed in looks:
            changed()


class KioskLook:
    """The port `ui.simdesk.port.Look`."""

    def __init__(self, kiosk: KioskChild, changed: Callable[[], None]) -> None:
        self._kiosk = kiosk
        with kiosk._changed:
            kiosk._looks[self] = changed

    def want(self) -> None:
        self._kiosk.want()

    def newest(self) -> Picture | None:
        return self._kiosk._picture

    def close(self) -> None:
        with self._kiosk._changed:
            self._kiosk._looks.pop(self, None)
