"""Rounded surfaces with edge and shadow, baked smooth, to be stretched as nine patches.

Without multisampling a stroked or rounded shape shows steps; a picture drawn at four times its size does not, and one
textured quad costs an old graphics chip less than a shadow shader per row.
"""

from dataclasses import dataclass
from math import ceil

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from ui.touch.theme import rgb

OVERSAMPLING = 4


@dataclass(frozen=True, slots=True)
class Shadow:
    """Offset downwards and blur in px, colour and opacity 0 to 1."""

    drop: float
    blur: float
    colour: str
    opacity: float


@dataclass(frozen=True, slots=True)
class Patch:
    """A surface in px. `fill` or `edge` may be empty. `corners`: which are round, clockwise from top left."""

    radius: int
    fill: str
    edge: str = ""
    edge_width: int = 0
    shadow: Shadow | None = None
    corners: tuple[bool, bool, bool, bool] = (True, True, True, True)

    @property
    def margin(self) -> int:
        """Room around the surface that its shadow takes, in px."""
        return ceil(self.shadow.blur + self.shadow.drop) if self.shadow else 0

    @property
    def border(self) -> int:
        """What may not be stretched, from the outside of the margin, in px."""
        return self.margin + ceil(max(self.radius, self.edge_width) + (self.shadow.blur if self.shadow else 0)) + 1

    @property
    def least(self) -> int:
        """Smallest side of a surface that can be stretched from this patch; a smaller one is baked to its size."""
        return 2 * (self.border - self.margin) + 2


def bake(patch: Patch, width: int, height: int) -> Image.Image:
    """Return the picture of a surface of `width` x `height` px with its margin all round."""
    margin = patch.margin
    image = Image.new("RGBA", (width + 2 * margin, height + 2 * margin), (0, 0, 0, 0))
    mask = _rounded(patch, width, height, 0)
    if patch.shadow:
        image.alpha_composite(_shadow(patch.shadow, mask, image.size, margin))
    if patch.edge and patch.edge_width:
        _stamp(image, mask, patch.edge, margin)
        inner = _rounded(patch, width, height, patch.edge_width)
        _stamp(image, inner, patch.fill, margin) if patch.fill else _cut(image, inner, margin)
    elif patch.fill:
        _stamp(image, mask, patch.fill, margin)
    return image


def _rounded(patch: Patch, width: int, height: int, inset: int) -> Image.Image:
    """Return a mask of the surface, `inset` px smaller on every side."""
    scale = OVERSAMPLING
    mask = Image.new("L", (width * scale, height * scale), 0)
    if 2 * inset >= min(width, height):
        return Image.new("L", (width, height), 0)  # nothing is left inside the edge
    radius = max(0, min(patch.radius, width / 2, height / 2) - inset) * scale
    box = (inset * scale, inset * scale, (width - inset) * scale - 1, (height - inset) * scale - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius, fill=255, corners=patch.corners)
    return mask.resize((width, height), Image.Resampling.BOX)


def _shadow(shadow: Shadow, mask: Image.Image, size: tuple[int, int], margin: int) -> Image.Image:
    alpha = Image.new("L", size, 0)
    alpha.paste(mask, (margin, margin + round(shadow.drop)))
    alpha = alpha.filter(ImageFilter.GaussianBlur(shadow.blur / 2)).point(lambda value: value * shadow.opacity)
    layer = Image.new("RGBA", size, (*rgb(shadow.colour), 0))
    layer.putalpha(alpha)
    return layer


def _stamp(image: Image.Image, mask: Image.Image, colour: str, margin: int) -> None:
    """Lay a colour over the image through a mask; what is not covered at all keeps its own colour."""
    layer = Image.new("RGBA", mask.size, (*rgb(colour), 0))
    layer.putalpha(mask)
    if (
        image.getchannel("A").getbbox() is None
    ):  # nothing there yet: keep the colour under clear pixels, for soft filtering
        image.paste((*rgb(colour), 0), (0, 0, *image.size))
    image.alpha_composite(layer, (margin, margin))


def _cut(image: Image.Image, mask: Image.Image, margin: int) -> None:
    """Make the masked part clear: an edge without a fill."""
    hole = Image.new("L", image.size, 0)
    hole.paste(mask, (margin, margin))
    image.putalpha(ImageChops.subtract(image.getchannel("A"), hole))
