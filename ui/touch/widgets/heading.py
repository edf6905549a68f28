"""What stands at the top of a page, and the arrow that shows where the hand goes."""

from functools import reduce
from operator import add
from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from ui.touch.drawing import figures
from ui.touch.stage import now, tp
from ui.touch.widgets.arrange import Column
from ui.touch.widgets.type import Icon

REST = 60  # seconds a page stands still before its arrow moves
SWINGS = 3


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
    """An arrow that moves 16 token px now and then, below 1 Hz; `waits` seconds before it begins."""

    waits = NumericProperty(REST)
    shift_x = NumericProperty(0)
    shift_y = NumericProperty(0)

    def begin(self) -> None:
        """Start waiting; without motion the arrow stands still for good."""
        if now().motion:
            Clock.schedule_once(self._move, self.waits)

    def rest(self) -> None:
        Clock.unschedule(self._move)
        Animation.cancel_all(self, "shift_y")

    def _move(self, _elapsed: float) -> None:
        """Swing a few times, then stand still as long again: a quiet library must not draw frames all night."""
        away = [-tp(16), 0] * SWINGS
        swings = reduce(add, (Animation(shift_y=y, d=0.6, t="in_out_sine") for y in away))
        swings.bind(on_complete=lambda *_: Clock.schedule_once(self._move, self.waits))
        swings.start(self)
