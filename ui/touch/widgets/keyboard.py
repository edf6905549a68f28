"""The on-screen keyboard: Cyrillic, Latin, figures. What is typed lives here until it is handed over, and then is gone.

Shift holds for one letter, twice for all. Erase takes a letter; held, a word. A key that is held shows the letters of
Tatar, Bashkir and Kazakh that stand behind it.
"""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from ui.touch import letters
from ui.touch.letters import ENTER, ERASE, GAP, LETTERS, OTHER, SHIFT, SIGNS, SPACE, UNITS
from ui.touch.stage import now, say, tp
from ui.touch.widgets.keypad import Key
from ui.touch.widgets.surface import Panel

HELD = 0.5  # seconds after which a key counts as held
MOST = 64  # letters; a leaning child cannot fill the memory
HIGHEST = 120  # token px of a key
ICONS = {SHIFT: "shift", ERASE: "backspace", ENTER: "check"}


class LetterKey(Key):
    """A key of the keyboard: one letter, or what it does. Held, it means something else."""

    def __init__(self, face: str, board: "Keyboard", **kwargs: Any) -> None:
        self.name, self._board = face, board
        self._holding: Any = None
        self._held = False
        super().__init__(size_hint=(None, None), **kwargs)
        self.style = "h2" if len(face) == 1 else "h3"
        self.shadow = "row"

    def on_touch_down(self, touch: Any) -> bool:
        taken = super().on_touch_down(touch)
        if taken and self.state == "down":
            self._held = False
            self._holding = Clock.schedule_interval(self._hold, HELD)
        return taken

    def on_touch_up(self, touch: Any) -> bool:
        self._let_go()
        return bool(super().on_touch_up(touch))

    def _let_go(self) -> None:
        if self._holding is not None:
            self._holding.cancel()
            self._holding = None

    def _hold(self, _elapsed: float) -> bool:
        self._held = True
        return bool(self._board.held(self)) and self.state == "down"

    def on_release(self) -> None:
        self._let_go()
        if not self._held:
            self._board.press(self.name)


class Behind(Panel):
    """The letters behind a key, above it."""


