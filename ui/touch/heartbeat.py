"""The screen's truth: that Kivy lives and the display does not lie is seen in pixels that were drawn a moment ago.

Every `EVERY` seconds one pixel in the corner changes by a shade nobody can see. The whole picture is gone through for
the frame this brings, and the pixel is read back out of it, between drawing and showing: it is as it should be, or
nothing was drawn. Where the processor draws, the pixel alone is filled in (`ui.touch.retouch`).
"""

import logging
from collections.abc import Callable

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import Color, Rectangle
from kivy.graphics.opengl import GL_PACK_ALIGNMENT, GL_RGB, GL_UNSIGNED_BYTE, glPixelStorei, glReadPixels

from ui.touch import retouch

EVERY = 20.0
SHADE = 4
"""Steps of 256 by which the pixel changes: more than a display of 16 bits loses, less than an eye sees."""

log = logging.getLogger(__name__)
Pixel = tuple[int, ...]


class Heartbeat:
    """Lives in Kivy's thread from its making to `close`. `beat` is called there for every frame that was true."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._expected: Pixel | None = None
        self._shown: Pixel = ()
        self._dark = self._lied = False
        self._may_spare = retouch.worth()
        self._again = Clock.create_trigger(self._look_again, -1)
        with Window.canvas.after:
            self._colour = Color()
            self._mark = Rectangle(pos=(0, 0), size=(1, 1))
        self._timer = Clock.schedule_interval(self.probe, EVERY)
        Window.bind(on_flip=self._flipped)

    def close(self) -> None:
        retouch.frames_are_kept(False)
        self._again.cancel()
        self._timer.cancel()
        Window.unbind(on_flip=self._flipped)
        Window.canvas.after.remove(self._colour)
        Window.canvas.after.remove(self._mark)

    def probe(self, _elapsed: float = 0.0) -> None:
        """Have a frame drawn whose pixel is known, in a shade of the ground."""
        self._dark = not self._dark
        ground = (min(255 - SHADE, max(SHADE, round(255 * part))) for part in Window.clearcolor[:3])
        self._expected = tuple(part - SHADE if self._dark else part + SHADE for part in ground)
        retouch.draw((0, 0, 1, 1), self._shade)

    def _shade(self) -> None:
        if self._expected is not None:
            self._colour.rgb = tuple(part / 255 for part in self._expected)

    def _flipped(self, *_: object) -> None:
        if self._expected is None:
            return
        self._shown, self._expected = self._expected, None
        lied = not _shows(self._shown)
        if lied and not self._lied:
            log.warning("the screen shows another pixel than was drawn")
        self._lied = lied
        if not lied:
            self._beat()
        if self._may_spare:
            self._again()

    def _look_again(self, _elapsed: float) -> None:
        """Before anything else is drawn. A buffer that had taken turns with another would hold the shade of before."""
        retouch.frames_are_kept(_shows(self._shown))


def _shows(expected: Pixel) -> bool:
    glPixelStorei(GL_PACK_ALIGNMENT, 1)
    seen = glReadPixels(0, 0, 1, 1, GL_RGB, GL_UNSIGNED_BYTE)
    return all(abs(shade - part) < SHADE for shade, part in zip(seen, expected, strict=True))
