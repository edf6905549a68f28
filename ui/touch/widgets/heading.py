"""What stands at the top of a page, and the arrow that shows where the hand goes."""

from math import cos, pi
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from ui.touch import retouch
from ui.touch.drawing import figures
from ui.touch.stage import now, tp
from ui.touch.widgets.arrange import Column
from ui.touch.widgets.type import Icon

REST, LONGEST_REST = 60, 3600  # seconds a page stands still before its arrow moves, the first time and in the end
SWINGS, SWING = 3, 1.2  # how often it moves there and back, and how many seconds that takes
AWAY, STEP = 16, 0.05  # token px; seconds between two frames: it moves a pixel or two in that time


class Heading(Column):
    """A title and one line."""

    title = StringProperty("")
    lead = StringProperty("")
    style = StringProperty("h1")
    lead_style = StringProperty("body")
    colour = StringProperty("")
    lead_colour = StringProperty("")
    at_least = NumericProperty(0)


class Picture(Widget):
    """The reader with a card, as high as it is told."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            Color(1, 1, 1, 1)
            self._picture = Rectangle()
        self._repaint = Clock.create_trigger(self._paint, -1)
        self.fbind("pos", self._repaint)
        self.fbind("size", self._repaint)

    def _paint(self, *_: object) -> None:
        height, edge = round(self.height), now().palette.edges
        if height > 8:
            draw = lambda: figures.card_reader(height, edge)  # noqa: E731
            self._picture.texture = now().surfaces.drawn(("reader", height, edge), draw)
            self._picture.size = self._picture.texture.size
            self._picture.pos = (round(self.x), round(self.y))


class Beckon(Icon):
    """An arrow that moves 16 token px now and then, below 1 Hz; `waits` seconds before it begins.

    Each rest is twice as long as the one before: a quiet library must not draw frames all night.
    """

    waits = NumericProperty(REST)
    shift_y = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._due: Any = None
        self._begun = self._pause = 0.0
        super().__init__(**kwargs)

    def begin(self) -> None:
        """Start waiting; without motion the arrow stands still for good."""
        if now().motion and self._due is None:
            self._wait(self.waits)

    def rest(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due, self.shift_y = None, 0

    def _wait(self, seconds: float) -> None:
        self._pause = seconds
        self._due = Clock.schedule_once(self._swing, seconds)

    def _swing(self, _elapsed: float) -> None:
        self._begun = Clock.get_time()
        self._due = Clock.schedule_interval(self._move, STEP)

    def _move(self, _elapsed: float) -> None:
        at = Clock.get_time() - self._begun
        over = at >= SWINGS * SWING
        away = 0 if over else round(tp(AWAY) * (1 - cos(2 * pi * at / SWING)) / 2)
        retouch.draw(self._way(), lambda: setattr(self, "shift_y", -away))
        if over:
            self._due.cancel()
            self._wait(min(2 * self._pause, LONGEST_REST))

    def _way(self) -> retouch.Box:
        """Return where the arrow is seen while it moves."""
        x, y = self.to_window(*self.center)
        across, up = (max(pair) // 2 + 2 for pair in zip(self.size, self.texture_size, strict=True))
        left, bottom = int(x - across), int(y - self.shift_y - up) - tp(AWAY)
        return left, bottom, int(2 * across) + 1, int(2 * up) + tp(AWAY) + 1
