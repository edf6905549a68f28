"""Text and icons. `Text` wraps and is as high as its words, `Words` as wide as them, `Fitted` is cut to its width."""

from functools import lru_cache
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.label import Label
from kivy.utils import escape_markup

from ui.touch.fonts import TEXT


class Type(Label):
    """Anything set in the text face. `style` names an entry of `theme.STYLES`; `scale` enlarges it."""

    style = StringProperty("body")
    scale = NumericProperty(1.0)


class Words(Type):
    """One or more given lines, as wide and high as they are."""


class Text(Type):
    """Wraps to its width; its height follows. Never set its height."""


class Rich(Text):
    """Like `Text`; *stars* in `words` mark what is bold."""

    words = StringProperty("")

    def on_words(self, _: object, words: str) -> None:
        self.text = marked(words)


class Fitted(Type):
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
        return self.text.replace("\n", " ").strip() != " ".join(self.whole.split())

    def _fit(self, *_: object) -> None:
        self.text = "\n".join(cut(self.whole.split(), self.width, int(self.lines), self._width_of))

    def _width_of(self, text: str) -> float:
        return width_of(text, self.font_size, bold=self.bold)


class Icon(Label):
    """One icon of `extent` token px; `filled` for discs and tiles."""

    name = StringProperty("")
    filled = BooleanProperty(False)
    extent = NumericProperty(44)


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
