"""What every screen is: it names the view it draws, fills the main zone, and says what stands in the dock."""

from typing import Any, ClassVar

from kivy.clock import Clock
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.events import Event
from kiosk.views import Banner, View
from ui.text.catalogue import Words
from ui.touch.stage import now, press, say
from ui.touch.widgets.dock import Action, DockModel
from ui.touch.widgets.flow import Flow
from ui.touch.widgets.notice import Notice

NOTICES: dict[Banner, tuple[str, str]] = {
    Banner.OFFLINE: ("slate", "cloud_off"),
    Banner.OFFLINE_NO_RECEIPT: ("slate", "cloud_off"),
    Banner.OFFLINE_RETURNS: ("slate", "cloud_off"),
    Banner.OFFLINE_LOANS: ("slate", "cloud_off"),
    Banner.OFFLINE_WAITS: ("slate", "cloud_off"),
    Banner.DATES_UNSURE: ("slate", "cloud_off"),
    Banner.BACK_ONLINE: ("success", "cloud_done"),
    Banner.SECOND_CARD: ("tint", "credit_card"),
    Banner.NOTHING_KEPT: ("tint", "pan_tool"),
    Banner.NO_BOOKS: ("tint", "pan_tool"),
    Banner.NO_PAD: ("tint", "qr_code_scanner"),
    Banner.NO_SCANNER: ("tint", "sensors"),
    Banner.NO_RECEIPT: ("tint", "print_disabled"),
}


class Page(BoxLayout):
    """Base of all screens. `notices`, else `left` in the rules takes the notice on top.

    A page is built when its view appears and dropped when another one does, so nothing of a reader outlives it.
    """

    VIEW: ClassVar[type]
    HERO: ClassVar[bool] = False
    """The whole screen is one coloured field."""
    BANNERS: ClassVar[frozenset[Banner]] = frozenset(NOTICES)
    """Notices this page has room for and a reason to show; being offline is in the status strip anyway."""
    SHORT: ClassVar[bool] = True
    """A notice is its title alone."""
    notice = ObjectProperty(None, allownone=True)

    @classmethod
    def build(cls, _view: Any = None) -> "Page":
        """Return a new page in the variant of the layout class: small where words flow above what is touched, tall in
        portrait, else wide; itself without variants."""
        name = "Small" if now().page.flows else "Tall" if now().page.portrait else "Wide"
        variant = next((sub for sub in cls.__subclasses__() if sub.__name__.endswith(name)), cls)
        return variant()

    def suits(self, view: Any) -> bool:
        """Whether this page can draw the view; else another one is built."""
        return type(view) is self.VIEW

    def show(self, _view: Any) -> None:
        """Draw the view, changing only what differs."""
        raise AssertionError(f"{type(self).__name__} shows nothing")

    def dock(self, _view: Any) -> DockModel:
        """Return the dock of this view."""
        return DockModel(right=out())

    def subject(self, _view: Any) -> object:
        """Return what the page is about. When that changes its first page is shown: what is new stands there."""
        return None

    def sent(self, _event: Event) -> None:
        """An event went out from this page."""

    def gone(self) -> None:
        """The page is being dropped: stop what runs on a clock, forget what was typed."""

    @property
    def flow(self) -> Flow | None:
        """What turns pages by the dock's pager; None where the page has a pager of its own, or one page."""
        found = self.ids.get("flow")
        return found.__self__ if found is not None else None  # ids hold weak references

    @property
    def words(self) -> Words:
        return now().words

    def warn(self, view: View) -> None:
        """Show the one notice of the frame on top of the left column, or take it away."""
        left = self.ids.get("notices") or self.ids.get("left")
        banner = view.frame.banner if view.frame.banner in self.BANNERS else Banner.NONE
        if left is None or (banner is Banner.NONE and self.notice is None):
            return
        if self.notice is not None:
            left.remove_widget(self.notice)
            self.notice = None
        if banner is not Banner.NONE:
            kind, icon = NOTICES[banner]
            name = f"banner.{banner.name.lower()}"
            out_by = self.dock(view).right
            text = (
                ""
                if self.SHORT or now().page.flows
                else say(f"{name}.text", button=out_by.text if out_by else say("dock.finish"))
            )
            self.notice = Notice(kind=kind, icon=icon, title=say(f"{name}.title"), text=text)
            if now().page.flows:
                self.notice.style, self.notice.icon_extent = "small_strong", 44
            left.add_widget(self.notice, index=len(left.children))


class Seconds:
    """Counts down once a second on the screen's own clock and tells how many are left."""

    def __init__(self, tell: Any) -> None:
        self._tell, self._left = tell, 0
        self._event: Any = None

    def start(self, seconds: int) -> None:
        self.stop()
        self._left = seconds
        self._tell(seconds)
        self._event = Clock.schedule_interval(self._tick, 1)

    def stop(self) -> None:
        if self._event is not None:
            self._event.cancel()
            self._event = None

    def _tick(self, _elapsed: float) -> bool:
        self._left = max(0, self._left - 1)
        self._tell(self._left)
        return self._left > 0


def out() -> Action:
    """The way out of a session: bottom right, outlined."""
    return Action(say("dock.finish"), "logout", press("FINISH"))
