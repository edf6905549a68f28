"""Rows where words flow: the state stands under the title; as many rows in a grid as there is room for."""

from math import ceil
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from ui.touch.stage import now, say, tp
from ui.touch.theme import STYLES
from ui.touch.widgets.bins import Bin
from ui.touch.widgets.cover import Cover
from ui.touch.widgets.disc import Disc
from ui.touch.widgets.press import Card, SecondaryButton
from ui.touch.widgets.type import Fitted, Icon, Words, width_of

PAD, DISC = 8, 44
BUTTON, WORDED = 166, 600
"""Width of a button with its word, and of a row from which it has one, in token px."""
COVERED = 460  # token px from which a row has its cover
WIDEST = 1400  # token px from which rows stand in two columns
TITLE, STATE, NOTE = 42, 46, 36  # token px of a line
CLOSE = 0.9
"""How much closer three lines stand than two."""


class SlimRow(Card):
    """One book: title, below it the sign and what became of it."""

    opens = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self._model: Any = None
        self._cover, self._disc = Cover(), Disc(extent=DISC, share=0.62, edge="")
        self._title = Fitted(style="h3", size_hint_x=None)
        self._first, self._second = Words(style="strong"), Words(style="small")
        self._extra: Widget | None = None
        self._tight = 1.0
        super().__init__(**kwargs)
        self.radius, self.shadow, self.size_hint = 24, "row", (None, None)
        for widget in (self._cover, self._disc, self._title, self._first, self._second):
            self.add_widget(widget)
        for name in ("pos", "size"):
            self.fbind(name, self._place)

    def show(self, model: Any) -> None:
        if model == self._model:
            return
        self._model = model
        palette = now().palette
        fill, sign = palette.sign(model.tone)
        self._disc.fill, self._disc.colour, self._disc.icon = fill, sign, model.icon
        self._cover.item, self._cover.title, self._cover.author = getattr(model, "item", model.key), "", ""
        self._cover.title, self._cover.author = model.title, model.author
        self._title.whole, self._first.text, self._second.text = model.title, model.first, model.second
        self._second.color = palette.muted
        loan = hasattr(model, "note")
        self.event = None if loan else model.event
        self.spoken = ". ".join(part for part in (model.title, model.first, model.second) if part)
        self._exchange(model, loan=loan)
        self._place()

    def _exchange(self, model: Any, *, loan: bool) -> None:
        """What stands at the right: a button, a bin, an arrow, or nothing."""
        if self._extra is not None:
            self.remove_widget(self._extra)
        self._extra = None
        if loan and model.event is not None:
            self._extra = SecondaryButton(icon="autorenew", event=model.event, spoken=say("loans.renew"))
            self._extra.size_hint = (None, None)
        elif getattr(model, "number", ""):
            self._extra = Bin(number=model.number, ground=model.ground, colour=now().palette.on_tile)
        elif getattr(model, "asks", False) or self.event is not None:
            self._extra = Icon(name="chevron_right", extent=56 if getattr(model, "asks", False) else 40)
        if self._extra is not None:
            self.add_widget(self._extra)

    def _place(self, *_: object) -> None:
        if self._model is None or self.width < 20:
            return
        pad = tp(PAD)
        covered = self.width >= tp(COVERED)
        high = self.height - 2 * pad
        self._cover.opacity = 1 if covered else 0
        self._cover.height = high if covered else 0
        self._cover.pos = (self.x + pad, self.y + pad)
        left = self.x + pad + (high * 5 / 7 + tp(16) if covered else tp(4))
        right = self.right - pad - self._place_extra(high)
        room = right - left
        one, lines = self._state_lines(room)
        title = float(tp(TITLE)) if self._model.title else 0.0
        total = title + tp(STATE) + (0 if one else tp(NOTE))
        close = min(1.0, (self.height - tp(4)) / total)
        self._tight = min(1.0, close / CLOSE)
        title, total = title * close, total * close
        top = self.center_y + total / 2
        self._title.scale = self._tight
        self._title.width = room
        self._title.refit()
        self._title.texture_update()
        self._title.opacity = 1 if title else 0
        self._title.pos = (left, top - (title + self._title.height) / 2)
        self._place_state(left, top - title, close, one=one, lines=lines)

    def _place_extra(self, high: float) -> float:
        extra = self._extra
        if extra is None:
            return 0
        if isinstance(extra, SecondaryButton):
            side = max(tp(now().page.finger), min(high, tp(96)))
            words = self.width >= tp(WORDED)
            extra.text, extra.style, extra.stacked = say("loans.renew") if words else "", "small_strong", True
            extra.icon_extent = 36 if words else 44
            extra.size = (tp(BUTTON) if words else side, side)
        if isinstance(extra, Bin):
            extra.extent = min(68, high / now().page.k)
        extra.pos = (self.right - tp(PAD) - extra.width, self.center_y - extra.height / 2)
        return float(extra.width + tp(12))

    def _state_lines(self, room: float) -> tuple[bool, tuple[float, float]]:
        """Return whether both parts of the state stand in one line, and how much smaller they are set, if at all."""
        sign = tp(DISC + 12)
        first, second = _wide(self._model.first, "strong"), _wide(self._model.second, "small")
        if sign + first + tp(14) + second <= room:
            return True, (1.0, 1.0)
        return not second, (min(1.0, (room - sign) / max(1, first)), min(1.0, (room - sign) / max(1, second)))

    def _place_state(self, left: float, top: float, close: float, *, one: bool, lines: tuple[float, float]) -> None:
        sign = tp(DISC + 12)
        for text, scale in zip((self._first, self._second), lines, strict=True):
            text.scale = min(self._tight, scale * 0.995 if scale < 1 else 1)
            text.texture_update()
            text.size = text.texture_size if text.text else (0, 0)
        state = tp(STATE) * close
        middle = top - state / 2
        self._disc.extent = DISC * close
        self._disc.pos = (left, middle - self._disc.height / 2)
        self._first.pos = (left + sign, middle - self._first.height / 2)
        if one:
            self._second.pos = (self._first.right + tp(14), middle - self._second.height / 2)
        else:
            self._second.pos = (left + sign, top - state - self._second.height + tp(2))

    def arrive(self) -> None:
        """It is there at once."""

    def on_touch_down(self, touch: Any) -> bool:
        if self.event is not None:
            return bool(super().on_touch_down(touch))
        extra = self._extra
        return bool(extra.dispatch("on_touch_down", touch)) if isinstance(extra, SecondaryButton) else False

    @staticmethod
    def lines_at(model: Any, width: float) -> int:
        """Return how many lines a row of this width has."""
        covered = tp(84) if width >= tp(COVERED) else 0
        loan = hasattr(model, "note")
        aside = (
            (tp(BUTTON + 12 if width >= tp(WORDED) else 96) if model.event else 0)
            if loan
            else tp(84)
            if model.number
            else 0
        )
        aside = aside or (tp(68) if model.event and not loan else 0)
        room = width - 2 * tp(PAD) - covered - aside - tp(DISC + 12)
        return 2 if _wide(model.first, "strong") + tp(14) + _wide(model.second, "small") <= room else 3


