"""Idle: what can I do here, is it open, may I?"""

from datetime import time

from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.domain.rules import Hours, Mode
from kiosk.events import Task, TaskChosen
from kiosk.views import Books, Idle
from ui.text.sentences import opens, week
from ui.touch.page import Page
from ui.touch.stage import now, say
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.choice import Choice
from ui.touch.widgets.dock import DockModel
from ui.touch.widgets.hours_bar import Part
from ui.touch.widgets.press import Tile
from ui.touch.widgets.stack import SpineModel
from ui.touch.widgets.surface import Panel

TILES: dict[Task, tuple[str, str]] = {
    Task.CHECKOUT: ("auto_stories", "primary"),
    Task.CHECKIN: ("assignment_return", "success"),
    Task.ACCOUNT: ("bookmarks", "navy"),
}
SHORT_WEEK = 4  # days
PILE = ("pile-9", "pile-8", "pile-2", "pile-1")  # their hash gives four colours that look well on the blue


class WeekRow(Row):
    """One day: its hours, and which of them are without staff. `near`: it opens next."""

    day = StringProperty("")
    hours = StringProperty("")
    alone = StringProperty("")
    near = BooleanProperty(False)
    short = BooleanProperty(False)


class WeekCard(Panel):
    """The week to come, on the night's ground; `compact`: where room is short, the days that matter."""

    days = ListProperty([])
    compact = BooleanProperty(False)
    beside = BooleanProperty(True)

    def on_days(self, *_: object) -> None:
        self._fill()

    def on_compact(self, *_: object) -> None:
        self._fill()

    def _fill(self) -> None:
        rows = self.ids.rows
        rows.clear_widgets()
        for day, hours, alone, near in self.days[: SHORT_WEEK if self.compact else None]:
            rows.add_widget(WeekRow(day=day, hours=hours, alone=alone, near=near, short=self.compact))


class BoxLine(Row):
    """What can be done while it is closed."""

    text = StringProperty("")
    note = StringProperty("")


class IdlePage(Page):
    VIEW = Idle
    SHORT = False
    title = StringProperty("")
    lead = StringProperty("")
    closed = BooleanProperty(False)
    borrowing = BooleanProperty(True)
    carded = BooleanProperty(True)
    """A card is of use here now."""
    until = StringProperty("")
    parts = ListProperty([])

    def show(self, view: Idle) -> None:
        hours = view.frame.hours
        self.closed = hours is not None and hours.mode is Mode.CLOSED
        laid = view.frame.books is not Books.SCANNED
        self.borrowing = Task.CHECKOUT in view.tasks and laid and not self.closed
        self.carded = bool({Task.CHECKOUT, Task.ACCOUNT} & set(view.tasks)) and not self.closed
        self.title, self.lead = self._headline(view)
        hero = self.ids.hero
        task = next((task for task in (Task.CHECKOUT, Task.CHECKIN) if task in view.tasks), None)
        hero.event = TaskChosen(task) if task and not self.closed else None
        hero.spoken = self.title
        self._tiles(view)
        self._hours(None if self.closed else hours)
        self._scenery(view)

    def _scenery(self, view: Idle) -> None:
        hours, at = view.frame.hours, now().local_time().time()
        self.ids.week.days = week(self.words, hours, at) if hours and self.closed and now().page.roomy else []
        self.ids.stack.show(pile_of_idle() if self.borrowing else [])
        self.ids.arrow.begin()

    def dock(self, view: Idle) -> DockModel:
        staffed = view.frame.hours is not None and view.frame.hours.mode is Mode.STAFFED
        phone = "" if staffed else view.frame.duty_phone
        return DockModel(left="rules", note=(say("idle.duty") if phone else "", phone))

    def gone(self) -> None:
        if "arrow" in self.ids:
            self.ids.arrow.rest()

    def _headline(self, view: Idle) -> tuple[str, str]:
        hours = view.frame.hours
        if hours is not None and self.closed:
            when = opens(self.words, hours, now().local_time().time())
            return say("idle.closed.title"), say("idle.closed.lead", when=when) if when else say(
                "idle.closed.lead_plain"
            )
        scanned = view.frame.books is Books.SCANNED
        if Task.CHECKOUT in view.tasks:
            name = "idle.scan" if scanned else "idle"
            return say(f"{name}.title"), say(f"{name}.lead")
        if Task.CHECKIN in view.tasks:
            return say("idle.return_only.title"), say("idle.return_scan.lead" if scanned else "idle.return_only.lead")
        name = "idle.nothing" if view.tasks else "idle.waits"
        return say(f"{name}.title"), say(f"{name}.lead")

    def _tiles(self, view: Idle) -> None:
        column = self.ids.tiles
        column.clear_widgets()
        for task in view.tasks:
            if task in TILES:
                column.add_widget(self._tile(task))

    def _tile(self, task: Task) -> Widget:
        return _tile(task)

    def _hours(self, hours: Hours | None) -> None:
        palette = now().palette
        looks = {
            Mode.STAFFED: ("hours.staffed", palette.edges or "#CFDCF8", palette.bg if palette.edges else "#0A3FAB"),
            Mode.OPEN_PLUS: ("hours.open_plus", palette.success, palette.on_tile),
        }
        shown = [part for part in hours.intervals if part.mode in looks] if hours else []
        self.parts = [
            Part(_minute(part.start), _minute(part.end) or 1440, say(looks[part.mode][0]), *looks[part.mode][1:])
            for part in shown
        ]
        self.until = say("hours.until", time=self.words.time(shown[-1].end)) if shown else ""
        at = now().local_time()
        self.ids.bar.parts = self.parts
        self.ids.bar.minute = _minute(at.time()) if hours and at.date() == hours.day else -1


def pile_of_idle() -> list[SpineModel]:
    return [SpineModel(key, key, say(f"idle.pile.{at}")) for at, key in enumerate(PILE, 1)]


def _tile(task: Task) -> Tile:
    icon, colour = TILES[task]
    name, paint = f"task.{task.name.lower()}", getattr(now().palette, colour)
    return Tile(text=say(name), note=say(f"{name}.note"), icon=icon, colour=paint, event=TaskChosen(task))


class IdleWide(IdlePage):
    """Two columns."""


class IdleTall(IdlePage):
    """One column, everything to touch in the lower half."""


class IdleSmall(IdlePage):
    """The poster above, the tasks below."""

    def show(self, view: Idle) -> None:
        super().show(view)
        self.ids.hero.show(pile_of_idle())

    def _scenery(self, view: Idle) -> None:
        """The poster draws its own."""

    def _tile(self, task: Task) -> Widget:
        icon, colour = TILES[task]
        name = f"task.{task.name.lower()}"
        return Choice(
            text=say(name), note=say(f"{name}.note"), icon=icon, square=getattr(now().palette, colour),
            event=TaskChosen(task),
        )  # fmt: skip


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


SCREEN = IdlePage
