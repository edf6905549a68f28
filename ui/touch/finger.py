"""A finger in software: it finds what is on the screen by what it means, and touches it there, for demo and bench.

Touches go the way of real ones (Kivy's event loop, hit testing, press and release in different frames); nothing is
called past the widgets.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.uix.widget import Widget

from kiosk.events import Event
from ui.touch.widgets.keypad import Key
from ui.touch.widgets.press import Press

SETTLES = 0.4
"""Seconds something must have been there before it is touched: a new screen is deaf for a moment, as for people."""
HELD = 0.08
"""Seconds the finger stays down."""


class Touch(MotionEvent):
    """Made with `(sx, sy)`: 0 to 1 from the left and from the bottom of the window."""

    def depack(self, args: Any) -> None:
        self.is_touch = True
        self.profile = ["pos"]
        self.sx, self.sy = args
        super().depack(args)


class NotThere(Exception):
    """Nothing on the screen means what was to be touched, for as long as one would look for it."""


class Finger:
    """Used from any thread but Kivy's: every call returns when the finger is up again."""

    def __init__(self, patience: float = 10.0) -> None:
        self._patience = patience
        self._count = 0

    def press(self, event: Event) -> None:
        """Touch whatever sends this event. Raises NotThere."""
        self._touch(lambda widget: isinstance(widget, Press) and widget.event == event, str(event))

    def type(self, digits: str) -> None:
        """Touch the keys of the keypad on the screen, one by one. Raises NotThere."""
        for number, face in enumerate(digits):
            means = _is_key(face)
            self._touch(means, "a digit", settled=number > 0)

    def enter(self) -> None:
        """Touch the key that hands over what was typed."""
        self._touch(_hands_over, "enter", settled=True)

    def _touch(self, means: Callable[[Widget], bool], what: str, *, settled: bool = False) -> None:
        up = threading.Event()
        self._count += 1
        reach = _Reach(means, self._count, up.set, 0.0 if settled else SETTLES)
        Clock.schedule_once(reach.look, 0)
        if not up.wait(self._patience):
            reach.given_up = True
            raise NotThere(f"nothing on the screen means {what}")


class _Reach:
    """One touch, in Kivy's thread: look until it is there, down, up."""

    def __init__(
        self, means: Callable[[Widget], bool], number: int, done: Callable[[], object], settles: float
    ) -> None:
        self._means, self._number, self._done, self._settles = means, number, done, settles
        self._since: tuple[Widget, float] | None = None
        self.given_up = False

    def look(self, _elapsed: float) -> None:
        if self.given_up:
            return
        found = next((widget for widget in _touchable() if self._means(widget)), None)
        now = Clock.get_time()
        if found is None:
            self._since = None
        elif self._since is None or self._since[0] is not found:
            self._since = (found, now)
        if found is not None and self._since and now - self._since[1] >= self._settles:
            self._down(found)
        else:
            Clock.schedule_once(self.look, 0)

    def _down(self, widget: Widget) -> None:
        x, y = widget.to_window(*widget.center)
        touch = Touch("finger", self._number, (x / Window.width, y / Window.height))
        EventLoop.post_dispatch_input("begin", touch)
        Clock.schedule_once(lambda _elapsed: self._up(touch), HELD)

    def _up(self, touch: MotionEvent) -> None:
        EventLoop.post_dispatch_input("end", touch)
        self._done()


def _is_key(face: str) -> Callable[[Widget], bool]:
    return lambda widget: isinstance(widget, Key) and widget.face == face


def _hands_over(widget: Widget) -> bool:
    return isinstance(widget, Key) and widget.face == widget.parent.enter_text


def _touchable() -> Iterator[Widget]:
    """What is on the screen and can be touched, uppermost first."""
    for child in Window.children:
        for widget in child.walk(loopback=False):
            if isinstance(widget, Press) and widget.usable and widget.opacity > 0:
                yield widget
