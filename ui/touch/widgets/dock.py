"""The dock: back (or the rules) left, help, comfort and language between, the next step or the way out right."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import ceil

from kivy.clock import Clock
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from kiosk.events import Event
from ui.touch.stage import now, press, say, tp
from ui.touch.theme import STYLES
from ui.touch.widgets.arrange import Column, Row
from ui.touch.widgets.flow import Flow
from ui.touch.widgets.press import PrimaryButton, PushButton, SecondaryButton, ToolButton
from ui.touch.widgets.settle import settle
from ui.touch.widgets.type import Rich, width_of

WORDS, ICONS, TIGHT, TIGHTEST = range(4)
"""How the dock is set: tools with words; icons; smaller ones, and an action without its icon; no count of pages."""


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
    help: bool = True
    """False where help would answer nothing: it is not shown then."""
    tools: bool = True
    """False: nothing at all is to be touched."""
    words: bool = True
    """Tools have their words; False leaves room for long buttons."""
    hero: bool = False
    """Stands on a coloured ground."""


class DockNote(Column):
    first = StringProperty("")
    second = StringProperty("")


class Dock(Row):
    """Set anew when its model changes, which is when the screen does. Tighter by steps until all has room."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._shown: tuple[DockModel, str, Event | None] | None = None
        self._flow: Flow | None = None
        self._again = Clock.create_trigger(self._build, -1)
        self._made: dict[Hashable, Widget] = {}
        self._had: dict[Hashable, Widget] = {}

    def show(self, model: DockModel, language: str, to_language: Event | None, flow: Flow | None = None) -> None:
        """`language`: the name of the language one would change to, empty where there is only one. `flow`: what the
        pager turns, None where the page has its own."""
        if (model, language, to_language) == self._shown and flow is self._flow:
            return
        if flow is not self._flow:
            if self._flow is not None:
                self._flow.funbind("pages", self._turned)
            self._flow = flow
            if flow is not None:
                flow.fbind("pages", self._turned)
        self._shown = (model, language, to_language)
        self._build()

    def _turned(self, *_: object) -> None:
        self._again()

    def _build(self, *_: object) -> None:
        if self._shown is None:
            return
        for level in (WORDS, ICONS, TIGHT, TIGHTEST):
            if level is WORDS and now().page.compact:
                continue
            self._fill(level, _square(level))
            if self._natural() <= self.width:
                self._grow(level)
                break
        else:
            self._shrink()
        if self._shown[0].hero:
            _put_on_hero(self.children)

    def _grow(self, level: int) -> None:
        """Give what is left over to the squares: who needs large text needs large signs too."""
        squares = sum(2 if isinstance(child, FlowPager) else _is_square(child) for child in self.children)
        spare = self.width - self._natural()
        side = min(_square(ICONS), int(_square(level) + spare / max(1, squares)))
        if level > ICONS and side > _square(level) + 2:
            self._fill(level, side)

    def _shrink(self) -> None:
        """Set the words of the action smaller: in no language may they leave the screen."""
        over = self._natural() - self.width
        for button in self.children:
            if isinstance(button, PushButton) and button.text:
                width = button.width - over
                button.scale = max(0.5, (width - tp(26)) / (button.width - tp(26)))
                button.width = width
                break
        self._made = {}  # set smaller for this time

    def _natural(self) -> float:
        widths = [child.width for child in self.children if child.size_hint_x is None and child.width > 0]
        stretching = [child for child in self.children if child.size_hint_x is not None and child.size_hint_min_x]
        return float(
            sum(widths) + sum(child.size_hint_min_x for child in stretching) + self.spacing * (len(self.children) - 1)
        )

    def _fill(self, level: int, side: int) -> None:
        assert self._shown is not None
        model, language, to_language = self._shown
        self.clear_widgets()
        self._had, self._made = self._made, {}
        if not model.tools:
            return
        self.spacing = tp(16) if level < TIGHT else tp(max(6, now().page.tokens(2.5 if level == TIGHT else 1.5)))
        level = max(level, ICONS) if not model.words and level == WORDS else level
        if model.left:
            self._stand(_left, model.left, level, side)
        if model.help:
            self._stand(_tool, say("dock.help"), "support_agent", press("HELP"), level, side)
        self._stand(_tool, say("dock.comfort"), "accessibility_new", press("COMFORT"), level, side)
        if language:
            self._stand(_tool, language, "language", to_language, level, side)
        if not now().page.portrait or model.right is None:
            self.add_widget(Widget())
        if any(model.note) and level < TIGHT and self._flow_pages == 1 and self.height >= tp(72):
            note = DockNote(first=model.note[0], second=model.note[1])
            settle(note)
            self.add_widget(note)
        if self._flow is not None and self._flow.pages > 1:
            self.add_widget(FlowPager(self._flow, counts=level < TIGHTEST, side=side))
        for action, right in ((model.second, False), (model.right, True)):
            if action is not None:
                self._stand(_action, action, self.height, right, level)

    def _stand(self, make: Callable[..., Widget], *what: Hashable) -> None:
        """Add a button; one that stood there before is not made again."""
        assert self._shown is not None
        key = (make, what, self._shown[0].hero)
        self._made[key] = button = self._had.get(key) or make(*what)
        self.add_widget(button)

    @property
    def _flow_pages(self) -> int:
        return int(self._flow.pages) if self._flow is not None else 1


