"""A screen that is touched by another thread: prints `pressed MS CPU` and `changed MS CPU` for each time it was.

The sample views take turns, as fast as somebody who knows the way; the first round, when letters and surfaces are drawn
for the first time since the start, is not told. A finger is an SDL mouse event put into SDL's queue
from outside Kivy's thread, at the place of a button; what is timed ends in the flip of the frame that shows it.
"""

import ctypes
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.events import Event
from kiosk.views import Idle
from ui.touch import samples
from ui.touch.app import Settings, TouchUi
from ui.touch.kivy_setup import Screen

TIMES = 72
REST = 0.35
"""Seconds between two touches, after which the loop sleeps again; longer than a new screen is deaf."""
WALK = ("idle", "identify", "pin", "home", "checkout-done", "checkin", "loans", "farewell")
MOUSE_DOWN, MOUSE_UP, LEFT = 0x401, 0x402, 1


class MouseButton(ctypes.Structure):
    """SDL_MouseButtonEvent, in SDL_Event's 56 bytes."""

    _fields_ = (
        ("type", ctypes.c_uint32), ("timestamp", ctypes.c_uint32), ("window", ctypes.c_uint32),
        ("which", ctypes.c_uint32), ("button", ctypes.c_uint8), ("state", ctypes.c_uint8), ("clicks", ctypes.c_uint8),
        ("padding", ctypes.c_uint8), ("x", ctypes.c_int32), ("y", ctypes.c_int32), ("rest", ctypes.c_uint8 * 28),
    )  # fmt: skip


class Touched:
    """Times from a touch until a flip at which `shown` holds."""

    def __init__(self, ui: TouchUi) -> None:
        from kivy.clock import Clock
        from kivy.core.window import Window

        from ui.touch.idle import _loaded_sdl

        self._ui, self._window, self._clock = ui, Window, Clock
        self._offscreen = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
        self._sdl = ctypes.CDLL(_loaded_sdl())
        self._shown: Any = None
        self._seen = threading.Event()
        Window.bind(on_flip=self._flipped)

    def until(self, shown: Any, act: Any) -> tuple[float, float]:
        """Return milliseconds from `act` to the flip of the frame that shows it, and of the processor in between."""
        self._seen.clear()
        self._shown = shown
        begun, spent = time.perf_counter(), time.process_time()
        act()
        if not self._seen.wait(10):
            raise RuntimeError("it was never drawn")
        return 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - spent)

    def end_of_session(self) -> None:
        """Have the reader before forgotten: nothing of him may help the next one, who comes after that."""
        done = threading.Event()
        self._ui.forget()
        self._clock.schedule_once(lambda _elapsed: done.set(), -1)
        done.wait(10)

    def mouse(self, kind: int, x: float, y: float) -> None:
        event = MouseButton(kind, 0, 0, 0, LEFT, kind == MOUSE_DOWN, 1, 0, int(x), int(self._window.height - y))
        self._sdl.SDL_PushEvent(ctypes.byref(event))
        if self._offscreen:  # no display, so nothing waits for its events
            self._clock.schedule_once(lambda _elapsed: None, -1)

    def button(self) -> Any:
        from ui.touch.widgets.press import Press

        (shell,) = self._window.children
        found = [each for each in shell.walk(restrict=True) if isinstance(each, Press) and each.event and each.usable]
        return found[0]

    def _flipped(self, *_: object) -> None:
        if self._shown is not None and self._shown():
            self._shown = None
            self._seen.set()


def play(ui: TouchUi) -> None:
    touched = Touched(ui)
    time.sleep(2.0)
    for turn in range(TIMES):
        view = samples.VIEWS[WALK[turn % len(WALK)]]
        changed = touched.until(lambda wanted=view: ui._player.view is wanted, lambda wanted=view: ui.show(wanted))  # type: ignore[union-attr]
        time.sleep(REST)
        button = touched.button()
        x, y = button.to_window(*button.center)
        pressed = touched.until(lambda it=button: it.state == "down", partial(touched.mouse, MOUSE_DOWN, x, y))
        touched.mouse(MOUSE_UP, x, y)
        time.sleep(REST)
        if turn >= len(WALK):
            print("changed", *changed, flush=True)
            print("pressed", *pressed, flush=True)
        if isinstance(view, Idle):
            touched.end_of_session()


def main(home: Path) -> int:
    ui = TouchUi(Settings(home, Screen(1920, 1080, fullscreen=False), volume=0), lambda: samples.NOW)
    ended: list[BaseException] = []

    def play_and_stop() -> None:
        try:
            play(ui)
        except BaseException as fault:
            ended.append(fault)
            raise
        finally:
            ui.stop()

    def begun() -> None:
        threading.Thread(target=play_and_stop, daemon=True).start()

    def heard(_: Event) -> None:
        """Nobody is there to answer."""

    ui.run(heard, begun)
    return 1 if ended else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
