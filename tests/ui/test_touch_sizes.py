"""Every screen at every size: nothing overlaps, leaves the canvas or is cut, all is large enough and within reach."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from kiosk.domain.rules import Look, Theme
from kiosk.views import Banner
from tests.ui.looking import all_pages
from ui.touch import samples
from ui.touch.layout import TEXT_SIZES, Class, metrics, px_per_mm

PANELS = {
    "21.5in": (1920, 1080, 21.5),
    "15.6in": (1920, 1080, 15.6),
    "18.5in": (1366, 768, 18.5),
    "17in": (1280, 1024, 17.0),
    "15in": (1024, 768, 15.0),
    "10.1in": (1280, 800, 10.1),
    "21.5in-upright": (1080, 1920, 21.5),
    "18.5in-upright": (768, 1366, 18.5),
}
LOOKS = list(product(TEXT_SIZES, (False, True), ("ru", "en"), (Theme.LIGHT, Theme.HIGH_CONTRAST)))
BY_TURNS = [
    (reach, tag, list(Theme)[(at + at // 2) % 2])
    for at, (reach, tag) in enumerate(product(product(TEXT_SIZES, (False, True)), ("ru", "en")))
]
"""Every text in every size; a theme moves nothing, so each of them has every other."""
VIEWS = list(samples.VIEWS)
CHOSEN = 60
STRIDE = 7  # shares no factor with the number of panels or looks: the chosen ones meet all of them


def chosen() -> list[tuple[str, str, Look]]:
    """Return what is looked at in every run: each screen at least once, each panel, text size and theme often."""
    panels = list(PANELS)
    found = []
    for at in range(max(CHOSEN, len(VIEWS))):
        text, low, tag, theme = LOOKS[at * STRIDE % len(LOOKS)]
        found.append((VIEWS[at % len(VIEWS)], panels[at % len(panels)], Look(tag, theme, text, low)))
    return sorted(found, key=lambda each: each[1])


def _named(value: object) -> str:
    if isinstance(value, Look):
        return f"{value.language}-{value.theme.name.lower()}-{value.text:g}{'-low' if value.low else ''}"
    return str(value)


def _on(driver: Any, panel: str) -> Any:
    width, height, diagonal = PANELS[panel]
    driver.open((width, height), diagonal)
    return driver


@pytest.mark.parametrize(("name", "panel", "look"), chosen(), ids=_named)
def test_a_screen_fits_its_panel(driver: Any, name: str, panel: str, look: Look) -> None:
    view = samples.VIEWS[name]
    _on(driver, panel).see(replace(view, frame=replace(view.frame, look=look)))
    assert not (wrong := all_pages(driver)), "\n".join(wrong)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("look", [Look(tag, theme, *reach) for reach, tag, theme in BY_TURNS], ids=_named)
@pytest.mark.parametrize("panel", PANELS)
def test_every_screen_fits_every_panel(driver: Any, panel: str, look: Look) -> None:
    _on(driver, panel)
    wrong = []
    for name, view in samples.VIEWS.items():
        driver.see(replace(view, frame=replace(view.frame, look=look)))
        wrong += [f"{name}: {fault}" for fault in all_pages(driver)]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("panel", ["10.1in", "15.6in", "18.5in-upright"])
def test_a_notice_has_room_on_small_panels_too(driver: Any, panel: str) -> None:
    _on(driver, panel)
    wrong = []
    for name in ("idle", "home", "checkout-done", "loans", "farewell", "refusal-hold"):
        view = samples.VIEWS[name]
        driver.see(replace(view, frame=replace(view.frame, banner=Banner.OFFLINE, offline=True, waiting=21)))
        wrong += [f"{name}: {fault}" for fault in all_pages(driver)]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize(
    ("panel", "text", "kind"),
    [
        ("21.5in", 1, Class.L),
        ("21.5in", 1.5, Class.S),
        ("15.6in", 1, Class.M),
        ("18.5in", 1, Class.M),
        ("17in", 1, Class.M),
        ("10.1in", 1, Class.S),
        ("21.5in-upright", 1, Class.P),
    ],
)
def test_the_class_follows_from_the_canvas_alone(panel: str, text: float, kind: Class) -> None:
    width, height, diagonal = PANELS[panel]
    assert metrics(width, height, px_per_mm(width, height, diagonal), text).kind is kind


def test_choices_without_any_height_wait_for_it(driver: Any) -> None:
    _on(driver, "17in").see(samples.VIEWS["no-card"])
    touched = driver.player.shell.page.flow.touched
    assert touched.plan(300, -touched.gap) == 0


def test_every_row_of_a_list_is_reached_by_its_pages(driver: Any) -> None:
    from ui.touch.widgets.slim import SlimRow

    _on(driver, "10.1in")
    driver.see(samples.VIEWS["checkout-many"])
    flow = driver.player.shell.page.flow
    seen = set()
    for _ in range(int(flow.pages)):
        seen |= {row.spoken for row in driver.widgets(SlimRow)}
        flow.turn(1)
        driver.idle()
    assert len(seen) == len(samples.VIEWS["checkout-many"].rows)


def test_what_a_reader_chose_for_comfort_is_seen_at_once(driver: Any) -> None:
    from kiosk.events import LookChosen
    from ui.touch.stage import now
    from ui.touch.widgets.choice import Choice

    _on(driver, "21.5in")
    look = Look()
    for wanted in ("text", "low", "more_time"):
        view = replace(samples.VIEWS["comfort"], frame=replace(samples.FRAME, comfort_open=True, look=look))
        driver.see(view)
        switches = [choice for choice in driver.widgets(Choice) if isinstance(choice.event, LookChosen)]
        (switch,) = [choice for choice in switches if getattr(choice.event.look, wanted) != getattr(look, wanted)]
        assert driver.tap(switch) == [switch.event]
        look = switch.event.look
    driver.see(replace(samples.VIEWS["idle"], frame=replace(samples.FRAME, look=look)))
    assert (now().page.low, now().motion, look.text) == (True, False, 1.35)


@pytest.mark.parametrize("name", ["comfort", "last-call"])
@pytest.mark.parametrize("panel", PANELS)
def test_what_is_laid_over_a_screen_shows_all_its_choices_at_once(driver: Any, panel: str, name: str) -> None:
    from kiosk.events import Button, Pressed
    from ui.touch.widgets.press import Press

    _on(driver, panel)
    view = samples.VIEWS[name]
    out = {"comfort": [Button.COMFORT], "last-call": [Button.MORE_TIME, Button.FINISH]}[name]
    for text, low in product(TEXT_SIZES, (False, True)):
        driver.see(replace(view, frame=replace(view.frame, look=Look(text=text, low=low))))
        overlay = driver.player.shell._overlay
        there = {each.event for each in overlay.walk(restrict=True) if isinstance(each, Press)}
        assert there >= {Pressed(button) for button in out}, (text, low)


def test_a_panel_offers_the_text_sizes_it_has_room_for() -> None:
    assert metrics(1280, 800, px_per_mm(1280, 800, 10.1)).sizes == (1.0, 1.35)
    assert metrics(1024, 768, px_per_mm(1024, 768, 15)).sizes == TEXT_SIZES
