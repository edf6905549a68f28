"""A frame counts as drawn when its pixel is read back as it should be, and a screen that hangs starves the watchdog."""

import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ui.touch.samples import VIEWS

ROOT = Path(__file__).parent.parent.parent


class Beats:
    def __init__(self) -> None:
        from ui.touch.heartbeat import Heartbeat

        self.count = 0
        self.heart = Heartbeat(self._beat)

    def _beat(self) -> None:
        self.count += 1


@pytest.fixture
def beats(landscape: Any) -> Iterator[Beats]:
    landscape.show(VIEWS["idle"])
    it = Beats()
    yield it
    it.heart.close()


def draw() -> None:
    """One frame as it is drawn and handed to the display."""
    from kivy.core.window import Window

    Window.dispatch("on_draw")
    Window.dispatch("on_flip")


def picture() -> bytes:
    """The frame as it stands where frames are drawn."""
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

    return bytes(glReadPixels(0, 0, *Window.size, GL_RGB, GL_UNSIGNED_BYTE))


def test_a_frame_is_true_when_its_pixel_is_what_was_drawn(beats: Beats) -> None:
    for count in (1, 2, 3):
        beats.heart.probe()
        draw()
        assert beats.count == count


def test_a_frame_that_shows_what_was_there_before_is_not_true(beats: Beats, caplog: pytest.LogCaptureFixture) -> None:
    from kivy.core.window import Window

    beats.heart.probe()
    draw()
    for _ in range(2):
        beats.heart.probe()
        Window.dispatch("on_flip")  # shown, and not drawn
        beats.heart.probe()
        Window.dispatch("on_flip")
    assert beats.count < 4
    assert caplog.text.count("another pixel") >= 1


def test_a_frame_nobody_asked_about_says_nothing(beats: Beats) -> None:
    draw()
    assert beats.count == 0


def test_a_probe_alone_has_a_frame_drawn(beats: Beats) -> None:
    from kivy.base import EventLoop

    EventLoop.idle()
    beats.heart.probe()
    EventLoop.idle()
    assert beats.count == 1


def test_at_rest_the_corner_alone_is_drawn_and_the_rest_stays_as_it_was(beats: Beats) -> None:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    EventLoop.idle()
    beats.heart.probe()
    EventLoop.idle()
    EventLoop.idle()  # the frame is found where it was drawn
    before = picture()
    beats.heart.probe()
    after = picture()
    assert (beats.count, Window.canvas.needs_redraw) == (2, False)
    assert before[:3] != after[:3]
    assert before[3:] == after[3:]


def test_where_the_frame_is_gone_after_it_was_shown_the_next_is_drawn_whole(
    beats: Beats, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from ui.touch import retouch

    monkeypatch.setattr(retouch, "_within", lambda _box: pytest.fail("a spot of what frame?"))
    for count in (1, 2, 3):
        beats.heart.probe()
        EventLoop.idle()
        assert beats.count == count
        Window.clear()  # a buffer that took turns with another
        EventLoop.idle()


def test_while_something_changes_a_frame_comes_anyway_and_the_pixel_is_in_it(beats: Beats) -> None:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    beats.heart.probe()
    EventLoop.idle()
    EventLoop.idle()
    Window.canvas.ask_update()
    beats.heart.probe()
    assert beats.count == 1
    EventLoop.idle()
    assert beats.count == 2


def test_with_a_graphics_card_every_frame_is_drawn_whole(landscape: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from kivy.base import EventLoop

    from ui.touch import retouch

    monkeypatch.setattr(retouch, "glGetString", lambda _name: b"Mesa Intel(R) HD Graphics 530 (SKL GT2)")
    monkeypatch.setattr(retouch, "_within", lambda _box: pytest.fail("a card draws the whole frame for nothing"))
    landscape.show(VIEWS["idle"])
    it = Beats()
    for count in (1, 2, 3):
        it.heart.probe()
        EventLoop.idle()
        EventLoop.idle()
        assert it.count == count
    it.heart.close()


@pytest.mark.parametrize("name", ["idle", "checkout-done"])
def test_nobody_sees_it(landscape: Any, name: str) -> None:
    landscape.show(VIEWS[name])
    before = landscape.photograph()
    beats = Beats()
    for _ in range(2):
        beats.heart.probe()
        now = landscape.photograph()
        differ = [at for at in ((x, y) for x in range(40) for y in range(now.height - 40, now.height))
                  if now.getpixel(at) != before.getpixel(at)]  # fmt: skip
        assert differ in ([], [(0, now.height - 1)])
    beats.heart.close()
    assert landscape.photograph().tobytes() == before.tobytes()


STORY = """
    import sys, threading
    from pathlib import Path
    from kiosk.app import screen_watch
    from kiosk.app.system import SystemClock
    from kiosk.domain.health import READY
    from ui.touch import samples
    from ui.touch.app import Settings, TouchUi
    from ui.touch.kivy_setup import Screen

    screen_watch.LOOKS_EVERY, screen_watch.DOUBTED_AFTER = 0.05, 2.0
    looked, hung = threading.Semaphore(0), threading.Event()
    it = TouchUi(
        Settings(Path(sys.argv[1]), Screen(640, 360, fullscreen=False, offscreen=True), volume=0), lambda: samples.NOW
    )

    class Watch(screen_watch.ScreenWatch):
        def look(self):
            super().look()
            looked.release()

    watch = Watch(lambda: it.true_frame, SystemClock())

    def looks(times):
        # Wait for so many more; the first may have begun before.
        while looked.acquire(blocking=False):
            pass
        for _ in range(times + 1):
            looked.acquire()

    def tell():
        while watch.seconds() is None or watch.health() != READY:
            looked.acquire()
        print("true", flush=True)
        sys.stdin.readline()
        from kivy.clock import Clock
        Clock.schedule_once(lambda _: (hung.set(), threading.Event().wait()))
        hung.wait()
        while watch.health() == READY:
            looked.acquire()
        looks(1)
        print("doubted", flush=True)
        sys.stdin.readline()
        looks(20)
        print("looked on", flush=True)

    it.open(samples.VIEWS["idle"])
    from ui.touch import heartbeat
    heartbeat.EVERY = 0.1
    threading.Thread(target=tell, daemon=True).start()
    watch.start()
    it.run(print)
"""


def test_a_screen_that_hangs_feeds_the_watchdog_no_more(tmp_path: Path) -> None:
    """Told step by step by the screen's own process, so that a slow machine is waited for."""
    said = tmp_path / "said"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, said.open("w") as log, subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(STORY), str(tmp_path / "kivy")], cwd=ROOT, text=True,
        env={"PATH": "/usr/bin:/bin", "NOTIFY_SOCKET": str(tmp_path / "notify")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
    ) as station:  # fmt: skip
        told.bind(str(tmp_path / "notify"))
        told.settimeout(60)

        def go_on(until: str) -> None:
            station.stdin.write("\n")
            station.stdin.flush()
            assert station.stdout.readline() == until

        try:
            assert station.stdout.readline() == "true\n"
            assert told.recv(100) == b"WATCHDOG=1"
            go_on("doubted\n")
            assert "drawn no true frame" in said.read_text()
            told.setblocking(False)
            _empty(told)
            go_on("looked on\n")
            with pytest.raises(BlockingIOError):
                told.recv(100)
        finally:
            station.kill()


def _empty(line: socket.socket) -> None:
    try:
        while line.recv(100):
            pass
    except BlockingIOError:
        return
