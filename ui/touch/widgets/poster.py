"""The coloured field that says what to do next, where words flow: title, line, and the pile or the reader beside it."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from ui.touch.stage import now, tp
from ui.touch.widgets.heading import Picture
from ui.touch.widgets.settle import height_at
from ui.touch.widgets.stack import SpineModel, Stack
from ui.touch.widgets.surface import Panel
from ui.touch.widgets.type import Text

SIDE = 700  # token px from which something stands beside the words
HIGH = 200


class Poster(Panel):
    """`pictured`: the reader with a card; otherwise the pile that is given to `show`."""

    title = StringProperty("")
    lead = StringProperty("")
    borrowing = BooleanProperty(False)
    closed = BooleanProperty(False)
    pictured = BooleanProperty(False)
    least_height = NumericProperty(84)

    def __init__(self, **kwargs: Any) -> None:
        self._title, self._lead = Text(style="display", size_hint_x=None), Text(style="lead", size_hint_x=None)
        self._side: Widget | None = None
        self._books: list[SpineModel] = []
        super().__init__(**kwargs)
        palette = now().palette
        self.radius, self.shadow, self.size_hint = 32, "", (None, None)
        self._title.color = palette.on_hero
        self._lead.color = palette.on_hero if palette.edges else palette.soft
        for text in (self._title, self._lead):
            self.add_widget(text)
        for name in ("pos", "size", "title", "lead", "borrowing", "pictured"):
            self.fbind(name, self._place)

    def show(self, books: list[SpineModel]) -> None:
        self._books = books
        self._place()

    def _place(self, *_: object) -> None:
        pad = tp(min(40.0, max(14.0, now().page.canvas[1] / 30)))
        width = self.width - 2 * pad - self._place_side(pad)
        room = self.height - 2 * pad
        if width < tp(60) or room < tp(20):
            return
        self._title.text, self._lead.text = self.title, self.lead
        gap = tp(10)
        height_at(self._title, width, room, wide=True)
        if self._side is not None and self._title.scale < 1:  # words come first
            self._drop_side()
            width = self.width - 2 * pad
            height_at(self._title, width, room, wide=True)
        lead = height_at(self._lead, width, wide=True) if self.lead else 0
        fits = bool(lead) and self._title.height + gap + lead <= room
        self._lead.opacity = 1 if fits else 0
        words = self._title.height + (gap + lead if fits else 0)
        self._title.pos = (self.x + pad, self.center_y + words / 2 - self._title.height)
        self._lead.pos = (self.x + pad, self._title.y - gap - lead)

    def _place_side(self, pad: float) -> float:
        """Place what stands beside the words, where there is room; return what it takes."""
        wanted = (self.pictured or (self.borrowing and bool(self._books))) and not self.closed
        wide = self.width >= tp(SIDE) and self.height >= tp(HIGH)
        self._drop_side()
        if not wanted or not wide:
            return 0
        height = self.height - 2 * pad
        if self.pictured:
            self._side = Picture(size_hint=(None, None), size=(height * 2 / 3, height))
        else:
            palette = now().palette
            width = min(tp(540), self.width * 0.36)
            self._side = Stack(pad=palette.pad if palette.edges else "#FFFFFF", size_hint=(None, None))
            self._side.size = (width, min(height, tp(300)))
            self._side.show(self._books)
        self._side.pos = (self.right - pad - self._side.width, self.center_y - self._side.height / 2)
        self.add_widget(self._side)
        return float(self._side.width + pad)

    def _drop_side(self) -> None:
        if self._side is not None:
            self.remove_widget(self._side)
            self._side = None


class NumberField(Panel):
    """What was typed, in one line; smaller when it gets long."""

    digits = StringProperty("")
    told = StringProperty("")
    """Said here where there is no room for it elsewhere, until something is typed."""
