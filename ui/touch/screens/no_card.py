"""Without a card: what can be done."""

from kivy.properties import StringProperty

from kiosk.views import NoCard
from ui.text.refusals import by_staff
from ui.touch.page import Page
from ui.touch.widgets.dock import DockModel


class NoCardPage(Page):
    VIEW = NoCard
    BANNERS = frozenset()
    new_note = StringProperty("")

    def show(self, view: NoCard) -> None:
        self.new_note = by_staff(self.words, "no_card.new.note", view.frame.hours)

    def dock(self, _view: NoCard) -> DockModel:
        return DockModel()


class NoCardWide(NoCardPage):
    """What can be done first."""


class NoCardTall(NoCardPage):
    """What can be touched in the lower half."""


class NoCardSmall(NoCardPage):
    """Words above what is touched."""


SCREEN = NoCardPage
