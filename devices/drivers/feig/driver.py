"""FEIG pad: keeps the wire, runs rounds, says how the reader stands."""

import threading
import time
from collections.abc import Callable

from devices.drivers.feig.codec import Version
from devices.drivers.feig.exchange import Exchange, NoAnswer, Time
from devices.drivers.feig.pad import Order, Orders, Pad
from devices.drivers.feig.reader import Reader, Refused
from devices.drivers.feig.settings import Settings
from devices.drivers.feig.status import Status
from devices.keeper import Keeper, Standing, lost
from devices.transport.port import Port, WireFault
from devices.transport.wires import open_wire
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import TagUid
from kiosk.domain.items import Security
from kiosk.events import SecurityNotSet
from kiosk.ports.devices import Emit

TITLE = "RFID pad"
PARTS = (Part.TAGS,)
_IN_A_ROW = 3
"""Rounds that failed one after another: one may be a disturbance, three are a state."""
_FOUR = 4
_SILENT = "the reader does not answer"


class RealTime:
    """The machine's clock; waiting ends early when the driver is stopped."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping

    def monotonic(self) -> float:
        return time.monotonic()

    @property
    def stopped(self) -> bool:
        return self._stopping.is_set()

    def wait(self, seconds: float) -> None:
        if seconds > 0:
            self._stopping.wait(seconds)


class Driver:
    """A `TagReader`. Emits TagSeen, TagRead, TagUnreadable, TagLost, CardRead, SecuritySet, SecurityNotSet."""

    parts = PARTS

    def __init__(self, settings: Settings, open_port: Callable[[], Port] | None = None) -> None:
        self._settings = settings
        self._orders = Orders()
        self._standing = Standing(PARTS, Health(State.ABSENT, f"{TITLE}: {settings.wire} is not opened yet."))
        self._emit: Emit = lambda _: None
        opened = open_port or (lambda: open_wire(settings.wire, settings.line))
        self._keeper = Keeper("pad", opened, self.serve, self._broken, time.monotonic)
        self._time: Time = RealTime(self._keeper.stopping)

    def start(self, emit: Emit) -> None:
        self._emit = emit
        self._standing.tell(emit)
        self._keeper.start()

    def stop(self) -> None:
        self._keeper.stopping.set()
        self._orders.arrived.set()  # wakes the thread between two rounds
        self._keeper.stop()

    def health(self) -> Health:
        return self._standing.health

    def set_security(self, uid: TagUid, security: Security) -> None:
        try:
            well_formed = len(bytes.fromhex(uid)) == 8
        except ValueError:
            well_formed = False
        if well_formed:
            self._orders.put(Order(uid, security), self._emit)
        else:
            self._emit(SecurityNotSet(uid, security))

    def serve(self, port: Port) -> None:
        """Run rounds on an open wire until stopped. Raises WireFault when the wire or the reader is gone."""
        reader = Reader(Exchange(port, self._settings, self._time), self._settings)
        limits = self._greet(reader)
        pad = Pad(reader, self._settings, self._orders, self._emit, self._time)
        self._orders.open()
        try:
            self._rounds(pad, limits)
        finally:
            self._orders.close(self._emit)
            pad.end()

    def _greet(self, reader: Reader) -> "_Limits":
        try:
            return _Limits(reader.version())
        except NoAnswer as silence:
            raise WireFault(self._settings.wire, _SILENT) from silence
        except Refused:
            return _Limits(None)  # an unknown model: its answers will show what it can

    def _rounds(self, pad: Pad, limits: "_Limits") -> None:
        silent = refused = 0
        while not self._keeper.stopping.is_set():
            try:
                pad.round()
                silent = refused = 0
                if pad.looked:
                    self._standing.becomes(limits.health(pad.count))
            except NoAnswer as fault:
                silent += 1
                if silent == _IN_A_ROW:
                    raise WireFault(self._settings.wire, _SILENT) from fault
            except Refused as fault:
                refused += 1
                if refused == _IN_A_ROW:
                    self._standing.becomes(_of(fault))
            self._orders.arrived.wait(pad.pause)

    def _broken(self, fault: WireFault) -> None:
        self._standing.becomes(lost(TITLE, fault))


class _Limits:
    """What this model of reader cannot do, said while it matters."""

    def __init__(self, version: Version | None) -> None:
        self._version = version

    def health(self, lying: int) -> Health:
        version = self._version
        if version and not version.iso15693:
            words = f"{version.name} does not read library tags (ISO 15693); another reader is needed."
            return Health(State.CONFIG_ERROR, f"{TITLE}: {words}")
        if version and not version.stack and lying >= _FOUR:
            words = f"{version.name} finds at most {_FOUR} items at a time; lay down fewer, or get a pad for stacks."
            return Health(State.DEGRADED, f"{TITLE}: {words}")
        return READY


def _of(refused: Refused) -> Health:
    wrong_mode = refused.status in (Status.NOT_AVAILABLE, Status.UNKNOWN_COMMAND, Status.LENGTH)
    return Health(State.CONFIG_ERROR if wrong_mode else State.DEGRADED, f"{TITLE}: {refused.words}")
