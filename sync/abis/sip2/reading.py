"""How this site reads answers of this ABIS: titles, days, amounts, reasons, wherever the profile says they stand.

A field that cannot be read is as good as absent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from kiosk.domain.money import Money
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.sip2.profile import Profile, Source
from sync.sip2.codec import Message
from sync.sip2.dates import read_date

NO_MINOR_UNIT = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})
"""Currencies without cents (ISO 4217), as far as libraries charge in them."""


@dataclass(frozen=True, slots=True)
class Why:
    """What the ABIS says of a refusal, as far as it says anything."""

    reason: Reason | None = None
    limit: int | None = None
    queue: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """`here` is the station's own branch (AP), `currency` what amounts are in without BH. Pure."""

    profile: Profile
    zone: tzinfo
    currency: str
    here: str = ""

    def title(self, message: Message) -> str:
        """Without the slash that cataloguing rules put between title and author."""
        return self.first(message, self.profile.items.title).rstrip(" /")

    def day(self, text: str | None) -> date | None:
        stamp = read_date(text or "", self.zone, self.profile.wire.date_formats)
        return stamp.day if stamp else None

    def fee(self, message: Message) -> Money | None:
        """BV in BH. Nothing owed is None, and so is what is no amount."""
        currency = (message.get("BH") or "").strip().upper() or self.currency
        minor = _minor(message.get("BV") or "", currency)
        return Money(minor, currency) if minor else None

    def texts(self, message: Message) -> tuple[str, ...]:
        """Screen messages without greetings."""
        quiet = self.profile.texts.quiet
        return tuple(text.strip() for text in message.all("AF") if not any(fit.search(text) for fit in quiet))

    def raw(self, message: Message) -> str:
        return " / ".join(self.texts(message))

    def why(self, message: Message) -> Why:
        """The reason as this ABIS gives it: by its name, or by a text the profile knows."""
        texts = self.profile.texts
        if named := Reason.__members__.get(self.first(message, texts.reason).upper()):
            limit, queue = self.first(message, texts.limit), self.first(message, texts.queue)
            return Why(named, number(limit), number(queue), self.day(self.first(message, texts.until)))
        heard = self.texts(message)
        for meaning in texts.meanings:
            for fit in filter(None, map(meaning.text.search, heard)):
                said = fit.groupdict()
                amounts = {name: number(said.get(name)) for name in ("limit", "queue")}
                return Why(meaning.reason, **amounts, until=self.day(said.get("until")))
        return Why()

    def refusal(self, message: Message, why: Why, otherwise: Reason, fee: Money | None = None) -> Refusal:
        return Refusal(why.reason or otherwise, self.raw(message), fee, why.limit, why.queue, why.until)

    def first(self, message: Message, source: Source | None) -> str:
        """The value a profile's source finds in the message, or nothing."""
        if source is None:
            return ""
        values: Iterable[str] = (value for name in source.fields for value in message.all(name))
        fits = (fit for value in values if (fit := source.pattern.search(value)))
        return next((fit["value"].strip() for fit in fits if fit["value"]), "")


def number(text: str | None) -> int | None:
    """A whole number of at most nine digits; no count or age a library keeps is longer."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else None


def _minor(text: str, currency: str) -> int | None:
    """`5.00`, `5,00` or `5` in minor units."""
    digits = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", digits, re.ASCII):
        return None
    return int((Decimal(digits) * (1 if currency in NO_MINOR_UNIT else 100)).to_integral_value())
