"""Farewell: done; what must I not forget? The receipt as it prints, and a ring until the screen clears."""

from datetime import date
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.domain.receipts import Line, Receipt, Way
from kiosk.events import Button, Event, Pressed
from kiosk.views import Farewell, Paper
from ui.text.camera import code
from ui.touch.page import Page, Seconds
from ui.touch.stage import now, press, say, tp
from ui.touch.theme import STYLES
from ui.touch.widgets.arrange import Column, Row
from ui.touch.widgets.choice import Choice
from ui.touch.widgets.dock import Action, DockModel
from ui.touch.widgets.press import SecondaryButton
from ui.touch.widgets.surface import Panel
from ui.touch.widgets.type import width_of

MOST = 7  # lines of the receipt that are shown; the paper has all of them
SHOWN = 12  # lines where the screen is all the reader has
INK = "#10182B"  # paper is white in every look
READ = 680  # token px of a line that is read on the screen: title and day are not far apart
FEW = 4  # lines at most for a title to have two of them
MORE = 60  # seconds that "I need more time" brings, as the rules have it when they say nothing else
PAPERS = {
    Paper.PRINTING: "print", Paper.PRINTED: "receipt_long", Paper.FAILED: "print_disabled", Paper.MAILING: "mail",
    Paper.MAILED: "mail", Paper.MAILED_INSTEAD: "mail", Paper.NOT_MAILED: "print_disabled", Paper.SHOWN: "qr_code",
}  # fmt: skip
WAYS = {
    Way.PAPER: ("print", Button.PRINT_IT), Way.MAIL: ("mail", Button.MAIL_IT), Way.SCREEN: ("qr_code", Button.SHOW_IT),
}  # fmt: skip


class PaperLine(Row):
    """One title with its day."""

    title = StringProperty("")
    day = StringProperty("")
    lines = NumericProperty(1)
    ink = StringProperty(INK)
    tall = NumericProperty(48)


class PaperSlip(FloatLayout):
    """The slot, with the paper that comes out of it."""


class PaperFoot(Column):
    """How many and until when: below each other where a line has no room for both."""

    sum_left = StringProperty("")
    sum_right = StringProperty("")
    foot = StringProperty("")
    beside = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("width", "sum_left", "sum_right"):
            self.fbind(name, self._arrange)

    def _arrange(self, *_: object) -> None:
        size = tp(STYLES["small_strong"].size)
        words = (self.sum_left, self.sum_right)
        self.beside = sum(width_of(text, size, bold=True) for text in words if text) + tp(16) <= self.width


