"""Widgets that left the screen and will be wanted again: to make a row takes longer than to fill one that is there.

A spare is lent to one list at a time, which hands it back when its page goes. At the end of a session spares are
blanked, so that they keep nothing of a reader.
"""

from typing import Any, Protocol

from kivy.uix.widget import Widget

LIMIT = 12  # of a kind: two pages of rows, or two piles


class Spare(Protocol):
    """What is kept here."""

    def put_by(self) -> None:
        """Stand still, and take the next content for the first one."""

    def blank(self) -> None:
        """Forget the content."""


class Spares:
    """Of one look. Kivy's thread only."""

    def __init__(self) -> None:
        self._kept: dict[type, list[Any]] = {}

    def take(self, kind: type) -> Any:
        """Return a widget of this kind, without a parent: a spare, else a new one."""
        kept = self._kept.get(kind)
        return kept.pop() if kept else kind()

    def give(self, widget: Any) -> None:
        """Keep a widget without a parent, but for one with a finger on it: that touch is not for what it shows next."""
        kept = self._kept.setdefault(type(widget), [])
        if len(kept) < LIMIT and not any(_is_down(each) for each in widget.walk(restrict=True)):
            widget.put_by()
            kept.append(widget)

    def collect(self, page: Widget) -> None:
        """Have the lists of a page that went hand back what they have, and lay it out no more."""
        for each in [each for each in page.walk(restrict=True) if hasattr(each, "hand_back")]:
            each.hand_back()

    def blank(self) -> None:
        for kept in self._kept.values():
            for widget in kept:
                widget.blank()


def _is_down(widget: Any) -> bool:
    return getattr(widget, "state", "normal") == "down"
