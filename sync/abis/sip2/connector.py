"""The ABIS port over SIP2: each call a request or a few, its answer one value of the house."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from kiosk.domain.health import Health
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Standing
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import AbisFault, NotSent, Unreachable
from kiosk.ports.clock import Clock
from sync.abis.sip2 import items, patrons
from sync.abis.sip2.accounts import Accounts
from sync.abis.sip2.connection import Connection
from sync.abis.sip2.items import Unusable
from sync.abis.sip2.reading import Reading
from sync.abis.sip2.requests import Request, Requests, sendable
from sync.sip2.codec import Message
from sync.sip2.messages import Code
from sync.sip2.values import Summary

log = logging.getLogger(__name__)

R = TypeVar("R")

EXPLAINED = {
    Standing.UNKNOWN: Reason.UNKNOWN_ITEM,
    Standing.REFERENCE_ONLY: Reason.REFERENCE_ONLY,
    Standing.ON_HOLD_SHELF: Reason.HELD_FOR_OTHER,
}
"""What the standing of an item says about a refusal that said nothing."""


class Sip2:
    """A connector (`kiosk.ports.abis.Abis`). A number that cannot be sent is refused as unknown, without asking."""

    def __init__(self, connection: Connection, requests: Requests, reading: Reading, clock: Clock) -> None:
        self._connection = connection
        self._requests = requests
        self._reading = reading
        self._profile = requests.profile
        self._clock = clock
        self._accounts = Accounts(connection, requests, reading, clock)

    # --- circulation -----------------------------------------------------------------------------

    def item_info(self, item: ItemId) -> ItemInfo:
        if not self._sendable(item):
            return ItemInfo(item, standing=Standing.UNKNOWN)
        if not self._able(Code.ITEM_INFORMATION):
            return ItemInfo(item, standing=Standing.OTHER)
        answer = self._connection.ask(self._requests.item_info(item, self._clock.now()))
        return items.item_info(self._reading, answer, item)

    def checkout(
        self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime, *, fee_accepted: bool = False
    ) -> Loan | Refusal:
        if refusal := self._unsendable(card, item):
            return refusal
        request = self._requests.checkout(card, item, at, fee_accepted=fee_accepted)
        result = self._changed(request, lambda answer: items.checkout(self._reading, answer, item, fee_accepted), txn)
        return self._explained(result, card, item) if isinstance(result, Refusal) else result

    def checkin(self, txn: TxnId, item: ItemId, at: datetime) -> Returned | Refusal:
        if not self._sendable(item):
            return Refusal(Reason.UNKNOWN_ITEM)
        request = self._requests.checkin(item, at)
        return self._changed(request, lambda answer: items.checkin(self._reading, answer, item), txn)

    def renew(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Loan | Refusal:
        if refusal := self._unsendable(card, item):
            return refusal
        if not self._able(Code.RENEW):
            return Refusal(Reason.NOT_RENEWABLE, raw="the ABIS does not do message 29")
        request = self._requests.renew(card, item, at)
        return self._changed(request, lambda answer: items.renewal(self._reading, answer, item), txn)

    def _changed(self, request: Request, read: Callable[[Message], R], txn: TxnId) -> R:
        """Ask for a change. An answer that does not say what became of it is no answer."""
        answer = self._connection.ask(request)
        if request.code == Code.CHECKOUT and items.was_renewal(answer):
            log.warning("transaction %s: the ABIS renewed a loan where a checkout was asked for", txn)
        try:
            return read(answer)
        except Unusable as error:
            raise Unreachable(f"message {request.code}: {error}") from error

    def _explained(self, refusal: Refusal, card: CardNumber, item: ItemId) -> Refusal:
        """Look for the reason of a refusal that names none, in the item, then in the reader. The refusal itself stands,
        whatever comes of it."""
        if refusal.reason is not Reason.OTHER or not self._able(Code.ITEM_INFORMATION):
            return refusal
        try:
            about = self._connection.ask(self._requests.item_info(item, self._clock.now()))
            standing = items.standing_of(self._reading, about)
            if standing is Standing.AVAILABLE:
                found = patrons.held_back(self._reading, self._accounts.page(card, Summary.CHARGED_ITEMS))
                return replace(found, raw=refusal.raw) if found else refusal
            reason = self._whose(about, card, item) if standing is Standing.ON_LOAN else EXPLAINED.get(standing)
        except AbisFault:
            return refusal
        return replace(refusal, reason=reason or Reason.OTHER)

    def _whose(self, about: Message, card: CardNumber, item: ItemId) -> Reason | None:
        """Whose loan it is, where the ABIS says so."""
        holder = self._reading.first(about, self._profile.items.holder)
        if not holder and not self._profile.lists.names_items:
            return None
        mine = holder == card if holder else item in self.loans(card)
        return Reason.ALREADY_YOURS if mine else Reason.ON_LOAN_TO_OTHER

    # --- patrons ---------------------------------------------------------------------------------

    def identify(self, card: CardNumber, pin: Secret | None) -> Patron | Refusal:
        """An empty PIN is never asked about: there are servers that take it for right."""
        if not self._sendable(card):
            return Refusal(Reason.CARD_UNKNOWN)
        if pin is not None and not self._sendable(pin.value):
            return Refusal(Reason.WRONG_PIN)
        first = self._accounts.page(card, Summary.CHARGED_ITEMS, pin=pin)
        patron = patrons.patron(self._reading, first, card, pin_asked=pin is not None)
        if isinstance(patron, Refusal) or patron.loan_count <= len(patron.loans):
            return patron
        entries = self._accounts.entries(first, patron.card, Summary.CHARGED_ITEMS)
        loans = frozenset(entry.item for entry in entries if entry.item)
        return replace(patron, loans=loans, loan_count=max(patron.loan_count, len(loans)))

    def account(self, card: CardNumber) -> Account | Refusal:
        return self._accounts.account(card) if self._sendable(card) else Refusal(Reason.CARD_UNKNOWN)

    def loans(self, card: CardNumber) -> frozenset[ItemId]:
        if not self._sendable(card):
            return frozenset()
        if not self._profile.lists.names_items:
            raise NotSent("the profile says that this ABIS lists titles, not copies")
        first = self._accounts.page(card, Summary.CHARGED_ITEMS)
        return frozenset(entry.item for entry in self._accounts.loans(card, first) if entry.item)

    def end_session(self, card: CardNumber) -> None:
        """A courtesy: it ends nothing on the servers met. That it failed is seen in `health`."""
        if not (self._sendable(card) and self._able(Code.END_PATRON_SESSION)):
            return
        try:
            self._connection.ask(self._requests.end_session(card, self._clock.now()))
        except AbisFault as fault:
            log.info("the end of a session was not told: %s", fault)

    # --- life ------------------------------------------------------------------------------------

    def health(self) -> Health:
        return self._connection.health

    def probe(self) -> Health:
        return self._connection.refresh()

    def close(self) -> None:
        self._connection.close()

    # --- pieces ----------------------------------------------------------------------------------

    def _able(self, code: Code) -> bool:
        return code in self._connection.status.able

    def _sendable(self, text: str) -> bool:
        return sendable(text, self._profile.wire.encoding)

    def _unsendable(self, card: CardNumber, item: ItemId) -> Refusal | None:
        if not self._sendable(item):
            return Refusal(Reason.UNKNOWN_ITEM)
        return None if self._sendable(card) else Refusal(Reason.CARD_UNKNOWN)
