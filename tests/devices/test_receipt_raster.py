"""Logo and QR code on paper: what is drawn is what a phone reads, in pieces that a small printer can hold."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from escpos.printer import Dummy
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from devices.drivers.escpos.paper import Model, Paper
from devices.drivers.escpos.picture import CELL, dots, paper
from devices.drivers.escpos.printing import on_paper
from devices.drivers.escpos.raster import BAND, LOGO_ROWS, MAX_QR, Bitmap, NoPicture, commands, logo, qr, unheard
from devices.drivers.escpos.sim import BUFFER, SimPrinter
from kiosk.domain.receipts import Line, Receipt, Template

FONT = Path(__file__).parent.parent.parent / "ui" / "touch" / "assets" / "fonts" / "GolosText-Regular.ttf"
AT = datetime(2026, 11, 20, 19, 44)  # noqa: DTZ001 - local time of the site, as the port hands it over
LOAN = Receipt("•••• 4172", (Line("Лавр", date(2026, 12, 12), author="Водолазкин Е.", item="3000"),), name="Анна")
SITE = "https://lib.example/{isil}?n={library}"
FULL = Template("Библиотека на Садовой", "RU-10010001", qr=SITE)


def png(width: int, height: int, mode: str = "L") -> bytes:
    """A disc in the middle of a field that is white, or nothing where there is transparency."""
    clear = mode == "RGBA"
    image = Image.new(mode if clear else "L", (width, height), (0, 0, 0, 0) if clear else 255)
    ink = (0, 0, 0, 255) if clear else 0
    ImageDraw.Draw(image).ellipse((width // 4, height // 4, 3 * width // 4, 3 * height // 4), fill=ink)
    image = image.convert(mode)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def black(picture: Bitmap, x: int, y: int) -> bool:
    return bool(picture.dots[y * picture.stride + x // 8] >> (7 - x % 8) & 1)


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image.resize((image.width * 2, image.height * 2)))]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P"])
def test_a_logo_is_black_where_it_has_ink_and_paper_where_it_has_none(mode: str) -> None:
    drawn = logo(png(100, 100, mode), 504)
    assert (drawn.stride, drawn.rows) == (13, 100)
    assert black(drawn, 50, 50)
    assert not black(drawn, 3, 3)
    assert not black(drawn, 103, 50)  # what fills the last byte is paper


@pytest.mark.parametrize(("size", "width"), [((2000, 300), 288), ((300, 2000), 504), ((8, 8), 504), ((3000, 1), 288)])
def test_a_logo_is_made_to_fit_the_paper_and_never_blown_up(size: tuple[int, int], width: int) -> None:
    drawn = logo(png(*size), width)
    assert drawn.stride * 8 < width + 8
    assert drawn.rows <= min(LOGO_ROWS, size[1])


def test_grey_is_dithered() -> None:
    out = BytesIO()
    Image.new("L", (64, 64), 128).save(out, "PNG")
    inked = sum(byte.bit_count() for byte in logo(out.getvalue(), 504).dots)
    assert 0.45 < inked / 64**2 < 0.55


@pytest.mark.parametrize("data", [b"", b"GIF89a" + bytes(50), png(40, 40)[:60], b"\x89PNG\r\n\x1a\n" + bytes(30)])
def test_what_is_no_png_is_refused(data: bytes) -> None:
    with pytest.raises(NoPicture, match="no PNG"):
        logo(data, 504)


def test_a_logo_as_large_as_a_house_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(NoPicture, match="larger than 4000"):
        logo(png(4001, 1), 504)


@given(st.binary(max_size=80))
def test_a_logo_made_of_anything_is_drawn_or_refused(data: bytes) -> None:
    with pytest.raises(NoPicture):
        logo(b"\x89PNG\r\n\x1a\n" + data, 504)


def test_the_bytes_are_those_that_python_escpos_sends() -> None:
    drawn = logo(png(64, 40), 504)
    theirs = Dummy()
    theirs.image(Image.open(BytesIO(png(64, 40))), impl="bitImageRaster")
    (ours,) = commands(drawn)
    assert theirs.output in ours


@pytest.mark.parametrize("columns", [24, 32, 42, 48])
def test_a_phone_reads_the_code_from_the_paper(columns: int) -> None:
    sim = SimPrinter()
    for piece in on_paper(LOAN, FULL, AT, Paper(Model(columns=columns))):
        sim.feed(piece)
    (receipt,) = sim.cut
    (code,) = [line.picture for line in receipt if line.picture]
    assert code.stride * 8 * 2 <= columns * CELL[0] + 16
    address = "https://lib.example/RU-10010001?n=%D0%91%D0%B8%D0%B1%D0%BB%D0%B8%D0%BE%D1%82%D0%B5%D0%BA%D0%B0%20"
    assert read(paper(receipt, columns, FONT))[0].startswith(address)
    assert sim.unknown == []


@pytest.mark.parametrize("text", ["a" * (MAX_QR + 1), "я" * MAX_QR])
def test_a_code_that_no_phone_would_read_is_not_drawn(text: str) -> None:
    with pytest.raises(NoPicture):
        qr(text, 576)
    with pytest.raises(NoPicture, match="does not fit"):
        qr("a" * MAX_QR, 60)


@given(st.binary(min_size=1, max_size=400), st.integers(1, 72))
def test_no_printer_finds_a_request_among_the_dots_nor_loses_one_of_them(data: bytes, stride: int) -> None:
    picture = Bitmap(stride, data.ljust(-(-len(data) // stride) * stride, b"\0"))
    sim = SimPrinter()
    assert b"".join(sim.feed(piece) for piece in commands(picture)) == b""
    (line,) = sim.sheet
    assert line.picture
    assert line.picture.rows == picture.rows
    assert all(there & dot == dot for dot, there in zip(picture.dots, line.picture.dots, strict=True))


@given(st.binary(max_size=200))
def test_dots_are_added_never_taken_away(data: bytes) -> None:
    kept = unheard(data)
    assert not any(request in kept for request in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    assert all(new & old == old and (new ^ old).bit_count() <= 1 for new, old in zip(kept, data, strict=True))


def test_every_piece_fits_a_small_printer_and_comes_out_whole() -> None:
    template = Template("Библиотека", logo=png(1200, 400), qr="https://lib.example/")
    pieces = on_paper(LOAN, template, AT, Paper(Model(columns=48)))
    assert max(len(piece) for piece in pieces) < BAND + 100 < BUFFER
    sim = SimPrinter()
    for piece in pieces:
        sim.feed(piece)
    (receipt,) = sim.cut
    above, below = (line.picture for line in receipt if line.picture)
    assert above
    assert below
    assert above.rows == LOGO_ROWS
    assert below.double
    assert receipt[0].picture is above
    assert receipt[-1].picture is below
    assert dots(above).size == (above.stride * 8, LOGO_ROWS)


@pytest.mark.parametrize("broken", [Template("Л", logo=b"no"), Template("Л", qr="я" * MAX_QR)])
def test_a_picture_that_cannot_be_drawn_costs_nobody_a_receipt(broken: Template) -> None:
    sim = SimPrinter()
    for piece in on_paper(LOAN, broken, AT, Paper(Model())):
        sim.feed(piece)
    assert "Лавр" in "\n".join(sim.receipts[0])
    assert not [line for line in sim.cut[0] if line.picture]


def test_a_library_s_own_words_stand_above_and_below_in_the_reader_s_language() -> None:
    template = Template(
        "Библиотека", "RU-1", header=(("ru", "Добро пожаловать\n{isil}"), ("en", "Welcome")),
        footer=(("ru", "{date}, {phone}"),), author=True, item=True, name=True,
    )  # fmt: skip
    sim = SimPrinter()
    for piece in on_paper(LOAN, template, AT, Paper(Model()), phone="112"):
        sim.feed(piece)
    lines = [line.strip() for line in sim.receipts[0]]
    assert lines[:2] == ["Добро пожаловать", "RU-1"]
    assert "Анна, билет ∙∙∙∙ 4172" in lines
    assert any(line.startswith("Лавр / Водолазкин Е. (3000)") for line in lines)
    assert lines[-1] == "20.11.2026, 112"
