"""My books: until when, and can I keep it?"""

from dataclasses import dataclass
from typing import Any

from kivy.animation import Animation
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.events import RenewPressed
from kiosk.views import LoanRow, Loans, LoanState
from ui.text.catalogue import Words
from ui.text.sentences import holds_line, loan_lines, loan_note
from ui.touch.page import Page, out
from ui.touch.stage import now, say
from ui.touch.widgets.count_panel import Kind
from ui.touch.widgets.dock import DockModel
from ui.touch.widgets.stack import SpineModel
from ui.touch.widgets.surface import Panel

LOOKS: dict[LoanState, tuple[str, str]] = {
    LoanState.LATER: ("plain", "event"),
    LoanState.ENDS_SOON: ("stays", "event"),
    LoanState.OVERDUE: ("stays", "event_upcoming"),
    LoanState.RENEWING: ("asking", "sync"),
    LoanState.RENEWED: ("yours", "event_available"),
    LoanState.CANNOT: ("plain", "event"),
}

MESSAGES = 3  # each may be a whole sentence of the library's


@dataclass(frozen=True, slots=True)
class LoanModel:
    """What a loan's line shows; `event` None: a note stands in the place of the button."""

    key: str
    title: str
    author: str
    tone: str
    icon: str
    first: str
    second: str
    note: str
    event: Any = None


class LoanLine(Panel):
    """A book with its day, and what can be done about it."""

    item = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")
    icon = StringProperty("")
    first = StringProperty("")
    second = StringProperty("")
    note = StringProperty("")
    event = ObjectProperty(None, allownone=True)
    renewable = BooleanProperty(False)
    tones = ListProperty(["#FFFFFF"] * 5)
    grow = NumericProperty(1.0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._model: LoanModel | None = None

    def show(self, model: LoanModel) -> None:
        if model == self._model:
            return
        changed = self._model is not None and self._model.tone != model.tone
        self._model = model
        tone = now().palette.tones[model.tone]
        self.tones = [tone.fill, tone.disc, tone.icon, tone.first, tone.second]
        self.item = model.key
        for name in ("title", "author", "icon", "first", "second", "note", "event"):
            setattr(self, name, getattr(model, name))
        self.renewable = model.event is not None
        if changed and now().motion:
            self.grow = 0.8
            Animation(grow=1.0, d=0.12, t="out_quad").start(self)

    def arrive(self) -> None:
        """Loans are all there at once; none of them arrives."""

    def put_by(self) -> None:
        Animation.cancel_all(self)
        self.grow, self._model = 1, None

    def blank(self) -> None:
        self.show(LoanModel("", "", "", "plain", "", "", "", ""))
        self.put_by()


class LoansPage(Page):
    VIEW = Loans
    number = StringProperty("")
    overdue = StringProperty("")
    renew_all = StringProperty("")
    renew_note = StringProperty("")
    messages = StringProperty("")
    holds = StringProperty("")
    fees = StringProperty("")
    empty = StringProperty("")
    empty_note = StringProperty("")

    def show(self, view: Loans) -> None:
        words, today = self.words, view.frame.hours.day if view.frame.hours else None
        rows = view.rows or ()
        self.number = words.count("loans.number", len(rows)) if view.rows is not None else ""
        self.overdue = say("loans.overdue", n=view.overdue) if view.overdue else say("loans.overdue_none")
        self.renew_all = say("loans.renew_all") if view.can_renew else ""
        self.renew_note = words.count("loans.renew_all.note", view.can_renew) if view.can_renew else ""
        self.messages = " ".join(view.messages[:MESSAGES])
        self.holds = holds_line(words, view) if view.rows is not None else ""
        self.fees = say("loans.fees.note", money=words.money(view.fees)) if view.fees else ""
        self.empty, self.empty_note = self._empty(view)
        if "band" in self.ids:
            self._pile(rows, view.overdue)
        self._rows_are()
        self.ids.rows.show([_model(words, row, today) for row in rows])

    def dock(self, _view: Loans) -> DockModel:
        return DockModel(right=out())

    def _rows_are(self) -> None:
        self.ids.rows.make = LoanLine

    def _pile(self, rows: tuple[LoanRow, ...], overdue: int) -> None:
        """Show the reader's books as they would lie there, the earliest due on top."""
        kinds = [Kind("stays", "event_upcoming", self.overdue)] if overdue else []
        books = [SpineModel(row.item, row.item, row.title) for row in reversed(rows)]
        more = say("count.rest", n="{n}")
        self.ids.band.show(len(rows), say("loans.on_loan").lower(), kinds, books, more=more)

    @staticmethod
    def _empty(view: Loans) -> tuple[str, str]:
        if view.unavailable:
            return say("loans.unavailable"), say("loans.unavailable.note")
        if view.rows is None:
            return say("loans.asking"), ""
        return ("", "") if view.rows else (say("loans.empty"), say("loans.empty.note"))


class LoansWide(LoansPage):
    """List left, sums right."""


class LoansTall(LoansPage):
    """Sums above the list."""


class LoansSmall(LoansPage):
    """Words above the list."""

    def _rows_are(self) -> None:
        """Every row is a slim one."""


def _model(words: Words, row: LoanRow, today: Any) -> LoanModel:
    first, second = loan_lines(words, row, today)
    tone, icon = LOOKS[row.state]
    event = RenewPressed(row.item) if row.renewable else None
    note = "" if row.renewable else loan_note(words, row)
    return LoanModel(row.item, row.title, row.author, tone, icon, first, second, note, event)


SCREEN = LoansPage
