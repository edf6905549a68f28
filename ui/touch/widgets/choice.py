"""A thing to touch where words flow: as wide as there is room for, its icon beside its words or above them."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from ui.touch.stage import now, tp
from ui.touch.widgets.press import Card
from ui.touch.widgets.settle import breaks, height_at
from ui.touch.widgets.surface import Panel
from ui.touch.widgets.type import Icon, Text

SQUARE, SIGN, SMALL_SIGN = 64, 48, 40
PAD, GAP = 14, 16


class Choice(Card):
    """`square`: the icon's ground, empty for a plain icon. `leads`: it is the next step, and blue."""

    text = StringProperty("")
    note = StringProperty("")
    icon = StringProperty("")
    square = StringProperty("")
    colour = StringProperty("")
    leads = BooleanProperty(False)
    stacked = BooleanProperty(False)
    brief = BooleanProperty(False)
    """No room for the note."""
    bare = BooleanProperty(False)
    """Nor for the icon."""
    grown = NumericProperty(1.0)
    """Its words are set so much larger than drawn; smaller where all must stand on one page."""
    inset = NumericProperty(0)
    """Px above what is stacked, so that the icons of a row stand at one height."""

    def __init__(self, **kwargs: Any) -> None:
        self._ground = Panel(shadow="", edge="", radius=18, size_hint=(None, None))
        self._sign, self._title, self._note = Icon(), Text(style="h3"), Text(style="small")
        for text in (self._title, self._note):
            text.size_hint_x = None
        super().__init__(**kwargs)
        self.radius, self.size_hint = 24, (None, None)
        for widget in (self._ground, self._sign, self._title, self._note):
            self.add_widget(widget)
        for name in ("text", "note", "icon", "square", "colour", "leads", "brief", "bare"):
            self.fbind(name, self._show)
        for name in ("pos", "size", "inset"):
            self.fbind(name, self._place)
        for text in (self._title, self._note):
            text.fbind("size", self._place)
        self._show()

    def _show(self, *_: object) -> None:
        palette = now().palette
        if self.leads:
            self.fill, self.fill_down, self.edge = palette.primary, palette.primary_pressed, ""
        ink = palette.on_primary if self.leads else palette.ink
        self._title.color, self._title.text = ink, self.text
        self._note.color = palette.on_primary if self.leads else palette.muted
        self._note.text = "" if self.brief else self.note
        self._note.opacity = 1 if self._note.text else 0
        self._ground.fill = self.square if self.icon and not self.bare else ""
        self._sign.filled, self._sign.name = bool(self.square), "" if self.bare else self.icon
        self._sign.color = palette.on_tile if self.square else self.colour or (ink if self.leads else palette.primary)
        self._sign.extent = SQUARE * 0.6 if self.square else SMALL_SIGN if self.brief else SIGN
        self._title.halign = self._note.halign = "left" if self._has_icon else "center"
        self.spoken = ". ".join(part for part in (self.text, self.note) if part)

    @property
    def _extent(self) -> int:
        """How wide the icon is with its ground, in px."""
        sign = SMALL_SIGN if self.brief else SIGN
        return tp(SQUARE if self.square else sign) if self._has_icon else 0

    @property
    def _has_icon(self) -> bool:
        return bool(self.icon) and not self.bare

    def needs(self, width: float) -> float | None:
        """Return how high it must be when it is so wide, in px; None where a word would break."""
        beside = 0 if self.stacked or not self._has_icon else self._extent + tp(GAP)
        room = width - beside - 2 * tp(PAD)
        if room < tp(60):
            return None
        height = self._words_at(room)
        if min(self._title.scale, self._note.scale) < self.grown - 0.001 or any(map(breaks, (self._title, self._note))):
            return None
        if self.stacked and self._has_icon:
            height += self._extent + tp(8)
        return max(height, self._extent) + 2 * tp(PAD)

    def _words_at(self, room: float) -> float:
        note = height_at(self._note, room, wide=True, grown=self.grown) if self._note.text else 0
        if not self._note.text:
            self._note.scale = self.grown
        return height_at(self._title, room, wide=True, grown=self.grown) + note

    def squeeze(self, width: float) -> float:
        """Take the width whatever the words are: they are set smaller. Return the height."""
        beside = 0 if self.stacked or not self._has_icon else self._extent + tp(GAP)
        room = max(width - beside - 2 * tp(PAD), tp(40))
        height = self._words_at(room)
        return max(height + (self._extent + tp(8) if self.stacked and self._has_icon else 0), self._extent) + 2 * tp(
            PAD
        )

    def _place(self, *_: object) -> None:
        pad, extent = tp(PAD), self._extent
        words = self._title.height + (self._note.height if self._note.text else 0)
        if self.stacked and self._has_icon:
            top = self.top - pad - self.inset
            x, left = self.x + pad, self.x + pad
            y, below = top - extent, top - extent - tp(8)
        else:
            x, y = self.x + pad, self.center_y - extent / 2
            left = x + (extent + tp(GAP) if self._has_icon else 0)
            below = self.center_y + words / 2
        self._ground.size, self._ground.pos = (extent, extent), (x, y)
        self._sign.center = (x + extent / 2, y + extent / 2)
        self._title.pos = (left, below - self._title.height)
        self._note.pos = (left, self._title.y - self._note.height)
