"""The status strip: whose library this is, whether it is open, what time it is."""

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from ui.touch.drawing import figures
from ui.touch.layout import Class
from ui.touch.stage import now, tp
from ui.touch.theme import STYLES
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.type import width_of


class Mark(Widget):
    """The library's sign: three books."""

    ground = StringProperty("")
    books = StringProperty("")
    accent = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            Color(1, 1, 1, 1)
            self._picture = Rectangle()
        for name in ("pos", "size", "ground", "books", "accent"):
            self.fbind(name, self._paint)

    def _paint(self, *_: object) -> None:
        if not (self.ground and self.books and self.accent) or self.height < 8:
            return
        colours, size = (self.ground, self.books, self.accent), round(self.height)
        self._picture.texture = now().surfaces.drawn(("mark", size, colours), lambda: figures.mark(size, *colours))
        self._picture.pos, self._picture.size = (round(self.x), round(self.y)), (size, size)


class StatusStrip(Row):
    """`state` is what the doors do: "open_plus", "staffed", "closing" or "closed", or "trial" where nothing counts; its
    words are in `state_text`."""

    library = StringProperty("")
    recording = StringProperty("")
    """"This place is filmed", or empty."""
    emergency = StringProperty("112")
    state = StringProperty("staffed")
    state_text = StringProperty("")
    offline_text = StringProperty("")
    clock = StringProperty("")
    clock_width = NumericProperty(104)
    """Token px: no minute of the day is wider."""
    dark = BooleanProperty(False)
    """Stands on a coloured ground."""
    ink = StringProperty("")
    quiet = StringProperty("")
    squeezed = NumericProperty(1.0)
    """How much smaller the state is set, where the strip is narrower than its words."""

    def on_state_text(self, *_: object) -> None:
        room = self.width - tp(self.clock_width + 2 * 14 + 92)
        natural = width_of(self.state_text, tp(STYLES["small_strong"].size), bold=True) if self.state_text else 0
        self.squeezed = min(1.0, room / natural) if natural and now().page.kind is Class.S else 1.0

    def on_width(self, *_: object) -> None:
        self.on_state_text()
