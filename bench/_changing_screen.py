"""A screen that changes COUNT times, drawing each; prints `CHANGE MEMORY` (megabytes) every hundred changes."""

import gc
import sys
from itertools import cycle, islice
from pathlib import Path

from kiosk.views import Idle
from ui.touch import samples
from ui.touch.app import Settings
from ui.touch.kivy_setup import Screen, configure
from ui.touch.memory import be_thrifty

EVERY = 100


def main(home: Path, count: int) -> None:
    be_thrifty()
    configure(Screen(1920, 1080, fullscreen=False, offscreen=True), home)
    from kivy.clock import Clock

    from ui.touch.player import Player

    Clock._max_fps = 0
    player = Player(Settings(home, volume=0), lambda _: None, lambda: samples.NOW, lambda: None, inline_covers=True)
    for number, view in enumerate(islice(cycle(samples.VIEWS.values()), count + 1)):
        player.draw(view)
        if isinstance(view, Idle):
            player.forget()
        if number and number % EVERY == 0:
            gc.collect()
            print(number, _own(), flush=True)


def _own() -> float:
    """Return what the process has for itself, in MB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
