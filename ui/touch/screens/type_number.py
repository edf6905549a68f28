"""The card number, typed."""

from kivy.properties import StringProperty

from kiosk.views import TypeNumber
from ui.text.refusals import explain
from ui.touch.page import Page, out
from ui.touch.stage import say
from ui.touch.widgets.dock import DockModel


class TypeNumberPage(Page):
    VIEW = TypeNumber
    BANNERS = frozenset()
    digits = StringProperty("")
    told = StringProperty("")
    told_more = StringProperty("")

    def show(self, view: TypeNumber) -> None:
        told = explain(self.words, view.refusal, view.frame.hours) if view.refusal else None
        self.told, self.told_more = (told.title, told.why) if told else ("", "")
        self.ids.pad.typed = self._typed

    def dock(self, _view: TypeNumber) -> DockModel:
        return DockModel(right=out())

    def gone(self) -> None:
        self.ids.pad.clear()

    def _typed(self, digits: str) -> None:
        """Group by four, as the card has it."""
        self.digits = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))

    @property
    def hint(self) -> str:
        return say("number.empty")


class TypeNumberWide(TypeNumberPage):
    """Keypad at the right."""


class TypeNumberTall(TypeNumberPage):
    """Keypad below."""


SCREEN = TypeNumberPage
