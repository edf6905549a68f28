"""The library's circulation system (ABIS, ILS), by capability.

A call returns a value or a `Refusal`. It raises only `NotSent` (surely not done) or `Unreachable` (maybe done):
recovery depends on which. Nothing that changes something is ever sent twice by a connector.
Calls block; the app makes them on its own threads, one at a time per connector.
"""

from datetime import datetime
from typing import Protocol

from kiosk.domain.health import Health
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.refusal import Refusal


class AbisFault(Exception):
    """No answer that can be used. The text is for staff: which system, what, the cure."""


class NotSent(AbisFault):
    """The request surely never reached the ABIS: nothing was done."""


class Unreachable(AbisFault):
    """The request may have been carried out: ask before doing anything again."""


class Circulation(Protocol):
    """`at` is the aware time at which the reader did it, kept over every retry."""

    def item_info(self, item: ItemId) -> ItemInfo: ...

    def checkout(
        self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime, *, fee_accepted: bool = False
    ) -> Loan | Refusal: ...

    def checkin(self, txn: TxnId, item: ItemId, at: datetime) -> Returned | Refusal: ...

    def renew(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Loan | Refusal: ...


class Patrons(Protocol):
    def identify(self, card: CardNumber, pin: Secret | None) -> Patron | Refusal:
        """Say who this is. With a `pin`, a `Patron` is returned only if the ABIS said explicitly that it is right."""
        ...

    def account(self, card: CardNumber) -> Account | Refusal: ...

    def loans(self, card: CardNumber) -> frozenset[ItemId]:
        """What the reader has now: how an unknown outcome is settled."""
        ...

    def end_session(self, card: CardNumber) -> None: ...


class Abis(Circulation, Patrons, Protocol):
    """A connector, as the app holds it."""

    def health(self) -> Health: ...

    def probe(self) -> Health:
        """Ask for a sign of life, connecting if need be. Never raises."""
        ...

    def close(self) -> None: ...
