"""Rows and columns in which what is not there takes no room: neither its size nor the gap beside it.

A child with a size hint shares what the fixed ones leave over. Children stand in the order they are written; a column
begins at the top.
"""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, VariableListProperty
from kivy.uix.layout import Layout


class Arrange(Layout):
    """Base of both; `axis` 0 is a row, 1 a column."""

    axis = 0
    spacing = NumericProperty(0)
    padding = VariableListProperty([0, 0, 0, 0])
    """Left, top, right, bottom, in px."""
    least = NumericProperty(0)
    """What the fixed children take along the axis, with gaps and padding: bind a size to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("children", "pos", "size", "spacing", "padding"):
            self.fbind(name, self._trigger_layout)
        self._trigger_layout()

    def do_layout(self, *_: object) -> None:
        shown = [child for child in reversed(self.children) if self._has_room(child)]
        gaps = self.spacing * max(0, len(shown) - 1)
        fixed = sum(self._fixed(child) for child in shown)
        around = self.padding[0] + self.padding[2] if self.axis == 0 else self.padding[1] + self.padding[3]
        self.least = fixed + gaps + around
        shares = sum(child.size_hint[self.axis] or 0 for child in shown)
        rest = max(0.0, (self.width, self.height)[self.axis] - self.least)
        at = self.padding[0] if self.axis == 0 else self.padding[1]
        for child in shown:
            share = child.size_hint[self.axis]
            length = self._fixed(child) if share is None else rest * share / shares
            self._place(child, at, length)
            at += length + self.spacing

    def _fixed(self, child: Any) -> float:
        return float(child.size[self.axis]) if child.size_hint[self.axis] is None else 0.0

    def _has_room(self, child: Any) -> bool:
        return child.size_hint[self.axis] is not None or child.size[self.axis] > 0

    def _place(self, _child: Any, _at: float, _length: float) -> None:
        raise AssertionError("either a row or a column")


class Row(Arrange):
    """Left to right; each child in the middle of the height, or as high as its hint says."""

    axis = 0

    def _place(self, child: Any, at: float, length: float) -> None:
        room = self.height - self.padding[1] - self.padding[3]
        if child.size_hint[1] is not None:
            child.height = room * child.size_hint[1]
        if child.size_hint[0] is not None:
            child.width = length
        child.pos = (round(self.x + at), round(self.y + self.padding[3] + (room - child.height) / 2))


class Column(Arrange):
    """Top to bottom; each child from the left, or as wide as its hint says."""

    axis = 1

    def _place(self, child: Any, at: float, length: float) -> None:
        room = self.width - self.padding[0] - self.padding[2]
        if child.size_hint[0] is not None:
            child.width = room * child.size_hint[0]
        if child.size_hint[1] is not None:
            child.height = length
        hint = child.pos_hint
        offset = (room - child.width) * (1 if "right" in hint else 0.5 if "center_x" in hint else 0)
        child.pos = (round(self.x + self.padding[0] + offset), round(self.top - at - child.height))


class Bundle(Arrange):
    """An icon and its words, beside or above each other, each in the middle; as large as they are."""

    upright = BooleanProperty(False)

    def do_layout(self, *_: object) -> None:
        self.axis = 1 if self.upright else 0
        across = max((child.size[1 - self.axis] for child in self.children), default=0)
        super().do_layout()
        self.size = (across, self.least) if self.upright else (self.least, across)

    def _place(self, child: Any, at: float, _length: float) -> None:
        if self.upright:
            child.pos = (self.center_x - child.width / 2, self.top - at - child.height)
        else:
            child.pos = (self.x + at, self.center_y - child.height / 2)
