"""Colours, sizes and zones as arithmetic: no screen is opened here."""

import dataclasses

import pytest

from ui.touch import theme
from ui.touch.drawing.covers import PAIRS
from ui.touch.layout import PX_PER_MM, Class, Metrics, metrics, zones

PALETTES = [theme.LIGHT, theme.HIGH_CONTRAST]
TEXT, GRAPHIC = 4.5, 3.0

# what is written on what
WRITTEN = [
    ("ink", "bg"), ("ink", "surface"), ("ink", "sunk"), ("ink", "pressed"), ("muted", "bg"), ("muted", "surface"),
    ("muted", "sunk"), ("muted", "pressed"), ("on_primary", "primary"), ("on_primary", "primary_pressed"),
    ("primary", "bg"), ("primary", "surface"), ("primary", "primary_tint"), ("soft", "primary"), ("on_hero", "hero"),
    ("on_hero", "hero_deep"), ("on_tile", "success"), ("success_text", "success_tint"), ("on_warning", "warning"),
    ("warning_text", "warning_tint"), ("on_warning", "warning_tint"), ("on_danger", "danger"), ("on_slate", "slate"),
    ("on_tile", "navy"), ("on_tile", "violet"), ("on_tile", "primary"), ("on_night", "night"),
]  # fmt: skip
DRAWN = [("outline", "bg"), ("outline", "surface"), ("arrow", "hero"), ("disabled", "bg"), ("primary", "surface")]


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_text_can_be_read(palette: theme.Palette) -> None:
    weak = [
        (fore, back, round(theme.contrast(getattr(palette, fore), getattr(palette, back)), 2))
        for fore, back in WRITTEN
        if theme.contrast(getattr(palette, fore), getattr(palette, back)) < TEXT
    ]
    assert weak == []


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_edge_and_sign_can_be_seen(palette: theme.Palette) -> None:
    pairs = [(getattr(palette, fore), getattr(palette, back)) for fore, back in DRAWN]
    assert [pair for pair in pairs if theme.contrast(*pair) < GRAPHIC] == []


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_state_can_be_read_and_its_icon_seen(palette: theme.Palette) -> None:
    for name, tone in palette.tones.items():
        assert theme.contrast(tone.first, tone.fill) >= TEXT, name
        assert theme.contrast(tone.second, tone.fill) >= TEXT, name
        assert theme.contrast(tone.icon, tone.disc) >= TEXT, name
        disc, icon = palette.sign(name)
        assert theme.contrast(icon, disc) >= TEXT, name


def test_both_palettes_know_the_same_states() -> None:
    assert theme.LIGHT.tones.keys() == theme.HIGH_CONTRAST.tones.keys()


def test_red_is_not_among_the_states_of_a_book() -> None:
    used = {colour for tone in theme.LIGHT.tones.values() for colour in dataclasses.astuple(tone)}
    assert theme.LIGHT.danger not in used


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_cover_can_be_read(pair: tuple[str, str]) -> None:
    assert theme.contrast(*pair) >= TEXT


def test_the_smallest_text_has_capitals_of_48_tenths_of_a_millimetre() -> None:
    capitals = 0.70 * min(style.size for style in theme.STYLES.values()) / PX_PER_MM
    assert capitals >= 4.8


@pytest.mark.parametrize(
    ("width", "height", "px_per_mm", "text_size", "kind"),
    [
        (1920, 1080, 4.03, 1.0, Class.L),  # 21.5"
        (1920, 1080, 3.64, 1.0, Class.L),  # 23.8"
        (1920, 1080, 2.71, 1.0, Class.L),  # 32"
        (1920, 1080, 5.56, 1.0, Class.M),  # 15.6"
        (1366, 768, 3.34, 1.0, Class.M),  # 18.5"
        (1280, 1024, 3.79, 1.0, Class.M),  # 17"
        (1280, 800, 5.88, 1.0, Class.S),  # 10.1"
        (1920, 1080, 4.03, 1.5, Class.S),  # large text
        (1080, 1920, 4.03, 1.0, Class.P),
    ],
)
def test_layout_class_follows_from_the_effective_canvas(
    width: int, height: int, px_per_mm: float, text_size: float, kind: Class
) -> None:
    assert metrics(width, height, px_per_mm, text_size).kind is kind


@pytest.mark.parametrize(("width", "height", "px_per_mm"), [(1920, 1080, 5.56), (1280, 800, 5.88), (1366, 768, 3.34)])
def test_a_token_is_never_smaller_than_it_was_drawn(width: int, height: int, px_per_mm: float) -> None:
    page = metrics(width, height, px_per_mm)
    assert page.px(PX_PER_MM) / px_per_mm >= 0.999  # one drawn millimetre is at least one real one


def _rectangles(page: Metrics) -> list[tuple[float, float, float, float]]:
    places = zones(page)
    columns = [places.left, places.right] if places.right else [places.main]
    return [(place.x, place.y, place.right, place.bottom) for place in [places.strip, *columns, places.dock] if place]


@pytest.mark.parametrize(
    "page",
    [metrics(1920, 1080), metrics(1080, 1920), metrics(1366, 768, 3.34), metrics(1280, 800, 5.88), metrics(1920, 1200)],
    ids=lambda page: f"{page.width}x{page.height}",
)
def test_zones_stay_on_the_page_and_apart(page: Metrics) -> None:
    width, height = page.canvas
    places = _rectangles(page)
    for left, top, right, bottom in places:
        assert left >= 0
        assert top >= 0
        assert right <= width + 0.01
        assert bottom <= height + 0.01
    for at, one in enumerate(places):
        for other in places[at + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart
