"""Checkout, checkin and renewal as one transaction each: read, decide by the rules, write."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Destination, Loan, Returned
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.local import copies, holds, readers
from sync.abis.local.copies import Shelved
from sync.abis.local.readers import Reader
from sync.abis.local.rules import CopyState, House, Terms, due_date, may_lend, may_renew, renewed_due
from sync.abis.local.schema import item as item_table
from sync.abis.local.schema import loan, moment


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction at the desk: the moment the reader did it, that day in the site's time zone, the house rules.

    `hold_days`: how long a copy waits on the hold shelf.
    """

    connection: Connection
    at: datetime
    today: date
    house: House
    hold_days: int


def lend(desk: Desk, card: CardNumber, number: ItemId, *, fee_accepted: bool) -> Loan | Refusal:
    reader = readers.find(desk.connection, card)
    if reader is None:
        return Refusal(Reason.CARD_UNKNOWN)
    wanted = _fresh(desk, number, reader.card)
    if wanted is None:
        return Refusal(Reason.UNKNOWN_ITEM)
    terms = copies.terms_for(desk.connection, reader.category, wanted.type)
    refusal = may_lend(reader.borrower, wanted.copy, terms, desk.today, desk.house, fee_accepted=fee_accepted)
    if refusal is not None or terms is None:
        return refusal or Refusal(Reason.OTHER)
    _write_loan(desk, reader, wanted, terms)
    lent = copies.find(desk.connection, number, desk.today, reader.card)
    return described(desk, reader, lent or wanted)


def _write_loan(desk: Desk, reader: Reader, wanted: Shelved, terms: Terms) -> None:
    holds.fulfil(desk.connection, reader.card, wanted, desk.today, desk.hold_days)
    due = due_date(desk.today, terms.days, desk.house)
    row = {"item": wanted.item, "card": reader.card, "lent": moment(desk.at), "due": due}
    desk.connection.execute(insert(loan).values(row))
    if terms.fee:
        readers.charge(desk.connection, reader.card, wanted.item, terms.fee, desk.today)


def take_back(desk: Desk, number: ItemId) -> Returned | Refusal:
    """Accept a copy. Whatever is laid down and known is accepted, on loan or not."""
    back = _fresh(desk, number)
    if back is None:
        return Refusal(Reason.UNKNOWN_ITEM)
    if back.loan_id is not None:
        desk.connection.execute(update(loan).where(loan.c.id == back.loan_id).values(returned=moment(desk.at)))
    destination = _destination(desk, back)
    return Returned(
        item=back.item,
        title=back.title,
        author=back.author,
        destination=destination,
        was_on_loan=back.loan_id is not None,
        patron=back.copy.lender,
    )


def _destination(desk: Desk, back: Shelved) -> Destination:
    """Where the copy goes now; what was lost is found, what stands in another house sets out for it."""
    if not back.here:
        _set_state(desk, back, CopyState.TRANSIT)
        return Destination.OTHER_BRANCH
    if back.copy.state is CopyState.REFERENCE:
        return Destination.SHELF
    if back.copy.state is not CopyState.NORMAL:
        _set_state(desk, back, CopyState.NORMAL)
    if back.copy.held_for or holds.catch(desk.connection, back.item, back.title_code, desk.today, desk.hold_days):
        return Destination.HOLD_SHELF
    return Destination.SORTING if back.copy.state is CopyState.LOST else Destination.SHELF


def renew(desk: Desk, card: CardNumber, number: ItemId) -> Loan | Refusal:
    reader = readers.find(desk.connection, card)
    if reader is None:
        return Refusal(Reason.CARD_UNKNOWN)
    lent = copies.find(desk.connection, number, desk.today, reader.card)
    if lent is None:
        return Refusal(Reason.UNKNOWN_ITEM)
    terms = copies.terms_for(desk.connection, reader.category, lent.type)
    refusal = may_renew(reader.borrower, lent.copy, terms, desk.today, desk.house)
    if refusal is not None or terms is None or lent.copy.due is None:
        return refusal or Refusal(Reason.NOT_RENEWABLE)
    due = renewed_due(lent.copy.due, desk.today, terms, desk.house)
    values = {"due": due, "renewals": lent.copy.renewals + 1}
    desk.connection.execute(update(loan).where(loan.c.id == lent.loan_id).values(values))
    renewed = copies.find(desk.connection, number, desk.today, reader.card)
    return described(desk, reader, renewed or lent)


def loans_of(desk: Desk, reader: Reader) -> tuple[Loan, ...]:
    """The reader's loans, the earliest due first."""
    mine = select(loan.c.item).where(loan.c.card == reader.card, loan.c.returned.is_(None)).order_by(loan.c.due)
    numbers = desk.connection.execute(mine.order_by(loan.c.id)).scalars().all()
    found = (copies.find(desk.connection, ItemId(number), desk.today, reader.card) for number in numbers)
    return tuple(described(desk, reader, each) for each in found if each is not None)


def described(desk: Desk, reader: Reader, lent: Shelved) -> Loan:
    """A loan as its reader sees it: until when, how often it can still be renewed, and why not."""
    terms = copies.terms_for(desk.connection, reader.category, lent.type)
    refusal = may_renew(reader.borrower, lent.copy, terms, desk.today, desk.house)
    return Loan(
        item=lent.item,
        title=lent.title,
        author=lent.author,
        due=lent.copy.due,
        renewable=refusal is None,
        renewals_left=max(0, terms.renewals - lent.copy.renewals) if terms else 0,
        age_mark=lent.copy.age_mark or 0,
        why_not=refusal.reason.name.lower() if refusal else "",
    )


def _fresh(desk: Desk, number: ItemId, card: CardNumber | None = None) -> Shelved | None:
    """The copy, after holds of its title that nobody came for were handed on."""
    found = copies.find(desk.connection, number, desk.today, card)
    if found is None:
        return None
    holds.expire(desk.connection, found.title_code, desk.today, desk.hold_days)
    return copies.find(desk.connection, number, desk.today, card)


def _set_state(desk: Desk, shelved: Shelved, state: CopyState) -> None:
    desk.connection.execute(update(item_table).where(item_table.c.item == shelved.item).values(state=state.value))
