"""The simulator's paper as a picture, for documents and for whoever looks at a test. Needs Pillow and a font file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devices.drivers.escpos.raster import Bitmap
from devices.drivers.escpos.sim import Printed

CELL = (12, 30)
"""Dots of one character of font A with its line spacing, at 203 dpi."""
_MARGIN = 24
_SIZE = 22
_PAPER, _INK = 255, 20
_DRAWN = {"∙": "•"}
"""Signs of code page 866 that fonts of the screen draw under another name."""


def paper(lines: Sequence[Printed], columns: int, regular: Path, bold: Path | None = None) -> Any:
    """Return a `PIL.Image` (grey) of a receipt; each character stands in its own cell, as a print head puts it.

    `regular` and `bold` are font files that have the signs of the receipt.
    """
    from PIL import Image, ImageDraw, ImageFont

    fonts = {False: ImageFont.truetype(regular, _SIZE), True: ImageFont.truetype(bold or regular, _SIZE)}
    width = columns * CELL[0] + 2 * _MARGIN
    image = Image.new("L", (width, sum(_height(line) for line in lines) + 2 * _MARGIN), _PAPER)
    draw = ImageDraw.Draw(image)
    top = _MARGIN
    for line in lines:
        if line.picture:
            drawn = dots(line.picture)
            image.paste(drawn, ((width - drawn.width) // 2 if line.middle else _MARGIN, top))
        for column, character in enumerate(line.text[:columns]):
            middle = (_MARGIN + (column + 0.5) * CELL[0], top + 0.8 * CELL[1])
            draw.text(middle, _DRAWN.get(character, character), fill=_INK, font=fonts[line.bold], anchor="ms")
        top += _height(line)
    return image


def dots(picture: Bitmap) -> Any:
    """Return a `PIL.Image` (grey) of a picture as it is printed."""
    from PIL import Image

    size = (picture.stride * 8, picture.rows)
    black = Image.frombytes("1", size, picture.dots).convert("L")
    drawn = Image.eval(black, lambda value: _INK if value else _PAPER)
    return drawn.resize((size[0] * 2, size[1] * 2), Image.Resampling.NEAREST) if picture.double else drawn


def _height(line: Printed) -> int:
    if line.picture is None:
        return CELL[1]
    return line.picture.rows * (2 if line.picture.double else 1)
