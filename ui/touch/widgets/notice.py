"""One notice at a time, and a quiet hint."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from ui.touch.widgets.arrange import Row
from ui.touch.widgets.surface import Box


class Notice(Box):
    """A band of `kind` slate, success, warning, tint or danger, with an icon, a title and maybe a second line."""

    kind = StringProperty("slate")
    icon = StringProperty("")
    title = StringProperty("")
    text = StringProperty("")
    icon_extent = NumericProperty(56)
    style = StringProperty("h3")


class Hint(Row):
    """A question mark and a quiet sentence."""

    text = StringProperty("")


class StatusPill(Box):
    """In the status strip: what the library's doors do."""

    icon = StringProperty("")
    text = StringProperty("")
    colour = StringProperty("")
    dot = StringProperty("")
    scale = NumericProperty(1.0)
    visible = BooleanProperty(True)
