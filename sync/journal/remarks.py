"""What others said, beside the rows it came with: texts of an ABIS, reasons of staff.

They may name anybody, so they never become part of a row. They are kept for whoever looks into a row that waits for a
person, no more than the newest few hundred; whenever any reader is forgotten, all of them go.
"""

import sqlite3
from collections.abc import Collection, Sequence

from kiosk.domain.ids import TxnId
from sync.journal.chain import Field

KEPT = 500
INSERT = "INSERT INTO remark (seq, person_ref, said) VALUES (?, ?, ?)"
PRUNE = "DELETE FROM remark WHERE seq NOT IN (SELECT seq FROM remark ORDER BY seq DESC LIMIT ?)"
LAST_OF_TRANSACTION = """
    SELECT said FROM journal JOIN remark USING (seq) WHERE txn_id = ? ORDER BY seq DESC LIMIT 1"""


def keep(connection: sqlite3.Connection, remarks: Sequence[tuple[Field, ...]]) -> None:
    """Write (seq, person's reference, words) inside the caller's transaction, and let go of the oldest."""
    if remarks:
        connection.executemany(INSERT, remarks)
        connection.execute(PRUNE, (KEPT,))


def of(connection: sqlite3.Connection, txns: Collection[TxnId]) -> dict[TxnId, str]:
    """Return the last words kept beside the rows of each of these transactions."""
    found = ((txn, connection.execute(LAST_OF_TRANSACTION, (txn,)).fetchone()) for txn in txns)
    return {txn: row[0] for txn, row in found if row}


def remove(connection: sqlite3.Connection) -> None:
    """Remove all, inside the caller's transaction; emptied pages are overwritten with zeros."""
    connection.execute("DELETE FROM remark")
