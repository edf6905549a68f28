"""Rows onto disk. Everything here runs in the journal's one thread, over its one connection.

Steps of a write, each of which may be the last one this process ever does: `begin`, `rows`, `deliveries`, `commit`
(before it), `committed`. Steps of a forgetting: `erasing`, `erased`, `truncated`.
"""

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal import reading, remarks, unfinished
from sync.journal.chain import FIELDS, SCHEMA, Field, digest, genesis
from sync.journal.connection import connect, transaction
from sync.journal.database import fold
from sync.journal.delivery import Move, State
from sync.journal.faults import fault
from sync.journal.payload import PROMISES, payload, redacted, said, wall_text
from sync.journal.stamps import Stamp
from sync.journal.values import Forgetting, Written

Step: TypeAlias = Callable[[str], None]
STEPS = ("begin", "rows", "deliveries", "commit", "committed", "erasing", "erased", "truncated")

REMEMBERED = 32  # readers whose reference is kept at hand: those of the last minutes

LENDING = (Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE)
RETURNING = (Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE)

LAST_ROW = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
INSERT_ROW = f"INSERT INTO journal ({', '.join(FIELDS)}, hash) VALUES ({'?, ' * len(FIELDS)}?)"
INSERT_PERSON = "INSERT INTO persons (card, ref) VALUES (?, ?)"
INSERT_DELIVERY = """
    INSERT INTO outbox (seq, txn_id, state, item, person_ref, lane_ref, sent_boot, sent_ns)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
MOVE_DELIVERY = "UPDATE outbox SET state = ?, tries = ?, reason = ?, sent_boot = ?, sent_ns = ? WHERE seq = ?"
KEEP_OTHERS = "CREATE TEMP TABLE kept AS SELECT card, ref FROM persons WHERE ref <> ? ORDER BY card"
EMPTY_PERSONS = "DELETE FROM persons"
FILL_PERSONS = "INSERT INTO persons (card, ref) SELECT card, ref FROM kept ORDER BY card"
DROP_KEPT = "DROP TABLE kept"


class Store:
    """An open journal file: the end of its chain, and what may be done to it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, journal_id: str, step: Step) -> None:
        self._path = path
        self.connection = connection
        self.journal_id = journal_id
        self._step = step
        self._head = self._read_head()
        self._refs: dict[CardNumber, str] = {}

    @classmethod
    def reopened(cls, path: Path, journal_id: str, step: Step) -> "Store":
        """Open again after a fault of the disk. Raises `sqlite3.Error` while it lasts."""
        connection = connect(path)
        try:
            return cls(path, connection, journal_id, step)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        self.connection.close()

    def write(self, batches: Sequence[Written]) -> bool:
        """Write all batches in one transaction. True if the outbox changed."""
        sheet = _Sheet(self.connection, self.journal_id, self._head, self._refs)
        for batch in batches:
            for entry in batch.entries:
                sheet.add(entry, batch.stamp)
        moves = [_moved(move) for batch in batches for move in batch.moves]
        run = self.connection.executemany
        with transaction(self.connection):
            self._step("begin")
            run(INSERT_PERSON, sheet.persons)
            run(INSERT_ROW, sheet.rows)
            self._step("rows")
            run(INSERT_DELIVERY, sheet.deliveries)
            run(MOVE_DELIVERY, moves)
            remarks.keep(self.connection, sheet.remarks)
            self._step("deliveries")
            self._step("commit")
        self._head = sheet.head
        self._refs = sheet.refs if len(sheet.refs) <= REMEMBERED else {}
        self._step("committed")
        return bool(moves or sheet.deliveries)

    def forget(self, card: CardNumber) -> Forgetting:
        """Remove a card from the file, unless something still needs it.

        Deleting alone is not enough: pages that SQLite splits and merges keep copies of cells that moved on. So the
        table is emptied (its pages are overwritten with zeros) and filled again without the card. What others said is
        emptied for good: it may name this reader beside anybody's row.
        """
        self._refs = {}
        with transaction(self.connection):
            ref = reading.person_of(self.connection, card)
            if ref is not None and (why := unfinished.needs_card(self.connection, ref)):
                return Forgetting(False, why)
            self._step("erasing")
            if ref is not None:
                self._rewrite_persons(ref)
            remarks.remove(self.connection)
        self._step("erased")
        self._truncate()
        self._step("truncated")
        return Forgetting(True)

    def _rewrite_persons(self, without: str) -> None:
        self.connection.execute(KEEP_OTHERS, (without,))
        for statement in (EMPTY_PERSONS, FILL_PERSONS, DROP_KEPT):
            self.connection.execute(statement)

    def _truncate(self) -> None:
        """Fold the write-ahead log into the file and cut it to nothing."""
        try:
            alone = fold(self.connection, self._path)
        except sqlite3.Error as error:
            raise fault(self._path, error) from error
        if not alone:
            raise JournalFault(f"{self._path}: another program reads this file. End it and forget the reader again.")

    def _read_head(self) -> tuple[int, bytes]:
        last = self.connection.execute(LAST_ROW).fetchone()
        return (last["seq"], last["hash"]) if last else (0, genesis(self.journal_id))


