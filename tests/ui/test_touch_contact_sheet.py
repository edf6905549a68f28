"""Every screen drawn, looked at pixel by pixel, and laid on a contact sheet: a chosen sixty, or all in the long run."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.rules import Look, Theme
from tests.ui.looking import bleeding, unseen
from ui.touch import samples
from ui.touch.pictures import PANELS, contact_sheet

VIEWS = list(samples.VIEWS)
LOOKS = [Look(tag, theme) for tag in ("ru", "en") for theme in (Theme.LIGHT, Theme.HIGH_CONTRAST)]
CHOSEN = 60
SMALL_ALIKE = {"refusal-hold": "refusal-alone"}
"""What a small panel has no room for is all that differs: the other books behind the card."""
STRIDE = 5  # shares no factor with panels or looks, so that the chosen ones meet all of them


def chosen(panel: str) -> list[tuple[str, Look]]:
    """Return what is drawn of a panel in every run: on all panels together each screen once, sixty at least."""
    panels = list(PANELS)
    every = ((VIEWS[at % len(VIEWS)], at) for at in range(max(CHOSEN, len(VIEWS))))
    return [
        (name, LOOKS[at * STRIDE // len(panels) % len(LOOKS)])
        for name, at in every
        if panels[at % len(panels)] == panel
    ]


def _drawn(driver: Any, panel: str, name: str, look: Look) -> tuple[Any, list[str]]:
    """Return the picture of a screen, and what is wrong with it."""
    width, height, diagonal = PANELS[panel]
    driver.open((width, height), diagonal)
    view = samples.VIEWS[name]
    driver.see(replace(view, frame=replace(view.frame, look=look)))
    picture = driver.photograph()
    return picture, [f"{name} {look}: {fault}" for fault in unseen(driver, picture) + bleeding(driver, picture)]


def _sheet(driver: Any, panel: str, wanted: list[tuple[str, Look]], into: Path) -> None:
    drawn = [_drawn(driver, panel, name, look) for name, look in wanted]
    assert not (wrong := [fault for _, faults in drawn for fault in faults]), "\n".join(wrong)
    pictures = [picture for picture, _ in drawn]
    assert {picture.size for picture in pictures} == {PANELS[panel][:2]}
    upright = PANELS[panel][1] > PANELS[panel][0]
    sheet = contact_sheet(pictures, "portrait" if upright else "landscape")
    sheet.save(into / f"{panel}.png")
    assert not (alike := _alike(wanted, pictures)), "\n".join(alike)


def _alike(wanted: list[tuple[str, Look]], pictures: list[Any]) -> list[str]:
    """Return which of them show the same though they are to tell something else."""
    first: dict[bytes, tuple[str, Look]] = {}
    found = []
    for (name, look), picture in zip(wanted, pictures, strict=True):
        before, theirs = first.setdefault(picture.tobytes(), (name, look))
        same = samples.VIEWS[before] == samples.VIEWS[name] or SMALL_ALIKE.get(before) == name
        if theirs != look or not same:
            found.append(f"{before} {theirs} and {name} {look}")
    return found


def test_the_chosen_ones_are_sixty_and_meet_every_screen_panel_language_and_theme() -> None:
    every = [(panel, name, look) for panel in PANELS for name, look in chosen(panel)]
    assert len(every) >= CHOSEN
    assert {name for _, name, _ in every} == set(VIEWS)
    assert {panel for panel, _, _ in every} == set(PANELS)
    assert all(len({look for _, look in chosen(panel)}) == len(LOOKS) for panel in PANELS)


@pytest.mark.parametrize("panel", PANELS)
def test_the_chosen_screens_are_drawn_as_they_are_meant(driver: Any, panel: str, tmp_path: Path) -> None:
    _sheet(driver, panel, chosen(panel), tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("panel", PANELS)
def test_every_screen_is_drawn_as_it_is_meant(driver: Any, panel: str, tmp_path: Path) -> None:
    _sheet(driver, panel, [(name, look) for look in LOOKS for name in VIEWS], tmp_path)


def test_words_that_something_lies_on_are_missed(landscape: Any) -> None:
    from ui.touch.widgets.surface import Panel

    landscape.show(samples.VIEWS["idle"])
    assert unseen(landscape, landscape.photograph()) == []
    shell = landscape.player.shell
    lid = Panel(fill="#3B475E", shadow="", edge="", size=(900, 400), pos=(100, 500), size_hint=(None, None))
    shell.add_widget(lid)
    covered = unseen(landscape, landscape.photograph())
    shell.remove_widget(lid)
    assert any("Положите" in fault for fault in covered)


def test_what_reaches_the_edge_of_the_screen_is_seen(landscape: Any) -> None:
    from ui.touch.widgets.surface import Panel

    landscape.show(samples.VIEWS["home"])
    strayed = Panel(fill="#0B4FD6", shadow="", edge="", size=(300, 100), pos=(-50, 500), size_hint=(None, None))
    shell = landscape.player.shell
    shell.add_widget(strayed)
    found = bleeding(landscape, landscape.photograph())
    shell.remove_widget(strayed)
    assert found == ["reaches the left edge"]
