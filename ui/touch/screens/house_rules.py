"""House rules: five sentences that are true of every station."""

from kiosk.views import HouseRules
from ui.touch.page import Page
from ui.touch.screens.help import Explained
from ui.touch.stage import say
from ui.touch.widgets.dock import DockModel

RULES = ("credit_card", "event_available", "badge", "sensors", "visibility_off")


class HouseRulesPage(Page):
    VIEW = HouseRules
    BANNERS = frozenset()

    def show(self, _view: HouseRules) -> None:
        rules = self.ids.rules
        rules.clear_widgets()
        for number, icon in enumerate(RULES, 1):
            rules.add_widget(Explained(icon=icon, text=say(f"rules.{number}")))

    def dock(self, _view: HouseRules) -> DockModel:
        return DockModel()


class HouseRulesSmall(HouseRulesPage):
    """One column."""

    def show(self, _view: HouseRules) -> None:
        """The rules stand there."""


SCREEN = HouseRulesPage
