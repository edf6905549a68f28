"""Sorting bins: their number, and where they stand beside each other."""

from dataclasses import dataclass

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from ui.touch.stage import now
from ui.touch.widgets.arrange import Column, Row
from ui.touch.widgets.surface import Panel

MOST = 4  # bins side by side; the one that is meant is always among them


@dataclass(frozen=True, slots=True)
class BinModel:
    """One bin. `meant`: the newest book goes there."""

    number: str
    name: str
    note: str
    meant: bool = False


def colour_of(number: str) -> str:
    """Return the ground of a bin's number: the same wherever it stands. The number says it, the colour only helps."""
    palette = now().palette
    if palette.edges:
        return palette.navy
    grounds = (palette.primary, palette.success, palette.violet, palette.slate)
    return grounds[((int(number) if number.isdecimal() else sum(map(ord, number))) - 1) % len(grounds)]


class Bin(Panel):
    number = StringProperty("")
    ground = StringProperty("")
    colour = StringProperty("")
    extent = NumericProperty(68)


class BinCard(Panel):
    """A bin with its name; the one that is meant is filled and larger."""

    number = StringProperty("")
    name = StringProperty("")
    note = StringProperty("")
    meant = BooleanProperty(False)
    ground = StringProperty("")
    upright = BooleanProperty(False)

    def __init__(self, model: BinModel, **kwargs: object) -> None:
        self.ground = colour_of(model.number)
        super().__init__(**kwargs)
        self.number, self.name, self.note, self.meant = model.number, model.name, model.note, model.meant


class BinColumn(Column):
    """Below each other, at the side of a landscape page."""

    def show(self, bins: list[BinModel]) -> None:
        _fill(self, bins, upright=False)


class BinRow(Row):
    """Beside each other, across a portrait page."""

    def show(self, bins: list[BinModel]) -> None:
        _fill(self, bins, upright=True)


def _fill(box: BinColumn | BinRow, bins: list[BinModel], *, upright: bool) -> None:
    box.clear_widgets()
    others = [each for each in bins if not each.meant][: MOST - 1]
    for each in bins:
        if each.meant or each in others:
            box.add_widget(BinCard(each, upright=upright))
