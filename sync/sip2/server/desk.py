"""What every answer of the server leans on, and the pieces that many answers share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.money import Money
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import Abis
from kiosk.ports.clock import Clock
from sync.sip2.codec import Message
from sync.sip2.dates import read_date, write_date
from sync.sip2.server.answers import Pair
from sync.sip2.server.settings import ServerSettings
from sync.sip2.server.texts import Language, Text, refused
from sync.sip2.values import FeeType

NO_MINOR_UNIT = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})
"""Currencies without cents (ISO 4217)."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The library system behind the server, and how one machine is spoken to."""

    abis: Abis
    settings: ServerSettings
    zone: ZoneInfo
    clock: Clock
    mint: Callable[[], TxnId]
    language: Language = "ru"

    # --- time

    def stamp(self) -> str:
        """Now, as every answer carries it."""
        return write_date(self.clock.now(), self.zone)

    def moment(self, text: str | None) -> datetime:
        """When the reader did it, as far as the machine's date can be believed; otherwise now."""
        now = self.clock.now()
        said = read_date(text or "", self.zone)
        if said is None or said.at is None:
            return now
        oldest = now - timedelta(days=self.settings.trusted_days)
        return said.at if oldest <= said.at < now else now

    def today(self) -> date:
        return self.clock.now().astimezone(self.zone).date()

    # --- fields

    @property
    def institution(self) -> Pair:
        return ("AO", self.settings.institution)

    def said(self, texts: Text, **values: str) -> Pair:
        return ("AF", texts[self.language].format(**values))

    def refusal(self, refusal: Refusal) -> tuple[Pair, ...]:
        """Why not, for people and for programs. A fee to accept speaks by its amount alone, as Koha has it: machines
        take a screen message there for a refusal that no answer can change."""
        owed = amount_fields(refusal.fee) if refusal.fee else ()
        if refusal.reason is Reason.FEE:
            return (("BT", FeeType.RENTAL), *owed, *self._particulars(refusal))
        return (*owed, ("AF", refused(refusal, self.language)), *self._particulars(refusal))

    def _particulars(self, refusal: Refusal) -> tuple[Pair, ...]:
        """Fields of our own: the reason by its name, with what it speaks of."""
        known = (
            ("KR", refusal.reason.name.lower()),
            ("KL", str(refusal.limit) if refusal.limit is not None else ""),
            ("KQ", str(refusal.queue) if refusal.queue is not None else ""),
            ("KU", f"{refusal.until:%Y%m%d}" if refusal.until else ""),
        )
        return self.own(*known)

    def own(self, *pairs: Pair) -> tuple[Pair, ...]:
        """Fields beyond the standard, where they are wanted and there is something to say."""
        return tuple(pair for pair in pairs if pair[1]) if self.settings.details else ()

    # --- readers

    def identified(self, message: Message) -> tuple[Patron | Refusal, bool]:
        """Who the message speaks of, and whether a PIN came with it. An empty PIN is none: it is never right."""
        pin = message.get("AD") or ""
        answer = self.abis.identify(card_of(message), Secret(pin) if pin else None)
        return answer, bool(pin)


def card_of(message: Message) -> CardNumber:
    return CardNumber((message.get("AA") or "").strip())


def item_of(message: Message) -> ItemId:
    return ItemId((message.get("AB") or "").strip())


def due_text(day: date | None) -> str:
    """A due date as Koha sends it: one minute before the day ends. Empty where nobody knows."""
    return f"{day:%Y%m%d}    235900" if day else ""


def amount_fields(amount: Money) -> tuple[Pair, ...]:
    """Currency and amount."""
    if amount.currency in NO_MINOR_UNIT:
        return (("BH", amount.currency), ("BV", str(amount.minor)))
    return (("BH", amount.currency), ("BV", f"{amount.minor // 100}.{amount.minor % 100:02}"))


def known(value: bool | None) -> str:
    """Y, N, or U for what nobody told."""
    return "U" if value is None else flag(value)


def flag(value: bool) -> str:
    return "Y" if value else "N"
