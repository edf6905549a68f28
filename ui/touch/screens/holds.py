"""Requests: which wait for me, and where?"""

from kivy.properties import StringProperty

from kiosk.domain.patrons import HoldState
from kiosk.views import Holds
from ui.text.refusals import by_staff
from ui.text.sentences import hold_lines
from ui.touch.page import Page, out
from ui.touch.stage import say
from ui.touch.widgets.book_row import RowModel
from ui.touch.widgets.dock import DockModel

LOOKS = {HoldState.READY: ("yours", "inbox"), HoldState.WAITING: ("plain", "schedule")}


class HoldsPage(Page):
    VIEW = Holds
    empty = StringProperty("")
    empty_note = StringProperty("")

    def show(self, view: Holds) -> None:
        today = view.frame.hours.day if view.frame.hours else None
        self.empty = "" if view.holds else say("holds.empty")
        self.empty_note = "" if view.holds else by_staff(self.words, "holds.empty.note", view.frame.hours)
        models = []
        for at, hold in enumerate(sorted(view.holds, key=lambda hold: hold.state is not HoldState.READY)):
            tone, icon = LOOKS[hold.state]
            key = f"{at}-{hold.title}"
            item = hold.item or hold.title
            models.append(
                RowModel(key, tone, icon, *hold_lines(self.words, hold, today), item, hold.title, hold.author)
            )
        self.ids.rows.show(models)

    def dock(self, _view: Holds) -> DockModel:
        return DockModel(right=out())


class HoldsSmall(HoldsPage):
    """Words above the list."""


SCREEN = HoldsPage
