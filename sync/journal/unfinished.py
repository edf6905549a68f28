"""What was begun and has no end: no answer, a tag not written, a receipt not printed.

Where a transaction stands is told by the last of its rows that is decisive; receipts are told by the session.
"""

import sqlite3
from collections.abc import Iterable

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Kind
from sync.journal import recovery, schema
from sync.journal.connection import value
from sync.journal.reading import COLUMNS, card_of, person_of, select_rows
from sync.journal.recovery import DECISIVE, ENDS, STANDS, UNANSWERED, barred_loan, last_decisive
from sync.journal.values import OpenTransaction, OwedReceipt, Row

RECENT = 200  # loans and renewals of a reader that are looked at for an owed receipt

_ENDS_OF_E = schema.SESSION_ENDS.replace("kind", "e.kind")
_OWES = f"""
    NOT EXISTS (SELECT 1 FROM journal e
        WHERE e.session_id = journal.session_id AND e.kind = 'receipt_printed' AND {_ENDS_OF_E})
    AND (NOT EXISTS (SELECT 1 FROM journal e
            WHERE e.session_id = journal.session_id AND e.kind = 'session_ended' AND {_ENDS_OF_E})
        OR EXISTS (SELECT 1 FROM journal e
            WHERE e.session_id = journal.session_id AND e.kind = 'receipt_failed' AND {_ENDS_OF_E}))"""
UNRECEIPTED = f"SELECT DISTINCT txn_id FROM journal WHERE txn_id IS NOT NULL AND {schema.OWED} AND {_OWES}"
OWED_TO = f"""
    SELECT {COLUMNS} FROM journal WHERE person_ref = ? AND session_id IS NOT NULL AND {schema.OWED} AND {_OWES}
    ORDER BY seq DESC LIMIT {RECENT}"""
# SQLite takes a bare column beside max() from the row that holds the maximum.
LAST_DECISIVE = f"""
    SELECT txn_id, kind, max(seq) FROM journal
    WHERE txn_id IS NOT NULL AND kind IN ({", ".join(f"'{kind}'" for kind in sorted(DECISIVE))})
    GROUP BY txn_id"""
# A return told as failed: its tag was opened again, which says nothing of what the library system did.
KEPT = """
    SELECT DISTINCT txn_id FROM journal d WHERE kind = 'tag_disarmed' AND txn_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM journal c WHERE c.txn_id = d.txn_id AND c.kind = 'checkin_intended')
        AND NOT EXISTS (SELECT 1 FROM journal a WHERE a.txn_id = d.txn_id AND a.kind IN
            ('checkin_accepted', 'checkin_refused', 'checkin_not_sent', 'returned_offline', 'lent_offline'))"""
# Told too late that it must not go to its reader: whatever its tag says, the loan is to be undone.
BARRED = f"""
    SELECT DISTINCT txn_id FROM journal b WHERE b.kind = 'checkout_approved' AND b.txn_id IS NOT NULL
        AND json_extract(b.payload, '$.data.{recovery.BARRED}')
        AND NOT EXISTS (SELECT 1 FROM journal
            WHERE {schema.ITEM} = json_extract(b.payload, '$.item') AND {schema.STANDS} AND seq > b.seq)"""
TOLD_THEIRS = f"""
    SELECT seq FROM journal WHERE seq > ? AND {schema.ITEM} = ? AND (kind = 'tag_disarmed' OR (person_ref = ? AND (
        kind = 'renew_approved'
        OR (kind = 'checkout_refused' AND json_extract(payload, '$.data.reason') = 'ALREADY_YOURS')))) LIMIT 1"""
OF_TRANSACTION = f"SELECT {COLUMNS} FROM journal WHERE txn_id = ? ORDER BY seq"
ENDS_OF_SESSION = f"SELECT kind FROM journal WHERE session_id = ? AND {schema.SESSION_ENDS}"
LATER_OF_ITEM = f"""
    SELECT seq FROM journal WHERE {schema.ITEM} = ? AND {schema.STANDS} AND seq > ? AND txn_id IS NOT ? LIMIT 1"""
# A loan whose intent asked for its strip to be opened by hand, and nobody said that it was, nor why not.
UNSLID = f"""
    SELECT {COLUMNS} FROM journal WHERE person_ref = ? AND {schema.OWED} AND kind <> 'renew_approved'
        AND EXISTS (SELECT 1 FROM journal i WHERE i.txn_id = journal.txn_id AND i.kind = 'checkout_intended'
            AND json_extract(i.payload, '$.data.strip'))
        AND NOT EXISTS (SELECT 1 FROM journal s WHERE s.txn_id = journal.txn_id
            AND s.kind IN ('strip_opened', 'strip_not_slid', 'tag_disarmed'))
    ORDER BY seq DESC LIMIT {RECENT}"""
