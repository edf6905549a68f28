"""Tables of a journal file, its versions, and the statements that are run often.

A version only ever adds (a table, an index, a column with a default), so that the previous release opens the file of
the next one. What a release once shipped in MIGRATIONS never changes again.
"""

from sqlalchemy import (
    BLOB,
    INTEGER,
    TEXT,
    Column,
    Connection,
    MetaData,
    Table,
    bindparam,
    insert,
    update,
)
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.sql.elements import CompilerElement

from kiosk.domain.records import Kind

APPLICATION_ID = 0x4F4C4B4A  # "OLKJ": tells a journal from any other SQLite file

metadata = MetaData()

meta = Table("meta", metadata, Column("name", TEXT, primary_key=True), Column("value", TEXT, nullable=False))

journal = Table(
    "journal",
    metadata,
    Column("journal_id", TEXT, nullable=False),
    Column("seq", INTEGER, primary_key=True),
    Column("schema", INTEGER, nullable=False),
    Column("txn_id", TEXT),
    Column("session_id", TEXT),
    Column("person_ref", TEXT),
    Column("boot_id", TEXT, nullable=False),
    Column("boottime_ns", INTEGER, nullable=False),
    Column("wall_utc", TEXT, nullable=False),
    Column("clock_quality", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("payload", TEXT, nullable=False),
    Column("prev_hash", BLOB, nullable=False),
    Column("hash", BLOB, nullable=False),
)

persons = Table("persons", metadata, Column("card", TEXT, primary_key=True), Column("ref", TEXT, nullable=False))

outbox = Table(
    "outbox",
    metadata,
    Column("seq", INTEGER, primary_key=True),
    Column("txn_id", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("item", TEXT, nullable=False),
    Column("person_ref", TEXT),
    Column("lane_ref", TEXT),
    Column("tries", INTEGER, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("sent_boot", TEXT),
    Column("sent_ns", INTEGER),
)


def _one_of(*kinds: Kind) -> str:
    """SQL for the rows of some kinds. An IN of three or more would build its list anew for every row written."""
    return "(" + " OR ".join(f"kind = '{kind}'" for kind in kinds) + ")"


# Partial indexes keep what a login or a tag asks for short, at the price of one more page only on the rows they name.
STANDS = _one_of(Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE)
OWED = _one_of(Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.RENEW_APPROVED)
SESSION_ENDS = _one_of(Kind.SESSION_ENDED, Kind.RECEIPT_PRINTED, Kind.RECEIPT_FAILED)
TAG_WRITTEN = _one_of(Kind.TAG_DISARMED, Kind.TAG_ARMED)
UNSETTLED = "state <> 'done'"

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
        f"CREATE INDEX journal_item ON journal (json_extract(payload, '$.item')) WHERE {STANDS}",
        f"CREATE INDEX journal_tag ON journal (json_extract(payload, '$.tag')) WHERE {TAG_WRITTEN}",
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
)
VERSION = len(MIGRATIONS)


def migrate(connection: Connection, found: int) -> None:
    """Bring a file of version `found` (0: empty) up to this release, inside the caller's transaction."""
    for steps in MIGRATIONS[found:]:
        for statement in steps:
            connection.exec_driver_sql(statement)
    if found < VERSION:
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _compiled(statement: CompilerElement) -> str:
    """Compile once: what runs at every commit goes to the driver as text, parameters in the order of the columns."""
    return str(statement.compile(dialect=dialect(paramstyle="qmark")))


INSERT_ROW = _compiled(insert(journal))
INSERT_PERSON = _compiled(insert(persons))
INSERT_DELIVERY = _compiled(insert(outbox))
MOVE_DELIVERY = _compiled(
    update(outbox)
    .where(outbox.c.seq == bindparam("of_row"))
    .values({name: bindparam(name) for name in ("state", "tries", "reason", "sent_boot", "sent_ns")})
)
