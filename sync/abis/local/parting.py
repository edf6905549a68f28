"""Two cards that are one reader become one; a reader who wants to be forgotten is.

1. Two people are never merged: a birth day that differs stops it.
2. What either card carries stays: loans, fees, messages, a place in a queue, a block.
3. Nobody is forgotten who has a book or owes something: both ends need to know the other until it is settled.
4. Forgetting removes the person from every row. Numbers of a year, loans and registrations, stay as they were.
"""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from kiosk.domain.ids import CardNumber
from sync.abis.local import deeds, entry, holds, readers, registrations
from sync.abis.local.lending import Desk
from sync.abis.local.people import hand_over
from sync.abis.local.schema import done, fee, hold, loan, message, other_card, past_loan, patron

FILLED = ("pin", "birth", "phone", "email", "agreed", "expires", "first_name")
"""What the card that is kept takes from the other where it has nothing."""


def merge(desk: Desk, keep: str, other: str) -> None:
    connection = desk.connection
    first, second = _row(connection, keep, "card"), _row(connection, other, "other")
    if keep == other:
        raise entry.refused("other", "same")
    if first.birth and second.birth and first.birth != second.birth:
        raise entry.refused("other", "other_birth")
    _join_holds(desk, keep, other)
    hand_over(connection, other, keep)
    deeds.hand_over(connection, other, keep)
    connection.execute(delete(patron).where(patron.c.card == other))
    if second.standing != "lost":
        connection.execute(insert(other_card).values(number=other, card=keep))
    connection.execute(update(patron).where(patron.c.card == keep).values(_joined(first, second)))


def _joined(first: Row[Any], second: Row[Any]) -> dict[str, Any]:
    values = {name: getattr(first, name) or getattr(second, name) for name in FILLED}
    if first.standing == "active" and second.standing == "blocked":
        values |= {"standing": "blocked", "note": second.note}
    return values


def _join_holds(desk: Desk, keep: str, other: str) -> None:
    """A title asked for twice stays asked for once: the request that has a copy, else the older."""
    both = select(hold.c.title).where(hold.c.card.in_((keep, other))).group_by(hold.c.title).having(func.count() > 1)
    for title_code in desk.connection.execute(both).scalars().all():
        mine = select(hold.c.card).where(hold.c.card.in_((keep, other)), hold.c.title == title_code)
        worse = desk.connection.execute(mine.order_by(hold.c.item.is_(None).desc(), hold.c.placed.desc())).scalars()
        holds.drop(desk.connection, worse.all()[0], title_code, desk.today, desk.hold_days)


def forget(desk: Desk, card: str) -> None:
    connection = desk.connection
    _row(connection, card, "card")
    if readers.loans_of(connection, CardNumber(card)):
        raise entry.refused("card", "has_loans")
    if readers.debt_of(connection, CardNumber(card)):
        raise entry.refused("card", "owes")
    for title_code in connection.execute(select(hold.c.title).where(hold.c.card == card)).scalars().all():
        holds.drop(connection, card, title_code, desk.today, desk.hold_days)
    numbers = [card, *connection.execute(select(other_card.c.number).where(other_card.c.card == card)).scalars()]
    set_past(connection, loan.c.card == card)
    connection.execute(update(past_loan).where(past_loan.c.card == card).values(card=None))
    registrations.forget(connection, card)
    for number in numbers:
        _unremember(connection, number)
        deeds.forget(connection, number)
    for table in (other_card, message, fee):
        connection.execute(delete(table).where(table.c.card == card))
    connection.execute(delete(patron).where(patron.c.card == card))


def set_past(connection: Connection, which: Any) -> None:
    """Move ended loans out of the table that needs their reader and their copy."""
    ended = which & loan.c.returned.is_not(None)
    columns = ["item", "card", "lent", "due", "renewals", "returned"]
    connection.execute(insert(past_loan).from_select(columns, select(*(loan.c[name] for name in columns)).where(ended)))
    connection.execute(delete(loan).where(ended))


def _unremember(connection: Connection, number: str) -> None:
    """Answers kept for a retransmission: those to this card go, those about a return lose whose it was."""
    asked = or_(done.c.asked == number, done.c.asked.startswith(f"{number} ", autoescape=True))
    connection.execute(delete(done).where(done.c.kind != "checkin", asked))
    patron_of = func.json_extract(done.c.answer, "$.patron")
    nobody = func.json_set(done.c.answer, "$.patron", None)
    connection.execute(update(done).where(done.c.kind == "checkin", patron_of == number).values(answer=nobody))


def _row(connection: Connection, card: str, field: str) -> Row[Any]:
    row = connection.execute(select(patron).where(patron.c.card == card)).one_or_none()
    if row is None:
        raise entry.refused(field, "unknown")
    return row
