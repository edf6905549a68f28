"""How many books? Big numbers; one touch answers."""

from kivy.properties import StringProperty

from kiosk.views import HowMany
from ui.text import strips
from ui.touch.page import Page
from ui.touch.stage import press, say
from ui.touch.widgets.dock import Action, DockModel


class HowManyPage(Page):
    VIEW = HowMany
    BANNERS = frozenset()
    title = StringProperty("")
    lead = StringProperty("")

    def show(self, view: HowMany) -> None:
        self.title, self.lead = strips.how_many(self.words, view)

    def dock(self, _view: HowMany) -> DockModel:
        return DockModel(right=Action(say("how_many.skip"), "help", press("FINISH")))


class HowManyWide(HowManyPage):
    """Numbers at the right."""


class HowManyTall(HowManyPage):
    """Numbers below."""


class HowManySmall(HowManyPage):
    """Words above what is touched."""


SCREEN = HowManyPage
