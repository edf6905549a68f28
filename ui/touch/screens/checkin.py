"""Return: accepted; where does it go? The newest book large, the ones before it below."""

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.events import Choice, Chosen
from kiosk.views import Checkin, Row, RowState
from ui.text.sentences import bins, kinds, row_lines, where_to
from ui.touch.page import Page
from ui.touch.rows import LOOKS, kind_lines, pile, row_model, title_of
from ui.touch.stage import now, press, say
from ui.touch.widgets.bins import BinModel, colour_of, picture_of
from ui.touch.widgets.dock import Action, DockModel
from ui.touch.widgets.surface import Panel


class NewestReturn(Panel):
    """What was laid down last: what it is, whether it was accepted, where to put it."""

    item = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")
    chip = StringProperty("")
    chip_icon = StringProperty("")
    chip_fill = StringProperty("")
    chip_ink = StringProperty("")
    where = StringProperty("")
    why = StringProperty("")
    bin = StringProperty("")
    bin_ground = StringProperty("")
    bin_picture = StringProperty("")

    def show(self, row: Row) -> None:
        words, palette = now().words, now().palette
        tone, icon = LOOKS[row.state]
        known = row.state is not RowState.READING or bool(row.title)
        self.item = row.key if known else ""
        self.title, self.author = title_of(words, row) if known else "", row.author
        self.chip, _ = row_lines(words, row, None)
        self.chip_icon = icon
        look = palette.tones[tone]
        self.chip_fill = look.fill if look.fill != palette.surface else palette.sunk
        self.chip_ink = look.first
        self.where, self.why = where_to(words, row)
        self.bin = row.bin
        self.bin_ground = colour_of(row.bin, row.into) if row.bin else ""
        self.bin_picture = picture_of(row.into) if row.bin else ""


class CheckinPage(Page):
    VIEW = Checkin
    SHORT = False
    FIRST = 1
    """The list begins after the newest book, which stands large above it."""
    title = StringProperty("")
    empty = StringProperty("")
    lead = StringProperty("")
    before = NumericProperty(0)
    """Books laid down before the newest."""
    damaged = ObjectProperty(None, allownone=True)
    """What a touch means that tells of a damaged book; None while no book can be meant."""
    binned = BooleanProperty(False)
    """There are bins: they are shown instead of the pile."""

    def show(self, view: Checkin) -> None:
        done = view.count.returned + view.count.recorded
        self.title = self.words.count("checkin.title_done", done) if done else say("checkin.title")
        self.empty = "" if view.rows else say("checkout.start")
        self.before = max(0, len(view.rows) - 1)
        self.damaged = _damaged(view)
        self._bins(view)
        newest = self.ids.newest
        if view.rows:
            newest.show(view.rows[0])
        newest.opacity = 1 if view.rows else 0
        self.ids.rows.show([row_model(self.words, row, None) for row in view.rows[self.FIRST :]])
        for panel in (self.ids[name] for name in ("count", "band") if name in self.ids):
            panel.show(
                view.count.on_pad, say("count.on_desk"), kind_lines(self.words, view.count, returning=True),
                pile(self.words, tuple(reversed(view.rows))), hint=say("checkin.hint"), more=say("count.rest", n="{n}"),
            )  # fmt: skip

    def _bins(self, view: Checkin) -> None:
        into = bins(self.words, view.rows) if now().page.roomy else []
        self.binned = bool(into)
        meant = view.rows[0].bin if view.rows else ""
        laid = {row.bin: row.into for row in view.rows}
        shown = [BinModel(number, name, note, number == meant, laid[number]) for number, name, note in into]
        self.ids.bins.show(shown)
        open_ = view.count.stays + view.count.asking + view.count.recorded
        told = ", ".join(text for _, text in kinds(self.words, view.count, returning=True))
        self.lead = told if into and open_ else ""

    def subject(self, view: Checkin) -> object:
        """The newest book: where it goes stands on the first page."""
        return view.rows[0].key if view.rows else None

    def dock(self, view: Checkin) -> DockModel:
        done = Action(say("dock.done"), "done_all", press("FINISH"), primary=True)
        return DockModel(right=done, second=self._second(view))

    def _second(self, _view: Checkin) -> Action | None:
        """Return what stands beside "done": nothing where the page itself has room for it."""
        return None


def _damaged(view: Checkin) -> Chosen | None:
    """One touch for the newest book, while it can be meant: once it is returned, and not said yet."""
    newest = next(iter(view.rows), None)
    returned = newest is not None and newest.state in (RowState.RETURNED, RowState.RECORDED) and not newest.damaged
    return Chosen(newest.item, Choice.DAMAGED) if newest is not None and newest.item is not None and returned else None


class CheckinWide(CheckinPage):
    """List left, count right."""

    def _second(self, view: Checkin) -> Action | None:
        event = _damaged(view)
        return Action(say("checkin.damaged"), "pan_tool", event) if event is not None else None


class CheckinTall(CheckinPage):
    """One column."""


class CheckinSmall(CheckinPage):
    """The newest book is the first row, and where it goes stands above it."""

    FIRST = 0


SCREEN = CheckinPage
