"""What a session comes to, on paper."""

from kiosk.domain.ids import masked
from kiosk.domain.receipts import Line, Receipt
from kiosk.domain.refusal import Reason
from kiosk.domain.rules import ReceiptRule
from kiosk.effects import PrintReceipt
from kiosk.flows import checkin
from kiosk.flows.checkout_state import Book, Stage
from kiosk.flows.session_state import Session, World
from kiosk.views import Paper


def of(now: Session, language: str = "ru") -> Receipt:
    """Return the receipt of a session: titles where known, else the item's number; the card masked."""
    books = now.checkout.books
    renewed = now.account.renewed
    there = {loan.item for loan in renewed}
    return Receipt(
        card=masked(now.patron.card) if now.patron else "",
        lent=tuple(
            Line(title(book), book.due, not book.offline, due_certain=book.due_certain)
            for book in books
            if book.lent and not book.mine
        ),
        renewed=tuple(Line(loan.title or loan.item, loan.due, due_certain=loan.due_certain) for loan in renewed)
        + tuple(Line(title(book), book.due, due_certain=book.due_certain) for book in books if book.renewed and book.item not in there),
        returned=tuple(
            Line(returned_title(book), confirmed=not book.offline) for book in now.checkin.told if book.returned
        ),
        stayed=tuple(title(book) for book in books if _stays(book)),
        language=language,
    )


def apart(now: Session, world: World) -> tuple[PrintReceipt, ...]:
    """What somebody returned before a card was shown, on a slip of its own: whoever it was may still be there."""
    slip = of(now, world.language)
    wanted = world.rules.receipt is ReceiptRule.ALWAYS and world.paper is Paper.PRINTING
    return (PrintReceipt(now.id, slip, apart=True),) if wanted and not slip.empty else ()


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
