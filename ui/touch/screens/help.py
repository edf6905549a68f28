"""Help: what to do here, and whom to call."""

from kivy.properties import StringProperty

from kiosk.domain.rules import Mode
from kiosk.views import Frame, Help
from ui.text.refusals import staff
from ui.touch.page import Page
from ui.touch.stage import say
from ui.touch.widgets.dock import DockModel
from ui.touch.widgets.surface import Panel

STEPS = (("auto_stories", "help.borrow"), ("assignment_return", "help.return"), ("pan_tool", "help.stays"))


class Explained(Panel):
    """One thing explained."""

    icon = StringProperty("")
    text = StringProperty("")


class HelpPage(Page):
    VIEW = Help
    BANNERS = frozenset()
    call = StringProperty("")
    call_note = StringProperty("")

    def show(self, view: Help) -> None:
        steps = self.ids.steps
        steps.clear_widgets()
        for icon, message in STEPS:
            steps.add_widget(Explained(icon=icon, text=say(message)))
        self.call, self.call_note = self._whom(view.frame)

    def dock(self, _view: Help) -> DockModel:
        return DockModel()

    def _whom(self, frame: Frame) -> tuple[str, str]:
        if frame.hours is not None and frame.hours.mode is Mode.STAFFED:
            return say("help.no_duty_now"), ""
        if frame.duty_phone:
            return frame.duty_phone, say("help.duty")
        return say("help.no_duty", staff=staff(self.words, frame.hours)), ""


class HelpSmall(HelpPage):
    """One column."""

    def show(self, view: Help) -> None:
        self.call, self.call_note = self._whom(view.frame)


SCREEN = HelpPage
