"""The number of a sorting bin."""

from kivy.properties import NumericProperty, StringProperty

from ui.touch.widgets.surface import Panel


class Bin(Panel):
    number = StringProperty("")
    ground = StringProperty("")
    colour = StringProperty("")
    extent = NumericProperty(68)
