"""What every driver with a wire does alike: a thread that keeps the wire open, and a word on how it stands.

A driver is composed of a `Keeper` and a `Standing`; what it says and hears on the open wire is its own.
"""

import logging
import threading
from collections.abc import Callable, Iterable

from devices.transport.port import Port, WireFault
from devices.transport.reconnect import Backoff
from kiosk.domain.health import Health, Part, State
from kiosk.events import PartChanged
from kiosk.ports.devices import Emit

_LOG = logging.getLogger(__name__)
STOP_SECONDS = 2.0

_CURES = {
    "No such file or directory": "is not there; plug it in and switch it on",
    "Permission denied": "may not be opened; add the kiosk's user to the group that owns it (ls -l shows which)",
    "Device or resource busy": "is used by another program; stop that program",
    "Resource temporarily unavailable": "is used by another program; stop that program",
    "Connection refused": "refuses the connection; is the device switched on, is the port number right?",
    "unplugged": "was unplugged; plug it in again",
    "hung up": "was unplugged; plug it in again",
}


def lost(title: str, fault: WireFault) -> Health:
    """Return the health of a device whose wire broke or could not be opened: which, what is wrong, the cure."""
    cure = _CURES.get(fault.what, f"cannot be reached ({fault.what}); check cable and power")
    state = State.CONFIG_ERROR if fault.what == "Permission denied" else State.ABSENT
    return Health(state, f"{title}: {fault.wire} {cure}.")


class Standing:
    """Health of a driver, told to the station whenever it changes. Any thread may ask."""

    def __init__(self, parts: Iterable[Part], first: Health) -> None:
        self._parts, self._health = tuple(parts), first
        self._emit: Emit | None = None

    @property
    def health(self) -> Health:
        return self._health

    def tell(self, emit: Emit) -> None:
        """From now on report changes, and how it stands at once."""
        self._emit = emit
        self._report()

    def becomes(self, health: Health) -> None:
        if health != self._health:
            self._health = health
            self._report()

    def _report(self) -> None:
        for part in self._parts if self._emit else ():
            assert self._emit is not None
            self._emit(PartChanged(part, self._health))


class Keeper:
    """A thread that opens a wire, hands it to `serve` and opens it again whenever it breaks, ever more slowly.

    `serve(port)` works on the open wire until `stopping` is set or the wire breaks (WireFault); `broken(fault)` hears
    of each break. Once a wire held
    for `STEADY` seconds, the waits begin from the shortest again.
    """

    STEADY = 5.0

    def __init__(
        self,
        name: str,
        open_port: Callable[[], Port],
        serve: Callable[[Port], None],
        broken: Callable[[WireFault], None],
        monotonic: Callable[[], float],
        backoff: Backoff | None = None,
    ) -> None:
        self.stopping = threading.Event()
        self._open, self._serve, self._broken = open_port, serve, broken
        self._monotonic = monotonic
        self._backoff = backoff or Backoff()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop and close the wire; returns within `STOP_SECONDS`. Harmless before `start` and when repeated."""
        self.stopping.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self.stopping.is_set():
            began = self._monotonic()
            try:
                self._attend()
            except WireFault as fault:
                self._broken(fault)
            except Exception as fault:  # a driver's own mistake has a status and another try, never a silent end
                _LOG.exception("%s fell over", self._thread.name)
                self._broken(WireFault(self._thread.name, f"driver fell over: {type(fault).__name__}"))
            if self._monotonic() - began >= self.STEADY:
                self._backoff.succeeded()
            self.stopping.wait(self._backoff.failed())

    def _attend(self) -> None:
        port = self._open()
        try:
            self._serve(port)
        finally:
            port.close()
