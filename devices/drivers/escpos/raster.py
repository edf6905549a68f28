"""Pictures on paper, sent as dots, so that every printer that can draw has them: a logo, and a QR code.

`GS v 0 m xL xH yL yH d…` prints a raster, most significant bit left, 1 is black; m = 3 doubles both ways (manuals of
the HPRT TP80K and the Daisy 1200, python-escpos). `ESC a` puts it in the middle (TP80K); elsewhere it stands left.

A printer looks for real-time requests (`DLE EOT`, `DLE ENQ`, `DLE DC4`) among the dots as well: where a picture happens
to hold one, one dot more is printed.
"""

from dataclasses import dataclass
from io import BytesIO

MAX_LOGO = 512 * 1024
"""Bytes of a logo's file: a drawing of a few hundred dots has ten thousand."""
MAX_SIDE = 4000
"""Dots of a logo's side before it is made smaller: a file can say of itself that it is as large as a house."""
LOGO_ROWS = 160
"""20 mm of paper, and six seconds at 19200 baud: more makes a reader wait for nothing."""
BAND = 1536
"""Bytes of picture sent at a time; small printers hold 4 kB."""
MAX_QR = 300
"""Bytes of a QR code's text: what a phone still reads from thin paper."""
_QUIET = 4
"""Modules of white that a QR code has around it (ISO/IEC 18004)."""
_HEARD = {0x04: 0x06, 0x05: 0x07, 0x14: 0x16}
"""What makes a request behind 10 hex, and the same with a dot more."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Rows of `stride` bytes, most significant bit left, 1 is black. `double`: every dot is printed as four."""

    stride: int
    dots: bytes
    double: bool = False

    @property
    def rows(self) -> int:
        return len(self.dots) // self.stride


class NoPicture(ValueError):
    """This cannot be drawn; the text says why."""


def commands(picture: Bitmap) -> tuple[bytes, ...]:
    """Return what prints a picture in the middle of the paper, in bands that small printers can hold."""
    rows = max(1, BAND // picture.stride)
    step = rows * picture.stride
    return tuple(_band(picture, picture.dots[start : start + step]) for start in range(0, len(picture.dots), step))


def _band(picture: Bitmap, dots: bytes) -> bytes:
    rows = len(dots) // picture.stride
    size = picture.stride.to_bytes(2, "little") + rows.to_bytes(2, "little")
    return b"\x1ba\x01\x1dv0" + (b"\x03" if picture.double else b"\x00") + size + unheard(dots) + b"\x1ba\x00"


def unheard(dots: bytes) -> bytes:
    """Return dots in which no printer finds a real-time request.

    >>> unheard(bytes.fromhex("10 04 10 10 05")).hex(" ")
    '10 06 10 10 07'
    """
    kept = bytearray(dots)
    for at in range(1, len(kept)):
        if kept[at - 1] == 0x10:
            kept[at] = _HEARD.get(kept[at], kept[at])
    return bytes(kept)


def logo(png: bytes, width: int) -> Bitmap:
    """Return a PNG as dots, dithered, no wider than `width` dots. Raises `NoPicture`."""
    from PIL import Image

    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as opened:
            if max(opened.size) > MAX_SIDE:
                raise NoPicture(f"is larger than {MAX_SIDE} dots")
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise NoPicture(str(fault) if isinstance(fault, NoPicture) else "is no PNG that can be read") from fault
    paper = Image.new("RGBA", picture.size, "white")
    grey = Image.alpha_composite(paper, picture).convert("L")
    scale = min(1.0, width / grey.width, LOGO_ROWS / grey.height)
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    small = grey.resize(size, Image.Resampling.LANCZOS) if scale < 1 else grey
    return _packed(small.convert("1"))


def _packed(picture: object) -> Bitmap:
    """Pillow's black-and-white pictures are packed as the printer wants them, with white as 1."""
    from PIL import Image

    assert isinstance(picture, Image.Image)
    inverted = Image.eval(picture.convert("L"), lambda value: 255 - value).convert("1", dither=Image.Dither.NONE)
    return Bitmap((picture.width + 7) // 8, inverted.tobytes())


def qr(text: str, width: int) -> Bitmap:
    """Return a QR code no wider than `width` dots, in dots that are printed as four. Raises `NoPicture`."""
    import qrcode

    if len(text.encode()) > MAX_QR:
        raise NoPicture(f"is longer than {MAX_QR} bytes")
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    modules = code.get_matrix()
    scale = min(3, width // (2 * len(modules)))
    if scale < 1:
        raise NoPicture("does not fit the paper")
    rows = [_row(modules_of_row, scale) for modules_of_row in modules]
    return Bitmap(len(rows[0]), b"".join(row * scale for row in rows), double=True)


def _row(modules: list[bool], scale: int) -> bytes:
    bits = "".join(("1" if dark else "0") * scale for dark in modules)
    padded = bits.ljust((len(bits) + 7) // 8 * 8, "0")
    return int(padded, 2).to_bytes(len(padded) // 8, "big")
