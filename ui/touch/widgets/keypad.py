"""Keypads. Digits leave them in one event, on enter, and are then gone from here; a PIN leaves as a `Secret`."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.domain.ids import Secret
from kiosk.events import NumberTyped, PinEntered
from ui.touch.stage import now, tp
from ui.touch.theme import STYLES
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.press import PushButton
from ui.touch.widgets.surface import Panel
from ui.touch.widgets.type import width_of

MAX_DIGITS = 24  # longer than any card number; a leaning child cannot fill the memory
SEEN = 0.12  # seconds a full PIN stands in its boxes before it goes on


class Key(PushButton):
    """One key. Function keys have an icon above their word."""

    face = StringProperty("")
    word = BooleanProperty(True)
    """There is room for the word below the icon."""

    def fit(self, width: float, height: float) -> None:
        """Make what stands on the key fit into so many token px."""
        style = STYLES[self.style]
        self.word = not self.icon or (height >= 150 and width >= 150)
        words = width_of(self.face, tp(style.size), bold=style.bold) / now().page.k
        self.scale = min(1.0, height * 0.62 / style.size, (width - 32) / max(1.0, words)) if self.word else 1.0
        self.icon_extent = min(44.0, height * 0.6, width * 0.6)


class KeyGrid(GridLayout):
    """Keys in rows, in as many columns as the height asks for."""

    greedy = True
    content = "keys"

    def least_fill(self, _width: float) -> float:
        """Return the height of two rows of keys, in px."""
        return 2 * tp(now().page.finger) + tp(now().page.tokens(3))

    @staticmethod
    def pages_at(_width: float, _height: float) -> int:
        return 1

    def wide_at(self, width: float, height: float) -> float:
        """Return how wide the keys are beside words, in px: 20 mm each, more where there is room."""
        page = now().page
        return min(width * 0.5, max(3 * tp(page.tokens(20)) + 2 * tp(page.tokens(3)), min(width * 0.36, height * 0.95)))

    def spread(self, width: float, height: float) -> None:
        """Lay the keys out in as many columns as the height asks for."""
        page = now().page
        gap, finger = tp(min(20, page.tokens(3))), tp(page.finger)
        four = height >= 4 * finger + 3 * gap and (height - 3 * gap) / 4 * 5 >= width / 3
        self.cols = 3 if four else 6
        self.spacing = gap
        rows = -(-len(self.children) // self.cols)
        high, wide = (height - gap * (rows - 1)) / rows, (width - gap * (self.cols - 1)) / self.cols
        for key in self.children:
            key.fit(wide / page.k, high / page.k)


class Keypad(KeyGrid):
    """3 x 4 keys. What is typed is held in one private place, never in a label or a property of this widget."""

    enter_text = StringProperty("")
    clear_text = StringProperty("")
    usable = BooleanProperty(True)
    typed = ObjectProperty(None, allownone=True)
    """Called after every key; what it is told is the subclass's business."""

    def __init__(self, **kwargs: Any) -> None:
        self._digits = ""
        super().__init__(**kwargs)

    @property
    def most(self) -> int:
        return MAX_DIGITS

    @property
    def count(self) -> int:
        """How many digits are typed."""
        return len(self._digits)

    def clear(self) -> None:
        """Forget what was typed."""
        self._digits = ""
        self._tell()

    def digit(self, face: str) -> None:
        if self.usable and len(self._digits) < self.most:
            self._digits += face
            now().sound("key")
            self._tell()

    def back(self) -> None:
        self._digits = self._digits[:-1]
        self._tell()

    def enter(self) -> None:
        """Hand the digits over and forget them."""
        if self._digits and self.usable:
            digits, self._digits = self._digits, ""
            self._hand_over(digits)

    def _hand_over(self, _digits: str) -> None:
        raise AssertionError("a keypad is for PINs or for numbers")

    def _tell(self) -> None:
        """Tell what may be known of what was typed."""


class PinPad(Keypad):
    """For a PIN: `typed(n)` learns how many digits there are, nothing learns which. Enters by itself after `length`."""

    length = NumericProperty(0)

    @property
    def most(self) -> int:
        return int(self.length) or MAX_DIGITS

    def digit(self, face: str) -> None:
        super().digit(face)
        if self.length and len(self._digits) == self.length:
            Clock.schedule_once(lambda _elapsed: self.enter(), SEEN)

    def _hand_over(self, digits: str) -> None:
        now().emit(PinEntered(Secret(digits)))

    def _tell(self) -> None:
        if self.typed is not None:
            self.typed(len(self._digits))


class NumberPad(Keypad):
    """For the number on a card, which is shown while it is typed: `typed(digits)`."""

    def _hand_over(self, digits: str) -> None:
        self._tell()
        now().emit(NumberTyped(digits))

    def _tell(self) -> None:
        if self.typed is not None:
            self.typed(self._digits)


class DigitBox(Panel):
    """One digit of a PIN: empty, next, or filled."""

    filled = BooleanProperty(False)
    current = BooleanProperty(False)
    wrong = BooleanProperty(False)


class DigitField(Panel):
    """A PIN of any length: a dot for every digit, with no word of how many there should be."""

    count = NumericProperty(0)
    wrong = BooleanProperty(False)
    extent = NumericProperty(32)
    """The diameter of a dot in token px: smaller, so that the most that can be typed stay inside."""

    def on_count(self, _field: Widget, count: int) -> None:
        self.extent = next((extent for most, extent in ((9, 32), (15, 18)) if count <= most), 11)
        dots = self.ids.dots
        while len(dots.children) > count:
            dots.remove_widget(dots.children[0])
        while len(dots.children) < count:
            dots.add_widget(Dot())
        for dot in dots.children:
            dot.extent = self.extent


class Dot(Panel):
    """One digit that was typed."""

    extent = NumericProperty(32)


class DigitBoxes(Row):
    """Boxes for `length` digits, of which `count` are typed; one open field where the length is 0, not known."""

    length = NumericProperty(4)
    count = NumericProperty(0)
    wrong = BooleanProperty(False)
    share = NumericProperty(1.0)
    """How much smaller than drawn."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("length", "count", "wrong"):
            self.fbind(name, self._show)
        self._show()

    def _show(self, *_: object) -> None:
        if not self.length:
            self._show_open()
            return
        if len(self.children) != self.length or isinstance(self.children[0], DigitField):
            self.clear_widgets()
            for _each in range(int(self.length)):
                self.add_widget(DigitBox())
        for at, box in enumerate(reversed(self.children)):
            box.filled, box.current, box.wrong = at < self.count, at == self.count, self.wrong

    def _show_open(self) -> None:
        if len(self.children) != 1 or not isinstance(self.children[0], DigitField):
            self.clear_widgets()
            self.add_widget(DigitField())
        field = self.children[0]
        field.count, field.wrong = self.count, self.wrong
