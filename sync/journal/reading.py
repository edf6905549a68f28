"""What is worked out from the rows. Every function takes the journal's connection, in the journal's thread."""

from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from kiosk.domain.ids import CardNumber, ItemId, TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.records import Kind
from sync.journal import schema
from sync.journal.chain import FIELDS, RawRow
from sync.journal.delivery import Delivery, Sent, State
from sync.journal.faults import TROUBLE
from sync.journal.payload import row, wall_time
from sync.journal.schema import journal, outbox, persons
from sync.journal.values import Row, SecurityChange, Waiting

COLUMNS = [journal.c[name] for name in (*FIELDS, "hash")]


def select_rows(connection: Connection, query: Select[Any]) -> tuple[Row, ...]:
    """Return what a query of COLUMNS finds."""
    return tuple(row(found) for found in connection.execute(query))


def rows(connection: Connection, after: int, limit: int) -> tuple[Row, ...]:
    """Return rows with seq > `after`, in order."""
    return select_rows(connection, select(*COLUMNS).where(journal.c.seq > after).order_by(journal.c.seq).limit(limit))


def raw_rows(connection: Connection, after: int, limit: int) -> tuple[list[RawRow], str]:
    """Return rows as their bytes lie on disk, and why reading stopped early (empty: it did not)."""
    fields = ", ".join(name if name == "prev_hash" else f"CAST({name} AS BLOB)" for name in FIELDS)
    types = " || ',' || ".join(f"typeof({name})" for name in (*FIELDS, "hash"))
    columns = f"{fields}, CAST({types} AS BLOB), CAST(hash AS BLOB)"
    query = f"SELECT {columns} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608  (names of ours alone)
    found: list[RawRow] = []
    try:
        for each in connection.exec_driver_sql(query, (after, limit)):
            found.append((tuple(each[:-2]), each[-2].decode(), each[-1]))
    except TROUBLE as error:
        return found, f"row {after + len(found) + 1} cannot be read ({error})"
    return found, ""


def person_of(connection: Connection, card: CardNumber) -> str | None:
    return connection.execute(select(persons.c.ref).where(persons.c.card == card)).scalar()


def card_of(connection: Connection, person: str | None) -> CardNumber | None:
    if person is None:
        return None
    card = connection.execute(select(persons.c.card).where(persons.c.ref == person)).scalar()
    return None if card is None else CardNumber(card)


def holder(connection: Connection, item: ItemId) -> str | None:
    """Return whom this station last lent an item to, None if it was returned here since or never lent here."""
    last = connection.execute(
        select(journal.c.person_ref, journal.c.kind)
        .where(text("json_extract(payload, '$.item') = :item"), text(schema.STANDS))
        .order_by(journal.c.seq.desc())
        .limit(1),
        {"item": item},
    ).first()
    return last.person_ref if last and last.kind in (Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE) else None


def last_security(connection: Connection, tag: TagUid) -> SecurityChange | None:
    """Return the last time this station wrote a tag's security bit, None if it never did."""
    query = (
        select(*COLUMNS)
        .where(text("json_extract(payload, '$.tag') = :tag"), text(schema.TAG_WRITTEN))
        .order_by(journal.c.seq.desc())
        .limit(1)
    )
    found = connection.execute(query, {"tag": tag}).first()
    if found is None:
        return None
    last = row(found)
    security = Security.DISARMED if last.kind == Kind.TAG_DISARMED else Security.ARMED
    return SecurityChange(tag, security, last.seq, last.txn, last.item, last.stamp.wall)


def waiting(connection: Connection) -> Waiting:
    """Count what the ABIS has not yet confirmed."""
    query = select(outbox.c.state, func.count()).where(text(schema.UNSETTLED)).group_by(outbox.c.state)
    counts = {state: int(number) for state, number in connection.execute(query)}
    return Waiting(sum(counts.values()), counts.get(State.REVIEW, 0))


def deliveries(connection: Connection, after: int, limit: int) -> tuple[Delivery, ...]:
    """Return open rows of the outbox with seq > `after`, in order."""
    query = (
        select(outbox, journal.c.kind, journal.c.wall_utc, persons.c.card)
        .join_from(outbox, journal, outbox.c.seq == journal.c.seq)
        .join(persons, persons.c.ref == outbox.c.person_ref, isouter=True)
        .where(outbox.c.seq > after, text("outbox." + schema.UNSETTLED))
        .order_by(outbox.c.seq)
        .limit(limit)
    )
    return tuple(
        Delivery(
            seq=each.seq,
            txn=TxnId(each.txn_id),
            kind=Kind(each.kind),
            state=State(each.state),
            item=ItemId(each.item),
            at=wall_time(each.wall_utc),
            card=None if each.card is None else CardNumber(each.card),
            lane=each.lane_ref,
            tries=each.tries,
            reason=each.reason,
            sent=None if each.sent_boot is None else Sent(each.sent_boot, each.sent_ns),
        )
        for each in connection.execute(query)
    )
