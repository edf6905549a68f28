"""The peer of the screen's measurements: a bare Kivy window of the same size with one label; says when it has drawn."""

import os
import sys

os.environ.update(
    KIVY_NO_ARGS="1", KIVY_NO_FILELOG="1", KIVY_NO_CONSOLELOG="1", KIVY_WINDOW="sdl2", KIVY_HOME=sys.argv[1]
)

from kivy.config import Config

for key, value in (("width", "1920"), ("height", "1080"), ("multisamples", "0"), ("maxfps", "60"), ("vsync", "0")):
    Config.set("graphics", key, value)

from kivy.base import runTouchApp  # noqa: E402
from kivy.clock import Clock  # noqa: E402
from kivy.uix.label import Label  # noqa: E402


def drawn(_elapsed: float) -> None:
    print("drawn", flush=True)


Clock.schedule_once(drawn, 0)
runTouchApp(Label(text="kiosk"))
