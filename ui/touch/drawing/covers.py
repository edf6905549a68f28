"""Covers of books of which nobody gave us a picture: own drawings, always the same for the same item.

Ten pairs of colours (contrast 4.5 and more) and seven motifs, chosen by a hash of the item's id. The pair also colours
the item's spine in the pile, so that screen and desk can be compared.
"""

import hashlib
import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ui.touch.theme import rgb

PAIRS: tuple[tuple[str, str], ...] = (
    ("#1F3A5F", "#F2C14E"),
    ("#8A2D2B", "#F6E3C5"),
    ("#2F5D50", "#EBD9A0"),
    ("#B8482C", "#FFF0D6"),
    ("#E3B23C", "#2A2A33"),
    ("#59488C", "#F3D3DF"),
    ("#2F7486", "#F7EFDD"),
    ("#EFE4CF", "#8A2D3B"),
    ("#26324A", "#E88F6A"),
    ("#C7D6C1", "#274B3A"),
)
OVERSAMPLING = 3
ROUND = 0.045  # radius of the corners, of the height
MAX_TITLE = 120  # characters that are laid out; a catalogue's title may be a paragraph

Font = ImageFont.FreeTypeFont


def pair(key: str) -> tuple[str, str]:
    """Return ground and figure colour of an item."""
    return PAIRS[_hash(key) % len(PAIRS)]


def cover(key: str, title: str, author: str, height: int, fonts: Path) -> Image.Image:
    """Draw a cover 5:7 of `height` px; `fonts` is the folder of the text fonts."""
    high = height * OVERSAMPLING
    wide = round(height * 5 / 7) * OVERSAMPLING
    ground, figure = pair(key)
    image = Image.new("RGB", (wide, high), ground)
    draw = ImageDraw.Draw(image)
    MOTIFS[_hash(key) // len(PAIRS) % len(MOTIFS)](draw, wide, high, ground, figure)
    _words(draw, wide, high, figure, title[:MAX_TITLE], surname(author), fonts)
    _shade(image, 0.05 * wide, high)
    clear = Image.new("RGBA", image.size, (*rgb(ground), 0))
    clear.paste(image, mask=_mask(wide, high, ROUND * high))
    return clear.resize((wide // OVERSAMPLING, high // OVERSAMPLING), Image.Resampling.BOX)


def surname(author: str) -> str:
    """Return the last word of a name, without initials.

    >>> surname("Михаил Булгаков"), surname("Стругацкий А. Н."), surname("")
    ('Булгаков', 'Стругацкий', '')
    """
    names = [word for word in author.replace(",", " ").split() if not word.endswith(".")]
    if not names:
        return ""
    return names[0] if author.rstrip().endswith(".") else names[-1]


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest())


def _mix(one: str, other: str, part: float) -> tuple[int, int, int]:
    first, second = rgb(one), rgb(other)
    return tuple(round(a + (b - a) * part) for a, b in zip(first, second, strict=True))  # type: ignore[return-value]


def _mask(wide: int, high: int, radius: float) -> Image.Image:
    mask = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide - 1, high - 1), radius, fill=255)
    return mask


def _shade(image: Image.Image, width: float, high: int) -> None:
    """Darken a strip at the left: the spine's fold."""
    strip = image.crop((0, 0, round(width), high))
    image.paste(strip.point(lambda value: round(value * 0.88)), (0, 0))


# --- words -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _font(path: Path, size: int) -> Font:
    return ImageFont.truetype(str(path), size)


def _words(draw: ImageDraw.ImageDraw, wide: int, high: int, colour: str, title: str, author: str, fonts: Path) -> None:
    """Lay out the title in the upper half, up to three lines, and the surname below it."""
    left, room = 0.085 * wide, 0.85 * wide
    draw.rectangle((left, 0.052 * high, left + 0.175 * wide, 0.052 * high + 0.021 * high), fill=colour)
    bold = fonts / "GolosText-SemiBold.ttf"
    size, lines = _fitted(title, room, wide, bold)
    top = 0.105 * high
    for line in lines:
        draw.text((left, top), line, font=_font(bold, size), fill=colour)
        top += 1.12 * size
    small = max(1, round(0.078 * wide))
    draw.text((left, top + 0.028 * high), author, font=_font(fonts / "GolosText-Regular.ttf", small), fill=colour)