class ReceiptSheet(Panel):
    """The receipt as it prints; `brief` without what is known anyway. `room`: px for its lines, 0 for all of them."""

    library = StringProperty("")
    when = StringProperty("")
    card = StringProperty("")
    sum_left = StringProperty("")
    sum_right = StringProperty("")
    foot = StringProperty("")
    brief = BooleanProperty(False)
    room = NumericProperty(0)
    needed = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._lines: tuple[Line, ...] = ()
        self._most = MOST
        super().__init__(**kwargs)

    def show(self, lines: tuple[Line, ...], most: int) -> None:
        """Draw the titles, `most` of them."""
        self._lines, self._most = lines, most
        self._fill()

    def on_room(self, *_: object) -> None:
        self._fill()

    def _fill(self) -> None:
        most = self._most if not self.room else max(1, min(self._most, int(self.room // tp(48))))
        box = self.ids.lines
        box.clear_widgets()
        for line in _paper_lines(self._lines, most, wrap=not self.brief):
            box.add_widget(line)


def _paper_lines(lines: tuple[Line, ...], most: int, *, wrap: bool, ink: str = INK) -> list[PaperLine]:
    """Return at most so many titles with their days; the last one says how many more there are."""
    words = now().words
    shown = lines if len(lines) <= most else lines[: most - 1]
    found = []
    for line in shown:
        day = words.short_day(line.due) if line.due else ""
        found.append(PaperLine(title=line.title, day=day, lines=2 if wrap and len(lines) <= FEW else 1, ink=ink))
    if len(lines) > len(shown):
        found.append(PaperLine(title=say("receipt.more", n=len(lines) - len(shown)), ink=ink))
    return found


class FarewellPage(Page):
    VIEW = Farewell
    BANNERS = frozenset()
    title = StringProperty("")
    yours = StringProperty("")
    left_behind = StringProperty("")
    left_note = StringProperty("")
    card = StringProperty("")
    clears = StringProperty("")
    left_seconds = NumericProperty(20)
    total = NumericProperty(20)
    has_paper = BooleanProperty(False)
    paper_text = StringProperty("")
    paper_icon = StringProperty("")
    paper_width = NumericProperty(0)
    """Of the text in one line, in px."""
    modules = ObjectProperty(())
    """Of the code for a phone's camera; none where the screen is not asked for, or the list too long."""
    on_screen = BooleanProperty(False)
    ways = NumericProperty(0)
    """Buttons by which the receipt may still go."""

    def __init__(self, **kwargs: Any) -> None:
        self._seconds = Seconds(self._tell)
        self._view: Farewell | None = None
        self._offered: list[Any] = []
        super().__init__(**kwargs)

    def show(self, view: Farewell) -> None:
        words, receipt = self.words, view.receipt
        today = view.frame.hours.day if view.frame.hours else None
        self.title = say(f"farewell.{_title(receipt)}")
        self.yours = self._sentence(view, today)
        self.left_behind = words.count("farewell.left", view.left) if view.left else ""
        self.left_note = words.count("farewell.left.note", view.left) if view.left else ""
        self.card = say("farewell.card") if view.card else ""
        self._code(view)
        self._paper(view, today)
        self._offer(view)
        if self._view is None or view.seconds != self._view.seconds:
            self._start(view.seconds)
        self._view = view

    def subject(self, view: Farewell) -> object:
        return view.on_screen

    def dock(self, _view: Farewell) -> DockModel:
        more = Action(say("dock.more_time"), "more_time", press("MORE_TIME"), primary=True)
        finish = Action(say("dock.finish_now"), "logout", press("FINISH"))
        second = None if now().page.single or now().page.flows else more
        return DockModel(left="", right=finish, second=second, words=False)

    def gone(self) -> None:
        self._seconds.stop()

    def sent(self, event: Event) -> None:
        if event == Pressed(Button.MORE_TIME):
            self._start(MORE)

    def _start(self, seconds: int) -> None:
        self.total = seconds
        self._seconds.start(seconds)

    def _tell(self, left: int) -> None:
        self.left_seconds = left
        self.clears = now().words.count("farewell.clears", left)

    def _sentence(self, view: Farewell, today: date | None) -> str:
        words, receipt = self.words, view.receipt
        if receipt.lent and view.due:
            return words.count("farewell.yours", len(receipt.lent), date=words.day(view.due, today))
        for name, lines in (
            ("yours_plain", receipt.lent),
            ("renewed", receipt.renewed),
            ("returned", receipt.returned),
        ):
            if lines:
                return words.count(f"farewell.{name}", len(lines))
        return say("farewell.nothing")

    def _paper(self, view: Farewell, today: date | None) -> None:
        words, receipt = self.words, view.receipt
        self.has_paper = not receipt.empty and view.paper is not Paper.NONE
        self.paper_icon = PAPERS.get(view.paper, "")
        text = say(f"farewell.paper.{view.paper.name.lower()}", mail=view.mail) if self.paper_icon else ""
        self.paper_text = text
        self.paper_width = width_of(self.paper_text, tp(STYLES["h3"].size), bold=True) if self.paper_text else 0
        sheet = self.ids.paper
        sheet.library = view.frame.library
        sheet.card = say("receipt.card", card=view.card) if view.card else ""
        sheet.when = f"{now().local_time():%d.%m.%Y, %H:%M}"
        lines = (*receipt.lent, *receipt.renewed, *receipt.returned)
        sheet.sum_left = words.count("receipt.books", len(lines))
        sheet.sum_right = say("receipt.until", date=words.day(view.due, today)) if view.due else ""
        sheet.foot = self._foot(view, lines)
        self._lines(lines, SHOWN if view.on_screen else MOST)

    @staticmethod
    def _foot(view: Farewell, lines: tuple[Line, ...]) -> str:
        if not all(line.due_certain for line in lines):
            return say("receipt.dates_unsure")
        if not all(line.confirmed for line in lines):
            return say("receipt.to_confirm")
        phone = view.template.phone or view.frame.duty_phone
        return say("receipt.renew", phone=phone) if phone else say("receipt.renew_here")

    def _code(self, view: Farewell) -> None:
        """Made once for what is shown, when the reader asks for it."""
        self.on_screen = view.on_screen
        if not view.on_screen:
            self.modules = ()
        elif self._view is None or (view.on_screen, view.receipt) != (self._view.on_screen, self._view.receipt):
            self.modules = code(view.receipt, view.template, now().local_time())

    def _offer(self, view: Farewell) -> None:
        """The buttons stay as they are while the ways do."""
        if self._view is not None and self._view.ways == view.ways:
            return
        box = self.ids.ways
        for old in self._offered:
            box.remove_widget(old)
        self._offered = [self._way(way) for way in view.ways]
        for new in self._offered:
            box.add_widget(new)
        self.ways = len(view.ways)

    def _way(self, way: Way) -> Any:
        icon, button = WAYS[way]
        text = say(f"farewell.way.{way.name.lower()}")
        return SecondaryButton(text=text, icon=icon, event=press(button.name), size_hint_x=1)

    def _lines(self, lines: tuple[Line, ...], most: int) -> None:
        self.ids.paper.show(lines, most)


class FarewellWide(FarewellPage):
    """Words left, paper right."""


class FarewellTall(FarewellPage):
    """Words above the paper."""


def _title(receipt: Receipt) -> str:
    if receipt.lent:
        return "enjoy"
    return "thanks" if receipt.returned else "bye"


class FarewellSmall(FarewellPage):
    """Words above what is touched; the receipt as paper where there is a column for it, else to be read."""

    aside = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self._read: list[PaperLine] = []
        super().__init__(**kwargs)

    def _lines(self, lines: tuple[Line, ...], most: int) -> None:
        page, told = now().page, self.ids.left
        self.aside = self.has_paper and page.narrow and not page.low
        super()._lines(lines, most)
        for old in self._read:
            told.remove_widget(old)
        wanted = self.has_paper and not (self.aside and not self.on_screen)
        self._read = _paper_lines(lines, most, wrap=True, ink=now().palette.ink) if wanted else []
        for line in self._read:
            line.tall, line.size_hint_x = 36, None
            line.width = tp(min(READ, page.canvas[0] - 96))
            told.add_widget(line)

    def _way(self, way: Way) -> Any:
        icon, button = WAYS[way]
        return Choice(text=say(f"farewell.way.{way.name.lower()}"), icon=icon, event=press(button.name))


SCREEN = FarewellPage
