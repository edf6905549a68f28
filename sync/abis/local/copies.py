"""Copies in the tables: what the rules need to know of one, and what a desk is told of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo, Standing
from sync.abis.local.rules import Copy, CopyState, Terms
from sync.abis.local.schema import branch, hold, item, loan, rule, title


@dataclass(frozen=True, slots=True)
class Shelved:
    """A copy with its title, its loan and its ready hold."""

    item: ItemId
    title_code: str
    title: str
    author: str
    type: str
    shelf: str
    here: bool
    copy: Copy
    place: str = ""
    until: date | None = None
    loan_id: int | None = None


def find(connection: Connection, number: ItemId, today: date, reader: CardNumber | None = None) -> Shelved | None:
    """The copy with this barcode; the queue is counted without `reader`. A ready hold ends after its last day."""
    row = connection.execute(_query(today).where(item.c.item == number)).one_or_none()
    if row is None:
        return None
    queue, waiting = _queue(connection, row.title, today, reader)
    copy = Copy(
        age_mark=row.age_mark,
        state=CopyState(row.state),
        lent_here=row.lent_here,
        home=row.home,
        lender=row.lender,
        due=row.due,
        renewals=row.renewals or 0,
        held_for=row.held_for,
        queue=queue,
        unmet=max(0, waiting - _free_copies(connection, row.title, today)) if waiting else 0,
    )
    return _shelved(row, copy)


def _query(today: date) -> Select[Any]:
    return (
        select(item, title.c.title.label("name"), title.c.author, title.c.age_mark)
        .add_columns(branch.c.name.label("home"), branch.c.here, branch.c.lent.label("lent_here"))
        .add_columns(loan.c.id.label("loan_id"), loan.c.card.label("lender"), loan.c.due, loan.c.renewals)
        .add_columns(hold.c.card.label("held_for"), hold.c.place, hold.c.until)
        .join(title, title.c.code == item.c.title)
        .join(branch, branch.c.code == item.c.branch)
        .outerjoin(loan, and_(loan.c.item == item.c.item, loan.c.returned.is_(None)))
        .outerjoin(hold, and_(hold.c.item == item.c.item, hold.c.until >= today))
    )


def _shelved(row: Row[Any], copy: Copy) -> Shelved:
    return Shelved(
        item=ItemId(row.item),
        title_code=row.title,
        title=row.name,
        author=row.author,
        type=row.type,
        shelf=row.shelf,
        here=row.here,
        copy=copy,
        place=row.place or "",
        until=row.until,
        loan_id=row.loan_id,
    )


def terms_for(connection: Connection, category: str, type_code: str) -> Terms | None:
    row = connection.execute(select(rule).where(rule.c.category == category, rule.c.type == type_code)).one_or_none()
    return Terms(row.days, row.renewals, row.renewal_days, row.fee) if row else None


def info(connection: Connection, shelved: Shelved) -> ItemInfo:
    """What a desk may know before it knows the reader; the fee is the highest any category pays."""
    highest = connection.execute(select(func.max(rule.c.fee)).where(rule.c.type == shelved.type)).scalar_one_or_none()
    return ItemInfo(
        item=shelved.item,
        title=shelved.title,
        author=shelved.author,
        standing=standing(shelved.copy),
        age_mark=shelved.copy.age_mark or 0,
        due=shelved.copy.due,
        fee_minor=highest or None,
    )


def standing(copy: Copy) -> Standing:
    if copy.lender is not None:
        return Standing.ON_LOAN
    if copy.held_for is not None:
        return Standing.ON_HOLD_SHELF
    return {
        CopyState.NORMAL: Standing.AVAILABLE,
        CopyState.REFERENCE: Standing.REFERENCE_ONLY,
        CopyState.LOST: Standing.LOST,
        CopyState.TRANSIT: Standing.IN_TRANSIT,
    }[copy.state]


def _queue(connection: Connection, title_code: str, today: date, reader: CardNumber | None) -> tuple[int, int]:
    """Readers who asked for the title, and how many of them have no copy on the hold shelf yet."""
    live = or_(hold.c.item.is_(None), hold.c.until >= today)
    query = select(func.count(), func.count() - func.count(hold.c.item)).where(hold.c.title == title_code, live)
    if reader is not None:
        query = query.where(hold.c.card != reader)
    row = connection.execute(query).one()
    return row[0], row[1]


def _free_copies(connection: Connection, title_code: str, today: date) -> int:
    lent = select(loan.c.item).where(loan.c.returned.is_(None))
    held = select(hold.c.item).where(hold.c.item.is_not(None), hold.c.until >= today)
    query = (
        select(func.count())
        .select_from(item.join(branch))
        .where(item.c.title == title_code, item.c.state == "normal", branch.c.lent)
        .where(item.c.item.not_in(lent), item.c.item.not_in(held))
    )
    return connection.execute(query).scalar_one()
