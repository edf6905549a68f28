"""Things to touch. What a touch means is the event it carries; it goes out when the finger is lifted on it."""

from math import ceil
from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.floatlayout import FloatLayout

from ui.touch.drawing.patches import Patch
from ui.touch.stage import now, tp
from ui.touch.theme import STYLES
from ui.touch.widgets.surface import Skin, Surface, as_card
from ui.touch.widgets.type import width_of


class Press(ButtonBehavior, Surface):
    """Base of all that is touched. Looks pressed in the next frame. `spoken` names it for the voice.

    `event` None: the touch means something to the screen alone (`on_release`), such as turning a page.
    """

    event = ObjectProperty(None, allownone=True)
    spoken = StringProperty("")
    fill_down = StringProperty("")
    usable = BooleanProperty(True)
    focused = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ring = Skin(self.canvas.after)
        for name in ("state", "usable", "focused"):
            self.fbind(name, self._repaint)

    def look(self) -> tuple[str, str, str]:
        if self.state == "down" and self.usable:
            return self.fill_down or self.fill, self.edge, ""
        return self.fill, self.edge, self.shadow

    def _paint(self, *args: object) -> None:
        """Paint the surface, and around it the ring of the keypad path, outside a gap."""
        super()._paint(*args)
        if not self.focused:
            self._ring.clear()
            return
        away, palette = tp(10), now().palette
        ring = Patch(tp(self.radius + 10), "", palette.arrow if palette.edges else palette.primary, tp(6))
        x, y = round(self.x) - away, round(self.y) - away
        self._ring.paint(ring, x, y, round(self.width) + 2 * away, round(self.height) + 2 * away)

    def on_touch_down(self, touch: Any) -> bool:
        if not self.usable and self.collide_point(*touch.pos):
            return True
        if self.event is not None and self.collide_point(*touch.pos):
            touch.ud["carries"] = True
        return bool(super().on_touch_down(touch))

    def on_release(self) -> None:
        if self.event is not None and self.usable:
            now().emit(self.event)


class Card(Press, FloatLayout):
    """A card that is touched as a whole."""

    def __init__(self, **kwargs: Any) -> None:
        as_card(self)
        self.fill_down = now().palette.pressed
        super().__init__(**kwargs)


class PushButton(Press, FloatLayout):
    """An icon and a label, in the middle."""

    text = StringProperty("")
    icon = StringProperty("")
    icon_after = BooleanProperty(False)
    stacked = BooleanProperty(False)
    """Icon above the words."""
    style = StringProperty("button")
    colour = StringProperty("")
    icon_extent = NumericProperty(44)
    scale = NumericProperty(1.0)
    """How much smaller its words are set."""

    def natural_width(self) -> int:
        """Return the width its icon and words need, in px."""
        style = STYLES[self.style]
        words = width_of(self.text, tp(style.size * self.scale), bold=style.bold) if self.text else 0
        icon = tp(self.icon_extent) if self.icon else 0
        return ceil(words + icon + (tp(18) if words and icon else 0) + tp(56))


class PrimaryButton(PushButton):
    """The one next step."""


class SecondaryButton(PushButton):
    """Another way, or out."""


class ToolButton(PushButton):
    """Dock: help, comfort, language."""


class InkButton(PushButton):
    """On a coloured ground."""


class Tile(Card):
    """A task: a coloured square with an icon, what it does, what it needs."""

    text = StringProperty("")
    note = StringProperty("")
    icon = StringProperty("")
    colour = StringProperty("")
    stacked = BooleanProperty(False)
    """Icon above the words instead of beside them."""


class Way(Card):
    """A way to go on: a plain icon, a title, a note."""

    text = StringProperty("")
    note = StringProperty("")
    icon = StringProperty("")
    filled = BooleanProperty(False)
    colour = StringProperty("")
    ink = StringProperty("")
    quiet = StringProperty("")
    insets = ListProperty([32, 24])
