"""Rows: one book each, as the lists show it, and what they come to in numbers."""

from collections.abc import Iterable

from kiosk.domain.ids import TagUid
from kiosk.domain.items import ItemInfo
from kiosk.domain.refusal import Reason, Refusal
from kiosk.flows import checkin
from kiosk.flows.checkout_state import Book, Stage
from kiosk.flows.pad import Laid, Pad
from kiosk.views import Count, Row, RowState

PAGE = 5
"""Rows that are seen at once where the screen has room; beyond them the refused ones come first."""

CHECKOUT_STATES = {
    Stage.READING: RowState.READING,
    Stage.LOOKING: RowState.READING,
    Stage.GATHERING: RowState.ASKING,
    Stage.RECORDING: RowState.ASKING,
    Stage.ASKING: RowState.ASKING,
    Stage.RECORDING_OFFLINE: RowState.ASKING,
    Stage.DISARMING: RowState.ASKING,
    Stage.PUT_BACK: RowState.PUT_BACK,
    Stage.YOURS: RowState.YOURS,
    Stage.STAYS: RowState.STAYS,
    Stage.QUESTION: RowState.QUESTION,
    Stage.RECORDING_RENEWAL: RowState.ASKING,
    Stage.RENEWING: RowState.ASKING,
    Stage.ARMING: RowState.ASKING,
    Stage.RECORDING_RETURN: RowState.ASKING,
    Stage.RETURNING: RowState.ASKING,
    Stage.RECORDING_RETURN_OFFLINE: RowState.ASKING,
    Stage.REMOVED: RowState.REMOVED,
}
CHECKIN_STATES = {
    checkin.Stage.READING: RowState.READING,
    checkin.Stage.RECORDING: RowState.ASKING,
    checkin.Stage.ASKING: RowState.ASKING,
    checkin.Stage.RECORDING_OFFLINE: RowState.ASKING,
    checkin.Stage.HANDED_ON: RowState.RETURNED,
    checkin.Stage.AWAITING: RowState.RETURNED,
    checkin.Stage.ARMING: RowState.RETURNED,
    checkin.Stage.RETURNED: RowState.RETURNED,
    checkin.Stage.STAYS: RowState.STAYS,
}


def of_checkout(book: Book) -> Row:
    state = CHECKOUT_STATES[book.stage]
    if state is RowState.YOURS and book.offline:
        state = RowState.RECORDED
    refusal = book.refusal if book.tells else book.absence if book.stage is Stage.GATHERING else None
    title, author = (book.info.title, book.info.author) if book.info else ("", "")
    return Row(book.key, state, book.item, title, author, book.due, refusal, on_pad=book.on_pad, before=book.mine)


def of_checkin(book: checkin.Book) -> Row:
    state, refusal = CHECKIN_STATES[book.stage], book.refusal
    if state is RowState.RETURNED and book.offline:
        state = RowState.RECORDED
    if book.returned and (book.gathering or book.incomplete):
        state, refusal = RowState.ASKING if book.gathering else state, book.absence
    answer = book.answer
    known: ItemInfo | None = book.info
    title = (answer.title if answer else "") or (known.title if known else "")
    author = (answer.author if answer else "") or (known.author if known else "")
    lay, on_pad = book.stage is checkin.Stage.AWAITING, book.on_pad
    into = book.into if not lay and state is not RowState.ASKING else None
    told = answer.bin if answer and not lay and book.destination is answer.destination else ""
    number = into.number if into else told
    return Row(
        book.key, state, book.item, title, author, None, refusal, book.destination, number, lay, on_pad=on_pad,
        into=into, damaged=book.damaged,
    )  # fmt: skip


def lying(pad: Pad) -> tuple[Row, ...]:
    """What lies on the pad before a task has taken it over."""
    tagged = tuple(_laid(pad, laid, RowState.ASKING) for laid in pad.fresh)
    infos = ((item, pad.info(item)) for item in pad.scanned)
    scanned = tuple(
        Row(item, RowState.ASKING if info else RowState.READING, item, *((info.title, info.author) if info else ()))
        for item, info in infos
    )
    return tagged + scanned


def inert(pad: Pad, own: frozenset[TagUid]) -> tuple[Row, ...]:
    """Books somebody left on the pad: they stay until they are lifted and laid down again."""
    left = Refusal(Reason.LEFT_BEFORE)
    here = (laid for laid in pad.laid if laid.uid in pad.inert and laid.uid not in own)
    return tuple(_laid(pad, laid, RowState.STAYS, left) for laid in here)


def _laid(pad: Pad, laid: Laid, state: RowState, refusal: Refusal | None = None) -> Row:
    if not laid.readable:
        return Row(laid.uid, RowState.STAYS, refusal=refusal or Refusal(Reason.TAG_UNREADABLE))
    item = laid.facts.item if laid.facts else None
    info = pad.info(item) if item else None
    if info is None:
        return Row(laid.uid, RowState.READING if refusal is None else state, item, refusal=refusal)
    return Row(laid.uid, state, item, info.title, info.author, refusal=refusal)


def refused_first(row: Row) -> int:
    return row.state not in (RowState.STAYS, RowState.QUESTION)


def count(listed: Iterable[Row]) -> Count:
    """Count what is on the pad or known by barcode, and of all books how many are what.

    A book that is already the reader's is counted so, its question answered or not; one that may become it by
    an answer stays until then.
    """
    rows = tuple(listed)
    mine = sum(row.state is RowState.QUESTION and _is_mine(row) for row in rows)

    def of(*states: RowState) -> int:
        return sum(row.state in states for row in rows)

    return Count(
        on_pad=sum(row.on_pad and row.state is not RowState.REMOVED for row in rows),
        yours=of(RowState.YOURS, RowState.PUT_BACK) + mine,
        stays=of(RowState.STAYS, RowState.QUESTION) - mine,
        asking=of(RowState.ASKING, RowState.READING),
        recorded=of(RowState.RECORDED),
        returned=of(RowState.RETURNED),
    )


def _is_mine(row: Row) -> bool:
    return row.refusal is not None and row.refusal.reason is Reason.ALREADY_YOURS
