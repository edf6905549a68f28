"""What a checkin is: the books of the list and how far each has come. `checkin` moves them."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from kiosk.domain.bins import Bin, Sorted, bin_for
from kiosk.domain.ids import ItemId, TagUid, TxnId
from kiosk.domain.items import Destination, ItemInfo, Returned
from kiosk.domain.refusal import Refusal
from kiosk.domain.strips import Strip
from kiosk.flows.book_list import BookList, Listed


class Stage(Enum):
    READING = auto()
    RECORDING = auto()
    ASKING = auto()
    RECORDING_OFFLINE = auto()
    HANDED_ON = auto()
    AWAITING = auto()
    ARMING = auto()
    RETURNED = auto()
    STAYS = auto()


TAKEN = frozenset({Stage.HANDED_ON, Stage.AWAITING, Stage.ARMING, Stage.RETURNED})
"""The return stands, whatever the tag says."""


class Wait(Enum):
    """For the other parts of a set."""

    ON = auto()
    OVER = auto()
    TOLD = auto()
    """Staff know what is missing."""
    EXCUSED = auto()
    """The policy asks for no more than is there."""


@dataclass(frozen=True, slots=True)
class Book(Listed):
    """One returned book. `armed`: tags read back as armed; `parts` of them make it whole. `away`: not on the pad.

    `numbers`: which part each tag is. `answer` once the ABIS took it. `by_barcode`: its tag was not read, though tags
    are read here.
    """

    stage: Stage
    item: ItemId | None = None
    uids: tuple[TagUid, ...] = ()
    armed: frozenset[TagUid] = frozenset()
    away: frozenset[TagUid] = frozenset()
    parts: int = 1
    numbers: tuple[int, ...] = ()
    wait: Wait = Wait.ON
    damaged: bool = False
    into: Bin | None = None
    info: ItemInfo | None = None
    txn: TxnId | None = None
    answer: Returned | None = None
    refusal: Refusal | None = None
    offline: bool = False
    by_barcode: bool = False
    strip: Strip | None = None
    """Its magnetic strip; None: nobody has looked at that."""
    before: bool = False
    """Brought by whoever was there before the reader showed a card: it is told to nobody any more."""

    @property
    def returned(self) -> bool:
        return self.stage in TAKEN

    @property
    def busy(self) -> bool:
        """It is not known yet whether it is returned."""
        return not self.returned and self.stage is not Stage.STAYS

    @property
    def here(self) -> tuple[int, ...]:
        """What was brought is home, wherever it lies now."""
        return self.numbers

    @property
    def gathering(self) -> bool:
        return self.wait is Wait.ON and bool(self.missing)

    @property
    def incomplete(self) -> bool:
        return self.wait in (Wait.OVER, Wait.TOLD) and bool(self.missing)

    @property
    def called_back(self) -> bool:
        """Returned, and gone before it was armed."""
        return self.stage is Stage.ARMING and not self.away <= self.armed

    @property
    def destination(self) -> Destination | None:
        """Where it goes from here; None: not known."""
        if self.stage is Stage.STAYS or (self.returned and (self.incomplete or self.damaged)):
            return Destination.SORTING
        return self.answer.destination if self.answer else None

    def put(self, bins: tuple[Bin, ...]) -> "Book":
        """With the bin it goes to. What was only recorded here may be wanted by somebody: that is for sorting."""
        if not bins or not self.returned:
            return self
        where, answer = self.destination or Destination.SORTING, self.answer or Returned(ItemId(self.key))
        item = Sorted(where, self.damaged, answer.bin, answer.home, answer.to, answer.collection)
        into = bin_for(bins, item)
        return self if into == self.into else replace(self, into=into)

    def stays(self, refusal: Refusal) -> "Book":
        return replace(self, stage=Stage.STAYS, refusal=refusal)


@dataclass(frozen=True, slots=True)
class Checkin(BookList[Book]):
    """Newest book last. `lent_again`: items returned here and borrowed since; they are on no list here any more."""

    lent_again: frozenset[ItemId] = frozenset()

    @property
    def returned(self) -> frozenset[ItemId]:
        return self.lent_again | {book.item for book in self.books if book.item and book.returned}

    @property
    def working(self) -> bool:
        return any(book.busy or (book.stage is Stage.ARMING and book.on_pad) for book in self.books)

    @property
    def unarmed(self) -> tuple[Book, ...]:
        """Returned, and not every part of it was armed: owed."""
        return tuple(book for book in self.books if book.returned and len(book.armed) < book.parts)

    @property
    def told(self) -> tuple[Book, ...]:
        """What the list and the receipt tell of."""
        return tuple(book for book in self.books if not book.before)

    @property
    def asked_for(self) -> tuple[Book, ...]:
        """Those awaited books that are this reader's to lay down."""
        return tuple(book for book in self.awaiting if not book.before)

    @property
    def awaiting(self) -> tuple[Book, ...]:
        """Returned by barcode, and never seen on the pad."""
        return tuple(book for book in self.books if book.stage is Stage.AWAITING)

    @property
    def put_back(self) -> tuple[Book, ...]:
        return tuple(book for book in self.books if book.called_back)