def _wide(text: str, style: str) -> float:
    look = STYLES[style]
    return width_of(text, tp(look.size), bold=look.bold) if text else 0.0


class RowGrid(Widget):
    """A list in pages, the rows that ask for something first. Takes the place of a `RowList` where words flow."""

    make = ObjectProperty(SlimRow)
    page = NumericProperty(0)
    content = StringProperty("")
    greedy = BooleanProperty(True)
    """Takes all the room there is, so that pages are few."""

    def __init__(self, **kwargs: Any) -> None:
        self._models: list[Any] = []
        self._shown: dict[str, Any] = {}
        self._begin: int | None = None
        super().__init__(**kwargs)

    def show(self, models: list[Any]) -> None:
        self._models = sorted(models, key=lambda model: not getattr(model, "asks", False))
        self.content = "|".join(f"{model.key} {model.first} {model.second}" for model in self._models)
        if self.height > 1:
            self.spread(self.width, self.height)

    def row_height(self, width: float) -> float:
        columns = self._columns(width)
        wide = (width - tp(12) * (columns - 1)) / columns
        lines = max((SlimRow.lines_at(model, wide) for model in self._models), default=2)
        words = tp(TITLE + STATE + 2 * PAD) if lines < 3 else tp((TITLE + STATE + NOTE) * CLOSE + PAD)
        return max(words, tp(now().page.finger) + 2 * tp(PAD))

    @property
    def touchable(self) -> bool:
        return any(model.event is not None for model in self._models)

    def _columns(self, width: float) -> int:
        return 2 if width >= tp(WIDEST) else 1

    def least_fill(self, width: float) -> float:
        """Return the height of one row, in px; of none where nothing is in the list."""
        return self.row_height(width) if self._models else 0.0

    def whole_fill(self, width: float) -> float:
        """Return the height at which all rows stand on one page, in px."""
        rows = ceil(len(self._models) / self._columns(width))
        return rows * (self.row_height(width) + tp(12)) - tp(12) if rows else 0.0

    def _room(self, width: float, height: float) -> int:
        rows = int((height + tp(12)) // (self.row_height(width) + tp(12)))
        return max(1, rows) * self._columns(width)

    def pages_at(self, width: float, height: float, first: float | None = None) -> int:
        """Return how many pages the list has, of which the first may be lower (`first`) than the others."""
        self._begin = None if first is None else self._room(width, first)
        if not self._models:
            return 0
        room = self._room(width, height)
        return 1 + max(0, ceil((len(self._models) - (self._begin or room)) / room))

    def spread(self, width: float, height: float) -> None:
        room, columns = self._room(width, height), self._columns(width)
        first = 0
        if self.page and self._begin is not None:
            first = self._begin + (int(self.page) - 1) * room
        elif self.page:
            first = int(min(self.page, max(0, ceil(len(self._models) / room) - 1))) * room
        visible = self._models[first : first + room]
        self._rearrange(visible)
        rows = max(1, room // columns)
        high = min((height - tp(12) * (rows - 1)) / rows, self.row_height(width) * 1.25)
        wide = (width - tp(12) * (columns - 1)) / columns
        for at, model in enumerate(visible):
            row = self._shown[model.key]
            row.show(model)
            row.size = (wide, high)
            x = self.x + at % columns * (wide + tp(12))
            row.pos = (round(x), round(self.y + height - (at // columns + 1) * high - at // columns * tp(12)))

    def _rearrange(self, models: list[Any]) -> None:
        keys = [model.key for model in models]
        if keys == list(self._shown):
            return
        rows = {key: self._shown.get(key) or self.make() for key in keys}
        self.clear_widgets()
        for row in rows.values():
            self.add_widget(row)
        self._shown = rows
