"""The port as the runtime uses it: in a process of its own, views from another thread, events back, an orderly end."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kiosk.ports.ui import Ui
from ui.touch.app import Settings, TouchUi
from ui.touch.kivy_setup import Screen

ROOT = Path(__file__).parent.parent.parent
STORY = """
    import sys, threading
    from pathlib import Path
    from kiosk.effects import Tone
    from kiosk.events import Button, Pressed
    from ui.touch import samples
    from ui.touch.app import Settings, TouchUi
    from ui.touch.kivy_setup import Screen

    events, drawn = [], threading.Event()
    screen = Screen(1280, 720, fullscreen=False, offscreen=True)
    it = TouchUi(Settings(Path(sys.argv[1]), screen, volume=0, motion=False), lambda: samples.NOW)

    def runtime():
        drawn.wait(20)
        from kivy.clock import Clock
        for name in ("idle", "checkout-done", "farewell"):
            it.show(samples.VIEWS[name])
        it.sound(Tone.YOURS)
        it.forget()
        seen = threading.Event()
        Clock.schedule_once(lambda _: (print(type(it._player.view).__name__), seen.set()), 0.2)
        seen.wait(20)
        it.stop()

    threading.Thread(target=runtime, daemon=True).start()
    it.show(samples.VIEWS["pin"])
    it.run(events.append, drawn.set)
    print("ended")
"""


def test_views_come_from_any_thread_and_the_screen_ends_when_told(tmp_path: Path) -> None:
    story = textwrap.dedent(STORY)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", story, str(tmp_path / "kivy")],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["Farewell", "ended"]


def test_what_is_shown_before_the_screen_is_open_waits_for_it(tmp_path: Path) -> None:
    from ui.touch.samples import NOW, VIEWS

    it = TouchUi(Settings(tmp_path, Screen(offscreen=True)), lambda: NOW)
    port: Ui = it
    port.show(VIEWS["idle"])
    port.show(VIEWS["help"])
    port.forget()
    assert it._take() is VIEWS["help"]
    assert it._take() is None


def test_no_display_is_said_in_words(tmp_path: Path) -> None:
    story = f"""
        from pathlib import Path
        from ui.touch.app import Settings, TouchUi
        from ui.touch.kivy_setup import Screen
        it = TouchUi(Settings(Path({str(tmp_path)!r}), Screen(fullscreen=False), volume=0), None)
        try:
            it.run(print)
        except RuntimeError as fault:
            print(fault)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(story)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "/usr/bin:/bin", "SDL_VIDEODRIVER": "x11", "DISPLAY": ":987"},
    )  # fmt: skip
    assert "no window" in done.stdout, (done.stdout, done.stderr)


def test_kivy_must_not_be_imported_before_it_is_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.touch.kivy_setup import configure

    monkeypatch.setitem(sys.modules, "kivy", sys)
    with pytest.raises(RuntimeError, match="before it was configured"):
        configure(Screen(), tmp_path)


def test_missing_fonts_are_named_with_the_cure(driver: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.touch import fonts

    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    with pytest.raises(fonts.FontsMissing, match=r"\./run setup"):
        fonts.register()
