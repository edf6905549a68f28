"""Sleep while nothing happens: Kivy's own loop wakes sixty times a second to find nothing to do, this one is woken.

A turn: sleep until the display has an event, another thread has scheduled something or the next timer is due; take the
display's events; let Kivy make its frame. Kivy takes events after its frame, which costs a touch one frame more.

Of Kivy 2.3.1, which is pinned, this uses `EventLoop.idle`, `Window.mainloop` (takes the display's events),
`Clock.get_min_timeout` (an instant of `Clock.time`) and the hook `Clock.on_schedule`; of SDL 2 the copy that Kivy has
loaded. A timer set from another thread counts from the last frame, which may be `LONGEST` ago.
"""

import ctypes
import logging
import threading
from math import ceil
from pathlib import Path
from typing import Protocol

import kivy
from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window

TESTED = "2.3.1"
"""The Kivy this was made for. With another one it is left to itself."""
LONGEST = 1.0  # seconds: a signal that falls between looking and sleeping is heard that soon
SHORTEST = 0.004  # seconds: a timer that near is left to Kivy's own pace
WOKEN_BY_EVENTS = (b"x11", b"wayland")
"""Displays for which SDL 2 waits in the kernel. For others it looks a thousand times a second, worse than Kivy."""
NO_EVENT_TYPE = 0xFFFFFFFF

log = logging.getLogger(__name__)


class Sleep(Protocol):
    """`until_woken` returns early for `wake`, which any thread may call, also shortly before."""

    def until_woken(self, seconds: float) -> None: ...

    def wake(self) -> None: ...


class WithoutDisplay:
    """Offscreen, no event comes from outside."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def until_woken(self, seconds: float) -> None:
        self._woken.wait(seconds)
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()


class _SdlEvent(ctypes.Structure):
    """SDL_Event: 56 bytes, the first four are its type."""

    _fields_ = (("type", ctypes.c_uint32), ("rest", ctypes.c_uint8 * 52))


class WithDisplay:
    """SDL's own queue: what comes from the display wakes, and so does an event of our own type, which Kivy ignores."""

    def __init__(self, sdl: ctypes.CDLL) -> None:
        """Raises AttributeError or OSError where SDL is not as expected."""
        self._wait, self._push = sdl.SDL_WaitEventTimeout, sdl.SDL_PushEvent
        sdl.SDL_RegisterEvents.restype = ctypes.c_uint32
        number = sdl.SDL_RegisterEvents(1)
        if number == NO_EVENT_TYPE:
            raise OSError("SDL has no event type left")
        self._event = _SdlEvent(number)

    def until_woken(self, seconds: float) -> None:
        self._wait(None, ceil(seconds * 1000))  # what has come stays in the queue

    def wake(self) -> None:
        self._push(ctypes.byref(self._event))


def run(*, sleeping: bool = True) -> None:
    """Draw until `stopTouchApp`. Without `sleeping`, or where the display cannot wake us, in Kivy's own loop."""
    sleep = _sleep() if sleeping else None
    if sleep is None:
        runTouchApp()
        return
    runTouchApp(embedded=True)
    screen, before = threading.get_ident(), Clock.on_schedule

    def scheduled(_event: object) -> None:
        if threading.get_ident() != screen:
            sleep.wake()

    Clock.on_schedule = scheduled
    try:
        while not EventLoop.quit and EventLoop.status == "started":
            turn(sleep)
    finally:
        Clock.on_schedule = before
        stopTouchApp()


def turn(sleep: Sleep) -> None:
    """Sleep as long as nothing is to do, then take events and make a frame."""
    if (spare := _spare()) > SHORTEST:
        sleep.until_woken(spare)
    round_of_kivy()


def round_of_kivy() -> None:
    """Take the display's events and make one frame, if there is anything to draw."""
    Window.mainloop()
    EventLoop.idle()


def _spare() -> float:
    """Return seconds until there is something to do, at most `LONGEST`."""
    if Window.canvas.needs_redraw or EventLoop.input_events:
        return 0.0
    due: float = Clock.get_min_timeout() - Clock.time()
    return min(LONGEST, due)


def _sleep() -> Sleep | None:
    if kivy.__version__ != TESTED:
        log.warning("the screen keeps its pace at rest: Kivy is %s, and %s was tested", kivy.__version__, TESTED)
        return None
    try:
        sdl = ctypes.CDLL(_loaded_sdl())
        sdl.SDL_GetCurrentVideoDriver.restype = ctypes.c_char_p
        driver: bytes = sdl.SDL_GetCurrentVideoDriver() or b""
        if driver == b"offscreen":
            return WithoutDisplay()
        if driver in WOKEN_BY_EVENTS:
            return WithDisplay(sdl)
        log.info("the screen keeps its pace at rest: SDL does not sleep on %s", driver.decode())
    except (OSError, AttributeError) as fault:
        log.warning("the screen keeps its pace at rest: %s", fault)
    return None


def _loaded_sdl() -> str:
    """Return the path of the SDL 2 that Kivy has loaded; another copy would know nothing of its window."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        path = line.split(maxsplit=5)[-1]
        if path.rpartition("/")[2].startswith("libSDL2-2"):
            return path
    raise OSError("no SDL 2 is loaded")
