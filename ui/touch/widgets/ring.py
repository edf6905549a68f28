"""The countdown's ring: starts at twelve, empties clockwise, round ends. A textured sector, so its edge is smooth."""

import math
from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.graphics import Color, Ellipse
from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from ui.touch.drawing import figures
from ui.touch.stage import now, tp

URGENT = 6  # seconds: from here the bar is drawn in ink; nothing blinks


class CountdownRing(FloatLayout):
    """`left` of `total` seconds. `bar` and `track` are colours; the number in the middle says the same."""

    left = NumericProperty(0)
    total = NumericProperty(20)
    shown = NumericProperty(0)
    extent = NumericProperty(152)
    bar_width = NumericProperty(18)
    bar = StringProperty("")
    track = StringProperty("")
    colour = StringProperty("")
    style = StringProperty("h1")
    bar_colour = ColorProperty((1, 1, 1, 1))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas.before:
            self._track = self._colour()
            self._whole = Ellipse()
            self._bar = self._colour()
            self._sector = Ellipse()
            self._caps = (Ellipse(), Ellipse())
        self._repaint = Clock.create_trigger(self._paint, -1)
        for name in ("pos", "size", "shown", "bar", "track", "total", "bar_colour"):
            self.fbind(name, self._repaint)
        self._repaint()

    @staticmethod
    def _colour() -> Color:
        return Color(1, 1, 1, 1)

    def on_left(self, _: object, left: float) -> None:
        """Move on to the new second; without motion, jump."""
        Animation.cancel_all(self, "shown")
        if now().motion and 0 < self.shown - left <= 1:
            Animation(shown=left, d=0.3, t="out_cubic").start(self)
        else:
            self.shown = left
        self.bar_colour = self.colour if left < URGENT else self.bar

    def _paint(self, *_: object) -> None:
        size, width = tp(self.extent), tp(self.bar_width)
        x, y = round(self.center_x - size / 2), round(self.center_y - size / 2)
        ring = now().surfaces.drawn(("ring", size, width), lambda: figures.ring(size, width, "#FFFFFF"))
        dot = now().surfaces.drawn(("dot", width), lambda: figures.ring(width + 2, width, "#FFFFFF"))
        angle = 360 * max(0.0, min(1.0, self.shown / self.total)) if self.total else 0
        self._track.rgba = _rgba(self.track or now().palette.sunk)
        self._bar.rgba = self.bar_colour if angle else (0, 0, 0, 0)
        for ellipse, end in ((self._whole, 360.0), (self._sector, angle)):
            ellipse.texture, ellipse.pos, ellipse.size = ring, (x, y), (size, size)
            ellipse.angle_start, ellipse.angle_end, ellipse.segments = 0, end, 90
        radius = (size - 2 - width) / 2
        for cap, at in zip(self._caps, (0.0, angle), strict=True):
            centre_x = x + size / 2 + radius * math.sin(math.radians(at))
            centre_y = y + size / 2 + radius * math.cos(math.radians(at))
            cap.texture, cap.size = dot, (width + 2, width + 2)
            cap.pos = (centre_x - width / 2 - 1, centre_y - width / 2 - 1)


def _rgba(colour: str) -> tuple[float, float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue, 1.0
