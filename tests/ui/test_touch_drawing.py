"""Drawings: always the same for the same book, never a fault for any title, smooth edges where they should be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ui.touch.drawing import covers, figures, patches
from ui.touch.drawing.patches import Patch, Shadow

FONTS = covers.Path(covers.__file__).parent.parent / "assets" / "fonts"


def test_a_book_has_always_the_same_cover() -> None:
    one, other = (covers.cover("30234", "Лавр", "Водолазкин", 100, FONTS) for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert one.size == (71, 100)


def test_spine_and_cover_share_their_colours() -> None:
    image = covers.cover("30234", "", "", 140, FONTS)
    red, green, blue = (int(covers.pair("30234")[0][at : at + 2], 16) for at in (1, 3, 5))
    assert image.getpixel((50, 4)) == (red, green, blue, 255)


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=20))
def test_no_title_breaks_a_cover(title: str, author: str, key: str) -> None:
    assert covers.cover(key, title, author, 60, FONTS).size == (43, 60)


@pytest.mark.parametrize("motif", range(len(covers.MOTIFS)))
def test_every_motif_leaves_the_title_alone(motif: int) -> None:
    """The upper 45 % show nothing but ground where there are no words."""
    ground, figure = covers.PAIRS[0]
    image = Image.new("RGB", (300, 420), ground)
    covers.MOTIFS[motif](covers.ImageDraw.Draw(image), 300, 420, ground, figure)
    upper = image.crop((0, 0, 300, round(0.45 * 420)))
    assert upper.getcolors() == [(300 * round(0.45 * 420), covers.rgb(ground))]
    assert len(image.getcolors(1 << 16) or []) > 1


@pytest.mark.parametrize(
    ("author", "surname"),
    [
        ("Михаил Булгаков", "Булгаков"),
        ("Стругацкий А. Н.", "Стругацкий"),
        ("А. и Б. Стругацкие", "Стругацкие"),
        ("", ""),
    ],
)
def test_the_surname_is_what_stands_on_the_cover(author: str, surname: str) -> None:
    assert covers.surname(author) == surname


def test_a_surface_has_smooth_corners_and_keeps_its_colour_under_them() -> None:
    image = patches.bake(Patch(24, "#0B4FD6"), 100, 80)
    alphas = {image.getpixel((x, y))[3] for x in range(24) for y in range(24)}
    assert 0 in alphas
    assert 255 in alphas
    assert len(alphas) > 4
    assert image.getpixel((0, 0))[:3] == (11, 79, 214)


def test_a_shadow_lies_below_the_surface_and_in_its_margin_only() -> None:
    patch = Patch(24, "#FFFFFF", shadow=Shadow(10, 28, "#28200C", 0.08))
    image = patches.bake(patch, 200, 120)
    assert image.size == (200 + 2 * patch.margin, 120 + 2 * patch.margin)
    below, above = image.getpixel((image.width // 2, image.height - 20)), image.getpixel((image.width // 2, 20))
    assert below[3] > above[3]
    assert max(image.getpixel((x, 0))[3] for x in range(image.width)) <= 1


def test_an_edge_without_a_fill_is_hollow() -> None:
    image = patches.bake(Patch(24, "", "#0B4FD6", 6), 100, 80)
    assert image.getpixel((50, 40))[3] == 0
    assert image.getpixel((50, 2)) == (11, 79, 214, 255)


@given(st.integers(0, 60), st.integers(1, 8), st.integers(2, 200), st.integers(2, 200))
def test_a_patch_fits_any_surface(radius: int, edge: int, width: int, height: int) -> None:
    patch = Patch(min(radius, width // 2, height // 2), "#FFFFFF", "#000000", edge, Shadow(6, 14, "#000000", 0.1))
    assert patches.bake(patch, width, height).size == (width + 2 * patch.margin, height + 2 * patch.margin)
    assert 2 * patch.border <= patch.least + 2 * patch.margin


@pytest.mark.parametrize("height", [160, 360])
def test_the_reader_is_drawn_in_any_size(height: int) -> None:
    assert figures.card_reader(height).size == (round(height * 160 / 240), height)
    assert figures.mark(44, "#0B4FD6", "#FFFFFF", "#FFC145").size == (44, 44)


def test_the_ring_is_hollow_and_the_dot_of_its_end_is_not() -> None:
    assert figures.ring(152, 18, "#FFFFFF").getpixel((76, 76))[3] == 0
    assert figures.ring(20, 18, "#FFFFFF").getpixel((10, 10))[3] == 255


# --- cutting texts ---------------------------------------------------------------------------------------------------

WORDS = st.lists(st.text(alphabet="абвгд", min_size=1, max_size=12), max_size=12)


@given(words=WORDS, width=st.integers(1, 30), lines=st.integers(1, 3))
def test_what_is_cut_fits_and_says_so(driver: Any, words: list[str], width: int, lines: int) -> None:
    from ui.touch.widgets.type import cut

    laid = cut(words, width, lines, len)
    assert len(laid) <= lines
    assert all(len(line) <= width for line in laid)
    if " ".join(laid) != " ".join(words):
        assert laid[-1].endswith("…") or any("…" in line for line in laid)


def test_stars_make_bold_and_brackets_are_only_brackets(driver: Any) -> None:
    from ui.touch.widgets.type import marked

    assert marked("на полку *«Разобрать»* [x]") == "на полку [b]«Разобрать»[/b] &bl;x&br;"
    assert marked("5 * 3") == "5 * 3"
