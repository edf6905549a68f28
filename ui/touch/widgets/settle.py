"""Sizes now instead of at the next frame: what a widget needs in height when it is so wide."""

from typing import Any

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from ui.touch.widgets.arrange import Arrange
from ui.touch.widgets.type import Fitted, Icon, Type, width_of

PASSES = 3  # widths go down and heights come up: panels hold columns, columns hold texts
STEPS = (1.0, 0.93, 0.87, 0.81, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5)
"""How much smaller a text is set before it may be cut: words of ours are set smaller, never cut."""


def settle(widget: Widget) -> None:
    """Lay out a widget and all in it, and set its texts."""
    for _ in range(PASSES):
        for each in widget.walk(restrict=True):
            if isinstance(each, Fitted):
                each.refit()
            if isinstance(each, Type):
                _set(each)
            elif isinstance(each, Arrange | FloatLayout) and not isinstance(each, Label):
                each.do_layout()


def height_at(
    widget: Widget, width: float, most: float | None = None, *, wide: bool = False, grown: float = 1.0
) -> float:
    """Return the height of a widget that is `width` px wide; its texts are set smaller until it is `most` px high.

    `grown`: set so much larger than drawn. `wide`: it takes the width whatever its size hint says.
    """
    texts = [each for each in widget.walk(restrict=True) if isinstance(each, Type)]
    for step in STEPS:
        for text in texts:
            text.scale = _drawn(text) * step * grown
        if wide or widget.size_hint_x is not None:
            widget.width = width
        settle(widget)
        if (most is None or widget.height <= most) and not any(breaks(text) for text in texts):
            break
    return float(widget.height)


def breaks(text: Any) -> bool:
    """Whether a word is wider than its line, where Kivy would break it anywhere."""
    if isinstance(text, Icon) or text.text_size[0] is None or not text.text:
        return False
    words = text.text.replace("[b]", "").replace("[/b]", "").replace("\n", " ").split(" ")
    return any(width_of(word, text.font_size, bold=text.bold) > text.text_size[0] for word in words)


def _drawn(text: Any) -> float:
    """Return the scale a text was made with."""
    drawn: float = text.__dict__.setdefault("drawn", text.scale)
    return drawn


def _set(text: Any) -> None:
    """Render a text, if it is another than the one that was rendered here last."""
    key = (tuple(text.text_size), text.font_size, text.bold, text.line_height)
    if "set_as" not in text.__dict__:
        text.fbind("text", _forget)
    if text.__dict__.get("set_as") != key:
        text.__dict__["set_as"] = key
        text.texture_update()


def _forget(text: Any, _words: str) -> None:
    text.__dict__["set_as"] = None
