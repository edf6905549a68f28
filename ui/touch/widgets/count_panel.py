"""The count: how many lie on the desk, how many are what, the pile itself. What the reader compares with the desk."""

from dataclasses import dataclass
from typing import Any

from kivy.properties import NumericProperty, StringProperty

from ui.touch.stage import now
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.stack import SpineModel
from ui.touch.widgets.surface import Panel


@dataclass(frozen=True, slots=True)
class Kind:
    """One line: so many are yours, so many stay here."""

    tone: str
    icon: str
    text: str


class KindLine(Row):
    icon = StringProperty("")
    text = StringProperty("")
    disc = StringProperty("")
    colour = StringProperty("")

    def show(self, kind: Kind) -> None:
        self.icon, self.text = kind.icon, kind.text
        self.disc, self.colour = now().palette.sign(kind.tone)


class CountPanel(Panel):
    """`number` and `caption` ("on the desk"); the hint stands below where there is room."""

    number = NumericProperty(0)
    caption = StringProperty("")
    hint = StringProperty("")
    more = StringProperty("")

    def show(self, number: int, caption: str, kinds: list[Kind], books: list[SpineModel], **words: Any) -> None:
        """`words`: `hint` and `more`, as properties of the same name."""
        self.number, self.caption = number, caption
        for name, value in words.items():
            setattr(self, name, value)
        lines = self.ids.kinds
        while len(lines.children) > len(kinds):
            lines.remove_widget(lines.children[0])
        while len(lines.children) < len(kinds):
            lines.add_widget(KindLine())
        for line, kind in zip(reversed(lines.children), kinds, strict=True):
            line.show(kind)
        self.ids.stack.more = self.more
        self.ids.stack.show(books)


class CountColumn(CountPanel):
    """Right column of a landscape page."""


class CountBand(CountPanel):
    """Across a portrait page."""