UNSETTLED_OF_PERSON = f"SELECT count(*) FROM outbox WHERE person_ref = ? AND {schema.UNSETTLED}"


def open_transactions(connection: sqlite3.Connection) -> tuple[OpenTransaction, ...]:
    """Return what has no end: no answer, a tag not yet written, a receipt not yet offered. In order of beginning."""
    undecided = [txn for txn, kind in _last_decisive(connection) if kind not in ENDS]
    unreceipted = _of(connection, UNRECEIPTED)
    kept, barred = _of(connection, KEPT), _of(connection, BARRED)
    found = (_open_transaction(connection, txn) for txn in {*undecided, *unreceipted, *kept, *barred})
    return tuple(sorted(found, key=lambda each: each.rows[0].seq))


def _last_decisive(connection: sqlite3.Connection) -> list[tuple[TxnId, str]]:
    """Return each transaction with the last kind that tells where it stands."""
    return [(TxnId(txn), kind) for txn, kind, _ in connection.execute(LAST_DECISIVE).fetchall()]


def _of(connection: sqlite3.Connection, question: str) -> list[TxnId]:
    return [TxnId(txn) for (txn,) in connection.execute(question).fetchall()]


def _of_transaction(connection: sqlite3.Connection, txn: TxnId) -> tuple[Row, ...]:
    return select_rows(connection, OF_TRANSACTION, txn)


def _open_transaction(connection: sqlite3.Connection, txn: TxnId) -> OpenTransaction:
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
        theirs=_is_theirs(connection, own, item, person),
    )


def _is_theirs(connection: sqlite3.Connection, own: tuple[Row, ...], item: ItemId | None, person: str | None) -> bool:
    last = last_decisive(own)
    since = barred_loan(own) or (last if last and last.kind in UNANSWERED else None)
    return since is not None and value(connection, TOLD_THEIRS, since.seq, item, person) is not None


def _stood_from(own: tuple[Row, ...]) -> int:
    return max((each.seq for each in own if each.kind in STANDS), default=own[0].seq)


def _session_ends(connection: sqlite3.Connection, session: SessionId | None) -> set[str]:
    return {kind for (kind,) in connection.execute(ENDS_OF_SESSION, (session,)).fetchall()}


def _owes(ends: Iterable[str]) -> bool:
    """As `_OWES` says it in SQL."""
    return Kind.RECEIPT_PRINTED not in ends and (Kind.SESSION_ENDED not in ends or Kind.RECEIPT_FAILED in ends)


def _is_moot(connection: sqlite3.Connection, txn: TxnId | None, item: ItemId | None, after: int) -> bool:
    return value(connection, LATER_OF_ITEM, item, after, txn) is not None


def receipts_owed(connection: sqlite3.Connection, card: CardNumber) -> tuple[OwedReceipt, ...]:
    """Return the sessions of a reader that still owe a receipt, the oldest first."""
    person = person_of(connection, card)
    if person is None:
        return ()
    sessions: dict[SessionId, list[Row]] = {}
    for each in reversed(select_rows(connection, OWED_TO, person)):
        if each.session is not None:
            sessions.setdefault(each.session, []).append(each)
    return tuple(OwedReceipt(session, card, tuple(own)) for session, own in sessions.items())


def strips_owed(connection: sqlite3.Connection, card: CardNumber) -> tuple[Row, ...]:
    """Return the loans of a reader whose strip may be closed still, the oldest first."""
    person = person_of(connection, card)
    found = () if person is None else select_rows(connection, UNSLID, person)
    return tuple(each for each in reversed(found) if not _is_moot(connection, each.txn, each.item, each.seq))


def needs_card(connection: sqlite3.Connection, person: str) -> str:
    """Say what still needs this person's card, or nothing."""
    waiting: int = value(connection, UNSETTLED_OF_PERSON, person)
    if waiting:
        return (
            f"{waiting} loans or returns of this reader are not yet confirmed by the library system. "
            "Forget the reader again once they are."
        )
    undecided = (txn for txn, kind in _last_decisive(connection) if kind in UNANSWERED)
    unanswered = [
        txn
        for txn in {*undecided, *_of(connection, KEPT), *_of(connection, BARRED)}
        if person in {each.person for each in _of_transaction(connection, txn)}
    ]
    if unanswered:
        return (
            f"{len(unanswered)} requests of this reader have had no answer from the library system yet. "
            "Forget the reader again once they have."
        )
    return ""