def _fitted(title: str, room: float, wide: int, path: Path) -> tuple[int, list[str]]:
    """Return the largest size, and the lines, at which the title takes at most three lines."""
    for share in (0.15, 0.135, 0.12, 0.105, 0.092):
        size = max(1, round(share * wide))
        lines = _wrapped(title, room, _font(path, size))
        if len(lines) <= 3 and all(_font(path, size).getlength(line) <= room for line in lines):
            return size, lines
    return size, [_cut(line, room, _font(path, size)) for line in lines[:3]]


def _wrapped(title: str, room: float, font: Font) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(line: str, room: float, font: Font) -> str:
    while line and font.getlength(line) > room:
        line = line[:-2].rstrip("…") + "…" if len(line) > 2 else ""
    return line


# --- motifs: each fills the lower part -------------------------------------------------------------------------------


def _moon(draw: ImageDraw.ImageDraw, wide: int, high: int, ground: str, figure: str) -> None:
    draw.rectangle((0, 0.885 * high, wide, high), fill=_mix(ground, figure, 0.25))
    _disc(draw, 0.68 * wide, 0.7 * high, 0.26 * wide, figure)


def _rings(draw: ImageDraw.ImageDraw, wide: int, high: int, ground: str, figure: str) -> None:
    for step in range(4, 0, -1):
        _disc(draw, 0.5 * wide, 0.915 * high, (0.12 * step) * wide, figure)
        _disc(draw, 0.5 * wide, 0.915 * high, (0.12 * step - 0.042) * wide, ground)


def _arch(draw: ImageDraw.ImageDraw, wide: int, high: int, ground: str, figure: str) -> None:
    for half, top, colour in ((0.24, 0.555, figure), (0.12, 0.65, ground)):
        box = (round((0.5 - half) * wide), round(top * high), round((0.5 + half) * wide), 2 * high)
        draw.rounded_rectangle(box, half * wide, fill=colour)


def _waves(draw: ImageDraw.ImageDraw, wide: int, high: int, ground: str, figure: str) -> None:
    for level, part in ((0.66, 0.35), (0.76, 0.65), (0.86, 1.0)):
        crest = [
            (x, (level + 0.04 * math.sin(2 * math.pi * (x / wide / 0.62 + 0.35))) * high) for x in range(0, wide + 6, 6)
        ]
        draw.polygon([(0, high), *crest, (wide, high)], fill=_mix(ground, figure, part))


def _band(draw: ImageDraw.ImageDraw, wide: int, high: int, _ground: str, figure: str) -> None:
    draw.rectangle((0, 0.62 * high, wide, 0.8 * high), fill=figure)
    draw.rectangle((0, 0.855 * high, wide, 0.88 * high), fill=figure)


def _dots(draw: ImageDraw.ImageDraw, wide: int, high: int, _ground: str, figure: str) -> None:
    for row in range(3):
        for column in range(5):
            _disc(draw, (0.16 + 0.17 * column) * wide, (0.66 + 0.12 * row) * high, 0.052 * wide, figure)


def _stripes(draw: ImageDraw.ImageDraw, wide: int, high: int, _ground: str, figure: str) -> None:
    for step in range(5):
        left = (0.085 + 0.176 * step) * wide
        draw.rectangle((left, (0.6 + 0.07 * (step % 2)) * high, left + 0.098 * wide, high), fill=figure)


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


Motif = Callable[[ImageDraw.ImageDraw, int, int, str, str], None]
MOTIFS: tuple[Motif, ...] = (_moon, _rings, _arch, _waves, _band, _dots, _stripes)
