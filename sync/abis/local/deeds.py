"""What the staff did, by whom and when, written in the transaction that did it: names of fields, not what they hold."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from kiosk.ports.office import Deed
from sync.abis.local.schema import deed, moment

MOST = 200
"""Deeds listed at once; all are kept."""


def note(connection: Connection, at: datetime, who: str, what: str, about: str = "", said: Iterable[str] = ()) -> None:
    row = {"at": moment(at), "who": who, "what": what, "about": about, "said": ", ".join(said)}
    connection.execute(insert(deed).values(row))


def listed(connection: Connection, about: str) -> tuple[Deed, ...]:
    """The last first; of one reader or copy where `about` names it."""
    query = select(deed).order_by(deed.c.id.desc()).limit(MOST)
    if about:
        query = query.where(deed.c.about == about)
    return tuple(
        Deed(datetime.fromisoformat(row.at), row.who, row.what, row.about, row.said)
        for row in connection.execute(query)
    )


def forget(connection: Connection, card: str) -> None:
    """That something was done stays, for whom does not."""
    connection.execute(update(deed).where(deed.c.about == card).values(about="", said=""))


def hand_over(connection: Connection, other: str, keep: str) -> None:
    connection.execute(update(deed).where(deed.c.about == other).values(about=keep))
