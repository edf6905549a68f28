"""What a checkout is: the books of the list and how far each has come. `checkout` moves them and has the rules."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo
from kiosk.domain.refusal import Refusal
from kiosk.flows.lending import Reader


class Stage(Enum):
    READING = auto()
    LOOKING = auto()
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


WORKING = frozenset({
    Stage.READING, Stage.LOOKING, Stage.RECORDING, Stage.ASKING, Stage.RECORDING_OFFLINE, Stage.DISARMING,
    Stage.RECORDING_RENEWAL, Stage.RENEWING, Stage.ARMING, Stage.RECORDING_RETURN, Stage.RETURNING,
    Stage.RECORDING_RETURN_OFFLINE,
})  # fmt: skip
"""Something is on its way: "Done" waits a moment for these."""
LENT = frozenset({
    Stage.DISARMING, Stage.PUT_BACK, Stage.YOURS, Stage.ARMING, Stage.RECORDING_RETURN, Stage.RETURNING,
    Stage.RECORDING_RETURN_OFFLINE,
})  # fmt: skip
"""The loan stands, whatever the tag says."""


@dataclass(frozen=True, slots=True)
class Book:
    """One book of the list. `uids`: its tags, none of a book known by barcode only; `released` of them are disarmed.

    `offline`: recorded here, to be confirmed. `mine`: it was this reader's before the session.
    """

    stage: Stage
    item: ItemId | None = None
    uids: tuple[TagUid, ...] = ()
    released: frozenset[TagUid] = field(default_factory=frozenset)
    away: frozenset[TagUid] = field(default_factory=frozenset)
    owner: str | None = None
    info: ItemInfo | None = None
    txn: TxnId | None = None
    due: date | None = None
    refusal: Refusal | None = None
    fee_accepted: bool = False
    return_first: bool = False
    offline: bool = False
    mine: bool = False
    renewed: bool = False

    @property
    def on_pad(self) -> bool:
        return not self.away

    @property
    def lent(self) -> bool:
        return self.stage in LENT

    def stays(self, refusal: Refusal) -> "Book":
        return replace(self, stage=Stage.STAYS, refusal=refusal)


@dataclass(frozen=True, slots=True)
class Checkout:
    books: tuple[Book, ...] = ()

    def by_item(self, item: ItemId) -> Book | None:
        return next((book for book in self.books if book.item == item), None)

    def by_tag(self, uid: TagUid) -> Book | None:
        return next((book for book in self.books if uid in book.uids), None)

    def put(self, old: Book | None, new: Book) -> "Checkout":
        """Replace one book by its next state, or add it at the end."""
        if old is None:
            return replace(self, books=(*self.books, new))
        return replace(self, books=tuple(new if book is old else book for book in self.books))

    @property
    def lent(self) -> frozenset[ItemId]:
        """Items lent in this session that were not the reader's before."""
        return frozenset(book.item for book in self.books if book.item and book.lent and not book.mine)

    @property
    def offline(self) -> int:
        return sum((book.offline and book.lent) or book.stage is Stage.RECORDING_OFFLINE for book in self.books)

    @property
    def working(self) -> bool:
        return any(book.stage in WORKING for book in self.books)

    @property
    def put_back(self) -> tuple[Book, ...]:
        return tuple(book for book in self.books if book.stage is Stage.PUT_BACK)


@dataclass(frozen=True, slots=True)
class Asker:
    """In whose name effects are asked for."""

    session: SessionId
    card: CardNumber
    reader: Reader
