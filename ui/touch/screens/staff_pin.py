"""The PIN of a staff card. The digits live in the keypad alone."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.views import StaffPin
from ui.text.staff import pin_told
from ui.touch.page import Page, out
from ui.touch.widgets.dock import DockModel


class StaffPinPage(Page):
    VIEW = StaffPin
    BANNERS = frozenset()
    count = NumericProperty(0)
    told = StringProperty("")
    told_more = StringProperty("")
    last = BooleanProperty(False)
    usable = BooleanProperty(True)

    def show(self, view: StaffPin) -> None:
        self.usable = not view.busy and not view.minutes
        self.last = view.attempts_left == 1
        self.told, self.told_more = pin_told(self.words, view)
        if view.attempts_left is not None:
            self.ids.pad.clear()
        self.ids.pad.typed = self._typed
        self.count = self.ids.pad.count

    def dock(self, _view: StaffPin) -> DockModel:
        return DockModel(right=out(), help=False)

    def gone(self) -> None:
        self.ids.pad.clear()

    def _typed(self, count: int) -> None:
        self.count = count


class StaffPinWide(StaffPinPage):
    """Keypad at the right."""


class StaffPinTall(StaffPinPage):
    """Keypad below."""


class StaffPinSmall(StaffPinPage):
    """Words above what is touched."""


SCREEN = StaffPinPage
