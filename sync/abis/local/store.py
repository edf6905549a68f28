"""The built-in circulation store: an `Abis` for libraries without one, and the demo library behind our SIP2 server."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from kiosk.domain.health import READY, Health, State
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Standing
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account, Hold, Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import AbisFault, NotSent
from kiosk.ports.clock import Clock
from sync.abis.local import copies, holds, lending, pins, readers, requests
from sync.abis.local.database import Database
from sync.abis.local.lending import Desk
from sync.abis.local.remembered import Asked, Done, recall, remember
from sync.abis.local.rules import House, card_refusal
from sync.abis.local.schema import closed
from sync.abis.local.settings import Settings
from sync.capabilities import Whereabouts

D = TypeVar("D", bound=Done)


class Store:
    """Implements `kiosk.ports.abis.Abis` and the capabilities of `sync.capabilities`. Threads may share it."""

    def __init__(self, database: Database, settings: Settings, zone: ZoneInfo, clock: Clock) -> None:
        self.database = database
        self._settings = settings
        self._zone = zone
        self._clock = clock

    # --- circulation

    def item_info(self, item: ItemId) -> ItemInfo:
        with self.database.reading() as connection:
            found = copies.find(connection, item, self._today())
            return copies.info(connection, found) if found else ItemInfo(item, standing=Standing.UNKNOWN)

    def checkout(
        self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime, *, fee_accepted: bool = False
    ) -> Loan | Refusal:
        asked = Asked(txn, "checkout", f"{card} {item}")
        return self._once(asked, at, Loan, lambda desk: lending.lend(desk, card, item, fee_accepted=fee_accepted))

    def checkin(self, txn: TxnId, item: ItemId, at: datetime) -> Returned | Refusal:
        return self._once(Asked(txn, "checkin", item), at, Returned, lambda desk: self._binned(desk, item))

    def _binned(self, desk: Desk, item: ItemId) -> Returned | Refusal:
        answer = lending.take_back(desk, item)
        if isinstance(answer, Refusal):
            return answer
        return replace(answer, bin=self._settings.bins.of(answer.destination))

    def renew(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Loan | Refusal:
        asked = Asked(txn, "renew", f"{card} {item}")
        return self._once(asked, at, Loan, lambda desk: lending.renew(desk, card, item))

    # --- patrons

    def identify(self, card: CardNumber, pin: Secret | None) -> Patron | Refusal:
        """The PIN is looked at before the card: only its holder learns why a card opens nothing."""
        with self.database.reading() as connection:
            reader = readers.find(connection, card)
            if reader is None:
                return Refusal(Reason.CARD_UNKNOWN)
            patron = readers.as_patron(connection, reader)
        refusal = self._pin_refusal(reader, pin) if pin is not None else None
        return refusal or card_refusal(reader.borrower, self._today()) or patron

    def _pin_refusal(self, reader: readers.Reader, pin: Secret) -> Refusal | None:
        now = self._clock.now()
        if reader.pin_locked_until is not None and now < reader.pin_locked_until:
            return Refusal(Reason.PIN_LOCKED, until=self._day(reader.pin_locked_until))
        right = pins.matches(pin.value, reader.pin)
        if right and reader.pin_failures == 0:
            return None
        locked_until = now + timedelta(minutes=self._settings.pin_lock_minutes)
        with self.database.writing() as connection:
            if right:
                readers.clear_wrong_pins(connection, reader.card)
                return None
            locked = readers.note_wrong_pin(connection, reader.card, self._settings.pin_attempts, locked_until)
        return Refusal(Reason.PIN_LOCKED, until=self._day(locked_until)) if locked else Refusal(Reason.WRONG_PIN)

    def account(self, card: CardNumber) -> Account | Refusal:
        with self.database.reading() as connection:
            reader = readers.find(connection, card)
            if reader is None:
                return Refusal(Reason.CARD_UNKNOWN)
            desk = self._desk(connection, self._clock.now())
            owed = reader.borrower.debt
            return Account(
                loans=lending.loans_of(desk, reader),
                holds=holds.listed(connection, reader.card, desk.today),
                fees=Money(owed, self._settings.currency) if owed else None,
                messages=readers.messages_for(connection, reader.card),
            )

    def loans(self, card: CardNumber) -> frozenset[ItemId]:
        with self.database.reading() as connection:
            reader = readers.find(connection, card)
            return readers.loans_of(connection, reader.card) if reader else frozenset()

    def end_session(self, card: CardNumber) -> None:
        """Nothing of a session is kept here."""

    # --- capabilities

    def whereabouts(self, item: ItemId) -> Whereabouts | None:
        with self.database.reading() as connection:
            found = copies.find(connection, item, self._today())
            if found is None:
                return None
            return Whereabouts(found.copy.home, found.place or found.shelf, found.copy.queue, found.until)

    def place_hold(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Hold | Refusal:
        asked = Asked(txn, "hold", f"{card} {item}")
        return self._once(asked, at, Hold, lambda desk: requests.request(desk, card, item))

    def cancel_hold(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Hold | Refusal:
        asked = Asked(txn, "cancel hold", f"{card} {item}")
        return self._once(asked, at, Hold, lambda desk: requests.withdraw(desk, card, item))

    def pay(self, txn: TxnId, card: CardNumber, amount: Money, at: datetime) -> Money | Refusal:
        asked = Asked(txn, "pay", f"{card} {amount.minor} {amount.currency}")
        return self._once(asked, at, Money, lambda desk: requests.pay(desk, card, amount))

    def block_card(self, card: CardNumber, why: str) -> Refusal | None:
        with self.database.writing() as connection:
            reader = readers.find(connection, card)
            if reader is None:
                return Refusal(Reason.CARD_UNKNOWN)
            readers.block(connection, reader.card, why)
            return None

    # --- life

    def health(self) -> Health:
        """As the file was when it was last used."""
        return Health(State.ABSENT, self.database.fault) if self.database.fault else READY

    def probe(self) -> Health:
        with suppress(AbisFault), self.database.reading() as connection:
            connection.execute(select(closed.c.day)).all()
        return self.health()

    def close(self) -> None:
        self.database.close()

    # --- for the office

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    @property
    def currency(self) -> str:
        return self._settings.currency

    def now(self) -> datetime:
        return self._clock.now()

    def desk(self, connection: Connection) -> Desk:
        """The house as it is now, for one transaction."""
        return self._desk(connection, self._clock.now())

    # --- inside

    def _once(self, asked: Asked, at: datetime, kind: type[D], act: Callable[[Desk], D | Refusal]) -> D | Refusal:
        """Answer from memory what was done before; otherwise do it and remember it in the same transaction."""
        with self.database.writing() as connection:
            known = recall(connection, asked)
            if known is not None:
                if not isinstance(known, kind):
                    raise NotSent(f"transaction {asked.txn} is kept with an answer of another kind")
                return known
            answer = act(self._desk(connection, at))
            if not isinstance(answer, Refusal):
                remember(connection, asked, answer, self._clock.now())
            return answer

    def _desk(self, connection: Connection, at: datetime) -> Desk:
        today = self._day(at)
        days = connection.execute(select(closed.c.day)).scalars().all()
        house = House(
            currency=self._settings.currency,
            law_age=self._settings.law_age,
            overdue_grace=self._settings.overdue_grace_days,
            weekdays=frozenset(int(day) for day in days if len(day) == 1),
            closed=frozenset(date.fromisoformat(day) for day in days if len(day) > 1),
        )
        return Desk(connection, at, today, house, self._settings.hold_days)

    def _today(self) -> date:
        return self._day(self._clock.now())

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()
