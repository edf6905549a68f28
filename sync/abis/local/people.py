"""Readers in the hands of the staff: found, shown, added, changed, registered for a year. One transaction holds each.

1. A number opens one reader: no card is anybody's twice, neither as a card nor as another card.
2. Who is blocked is told why, so a block has a reason.
3. Re-registering needs a day until which the card is valid, and that day is not past.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from kiosk.domain.ids import CardNumber
from kiosk.ports.office import MOST_FOUND, HoldLine, LoanLine, ReaderLine, ReaderPage
from sync.abis.local import entry, holds, readers, registrations
from sync.abis.local.database import folded
from sync.abis.local.lending import Desk
from sync.abis.local.reading import Values
from sync.abis.local.registrations import Registered
from sync.abis.local.schema import category, item, loan, other_card, patron, registration, title
from sync.abis.local.sheets import PATRONS

MOST_WORDS = 8
"""Words of a search: a name has no more."""
PAST_DAYS = ("birth", "agreed")
BESIDE = ("other_cards", "registered")
"""Fields that lie in tables of their own."""


# --- looking


def found(connection: Connection, words: str) -> tuple[ReaderLine, ...]:
    """By a card, whole; else by words of the name in any order."""
    number = words.strip()
    owner = select(other_card.c.card).where(other_card.c.number == number).scalar_subquery()
    exact = _lines(connection, _listed().where((patron.c.card == number) | (patron.c.card == owner)))
    return exact or _lines(connection, with_words(_listed(), patron.c.name, words).limit(MOST_FOUND))


def not_registered(connection: Connection, year: int) -> tuple[ReaderLine, ...]:
    done = select(registration.c.card).where(registration.c.year == year, registration.c.card.is_not(None))
    query = _listed().where(patron.c.card.not_in(done), patron.c.standing == "active")
    return _lines(connection, query)


def page(desk: Desk, card: str, zone: ZoneInfo) -> ReaderPage | None:
    connection = desk.connection
    lines = _lines(connection, _listed().where(patron.c.card == card))
    if not lines:
        return None
    row = connection.execute(
        select(patron, category.c.name.label("called")).join(category).where(patron.c.card == card)
    ).one()
    return ReaderPage(
        line=lines[0],
        texts=entry.shown(PATRONS, _values(connection, row)),
        category_name=row.called,
        loans=loans(desk, zone, card),
        holds=_holds(desk, card),
        owed=readers.debt_of(connection, CardNumber(card)),
        currency=desk.house.currency,
        has_pin=row.pin is not None,
        years=registrations.years(connection, card),
    )


def loans(desk: Desk, zone: ZoneInfo, card: str = "", *, late: bool = False) -> tuple[LoanLine, ...]:
    """Open loans, of one reader or of all, the longest overdue first."""
    query = (
        select(loan, title.c.title.label("called"), title.c.author, patron.c.name, patron.c.phone)
        .select_from(loan.join(item, item.c.item == loan.c.item).join(title).join(patron, patron.c.card == loan.c.card))
        .where(loan.c.returned.is_(None))
        .order_by(loan.c.due, loan.c.id)
    )
    if card:
        query = query.where(loan.c.card == card)
    if late:
        query = query.where(loan.c.due < desk.today)
    return tuple(_loan_line(desk, row, zone) for row in desk.connection.execute(query))


def _loan_line(desk: Desk, row: Row[Any], zone: ZoneInfo) -> LoanLine:
    return LoanLine(
        item=row.item,
        title=row.called,
        author=row.author,
        lent=datetime.fromisoformat(row.lent).astimezone(zone).date(),
        due=row.due,
        days_late=max(0, (desk.today - row.due).days),
        card=row.card,
        name=row.name,
        phone=row.phone or "",
    )


def _holds(desk: Desk, card: str) -> tuple[HoldLine, ...]:
    mine = holds.listed(desk.connection, CardNumber(card), desk.today)
    return tuple(HoldLine(each.title, each.item or "", each.shelf, each.until) for each in mine)


def _listed() -> Select[Any]:
    last = func.max(registration.c.day, type_=registration.c.day.type).label("last")
    return (
        select(patron, last)
        .outerjoin(registration, registration.c.card == patron.c.card)
        .group_by(patron.c.card)
        .order_by(patron.c.name, patron.c.card)
    )


def _lines(connection: Connection, query: Select[Any]) -> tuple[ReaderLine, ...]:
    return tuple(
        ReaderLine(
            card=row.card,
            name=row.name,
            birth=row.birth,
            category=row.category,
            standing=row.standing,
            expires=row.expires,
            last_registered=row.last,
            phone=row.phone or "",
        )
        for row in connection.execute(query)
    )


def with_words(query: Select[Any], column: Any, words: str) -> Select[Any]:
    for word in folded(words).split()[:MOST_WORDS]:
        query = query.where(func.folded(column).contains(word, autoescape=True))
    return query


def _values(connection: Connection, row: Row[Any]) -> Values:
    others = select(other_card.c.number).where(other_card.c.card == row.card).order_by(other_card.c.number)
    return {
        **row._mapping,
        "other_cards": tuple(connection.execute(others).scalars()),
        "registered": registrations.last_day(connection, row.card),
    }


# --- changing


def add(desk: Desk, texts: Mapping[str, str], zone: ZoneInfo, who: str) -> str:
    """Add a reader and register them for this year; return the card."""
    connection = desk.connection
    values = entry.read(connection, PATRONS, texts, zone)
    _check(desk, values, "")
    columns = {name: value for name, value in values.items() if name not in BESIDE}
    connection.execute(insert(patron).values(columns))
    _write_others(connection, values["card"], values["other_cards"])
    registrations.register(connection, [Registered(values["card"], values["birth"], desk.today)], who)
    return str(values["card"])


def change(desk: Desk, card: str, texts: Mapping[str, str], zone: ZoneInfo) -> tuple[str, tuple[str, ...]]:
    """Change the fields that are given; return the card, which may be a new one, and the fields that changed."""
    connection = desk.connection
    old = connection.execute(select(patron).where(patron.c.card == card)).one_or_none()
    if old is None:
        raise entry.refused("card", "unknown")
    was = _values(connection, old)
    given = [name for name in texts if name != "registered"]
    values = entry.read(connection, PATRONS, {name: texts[name] for name in given}, zone, _known(given))
    if values.get("pin", "") is None:
        del values["pin"]
    _check(desk, {**was, **values}, card)
    changed = tuple(name for name, value in values.items() if value != was[name])
    _write(connection, card, {name: values[name] for name in changed})
    return str(values.get("card", card)), changed


def _known(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in given if name in PATRONS.columns)


def _write(connection: Connection, card: str, values: Values) -> None:
    if "other_cards" in values:
        connection.execute(delete(other_card).where(other_card.c.card == card))
        _write_others(connection, card, values["other_cards"])
    columns = {name: value for name, value in values.items() if name not in (*BESIDE, "card")}
    if "pin" in columns:
        columns |= {"pin_failures": 0, "pin_locked_until": None}
    if columns:
        connection.execute(update(patron).where(patron.c.card == card).values(columns))
    if "card" in values:
        _renumber(connection, card, values["card"])


def _renumber(connection: Connection, old: str, new: str) -> None:
    """The reader has a new card; the old number opens nothing any more."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    connection.execute(update(patron).where(patron.c.card == old).values(card=new))
    hand_over(connection, old, new)


