"""Checkout: what is mine, what is not, is the number right?"""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Checkout
from ui.text.sentences import checkout_lead, checkout_title
from ui.touch.page import Page
from ui.touch.rows import kind_lines, pile, row_model
from ui.touch.stage import press, say
from ui.touch.widgets.dock import Action, DockModel

PAGE = 5  # rows on a portrait page, all of them below the line a wheelchair user reaches


class CheckoutPage(Page):
    VIEW = Checkout
    SHORT = False
    title = StringProperty("")
    lead = StringProperty("")
    hint = StringProperty("")
    empty = StringProperty("")
    many = BooleanProperty(False)
    """More rows than one page holds."""

    def show(self, view: Checkout) -> None:
        today = view.frame.hours.day if view.frame.hours else None
        self.title, self.lead = checkout_title(self.words, view), checkout_lead(self.words, view)
        waiting = view.frame.waiting if view.frame.offline else 0
        self.hint = self.words.count("waiting", waiting) if waiting else say("checkout.hint")
        self.many = len(view.rows) > PAGE
        self.empty = "" if view.rows else say("checkout.start")
        self.ids.rows.show([row_model(self.words, row, today) for row in view.rows])
        for panel in (self.ids[name] for name in ("count", "band") if name in self.ids):
            panel.show(
                view.count.on_pad, say("count.on_desk"), kind_lines(self.words, view.count),
                pile(self.words, view.rows), hint=self.hint, more=say("count.rest", n="{n}"),
            )  # fmt: skip

    def dock(self, view: Checkout) -> DockModel:
        return DockModel(right=Action(say("dock.done"), "done_all", press("FINISH"), primary=True, busy=view.finishing))


class CheckoutWide(CheckoutPage):
    """List left, count right."""


class CheckoutTall(CheckoutPage):
    """Count above the list."""


class CheckoutSmall(CheckoutPage):
    """Words above what is touched."""


SCREEN = CheckoutPage
