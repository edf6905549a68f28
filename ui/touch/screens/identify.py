"""Identify: who are you? What lies on the desk already is shown, so that nobody lifts it."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.domain.refusal import Reason
from kiosk.views import Identify
from kiosk.views import Row as BookOnPad
from ui.text.refusals import explain
from ui.touch.drawing.covers import surname
from ui.touch.page import Page
from ui.touch.rows import title_of
from ui.touch.stage import now, say
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.dock import DockModel

FINAL = frozenset((
    Reason.CARD_EXPIRED, Reason.CARD_BLOCKED, Reason.CARD_LOST, Reason.CARD_NOT_SEEN, Reason.DEBTS, Reason.PIN_LOCKED,
))  # fmt: skip
"""What the same card, shown again, does not change."""


class PadBook(Row):
    """A cover with its title, or grey until it is known."""

    item = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")


class IdentifyPage(Page):
    VIEW = Identify
    MOST = 3
    title = StringProperty("")
    lead = StringProperty("")
    busy = BooleanProperty(False)
    refused = StringProperty("")
    refused_why = StringProperty("")
    pad_title = StringProperty("")
    lying = NumericProperty(0)

    def show(self, view: Identify) -> None:
        name = "" if view.can_scan else "_pad"
        self.title = say("identify.busy") if view.busy else say(f"identify.title{name}")
        lead = f"identify.lead{name}" if view.can_scan or view.can_type else "identify.lead_card"
        self.lead = "" if view.busy or view.refusal else say(lead)
        self.busy = view.busy
        told = explain(self.words, view.refusal, view.frame.hours) if view.refusal and not view.busy else None
        self.refused = told.title if told else ""
        again = f" {say('identify.again')}." if view.refusal and view.refusal.reason not in FINAL else ""
        self.refused_why = f"{told.why}{again}" if told else ""
        self.lying = len(view.rows)
        self.pad_title = self.words.count("identify.pad", len(view.rows))
        self._books(view.rows)

    def subject(self, view: Identify) -> object:
        return view.refusal

    def dock(self, _view: Identify) -> DockModel:
        return DockModel()

    def _books(self, rows: tuple[BookOnPad, ...]) -> None:
        books = self.ids.books
        shown = rows[: self.MOST]
        if len(books.children) != len(shown):
            books.clear_widgets()
            for _row in shown:
                books.add_widget(PadBook())
        for book, row in zip(reversed(books.children), shown, strict=True):
            book.item = row.key if row.title else ""
            book.title = title_of(now().words, row) if row.title else ""
            book.author = surname(row.author)


class IdentifyWide(IdentifyPage):
    """Ways at the right."""


class IdentifyTall(IdentifyPage):
    """Ways below."""

    MOST = 2


class IdentifySmall(IdentifyPage):
    """The poster above, the ways below."""

    MOST = 2


SCREEN = IdentifyPage
