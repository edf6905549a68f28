"""What a library system may offer beyond `kiosk.ports.abis.Abis`, one small protocol each.

A connector has a capability by having its methods; the SIP2 server asks with `isinstance` and says in message 98 what
there is. Refusals and faults are those of `Abis`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.money import Money
from kiosk.domain.patrons import Hold
from kiosk.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a copy belongs and where it stands; `queue` readers want its title; `until`: last day on the hold shelf."""

    home: str = ""
    place: str = ""
    queue: int = 0
    until: date | None = None


@runtime_checkable
class Shelving(Protocol):
    def whereabouts(self, item: ItemId) -> Whereabouts | None:
        """None: there is no such item."""
        ...


@runtime_checkable
class Requests(Protocol):
    def place_hold(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Hold | Refusal:
        """Queue the reader for the title of this copy."""
        ...

    def cancel_hold(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Hold | Refusal:
        """Take the reader's request for the title of this copy back; the answer is the request as it was."""
        ...


@runtime_checkable
class Payments(Protocol):
    def pay(self, txn: TxnId, card: CardNumber, amount: Money, at: datetime) -> Money | Refusal:
        """Record a payment and return what is still owed. More than is owed is refused."""
        ...


@runtime_checkable
class CardControl(Protocol):
    def block_card(self, card: CardNumber, why: str) -> Refusal | None:
        """Let the card open nothing from now on; None: it is so."""
        ...
