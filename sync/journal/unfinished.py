"""What was begun and has no end: no answer, a tag not written, a receipt not printed.

Where a transaction stands is told by the last of its rows that is decisive; receipts are told by the session.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select, text

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Kind
from sync.journal import schema
from sync.journal.reading import COLUMNS, card_of, person_of, select_rows
from sync.journal.recovery import DECISIVE, ENDS, STANDS, UNANSWERED
from sync.journal.schema import journal, outbox
from sync.journal.values import OpenTransaction, OwedReceipt, Row

RECENT = 200  # loans and renewals of a reader that are looked at for an owed receipt

_ENDS_OF_E = schema.SESSION_ENDS.replace("kind", "e.kind")
_OWES = text(
    f"""NOT EXISTS (SELECT 1 FROM journal e WHERE e.session_id = journal.session_id
            AND e.kind = 'receipt_printed' AND {_ENDS_OF_E})
        AND (NOT EXISTS (SELECT 1 FROM journal e WHERE e.session_id = journal.session_id
                AND e.kind = 'session_ended' AND {_ENDS_OF_E})
            OR EXISTS (SELECT 1 FROM journal e WHERE e.session_id = journal.session_id
                AND e.kind = 'receipt_failed' AND {_ENDS_OF_E}))"""  # noqa: S608  (constants alone)
)


def open_transactions(connection: Connection) -> tuple[OpenTransaction, ...]:
    """Return what has no end: no answer, a tag not yet written, a receipt not yet offered. In order of beginning."""
    undecided = [txn for txn, kind in _last_decisive(connection) if kind not in ENDS]
    unreceipted = connection.execute(
        select(journal.c.txn_id).distinct().where(journal.c.txn_id.is_not(None), text(schema.OWED), _OWES)
    ).scalars()
    found = (_open_transaction(connection, txn) for txn in {*undecided, *map(TxnId, unreceipted)})
    return tuple(sorted(found, key=lambda each: each.rows[0].seq))


def _last_decisive(connection: Connection) -> list[tuple[TxnId, str]]:
    """Return each transaction with the last kind that tells where it stands.

    SQLite takes a bare column beside max() from the row that holds the maximum.
    """
    query = (
        select(journal.c.txn_id, journal.c.kind, func.max(journal.c.seq))
        .where(journal.c.txn_id.is_not(None), journal.c.kind.in_([str(kind) for kind in DECISIVE]))
        .group_by(journal.c.txn_id)
    )
    return [(TxnId(txn), kind) for txn, kind, _ in connection.execute(query)]


def _of_transaction(connection: Connection, txn: TxnId) -> tuple[Row, ...]:
    return select_rows(connection, select(*COLUMNS).where(journal.c.txn_id == txn).order_by(journal.c.seq))


def _open_transaction(connection: Connection, txn: TxnId) -> OpenTransaction:
    own = _of_transaction(connection, txn)
    session = next((each.session for each in own if each.session), None)
    item = next((each.item for each in own if each.item), None)
    person = next((each.person for each in own if each.person), None)
    ends = _session_ends(connection, session)
    return OpenTransaction(
        txn=txn,
        session=session,
        item=item,
        card=card_of(connection, person),
        rows=own,
        session_ended=Kind.SESSION_ENDED in ends,
        moot=_is_moot(connection, txn, item, _stood_from(own)),
        receipt_owed=_owes(ends),
    )


def _stood_from(own: tuple[Row, ...]) -> int:
    return max((each.seq for each in own if each.kind in STANDS), default=own[0].seq)


def _session_ends(connection: Connection, session: SessionId | None) -> set[str]:
    if session is None:
        return set()
    query = select(journal.c.kind).where(journal.c.session_id == session, text(schema.SESSION_ENDS))
    return set(connection.execute(query).scalars())


def _owes(ends: Iterable[str]) -> bool:
    """As `_OWES` says it in SQL."""
    return Kind.RECEIPT_PRINTED not in ends and (Kind.SESSION_ENDED not in ends or Kind.RECEIPT_FAILED in ends)


def _is_moot(connection: Connection, txn: TxnId, item: ItemId | None, after: int) -> bool:
    if item is None:
        return False
    later = select(journal.c.seq).where(
        text("json_extract(payload, '$.item') = :item"),
        text(schema.STANDS),
        journal.c.seq > after,
        journal.c.txn_id.is_distinct_from(txn),
    )
    return connection.execute(later.limit(1), {"item": item}).first() is not None


def receipts_owed(connection: Connection, card: CardNumber) -> tuple[OwedReceipt, ...]:
    """Return the sessions of a reader that still owe a receipt, the oldest first."""
    person = person_of(connection, card)
    if person is None:
        return ()
    recent = select_rows(
        connection,
        select(*COLUMNS)
        .where(journal.c.person_ref == person, journal.c.session_id.is_not(None), text(schema.OWED), _OWES)
        .order_by(journal.c.seq.desc())
        .limit(RECENT),
    )
    sessions: dict[SessionId, list[Row]] = {}
    for each in reversed(recent):
        if each.session is not None:
            sessions.setdefault(each.session, []).append(each)
    return tuple(OwedReceipt(session, card, tuple(own)) for session, own in sessions.items())


def needs_card(connection: Connection, person: str) -> str:
    """Say what still needs this person's card, or nothing."""
    waiting = connection.execute(
        select(func.count()).where(outbox.c.person_ref == person, text(schema.UNSETTLED))
    ).scalar_one()
    if waiting:
        return (
            f"{waiting} loans or returns of this reader are not yet confirmed by the library system. "
            "Forget the reader again once they are."
        )
    unanswered = [
        txn
        for txn, kind in _last_decisive(connection)
        if kind in UNANSWERED and person in {each.person for each in _of_transaction(connection, txn)}
    ]
    if unanswered:
        return (
            f"{len(unanswered)} requests of this reader have had no answer from the library system yet. "
            "Forget the reader again once they have."
        )
    return ""
