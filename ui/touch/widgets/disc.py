"""Signs: a disc with an icon, a chip with an icon and a word."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from ui.touch.widgets.surface import Box, Panel


class Disc(Panel):
    """A round sign of `extent` token px."""

    icon = StringProperty("")
    colour = StringProperty("")
    extent = NumericProperty(60)
    share = NumericProperty(0.66)
    filled = BooleanProperty(True)


class Chip(Box):
    """A word about one book: where it stands."""

    icon = StringProperty("")
    text = StringProperty("")
    colour = StringProperty("")
    icon_colour = StringProperty("")
