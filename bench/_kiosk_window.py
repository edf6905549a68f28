"""A whole kiosk as its own process, for measuring it from outside: says when it has drawn.

FOLDER holds a demo library's circulation.db; PAD and SCANNER are wires. With `headless` as the last word, no screen.
"""

import sys
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.drivers import barcode_serial, feig
from devices.drivers.barcode_serial.settings import Settings as BarcodeSettings
from devices.drivers.feig.settings import Settings as FeigSettings
from kiosk.app.headless import HeadlessUi
from kiosk.app.run import show
from kiosk.app.station import Parts, Station
from kiosk.app.system import SystemClock
from kiosk.domain.plan import WeeklyPlan
from kiosk.domain.rules import Look, Rules
from kiosk.views import Idle
from sync.abis.local import Settings, open_store
from sync.seen import SeenHere
from sync.spec import Surroundings
from ui.touch.app import Settings as Touch
from ui.touch.kivy_setup import Screen


def main(folder: Path, pad: str, scanner: str, headless: bool) -> None:
    clock, zone = SystemClock(), ZoneInfo("Europe/Samara")
    store = open_store(Settings(), Surroundings(zone, clock, folder))
    drivers = (
        feig.SPEC.make(FeigSettings(wire=pad)),
        barcode_serial.SPEC.make(BarcodeSettings(wire=scanner)),
    )
    rules = Rules(library="Библиотека на Садовой", pin_length=None)
    seen = SeenHere(folder, clock)
    parts = Parts("bench", folder / "journal.db", zone, rules, WeeklyPlan(), Look(), drivers, store, store, seen, clock)
    if headless:
        _headless(parts)
        return
    settings = Touch(folder / "screen", Screen(fullscreen=False), volume=0.0)
    show(parts, settings, folder / "c.sock", lambda: None, lambda *_: print("drawn", flush=True))


def _headless(parts: Parts) -> None:
    ui = HeadlessUi()
    station = Station(parts, ui)
    station.start()
    ui.wait_for(lambda view: isinstance(view, Idle))
    print("drawn", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], "headless" in sys.argv)
