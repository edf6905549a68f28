"""What this site has seen of items and readers: all that is left to decide with while the ABIS does not answer."""

from typing import Protocol

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo
from kiosk.domain.patrons import Patron


class Seen(Protocol):
    """Reading and writing never raise: what cannot be remembered was not seen."""

    def item(self, item: ItemId) -> ItemInfo | None:
        """Return title, author and age mark as last told; its standing is a guess (`AVAILABLE`)."""
        ...

    def saw_item(self, info: ItemInfo) -> None: ...

    def patron(self, card: CardNumber) -> Patron | None:
        """Return the little that may be kept of a reader: of age or not. No name, no loans."""
        ...

    def saw_patron(self, card: CardNumber, patron: Patron) -> None: ...

    def forget(self, card: CardNumber) -> None: ...

    def close(self) -> None: ...
