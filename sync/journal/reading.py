"""What is worked out from the rows. Every function takes the journal's connection, in the journal's thread."""

import sqlite3

from kiosk.domain.ids import CardNumber, ItemId, TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.records import Kind
from sync.journal import schema
from sync.journal.chain import FIELDS, RawRow
from sync.journal.connection import value
from sync.journal.delivery import Delivery, Sent, State
from sync.journal.payload import quality_of, row, wall_time
from sync.journal.stamps import Stamp
from sync.journal.values import Row, SecurityChange, Waiting

COLUMNS = ", ".join((*FIELDS, "hash"))  # as `payload.row` takes them
ROWS = f"SELECT {COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
RAW_ROWS = f"""
    SELECT {", ".join(f"CAST({name} AS BLOB)" for name in FIELDS)},
        {" || ',' || ".join(f"typeof({name})" for name in (*FIELDS, "hash"))},
        CAST(hash AS BLOB)
    FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"""
LAST_SEQ = "SELECT max(seq) FROM journal"
REF_OF_CARD = "SELECT ref FROM persons WHERE card = ?"
CARD_OF_REF = "SELECT card FROM persons WHERE ref = ?"
LAST_OF_ITEM = f"""
    SELECT person_ref, kind FROM journal WHERE {schema.ITEM} = ? AND {schema.STANDS} ORDER BY seq DESC LIMIT 1"""
LAST_OF_TAG = f"""
    SELECT {COLUMNS} FROM journal WHERE {schema.TAG} = ? AND {schema.TAG_WRITTEN} ORDER BY seq DESC LIMIT 1"""
UNSETTLED = f"SELECT state, count(*) FROM outbox WHERE {schema.UNSETTLED} GROUP BY state"
DELIVERIES = f"""
    SELECT o.seq, o.txn_id, j.kind, o.state, o.item, j.wall_utc, p.card, o.lane_ref, o.tries, o.reason, o.sent_boot,
        o.sent_ns, j.boot_id, j.boottime_ns, j.clock_quality
    FROM outbox o JOIN journal j USING (seq) LEFT JOIN persons p ON p.ref = o.person_ref
    WHERE o.seq > ? AND o.{schema.UNSETTLED} ORDER BY o.seq LIMIT ?"""
# Its tag was opened since, and no loan recorded here says why.
OPENED = f"""
    SELECT kind = 'tag_disarmed' FROM journal WHERE {schema.ITEM} = ? AND seq > ?
        AND (kind = 'tag_disarmed' OR {schema.STANDS}) ORDER BY seq LIMIT 1"""
OVERTAKEN = f"""
    SELECT 1 FROM journal j WHERE {schema.ITEM} = ? AND {schema.STANDS} AND seq > ?
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.seq = j.seq AND o.{schema.UNSETTLED}) LIMIT 1"""


def select_rows(connection: sqlite3.Connection, statement: str, *parameters: object) -> tuple[Row, ...]:
    """Return what a question for COLUMNS finds."""
    return tuple(map(row, connection.execute(statement, parameters).fetchall()))


def rows(connection: sqlite3.Connection, after: int, limit: int) -> tuple[Row, ...]:
    """Return rows with seq > `after`, in order."""
    return select_rows(connection, ROWS, after, limit)


def raw_rows(connection: sqlite3.Connection, after: int, limit: int) -> tuple[list[RawRow], str]:
    """Return rows as their bytes lie on disk, and why reading stopped early (empty: it did not)."""
    found: list[RawRow] = []
    try:
        for *fields, types, own in connection.execute(RAW_ROWS, (after, limit)):
            found.append((fields, types, own))
    except sqlite3.Error as error:
        return found, f"row {after + len(found) + 1} cannot be read ({error})"
    return found, ""


def person_of(connection: sqlite3.Connection, card: CardNumber) -> str | None:
    ref: str | None = value(connection, REF_OF_CARD, card)
    return ref


def card_of(connection: sqlite3.Connection, person: str | None) -> CardNumber | None:
    card: str | None = value(connection, CARD_OF_REF, person)
    return None if card is None else CardNumber(card)


def holder(connection: sqlite3.Connection, item: ItemId) -> str | None:
    """Return whom this station last lent an item to, None if it was returned here since or never lent here."""
    last = connection.execute(LAST_OF_ITEM, (item,)).fetchone()
    return last["person_ref"] if last and last["kind"] in (Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE) else None


def last_seq(connection: sqlite3.Connection) -> int:
    last: int | None = value(connection, LAST_SEQ)
    return last or 0


def last_security(connection: sqlite3.Connection, tag: TagUid) -> SecurityChange | None:
    """Return the last time this station wrote a tag's security bit, None if it never did."""
    for last in select_rows(connection, LAST_OF_TAG, tag):
        security = Security.DISARMED if last.kind == Kind.TAG_DISARMED else Security.ARMED
        return SecurityChange(tag, security, last.seq, last.txn, last.item, last.stamp.wall)
    return None


def waiting(connection: sqlite3.Connection) -> Waiting:
    """Count what the ABIS has not yet confirmed."""
    counts: dict[str, int] = dict(connection.execute(UNSETTLED).fetchall())
    return Waiting(sum(counts.values()), counts.get(State.REVIEW, 0))


def deliveries(connection: sqlite3.Connection, after: int, limit: int) -> tuple[Delivery, ...]:
    """Return open rows of the outbox with seq > `after`, in order."""
    return tuple(map(_delivery, connection.execute(DELIVERIES, (after, limit)).fetchall()))


def _delivery(found: sqlite3.Row) -> Delivery:
    return Delivery(
        seq=found["seq"],
        txn=TxnId(found["txn_id"]),
        kind=Kind(found["kind"]),
        state=State(found["state"]),
        item=ItemId(found["item"]),
        at=wall_time(found["wall_utc"]),
        card=None if found["card"] is None else CardNumber(found["card"]),
        lane=found["lane_ref"],
        tries=found["tries"],
        reason=found["reason"],
        sent=None if found["sent_boot"] is None else Sent(found["sent_boot"], found["sent_ns"]),
        stamp=Stamp(
            found["boot_id"], found["boottime_ns"], wall_time(found["wall_utc"]), quality_of(found["clock_quality"])
        ),
    )


def overtaken(connection: sqlite3.Connection, row: Delivery) -> bool:
    """As `StationJournal.overtaken` says."""
    if value(connection, OVERTAKEN, row.item, row.seq) is not None:
        return True
    return row.kind is Kind.RETURNED_OFFLINE and bool(value(connection, OPENED, row.item, row.seq))
