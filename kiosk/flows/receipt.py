"""Receipt: what a session comes to, and the ways it reaches its reader.

Rules:
  1. The library says which ways there are and which is taken by itself; the reader may take any other, each once.
  2. A way that fails, or cannot be gone from the start, makes room for the next of the library's. Where none is left
     the reader is told so; what was done is recorded all the same, and so is that this reader has no receipt yet.
  3. A letter goes only to the address that the ABIS gave with this reader, and only where it confirmed who that is.
  4. What is shown on the screen stays as long as the reader does, not a second longer.
  5. Where something was done and nothing is handed out by itself, there is time to choose.
"""

from collections.abc import Mapping
from dataclasses import replace

from kiosk.domain.buttons import Button
from kiosk.domain.ids import masked
from kiosk.domain.items import Loan
from kiosk.domain.receipts import Line, Receipt, Way
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.domain.rules import ReceiptRule
from kiosk.effects import MailReceipt, Note, PrintReceipt, StartTimer
from kiosk.events import Timer
from kiosk.flows import checkin
from kiosk.flows.checkout_state import Book, Stage
from kiosk.flows.session_state import Session, Step, World
from kiosk.views import Paper

BUTTONS: Mapping[Button, Way] = {
    Button.PRINT_IT: Way.PAPER,
    Button.MAIL_IT: Way.MAIL,
    Button.SHOW_IT: Way.SCREEN,
}
TO_CHOOSE = 20
"""Seconds at least for a choice (WCAG 2.2.1)."""


# --- what it says ----------------------------------------------------------------------------------------------------


def of(now: Session, language: str = "ru") -> Receipt:
    """Return the receipt of a session: titles where known, else the item's number; the card masked."""
    books = now.checkout.books
    renewed = now.account.renewed
    there = {loan.item for loan in renewed}
    return Receipt(
        card=masked(now.patron.card) if now.patron else "",
        lent=tuple(_line(book) for book in books if book.lent and not book.mine),
        renewed=tuple(_of_loan(loan) for loan in renewed)
        + tuple(_line(book) for book in books if book.renewed and book.item not in there),
        returned=tuple(_returned(book) for book in now.checkin.told if book.returned),
        stayed=tuple(title(book) for book in books if _stays(book)),
        language=language,
        name=now.patron.first_name if now.patron else "",
        fees=now.account.known.fees if now.account.known else None,
    )


def _of_loan(loan: Loan) -> Line:
    return Line(loan.title or loan.item, loan.due, author=loan.author, item=loan.item, due_certain=loan.due_certain)


def _line(book: Book) -> Line:
    author = book.info.author if book.info else ""
    return Line(title(book), book.due, not book.offline, author, book.item or "", book.due_certain)


def _returned(book: checkin.Book) -> Line:
    author = book.info.author if book.info else ""
    return Line(returned_title(book), confirmed=not book.offline, author=author, item=book.item or "")


def _stays(book: Book) -> bool:
    """Not what may have been another reader's all along."""
    if book.refusal and book.refusal.reason is Reason.ANOTHER_CARD:
        return False
    return book.item is not None and (book.stage is Stage.STAYS or (book.stage is Stage.QUESTION and not book.mine))


def title(book: Book) -> str:
    return (book.info.title if book.info else "") or book.item or ""


def returned_title(book: checkin.Book) -> str:
    known = book.answer.title if book.answer else ""
    return known or (book.info.title if book.info else "") or book.item or ""


# --- the ways it goes ------------------------------------------------------------------------------------------------


def possible(now: Session, world: World) -> tuple[Way, ...]:
    """Return the ways that a receipt could go now, in the library's order."""
    if world.rules.receipt is ReceiptRule.NEVER:
        return ()
    known = now.patron is not None and now.patron.mail is not None and not now.offline
    can = {Way.PAPER: world.paper is Paper.PRINTING, Way.MAIL: world.mail and known, Way.SCREEN: True}
    return tuple(way for way in world.rules.ways if can[way])


def offered(now: Session, world: World) -> tuple[Way, ...]:
    """Return the ways that the reader may still take."""
    if of(now).empty:
        return ()
    return tuple(way for way in possible(now, world) if way not in now.handed)


def seconds(now: Session, world: World) -> int:
    """Return how long the farewell stands."""
    patience = world.rules.patience
    if Way.SCREEN in now.handed:
        return patience.more
    return max(patience.farewell, TO_CHOOSE) if not now.handed and offered(now, world) else patience.farewell


def handed_out(now: Session, world: World) -> Step:
    """Do what is done by itself."""
    first = world.rules.first_way
    if first is None or of(now).empty or world.rules.receipt is ReceiptRule.NEVER:
        return now, ()
    if first in possible(now, world):
        return _begun(now, first, world)
    after, effects = _instead(now, first, world)
    return after, (*effects, *_missed(after))


def _missed(now: Session) -> tuple[Note, ...]:
    """The printer was known to be dead, so none was asked to print: that the receipt never came out is written here."""
    return (Note(Kind.RECEIPT_FAILED, now.id),) if now.paper is Paper.FAILED else ()


def chosen(now: Session, way: Way, world: World) -> Step:
    """The reader takes a way, and gets the time for it."""
    if way not in offered(now, world):
        return now, ()
    begun, effects = _begun(now, way, world)
    return begun, (*effects, StartTimer(Timer.FAREWELL, seconds(begun, world)))


def given(now: Session, way: Way) -> Session:
    if way is Way.PAPER:
        return replace(now, paper=Paper.PRINTED)
    return replace(now, paper=Paper.MAILED_INSTEAD if now.paper_failed else Paper.MAILED)


def failed(now: Session, way: Way, world: World) -> Step:
    """Take the next way; what was begun before stays begun."""
    after, effects = _instead(now, way, world)
    more = (StartTimer(Timer.FAREWELL, seconds(after, world)),) if after.handed != now.handed else ()
    return after, (*effects, *more)


def _begun(now: Session, way: Way, world: World) -> Step:
    now = replace(now, handed=(*now.handed, way))
    match way:
        case Way.PAPER:
            return replace(now, paper=Paper.PRINTING), (PrintReceipt(now.id, of(now, world.language)),)
        case Way.MAIL if now.patron and now.patron.mail:
            letter = MailReceipt(now.id, now.patron.card, now.patron.mail, of(now, world.language))
            return replace(now, paper=Paper.MAILING), (letter,)
        case _:
            return replace(now, paper=Paper.SHOWN), ()


def _instead(now: Session, way: Way, world: World) -> Step:
    now = replace(now, paper_failed=now.paper_failed or (way is Way.PAPER and world.paper is not Paper.NONE))
    others = tuple(other for other in offered(now, world) if other is not way)
    if others:
        return _begun(now, others[0], world)
    if way is Way.PAPER:
        return replace(now, paper=Paper.NONE if world.paper is Paper.NONE else Paper.FAILED), ()
    return replace(now, paper=Paper.NOT_MAILED if way in now.handed else Paper.NONE), ()


def apart(now: Session, world: World) -> tuple[PrintReceipt, ...]:
    """What somebody returned before a card was shown, on a slip of its own: whoever it was may still be there."""
    slip = of(now, world.language)
    wanted = world.rules.first_way is Way.PAPER and Way.PAPER in possible(now, world)
    return (PrintReceipt(now.id, slip, apart=True),) if wanted and not slip.empty else ()
