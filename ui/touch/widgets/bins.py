"""Sorting bins: their number, and where they stand beside each other."""

from dataclasses import dataclass

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.domain import bins as policy
from kiosk.domain.bins import Colour, Picture
from ui.touch.stage import now
from ui.touch.widgets.arrange import Column, Row
from ui.touch.widgets.surface import Panel

COLOURS = (Colour.BLUE, Colour.GREEN, Colour.VIOLET, Colour.GREY)
MOST = 4  # bins side by side; the one that is meant is always among them


PICTURES = {
    Picture.BOOK: "auto_stories",
    Picture.CHILD: "child_care",
    Picture.DISC: "album",
    Picture.MAGAZINE: "newspaper",
    Picture.MUSIC: "music_note",
    Picture.REQUEST: "inbox",
    Picture.TRANSPORT: "local_shipping",
    Picture.REPAIR: "build",
    Picture.QUESTION: "help",
}


@dataclass(frozen=True, slots=True)
class BinModel:
    """One bin. `meant`: the newest book goes there. `into`: as the library laid it out, if it did."""

    number: str
    name: str
    note: str
    meant: bool = False
    into: policy.Bin | None = None


def colour_of(number: str, into: policy.Bin | None = None) -> str:
    """Return the ground of a bin's number: the library's colour, else one that follows from the number, so that it is
    the same wherever it stands. The number says it, the colour only helps."""
    palette = now().palette
    if palette.edges:
        return palette.navy
    grounds = (palette.primary, palette.success, palette.violet, palette.slate)
    if into is not None and into.colour is not None:
        return dict(zip(COLOURS, grounds, strict=True))[into.colour]
    return grounds[((int(number) if number.isdecimal() else sum(map(ord, number))) - 1) % len(grounds)]


def picture_of(into: policy.Bin | None) -> str:
    """Return the icon of a bin's picture; empty where it has none."""
    return PICTURES[into.picture] if into is not None and into.picture is not None else ""


class Bin(Panel):
    number = StringProperty("")
    ground = StringProperty("")
    colour = StringProperty("")
    extent = NumericProperty(68)
    picture = StringProperty("")
    """Above the number, where the square is large."""


class BinCard(Panel):
    """A bin with its name; the one that is meant is filled and larger."""

    number = StringProperty("")
    name = StringProperty("")
    note = StringProperty("")
    meant = BooleanProperty(False)
    ground = StringProperty("")
    picture = StringProperty("")
    upright = BooleanProperty(False)

    def __init__(self, model: BinModel, **kwargs: object) -> None:
        self.ground, self.picture = colour_of(model.number, model.into), picture_of(model.into)
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