class FlowPager(Row):
    """Turns the pages of a screen whose words flow."""

    def __init__(self, flow: Flow, *, counts: bool, side: int) -> None:
        super().__init__(spacing=tp(8), size_hint=(None, 1))
        self._flow, self._where = flow, Rich(style="body", halign="center", size_hint_x=None)
        self._up = SecondaryButton(icon="keyboard_arrow_up", spoken=say("pager.up"), width=side)
        self._down = SecondaryButton(icon="keyboard_arrow_down", spoken=say("pager.down"), width=side)
        for arrow in (self._up, self._down):
            arrow.icon_extent = min(44, side * 0.8 / now().page.k)
        self._up.bind(on_release=lambda *_: flow.turn(-1))
        self._down.bind(on_release=lambda *_: flow.turn(1))
        self._where.width = self._wide() if counts else 0
        for widget in (self._up, self._where, self._down):
            self.add_widget(widget)
        flow.fbind("page", self._tell)
        self.width = 2 * side + self._where.width + tp(16 if counts else 8)
        self._tell()

    def put_on_hero(self) -> None:
        _put_on_hero([self._up, self._down])
        self._where.color = now().palette.on_hero

    def _wide(self) -> int:
        words = say("pager.place", page=9, pages=int(self._flow.pages)).replace("*", "")
        return ceil(width_of(words, self._where.font_size, bold=True)) + tp(4)

    def _tell(self, *_: object) -> None:
        page, pages = int(min(self._flow.page, self._flow.pages - 1)), int(self._flow.pages)
        self._where.words = say("pager.place", page=page + 1, pages=pages) if self._where.width else ""
        self._up.usable, self._down.usable = page > 0, page < pages - 1


def _left(kind: str, level: int, side: int) -> PushButton:
    icon, event = ("arrow_back", press("BACK")) if kind == "back" else ("info", press("RULES"))
    text = say(f"dock.{kind}")
    if level > WORDS:
        button: PushButton = (
            SecondaryButton(icon=icon, event=event) if kind == "back" else ToolButton(icon=icon, event=event)
        )
        button.width = side
        button.icon_extent = min(44, button.width * 0.8 / now().page.k)
    else:
        button = SecondaryButton(text=text, icon=icon, event=event)
        button.width = max(tp(262), button.natural_width())
        button.fill = now().palette.bg if kind == "rules" else button.fill
    button.spoken = text
    return button


def _tool(text: str, icon: str, event: Event | None, level: int, side: int) -> ToolButton:
    words = level == WORDS
    button = ToolButton(text=text if words else "", icon=icon, event=event)
    button.spoken = text
    button.width = button.natural_width() if words else side
    button.icon_extent = min(44, button.width * 0.8 / now().page.k)
    return button


def _action(action: Action, height: float, right: bool, level: int) -> PushButton:
    kind = PrimaryButton if action.primary else SecondaryButton
    icon = "sync" if action.busy else action.icon
    button: PushButton = kind(text=action.text, icon=icon if level < TIGHT else "", event=action.event)
    page = now().page
    if level == TIGHTEST:
        button.style = "small_strong"
    button.scale = min(1.0, height / tp(1.5 * STYLES[button.style].size))
    button.icon_extent = min(44.0, height / page.k * 0.7)
    column = 400 if page.narrow and not page.low and level < TIGHT else 0 if page.flows else 536
    column = column if not page.portrait else 0
    button.width = max(tp(column) if right else 0, button.natural_width() + (0 if right or page.compact else tp(56)))
    if level == TIGHTEST:
        button.width = button.natural_width() - tp(24)
    if page.portrait and right:
        button.size_hint_x = 1
    return button


def _is_square(widget: Widget) -> int:
    return int(isinstance(widget, PushButton) and not widget.text)


def _square(level: int) -> int:
    page = now().page
    if not page.flows or page.kind.value == "L":
        return tp(120)
    return tp({ICONS: min(120.0, max(page.tokens(20), 64.0)), TIGHT: page.tokens(16)}.get(level, page.finger))


def _put_on_hero(buttons: list[Widget]) -> None:
    palette = now().palette
    for button in buttons:
        if isinstance(button, FlowPager):
            button.put_on_hero()
        elif isinstance(button, ToolButton):
            button.fill, button.fill_down, button.colour = palette.hero_deep, palette.primary_pressed, palette.on_hero
        elif isinstance(button, SecondaryButton):
            button.fill, button.fill_down = palette.hero, palette.hero_deep
            button.edge, button.colour = palette.on_hero, palette.on_hero
            button.edge_width = 3
