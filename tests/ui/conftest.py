"""A screen without a display: one window per run, pumped by hand, touched like a finger does, photographed."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.rules import Look, Theme
from kiosk.events import Event
from kiosk.views import View
from ui.touch.kivy_setup import Screen, configure

LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)
ROOM = (1920, 1920)
"""What the first window is opened with: what is drawn off screen never gets larger than that."""


class Driver:
    """Shows views, pumps Kivy's own loop, taps real widgets, and keeps every event that came out."""

    def __init__(self, home: Path) -> None:
        from ui.touch import samples
        from ui.touch.app import Settings
        from ui.touch.player import Player

        self.sent: list[Event] = []
        self._settings = Settings(home, volume=0, motion=False, filmed=True)
        self._player = lambda: Player(
            self._settings, self.sent.append, lambda: samples.NOW, lambda: None, inline_covers=True, deaf=0
        )
        self.player: Any = None

    def open(self, size: tuple[int, int], diagonal: float = 0.0) -> None:
        """Make the window this size, on a panel of `diagonal` inches; everything is built anew if it changed."""
        from kivy.core.window import Window

        if self.player is not None and tuple(Window.size) == size and self._settings.diagonal == diagonal:
            return
        self._settings = replace(self._settings, diagonal=diagonal)
        if self.player is not None:
            self.player.close()
        Window.size = size
        self.idle()
        assert tuple(Window.size) == size
        self.player = self._player()

    def show(self, view: View, language: str = "ru", *, contrast: bool = False) -> None:
        look = Look(language, Theme.HIGH_CONTRAST if contrast else Theme.LIGHT)
        self.player.show(replace(view, frame=replace(view.frame, look=look)))
        self.idle()
        self.sent.clear()

    def see(self, view: View) -> None:
        """Show a view in its own look."""
        self.player.show(view)
        self.idle()
        self.sent.clear()

    def idle(self, frames: int = 3) -> None:
        """Run frames without drawing them: clock, layout, input."""
        from kivy.base import EventLoop
        from kivy.clock import Clock

        for _ in range(frames):
            Clock.tick()
            EventLoop.dispatch_input()
            Clock.tick_draw()

    def tap(self, widget: Any) -> list[Event]:
        """Touch the middle of a widget; return what came out."""
        from kivy.tests.common import UnitTestTouch

        before = len(self.sent)
        touch = UnitTestTouch(*widget.to_window(*widget.center))
        touch.touch_down()
        self.idle(1)
        touch.touch_up()
        self.idle(2)
        return self.sent[before:]

    def widgets(self, kind: type | None = None) -> list[Any]:
        """Return what is on the screen and visible, of one kind."""
        found: list[Any] = []
        _collect(self.player.shell, found)
        return [widget for widget in found if kind is None or isinstance(widget, kind)]

    def photograph(self) -> Any:
        """Return the frame as a Pillow image."""
        from ui.touch.pictures import grab

        return grab()


def _collect(widget: Any, found: list[Any]) -> None:
    if widget.opacity == 0 or widget.width <= 0 or widget.height <= 0:
        return
    found.append(widget)
    for child in widget.children:
        _collect(child, found)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    home = tmp_path_factory.mktemp("kivy")
    if "kivy" not in sys.modules:
        configure(Screen(*ROOM, fullscreen=False, offscreen=True), home)
    from kivy.base import EventLoop
    from kivy.clock import Clock

    Clock._max_fps = 0
    EventLoop.status = "started"
    it = Driver(home)
    it.open(LANDSCAPE)
    yield it
    it.player.close()


@pytest.fixture
def landscape(driver: Driver) -> Driver:
    driver.open(LANDSCAPE)
    return driver


@pytest.fixture
def portrait(driver: Driver) -> Driver:
    driver.open(PORTRAIT)
    return driver


@pytest.fixture
def oriented(driver: Driver) -> Callable[[str], Driver]:
    """`oriented("portrait")`."""

    def turn(name: str) -> Driver:
        driver.open(PORTRAIT if name == "portrait" else LANDSCAPE)
        return driver

    return turn
