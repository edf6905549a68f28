"""Serial barcode scanner: keeps the wire, tells what was scanned.

A scanner that nobody uses says nothing, so that silence is no fault here; a port that is gone is, and so is a row of
lines that cannot be read, which is what a wrong speed, suffix or encoding looks like.
"""

import time
from collections.abc import Callable, Iterable

from devices.drivers.barcode_serial.brands import Brand, start_command, verdict
from devices.drivers.barcode_serial.codec import Framer, Junk, Outcome, Repeats, Scan
from devices.drivers.barcode_serial.settings import Settings
from devices.keeper import Keeper, Standing, lost
from devices.transport.port import Port, WireFault
from devices.transport.wires import open_wire
from kiosk.domain.health import READY, Health, Part, State
from kiosk.events import BarcodeScanned, Event
from kiosk.ports.devices import Emit

TITLE = "Barcode scanner"
PARTS = (Part.SCANNER,)
BAD_IN_A_ROW = 3
"""Lines of junk without a scan between them: one may be a smudged label, three are a setting."""
_CHUNK = 1024
_WAIT = 0.5
"""Longest wait for a byte: how soon a stop is noticed."""
_ANSWER_SECONDS = 1.0

_ADVICE = {
    Junk.NO_SUFFIX: 'sends codes without an end; set its suffix to CR, or suffix = "silence" in station.toml',
    Junk.CONTROL: "sends control characters; check its speed (baud) and its suffix",
    Junk.UNDECODABLE: "sends what is no text; check its speed (baud) and encoding",
    Junk.TOO_LONG: "sends codes longer than any number here; check its suffix, or raise max_length",
    Junk.EMPTY: "",
}


class Listener:
    """The conversation on one open wire."""

    def __init__(self, port: Port, settings: Settings, monotonic: Callable[[], float]) -> None:
        self._port, self._settings, self._monotonic = port, settings, monotonic
        self._framer = Framer(settings.reading)

    def set_up(self) -> bool:
        """Tell the scanner what its brand is told at the start; say whether it took it."""
        command = start_command(self._settings.brand)
        if not command:
            return True
        self._port.write(command)
        answer, until = b"", self._monotonic() + _ANSWER_SECONDS
        while (taken := verdict(self._settings.brand, answer)) is None:
            left = until - self._monotonic()
            if left <= 0:
                return False
            answer += self._port.read(_CHUNK, left)
        return taken

    def hear(self) -> list[Outcome]:
        """Wait a moment for bytes; return the scans and the junk they completed."""
        gap = self._settings.gap_seconds
        arrived = self._port.read(_CHUNK, gap if self._framer.holds else _WAIT)
        return self._framer.feed(arrived) if arrived else self._framer.silent()


class Driver:
    """Emits `BarcodeScanned` and `PartChanged`."""

    parts = PARTS

    def __init__(
        self,
        settings: Settings,
        open_port: Callable[[], Port] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._monotonic = settings, monotonic
        self._repeats = Repeats(settings.repeat_seconds)
        self._bad: list[Junk] = []
        self._standing = Standing(PARTS, Health(State.ABSENT, f"{TITLE}: {settings.wire} is not opened yet."))
        self._emit: Emit = _unheard
        opened = open_port or (lambda: open_wire(settings.wire, settings.line))
        self._keeper = Keeper("scanner", opened, self.serve, self._lost, monotonic)

    def start(self, emit: Emit) -> None:
        self._emit = emit
        self._standing.tell(emit)
        self._keeper.start()

    def stop(self) -> None:
        self._keeper.stop()

    def health(self) -> Health:
        return self._standing.health

    def serve(self, port: Port) -> None:
        """Listen on an open wire until stopped."""
        listener = Listener(port, self._settings, self._monotonic)
        took, self._bad = listener.set_up(), []
        good = READY if took else Health(State.DEGRADED, _refused(self._settings.brand))
        self._standing.becomes(good)
        while not self._keeper.stopping.is_set():
            self._heard(listener.hear(), good)

    def _heard(self, outcomes: Iterable[Outcome], good: Health) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Scan):
                self._bad = []
                self._standing.becomes(good)
                if self._repeats.is_new(outcome.text, self._monotonic()):
                    self._emit(BarcodeScanned(outcome.text))
            else:
                self._bad = [*self._bad, outcome][-BAD_IN_A_ROW:]
                if len(self._bad) == BAD_IN_A_ROW:
                    advice = f"{TITLE}: {self._settings.wire} {_ADVICE[outcome]}."
                    self._standing.becomes(Health(State.DEGRADED, advice))

    def _lost(self, fault: WireFault) -> None:
        self._standing.becomes(lost(TITLE, fault))


def _unheard(_event: Event) -> None:
    """Before `start` there is nobody to tell."""


def _refused(brand: Brand) -> str:
    return f'{TITLE} did not take the settings for brand = {brand.value!r}; is it of that brand? Use "other" if not.'
