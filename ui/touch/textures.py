"""Pictures on the graphics card: surfaces and figures, made once per size and colour, dropped with the look."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeAlias

from kivy.graphics.texture import Texture as KivyTexture
from PIL import Image

from ui.touch.drawing import patches

Texture: TypeAlias = Any
LIMIT = 240  # surfaces kept; a screen needs about 40


def texture_of(image: Image.Image) -> Texture:
    """Return a texture of an image. OpenGL counts rows from below, so the rows are turned here, once."""
    rows = image.convert("RGBA").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    texture = KivyTexture.create(size=image.size, colorfmt="rgba")
    texture.blit_buffer(rows.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return texture


class Surfaces:
    """Textures of everything that is drawn without words. The oldest go when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Texture] = OrderedDict()

    def patch(self, patch: patches.Patch, width: int, height: int) -> Texture:
        """Return a nine patch for a surface of this size: stretched where large enough, else baked to size."""
        least = patch.least
        across, down = min(width, least), min(height, least)
        texture = self.drawn((patch, across, down), lambda: patches.bake(patch, across, down))
        texture.mag_filter = texture.min_filter = "nearest"
        return texture

    def drawn(self, key: Hashable, draw: Callable[[], Image.Image]) -> Texture:
        """Return the texture of a figure, drawn at the first call."""
        if key not in self._kept:
            self._kept[key] = texture_of(draw())
            if len(self._kept) > LIMIT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
