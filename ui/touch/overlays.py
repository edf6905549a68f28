"""What is laid over a screen: "are you still there?" and the comfort sheet."""

from typing import Any

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.domain.rules import Look, Theme
from kiosk.events import LookChosen
from kiosk.views import Frame
from ui.text.catalogue import load
from ui.touch.page import Seconds
from ui.touch.stage import now
from ui.touch.widgets.press import Way


class Overlay(FloatLayout):
    """Dims what lies below and takes every touch."""

    def on_touch_down(self, touch: Any) -> bool:
        super().on_touch_down(touch)
        return True

    def gone(self) -> None:
        """Stop what runs on a clock."""


class LastCall(Overlay):
    """The privacy warning: a ring, a sentence, two buttons."""

    left = NumericProperty(20)
    total = NumericProperty(20)
    text = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._seconds = Seconds(self._tell)
        self._started = False
        super().__init__(**kwargs)

    def show(self, frame: Frame) -> None:
        if not self._started and frame.last_call is not None:
            self._started, self.total = True, frame.last_call
            self._seconds.start(frame.last_call)

    def gone(self) -> None:
        self._seconds.stop()

    def _tell(self, left: int) -> None:
        self.left = left
        self.text = now().words.count("last_call.text", left)


class ComfortSheet(Overlay):
    """Contrast and language, effective at once."""

    def show(self, frame: Frame) -> None:
        ways = self.ids.ways
        ways.clear_widgets()
        words, look = now().words, frame.look
        contrast = look.theme is not Theme.HIGH_CONTRAST
        name = "comfort.contrast" if contrast else "comfort.light"
        event = LookChosen(Look(look.language, Theme.HIGH_CONTRAST if contrast else Theme.LIGHT))
        ways.add_widget(Way(text=words.say(name), note=words.say(f"{name}.note"), icon="contrast", event=event))
        for tag in frame.languages:
            if tag != look.language:
                ways.add_widget(_language(tag, look))


def _language(tag: str, look: Look) -> Way:
    other = load(tag)
    event = LookChosen(Look(tag, look.theme))
    return Way(text=other.say("language.name"), note=other.say("comfort.language.note"), icon="language", event=event)
