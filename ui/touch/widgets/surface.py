"""Surfaces: cards, buttons, pills, discs. One textured nine patch each, baked smooth."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import BorderImage, Color
from kivy.properties import ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from ui.touch.drawing.patches import Patch, Shadow
from ui.touch.stage import now, tp
from ui.touch.widgets.arrange import Row

BROWN = "#28200C"
SHADOWS: dict[str, tuple[float, float, str, float]] = {
    "card": (10, 28, BROWN, 0.08),
    "row": (6, 14, BROWN, 0.10),
    "primary": (4, 10, "#0B4FD6", 0.28),
    "book": (3, 6, BROWN, 0.16),
}


class Skin:
    """One nine patch in a canvas: painted again whenever place or looks change."""

    def __init__(self, canvas: Any) -> None:
        with canvas:
            self._tint = Color(1, 1, 1, 0)
            self._image = BorderImage()

    def clear(self) -> None:
        self._tint.a = 0

    def paint(self, patch: Patch, x: int, y: int, width: int, height: int) -> None:
        texture = now().surfaces.patch(patch, width, height)
        margin, limit = patch.margin, patch.least
        self._image.texture = texture
        self._image.pos = (x - margin, y - margin)
        self._image.size = (width + 2 * margin, height + 2 * margin)
        across = patch.border if width >= limit else texture.width // 2
        down = patch.border if height >= limit else texture.height // 2
        self._image.border = (down, across, down, across)
        self._tint.a = 1


class Surface(Widget):
    """`radius` and `edge_width` in token px; radius 999 makes a pill or a disc. Without `fill` and `edge`: nothing."""

    fill = StringProperty("")
    edge = StringProperty("")
    edge_width = NumericProperty(0)
    radius = NumericProperty(0)
    shadow = OptionProperty("", options=["", *SHADOWS])
    corners = ListProperty([True, True, True, True])
    sunk = NumericProperty(0)
    """Token px the surface is moved down: a pressed button."""

    def __init__(self, **kwargs: Any) -> None:
        self._repaint = Clock.create_trigger(self._paint, -1)
        super().__init__(**kwargs)
        self._skin = Skin(self.canvas.before)
        for name in ("pos", "size", "fill", "edge", "edge_width", "radius", "shadow", "corners", "sunk"):
            self.fbind(name, self._repaint)
        self._repaint()

    def look(self) -> tuple[str, str, str]:
        """Return fill, edge and shadow as they are now; a button that is pressed looks otherwise."""
        return self.fill, self.edge, self.shadow

    def _paint(self, *_: object) -> None:
        width, height = round(self.width), round(self.height)
        fill, edge, shadow = self.look()
        if not (fill or edge) or width < 2 or height < 2:
            self._skin.clear()
            return
        radius = round(min(tp(self.radius), width / 2, height / 2))
        patch = Patch(radius, fill, edge, tp(self.edge_width) if edge else 0, _shadow(shadow), tuple(self.corners))
        self._skin.paint(patch, round(self.x), round(self.y) - tp(self.sunk), width, height)


def _shadow(name: str) -> Shadow | None:
    if not name or not now().palette.shadows:
        return None
    drop, blur, colour, opacity = SHADOWS[name]
    return Shadow(tp(drop), tp(blur), colour, opacity)


class Panel(Surface, FloatLayout):
    """A card whose children are placed freely."""

    def __init__(self, **kwargs: Any) -> None:
        as_card(self)
        super().__init__(**kwargs)


class Box(Surface, Row):
    """A card whose children stand in a row."""

    def __init__(self, **kwargs: Any) -> None:
        as_card(self)
        super().__init__(**kwargs)


def as_card(surface: Surface) -> None:
    """Give a surface the looks of a card; its rule may give it others. Set here because rules cost time."""
    palette = now().palette
    surface.radius, surface.fill, surface.shadow = 32, palette.surface, "card"
    surface.edge, surface.edge_width = palette.edges, 3
