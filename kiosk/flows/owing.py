"""Owing: what a visit that is over leaves to be done: tags whose bit does not say yet what the loan says."""

from kiosk.domain.items import Security
from kiosk.domain.records import Kind
from kiosk.effects import Note
from kiosk.flows.pad import Debt
from kiosk.flows.session_state import Session

NOT_ARMED = "returned, not armed"
"""What staff read of a book that was returned by its barcode alone."""


def unarmed(over: Session) -> tuple[Note, ...]:
    """What was returned by barcode and never lay on the pad is told to staff: its tag may let it through the gate."""
    return tuple(
        Note(Kind.TAG_NOT_WRITTEN, over.id, book.item, txn=book.txn, topic=NOT_ARMED) for book in over.checkin.awaiting
    )


def owed(over: Session) -> tuple[Debt, ...]:
    """Bits that do not say yet what the loan says. A visit that never counted leaves none."""
    if over.trial:
        return ()
    lent = (book for book in over.checkout.books if book.item and book.lent and not book.released >= set(book.uids))
    disarm = (Debt(book.item, Security.DISARMED, book.offline, book.released) for book in lent if book.item)
    back = (book for book in over.checkin.unarmed if book.item)
    arm = (Debt(book.item, Security.ARMED, book.offline, book.armed) for book in back if book.item)
    return (*disarm, *arm)
