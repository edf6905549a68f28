"""Make Kivy fit for a kiosk. Must run before anything of Kivy is imported; nothing here needs a display.

Kivy reads its environment and its configuration at import, so this is the one place where both are set:
no command line of its own, no log file, no settings or exit keys, no second touch provider beside SDL's
(mtdev and hidinput double every touch), no multisampling (edges are baked smooth; it costs 70 MB), and none of the
rules for widgets that no screen has (`LEAN`).
"""

import logging
import os
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

LEAN = Path(__file__).with_name("style.kv")
"""The rules of Kivy's own widgets that we use: a label's. Kivy's file of all costs 60 ms of the start and 4 MB."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where to draw. `offscreen` renders into memory: no display, no window, pictures and tests.

    `sleeping`: at rest the screen waits for events (`ui.touch.idle`), else it looks `max_fps` times a second.
    """

    width: int = 1920
    height: int = 1080
    fullscreen: bool = True
    offscreen: bool = False
    max_fps: int = 60
    sleeping: bool = True


def configure(screen: Screen, home: Path) -> None:
    """Set Kivy up. `home` is a writable folder of our own. Raises RuntimeError where Kivy was imported before, OSError
    where `home` cannot be written to."""
    if "kivy" in sys.modules:
        raise RuntimeError("kivy was imported before it was configured")
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_HOME=str(home),
        KIVY_DATA_DIR=str(_lean_data(home / "data")),
        KIVY_WINDOW="sdl2",  # the fallback provider ends the process where there is no X server
    )
    if screen.offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    logger = logging.getLogger("kivy")
    logger.setLevel(logging.ERROR)  # a new folder makes it warn of an old configuration
    from kivy.config import Config

    logger.setLevel(logging.WARNING)
    for section, options in _options(screen).items():
        for key, value in options.items():
            Config.set(section, key, value)
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")


def _lean_data(folder: Path) -> Path:
    """Make Kivy's data folder as it is, but for `style.kv`; made anew each time, for Kivy may have been replaced."""
    found = find_spec("kivy")
    assert found is not None
    assert found.origin is not None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for entry in (Path(found.origin).parent / "data").iterdir():
        (folder / entry.name).symlink_to(LEAN if entry.name == LEAN.name else entry)
    return folder


def _options(screen: Screen) -> dict[str, dict[str, str]]:
    return {
        "kivy": {"exit_on_escape": "0", "pause_on_minimize": "0", "desktop": "0", "log_level": "warning"},
        "graphics": {
            "width": str(screen.width),
            "height": str(screen.height),
            "fullscreen": "auto" if screen.fullscreen and not screen.offscreen else "0",
            "borderless": "1" if screen.fullscreen else "0",
            "maxfps": str(screen.max_fps),
            "multisamples": "0",
            "vsync": "0",
            "resizable": "0" if screen.fullscreen else "1",
        },
    }
