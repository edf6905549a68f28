"""Reprint: a receipt that never came out is offered at the next log-in of its reader.

Rules:
  1. Only its reader is asked, and only where the ABIS has confirmed who that is.
  2. It lies over the list like any card. What must be put back comes first.
  3. Yes prints what was not printed, each with the day of its visit; so it goes by e-mail where that is possible; no
     closes it for good. Whoever goes on without an answer is asked again next time, and so is whoever said yes to a
     printer that failed.
  4. Nothing is offered that cannot be printed or sent now.
  5. Part of it may have come out before the power went: what is given again says so.
"""

from dataclasses import replace

from kiosk.domain.ids import ItemId
from kiosk.domain.receipts import Receipt, Unprinted, Way
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import ReceiptRule
from kiosk.effects import MailReceipt, Note, PrintReceipt
from kiosk.events import Choice
from kiosk.flows import receipt
from kiosk.flows.session_state import Session, Step, Where, World
from kiosk.views import Row, RowState

OVER = (Where.HOME, Where.CHECKOUT, Where.CHECKIN, Where.ACCOUNT)
"""Screens it may lie over: the reader is known and has not finished."""
DECLINED = "declined"


def wanted(unprinted: tuple[Unprinted, ...], world: World) -> tuple[Unprinted, ...]:
    """Where the library prints no receipts, none is missed."""
    return () if world.rules.receipt is ReceiptRule.NEVER else unprinted


def choices(now: Session, world: World) -> tuple[Choice, ...]:
    """Return what the card offers; nothing where the receipt could go no way."""
    ways = receipt.possible(now, world)
    offered = tuple(choice for way, choice in ((Way.PAPER, Choice.YES), (Way.MAIL, Choice.MAIL)) if way in ways)
    return (*offered, Choice.NO) if offered else ()


def opened(now: Session, world: World) -> Row | None:
    """Return the question as the row that its card shows: by its newest visit and the first title of that."""
    if not now.unprinted or now.where not in OVER or now.must_act or not choices(now, world):
        return None
    last = now.unprinted[-1]
    refusal = Refusal(Reason.RECEIPT_UNPRINTED, until=last.at.date(), limit=len(now.unprinted))
    return Row(last.visit, RowState.QUESTION, ItemId(last.visit), _first(last.receipt), refusal=refusal, on_pad=False)


def _first(receipt: Receipt) -> str:
    return next((line.title for line in (*receipt.lent, *receipt.renewed, *receipt.returned)), "")


def chosen(now: Session, choice: Choice, world: World) -> Step:
    slips = tuple((each, _again(each, world)) for each in now.unprinted)
    match choice:
        case _ if choice not in choices(now, world):
            return now, ()
        case Choice.YES:
            return later(now), tuple(PrintReceipt(each.visit, slip, each.at) for each, slip in slips)
        case Choice.MAIL if now.patron and (to := now.patron.mail):
            card = now.patron.card
            return later(now), tuple(MailReceipt(each.visit, card, to, slip, each.at) for each, slip in slips)
        case _:  # closed by the row that a printer writes, with the word that nothing came out
            return later(now), tuple(Note(Kind.RECEIPT_PRINTED, each.visit, topic=DECLINED) for each in now.unprinted)


def _again(owed: Unprinted, world: World) -> Receipt:
    return replace(owed.receipt, language=world.language, again=True)


def later(now: Session) -> Session:
    """Not asked again in this visit."""
    return replace(now, unprinted=())
