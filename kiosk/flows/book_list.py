"""The list of one task: its books in the order in which they came, each a value that is replaced by its next state."""

from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from kiosk.domain.ids import ItemId, TagUid
from kiosk.flows.pad import MAX_LISTED


class Listed(Protocol):
    """What a list must know of a book: its number once it is read, and its tags."""

    @property
    def item(self) -> ItemId | None: ...

    @property
    def uids(self) -> tuple[TagUid, ...]: ...


Book = TypeVar("Book", bound=Listed)


@dataclass(frozen=True, slots=True)
class BookList(Generic[Book]):
    books: tuple[Book, ...] = ()

    def by_item(self, item: ItemId) -> Book | None:
        return next((book for book in self.books if book.item == item), None)

    def by_tag(self, uid: TagUid) -> Book | None:
        return next((book for book in self.books if uid in book.uids), None)

    def put(self, old: Book | None, new: Book) -> Self:
        """Replace one book by its next state, or add it at the end. A full list stays as it is."""
        if old is None:
            return replace(self, books=(*self.books, new)) if len(self.books) < MAX_LISTED else self
        return replace(self, books=tuple(new if book is old else book for book in self.books))

    def without(self, gone: Book | None) -> Self:
        return replace(self, books=tuple(book for book in self.books if book is not gone))
