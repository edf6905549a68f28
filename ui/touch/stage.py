"""What every widget is drawn with: page, colours, words, where a touch goes, and the pictures in use.

There is one screen per process, so there is one stage; it is replaced as a whole when language, contrast or text size
change, and every widget is then built anew. That keeps widgets free of bindings to looks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kivy.lang.parser import global_idmap

from kiosk.events import Button, Event, Pressed, Task, TaskChosen
from ui.text.catalogue import Words
from ui.touch import theme
from ui.touch.covers import Covers
from ui.touch.layout import Metrics
from ui.touch.spares import Spares
from ui.touch.textures import Surfaces


@dataclass(slots=True)
class Stage:
    """`emit` takes what the reader did. `local_time` is the site's. `motion` False: nothing moves."""

    page: Metrics
    palette: theme.Palette
    words: Words
    emit: Callable[[Event], None]
    local_time: Callable[[], datetime]
    covers: Covers
    surfaces: Surfaces
    sound: Callable[[str], None]
    spares: Spares = field(default_factory=Spares)
    motion: bool = True


_stage: Stage | None = None


def enter(stage: Stage) -> None:
    """Make this the stage that widgets built from now on are drawn with."""
    global _stage  # noqa: PLW0603
    _stage = stage


def now() -> Stage:
    """Return the stage. Widgets exist only after `enter`."""
    assert _stage is not None
    return _stage


def tp(tokens: float) -> int:
    """Return whole pixels for token px, so that edges fall on pixels."""
    return round(now().page.px(tokens))


def press(name: str) -> Pressed:
    """Return the event of a button: `press('BACK')`."""
    return Pressed(Button[name])


def choose(name: str) -> TaskChosen:
    return TaskChosen(Task[name])


def say(message: str, **values: object) -> str:
    return now().words.say(message, **values)


class _Paint:
    """Colours by name, of the palette in use: `paint.ink`."""

    def __getattr__(self, name: str) -> Any:
        return getattr(now().palette, name)


class _Page:
    """The page in use: `page.portrait`, `page.compact`."""

    def __getattr__(self, name: str) -> object:
        return getattr(now().page, name)


global_idmap.update(tp=tp, say=say, paint=_Paint(), page=_Page(), press=press, choose=choose, styles=theme.STYLES)
