"""Counting: how many books are there really? Asked before the end where nothing feels them and the policy wants it.

A reader scans one barcode at a time; no pad tells how many books lie there or leave.

Rules:
  1. The number that was recorded is not shown before the reader has named theirs.
  2. Where the two differ the reader is told what to do: scan what is missing, put aside what is too much. Back at the
     list, "Done" compares what was said with what is recorded by then, and asks only where they still differ.
  3. Nothing is asked while the ABIS owes an answer: nobody could compare.
  4. Nobody is kept here: whoever does not know goes on, and so does whoever says that all is as it should be.
  5. Every number is journaled. A difference is told to staff at once; it ends when the numbers agree after all.
"""

from dataclasses import replace

from kiosk.domain.records import Kind
from kiosk.domain.rules import Rules, Trust
from kiosk.effects import Effect, Note
from kiosk.events import Task
from kiosk.flows.session_state import Counted, Number, Session, Step, World

MOST = 999
"""More books than anybody names; the screen offers far fewer."""
TASKS = {Counted.LOANS: Task.CHECKOUT, Counted.RETURNS: Task.CHECKIN}


def before_the_end(now: Session, world: World) -> Step:
    """Ask for a number that is still to be named. Nothing is asked where `counting` stays None."""
    now, effects = _compared(now)
    if world.tags or now.working:
        return now, effects
    for of in Counted:
        if _wanted(of, world.rules) and recorded(now, of) and not _is_settled(now, of):
            return replace(now, counting=of, opened=None), effects
    return now, effects


def recorded(now: Session, of: Counted) -> int:
    """Return how many books the session knows of: those that go with the reader, or came home."""
    if of is Counted.LOANS:
        return sum(book.lent for book in now.checkout.books)
    return sum(book.returned for book in now.checkin.told)


def said(now: Session, of: Counted) -> Number | None:
    return next((number for number in now.numbers if number.of is of), None)


def differing(now: Session) -> Number | None:
    """Return the number that is not the recorded one, while its reader is told so."""
    number = said(now, now.counting) if now.counting else None
    return number if number and number.said is not None and not number.settled else None


# --- what the reader does --------------------------------------------------------------------------------------------


def told(now: Session, number: int) -> Step:
    """The reader has named a number. Where it is the recorded one nothing more is asked of it."""
    if now.counting is None or not 0 <= number <= MOST or differing(now):
        return now, ()
    here = recorded(now, now.counting)
    if number == here:
        agreed = Number(now.counting, number, here, settled=True)
        return _kept(now, agreed), _note(now, now.counting, Kind.COUNT_AGREES, number, here)
    open_ = replace(_kept(now, Number(now.counting, number, here)), counting=now.counting)
    return open_, _note(now, now.counting, Kind.COUNT_DIFFERS, number, here)


def again(now: Session) -> Session:
    """It was a slip of the finger: ask anew."""
    if now.counting is None or not differing(now):
        return now
    return replace(now, numbers=_others(now, now.counting))


def gone_on(now: Session) -> Step:
    """The reader goes on all the same, or does not know."""
    assert now.counting is not None
    known, here = differing(now), recorded(now, now.counting)
    if known is None:
        nothing = Number(now.counting, None, here, settled=True)
        return _kept(now, nothing), _note(now, now.counting, Kind.COUNT_NOT_TOLD, None, here)
    return _kept(now, replace(known, recorded=here, settled=True)), ()


def closed(now: Session) -> Session:
    """Back to the list."""
    return replace(now, counting=None) if now.counting else now


# --- what was said ---------------------------------------------------------------------------------------------------


def _wanted(of: Counted, rules: Rules) -> bool:
    rule = rules.trust_loans if of is Counted.LOANS else rules.trust_returns
    return rule is Trust.COUNT


def _is_settled(now: Session, of: Counted) -> bool:
    number = said(now, of)
    return number is not None and number.settled and number.recorded == recorded(now, of)


def _compared(now: Session) -> Step:
    """What was named before may be true by now; what is not is asked for anew."""
    effects: tuple[Effect, ...] = ()
    for number in now.numbers:
        here = recorded(now, number.of)
        if number.said == here and not number.settled:
            now = _kept(now, replace(number, recorded=here, settled=True))
            effects += _note(now, number.of, Kind.COUNT_AGREES, here, here)
        elif not number.settled:
            now = replace(now, numbers=_others(now, number.of))
    return now, effects


def _kept(now: Session, number: Number) -> Session:
    return replace(now, numbers=(*_others(now, number.of), number), counting=None)


def _others(now: Session, of: Counted) -> tuple[Number, ...]:
    return tuple(number for number in now.numbers if number.of is not of)


def _note(now: Session, of: Counted, kind: Kind, number: int | None, here: int) -> tuple[Note, ...]:
    topic = f"{'lent' if of is Counted.LOANS else 'returned'} {here}"
    return (Note(kind, now.id, topic=topic if number is None else f"{topic}, counted {number}"),)
