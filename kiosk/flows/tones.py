"""Tones: one when a book became the reader's or the library's, one when it is asked for, another when one stays."""

from enum import Enum

from kiosk.effects import Sound, Tone
from kiosk.flows import checkin, checkout_state
from kiosk.flows.session_state import Session

AWAITING = checkin.Stage.AWAITING
LENT, RETURNED = checkout_state.Stage.YOURS, checkin.Stage.RETURNED
STAYS = (checkout_state.Stage.STAYS, checkout_state.Stage.QUESTION, checkin.Stage.STAYS)


def between(before: Session, now: Session) -> tuple[Sound, ...]:
    if _count(now, LENT, RETURNED) > _count(before, LENT, RETURNED):
        return (Sound(Tone.YOURS),)
    if _count(now, AWAITING) > _count(before, AWAITING):
        return (Sound(Tone.PLEASE),)
    return (Sound(Tone.STAYS),) if _count(now, *STAYS) > _count(before, *STAYS) else ()


def _count(session: Session, *stages: Enum) -> int:
    lent = sum(book.stage in stages for book in session.checkout.books)
    return lent + sum(book.stage in stages for book in session.checkin.books)
