"""The screen seen and touched from afar: a frame when it is asked for and something is new, a finger that lands."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.events import TaskChosen
from ui.touch.samples import VIEWS


class Film:
    """A mirror, its frames, and a clock that stands still until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from kivy.clock import Clock

        from ui.touch import mirror

        self.now = Clock.time()
        monkeypatch.setattr(mirror.Clock, "time", lambda: self.now, raising=False)
        self.frames: list[Any] = []
        self.mirror = mirror.Mirror(self.frames.append)

    def turn(self, *, draw: bool = False) -> None:
        """Let Kivy make a frame, which it draws if asked to or if something has changed."""
        from kivy.base import EventLoop
        from kivy.core.window import Window

        if draw:
            Window.canvas.ask_update()
        EventLoop.idle()

    def rest(self) -> None:
        """Draw until nothing has changed any more."""
        for _ in range(5):
            self.turn(draw=False)


@pytest.fixture
def film(landscape: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Film]:
    landscape.show(VIEWS["idle"])
    it = Film(monkeypatch)
    it.rest()
    yield it
    it.mirror.close()


def test_who_asks_gets_one_frame_of_the_whole_screen(film: Film) -> None:
    film.mirror.want()
    film.turn()
    film.turn(draw=True)
    (frame,) = film.frames
    assert (frame.width, frame.height, len(frame.pixels)) == (1920, 1080, 1920 * 1080 * 3)
    assert len(set(frame.pixels[1920 * 3 // 2 :: 1920 * 3 * 20])) > 1


def test_nobody_asked_nothing_is_grabbed(film: Film) -> None:
    film.turn(draw=True)
    assert film.frames == []


def test_the_next_frame_waits_until_something_is_drawn(film: Film) -> None:
    film.mirror.want()
    film.turn()
    film.now += 1
    film.mirror.want()
    film.rest()
    assert len(film.frames) == 1
    film.turn(draw=True)
    assert len(film.frames) == 2


def test_frames_come_no_faster_than_ten_a_second(film: Film) -> None:
    film.mirror.want()
    film.turn()
    film.mirror.want()
    film.turn(draw=True)
    film.turn(draw=True)
    assert len(film.frames) == 1
    film.now += 0.2
    film.turn(draw=True)
    assert len(film.frames) == 2


def test_a_finger_from_afar_presses_what_is_under_it(film: Film, tap_place: Callable[[], tuple[float, float]]) -> None:
    from ui.touch.mirror import Phase

    x, y = tap_place()
    film.mirror.touch(1, Phase.DOWN, x, y)
    film.mirror.touch(1, Phase.MOVE, x + 0.001, y)
    film.mirror.touch(1, Phase.MOVE, x, y)
    film.mirror.touch(1, Phase.UP, x, y)
    for _ in range(6):
        film.turn()
    assert any(isinstance(event, TaskChosen) for event in tap_place.sent)  # type: ignore[attr-defined]


def test_a_finger_that_never_came_down_is_not_lifted(film: Film, landscape: Any) -> None:
    from ui.touch.mirror import Phase

    film.mirror.touch(7, Phase.UP, 0.5, 0.5)
    film.mirror.touch(7, Phase.MOVE, 2.0, -1.0)
    for _ in range(4):
        film.turn()
    assert landscape.sent == []


@pytest.fixture
def tap_place(landscape: Any, film: Film) -> Callable[[], tuple[float, float]]:
    """Where on the screen, from the left and from the top, a task is offered."""
    from kivy.core.window import Window

    from ui.touch.widgets.press import Press

    def place() -> tuple[float, float]:
        offered = [each for each in landscape.widgets(Press) if isinstance(each.event, TaskChosen)]
        x, y = offered[-1].to_window(*offered[-1].center)
        return x / Window.width, 1 - y / Window.height

    place.sent = landscape.sent  # type: ignore[attr-defined]
    return place
