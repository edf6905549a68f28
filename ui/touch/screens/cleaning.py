"""The screen is wiped: one thing, and nothing to touch; the ring says when it ends."""

from kivy.properties import NumericProperty, StringProperty

from kiosk.views import Cleaning
from ui.touch.page import Page, Seconds
from ui.touch.widgets.dock import DockModel


class CleaningPage(Page):
    VIEW = Cleaning
    BANNERS = frozenset()
    HERO = True
    left = NumericProperty(30)
    total = NumericProperty(30)
    text = StringProperty("")

    def show(self, view: Cleaning) -> None:
        if not self.text:
            self._seconds = Seconds(self._tell)
            self.total = view.seconds
            self._seconds.start(view.seconds)

    def dock(self, _view: Cleaning) -> DockModel:
        return DockModel(left="", tools=False, hero=True)

    def gone(self) -> None:
        if self.text:
            self._seconds.stop()

    def _tell(self, left: int) -> None:
        self.left = left
        self.text = self.words.count("cleaning.lead", left)


class CleaningSmall(CleaningPage):
    """Words above the ring."""


SCREEN = CleaningPage
