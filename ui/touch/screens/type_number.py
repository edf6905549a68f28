"""The card number, typed."""

from typing import Any

from kivy.properties import StringProperty

from kiosk.events import NumberTyped
from kiosk.views import TypeNumber
from ui.text.refusals import explain
from ui.touch.page import Page, out
from ui.touch.stage import now
from ui.touch.widgets.dock import DockModel


class TypeNumberPage(Page):
    VIEW = TypeNumber
    BANNERS = frozenset()
    digits = StringProperty("")
    told = StringProperty("")
    told_more = StringProperty("")
    language = StringProperty("en")
    """Page the keyboard begins with: Latin, as most barcodes have it."""

    @classmethod
    def build(cls, view: TypeNumber | None = None) -> Page:
        """Return the page with letters where cards have them."""
        return TypeNumberLetters() if view is not None and view.letters else super().build(view)

    def suits(self, view: Any) -> bool:
        return super().suits(view) and view.letters is isinstance(self, TypeNumberLetters)

    def show(self, view: TypeNumber) -> None:
        told = explain(self.words, view.refusal, view.frame.hours) if view.refusal else None
        self.told, self.told_more = (told.title, told.why) if told else ("", "")
        self.ids.pad.typed = self._typed

    def subject(self, view: TypeNumber) -> object:
        return view.refusal

    def dock(self, _view: TypeNumber) -> DockModel:
        return DockModel(right=out())

    def gone(self) -> None:
        self.ids.pad.clear()

    def _typed(self, digits: str) -> None:
        """Group by four, as the card has it."""
        self.digits = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


class TypeNumberWide(TypeNumberPage):
    """Keypad at the right."""


class TypeNumberTall(TypeNumberPage):
    """Keypad below."""


class TypeNumberSmall(TypeNumberPage):
    """Words above what is touched."""


class TypeNumberLetters(TypeNumberPage):
    """The keyboard below, in every class."""

    def show(self, view: TypeNumber) -> None:
        super().show(view)
        self.ids.pad.entered = lambda text: now().emit(NumberTyped(text.upper()))

    def _typed(self, digits: str) -> None:
        """As it was typed: nobody knows how a card groups its letters."""
        self.digits = digits


SCREEN = TypeNumberPage
