"""The screen for somebody who does not stand before it: its frames as pixels, and a finger put on it from afar.

A frame is grabbed only when somebody asked for one and something was drawn since the last, and costs Kivy's thread the
copying of its pixels alone. Who looks for nothing costs one flag a frame.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_PACK_ALIGNMENT, GL_RGB, GL_UNSIGNED_BYTE, glPixelStorei, glReadPixels

from ui.touch.finger import Touch

LEAST = 0.1
"""Seconds between two frames that are grabbed: ten a second are a film, and leave the screen its time."""
MOST_WAITING = 64
"""Moves of a finger that wait for their frame; a finger that is further ahead is dragged by a fault."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Three bytes a pixel (RGB), rows from the bottom up, without padding."""

    width: int
    height: int
    pixels: bytes


class Phase(Enum):
    DOWN = "begin"
    MOVE = "update"
    UP = "end"


class Mirror:
    """Made in Kivy's thread; `take` gets every frame there and must not linger. `want` and `touch` from any thread."""

    def __init__(self, take: Callable[[Frame], None]) -> None:
        self._take = take
        self._wanted, self._drawn = False, True
        self._not_before = 0.0
        self._fingers: dict[int, Touch] = {}
        self._waiting: deque[tuple[int, Phase, float, float]] = deque()
        self._again = Clock.create_trigger(self._look, LEAST)
        self._step = Clock.create_trigger(self._play, 0)
        Window.bind(on_flip=self._flipped)

    def close(self) -> None:
        """Kivy's thread only."""
        Window.unbind(on_flip=self._flipped)
        self._again.cancel()
        self._step.cancel()

    def want(self) -> None:
        """Have one frame grabbed: at once if something was drawn since the last, else as soon as something is."""
        Clock.schedule_once(self._ask, -1)

    def touch(self, finger: int, phase: Phase, x: float, y: float) -> None:
        """Move a finger: `x` and `y` from 0 to 1, from the left and from the top. Each step gets a frame of its own."""
        Clock.schedule_once(lambda _elapsed: self._add(finger, phase, min(max(x, 0), 1), min(max(y, 0), 1)), -1)

    # --- frames out --------------------------------------------------------------------------------------------------

    def _ask(self, _elapsed: float) -> None:
        self._wanted = True
        self._look(0)

    def _look(self, _elapsed: float) -> None:
        """Grab soon what was drawn: pixels can be had between drawing and showing alone, so it is drawn once more."""
        if self._wanted and self._drawn:
            if Clock.time() >= self._not_before:
                Window.canvas.ask_update()
            else:
                self._again()

    def _flipped(self, *_: object) -> None:
        self._drawn = True
        if not self._wanted:
            return
        if Clock.time() < self._not_before:
            self._again()
            return
        self._wanted = self._drawn = False
        self._not_before = Clock.time() + LEAST
        self._take(_grab())

    # --- a finger in -------------------------------------------------------------------------------------------------

    def _add(self, finger: int, phase: Phase, x: float, y: float) -> None:
        last = self._waiting[-1] if self._waiting else None
        if last is not None and phase is Phase.MOVE and last[:2] == (finger, phase):
            self._waiting.pop()
        if len(self._waiting) < MOST_WAITING or phase is Phase.UP:
            self._waiting.append((finger, phase, x, y))
        self._step()

    def _play(self, _elapsed: float) -> None:
        finger, phase, x, y = self._waiting.popleft()
        place = (x, 1 - y)
        if phase is Phase.DOWN and finger not in self._fingers:
            self._fingers[finger] = touch = Touch("mirror", finger, place)
            EventLoop.post_dispatch_input(phase.value, touch)
        elif phase is not Phase.DOWN and (held := self._fingers.get(finger)) is not None:
            held.move(place)
            EventLoop.post_dispatch_input(phase.value, held)
            if phase is Phase.UP:
                del self._fingers[finger]
        if self._waiting:
            self._step()


def _grab() -> Frame:
    width, height = (int(side) for side in Window.size)
    glPixelStorei(GL_PACK_ALIGNMENT, 1)
    return Frame(width, height, glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE))
