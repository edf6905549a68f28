"""The pile on the desk as it lies there: newest on top, each spine with its sign, what stays sticks out."""

from dataclasses import dataclass
from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from ui.touch.drawing import covers
from ui.touch.stage import now, tp
from ui.touch.widgets.surface import Panel

OFFSETS = (10, 26, 6, 18, 0, 20)  # token px from the left, by place in the pile
WIDTHS = (422, 434, 416, 428, 408, 430)  # of a pile 464 wide
WIDE, PAD, GAP = 464, 26, 4
LOWEST, HIGHEST = 52, 88
OUT = FALL = 24
MOST = 6  # spines; the lower ones of a higher pile become one


@dataclass(frozen=True, slots=True)
class SpineModel:
    """`item` empty: not known yet. `tone` and `icon` empty: no sign. `out`: it stays here, so it sticks out."""

    key: str
    item: str = ""
    title: str = ""
    tone: str = ""
    icon: str = ""
    out: bool = False


class Spine(Panel):
    title = StringProperty("")
    colour = StringProperty("")
    band = StringProperty("")
    sign = StringProperty("")
    icon = StringProperty("")
    icon_colour = StringProperty("")
    outlined = BooleanProperty(False)

    def show(self, model: SpineModel) -> None:
        """Colour and word the spine; in high contrast it is an outline."""
        palette = now().palette
        ground, figure = covers.pair(model.item) if model.item else (palette.line, palette.muted)
        self.outlined = bool(palette.edges)
        self.fill, self.colour = (palette.bg, palette.ink) if self.outlined else (ground, figure)
        self.band, self.title = self.colour if model.item or self.outlined else palette.surface, model.title
        self.sign, self.icon_colour = palette.sign(model.tone) if model.tone else ("", "")
        self.icon = model.icon if model.tone else ""

    def put_by(self) -> None:
        Animation.cancel_all(self)

    def blank(self) -> None:
        self.show(SpineModel(""))


class Stack(FloatLayout):
    """`pad` is the desk's colour. The pile stands on the lower edge and is as high as its books."""

    pad = StringProperty("")
    more = StringProperty("")
    """The word of the spine that stands for several: "and 4 more"."""

    def __init__(self, **kwargs: Any) -> None:
        self._books: list[SpineModel] = []
        self._spines: dict[str, Spine] = {}
        self._place = Clock.create_trigger(self._lay_out, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size"):
            self.fbind(name, self._place)

    def show(self, books: list[SpineModel]) -> None:
        """Show a pile, oldest first. Only what changed is touched; a new book falls onto the pile."""
        self._books = books
        self._place()

    def hand_back(self) -> None:
        self._books = []
        self._exchange([])
        for trigger in (self._place, self._trigger_layout):
            trigger.cancel()

    def _merged(self) -> list[SpineModel]:
        """Return what is shown: the lower books of a pile that is too high become one."""
        most = min(MOST, max(1, int((self.height - tp(PAD + GAP)) // tp(LOWEST + GAP))))
        if len(self._books) <= most:
            return self._books
        rest = len(self._books) - most + 1
        return [SpineModel("rest", "", self.more.format(n=rest)), *self._books[rest:]]

    def _lay_out(self, *_: object) -> None:
        if self.height <= 0:  # it has no place yet
            return
        models, unit = self._merged(), self.width / WIDE
        new = self._exchange(models)
        room = (self.height - tp(PAD + GAP)) / max(1, len(models)) - tp(GAP)
        height = min(tp(HIGHEST), max(tp(LOWEST), room))
        bottom = self.y + tp(PAD + GAP)
        for at, model in enumerate(models):
            spine, place = self._spines[model.key], at % len(OFFSETS)
            spine.show(model)
            spine.size = (round(WIDTHS[place] * unit), round(height))
            x, y = round(self.x + OFFSETS[place] * unit), round(bottom + at * (height + tp(GAP)))
            out = tp(OUT) if model.out else 0
            _move(spine, x + out, y, falls=model.key in new, slides=bool(out) and spine.x == x)

    def _exchange(self, models: list[SpineModel]) -> set[str]:
        """Take away the spines that are gone and add those that came; return the keys of what came onto a pile."""
        keys = [model.key for model in models]
        had = set(self._spines)
        spares = now().spares
        for key in had - set(keys):
            spine = self._spines.pop(key)
            self.remove_widget(spine)
            spares.give(spine)
        for key in keys:
            if key not in self._spines:
                self._spines[key] = spares.take(Spine)
                self.add_widget(self._spines[key])
        return set(keys) - had if had else set()


def _move(spine: Spine, x: int, y: int, *, falls: bool, slides: bool) -> None:
    """Place a spine; a new one falls onto the pile, one that stays slides out of it."""
    Animation.cancel_all(spine, "x", "y")
    if not now().motion or not (falls or slides):
        spine.pos = (x, y)
        return
    spine.pos = (x - tp(OUT) if slides else x, y + tp(FALL) if falls else y)
    Animation(x=x, y=y, d=0.18, t="out_cubic").start(spine)
