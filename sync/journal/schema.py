"""The tables of a journal file as SQL, its versions, and the conditions that indexes and questions share.

A version only ever adds (a table, an index, a column with a default), so that the previous release opens the file of
the next one. What a release once shipped in MIGRATIONS never changes again.
"""

import sqlite3

from kiosk.domain.records import Kind

APPLICATION_ID = 0x4F4C4B4A  # "OLKJ": tells a journal from any other SQLite file


def _one_of(*kinds: Kind) -> str:
    """SQL for the rows of some kinds. An IN of three or more would build its list anew for every row written."""
    return "(" + " OR ".join(f"kind = '{kind}'" for kind in kinds) + ")"


# SQLite uses an index only for a question that says what the index says: both take the words from here.
# Partial indexes keep what a login or a tag asks for short, at the price of one more page only on the rows they name.
STANDS = _one_of(Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE)
OWED = _one_of(Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.RENEW_APPROVED)
SESSION_ENDS = _one_of(Kind.SESSION_ENDED, Kind.RECEIPT_PRINTED, Kind.RECEIPT_FAILED)
TAG_WRITTEN = _one_of(Kind.TAG_DISARMED, Kind.TAG_ARMED)
LOOKS = _one_of(Kind.STATION_STARTED, Kind.CLOCK_CHANGED)
UNSETTLED = "state <> 'done'"
ITEM = "json_extract(payload, '$.item')"
TAG = "json_extract(payload, '$.tag')"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (  # 1: rows and the cards they stand for
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT",
        """CREATE TABLE journal (
            journal_id TEXT NOT NULL, seq INTEGER PRIMARY KEY, schema INTEGER NOT NULL, txn_id TEXT, session_id TEXT,
            person_ref TEXT, boot_id TEXT NOT NULL, boottime_ns INTEGER NOT NULL, wall_utc TEXT NOT NULL,
            clock_quality TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, prev_hash BLOB NOT NULL,
            hash BLOB NOT NULL) STRICT""",
        "CREATE TABLE persons (card TEXT PRIMARY KEY, ref TEXT NOT NULL UNIQUE) WITHOUT ROWID, STRICT",
        "CREATE INDEX journal_txn ON journal (txn_id) WHERE txn_id IS NOT NULL",
        f"CREATE INDEX journal_item ON journal ({ITEM}) WHERE {STANDS}",
        f"CREATE INDEX journal_tag ON journal ({TAG}) WHERE {TAG_WRITTEN}",
        f"CREATE INDEX journal_owed ON journal (person_ref) WHERE {OWED}",
        f"CREATE INDEX journal_ends ON journal (session_id) WHERE {SESSION_ENDS}",
        """CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'rows are never changed'); END""",
        """CREATE TRIGGER journal_stays BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'rows are never removed'); END""",
    ),
    (  # 2: delivery state; what was promised before it was kept may have been told to the ABIS by hand: ask first
        """CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY, txn_id TEXT NOT NULL, state TEXT NOT NULL,
            item TEXT NOT NULL, person_ref TEXT, lane_ref TEXT, tries INTEGER NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT '', sent_boot TEXT, sent_ns INTEGER) STRICT""",
        f"CREATE INDEX outbox_unsettled ON outbox (seq) WHERE {UNSETTLED}",
        """INSERT INTO outbox (seq, txn_id, state, item, person_ref, lane_ref)
            SELECT seq, txn_id, 'unknown', json_extract(payload, '$.item'), person_ref, person_ref
            FROM journal WHERE kind IN ('lent_offline','returned_offline')""",
    ),
    (  # 3: words of others beside the rows they came with: they may name anybody, so they can be removed
        "CREATE TABLE remark (seq INTEGER PRIMARY KEY, person_ref TEXT, said TEXT NOT NULL) STRICT",
    ),
    (  # 4: looks at the clock: what dates the other rows of a run of the machine
        f"CREATE INDEX journal_looks ON journal (boot_id) WHERE {LOOKS}",
    ),
)
VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, found: int) -> None:
    """Bring a file of version `found` (0: empty) up to this release, inside the caller's transaction."""
    for steps in MIGRATIONS[found:]:
        for statement in steps:
            connection.execute(statement)
    if found < VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
