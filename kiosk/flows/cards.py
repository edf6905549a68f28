"""Cards: the row that the reader opened, as long as it has something to tell.

A book that stays says why, a question waits for its answer, a renewal that was refused says so, and a book of one's own
may be taken off the list.
"""

from collections.abc import Iterator

from kiosk.flows import rows
from kiosk.flows.pad import Pad
from kiosk.flows.session_state import Session, Where
from kiosk.views import Row


def opened(now: Session, pad: Pad) -> Row | None:
    """Return the row whose card lies open, or None."""
    if now.opened is None or now.must_act:
        return None
    return next((row for row in _telling(now, pad) if now.opened in (row.key, row.item)), None)


def _telling(now: Session, pad: Pad) -> Iterator[Row]:
    if now.where is Where.CHECKOUT:
        yield from (rows.of_checkout(book) for book in now.checkout.books if book.tells)
    elif now.where is Where.CHECKIN:
        yield from (rows.of_checkin(book) for book in now.checkin.told if book.refusal)
    else:
        return
    yield from rows.inert(pad, now.tags)
