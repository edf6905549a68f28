"""Own drawings: the reader with a card, the mark, the countdown's ring. Drawn at four times their size."""

import math

from PIL import Image, ImageDraw

from ui.touch.theme import rgb

OVERSAMPLING = 4
_BARS = ((0, 4), (7, 2), (12, 6), (21, 2), (26, 4), (33, 2), (38, 6), (47, 2), (52, 4), (59, 7))  # left, width

Drawing = ImageDraw.ImageDraw


def mark(size: int, ground: str, books: str, accent: str) -> Image.Image:
    """Three books in a rounded square; the last one leans."""
    image, draw, unit = _canvas(size, size, 44, ground)
    draw.rounded_rectangle((0, 0, 44 * unit - 1, 44 * unit - 1), 12 * unit, fill=(*rgb(ground), 255))
    _bar(draw, unit, 10, 9, 7, 26, books)
    _bar(draw, unit, 19, 13, 6, 22, accent)
    _leaning(image, unit, books)
    return _small(image, size, size)


def card_reader(height: int, edge: str = "") -> Image.Image:
    """A card held to the reader, 160 x 240 units; `edge` outlines both where the ground is as dark as the reader."""
    width = round(height * 160 / 240)
    image, draw, unit = _canvas(width, height, 160, "#141C33")
    _box(draw, unit, (0, 76, 160, 240), 34, "#141C33", edge)
    _box(draw, unit, (14, 90, 146, 226), 24, "#26324A", "")
    _wave_sign(draw, unit, 80, 172, "#FFC145")
    card = _card(unit, edge)
    turned = card.rotate(10, resample=Image.Resampling.BICUBIC, expand=True)
    image.alpha_composite(turned, (round(0.5 * unit), round(0 * unit)))
    return _small(image, width, height)


def ring(size: int, width: int, colour: str) -> Image.Image:
    """A full ring, `width` px thick, one px clear all round; a disc where it is thicker than its hole is wide."""
    image = Image.new("RGBA", (size * OVERSAMPLING,) * 2, (*rgb(colour), 0))
    draw = ImageDraw.Draw(image)
    outer, inner = OVERSAMPLING, OVERSAMPLING * (1 + width)
    end = size * OVERSAMPLING - 1
    draw.ellipse((outer, outer, end - outer, end - outer), fill=(*rgb(colour), 255))
    if end > 2 * inner:
        draw.ellipse((inner, inner, end - inner, end - inner), fill=(*rgb(colour), 0))
    return _small(image, size, size)


def _canvas(width: int, height: int, units: int, ground: str) -> tuple[Image.Image, Drawing, float]:
    """Return an image of `units` across, its pen, and px per unit."""
    image = Image.new("RGBA", (width * OVERSAMPLING, height * OVERSAMPLING), (*rgb(ground), 0))
    return image, ImageDraw.Draw(image), width * OVERSAMPLING / units


def _small(image: Image.Image, width: int, height: int) -> Image.Image:
    return image.resize((width, height), Image.Resampling.BOX)


def _box(draw: Drawing, unit: float, box: tuple[float, ...], radius: float, colour: str, edge: str) -> None:
    scaled = tuple(part * unit for part in box)
    draw.rounded_rectangle(scaled, radius * unit, fill=colour, outline=edge or None, width=round(3 * unit))


def _bar(draw: Drawing, unit: float, x: float, y: float, width: float, height: float, colour: str) -> None:
    draw.rounded_rectangle((x * unit, y * unit, (x + width) * unit, (y + height) * unit), 2 * unit, fill=colour)


def _leaning(image: Image.Image, unit: float, colour: str) -> None:
    book = Image.new("RGBA", (round(20 * unit), round(32 * unit)), (*rgb(colour), 0))
    _bar(ImageDraw.Draw(book), unit, 7, 3, 6, 26, colour)
    image.alpha_composite(book.rotate(13, resample=Image.Resampling.BICUBIC), (round(22 * unit), round(6.5 * unit)))


def _wave_sign(draw: Drawing, unit: float, x: float, y: float, colour: str) -> None:
    """The sign of contactless reading in a circle."""
    draw.ellipse([part * unit for part in (x - 42, y - 42, x + 42, y + 42)], outline=colour, width=round(6 * unit))
    for left, radius, spread in ((-19, 20, 27), (-6, 36, 22), (7, 50, 22)):
        centre = (x + left - radius + 1) * unit, y * unit
        _arc(draw, centre, radius * unit, spread, 6.4 * unit, colour)


def _arc(draw: Drawing, centre: tuple[float, float], radius: float, spread: float, width: float, colour: str) -> None:
    """An arc open to the left with round ends."""
    x, y = centre
    half = width / 2
    box = (x - radius - half, y - radius - half, x + radius + half, y + radius + half)
    draw.arc(box, -spread, spread, fill=colour, width=round(width))
    for sign in (-1, 1):
        angle = math.radians(spread * sign)
        tip = x + radius * math.cos(angle), y + radius * math.sin(angle)
        draw.ellipse((tip[0] - half, tip[1] - half, tip[0] + half, tip[1] + half), fill=colour)


def _card(unit: float, edge: str) -> Image.Image:
    card = Image.new("RGBA", (round(138 * unit), round(90 * unit)), (255, 255, 255, 0))
    draw = ImageDraw.Draw(card)
    box = [part * unit for part in (0, 0, 137, 89)]
    draw.rounded_rectangle(box, 14 * unit, fill="#FFFFFF")
    draw.rounded_rectangle([*box[:3], 30 * unit], 14 * unit, fill="#FFC145", corners=(True, True, False, False))
    if edge:
        draw.rounded_rectangle(box, 14 * unit, outline="#10182B", width=round(2 * unit))
    for left, width in _BARS:
        start = 20 + left * 1.45
        draw.rectangle([part * unit for part in (start, 44, start + width * 1.45 - 1, 71)], fill="#10182B")
    return card
