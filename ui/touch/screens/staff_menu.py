"""The staff screen: is the station in service, what is broken, what waits, what can be done about it."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.domain.health import State
from kiosk.domain.staff import Act
from kiosk.events import ActChosen
from kiosk.views import PartLine, StaffMenu
from ui.text import staff
from ui.touch.page import Page
from ui.touch.stage import now, press, say
from ui.touch.widgets.arrange import Row
from ui.touch.widgets.choice import Choice
from ui.touch.widgets.dock import Action, DockModel
from ui.touch.widgets.press import Way

SIGNS = {State.READY: "check_circle", State.DEGRADED: "info", State.ABSENT: "cancel"}
ICONS = {
    Act.CLOSE: "pan_tool", Act.OPEN: "check_circle", Act.CLEAN: "touch_app", Act.TRY_VISIT: "auto_stories",
    Act.TRY_PRINTER: "receipt_long", Act.TRY_ABIS: "sync", Act.TRY_SOUND: "volume_up", Act.RESTART: "autorenew",
}  # fmt: skip


class PartRow(Row):
    """How one part is."""

    icon = StringProperty("")
    colour = StringProperty("")
    words = StringProperty("")
    content = StringProperty("")

    def tell(self, line: PartLine) -> None:
        palette = now().palette
        self.icon = SIGNS[line.state]
        self.colour = palette.success_text if line.state is State.READY else palette.ink
        self.words = staff.part(now().words, line)


class StaffMenuPage(Page):
    VIEW = StaffMenu
    BANNERS = frozenset()
    title = StringProperty("")
    who = StringProperty("")
    unsent = StringProperty("")
    closed = BooleanProperty(False)

    def show(self, view: StaffMenu) -> None:
        self.closed = view.closed
        self.title = staff.title(self.words, view)
        self.who = say("staff.who", who=view.who)
        self.unsent = staff.unsent(self.words, view)
        self._tell_parts(view)
        self._tell_acts(view)

    def dock(self, _view: StaffMenu) -> DockModel:
        return DockModel(left="", right=Action(say("staff.leave"), "logout", press("FINISH")), help=False)

    def _tell_parts(self, view: StaffMenu) -> None:
        rows = [each for each in self._holder.children if isinstance(each, PartRow)][::-1]
        if len(rows) != len(view.parts):
            self._holder.clear_widgets()
            rows = [PartRow() for _ in view.parts]
            for row in rows:
                self._holder.add_widget(row)
        for row, line in zip(rows, view.parts, strict=True):
            row.tell(line)

    def _tell_acts(self, view: StaffMenu) -> None:
        ways = self.ids.ways
        wanted = staff.acts(view)
        shown = [each.event.act for each in self._buttons()]
        if tuple(shown) != wanted:
            ways.clear_widgets()
            for act in wanted:
                ways.add_widget(self._button(act))
        for button in self._buttons():
            button.text, button.note = staff.act(self.words, view, button.event.act)
            button.usable = not view.restarting

    @property
    def _holder(self) -> Any:
        return self.ids.parts

    def _buttons(self) -> list[Any]:
        return list(reversed(self.ids.ways.children))

    @staticmethod
    def _button(act: Act) -> Any:
        return Way(icon=ICONS[act], event=ActChosen(act), insets=[20, 16])


class StaffMenuWide(StaffMenuPage):
    """Parts left, what can be done right."""


class StaffMenuTall(StaffMenuPage):
    """Parts above what can be done."""


class StaffMenuSmall(StaffMenuPage):
    """Words above what is touched."""

    def _tell_parts(self, view: StaffMenu) -> None:
        """What simply works has one line together: there is little room."""
        box = self.ids.left
        rows = [each for each in box.blocks if isinstance(each, PartRow)]
        told = [line for line in view.parts if staff.tells(line)]
        working = [line for line in view.parts if not staff.tells(line)]
        if len(rows) != len(told) + bool(working):
            for row in rows:
                box.remove_widget(row)
            rows = [PartRow() for _ in range(len(told) + bool(working))]
            for row in rows:
                box.add_widget(row)
        for row, line in zip(rows, told, strict=False):
            row.tell(line)
        if working:
            rows[-1].tell(working[0])
            rows[-1].words = staff.together(self.words, working)

    def _buttons(self) -> list[Any]:
        return list(self.ids.ways.blocks)

    @staticmethod
    def _button(act: Act) -> Any:
        return Choice(icon=ICONS[act], event=ActChosen(act))


SCREEN = StaffMenuPage
