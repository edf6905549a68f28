"""One book in a list, with what became of it."""

from dataclasses import dataclass
from typing import Any

from kivy.animation import Animation
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty

from kiosk.events import Event
from ui.touch.stage import now
from ui.touch.widgets.press import Card


@dataclass(frozen=True, slots=True)
class RowModel:
    """What a row shows. `tone` names an entry of the palette's tones; `item` empty: grey bars; `event`: it is touched.

    `asks`: it has something to tell when touched, and shows it by an arrow.
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
    """A bin's number at the right."""


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
    pill = NumericProperty(500)
    tones = ListProperty(["#FFFFFF"] * 5)
    grow = NumericProperty(1.0)

    def __init__(self, model: RowModel | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._model: RowModel | None = None
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
        self.spoken = ". ".join(part for part in (model.title, model.first, model.second) if part)
        if changed and now().motion:
            self.grow = 0.8
            Animation(grow=1.0, d=0.12, t="out_quad").start(self)

    def arrive(self) -> None:
        """Fade in from a little below."""
        if now().motion:
            self.opacity = 0
            Animation(opacity=1, d=0.16).start(self)

    def on_touch_down(self, touch: Any) -> bool:
        return super().on_touch_down(touch) if self.event is not None else False
