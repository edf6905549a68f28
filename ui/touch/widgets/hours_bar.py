"""Today's hours as a bar: staffed, OPEN+, and a small triangle over now."""

from dataclasses import dataclass
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Mesh
from kivy.properties import ListProperty, NumericProperty
from kivy.uix.floatlayout import FloatLayout

from ui.touch.stage import now, tp
from ui.touch.theme import rgb
from ui.touch.widgets.surface import Panel
from ui.touch.widgets.type import Words

HOUR = 60
LEAST = 36  # token px of a part that is named


@dataclass(frozen=True, slots=True)
class Part:
    """Minutes of the day, the words in it, its fill and its ink."""

    start: int
    end: int
    text: str
    fill: str
    ink: str


class HoursBar(FloatLayout):
    """`parts` are what is open, in order; an hour before and after them is shown closed. `minute` is now."""

    parts = ListProperty([])
    minute = NumericProperty(-1)

    def __init__(self, **kwargs: Any) -> None:
        self._draw = Clock.create_trigger(self._lay_out, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size", "parts", "minute"):
            self.fbind(name, self._draw)

    def _lay_out(self, *_: object) -> None:
        self.clear_widgets()
        self.canvas.after.clear()
        if not self.parts or self.width < tp(100):
            return
        first, last = self.parts[0].start - HOUR, self.parts[-1].end + HOUR
        scale = self.width / (last - first)
        closed = now().palette.sunk
        ends = [Part(first, first + HOUR, "", closed, ""), *self.parts, Part(last - HOUR, last, "", closed, "")]
        for part in ends:
            self._part(part, self.x + (part.start - first) * scale, (part.end - part.start) * scale)
        marks = sorted({part.start for part in self.parts} | {part.end for part in self.parts})
        for minute in marks:
            self._mark(minute, self.x + (minute - first) * scale)
        if first <= self.minute <= last:
            self._triangle(self.x + (self.minute - first) * scale)

    def _part(self, part: Part, x: float, width: float) -> None:
        gap = tp(4)
        box = Panel(fill=part.fill, radius=12, shadow="", size_hint=(None, None))
        box.size, box.pos = (round(width) - gap, tp(44)), (round(x) + gap // 2, self.y + tp(42))
        self.add_widget(box)
        if part.text:
            text = Words(text=part.text, style="small_strong", color=part.ink)
            text.texture_update()
            text.size = text.texture_size
            if text.width <= width - gap:
                text.pos = (x + (width - text.width) / 2, self.y + tp(42) + (tp(44) - text.height) / 2)
                self.add_widget(text)

    def _mark(self, minute: int, x: float) -> None:
        text = Words(text=f"{minute // 60 % 24:02}:{minute % 60:02}", style="small", color=now().palette.muted)
        text.texture_update()
        text.size = text.texture_size
        text.pos = (min(max(self.x, x - text.width / 2), self.right - text.width), self.y)
        if all(
            abs(text.center_x - other.center_x) > text.width + tp(12) or other.y != text.y for other in self.children
        ):
            self.add_widget(text)

    def _triangle(self, x: float) -> None:
        half, top = tp(10), self.y + tp(104)
        corners = ((x - half, top), (x + half, top), (x, top - tp(11)))
        with self.canvas.after:
            Color(*(part / 255 for part in rgb(now().palette.ink)), 1)
            vertices = [value for corner in corners for value in (*corner, 0, 0)]
            Mesh(vertices=vertices, indices=[0, 1, 2], mode="triangles")
