"""What stands still around every screen: ground, status strip, dock, and what is laid over them."""

from dataclasses import replace
from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.events import Event, LookChosen
from kiosk.views import Farewell, Frame, View
from ui.text.catalogue import load
from ui.text.sentences import state_text
from ui.touch.layout import Rect, zones
from ui.touch.overlays import ComfortSheet, LastCall
from ui.touch.page import Page
from ui.touch.stage import now, press, say, tp
from ui.touch.theme import rgb
from ui.touch.widgets.dock import Dock
from ui.touch.widgets.strip import StatusStrip


class Shell(FloatLayout):
    """Strip and dock are built once per look; the page in between changes with the view."""

    page = ObjectProperty(None, allownone=True)
    filmed = BooleanProperty(False)
    """The room has cameras, and the strip says so."""

    def __init__(self, **kwargs: Any) -> None:
        self._strip = StatusStrip(emergency=say("strip.emergency"))
        super().__init__(**kwargs)
        self._certain = True
        self._zones = zones(now().page)
        self._dock = Dock()
        self._subject: object = None
        self._overlay: ComfortSheet | LastCall | None = None
        for widget, place in ((self._strip, self._zones.strip), (self._dock, self._zones.dock)):
            self._put(widget, place)
            self.add_widget(widget)

    def show(self, view: View, page: Page) -> None:
        """Show a view on its page; the page may be the one that stands there already."""
        if page is not self.page:
            self._turn_to(page)
        page.warn(view)
        page.show(view)
        subject = page.subject(view)
        if page.flow is not None and subject != self._subject:
            page.flow.page = 0
        self._subject = subject
        self._frame(view.frame)
        self._dock.show(page.dock(view), *_next_language(view.frame), page.flow)
        self._lay_over(view)

    def on_filmed(self, _: object, filmed: bool) -> None:
        self._strip.recording = say("strip.filmed") if filmed else ""

    def tell_time(self) -> None:
        """A time that is only reckoned with is not told: somebody may go by it."""
        words = now().words
        self._strip.clock = words.time(now().local_time().time()) if self._certain else words.say("strip.no_time")

    def leave(self) -> None:
        """Stop what runs on a clock before the shell is dropped."""
        self._turn_to(None)
        self._drop_overlay()

    def _turn_to(self, page: Page | None) -> None:
        if self.page is not None:
            self.page.gone()
            self.remove_widget(self.page)
            now().spares.collect(self.page)
        self.page = page
        if page is not None:
            self._put(page, self._zones.main)
            self.add_widget(page, index=len(self.children))
            self._strip.dark = page.HERO

    def _frame(self, frame: Frame) -> None:
        self._certain, strip = frame.clock_certain, self._strip
        strip.library = frame.library
        strip.state, strip.state_text = state_text(now().words, frame.hours)
        strip.offline_text = say("strip.offline") if frame.offline and not frame.trial else ""
        if frame.trial:
            strip.state, strip.state_text = "trial", say("trial.strip")
        self.tell_time()

    def _lay_over(self, view: View) -> None:
        wanted: type[ComfortSheet | LastCall] | None = None
        if view.frame.last_call is not None and not isinstance(view, Farewell):
            wanted = LastCall
        elif view.frame.comfort_open:
            wanted = ComfortSheet
        if wanted is None or not isinstance(self._overlay, wanted):
            self._drop_overlay()
        if wanted is not None and self._overlay is None:
            self._overlay = wanted.build(size=self.size, size_hint=(None, None))
            self.add_widget(self._overlay)
        if self._overlay is not None:
            self._overlay.show(view.frame)

    def _drop_overlay(self) -> None:
        if self._overlay is not None:
            self._overlay.gone()
            self.remove_widget(self._overlay)
            self._overlay = None

    @staticmethod
    def _put(widget: Any, place: Rect) -> None:
        widget.size_hint = (None, None)
        widget.size = (tp(place.w), tp(place.h))
        widget.pos = (tp(place.x), now().page.height - tp(place.y) - tp(place.h))

    @property
    def ground(self) -> tuple[float, float, float, float]:
        """The colour behind everything."""
        palette = now().palette
        red, green, blue = rgb(palette.hero if self.page is not None and self.page.HERO else palette.bg)
        return red / 255, green / 255, blue / 255, 1.0


def _next_language(frame: Frame) -> tuple[str, Event | None]:
    """Return the name of the other language, and the event that changes to it; where there are more, all their names
    in the library's order, and the event that opens the list."""
    others = [tag for tag in frame.languages if tag != frame.look.language]
    if not others or len(frame.languages) < 2:
        return "", None
    names = [load(tag).say("language.name") for tag in others]
    if len(others) > 1:
        return " · ".join(names), press("COMFORT")
    return names[0], LookChosen(replace(frame.look, language=others[0]))
