"""Why a book stays, or asks: one frame for all reasons. Opens by touch, or by itself if it is the only book."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.domain.ids import ItemId
from kiosk.domain.rules import Mode
from kiosk.events import Choice, Chosen
from kiosk.views import Banner, RefusalCard, RowState
from ui.text.refusals import choice_texts, explain
from ui.touch.page import Page
from ui.touch.rows import title_of
from ui.touch.stage import now, press, say
from ui.touch.widgets.dock import Action, DockModel
from ui.touch.widgets.press import Way

ICONS = {Choice.YES: "check_circle", Choice.NO: "pan_tool", Choice.REMOVE: "undo"}
REASON_ICONS = {("ALREADY_YOURS", Choice.YES): "autorenew", ("ALREADY_YOURS", Choice.NO): "check"}


class Step(FloatLayout):
    """A numbered thing to do."""

    number = NumericProperty(1)
    words = StringProperty("")


class RefusalCardPage(Page):
    VIEW = RefusalCard
    BANNERS = frozenset((Banner.SECOND_CARD, Banner.BACK_ONLINE))
    chip = StringProperty("")
    asks = BooleanProperty(False)
    title = StringProperty("")
    why = StringProperty("")
    item = StringProperty("")
    book = StringProperty("")
    author = StringProperty("")
    others = StringProperty("")

    def show(self, view: RefusalCard) -> None:
        self.asks = view.row.state is RowState.QUESTION and bool(view.choices)
        told = explain(self.words, view.refusal, view.frame.hours, ask=self.asks)
        self.chip = say("row.question" if self.asks else "row.stays")
        self.title, self.why = told.title, told.why
        self.item, self.book, self.author = view.row.key, title_of(self.words, view.row), view.row.author
        self.others = _others(view.yours)
        steps = self.ids.steps
        steps.clear_widgets()
        for number, words in enumerate(told.steps, 1):
            steps.add_widget(Step(number=number if len(told.steps) > 1 else 0, words=words))
        self._choices(view)

    def dock(self, _view: RefusalCard) -> DockModel:
        if self.asks:
            return DockModel()
        return DockModel(right=Action(say("dock.understood"), "check", press("FINISH"), primary=True))

    def _choices(self, view: RefusalCard) -> None:
        ways = self.ids.ways
        ways.clear_widgets()
        item = view.row.item
        for choice in view.choices if item else ():
            text, note = choice_texts(self.words, view.refusal.reason, choice.name.lower())
            icon = REASON_ICONS.get((view.refusal.reason.name, choice), ICONS[choice])
            way = Way(text=text, note=note, icon=icon, event=Chosen(ItemId(item or ""), choice))
            if choice is Choice.YES:
                _lead(way)
            ways.add_widget(way)
        hours, phone = view.frame.hours, view.frame.duty_phone
        if hours is not None and hours.mode is Mode.STAFFED:
            ways.add_widget(_ask("refusal.ask_staff", say("refusal.ask_staff.note")))
        elif phone:
            ways.add_widget(_ask("refusal.ask_duty", phone))


class RefusalCardWide(RefusalCardPage):
    """Card left, ways right."""


class RefusalCardTall(RefusalCardPage):
    """Card above the ways."""


def _others(yours: int) -> str:
    if not yours:
        return ""
    return say("refusal.other_one") if yours == 1 else say("refusal.others", n=yours)


def _ask(message: str, note: str) -> Way:
    return Way(text=say(message), note=note, icon="support_agent", event=press("HELP"))


def _lead(way: Way) -> None:
    """Make a way the next step: blue."""
    palette = now().palette
    way.fill, way.fill_down = palette.primary, palette.primary_pressed
    way.colour = way.ink = way.quiet = palette.on_primary
    way.edge = ""


SCREEN = RefusalCardPage
