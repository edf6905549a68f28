"""One book in a list, with what became of it."""

from dataclasses import dataclass
from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.events import Event
from ui.touch.stage import now, tp
from ui.touch.widgets.bins import Bin
from ui.touch.widgets.disc import Disc
from ui.touch.widgets.press import Card
from ui.touch.widgets.type import Icon


@dataclass(frozen=True, slots=True)
class RowModel:
    """What a row shows. `tone` names an entry of the palette's tones; `item` empty: grey bars; `event`: it is touched.

    `asks`: it has something to tell when touched, and shows it by an arrow; a row with an event alone, by a small one.
    """

    key: str
    tone: str
    icon: str
    first: str
    second: str
    item: str = ""
    title: str = ""
    author: str = ""
    event: Event | None = None
    asks: bool = False
    number: str = ""
    """A bin's number at the right, on this ground."""
    ground: str = ""


class Bars(FloatLayout):
    """Two grey bars in the place of title and author."""


class Arrow(Disc):
    """Something is told behind this row."""


class More(Icon):
    """This row can be opened, and nothing has to be done there: quieter than what it says."""


class BookRow(Card):
    key = StringProperty("")
    item = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")
    icon = StringProperty("")
    first = StringProperty("")
    second = StringProperty("")
    tone = StringProperty("reading")
    number = StringProperty("")
    asks = BooleanProperty(False)
    opens = BooleanProperty(False)
    pill = NumericProperty(500)
    tones = ListProperty(["#FFFFFF"] * 5)
    grow = NumericProperty(1.0)

    def __init__(self, model: RowModel | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._model: RowModel | None = None
        self._extras: dict[str, Widget] = {}
        self._place = Clock.create_trigger(self._place_extras, -1)
        self.fbind("pos", self._place)
        self.fbind("size", self._place)
        if model is not None:
            self.show(model)

    def show(self, model: RowModel) -> None:
        """Change what differs, and nothing else; a change of state grows its disc."""
        if model == self._model:
            return
        changed = self._model is not None and model.tone != self._model.tone
        self._model = model
        tone = now().palette.tones[model.tone]
        self.tones = [tone.fill, tone.disc, tone.icon, tone.first, tone.second]
        for name in ("key", "tone", "icon", "first", "second", "item", "title", "author", "event", "asks", "number"):
            setattr(self, name, getattr(model, name))
        self.opens = model.event is not None and not model.asks
        self.spoken = ". ".join(part for part in (model.title, model.first, model.second) if part)
        self._extra("bars", Bars, wanted=not model.item)
        self._extra("arrow", Arrow, wanted=model.asks)
        self._extra("more", More, wanted=self.opens)
        self._extra("bin", Bin, wanted=bool(model.number))
        if changed and now().motion:
            self.grow = 0.8
            Animation(grow=1.0, d=0.12, t="out_quad").start(self)

    def _extra(self, name: str, kind: type[Widget], *, wanted: bool) -> None:
        """Add or take away what few rows have."""
        if wanted and name not in self._extras:
            self._extras[name] = kind()
            self.add_widget(self._extras[name])
        elif not wanted and name in self._extras:
            self.remove_widget(self._extras.pop(name))
        if name == "more" and wanted:
            self._extras[name].color = self.tones[4]
        if name == "bin" and wanted:
            self._extras[name].number, self._extras[name].ground = (
                self.number,
                self._model.ground if self._model else "",
            )
            self._extras[name].colour = now().palette.on_tile
        self._place()

    def _place_extras(self, *_: object) -> None:
        cover, pill = self.ids.cover, self.ids.pill
        for name, widget in self._extras.items():
            if name == "bars":
                x = cover.right + tp(28)
                widget.size, widget.pos = (pill.x - x - tp(40), self.height), (x, self.y)
            else:
                away = tp({"arrow": 14, "more": 10}.get(name, 26))
                widget.pos = (pill.right - away - widget.width, pill.center_y - widget.height / 2)

    def arrive(self) -> None:
        """Fade in from a little below."""
        if now().motion:
            self.opacity = 0
            Animation(opacity=1, d=0.16).start(self)

    def put_by(self) -> None:
        Animation.cancel_all(self)
        self.opacity, self.grow, self._model = 1, 1, None

    def blank(self) -> None:
        self.show(RowModel("", "reading", "", "", ""))
        self.put_by()

    def on_touch_down(self, touch: Any) -> bool:
        return super().on_touch_down(touch) if self.event is not None else False
