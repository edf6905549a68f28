"""Put it back: the loan is the reader's, the tag is not open yet. One thing, now: the whole screen is blue."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import PutBack
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
        many = len(view.rows) > 1
        self.stuck = view.stuck
        if view.stuck:
            self.title, self.lead = say("put_back.stuck.title"), say("put_back.stuck")
        elif many:
            self.title = self.words.count("put_back.title_many", len(view.rows))
            self.lead = say("put_back.lead_many")
        else:
            self.title, self.lead = say("put_back.title"), say("put_back.lead")
        self.ready = say("put_back.ready", ready=view.ready, total=view.total) if view.total > 1 else ""
        covers = self.ids.covers
        covers.clear_widgets()
        for row in view.rows[:MOST]:
            cover = Cover(item=row.key, title=title_of(self.words, row), author=row.author)
            cover.size_hint_y = 1
            covers.add_widget(cover)
        self.ids.arrow.begin()

    def gone(self) -> None:
        self.ids.arrow.rest()

    def dock(self, view: PutBack) -> DockModel:
        if view.stuck:
            action = Action(say("dock.understood"), "check", press("FINISH"))
        else:
            action = Action(say("dock.stuck"), "support_agent", press("DOES_NOT_WORK"))
        return DockModel(left="", right=action, words=False, hero=True)


class PutBackWide(PutBackPage):
    """Words left, book right."""


class PutBackTall(PutBackPage):
    """Words above the book."""


SCREEN = PutBackPage