class _Sheet:
    """Rows being worked out for one transaction. It reads the file and writes nothing; nobody else writes meanwhile."""

    def __init__(
        self, connection: sqlite3.Connection, journal_id: str, head: tuple[int, bytes], refs: dict[CardNumber, str]
    ) -> None:
        self._connection = connection
        self._journal_id = journal_id
        self.head = head
        self.rows: list[tuple[Field, ...]] = []
        self.persons: list[tuple[str, str]] = []
        self.deliveries: list[tuple[Field, ...]] = []
        self.remarks: list[tuple[Field, ...]] = []
        self.refs = dict(refs)  # those of new readers are believed once they are written
        self._holders: dict[ItemId, str | None] = {}  # as this transaction leaves them

    def add(self, entry: Entry, stamp: Stamp) -> None:
        person = self._person(entry.card)
        seq, prev = self.head[0] + 1, self.head[1]
        fields = (
            self._journal_id, seq, SCHEMA, entry.txn, entry.session, person, stamp.boot_id, stamp.boottime_ns,
            wall_text(stamp.wall), str(stamp.quality), str(entry.kind), payload(entry), prev,
        )  # fmt: skip
        own = digest(fields)
        self.rows.append((*fields, own))
        self.head = (seq, own)
        if words := said(entry):
            self.remarks.append((seq, person, words))
        if entry.kind in PROMISES:
            self._deliver(entry, seq, person, stamp)
        if entry.item is not None and entry.kind in LENDING + RETURNING:
            self._holders[entry.item] = person if entry.kind in LENDING else None

    def _person(self, card: CardNumber | None) -> str | None:
        """Return the reference of a card, a new random one for a card not met before."""
        if card is None:
            return None
        if card not in self.refs:
            known = reading.person_of(self._connection, card)
            self.refs[card] = known or secrets.token_hex(8)
            if known is None:
                self.persons.append((card, self.refs[card]))
        return self.refs[card]

    def _deliver(self, entry: Entry, seq: int, person: str | None, stamp: Stamp) -> None:
        assert entry.item is not None  # checked before it came here
        doubtful = entry.data.get("unknown") is True
        state = State.UNKNOWN if doubtful else State.PENDING
        sent = (stamp.boot_id, stamp.boottime_ns) if doubtful else (None, None)
        lane = person or self._holder(entry.item)
        self.deliveries.append((seq, entry.txn, str(state), entry.item, person, lane, *sent))

    def _holder(self, item: ItemId) -> str | None:
        if item not in self._holders:
            self._holders[item] = reading.holder(self._connection, item)
        return self._holders[item]


def _moved(move: Move) -> tuple[Field, ...]:
    """Return the parameters of MOVE_DELIVERY."""
    sent = (move.sent.boot_id, move.sent.boottime_ns) if move.sent else (None, None)
    return (str(move.state), move.tries, move.reason, *sent, move.seq)


def move_reason(text: str, card: CardNumber | None) -> str:
    """Return a reason fit to be kept in delivery state: short, and naming no card."""
    return redacted(text, card)[:500]
