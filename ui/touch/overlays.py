"""What is laid over a screen: "are you still there?" and the comfort sheet."""

from dataclasses import replace
from typing import Any

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.domain.rules import Look, Theme
from kiosk.events import LookChosen
from kiosk.views import Frame
from ui.text.catalogue import load
from ui.touch.layout import TEXT_SIZES
from ui.touch.page import Seconds
from ui.touch.stage import now, press, say
from ui.touch.widgets.choice import Choice


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

    @classmethod
    def build(cls, **kwargs: Any) -> "LastCall":
        """Return the card, or the sheet where words flow."""
        return LastCallSmall(**kwargs) if now().page.flows else LastCallCard(**kwargs)

    def show(self, frame: Frame) -> None:
        if not self._started and frame.last_call is not None:
            self._started, self.total = True, frame.last_call
            self._seconds.start(frame.last_call)

    def gone(self) -> None:
        self._seconds.stop()

    def _tell(self, left: int) -> None:
        self.left = left
        self.text = now().words.count("last_call.text", left)


class LastCallCard(LastCall):
    """A card in the middle."""


class LastCallSmall(LastCall):
    """Words above the buttons, across the page."""

    @property
    def highest(self) -> float:
        """Return the height of the card in token px: no higher than what stands on it."""
        page = now().page
        return 460 if page.narrow else 720


class ComfortSheet(Overlay):
    """Text size, contrast, reach and time, and the language where there are more than two; effective at once.

    It covers the lower part, so that what changes is seen above it.
    """

    @classmethod
    def build(cls, **kwargs: Any) -> "ComfortSheet":
        return cls(**kwargs)

    @property
    def covers(self) -> tuple[float, float, float, float]:
        """Return x, y, width and height of the sheet in px."""
        page = now().page
        share = {"L": 0.42, "P": 0.55, "M": 0.55}.get(page.kind.value, 0.72 if page.canvas[1] > 700 else 1.0)
        if page.reach:
            share = max(share if page.canvas[1] <= 700 else 0.55, 1 - page.reach / page.canvas[1])
        if page.kind.value == "S" and page.upright:
            share = 0.8 if page.canvas[0] > 700 else 0.94
        return 0, 0, page.width, round(page.height * share)

    def show(self, frame: Frame) -> None:
        ways = self.ids.ways
        ways.clear_widgets()
        for choice in _switches(frame.look):
            ways.add_widget(_edged(choice))
        for tag in frame.languages if len(frame.languages) > 2 else ():
            if tag != frame.look.language:
                ways.add_widget(_edged(_language(tag, frame.look)))
        close = Choice(text=say("comfort.close"), icon="close", event=press("COMFORT"))
        ways.add_widget(_edged(close))


def _switches(look: Look) -> list[Choice]:
    contrast = look.theme is Theme.HIGH_CONTRAST
    steps = [size for size in now().page.sizes if size > look.text]
    size = f"{look.text:g}".replace(".", say("number.point"))
    larger = replace(look, text=steps[0] if steps else TEXT_SIZES[0])
    themed = replace(look, theme=Theme.LIGHT if contrast else Theme.HIGH_CONTRAST)
    low, slow = replace(look, low=not look.low), replace(look, more_time=not look.more_time)
    switches = [
        _switch("comfort.text", "text_increase", larger, on=look.text > 1, n=size),
        _switch("comfort.contrast", "contrast", themed, on=contrast),
        _switch("comfort.low", "accessible", low, on=look.low),
        _switch("comfort.time", "more_time", slow, on=look.more_time),
    ]
    return switches if len(now().page.sizes) > 1 else switches[1:]


def _switch(name: str, icon: str, then: Look, *, on: bool, **values: object) -> Choice:
    """A switch says in words whether it is on, and shows it by its ground."""
    palette = now().palette
    note = say(f"{name}.on" if on else f"{name}.off", **values)
    choice = Choice(text=say(name), note=note, icon=icon, event=LookChosen(then))
    if on:
        choice.square = palette.success if not palette.edges else palette.warning
    return choice


def _language(tag: str, look: Look) -> Choice:
    other = load(tag)
    event = LookChosen(replace(look, language=tag))
    return Choice(
        text=other.say("language.name"), note=other.say("comfort.language.note"), icon="language", event=event
    )


def _edged(choice: Choice) -> Choice:
    """Give a choice an edge: on a white sheet a white card has none."""
    palette = now().palette
    choice.edge, choice.edge_width = palette.edges or palette.outline, 3 if palette.edges else 2
    return choice
