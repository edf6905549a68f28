"""The number that was named is not the recorded one: both, what to do, and the way on all the same."""

from kivy.properties import StringProperty

from kiosk.views import CountDiffers
from ui.text import strips
from ui.touch.page import Page
from ui.touch.stage import press, say
from ui.touch.widgets.dock import Action, DockModel


class CountDiffersPage(Page):
    VIEW = CountDiffers
    BANNERS = frozenset()
    title = StringProperty("")
    lead = StringProperty("")
    way = StringProperty("")
    way_note = StringProperty("")

    def show(self, view: CountDiffers) -> None:
        self.title, self.lead = strips.differs(self.words, view)
        self.way = strips.back_to_list(self.words, view)
        self.way_note = say("differs.scan.note" if view.said > view.recorded else "differs.list.note")

    def dock(self, _view: CountDiffers) -> DockModel:
        return DockModel(right=Action(say("differs.finish"), "logout", press("FINISH")))


class CountDiffersWide(CountDiffersPage):
    """What to do first."""


class CountDiffersTall(CountDiffersPage):
    """What can be touched in the lower half."""


class CountDiffersSmall(CountDiffersPage):
    """Words above what is touched."""


SCREEN = CountDiffersPage
