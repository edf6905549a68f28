"""What comes out of a journal: rows, and what was worked out from them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.records import Entry, Scalar
from sync.journal.delivery import Move
from sync.journal.stamps import Stamp


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it lies on disk. `kind` is a `Kind` wherever this release knows the word.

    `person` is the random reference that stands for a card; `hash` covers every other field and the row before.
    """

    journal_id: str
    seq: int
    schema: int
    txn: TxnId | None
    session: SessionId | None
    person: str | None
    stamp: Stamp
    kind: str
    item: ItemId | None
    tag: TagUid | None
    data: dict[str, Scalar]
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """Entries to be written together, with the time they happened, and the deliveries they move on."""

    entries: tuple[Entry, ...]
    stamp: Stamp
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """How a journal was found. `set_aside`: where the file went that could not be read; `notices` are for staff."""

    journal_id: str
    new: bool
    set_aside: Path | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a chain check. `first_bad` None: all `rows` hold; otherwise everything before it does."""

    rows: int
    first_bad: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.first_bad is None


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Outcome of `forget`. Not `done`: `sentence` says what still needs the card."""

    done: bool
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """A transaction without an end, with all its rows, for `recovery.recover`.

    `session_ended`: its session came to an orderly end. `moot`: a later loan or return of the same item stands in
    the journal, so that its tag is no longer this transaction's business. `receipt_owed`: its session neither printed
    a receipt nor ended in order. `theirs`: after the last row without an answer the reader was told that the item is on
    their loan.
    """

    txn: TxnId
    session: SessionId | None
    item: ItemId | None
    card: CardNumber | None
    rows: tuple[Row, ...]
    session_ended: bool = False
    moot: bool = False
    receipt_owed: bool = False
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class OwedReceipt:
    """A session that lent, renewed or returned for a reader and neither printed a receipt nor ended in order."""

    session: SessionId
    card: CardNumber | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SecurityChange:
    """The last time this station wrote a tag's security bit, and for whose sake."""

    tag: TagUid
    security: Security
    seq: int
    txn: TxnId | None
    item: ItemId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """`waiting` rows are not yet confirmed by the ABIS, `review` of them need a person."""

    waiting: int = 0
    review: int = 0
