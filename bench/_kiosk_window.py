"""A whole kiosk as its own process, for measuring it from outside: `kiosk run STATION`, and it says how far it is.

Prints `drawn` with the first frame and `ready` with the frame of the idle screen. With `headless` as the last word no
screen is opened, and only `ready` is printed.
"""

import gc
import sys
import threading
from pathlib import Path


def main(station: Path) -> None:
    gc.disable()  # as the command does
    from kiosk.app.run import run

    run(station, station.parent, None, opened)


def opened() -> None:
    print("drawn", flush=True)
    from kivy.core.window import Window

    from kiosk.views import Idle

    def flipped(*_: object) -> None:
        if any(shell.page.VIEW is Idle for shell in Window.children):
            Window.unbind(on_flip=flipped)
            print("ready", flush=True)

    Window.bind(on_flip=flipped)


def headless(path: Path) -> None:
    from kiosk.app.assembly import assemble
    from kiosk.app.configured import folders, read_policy, read_station
    from kiosk.app.headless import HeadlessUi
    from kiosk.app.plugins import plugins
    from kiosk.app.station import Station
    from kiosk.views import Idle

    found, ui = plugins(), HeadlessUi()
    configured = read_station(path, found)
    parts = assemble(configured, read_policy(configured), found, folders(configured, path.parent, None).state)
    Station(parts, ui).start()
    ui.wait_for(lambda view: isinstance(view, Idle))
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    (headless if "headless" in sys.argv else main)(Path(sys.argv[1]))
