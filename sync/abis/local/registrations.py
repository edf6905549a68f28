"""Each reader is counted once in a calendar year: registered new, or re-registered. What a state form asks is kept
apart from the reader, so that forgetting one changes no number.

Age groups are those of form 6-НК: children to 14, youth from 15 to 30, both inclusive, on the day of registration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select, union_all, update
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.patrons import age_on
from kiosk.ports.office import Figures
from sync.abis.local.schema import loan, past_loan, registration

CHILD_TO, YOUTH_TO = 14, 30


def age_group(birth: date | None, day: date) -> str:
    """Return `child`, `youth`, `older`, or `unknown`.

    >>> age_group(date(2010, 1, 1), date(2025, 1, 1)), age_group(date(2010, 1, 2), date(2025, 1, 1))
    ('youth', 'child')
    """
    if birth is None:
        return "unknown"
    age = age_on(birth, day)
    return "child" if age <= CHILD_TO else "youth" if age <= YOUTH_TO else "older"


@dataclass(frozen=True, slots=True)
class Registered:
    """A reader was (re-)registered on `day`; `birth` None: not known."""

    card: str
    birth: date | None
    day: date


def register(connection: Connection, readers: Iterable[Registered], who: str) -> None:
    """Count each reader for the year of their day. A second time in a year brings the first up to date."""
    rows = [
        {"card": each.card, "year": each.day.year, "day": each.day, "age_group": age_group(each.birth, each.day)}
        for each in readers
    ]
    if rows:
        statement = insert(registration)
        changed = {name: statement.excluded[name] for name in ("day", "age_group", "who")}
        upsert = statement.on_conflict_do_update(index_elements=["card", "year"], set_=changed)
        connection.execute(upsert, [row | {"who": who} for row in rows])


def last_days(connection: Connection) -> Mapping[str, date]:
    """The last registration of every reader who has one."""
    rows = connection.execute(
        select(registration.c.card, func.max(registration.c.day, type_=registration.c.day.type).label("last"))
        .where(registration.c.card.is_not(None))
        .group_by(registration.c.card)
    )
    return {row.card: row.last for row in rows}


def last_day(connection: Connection, card: str) -> date | None:
    mine = select(registration.c.day).where(registration.c.card == card).order_by(registration.c.day.desc()).limit(1)
    return connection.execute(mine).scalar_one_or_none()


def years(connection: Connection, card: str) -> tuple[int, ...]:
    mine = select(registration.c.year).where(registration.c.card == card).order_by(registration.c.year.desc())
    return tuple(connection.execute(mine).scalars())


def hand_over(connection: Connection, other: str, keep: str) -> None:
    """Two cards were one reader: a year in which both were counted counts once."""
    both = set(years(connection, keep))
    for year in years(connection, other):
        mine = (registration.c.card == other) & (registration.c.year == year)
        if year in both:
            connection.execute(registration.delete().where(mine))
        else:
            connection.execute(update(registration).where(mine).values(card=keep))


def forget(connection: Connection, card: str) -> None:
    connection.execute(update(registration).where(registration.c.card == card).values(card=None))


def figures(connection: Connection, year: int) -> Figures:
    rows = connection.execute(
        select(registration.c.age_group, func.count().label("readers"))
        .where(registration.c.year == year)
        .group_by(registration.c.age_group)
    )
    groups: dict[str, int] = {row.age_group: row.readers for row in rows}
    made = union_all(select(loan.c.lent), select(past_loan.c.lent)).subquery()
    loans = connection.execute(select(func.count()).where(made.c.lent.like(f"{year}-%"))).scalar_one()
    return Figures(
        year=year,
        readers=sum(groups.values()),
        children=groups.get("child", 0),
        youth=groups.get("youth", 0),
        older=groups.get("older", 0),
        age_unknown=groups.get("unknown", 0),
        loans=loans,
    )
