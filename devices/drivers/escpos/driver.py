"""Receipt printer: prints on request, and while idle asks for paper, cover and cutter, so that a receipt is only
offered where there will be one.

A receipt is printed when the printer says so. One that says nothing has printed nothing, whatever the wire took.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devices.drivers.escpos.codec import Trouble
from devices.drivers.escpos.conversation import Conversation
from devices.drivers.escpos.paper import Paper, UnknownModel, check
from devices.drivers.escpos.printing import on_paper
from devices.drivers.escpos.settings import Settings
from devices.keeper import Keeper, Standing, lost
from devices.transport.port import Port, WireFault
from devices.transport.wires import open_wire
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.receipts import Receipt, Template
from kiosk.ports.devices import Emit

TITLE = "Receipt printer"
PARTS = (Part.PRINTER,)
_WAIT = 0.5
"""Longest wait for a receipt: how soon a stop is noticed."""
MOST_WAITING = 4
"""Receipts in the queue; a reader who gets no answer presses again, and nobody waits for the fifth."""

_SENTENCES = {
    Trouble.SILENT: "does not answer; is it switched on, is its speed (baud) right?",
    Trouble.COVER_OPEN: "has its cover open; close it.",
    Trouble.PAPER_OUT: "is out of paper; put in a new roll and close the cover.",
    Trouble.CUTTER: "has a jammed cutter; switch it off, clear the paper, switch it on.",
    Trouble.ERROR: "reports an error; switch it off and on again.",
    Trouble.OFFLINE: "is off line; press its FEED button once, or switch it off and on.",
    Trouble.PAPER_LOW: "is low on paper; have a new roll ready.",
}


@dataclass(frozen=True, slots=True)
class _Job:
    receipt: Receipt
    template: Template
    at: datetime
    done: Callable[[bool], None]
    expires: float


class _WrongModel(WireFault):
    """No wire is opened for a printer that nobody can talk to."""


class Driver:
    """A `ReceiptPrinter`. Emits `PartChanged`."""

    parts = PARTS

    def __init__(
        self,
        settings: Settings,
        open_port: Callable[[], Port] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._monotonic = settings, monotonic
        self._standing = Standing(PARTS, Health(State.ABSENT, f"{TITLE}: {settings.wire} is not opened yet."))
        self._jobs: queue.Queue[_Job] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        """Holds between "is there a wire?" and "here is a receipt", so that none waits for the next wire."""
        self._attended = False
        self._paper: Paper | None = None
        self._open = open_port or (lambda: open_wire(settings.wire, settings.line))
        self._keeper = Keeper("printer", self._opened, self.serve, self._lost, monotonic)

    def start(self, emit: Emit) -> None:
        self._standing.tell(emit)
        self._keeper.start()

    def stop(self) -> None:
        self._keeper.stop()
        self._give_up()

    def health(self) -> Health:
        return self._standing.health

    def print_receipt(self, receipt: Receipt, template: Template, at: datetime, done: Callable[[bool], None]) -> None:
        """Print in the driver's thread. `done` comes within `print_seconds` and a few for the last question; at once
        where there is no wire to print on."""
        job = _Job(receipt, template, at, done, self._monotonic() + self._settings.print_seconds)
        with self._lock:
            taken = self._attended and not self._jobs.full()
            if taken:
                self._jobs.put(job)
        if not taken:
            done(False)

    def serve(self, port: Port) -> None:
        """Print and poll on an open wire until stopped."""
        talk = Conversation(port, self._settings.confirms, self._monotonic)
        self._stands(talk.survey())
        asked = self._monotonic()
        self._attended = True
        while not self._keeper.stopping.is_set():
            idle = asked + self._settings.poll_seconds - self._monotonic()
            job = self._next(min(idle, _WAIT)) if idle > 0 else None
            if job:
                self._stands(self._print(talk, job))
            elif idle <= 0:
                self._stands(talk.survey())
                asked = self._monotonic()

    def _opened(self) -> Port:
        """Look at the model before the wire: one that does not exist is cured in `station.toml`."""
        try:
            check(self._settings.model)
        except UnknownModel as fault:
            raise _WrongModel(self._settings.wire, str(fault)) from fault
        return self._open()

    def _next(self, seconds: float) -> _Job | None:
        try:
            return self._jobs.get(timeout=seconds)
        except queue.Empty:
            return None

    def _print(self, talk: Conversation, job: _Job) -> frozenset[Trouble]:
        printed = False
        try:
            found = frozenset(trouble for trouble in talk.survey() if trouble.stops)
            left = job.expires - self._monotonic()
            if not found and left > 0:
                found = talk.print(self._fragments(job), left)
                printed = not found
            return found or talk.survey()
        finally:
            job.done(printed)

    def _fragments(self, job: _Job) -> tuple[bytes, ...]:
        self._paper = paper = self._paper or Paper(self._settings.model)  # loaded with the first receipt
        return on_paper(job.receipt, job.template, job.at, paper, self._settings.phone)

    def _stands(self, found: frozenset[Trouble]) -> None:
        worst = min(found, key=list(Trouble).index, default=None)
        if worst is None:
            self._standing.becomes(READY)
            return
        state = State.ABSENT if worst.stops else State.DEGRADED
        self._standing.becomes(Health(state, f"{TITLE}: {self._settings.wire} {_SENTENCES[worst]}"))

    def _lost(self, fault: WireFault) -> None:
        if isinstance(fault, _WrongModel):
            self._standing.becomes(Health(State.CONFIG_ERROR, f"{TITLE}: {fault.what}."))
        else:
            self._standing.becomes(lost(TITLE, fault))
        self._give_up()

    def _give_up(self) -> None:
        """Tell every reader who waits that there is no receipt."""
        with self._lock:
            self._attended = False
            waiting = [self._jobs.get_nowait() for _ in range(self._jobs.qsize())]
        for job in waiting:
            job.done(False)
