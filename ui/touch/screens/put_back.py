"""Put it back: a lent book is not open yet, or a returned one not protected. One thing: the whole screen is blue."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import PutBack
from ui.text import putting_back
from ui.touch.page import Page
from ui.touch.rows import title_of
from ui.touch.stage import press, say
from ui.touch.widgets.cover import Cover
from ui.touch.widgets.dock import Action, DockModel

MOST = 3  # covers side by side


class PutBackPage(Page):
    VIEW = PutBack
    BANNERS = frozenset()
    HERO = True
    title = StringProperty("")
    lead = StringProperty("")
    ready = StringProperty("")
    stuck = BooleanProperty(False)

    def show(self, view: PutBack) -> None:
        self.stuck = view.stuck
        self.title, self.lead = putting_back.put_back(self.words, view)
        self.ready = putting_back.ready(self.words, view)
        covers = self.ids.covers
        covers.clear_widgets()
        for row in view.rows[:MOST]:
            cover = Cover(item=row.key, title=title_of(self.words, row), author=row.author)
            cover.size_hint_y = 1
            covers.add_widget(cover)
        self.ids.arrow.begin()

    def subject(self, view: PutBack) -> object:
        return view.stuck, tuple(row.key for row in view.rows)

    def gone(self) -> None:
        self.ids.arrow.rest()

    def dock(self, view: PutBack) -> DockModel:
        if view.stuck:
            action = Action(say("dock.understood"), "check", press("FINISH"))
        else:
            action = Action(say("dock.stuck"), "support_agent", press("DOES_NOT_WORK"))
        return DockModel(left="", right=action, help=False, words=False, hero=True)


class PutBackWide(PutBackPage):
    """Words left, book right."""


class PutBackTall(PutBackPage):
    """Words above the book."""


class PutBackSmall(PutBackPage):
    """Words above what is touched."""


SCREEN = PutBackPage
