"""Why a book stays, or asks: one frame for all reasons. Opens by touch, or by itself if it is the only book."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.domain.ids import ItemId
from kiosk.domain.rules import Mode
from kiosk.events import Choice, Chosen
from kiosk.views import Banner, RefusalCard, RowState
from ui.text.refusals import choice_texts, explain
from ui.text.sentences import until
from ui.touch.page import Page
from ui.touch.rows import spine, title_of
from ui.touch.stage import now, press, say, tp
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.choice import Choice as Pick
from ui.touch.widgets.dock import Action, DockModel
from ui.touch.widgets.press import Way
from ui.touch.widgets.stack import MOST, SpineModel
from ui.touch.widgets.surface import Panel

ICONS = {Choice.YES: "check_circle", Choice.NO: "pan_tool", Choice.REMOVE: "undo", Choice.MAIL: "mail"}
REASON_ICONS = {("ALREADY_YOURS", Choice.YES): "autorenew", ("ALREADY_YOURS", Choice.NO): "check"}


class Step(FloatLayout):
    """A numbered thing to do."""

    number = NumericProperty(1)
    words = StringProperty("")


class OthersCard(Panel):
    """What is the reader's all the same: the number, the day, and the pile where there is room for it."""

    text = StringProperty("")
    note = StringProperty("")
    room = NumericProperty(0)
    """Px it may be high."""
    number = NumericProperty(0)
    """Books of the pile."""
    wide = BooleanProperty(False)
    """The pile stands beside the words, not below them."""
    piled = BooleanProperty(False)

    def show(self, books: list[SpineModel]) -> None:
        self.number = min(len(books), MOST)
        self.ids.stack.show(books)
        self._settle()

    def on_room(self, *_: object) -> None:
        self._settle()

    def _settle(self) -> None:
        """In one column that is not upright there is no room for a pile."""
        least = tp(220 if self.wide else 330)
        self.piled = self.number > 0 and self.room >= least and (now().page.portrait or not self.wide)


class RefusalCardPage(Page):
    VIEW = RefusalCard
    BANNERS = frozenset((Banner.SECOND_CARD, Banner.BACK_ONLINE, Banner.NOTHING_KEPT, Banner.NO_BOOKS))
    chip = StringProperty("")
    asks = BooleanProperty(False)
    title = StringProperty("")
    why = StringProperty("")
    item = StringProperty("")
    book = StringProperty("")
    author = StringProperty("")
    others = StringProperty("")
    others_note = StringProperty("")

    def show(self, view: RefusalCard) -> None:
        self.asks = view.row.state is RowState.QUESTION and bool(view.choices)
        told = explain(self.words, view.refusal, view.frame.hours, ask=self.asks)
        self.chip = say("row.question" if self.asks else "row.stays")
        self.title, self.why = told.title, told.why
        self.item, self.book, self.author = view.row.key, title_of(self.words, view.row), view.row.author
        self.others = _others(view.yours)
        self.others_note = self._due(view)
        self.ids.others.show([spine(self.words, row) for row in view.pile])
        self._steps(list(told.steps))
        self._choices(view)

    def _steps(self, told: list[str]) -> None:
        steps = self.ids.steps
        steps.clear_widgets()
        for number, words in enumerate(told, 1):
            steps.add_widget(Step(number=number if len(told) > 1 else 0, words=words))

    def subject(self, view: RefusalCard) -> object:
        return view.row.key, view.refusal

    def dock(self, _view: RefusalCard) -> DockModel:
        if self.asks:
            return DockModel()
        return DockModel(right=Action(say("dock.understood"), "check", press("FINISH"), primary=True))

    def _due(self, view: RefusalCard) -> str:
        """Return until when, where it is the same day for all."""
        days = {row.due for row in view.pile}
        today = view.frame.hours.day if view.frame.hours else None
        return until(self.words, days.pop(), today) if len(days) == 1 else ""

    def _choices(self, view: RefusalCard) -> None:
        ways = self.ids.ways
        ways.clear_widgets()
        item = view.row.item
        for choice in view.choices if item else ():
            text, note = choice_texts(self.words, view.refusal.reason, choice.name.lower())
            icon = REASON_ICONS.get((view.refusal.reason.name, choice), ICONS[choice])
            way = self._way(text=text, note=note, icon=icon, event=Chosen(ItemId(item or ""), choice))
            if choice is Choice.YES:
                self._lead(way)
            ways.add_widget(way)
        hours, phone = view.frame.hours, view.frame.duty_phone
        if hours is not None and hours.mode is Mode.STAFFED:
            ways.add_widget(self._ask("refusal.ask_staff", say("refusal.ask_staff.note")))
        elif phone:
            ways.add_widget(self._ask("refusal.ask_duty", phone))

    def _way(self, **kwargs: Any) -> Any:
        return Way(**kwargs)

    def _ask(self, message: str, note: str) -> Any:
        return self._way(text=say(message), note=note, icon="support_agent", event=press("HELP"))

    def _lead(self, way: Any) -> None:
        _lead(way)


class RefusalCardWide(RefusalCardPage):
    """Card left, ways right."""


class RefusalCardTall(RefusalCardPage):
    """Card above the ways."""


class RefusalCardSmall(RefusalCardPage):
    """Why, then what to do, then the ways; a step is a block of its own, so that it may stand on the next page."""

    def _steps(self, told: list[str]) -> None:
        box = self.ids.left
        for block in [each for each in box.blocks if isinstance(each, IconRich)]:
            box.remove_widget(block)
        for at, words in enumerate(told):
            number = f"{at + 1}." if len(told) > 1 else ""
            box.insert(IconRich(number=number, words=words), self.ids.besides)

    def _way(self, **kwargs: Any) -> Any:
        return Pick(**kwargs)

    def _lead(self, way: Any) -> None:
        way.leads = True


class IconRich(Row):
    """A numbered thing to do, where words flow."""

    number = StringProperty("")
    words = StringProperty("")


def _others(yours: int) -> str:
    if not yours:
        return ""
    return say("refusal.other_one") if yours == 1 else say("refusal.others", n=yours)


def _lead(way: Way) -> None:
    """Make a way the next step: blue."""
    palette = now().palette
    way.fill, way.fill_down = palette.primary, palette.primary_pressed
    way.colour = way.ink = way.quiet = palette.on_primary
    way.edge = ""


SCREEN = RefusalCardPage
