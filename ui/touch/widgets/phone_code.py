"""A code for a phone's camera: black on white whatever the look, each module as many pixels as fit."""

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget
from PIL import Image

from ui.touch.textures import texture_of


class PhoneCode(Widget):
    """`modules`: rows, white border included, dark is True; none: nothing is there. No larger than its size."""

    modules = ObjectProperty(())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._shade = Color(1, 1, 1, 0)
            self._picture = Rectangle()
        for name in ("pos", "size"):
            self.fbind(name, self._place)
        self.fbind("modules", self._drawn)
        self._drawn()

    def _drawn(self, *_: object) -> None:
        self._shade.a = 1 if self.modules else 0
        if self.modules:
            texture = texture_of(drawn(self.modules))
            texture.mag_filter = texture.min_filter = "nearest"
            self._picture.texture = texture
        else:
            self._picture.texture = None
        self._place()

    def _place(self, *_: object) -> None:
        """Whole pixels for a module where there are any, so that all of them are alike."""
        room = int(min(self.width, self.height))
        side = len(self.modules) or 1
        extent = room // side * side or room
        self._picture.size = (extent, extent)
        self._picture.pos = (round(self.x), round(self.top - extent))


def drawn(modules: tuple[tuple[bool, ...], ...]) -> Image.Image:
    """Return a code with one pixel for a module."""
    image = Image.new("L", (len(modules), len(modules)))
    image.putdata([0 if dark else 255 for row in modules for dark in row])
    return image