class Keyboard(FloatLayout):
    """`typed(text)` is told after every key; `entered(text)` when it is handed over. `language` chooses the first page
    and its own letters."""

    language = StringProperty("ru")
    digits = BooleanProperty(False)
    """Digits stand above the letters too, where they are not too small by that."""
    enter_text = StringProperty("")
    enter_icon = StringProperty("check")
    typed = ObjectProperty(None, allownone=True)
    entered = ObjectProperty(None, allownone=True)
    layer = StringProperty("")
    """Of the layers: "ru", "en" or "123"."""
    page = NumericProperty(0)
    """There is one; every filler of a flow has pages."""
    shift = StringProperty("")
    """"", "once" or "lock"."""
    tallest = NumericProperty(HIGHEST)
    greedy = False
    content = "keys"

    def __init__(self, **kwargs: Any) -> None:
        self._text = ""
        self._keys: list[list[tuple[LetterKey | None, float]]] = []
        self._behind: Behind | None = None
        super().__init__(**kwargs)
        self._alphabet = "ru"
        for name in ("layer", "shift", "enter_text", "digits"):
            self.fbind(name, self._build)
        self.fbind("language", self._begin)
        for name in ("pos", "size"):
            self.fbind(name, self._place)
        self._begin()

    def _begin(self, *_: object) -> None:
        """Begin with the letters of the language."""
        self._alphabet = "en" if self.language == "en" else "ru"
        if self.layer == self._alphabet:
            self._build()
        self.layer = self._alphabet

    # --- what is typed -----------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Forget what was typed."""
        self._text = ""
        self._tell()

    def press(self, name: str) -> None:
        """What a key does when the finger is lifted from it."""
        self._close()
        if name == SHIFT:
            self.shift = {"": "once", "once": "lock"}.get(self.shift, "")
        elif name == ERASE:
            self._text = self._text[:-1]
            self._tell()
        elif name == ENTER:
            self._enter()
        elif name in (SIGNS, LETTERS, OTHER):
            self._turn(name)
        else:
            self._type(" " if name == SPACE else name)

    def held(self, key: LetterKey) -> bool:
        """What a key does when it is held; return whether it goes on doing so."""
        if key.name == ERASE:
            self._text = self._text.rstrip()
            self._text = self._text[: self._text.rfind(" ") + 1]
            self._tell()
            return True
        if behind := letters.BESIDE.get(key.name):
            self._open(key, behind)
        elif len(key.name) == 1:
            self.press(key.name)
        return False

    def _type(self, letter: str) -> None:
        if len(self._text) < MOST:
            self._text += letter.upper() if self.shift else letter
            now().sound("key")
            if self.shift == "once":
                self.shift = ""
            self._tell()

    def _turn(self, name: str) -> None:
        if name == SIGNS:
            self.layer = SIGNS
        else:
            if name == OTHER and self.layer != SIGNS:
                self._alphabet = "en" if self._alphabet == "ru" else "ru"
            elif name == OTHER:
                self._alphabet = "en"
            self.layer = self._alphabet
        self.shift = ""

    def _enter(self) -> None:
        if self._text.strip() and self.entered is not None:
            text, self._text = self._text.strip(), ""
            self._tell()
            self.entered(text)

    def _tell(self) -> None:
        if self.typed is not None:
            self.typed(self._text)

    # --- the keys ----------------------------------------------------------------------------------------------------

    def _build(self, *_: object) -> None:
        self.clear_widgets()
        self._behind = None
        self._keys = []
        for row in letters.rows(self.layer, self.language, digits=self.digits):
            keys: list[tuple[LetterKey | None, float]] = []
            for face, width in row:
                key = None if face == GAP else self._key(face)
                keys.append((key, width))
                if key is not None:
                    self.add_widget(key)
            self._keys.append(keys)
        self._place()

    def _key(self, face: str) -> LetterKey:
        key, palette = LetterKey(face, self), now().palette
        key.icon = (
            self.enter_icon
            if face == ENTER
            else "shift_lock"
            if face == SHIFT and self.shift == "lock"
            else ICONS.get(face, "")
        )
        key.face = self._words(face)
        key.spoken = key.face
        if face == ENTER:
            key.fill, key.fill_down, key.colour, key.edge = (
                palette.primary,
                palette.primary_pressed,
                palette.on_primary,
                "",
            )
        elif face == SHIFT and self.shift:
            key.fill, key.colour = palette.ink, palette.bg
        elif len(face) > 1 and face != SPACE:
            key.fill = palette.sunk
        if face == SPACE:
            key.style = "body"
        return key

    def _words(self, face: str) -> str:
        if face in (SIGNS,):
            return "123"
        if face == LETTERS:
            return "АБВ" if self._alphabet == "ru" else "ABC"
        if face == OTHER:
            return "АБВ" if self._alphabet == "en" and self.layer != SIGNS else "ABC"
        names = {SHIFT: "keyboard.shift", ERASE: "pin.clear", SPACE: "keyboard.space"}
        if face == ENTER:
            return str(self.enter_text)
        if face in names:
            return say(names[face])
        return str(face.upper() if self.shift else face)

    def _place(self, *_: object) -> None:
        if self.width < 20 or not self._keys:
            return
        gap, rows = self._gap, len(self._keys)
        high = min(tp(self.tallest), (self.height - gap * (rows - 1)) / rows)
        unit = (self.width + gap) / UNITS
        for at, row in enumerate(self._keys):
            x, y = self.x, self.y + (rows - 1 - at) * (high + gap)
            for key, width in row:
                if key is not None:
                    key.size, key.pos = (round(unit * width - gap), round(high)), (round(x), round(y))
                    self._fit(key)
                x += unit * width

    @staticmethod
    def _fit(key: LetterKey) -> None:
        k = now().page.k
        if key.name in (SHIFT, ERASE):
            key.word = False
            key.icon_extent = min(44.0, key.height / k * 0.6, key.width / k * 0.6)
            return
        key.fit(key.width / k, key.height / k)
        if key.name == ENTER:  # the word says more than the sign
            key.word = True
            icon = key.icon
            key.icon = ""
            key.scale = 1.0
            key.scale = min(1.0, (key.width - tp(24)) / max(1, key.natural_width() - tp(56)), key.height / tp(58))
            if icon and key.natural_width() + tp(44) < key.width:
                key.icon = icon

    @property
    def _gap(self) -> int:
        page = now().page
        return tp(min(14.0, page.tokens(2)))

    # --- the letters behind a key ------------------------------------------------------------------------------------

    def _open(self, key: LetterKey, behind: str) -> None:
        self._close()
        gap = self._gap
        panel = Behind(radius=24, size_hint=(None, None))
        panel.size = (len(behind) * (key.width + gap) + gap, key.height + 2 * gap)
        x = min(max(self.x, key.center_x - panel.width / 2), self.right - panel.width)
        panel.pos = (round(x), round(min(key.top + gap, now().page.height - panel.height)))
        for at, letter in enumerate(behind):
            one = self._key(letter)
            one.size, one.pos = key.size, (panel.x + gap + at * (key.width + gap), panel.y + gap)
            self._fit(one)
            panel.add_widget(one)
        self._behind = panel
        self.add_widget(panel)

    def _close(self) -> None:
        if self._behind is not None:
            self.remove_widget(self._behind)
            self._behind = None

    def on_touch_down(self, touch: Any) -> bool:
        """A touch beside the letters behind a key puts them away, and no more."""
        if self._behind is not None and not self._behind.collide_point(*touch.pos):
            self._close()
            return True
        return bool(super().on_touch_down(touch))

    # --- where words flow --------------------------------------------------------------------------------------------

    def least_fill(self, _width: float) -> float:
        """Return the least height, in px: keys of 15 mm."""
        rows = len(self._keys)
        return rows * max(tp(now().page.finger), tp(60)) + self._gap * (rows - 1)

    @staticmethod
    def pages_at(_width: float, _height: float) -> int:
        return 1

    def spread(self, _width: float, _height: float) -> None:
        self._place()
