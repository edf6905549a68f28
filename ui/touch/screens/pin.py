"""PIN: is it really you? The digits live in the keypad alone."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.domain.refusal import Reason
from kiosk.views import Pin
from ui.text.refusals import by_staff, explain
from ui.touch.page import Page, out
from ui.touch.stage import say
from ui.touch.widgets.dock import DockModel


class PinPage(Page):
    VIEW = Pin
    BANNERS = frozenset()
    card = StringProperty("")
    lead = StringProperty("")
    length = NumericProperty(4)
    count = NumericProperty(0)
    told = StringProperty("")
    told_more = StringProperty("")
    last = BooleanProperty(False)
    usable = BooleanProperty(True)
    forgotten = StringProperty("")

    def show(self, view: Pin) -> None:
        self.card = say("pin.card", card=view.card)
        self.length = view.length or 0
        self.lead = self.words.count("pin.lead", view.length) if view.length else say("pin.lead_open")
        locked = view.refusal is not None and view.refusal.reason is Reason.PIN_LOCKED
        self.usable = not view.busy and not locked
        self.last = view.attempts_left == 1
        self._tell(view)
        self.forgotten = by_staff(self.words, "pin.forgotten.note", view.frame.hours)
        if view.refusal is not None:
            self.ids.pad.clear()
        self.ids.pad.typed = self._typed
        self.count = self.length if view.busy else self.ids.pad.count

    def subject(self, view: Pin) -> object:
        return view.refusal, view.attempts_left

    def dock(self, _view: Pin) -> DockModel:
        return DockModel(right=out())

    def gone(self) -> None:
        self.ids.pad.clear()

    def _typed(self, count: int) -> None:
        self.count = count

    def _tell(self, view: Pin) -> None:
        self.told_more = ""
        if view.busy:
            self.told = say("pin.busy")
        elif view.refusal is None:
            self.told = ""
        elif view.refusal.reason is Reason.WRONG_PIN:
            left = view.attempts_left
            self.told = say("pin.wrong")
            self.told_more = self.words.count("pin.attempts", left) if left is not None else ""
        else:
            told = explain(self.words, view.refusal, view.frame.hours)
            self.told = told.title
            self.told_more = f"{told.why} {told.steps[0].replace('*', '')}"


class PinWide(PinPage):
    """Keypad at the right."""


class PinTall(PinPage):
    """Keypad below."""


class PinSmall(PinPage):
    """Words above what is touched."""


SCREEN = PinPage
