"""A station in a process of its own, which may be killed at any step; its reader's fingers are moved from outside.

    python -m tests.kiosk.station_process

reads one `Order` (JSON) per line and forks a station for each: everything is imported once, so that a hundred deaths
take seconds. The station calls back on the order's Unix socket and speaks lines of JSON:

    out  {"view": "Checkout", "rows": [["1001", "YOURS"]], ...}   whatever the screen shows
         {"told": ...}                                            the answer to a line
    in   {"do": "press", "what": "FINISH"}, …                     see `Fingers`
"""

import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from devices.drivers import barcode_serial, escpos, feig
from kiosk.app import enquiries
from kiosk.app.headless import HeadlessUi
from kiosk.app.logs import be_discreet
from kiosk.app.station import Parts, Station
from kiosk.app.system import SystemClock
from kiosk.app.verbs import status
from kiosk.domain.ids import ItemId, Secret
from kiosk.domain.plan import WeeklyPlan
from kiosk.domain.rules import Look
from kiosk.events import (
    Button,
    Choice,
    Chosen,
    Event,
    PinEntered,
    Pressed,
    RenewPressed,
    SecurityNotSet,
    SecuritySet,
    Task,
    TaskChosen,
)
from kiosk.ports.abis import Abis
from kiosk.ports.devices import Driver
from kiosk.views import Banner, RefusalCard, View
from sync.abis.sip2 import SPEC as SIP2
from sync.abis.sip2 import Settings
from sync.journal.recovery import DECISIVE, UNANSWERED
from sync.seen import SeenHere
from sync.spec import Surroundings
from tests.kiosk.desks import RULES, ZONE

SECONDS = 20.0


class Steps:
    """Counts every step of this process and ends it at the one it was told (its number, or the first of its name), as
    a power cut does."""

    def __init__(self, kill: int | str | None) -> None:
        self._kill = kill
        self.changed = threading.Condition()
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        with self.changed:
            self.names.append(name)
            if self._kill in (len(self.names), name):
                os.kill(os.getpid(), signal.SIGKILL)
            self.changed.notify_all()


class Stepping:
    """A connector whose every question and answer is a step."""

    def __init__(self, abis: Abis, steps: Steps) -> None:
        self._abis, self._steps = abis, steps

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._abis, name)
        if name in ("health", "probe", "close"):
            return asked

        def stepping(*args: Any, **kwargs: Any) -> Any:
            self._steps(f"abis: {name}")
            answer = asked(*args, **kwargs)
            self._steps(f"abis: {name} answered")
            return answer

        return stepping


