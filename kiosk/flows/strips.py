"""Strips: what was lent or returned by its barcode is drawn over the magnetic unit, by its reader, one at a time.

Rules:
  1. The loan first, the strip after it; a refusal leaves it closed. The intent says that there is a strip, so that a
     power cut between the two is seen: its reader is asked again at the next log-in of that day, and staff are told.
  2. What a magnet erases is never asked for; its reader is told to keep it away.
  3. A unit without a wire proves nothing: the reader's word is journaled, and so is "it does not work".
  4. Whoever leaves meanwhile leaves; staff are told which strips may be as they were.
  5. A book taken off the list after it was opened is closed again where the unit can; else staff do that anyway.
"""

from dataclasses import replace
from typing import TypeAlias

from kiosk.domain.ids import ItemId, TxnId
from kiosk.domain.records import Kind
from kiosk.domain.strips import Strip, Treatment, Unslid, at_loan, at_return
from kiosk.effects import Effect, Note
from kiosk.flows import checkin
from kiosk.flows.checkin_state import Book as ReturnedBook
from kiosk.flows.checkout_state import Book as LentBook
from kiosk.flows.checkout_state import Stage
from kiosk.flows.session_state import Owed, Session, Step, World

Book: TypeAlias = LentBook | ReturnedBook
MAGNETIC = "kept away: a magnet would erase it"
NOT_WANTED = "not wanted by the library system"
NOT_OPENED = "lent, its strip not opened"
NOT_CLOSED = "returned, its strip not closed"
STUCK = {Strip.TO_OPEN: Strip.STUCK_CLOSED, Strip.TO_CLOSE: Strip.STUCK_OPEN}
EXCUSES = {Strip.KEEP_AWAY: MAGNETIC, Strip.LEFT_ALONE: NOT_WANTED}
TOPICS = {Strip.TO_OPEN: NOT_OPENED, Strip.TO_CLOSE: NOT_CLOSED}
DONE = {Strip.TO_OPEN: Strip.OPENED, Strip.TO_CLOSE: Strip.CLOSED}
KINDS = {Strip.TO_OPEN: Kind.STRIP_OPENED, Strip.TO_CLOSE: Kind.STRIP_CLOSED}


def owed(loans: tuple[Unslid, ...], world: World) -> tuple[Owed, ...]:
    return tuple(Owed(loan) for loan in loans) if world.rules.em_unit.opens else ()


# --- what is to be done ----------------------------------------------------------------------------------------------


def settled(now: Session, world: World) -> Step:
    """Look at every book that was lent or returned since: does it have to be drawn over the unit?"""
    if not world.rules.em_unit.opens:
        return now, ()
    lent = tuple(_lent(book, world) for book in now.checkout.books)
    back = tuple(_returned(book, world) for book in now.checkin.books)
    told = _excused((*now.checkout.books, *now.checkin.books), (*lent, *back), now)
    if lent != now.checkout.books:
        now = replace(now, checkout=replace(now.checkout, books=lent))
    if back != now.checkin.books:
        now = replace(now, checkin=replace(now.checkin, books=back))
    return now, told


def _lent(book: LentBook, world: World) -> LentBook:
    unit = world.rules.em_unit
    if book.stage is Stage.REMOVED:
        return replace(book, strip=_taken_off(book.strip, closes=unit.closes))
    if book.strip is not None or book.stage is not Stage.YOURS or book.mine or book.uids:
        return book
    return replace(book, strip=_strip(at_loan(unit, book.info, book.answer), Strip.TO_OPEN))


def _taken_off(strip: Strip | None, *, closes: bool) -> Strip | None:
    match strip:
        case Strip.OPENED if closes:
            return Strip.TO_CLOSE
        case Strip.TO_OPEN | Strip.STUCK_CLOSED | Strip.KEEP_AWAY:
            return Strip.LEFT_ALONE
        case _:
            return strip


def _returned(book: ReturnedBook, world: World) -> ReturnedBook:
    unit = world.rules.em_unit
    if not unit.closes or book.strip is not None or book.stage is not checkin.Stage.RETURNED or book.uids:
        return book
    return replace(book, strip=_strip(at_return(unit, book.info, book.answer), Strip.TO_CLOSE))


def _strip(treatment: Treatment, slide: Strip) -> Strip:
    return {Treatment.SLIDE: slide, Treatment.KEEP_AWAY: Strip.KEEP_AWAY, Treatment.NOTHING: Strip.LEFT_ALONE}[
        treatment
    ]


def _excused(before: tuple[Book, ...], after: tuple[Book, ...], now: Session) -> tuple[Effect, ...]:
    """Nobody waits for what is never drawn over the unit."""
    return tuple(
        Note(Kind.STRIP_NOT_SLID, now.id, book.item, txn=book.txn, topic=EXCUSES[book.strip])
        for was, book in zip(before, after, strict=True)
        if book.strip in EXCUSES and was.strip is None
    )


# --- what the reader did ---------------------------------------------------------------------------------------------


def slid(now: Session) -> Step:
    """The reader says that it is done, or has read what to do instead: the next one."""
    first = now.sliding[0]
    strip = first.strip
    assert strip is not None
    item, txn = _about(first)
    notes = (Note(KINDS[strip], now.id, item, txn=txn),) if strip in KINDS else ()
    return _with(now, first, DONE.get(strip, Strip.LEFT_ALONE)), notes


def stuck(now: Session) -> Step:
    """It does not work: staff are told, and the reader what to do instead. A book of an earlier visit is not here."""
    first = now.sliding[0]
    if first.strip not in STUCK:
        return now, ()
    item, txn = _about(first)
    told = Strip.LEFT_ALONE if isinstance(first, Owed) else STUCK[first.strip]
    note = Note(Kind.STRIP_NOT_SLID, now.id, item, txn=txn, topic=TOPICS[first.strip])
    return _with(now, first, told), (note,)


def unslid(over: Session) -> tuple[Note, ...]:
    """The reader is gone: what was still to be drawn over the unit is told to staff."""
    books: tuple[Book, ...] = (*over.checkout.books, *over.checkin.books)
    return tuple(
        Note(Kind.STRIP_NOT_SLID, over.id, book.item, txn=book.txn, topic=TOPICS[book.strip])
        for book in books
        if book.strip in TOPICS and not book.uids
    )


def _about(book: Owed | Book) -> tuple[ItemId | None, TxnId | None]:
    return (book.loan.item, book.loan.txn) if isinstance(book, Owed) else (book.item, book.txn)


def _with(now: Session, old: Owed | Book, strip: Strip) -> Session:
    match old:
        case Owed():
            return replace(now, owed=tuple(replace(each, strip=strip) if each is old else each for each in now.owed))
        case LentBook():
            return replace(now, checkout=now.checkout.put(old, replace(old, strip=strip)))
        case _:
            return replace(now, checkin=now.checkin.put(old, replace(old, strip=strip)))
