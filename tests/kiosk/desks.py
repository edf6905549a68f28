"""A whole station on one desk: real journal, real drivers on simulated wires, the built-in store; no screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.drivers import barcode_serial, escpos, feig
from kiosk.app.demo.desk import Copy, DemoDesk
from kiosk.app.headless import HeadlessUi
from kiosk.app.station import Parts, Station
from kiosk.app.system import SystemClock
from kiosk.domain.ids import Secret
from kiosk.domain.plan import WeeklyPlan
from kiosk.domain.rules import Look, Rules
from kiosk.events import Event, PinEntered
from kiosk.ports.abis import Abis
from kiosk.views import View
from sync.journal.store import Step
from sync.mail.settings import Settings
from sync.seen import SeenHere

ZONE = ZoneInfo("Europe/Samara")
RULES = Rules(library="Библиотека на Садовой", pin_length=None)


@dataclass
class Desk:
    station: Station
    hands: DemoDesk
    ui: HeadlessUi

    def post(self, event: Event) -> None:
        self.station.runtime.post(event)

    def pin(self, digits: str) -> None:
        self.post(PinEntered(Secret(digits)))

    def sees(self, kind: type[View], **fields: object) -> View:
        """Wait until the screen shows this kind of view with these fields."""

        def right(view: View) -> bool:
            return isinstance(view, kind) and all(getattr(view, name) == value for name, value in fields.items())

        return self.ui.wait_for(right)


@contextmanager
def desk(
    folder: Path,
    abis: Abis,
    copies: list[Copy],
    rules: Rules = RULES,
    replay: Abis | None = None,
    step: Step = lambda _: None,
    mail: Settings | None = None,
) -> Iterator[Desk]:
    ui = HeadlessUi()
    with DemoDesk(copies) as hands:
        clock = SystemClock()
        drivers = (
            feig.SPEC.make(feig.Settings(wire=hands.pad.wire, idle_seconds=0.05)),
            barcode_serial.SPEC.make(barcode_serial.Settings(wire=hands.scanner.wire, repeat_seconds=0)),
            escpos.SPEC.make(escpos.Settings(wire=hands.printer.wire, poll_seconds=0.2)),
        )
        seen = SeenHere(folder, clock)
        parts = Parts(
            "desk-1",
            folder / "journal.db",
            ZONE,
            rules,
            WeeklyPlan(),
            Look(),
            drivers,
            abis,
            replay or abis,
            seen,
            clock,
            step,
            mail=mail,
        )
        station = Station(parts, ui)
        station.start()
        try:
            yield Desk(station, hands, ui)
        finally:
            station.stop()
            seen.close()
