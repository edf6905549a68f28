"""Text and icons. `Text` wraps and is as high as its words, `Words` as wide as them, `Fitted` is cut to its width."""

from functools import lru_cache
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.label import Label
from kivy.utils import escape_markup

from ui.touch.fonts import FILLED, OUTLINED, TEXT, icon
from ui.touch.stage import now, tp
from ui.touch.theme import STYLES

TIGHTER = 0.8
SMALLEST_HEADING = 36
"""Styles up to this size are text, and never smaller than they are drawn."""


class Type(Label):
    """Anything set in the text face. `style` names an entry of `theme.STYLES`; `scale` enlarges it.

    What every text has in common is set here and not by a rule: a page has a hundred texts, and rules cost time.
    """

    style = StringProperty("body")
    scale = NumericProperty(1.0)
    tighter = BooleanProperty(False)
    """A heading gives way, so that all stands on one page."""

    def __init__(self, **kwargs: Any) -> None:
        self.font_name, self.font_hinting = TEXT, "light"
        self.color = now().palette.ink
        self._set_style()
        super().__init__(**kwargs)
        self.fbind("style", self._set_style)
        self.fbind("scale", self._set_style)
        self.fbind("tighter", self._set_style)
        self._set_style()

    def _set_style(self, *_: object) -> None:
        style = STYLES[self.style]
        largest = max(now().page.largest, SMALLEST_HEADING) if style.size > SMALLEST_HEADING else style.size
        size = min(style.size, largest)
        if self.tighter and size > SMALLEST_HEADING:
            size = max(SMALLEST_HEADING, size * TIGHTER)
        self.font_size = tp(size * self.scale)
        self.bold, self.line_height = style.bold, style.leading / 1.2


class Words(Type):
    """One or more given lines, as wide and high as they are; nothing where there are none."""

    def __init__(self, **kwargs: Any) -> None:
        self.size_hint, self.size = (None, None), (0, 0)
        super().__init__(**kwargs)
        self.fbind("texture_size", self._measured)

    def _measured(self, *_: object) -> None:
        self.size = self.texture_size if self.text else (0, 0)


class Text(Type):
    """Wraps to its width; its height follows. Never set its height."""

    def __init__(self, **kwargs: Any) -> None:
        self.size_hint_y, self.height = None, 0
        super().__init__(**kwargs)
        self.fbind("width", self._wrap)
        self.fbind("texture_size", self._measured)
        self._wrap()

    def _wrap(self, *_: object) -> None:
        self.text_size = (self.width, None)

    def _measured(self, *_: object) -> None:
        self.height = self.texture_size[1] if self.text else 0


class Rich(Text):
    """Like `Text`; *stars* in `words` mark what is bold."""

    words = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self.markup = True
        super().__init__(**kwargs)

    def on_words(self, _: object, words: str) -> None:
        self.text = marked(words)


class Fitted(Text):
    """Up to `lines` lines within the width; what does not fit ends in an ellipsis. Only data may be cut (`may_cut`)."""

    whole = StringProperty("")
    lines = NumericProperty(1)
    may_cut = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        self._refit = Clock.create_trigger(self._fit, -1)
        super().__init__(**kwargs)
        for name in ("whole", "width", "lines", "font_size"):
            self.fbind(name, self._refit)
        self._refit()

    @property
    def is_cut(self) -> bool:
        return self.text.replace("\n", " ") != " ".join(_words(self.whole))

    def refit(self) -> None:
        """Fit now, not at the next frame."""
        self._fit()

    def _fit(self, *_: object) -> None:
        if self._width_of("…") > self.width:
            self.text = ""
            return
        self.text = "\n".join(cut(_words(self.whole), self.width, int(self.lines), self._width_of))

    def _width_of(self, text: str) -> float:
        return width_of(text, self.font_size, bold=self.bold)


class Icon(Label):
    """One icon of `extent` token px; `filled` for discs and tiles. Without a name it takes no room."""

    name = StringProperty("")
    filled = BooleanProperty(False)
    extent = NumericProperty(44)

    def __init__(self, **kwargs: Any) -> None:
        self.size_hint, self.font_hinting = (None, None), None
        self.color = now().palette.ink
        self._draw()
        super().__init__(**kwargs)
        for name in ("name", "filled", "extent"):
            self.fbind(name, self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.font_name = FILLED if self.filled else OUTLINED
        self.text, self.font_size = icon(self.name), max(1, tp(self.extent))
        self.size = (tp(self.extent), tp(self.extent)) if self.name else (0, 0)


def _words(text: str) -> list[str]:
    """Return what may stand on different lines; a no-break space keeps together."""
    return [word for word in text.replace("\n", " ").split(" ") if word]


def width_of(text: str, size: float, *, bold: bool) -> float:
    """Return the width in px of a single line as the screen sets it."""
    width: float = _measure(size, bold).get_extents(text)[0]
    return width


@lru_cache(maxsize=64)
def _measure(size: float, bold: bool) -> Any:
    return CoreLabel(font_name=TEXT, font_size=size, bold=bold, font_hinting="light")


def cut(words: list[str], width: float, lines: int, width_of: Any) -> list[str]:
    """Wrap words into at most `lines` lines of `width` px; the last one ends in an ellipsis where words are left over.

    >>> cut(["one", "two", "three"], 7, 1, len)
    ['one tw…']
    """
    laid: list[str] = []
    for at, word in enumerate(words):
        if laid and width_of(f"{laid[-1]} {word}") <= width:
            laid[-1] += f" {word}"
        elif len(laid) < lines:
            laid.append(word)
        else:
            laid[-1] = " ".join([laid[-1], *words[at:]])
            break
    return [line if width_of(line) <= width else _shortened(line, width, width_of) for line in laid]


def _shortened(line: str, width: float, width_of: Any) -> str:
    """Return the longest beginning that fits with an ellipsis, found by halving."""
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(line[:middle].rstrip() + "…") <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + "…"


def marked(words: str) -> str:
    """Return Kivy markup of a text in which *stars* mark what is bold.

    >>> marked("put it on *the shelf*")
    'put it on [b]the shelf[/b]'
    """
    parts: list[str] = escape_markup(words).split("*")
    if len(parts) % 2 == 0:  # a lone star is a star
        return str(escape_markup(words))
    return "".join(f"[b]{part}[/b]" if at % 2 else part for at, part in enumerate(parts))
