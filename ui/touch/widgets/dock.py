"""The dock: back (or the rules) left, help, comfort and language between, the next step or the way out right."""

from dataclasses import dataclass

from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from kiosk.events import Event
from ui.touch.stage import now, press, say, tp
from ui.touch.widgets.arrange import Column, Row
from ui.touch.widgets.press import PrimaryButton, PushButton, SecondaryButton, ToolButton


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the dock. `primary`: the next step; otherwise a way out. `busy`: it was pressed and is at work."""

    text: str
    icon: str
    event: Event
    primary: bool = False
    busy: bool = False


@dataclass(frozen=True, slots=True)
class DockModel:
    """`left`: "back", "rules" or "". `note`: two quiet lines where there is no action. `language`: to the next one."""

    left: str = "back"
    right: Action | None = None
    second: Action | None = None
    note: tuple[str, str] = ("", "")
    words: bool = True
    """Tools have their words; False leaves room for long buttons."""
    hero: bool = False
    """Stands on a coloured ground."""


class DockNote(Column):
    first = StringProperty("")
    second = StringProperty("")


class Dock(Row):
    """Built anew when its model changes, which is when the screen does."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._shown: tuple[DockModel, str, Event | None] | None = None

    def show(self, model: DockModel, language: str, to_language: Event | None) -> None:
        """`language`: the name of the language one would change to, empty where there is only one."""
        if (model, language, to_language) == self._shown:
            return
        self._shown = (model, language, to_language)
        self.clear_widgets()
        words = model.words and not now().page.compact
        for button in _left(model.left, words):
            self.add_widget(button)
        self.add_widget(_tool(say("dock.help"), "support_agent", press("HELP"), words=words))
        self.add_widget(_tool(say("dock.comfort"), "accessibility_new", press("COMFORT"), words=words))
        if language:
            self.add_widget(_tool(language, "language", to_language, words=words))
        if not now().page.portrait or model.right is None:
            self.add_widget(Widget())
        if any(model.note):
            self.add_widget(DockNote(first=model.note[0], second=model.note[1]))
        for action, right in ((model.second, False), (model.right, True)):
            if action is not None:
                self.add_widget(_action(action, right=right))
        if model.hero:
            _put_on_hero(self.children)


def _left(kind: str, words: bool) -> list[PushButton]:
    if not kind:
        return []
    icon, event = ("arrow_back", press("BACK")) if kind == "back" else ("info", press("RULES"))
    text = say(f"dock.{kind}")
    if not words:
        button: PushButton = (
            SecondaryButton(icon=icon, event=event) if kind == "back" else ToolButton(icon=icon, event=event)
        )
        button.width = _square()
    else:
        button = SecondaryButton(text=text, icon=icon, event=event)
        button.width = max(tp(262), button.natural_width())
        button.fill = now().palette.bg if kind == "rules" else button.fill
    button.spoken = text
    return [button]


def _tool(text: str, icon: str, event: Event | None, *, words: bool) -> ToolButton:
    button = ToolButton(text=text if words else "", icon=icon, event=event)
    button.spoken = text
    button.width = button.natural_width() if words else _square()
    return button


def _action(action: Action, *, right: bool) -> PushButton:
    kind = PrimaryButton if action.primary else SecondaryButton
    button: PushButton = kind(text=action.text, icon="sync" if action.busy else action.icon, event=action.event)
    page = now().page
    column = {"L": 536, "M": 400}.get(page.kind.value, 0)
    button.width = max(tp(column) if right else 0, button.natural_width() + (0 if right or page.compact else tp(56)))
    if page.portrait and right:
        button.size_hint_x = 1
    return button


def _square() -> int:
    return tp(120)


def _put_on_hero(buttons: list[Widget]) -> None:
    palette = now().palette
    for button in buttons:
        if isinstance(button, ToolButton):
            button.fill, button.fill_down, button.colour = palette.hero_deep, palette.primary_pressed, palette.on_hero
        elif isinstance(button, SecondaryButton):
            button.fill, button.fill_down = palette.hero, palette.hero_deep
            button.edge, button.colour = palette.on_hero, palette.on_hero
            button.edge_width = 3
