"""What a checkout is: the books of the list and how far each has come. `checkout` and `borrowing` move them."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Loan, Usage
from kiosk.domain.refusal import Refusal
from kiosk.domain.strips import Strip
from kiosk.flows.book_list import BookList, Listed
from kiosk.flows.lending import Reader


class Stage(Enum):
    READING = auto()
    LOOKING = auto()
    GATHERING = auto()
    RECORDING = auto()
    ASKING = auto()
    RECORDING_OFFLINE = auto()
    DISARMING = auto()
    PUT_BACK = auto()
    YOURS = auto()
    STAYS = auto()
    QUESTION = auto()
    RECORDING_RENEWAL = auto()
    RENEWING = auto()
    ARMING = auto()
    RECORDING_RETURN = auto()
    RETURNING = auto()
    RECORDING_RETURN_OFFLINE = auto()
    REMOVED = auto()


GOING_BACK = frozenset({
    Stage.ARMING, Stage.RECORDING_RETURN, Stage.RETURNING, Stage.RECORDING_RETURN_OFFLINE,
})  # fmt: skip
"""Taken off the list, and not yet returned."""
LENT = GOING_BACK | {Stage.DISARMING, Stage.PUT_BACK, Stage.YOURS}
"""The loan stands, whatever the tag says."""
RESTING = frozenset({Stage.YOURS, Stage.PUT_BACK, Stage.STAYS, Stage.QUESTION, Stage.REMOVED})
"""Nothing is on its way: for everything else "Done" waits a moment."""


@dataclass(frozen=True, slots=True)
class Book(Listed):
    """One book of the list. `uids`: its tags, none of a book known by barcode only; `released` of them are disarmed.

    `scanned`: its barcode was read. `offline`: recorded here, to be confirmed. `mine`: it was this reader's before.
    `away`: its tags that do not lie on the pad. `parts`: how many tags make it whole; `numbers`: which of them each of
    its tags is. `vouched`: what is missing of it is not asked for any more.
    `usage`: as its tag says. `barred`: lent, and only then called marked by the ABIS: it goes back unopened.
    `answer`: what the ABIS said when it lent it. `strip`: its magnetic strip; None: nobody has looked at that.
    """

    stage: Stage
    item: ItemId | None = None
    uids: tuple[TagUid, ...] = ()
    released: frozenset[TagUid] = field(default_factory=frozenset)
    away: frozenset[TagUid] = field(default_factory=frozenset)
    owner: str | None = None
    parts: int = 1
    numbers: tuple[int, ...] = ()
    vouched: bool = False
    usage: Usage = Usage.CIRCULATION
    scanned: bool = False
    info: ItemInfo | None = None
    txn: TxnId | None = None
    due: date | None = None
    refusal: Refusal | None = None
    fee_accepted: bool = False
    return_first: bool = False
    offline: bool = False
    mine: bool = False
    renewed: bool = False
    barred: bool = False
    due_certain: bool = True
    answer: Loan | None = None
    strip: Strip | None = None

    @property
    def gone(self) -> bool:
        """Nothing of it is here."""
        return not self.scanned and self.away >= set(self.uids)

    @property
    def here(self) -> tuple[int, ...]:
        """Only what lies on the pad is lent."""
        return tuple(part for uid, part in zip(self.uids, self.numbers, strict=False) if uid not in self.away)

    @property
    def lent(self) -> bool:
        return self.stage in LENT and not self.barred

    @property
    def busy(self) -> bool:
        return self.stage not in RESTING

    @property
    def settled(self) -> bool:
        """Neither journal nor ABIS has still to say something of it; a tag may still be on its way."""
        return not self.busy or self.stage is Stage.DISARMING

    @property
    def tells(self) -> bool:
        """It has a card: why it stays, a question, a renewal that was refused, or "take it off the list"."""
        if self.stage is Stage.YOURS:
            return not self.mine or self.refusal is not None
        return self.stage in (Stage.STAYS, Stage.QUESTION)

    def stays(self, refusal: Refusal) -> "Book":
        return replace(self, stage=Stage.STAYS, refusal=refusal)


@dataclass(frozen=True, slots=True)
class Checkout(BookList[Book]):
    """`refused` by the ABIS and not lent since; `barred`: by a mark that only the answer to the loan told."""

    refused: frozenset[ItemId] = field(default_factory=frozenset)
    barred: tuple[tuple[ItemId, Refusal], ...] = ()

    @property
    def lent(self) -> frozenset[ItemId]:
        """Items lent in this session that were not the reader's before."""
        return frozenset(book.item for book in self.books if book.item and book.lent and not book.mine)

    @property
    def offline(self) -> frozenset[ItemId]:
        """Items lent, or about to be lent, without the ABIS."""
        recording = (book for book in self.books if book.stage is Stage.RECORDING_OFFLINE)
        lent = (book for book in self.books if book.offline and book.lent)
        return frozenset(book.item for book in (*recording, *lent) if book.item)

    @property
    def working(self) -> bool:
        return any(book.busy for book in self.books)

    @property
    def put_back(self) -> tuple[Book, ...]:
        return tuple(book for book in self.books if book.stage is Stage.PUT_BACK)


@dataclass(frozen=True, slots=True)
class Asker:
    """In whose name effects are asked for."""

    session: SessionId
    card: CardNumber
    reader: Reader

    def with_list(self, now: Checkout) -> "Asker":
        """The reader as this list makes them: with what was lent, recorded and refused here."""
        lent, offline = now.lent | now.offline, len(now.offline)
        reader = replace(self.reader, lent=lent, offline=offline, refused=now.refused, barred=now.barred)
        return replace(self, reader=reader)
