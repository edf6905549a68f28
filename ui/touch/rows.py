"""From a view's row to what the widgets show: tone, icon, words, and whether it can be touched."""

from datetime import date

from kiosk.domain.ids import ItemId
from kiosk.domain.refusal import Reason
from kiosk.events import RowOpened
from kiosk.views import Count, Row, RowState
from ui.text.catalogue import Words
from ui.text.sentences import kinds, row_lines
from ui.touch.widgets.bins import colour_of
from ui.touch.widgets.book_row import RowModel
from ui.touch.widgets.count_panel import Kind
from ui.touch.widgets.stack import SpineModel

LOOKS: dict[RowState, tuple[str, str]] = {
    RowState.READING: ("reading", "sensors"),
    RowState.ASKING: ("asking", "sync"),
    RowState.YOURS: ("yours", "check"),
    RowState.STAYS: ("stays", "pan_tool"),
    RowState.PUT_BACK: ("put_back", "south"),
    RowState.RECORDED: ("recorded", "schedule"),
    RowState.QUESTION: ("question", "help"),
    RowState.RETURNED: ("yours", "check"),
    RowState.REMOVED: ("plain", "undo"),
}
KINDS = {
    "yours": ("yours", "check"),
    "returned": ("yours", "check"),
    "recorded": ("recorded", "schedule"),
    "stays": ("stays", "pan_tool"),
    "asking": ("asking", "sync"),
}
TELLING = (RowState.STAYS, RowState.QUESTION)


def row_model(words: Words, row: Row, today: date | None) -> RowModel:
    """Return how a row looks. One that has something to tell, and one's own, can be touched."""
    tone, icon = LOOKS[row.state]
    first, second = row_lines(words, row, today)
    second = second or (row.into.name(words.tag) if row.into else "")
    told = row.refusal is not None and row.refusal.reason is not Reason.LEFT_BEFORE
    removable = row.state is RowState.YOURS and (told or not row.before)
    opens = row.item is not None and (removable or (row.state in TELLING and told))
    known = bool(row.title) or row.state is not RowState.READING
    return RowModel(
        row.key, tone, icon, first, second, row.key if known else "", title_of(words, row) if known else "", row.author,
        RowOpened(ItemId(row.item or "")) if opens else None, opens and row.state in TELLING, row.bin,
        colour_of(row.bin, row.into) if row.bin else "",
    )  # fmt: skip


def title_of(words: Words, row: Row) -> str:
    """Return the title, else the item's number, else that there is none."""
    return row.title or row.item or words.say("row.unknown")


def spine(words: Words, row: Row, *, sign: bool = True) -> SpineModel:
    tone, icon = LOOKS[row.state] if sign else ("", "")
    known = row.state is not RowState.READING or bool(row.title)
    key = (row.key, row.key, title_of(words, row)) if known else (row.key, "", "")
    return SpineModel(*key, tone, icon, out=sign and row.state in TELLING)


def pile(words: Words, rows: tuple[Row, ...], *, sign: bool = True) -> list[SpineModel]:
    """Return the books that lie on the desk, oldest first."""
    return [spine(words, row, sign=sign) for row in rows if row.on_pad and row.state is not RowState.REMOVED]


def kind_lines(words: Words, count: Count, *, returning: bool = False) -> list[Kind]:
    return [Kind(*KINDS[name], text) for name, text in kinds(words, count, returning=returning)]
