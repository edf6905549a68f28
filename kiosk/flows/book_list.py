"""The list of one task: its books in the order in which they came, each a value that is replaced by its next state."""

from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from kiosk.domain.ids import ItemId, TagUid
from kiosk.domain.items import ItemInfo
from kiosk.domain.refusal import Refusal
from kiosk.events import (
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Chosen,
    Event,
    ItemDescribed,
    NotRecorded,
    Recorded,
    RenewApproved,
    RenewRefused,
    RenewUnanswered,
    SecurityNotSet,
    SecuritySet,
    TagUnreadable,
)
from kiosk.flows import sets
from kiosk.flows.pad import MAX_LISTED


class Listed(Protocol):
    """What a list knows of each book, whatever is done with it.

    Its `item` once the number is read, its tags and those of them that are `away` from the pad, how many `parts` make
    it whole.
    """

    __slots__ = ()

    @property
    def item(self) -> ItemId | None: ...

    @property
    def uids(self) -> tuple[TagUid, ...]: ...

    @property
    def away(self) -> frozenset[TagUid]: ...

    @property
    def parts(self) -> int: ...

    @property
    def info(self) -> ItemInfo | None: ...

    @property
    def here(self) -> tuple[int, ...]:
        """The parts that count as being here."""

    @property
    def key(self) -> str:
        """What tells it from the others of the list."""
        return str(self.item or self.uids[0])

    @property
    def on_pad(self) -> bool:
        return not self.away

    @property
    def missing(self) -> tuple[int, ...]:
        """Parts of a set that are not here; none of what is known by its barcode only."""
        return sets.missing(self.parts, self.here) if self.parts > 1 and self.uids else ()

    @property
    def absence(self) -> Refusal:
        """What is missing, in words for the reader."""
        return sets.refusal(self.missing, self.parts, self.info)


Book = TypeVar("Book", bound=Listed)


@dataclass(frozen=True, slots=True)
class BookList(Generic[Book]):
    books: tuple[Book, ...] = ()

    def by_item(self, item: ItemId) -> Book | None:
        return next((book for book in self.books if book.item == item), None)

    def by_tag(self, uid: TagUid) -> Book | None:
        return next((book for book in self.books if uid in book.uids), None)

    def meant(self, event: Event) -> Book | None:
        """Return the book that an event speaks of: what became of its tag, of what was asked or recorded of it."""
        match event:
            case TagUnreadable(uid) | SecuritySet(uid, _) | SecurityNotSet(uid, _):
                return self.by_tag(uid)
            case ItemDescribed(item, _) | Chosen(item, _) | Recorded(_, _, item, _) | NotRecorded(_, _, item):
                return self.by_item(item)
            case CheckoutApproved(_, loan) | RenewApproved(_, loan):
                return self.by_item(loan.item)
            case CheckinAccepted(_, returned):
                return self.by_item(returned.item)
            case (
                CheckoutRefused(_, item, _) | CheckoutUnanswered(_, item, _)
                | RenewRefused(_, item, _) | RenewUnanswered(_, item, _)
                | CheckinRefused(_, item, _) | CheckinUnanswered(_, item, _)
            ):  # fmt: skip
                return self.by_item(item)
            case _:
                return None

    def put(self, old: Book | None, new: Book) -> Self:
        """Replace one book by its next state, or add it at the end. A full list stays as it is."""
        if old is None:
            return replace(self, books=(*self.books, new)) if len(self.books) < MAX_LISTED else self
        return replace(self, books=tuple(new if book is old else book for book in self.books))

    def without(self, gone: Book | None) -> Self:
        return replace(self, books=tuple(book for book in self.books if book is not gone))
