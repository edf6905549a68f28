"""Out of service: what does not work in one honest sentence, and what can be done now."""

from kivy.properties import StringProperty

from kiosk.domain.rules import Mode
from kiosk.views import Broken, Frame, OutOfService
from ui.text.refusals import staff
from ui.touch.page import Page
from ui.touch.stage import press, say
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.dock import Action, DockModel

ICONS = {Broken.STARTING: "schedule", Broken.BOOKS: "build", Broken.JOURNAL: "build", Broken.STAFF: "pan_tool"}


class Helpful(Row):
    """One thing that can be done now."""

    icon = StringProperty("")
    text = StringProperty("")
    note = StringProperty("")


class OutOfServicePage(Page):
    VIEW = OutOfService
    BANNERS = frozenset()
    icon = StringProperty("build")
    title = StringProperty("")
    lead = StringProperty("")

    def show(self, view: OutOfService) -> None:
        name = f"broken.{view.broken.name.lower()}"
        self.icon = ICONS[view.broken]
        self.title, self.lead = say(f"{name}.title"), say(f"{name}.text")
        self._list(self._now(view.frame, view.broken))

    def _list(self, ways: list[tuple[str, str, str]]) -> None:
        list_ = self.ids.now
        list_.clear_widgets()
        for icon, text, note in ways:
            list_.add_widget(Helpful(icon=icon, text=text, note=note))

    def subject(self, view: OutOfService) -> object:
        return view.broken

    def dock(self, view: OutOfService) -> DockModel:
        staff = Action(say("staff.number"), "badge", press("STAFF")) if view.number else None
        return DockModel(left="rules", right=staff)

    def _now(self, frame: Frame, broken: Broken) -> list[tuple[str, str, str]]:
        """Nearest first."""
        wait = ("schedule", say("broken.wait"), say("broken.wait.note"))
        ways = [wait] if broken is not Broken.STAFF else []
        if broken is Broken.STARTING:
            return ways
        ways.append(("inbox", say("broken.box"), say("broken.box.note")))
        if frame.hours and frame.hours.mode is Mode.STAFFED:
            ways.insert(0, ("badge", say("broken.staff_now"), say("broken.staff.note")))
        else:
            when = staff(self.words, frame.hours)
            ways.append(("badge", say("broken.staff", staff=when), say("broken.staff.note")))
        if frame.duty_phone:
            ways.append(("call", say("broken.duty", phone=frame.duty_phone), say("broken.duty.note")))
        return ways


class OutOfServiceWide(OutOfServicePage):
    """Reason left, card right."""


class OutOfServiceTall(OutOfServicePage):
    """Reason above the card."""


class OutOfServiceSmall(OutOfServicePage):
    """Every way is a block of its own."""

    def _list(self, ways: list[tuple[str, str, str]]) -> None:
        box = self.ids.left
        for block in [each for each in box.blocks if isinstance(each, Helpful)]:
            box.remove_widget(block)
        for icon, text, note in ways:
            box.add_widget(Helpful(icon=icon, text=text, note=note))


SCREEN = OutOfServicePage
