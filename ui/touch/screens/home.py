"""Home: good evening; what matters today? The blue panel at the right is the next step."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.events import Button, Event, Pressed, RenewPressed, Task, TaskChosen
from kiosk.views import Banner, Home, News, NewsKind
from ui.text.sentences import greeting, home_lead, news_lines
from ui.touch.page import Page, out
from ui.touch.rows import pile
from ui.touch.stage import now, press, say
from ui.touch.widgets.choice import Choice
from ui.touch.widgets.dock import DockModel
from ui.touch.widgets.press import Tile
from ui.touch.widgets.surface import Panel

NEWS: dict[NewsKind, tuple[str, str, str]] = {
    NewsKind.HOLD_READY: ("inbox", "success_tint", "success_text"),
    NewsKind.OVERDUE: ("event", "warning_tint", "warning_text"),
    NewsKind.ENDS_SOON: ("event", "warning_tint", "warning_text"),
    NewsKind.FEES: ("payments", "sunk", "ink"),
    NewsKind.MESSAGE: ("info", "primary_tint", "primary"),
}
MOST = 2


class NewsCard(Panel):
    """One thing that matters today, with at most one button."""

    item = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")
    note = StringProperty("")
    chip = StringProperty("")
    icon = StringProperty("")
    tint = StringProperty("")
    ink = StringProperty("")
    action = StringProperty("")

    def show(self, news: News) -> None:
        words = now().words
        self.chip, self.title, self.note = news_lines(words, news, None)
        self.icon, tint, ink = NEWS[news.kind]
        self.tint, self.ink = getattr(now().palette, tint), getattr(now().palette, ink)
        book = news.kind in (NewsKind.HOLD_READY, NewsKind.OVERDUE, NewsKind.ENDS_SOON)
        self.item = (news.item or news.title) if book else ""
        self.author = news.author
        if news.kind is NewsKind.HOLD_READY:
            self.action, self.ids.act.event = say("home.hold.action"), press("HOLDS")
        elif news.renewable and news.item:
            self.action, self.ids.act.event = say("home.renew"), RenewPressed(news.item)


class HomePage(Page):
    VIEW = Home
    BANNERS = frozenset((Banner.SECOND_CARD, Banner.BACK_ONLINE, Banner.NOTHING_KEPT, Banner.NO_BOOKS))
    greeting = StringProperty("")
    lead = StringProperty("")
    next_title = StringProperty("")
    next_lead = StringProperty("")
    next_text = StringProperty("")
    lying = BooleanProperty(False)

    def show(self, view: Home) -> None:
        self.greeting = greeting(self.words, view.name, now().local_time())
        self.lead = home_lead(self.words, view)
        self._news(view.news[:MOST])
        self._tiles(view)
        self._next(view)

    def dock(self, _view: Home) -> DockModel:
        return DockModel(left="rules", right=out())

    def gone(self) -> None:
        self.ids.arrow.rest()

    def _news(self, news: tuple[News, ...]) -> None:
        cards = self.ids.news
        cards.clear_widgets()
        for each in news:
            card = NewsCard()
            card.show(each)
            cards.add_widget(card)

    def _tiles(self, view: Home) -> None:
        tiles, stacked = self.ids.tiles, bool(view.news) and not now().page.single
        tiles.clear_widgets()
        tiles.orientation = "horizontal" if stacked else "vertical"
        for name, note, icon, colour, event in self._tasks(view):
            tiles.add_widget(Tile(text=say(name), note=note, icon=icon, colour=colour, event=event, stacked=stacked))

    @staticmethod
    def _tasks(view: Home) -> tuple[tuple[str, str, str, str, Event], ...]:
        """Return message, note, icon, colour and event of what can be done besides."""
        palette = now().palette
        on_loan = say("home.on_loan", n=view.loans) if view.loans else say("task.account.note")
        return (
            ("task.checkin", say("task.checkin.note"), "assignment_return", palette.success, TaskChosen(Task.CHECKIN)),
            ("task.account", on_loan, "bookmarks", palette.navy, TaskChosen(Task.ACCOUNT)),
            ("loans.holds", say("home.holds.note"), "inbox", palette.violet, Pressed(Button.HOLDS)),
        )

    def _next(self, view: Home) -> None:
        self._next_words(view)
        self.ids.stack.more = say("count.rest", n="{n}")
        self.ids.stack.show(pile(self.words, view.rows, sign=False))
        self.ids.arrow.begin()

    def _next_words(self, view: Home) -> None:
        self.lying = bool(view.rows)
        if view.rows:
            self.next_title, self.next_lead = self.words.count("home.pad", len(view.rows)), ""
            self.next_text = say("home.take_one" if len(view.rows) == 1 else "home.take")
        else:
            self.next_title, self.next_lead = say("home.empty.title"), say("home.empty.lead")
            self.next_text = say("task.checkout")


class HomeWide(HomePage):
    """Next step at the right."""


class HomeTall(HomePage):
    """Next step in the middle."""


class HomeSmall(HomePage):
    """All that can be done, the next step first."""

    def show(self, view: Home) -> None:
        self._choices: list[Choice] = []
        super().show(view)
        box = self.ids.tiles
        box.clear_widgets()
        for choice in self._choices:
            box.add_widget(choice)

    def gone(self) -> None:
        """Nothing moves here."""

    def _news(self, news: tuple[News, ...]) -> None:
        for each in news:
            chip, title, note = news_lines(self.words, each, None)
            icon, _, ink = NEWS[each.kind]
            event: Event | None = press("HOLDS") if each.kind is NewsKind.HOLD_READY else None
            event = RenewPressed(each.item) if each.renewable and each.item else event
            action = say("home.renew") if isinstance(event, RenewPressed) else chip
            if event is not None:
                note = f"{title}, {note}"
                self._choices.append(Choice(text=action, note=note, icon=icon, colour=self._ink(ink), event=event))

    @staticmethod
    def _ink(name: str) -> str:
        colour: str = getattr(now().palette, name)
        return colour if not now().palette.edges else now().palette.ink

    def _tiles(self, view: Home) -> None:
        for name, note, icon, colour, event in self._tasks(view):
            self._choices.append(Choice(text=say(name), note=note, icon=icon, square=colour, event=event))

    def _next(self, view: Home) -> None:
        self._next_words(view)
        take = Choice(text=self.next_text, icon="arrow_forward", event=press("TAKE"), leads=True)
        self._choices.insert(0, take)


SCREEN = HomePage
