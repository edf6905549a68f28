"""One of the reader's own books, with the way to leave it here after all."""

from kivy.properties import StringProperty

from kiosk.events import Choice, Chosen
from kiosk.views import Banner, BookCard
from ui.text.sentences import until
from ui.touch.page import Page
from ui.touch.rows import title_of
from ui.touch.stage import press, say
from ui.touch.widgets.dock import Action, DockModel


class BookCardPage(Page):
    VIEW = BookCard
    BANNERS = frozenset((Banner.SECOND_CARD, Banner.BACK_ONLINE, Banner.NOTHING_KEPT, Banner.NO_BOOKS))
    item = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")
    until = StringProperty("")
    leave = StringProperty("")
    leave_note = StringProperty("")

    def show(self, view: BookCard) -> None:
        row, hours = view.row, view.frame.hours
        self.item, self.title, self.author = row.key, title_of(self.words, row), row.author
        self.until = until(self.words, row.due, hours.day if hours else None)
        self.leave, self.leave_note = say("choice.remove"), say("choice.remove.note")
        self.ids.leave.event = Chosen(row.item, Choice.REMOVE) if row.item else None

    def subject(self, view: BookCard) -> object:
        return view.row.key

    def dock(self, _view: BookCard) -> DockModel:
        return DockModel(right=Action(say("dock.understood"), "check", press("FINISH"), primary=True))


class BookCardWide(BookCardPage):
    """Card left, way right."""


class BookCardTall(BookCardPage):
    """Card above the way."""


class BookCardSmall(BookCardPage):
    """Words above what is touched."""


SCREEN = BookCardPage
