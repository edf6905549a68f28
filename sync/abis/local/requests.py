"""What a reader asks for beyond loans: a place in a queue, out of it again, a payment written down."""

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.money import Money
from kiosk.domain.patrons import Hold
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.local import copies, holds, readers
from sync.abis.local.lending import Desk
from sync.abis.local.rules import age_refusal, card_refusal


def request(desk: Desk, card: CardNumber, number: ItemId) -> Hold | Refusal:
    """Queue the reader for the title of this copy, on the same terms of card and age as a loan."""
    reader = readers.find(desk.connection, card)
    if reader is None:
        return Refusal(Reason.CARD_UNKNOWN)
    wanted = copies.find(desk.connection, number, desk.today, reader.card)
    if wanted is None:
        return Refusal(Reason.UNKNOWN_ITEM)
    refusal = card_refusal(reader.borrower, desk.today) or age_refusal(
        reader.borrower, wanted.copy, desk.today, desk.house
    )
    if refusal is not None:
        return refusal
    if wanted.copy.lender == reader.card:
        return Refusal(Reason.ALREADY_YOURS, until=wanted.copy.due)
    if holds.has(desk.connection, reader.card, wanted.title_code):
        return Refusal(Reason.OTHER, raw="asked for already")
    if holds.counted(desk.connection, reader.card) >= reader.hold_limit:
        return Refusal(Reason.LIMIT_REACHED, limit=reader.hold_limit)
    return holds.join(desk.connection, reader, wanted, desk.at)


def withdraw(desk: Desk, card: CardNumber, number: ItemId) -> Hold | Refusal:
    reader = readers.find(desk.connection, card)
    if reader is None:
        return Refusal(Reason.CARD_UNKNOWN)
    wanted = copies.find(desk.connection, number, desk.today, reader.card)
    if wanted is None:
        return Refusal(Reason.UNKNOWN_ITEM)
    was = holds.leave(desk.connection, reader.card, wanted, desk.today, desk.hold_days)
    return was or Refusal(Reason.OTHER, raw="not asked for")


def pay(desk: Desk, card: CardNumber, amount: Money) -> Money | Refusal:
    """Write a payment down against the oldest fees and return what is still owed. Nobody pays more than that."""
    reader = readers.find(desk.connection, card)
    if reader is None:
        return Refusal(Reason.CARD_UNKNOWN)
    owed = reader.borrower.debt
    if amount.currency != desk.house.currency:
        return Refusal(Reason.OTHER, raw=f"fees are kept in {desk.house.currency}")
    if not 0 < amount.minor <= owed:
        return Refusal(Reason.OTHER, raw="not an amount that is owed", fee=Money(owed, desk.house.currency))
    readers.settle(desk.connection, reader.card, amount.minor)
    return Money(owed - amount.minor, desk.house.currency)