def hand_over(connection: Connection, old: str, new: str) -> None:
    """Let everything that hangs on one card hang on another, requests and registrations of the same year aside."""
    for child in patron.metadata.tables.values():
        if child is not registration and child is not patron and "card" in child.c:
            connection.execute(update(child).where(child.c.card == old).values(card=new))
    registrations.hand_over(connection, old, new)


def _check(desk: Desk, values: Values, own: str) -> None:
    """What a single field cannot tell. `own`: the reader's card so far, empty for a new one."""
    entry.no_later(values, PAST_DAYS, desk.today)
    if values["card"] != own and _is_taken(desk.connection, values["card"], own):
        raise entry.refused("card", "taken")
    for number in values["other_cards"]:
        if number == values["card"] or _is_taken(desk.connection, number, own):
            raise entry.refused("other_cards", "taken")
    if values["standing"] == "blocked" and not values["note"]:
        raise entry.refused("note", "reason")


def _is_taken(connection: Connection, number: str, own: str) -> bool:
    cards = select(patron.c.card).where(patron.c.card == number, patron.c.card != own)
    others = select(other_card.c.card).where(other_card.c.number == number, other_card.c.card != own)
    return connection.execute(cards.union_all(others)).first() is not None


def _write_others(connection: Connection, card: str, numbers: Iterable[str]) -> None:
    for number in numbers:
        connection.execute(insert(other_card).values(number=number, card=card))


def register_again(
    desk: Desk, card: str, texts: Mapping[str, str], zone: ZoneInfo, who: str
) -> tuple[str, tuple[str, ...]]:
    """Confirm the reader's data, with these changes, and count them for this year."""
    if not texts.get("expires", "").strip():
        raise entry.refused("expires", "missing")
    now, changed = change(desk, card, texts, zone)
    row = desk.connection.execute(select(patron.c.birth, patron.c.expires).where(patron.c.card == now)).one()
    if row.expires < desk.today:
        raise entry.refused("expires", "expires_before")
    registrations.register(desk.connection, [Registered(now, row.birth, desk.today)], who)
    return now, changed
