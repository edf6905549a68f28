"""Readers in the tables: finding them, what they owe, how often a PIN was wrong."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.mail import Address, address
from kiosk.domain.patrons import Patron
from sync.abis.local.rules import Borrower, CardStanding
from sync.abis.local.schema import category, fee, loan, message, moment, other_card, patron


@dataclass(frozen=True, slots=True)
class Reader:
    """A row of `patron` with its category, as the other modules need it."""

    borrower: Borrower
    name: str
    first_name: str
    category: str
    hold_limit: int
    pin: str | None
    pin_failures: int
    pin_locked_until: datetime | None
    mail: Address | None = None

    @property
    def card(self) -> CardNumber:
        return self.borrower.card


def find(connection: Connection, number: CardNumber) -> Reader | None:
    """The reader with this card, or with this number of another card of theirs."""
    owner = select(other_card.c.card).where(other_card.c.number == number).scalar_subquery()
    row = connection.execute(
        select(patron, category.c.item_limit, category.c.hold_limit, category.c.debt_limit)
        .join(category, category.c.code == patron.c.category)
        .where(or_(patron.c.card == number, patron.c.card == owner))
        .order_by(patron.c.card != number)
        .limit(1)
    ).one_or_none()
    return _reader(connection, row) if row else None


def _reader(connection: Connection, row: Row[Any]) -> Reader:
    card = CardNumber(row.card)
    borrower = Borrower(
        card=card,
        birth=row.birth,
        standing=CardStanding(row.standing),
        expires=row.expires,
        loans=len(loans_of(connection, card)),
        limit=row.item_limit,
        debt=debt_of(connection, card),
        debt_limit=row.debt_limit,
    )
    locked = datetime.fromisoformat(row.pin_locked_until) if row.pin_locked_until else None
    return Reader(
        borrower, row.name, row.first_name, row.category, row.hold_limit, row.pin, row.pin_failures, locked,
        address(row.email or ""),
    )  # fmt: skip


def as_patron(connection: Connection, reader: Reader) -> Patron:
    loans = loans_of(connection, reader.card)
    return Patron(
        card=reader.card,
        name=reader.name,
        first_name=reader.first_name,
        birth=reader.borrower.birth,
        loans=loans,
        loan_count=len(loans),
        limit=reader.borrower.limit,
        mail=reader.mail,
    )


def loans_of(connection: Connection, card: CardNumber) -> frozenset[ItemId]:
    rows = connection.execute(select(loan.c.item).where(loan.c.card == card, loan.c.returned.is_(None)))
    return frozenset(ItemId(item) for item in rows.scalars())


def debt_of(connection: Connection, card: CardNumber) -> int:
    """What is owed, in minor units."""
    owed = select(func.coalesce(func.sum(fee.c.amount - fee.c.paid), 0)).where(fee.c.card == card)
    return int(connection.execute(owed).scalar_one())


def messages_for(connection: Connection, card: CardNumber) -> tuple[str, ...]:
    rows = connection.execute(select(message.c.text).where(message.c.card == card).order_by(message.c.id))
    return tuple(rows.scalars())


def charge(connection: Connection, card: CardNumber, item: ItemId, minor: int, day: date) -> None:
    connection.execute(fee.insert().values(card=card, item=item, amount=minor, day=day, why="loan"))


def settle(connection: Connection, card: CardNumber, minor: int) -> None:
    """Write a payment against the oldest fees; the caller made sure that so much is owed."""
    mine = select(fee.c.id, fee.c.amount, fee.c.paid).where(fee.c.card == card, fee.c.paid < fee.c.amount)
    open_fees = connection.execute(mine.order_by(fee.c.id)).all()
    for row in open_fees:
        part = min(minor, row.amount - row.paid)
        connection.execute(update(fee).where(fee.c.id == row.id).values(paid=row.paid + part))
        minor -= part


def note_wrong_pin(connection: Connection, card: CardNumber, attempts: int, locked_until: datetime) -> bool:
    """Count a wrong try; at the last one lock the PIN, start counting anew and return True."""
    mine = patron.c.card == card
    failures = int(connection.execute(select(patron.c.pin_failures).where(mine)).scalar_one()) + 1
    locked = failures >= attempts
    until = moment(locked_until) if locked else None
    connection.execute(
        update(patron).where(mine).values(pin_failures=0 if locked else failures, pin_locked_until=until)
    )
    return locked


def clear_wrong_pins(connection: Connection, card: CardNumber) -> None:
    connection.execute(update(patron).where(patron.c.card == card).values(pin_failures=0, pin_locked_until=None))


def block(connection: Connection, card: CardNumber, why: str) -> None:
    connection.execute(update(patron).where(patron.c.card == card).values(standing="blocked", note=why))
