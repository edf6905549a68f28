"""A whole kiosk whose scanner reads one book after another; prints milliseconds until each title is drawn.

FOLDER holds a demo library. Drawn means: the frame that shows the title was handed to the display. It begins when the
kiosk has done what it does once, seconds after its start; the first scan, which draws letters nobody drew before, is
printed with the others. Exits with 1 where a title was never drawn.
"""

import sys
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.drivers import barcode_serial
from devices.drivers.barcode_serial.settings import Settings as BarcodeSettings
from devices.drivers.barcode_serial.sim import SimScanner
from devices.transport.simserve import SimServer, serve_pty
from kiosk.app.demo.catalogue import copies
from kiosk.app.show import show
from kiosk.app.station import Parts, Station
from kiosk.app.system import SystemClock
from kiosk.domain.ids import ItemId
from kiosk.domain.plan import WeeklyPlan
from kiosk.domain.rules import Look, Rules
from kiosk.events import Task, TaskChosen, TimedOut, Timer
from kiosk.views import Identify
from sync.abis.local import open_store
from sync.abis.local.settings import Settings
from sync.abis.local.store import Store
from sync.seen import SeenHere
from sync.spec import Surroundings
from ui.touch.app import Settings as Touch
from ui.touch.app import TouchUi
from ui.touch.kivy_setup import Screen

PATIENCE = 10.0
SETTLE = 2.0


class Drawn:
    """Knows when the title of an item stands on the screen."""

    def __init__(self, ui: TouchUi) -> None:
        from kivy.core.window import Window  # configured by now

        self._ui, self._item, self._seen = ui, ItemId(""), threading.Event()
        Window.bind(on_flip=self._flipped)

    def wait_for(self, item: ItemId) -> None:
        self._seen.clear()
        self._item = item

    def seen(self) -> bool:
        return self._seen.wait(PATIENCE)

    def _flipped(self, *_: object) -> None:
        view = self._ui._player.view if self._ui._player else None
        if isinstance(view, Identify) and any(row.item == self._item and row.title for row in view.rows):
            self._seen.set()


def play(station: Station, ui: TouchUi, store: Store, line: SimServer, scanner: SimScanner) -> None:
    """Three books a reader, as many as are seen at once before the card; then the reader goes away."""
    drawn = Drawn(ui)
    time.sleep(SETTLE)
    for number, copy in enumerate(copies()[:40]):
        if number % 3 == 0:
            station.runtime.post(TimedOut(Timer.PATIENCE))  # the reader of before goes away: called once, then gone
            station.runtime.post(TimedOut(Timer.LAST_CALL))
            station.runtime.post(TaskChosen(Task.CHECKOUT))
        begun = time.perf_counter()
        store.item_info(copy.item)
        abis = time.perf_counter() - begun
        drawn.wait_for(copy.item)
        begun = time.perf_counter()
        line.push(scanner.scan(copy.item))
        if not drawn.seen():
            raise RuntimeError(f"{copy.title} was never drawn")
        print(1000 * (time.perf_counter() - begun), 1000 * abis, flush=True)


def main(folder: Path) -> None:
    clock, zone, scanner = SystemClock(), ZoneInfo("Europe/Samara"), SimScanner(baud=None)
    store, line = open_store(Settings(), Surroundings(zone, clock, folder)), serve_pty(scanner)
    driver = barcode_serial.SPEC.make(BarcodeSettings(wire=line.wire))
    seen, rules = SeenHere(folder, clock), Rules(library="bench")
    parts = Parts(
        "bench", folder / "journal.db", zone, rules, WeeklyPlan(), Look(), (driver,), store, store, seen, clock
    )

    played = threading.Event()

    def reader(station: Station, ui: TouchUi) -> None:
        try:
            play(station, ui, store, line, scanner)
            played.set()
        finally:
            ui.stop()

    def begun(station: Station, ui: TouchUi) -> None:
        threading.Thread(target=reader, args=(station, ui), daemon=True).start()

    settings = Touch(folder / "screen", Screen(fullscreen=False), volume=0.0)
    ui = TouchUi(settings, lambda: clock.now().astimezone(zone))
    show(parts, ui, folder / "c.sock", lambda: None, begun)
    if not played.is_set():
        sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
