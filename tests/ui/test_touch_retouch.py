"""What moves alone on a screen at rest is drawn within its box; it looks as if the frame had been drawn whole."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ui.touch.samples import VIEWS


@pytest.fixture
def retouch(landscape: Any) -> Iterator[Any]:
    from ui.touch import retouch

    landscape.show(VIEWS["idle"])
    whole()
    retouch.frames_are_kept(True)
    yield retouch
    retouch.frames_are_kept(False)


@pytest.fixture
def drawn() -> Iterator[list[int]]:
    """A number for each frame drawn."""
    from kivy.core.window import Window

    frames: list[int] = []

    def note(*_: object) -> None:
        frames.append(1)

    Window.bind(on_draw=note)
    yield frames
    Window.unbind(on_draw=note)


def whole() -> bytes:
    """Draw a whole frame and return it."""
    from kivy.base import EventLoop
    from kivy.core.window import Window

    for _ in range(3):
        EventLoop.idle()
    Window.dispatch("on_draw")
    return seen()


def seen() -> bytes:
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

    return bytes(glReadPixels(0, 0, *Window.size, GL_RGB, GL_UNSIGNED_BYTE))


def arrow(driver: Any) -> Any:
    return driver.player.shell.page.ids.arrow.__self__


def moved(widget: Any, by: int) -> Callable[[], None]:
    def change() -> None:
        widget.shift_y = by

    return change


def test_an_arrow_that_moves_is_drawn_in_its_box_and_looks_as_it_should(
    landscape: Any, retouch: Any, drawn: list[int]
) -> None:
    it = arrow(landscape)
    before = seen()
    for away in (-3, -16, -1, 0):
        drawn.clear()
        retouch.draw(it._way(), moved(it, away))
        spared = seen()
        assert drawn == [1]
        assert spared == whole()
        assert (spared == before) == (away == 0)


def test_what_changes_nothing_draws_nothing(landscape: Any, retouch: Any, drawn: list[int]) -> None:
    retouch.draw(arrow(landscape)._way(), lambda: None)
    assert drawn == []


@pytest.mark.parametrize("why", ["not kept", "something else changes"])
def test_a_whole_frame_comes_at_its_time(landscape: Any, retouch: Any, drawn: list[int], why: str) -> None:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    if why == "not kept":
        retouch.frames_are_kept(False)
    else:
        Window.canvas.ask_update()
    retouch.draw((0, 0, 1, 1), moved(arrow(landscape), -9))
    assert drawn == []
    EventLoop.idle()
    assert drawn == [1]
    arrow(landscape).shift_y = 0


def test_the_arrow_rests_twice_as_long_each_time_and_never_more_than_an_hour(landscape: Any) -> None:
    from ui.touch.stage import now

    it, now().motion = arrow(landscape), True
    it.begin()
    it.begin()  # the page is shown again: it goes on waiting
    rests = []
    for _ in range(9):
        rests.append(it._due.timeout)
        it._due.cancel()
        it._swing(0)
        it._move(0)
        assert it.shift_y == 0
        it._begun -= 0.6
        it._move(0)
        assert it.shift_y < 0
        it._begun -= 10
        it._move(0)
        assert it.shift_y == 0
    it.rest()
    now().motion = False
    assert rests == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
