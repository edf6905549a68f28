"""Holds: readers queue for a title; a copy that comes back is set aside for the first of them.

1. The queue is served in the order in which it was joined.
2. A copy set aside has a place on the hold shelf and a last day. After that day it is the next reader's, or free.
3. Who takes another copy of the title has what was asked for: the request ends, its copy goes to the next reader.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, or_, select, update

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.patrons import Hold, HoldState
from sync.abis.local.copies import Shelved
from sync.abis.local.readers import Reader
from sync.abis.local.schema import hold, moment, title


@dataclass(frozen=True, slots=True)
class Caught:
    """A copy set aside: for whom, where, until when."""

    card: CardNumber
    place: str
    until: date


def catch(connection: Connection, number: ItemId, title_code: str, today: date, days: int) -> Caught | None:
    """Set the copy aside for the first reader of the queue; None: nobody waits."""
    first = connection.execute(
        select(hold.c.id, hold.c.card)
        .where(hold.c.title == title_code, hold.c.item.is_(None))
        .order_by(hold.c.placed, hold.c.id)
        .limit(1)
    ).one_or_none()
    if first is None:
        return None
    taken = connection.execute(select(hold.c.place).where(hold.c.item.is_not(None))).scalars()
    caught = Caught(CardNumber(first.card), _free_place(taken), today + timedelta(days=days))
    connection.execute(
        update(hold).where(hold.c.id == first.id).values(item=number, place=caught.place, until=caught.until)
    )
    return caught


def expire(connection: Connection, title_code: str, today: date, days: int) -> None:
    """End the ready holds of this title that nobody came for, and hand their copies on."""
    late = connection.execute(select(hold.c.id, hold.c.item).where(hold.c.title == title_code, hold.c.until < today))
    for row in late.all():
        _end(connection, row.id, row.item, title_code, today, days)


def fulfil(connection: Connection, card: CardNumber, lent: Shelved, today: date, days: int) -> None:
    """End the reader's request for this title, which is met now; a copy set aside elsewhere goes to the next reader."""
    row = _mine(connection, card, lent.title_code)
    if row is not None:
        aside = None if row.item == lent.item else row.item
        _end(connection, row.id, aside, lent.title_code, today, days)


def join(connection: Connection, reader: Reader, wanted: Shelved, at: datetime) -> Hold:
    connection.execute(hold.insert().values(card=reader.card, title=wanted.title_code, placed=moment(at)))
    return Hold(wanted.title, wanted.author, state=HoldState.WAITING, queue=wanted.copy.queue)


def leave(connection: Connection, card: CardNumber, wanted: Shelved, today: date, days: int) -> Hold | None:
    """Take the reader out of the queue and return the request as it was; None: there was none."""
    row = _mine(connection, card, wanted.title_code)
    if row is None:
        return None
    was = _as_hold(connection, row)
    _end(connection, row.id, row.item, wanted.title_code, today, days)
    return was


def drop(connection: Connection, card: str, title_code: str, today: date, days: int) -> None:
    """End the reader's request for this title, if there is one; a copy set aside goes to the next reader."""
    row = _mine(connection, CardNumber(card), title_code)
    if row is not None:
        _end(connection, row.id, row.item, title_code, today, days)


def back_to_queue(connection: Connection, number: str) -> None:
    """The copy set aside is not to be had any more: its reader waits again, where they stood."""
    connection.execute(update(hold).where(hold.c.item == number).values(item=None, place="", until=None))


def has(connection: Connection, card: CardNumber, title_code: str) -> bool:
    return _mine(connection, card, title_code) is not None


def counted(connection: Connection, card: CardNumber) -> int:
    return connection.execute(select(func.count()).where(hold.c.card == card)).scalar_one()


def listed(connection: Connection, card: CardNumber, today: date) -> tuple[Hold, ...]:
    """The reader's requests, ready ones first. One whose last day is past is not theirs any more."""
    rows = connection.execute(
        _with_title()
        .where(hold.c.card == card, or_(hold.c.until.is_(None), hold.c.until >= today))
        .order_by(hold.c.item.is_(None), hold.c.until, hold.c.placed, hold.c.id)
    )
    return tuple(_as_hold(connection, row) for row in rows.all())


def _mine(connection: Connection, card: CardNumber, title_code: str) -> Row[Any] | None:
    mine = _with_title().where(hold.c.card == card, hold.c.title == title_code)
    return connection.execute(mine).one_or_none()


def _with_title() -> Select[Any]:
    return select(hold, title.c.title.label("name"), title.c.author).join(title, title.c.code == hold.c.title)


def _as_hold(connection: Connection, row: Row[Any]) -> Hold:
    if row.item is None:
        return Hold(row.name, row.author, queue=_before(connection, row.title, row.placed, row.id))
    return Hold(row.name, row.author, ItemId(row.item), HoldState.READY, row.place, row.until)


def _end(connection: Connection, hold_id: int, copy: str | None, title_code: str, today: date, days: int) -> None:
    connection.execute(delete(hold).where(hold.c.id == hold_id))
    if copy is not None:
        catch(connection, ItemId(copy), title_code, today, days)


def _before(connection: Connection, title_code: str, placed: str, hold_id: int) -> int:
    """How many readers of this queue are served before this one."""
    earlier = (hold.c.placed < placed) | ((hold.c.placed == placed) & (hold.c.id < hold_id))
    query = select(func.count()).where(hold.c.title == title_code, hold.c.item.is_(None), earlier)
    return connection.execute(query).scalar_one()


def _free_place(taken: Iterable[str]) -> str:
    """The lowest number on the hold shelf that nothing stands on."""
    occupied = set(taken)
    return next(str(place) for place in count(1) if str(place) not in occupied)
