"""At the magnetic unit, one book at a time: the whole screen is blue. What a magnet erases is kept away from it."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Slide
from ui.text import strips
from ui.touch.page import Page
from ui.touch.rows import title_of
from ui.touch.stage import press, say
from ui.touch.widgets.dock import Action, DockModel


class SlidePage(Page):
    VIEW = Slide
    BANNERS = frozenset()
    HERO = True
    title = StringProperty("")
    lead = StringProperty("")
    care = StringProperty("")
    more = StringProperty("")
    item = StringProperty("")
    book = StringProperty("")
    author = StringProperty("")
    BARE = False
    """No room for icons beside the words of two buttons."""
    slides = BooleanProperty(True)
    """It is to be drawn over the unit; else there is something to read."""

    def show(self, view: Slide) -> None:
        self.slides = not (view.stuck or view.keep_away)
        self.title, self.lead = strips.slide(self.words, view)
        self.care, self.more = strips.care(self.words, view), strips.more(self.words, view)
        self.item, self.book, self.author = view.row.key, title_of(self.words, view.row), view.row.author

    def dock(self, view: Slide) -> DockModel:
        if not self.slides:
            read = Action(say("dock.understood"), "check", press("FINISH"))
            return DockModel(left="", right=read, words=False, hero=True)
        does_not, does = ("", "") if self.BARE else ("support_agent", "check")
        second = Action(say("slide.not_here" if view.again else "dock.stuck"), does_not, press("DOES_NOT_WORK"))
        done = Action(say("dock.done"), does, press("FINISH"))
        return DockModel(left="", right=done, second=second, words=False, hero=True)


class SlideWide(SlidePage):
    """Words left, book right."""


class SlideTall(SlidePage):
    """Words above the book."""

    BARE = True


class SlideSmall(SlidePage):
    """Words above what is touched."""


SCREEN = SlidePage
