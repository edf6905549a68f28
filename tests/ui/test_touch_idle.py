"""At rest the screen sleeps: until the next timer, until another thread wakes it, and never over work that waits."""

import ctypes.util
import logging
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
STORY = """
    import sys, threading
    from pathlib import Path
    from kiosk.effects import Tone
    from ui.touch import samples
    from ui.touch.app import Settings, TouchUi
    from ui.touch.kivy_setup import Screen

    offscreen, sleeping, begun = "offscreen" in sys.argv, "sleeping" in sys.argv, threading.Event()
    screen = Screen(640, 360, fullscreen=False, offscreen=offscreen, sleeping=sleeping)
    it = TouchUi(Settings(Path(sys.argv[1]), screen, volume=0, motion=False), lambda: samples.NOW)

    def runtime():
        begun.wait(20)
        from kivy.base import EventLoop
        from kivy.clock import Clock
        from kivy.core.window import Window
        from ui.touch import idle
        idle.LONGEST = 120.0  # whoever is not woken comes too late
        for timer in Clock.get_events():  # the clock in the corner, Kivy's caches
            timer.cancel()
        turns, quiet, drawn = [], threading.Event(), threading.Event()
        EventLoop.idle = lambda idle=EventLoop.idle: (turns.append(1), idle())
        Window.bind(on_flip=lambda *_: drawn.set() if it._player.view is samples.VIEWS["help"] else None)
        quiet.wait(1.5)
        turns.clear()
        quiet.wait(1.0)
        print("busy" if len(turns) > 20 else "asleep" if len(turns) < 4 else len(turns))
        it.show(samples.VIEWS["help"])
        print("drawn" if drawn.wait(20) else "never drawn")
        it.stop()

    threading.Thread(target=runtime, daemon=True).start()
    it.show(samples.VIEWS["pin"])
    it.run(print, begun.set)
    print("ended")
"""


def play(tmp_path: Path, *words: str) -> list[str]:
    before = [] if "offscreen" in words else ["xvfb-run", "-a", "-s", "-screen 0 640x480x24 -nolisten tcp"]
    done = subprocess.run(
        [*before, sys.executable, "-W", "error", "-c", textwrap.dedent(STORY), str(tmp_path / "kivy"), *words],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("display", ["offscreen", "x11"])
def test_a_screen_at_rest_sleeps_and_a_view_wakes_it(tmp_path: Path, display: str) -> None:
    if display == "x11" and shutil.which("xvfb-run") is None:
        pytest.skip("no X server here")
    assert play(tmp_path, display, "sleeping") == ["asleep", "drawn", "ended"]


def test_where_it_may_not_sleep_it_keeps_its_pace(tmp_path: Path) -> None:
    assert play(tmp_path, "offscreen") == ["busy", "drawn", "ended"]


class Told:
    """Notes how long it was told to sleep."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def until_woken(self, seconds: float) -> None:
        self.seconds.append(seconds)

    def wake(self) -> None:
        raise AssertionError("nobody wakes it here")


@pytest.fixture
def at_rest(driver: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module, with nothing to draw and nothing due."""
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.core.window import Window

    from ui.touch import idle

    driver.idle(5)
    Window.canvas.ask_update()
    EventLoop.idle()
    monkeypatch.setattr(idle, "LONGEST", 3600.0)
    timers = Clock.get_events()  # Kivy's own: of the keyboard, of its caches
    for timer in timers:
        timer.cancel()
    yield idle
    Clock.tick()
    for timer in timers:
        timer()


def test_it_sleeps_until_the_next_timer_is_due(at_rest: Any) -> None:
    from kivy.clock import Clock

    told, due = Told(), Clock.schedule_once(lambda _: None, 0.9)
    at_rest.turn(told)
    due.cancel()
    assert len(told.seconds) == 1
    assert 0.5 < told.seconds[0] <= 0.9


@pytest.mark.parametrize("work", ["drawing", "touch", "timer"])
def test_it_does_not_sleep_over_work(at_rest: Any, work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kivy.clock import Clock

    told = Told()
    if work == "drawing":
        at_rest.Window.canvas.ask_update()
    elif work == "timer":
        Clock.schedule_once(lambda _: None, 0)
    else:
        monkeypatch.setattr(at_rest.EventLoop, "input_events", ["a touch"])
        monkeypatch.setattr(at_rest.EventLoop, "idle", lambda: None)
    at_rest.turn(told)
    assert told.seconds == []


def test_what_comes_just_before_sleep_is_not_slept_over(at_rest: Any) -> None:
    sleep, over = at_rest.WithoutDisplay(), threading.Event()
    sleep.wake()

    def sleeper() -> None:
        sleep.until_woken(3600)
        over.set()

    threading.Thread(target=sleeper, daemon=True).start()
    assert over.wait(10)


@pytest.mark.parametrize("fault", ["no library", "no such function", "another display", "another Kivy"])
def test_without_what_it_leans_on_it_keeps_its_pace_and_says_so(
    at_rest: Any, fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nothing() -> str:
        raise OSError("no SDL 2 is loaded")

    class Another:
        def __init__(self, _path: str) -> None:
            self.SDL_GetCurrentVideoDriver = type("F", (), {"__call__": lambda _: b"KMSDRM"})()

    if fault == "no library":
        monkeypatch.setattr(at_rest, "_loaded_sdl", nothing)
    elif fault == "another Kivy":
        monkeypatch.setattr(at_rest.kivy, "__version__", "2.4.0")
    elif fault == "no such function":
        monkeypatch.setattr(at_rest, "_loaded_sdl", lambda: ctypes.util.find_library("c"))
    else:
        monkeypatch.setattr(at_rest.ctypes, "CDLL", Another)
    with caplog.at_level(logging.INFO, at_rest.__name__):
        assert at_rest._sleep() is None
    assert "keeps its pace" in caplog.text