class Screen(HeadlessUi):
    """Tells the other side what it shows."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._tell = tell

    def show(self, view: View) -> None:
        super().show(view)
        rows = [[row.item, row.state.name] for row in getattr(view, "rows", None) or ()]
        self._tell({
            "view": type(view).__name__,
            "rows": rows,
            "name": getattr(view, "name", ""),
            "can_scan": getattr(view, "can_scan", None),
            "asks": getattr(getattr(getattr(view, "refusal", None), "reason", None), "name", None),
            "paper": getattr(getattr(view, "paper", None), "name", None),
            "waiting": view.frame.waiting,
            "offline": view.frame.offline,
            "banner": view.frame.banner.name,
            "tasks": [task.name for task in getattr(view, "tasks", ())],
        })  # fmt: skip


class Fingers:
    """What the other side may have done: each method is a word it may say."""

    def __init__(self, station: Station, steps: Steps, ui: HeadlessUi) -> None:
        self._station, self._steps, self._ui = station, steps, ui

    def press(self, what: str) -> None:
        self._post(Pressed(Button[what]))

    def choose(self, what: str) -> None:
        self._post(TaskChosen(Task[what]))

    def pin(self, what: str) -> None:
        self._post(PinEntered(Secret(what)))

    def renew(self, what: str) -> None:
        self._post(RenewPressed(ItemId(what)))

    def answer(self, what: str) -> None:
        view = self._ui.view
        assert isinstance(view, RefusalCard)
        assert view.row.item is not None
        self._post(Chosen(view.row.item, Choice[what]))

    def printer(self, what: str) -> None:
        """Wait until the printer can print."""
        self._ui.wait_for(lambda view: view.frame.banner is not Banner.NO_RECEIPT, SECONDS)

    def settled(self, what: str) -> list[str]:
        """Wait until the ABIS was asked about everything that had no answer; return what still has none."""
        return self._until(lambda: [each for each in self._unanswered() if each not in what])

    def drained(self, what: str) -> list[str]:
        """Wait until the outbox is empty; return what still waits in it."""
        return self._until(lambda: [row.item for row in self._station.journal.deliveries() if row.item not in what])

    def written(self, what: str) -> list[str]:
        """Wait until a row of this `kind item`, or this `kind` without one, was written."""
        kind, _, item = what.partition(" ")
        return self._until(
            lambda: (
                []
                if any((row.kind, row.item or "") == (kind, item) for row in self._rows())
                else [f"{what} never came"]
            )
        )

    def attention(self, what: str) -> list[str]:
        """Return the books a person should look at, as a status tells of them."""
        told = status(self._station)["attention"]
        assert isinstance(told, list)
        return [f"{each['item']} {each['care'].split(':')[0]}" for each in told]

    def verified(self, what: str) -> bool:
        return self._station.journal.verify().holds

    def steps(self, what: str) -> list[str]:
        with self._steps.changed:
            return list(self._steps.names)

    def stop(self, what: str) -> None:
        self._station.stop()

    def _post(self, event: Event) -> None:
        self._station.runtime.post(event)

    def _rows(self) -> tuple[Any, ...]:
        return self._station.journal.rows(0, 100_000)

    def _unanswered(self) -> list[str]:
        open_ = self._station.journal.open_transactions()
        lasts = ([row.kind for row in each.rows if row.kind in DECISIVE][-1:] for each in open_)
        return [str(last[0]) for last in lasts if last and last[0] in UNANSWERED]

    def _until(self, left: Callable[[], list[str]]) -> list[str]:
        """Look again after every step, until nothing is left or patience is."""
        seen, found = -1, left()
        while found:
            with self._steps.changed:
                if not self._steps.changed.wait_for(lambda at=seen: len(self._steps.names) > at, SECONDS):
                    return found
                seen = len(self._steps.names)
            found = left()
        return found


def watched(driver: Driver, steps: Steps) -> Driver:
    """Make a step of every security bit that was written and is not yet in the journal."""
    start = driver.start

    def start_watched(emit: Callable[[Event], None]) -> None:
        def heard(event: Event) -> None:
            if isinstance(event, SecuritySet | SecurityNotSet):
                steps(f"tag: {event.security.name.lower()}")
            emit(event)

        start(heard)

    driver.start = start_watched  # type: ignore[method-assign]
    return driver


def parts(order: dict[str, Any], steps: Steps) -> Parts:
    folder, clock = Path(order["folder"]), SystemClock()
    section = Settings(
        profile="open-library-kiosk", host="127.0.0.1", port=order["port"], user="desk-1", password=SecretStr("demo")
    )
    abis, replay = (
        Stepping(SIP2.open(section, Surroundings(ZONE, clock, folder)), steps) for _ in ("desk", "outbox")
    )  # fmt: skip
    pad = feig.SPEC.make(feig.Settings(wire=order["pad"], idle_seconds=0.05))
    scanner = barcode_serial.SPEC.make(barcode_serial.Settings(wire=order["scanner"]))
    printer = escpos.SPEC.make(escpos.Settings(wire=order["printer"]))
    return Parts(
        name="desk-1", journal=folder / "journal.db", zone=ZONE, rules=RULES, plan=WeeklyPlan(), look=Look(),
        drivers=(watched(pad, steps), scanner, printer), abis=abis, replay=replay, seen=SeenHere(folder, clock),
        clock=clock, step=steps,
    )  # fmt: skip


def live(order: dict[str, Any]) -> None:
    """Be a station until told to stop, until the other side has gone, or until the step of death."""
    form = "%(relativeCreated)d %(threadName)s %(message)s"
    logging.basicConfig(filename=Path(order["folder"], "log"), level=logging.DEBUG, format=form)
    be_discreet()
    enquiries.PROBE_WHEN_DOWN = 0.05
    line = socket.socket(socket.AF_UNIX)
    line.connect(order["socket"])
    told = threading.Lock()

    def tell(what: dict[str, Any]) -> None:
        with told:
            line.sendall(json.dumps(what).encode() + b"\n")

    steps = Steps(order["kill"])
    screen = Screen(tell)
    station = Station(parts(order, steps), screen)
    station.start()
    fingers = Fingers(station, steps, screen)
    for said in line.makefile("rb"):
        word = json.loads(said)
        tell({"told": getattr(fingers, word["do"])(word["what"])})
        if word["do"] == "stop":
            return


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for said in sys.stdin:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                live(json.loads(said))
                os._exit(0)
            finally:
                os._exit(1)


if __name__ == "__main__":
    main()
