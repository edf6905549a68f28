"""What an answer of the ABIS means: `Message` in, values of the house out. Pure, and lenient as far as nothing is lost.

A field that cannot be read is as good as absent. Only an answer that does not say whether the thing was done is
refused, with `Unusable`: to guess there is to lose a loan. CY and DA (who waits for a returned item, with mail and
phone) are never read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from decimal import Decimal

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Destination, ItemInfo, Loan, Returned, Standing
from kiosk.domain.money import Money
from kiosk.domain.patrons import Hold, HoldState, Patron
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.sip2.profile import Profile, Source
from sync.sip2.codec import Message
from sync.sip2.dates import read_date
from sync.sip2.values import (
    SUMMARY_FIELDS,
    AlertType,
    CirculationStatus,
    PatronStatus,
    Summary,
    known,
    marked,
)

NO_MINOR_UNIT = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})
"""Currencies without cents (ISO 4217), as far as libraries charge in them."""

NO_LIMIT = frozenset({0, 9999})
"""What servers that keep no limit send in CB."""

STANDINGS = {
    CirculationStatus.AVAILABLE: Standing.AVAILABLE,
    CirculationStatus.TO_BE_RESHELVED: Standing.AVAILABLE,
    CirculationStatus.CHARGED: Standing.ON_LOAN,
    CirculationStatus.CHARGED_NOT_RECALLABLE: Standing.ON_LOAN,
    CirculationStatus.RECALLED: Standing.ON_LOAN,
    CirculationStatus.CLAIMED_RETURNED: Standing.ON_LOAN,
    CirculationStatus.ON_HOLD_SHELF: Standing.ON_HOLD_SHELF,
    CirculationStatus.IN_TRANSIT: Standing.IN_TRANSIT,
    CirculationStatus.LOST: Standing.LOST,
    CirculationStatus.MISSING: Standing.LOST,
}

DESTINATIONS = {
    AlertType.HOLD_HERE: Destination.HOLD_SHELF,
    AlertType.HOLD_ELSEWHERE: Destination.OTHER_BRANCH,
    AlertType.INTERLIBRARY_LOAN: Destination.SORTING,
    AlertType.SEND_TO_BRANCH: Destination.OTHER_BRANCH,
    AlertType.OTHER: Destination.SORTING,
}

FLAG_REASONS = (
    (PatronStatus.CARD_REPORTED_LOST, Reason.CARD_LOST),
    (PatronStatus.EXCESSIVE_OUTSTANDING_FINES, Reason.DEBTS),
    (PatronStatus.EXCESSIVE_OUTSTANDING_FEES, Reason.DEBTS),
    (PatronStatus.TOO_MANY_ITEMS_BILLED, Reason.DEBTS),
    (PatronStatus.TOO_MANY_ITEMS_CHARGED, Reason.LIMIT_REACHED),
)
"""Which flag names the reason best, first of all; any other is a blocked card."""

PIN_REASONS = frozenset({Reason.WRONG_PIN, Reason.PIN_LOCKED})
CARD_REASONS = frozenset(
    {
        Reason.CARD_EXPIRED,
        Reason.CARD_BLOCKED,
        Reason.CARD_LOST,
        Reason.CARD_UNKNOWN,
        Reason.DEBTS,
        Reason.LIMIT_REACHED,
    }
)


class Unusable(Exception):
    """The answer does not say whether the thing was done. The text names the field."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a patron's list; what the ABIS does not put there is empty."""

    item: ItemId | None
    title: str = ""
    author: str = ""
    due: date | None = None
    shelf: str = ""
    queue: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """What the ABIS says of a refusal, as far as it says anything."""

    reason: Reason | None = None
    limit: int | None = None
    queue: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How this site reads this ABIS. `here` is the station's own branch (AP), `currency` what is meant without BH."""

    profile: Profile
    zone: tzinfo
    currency: str
    here: str = ""

    # --- items -----------------------------------------------------------------------------------

    def item_info(self, message: Message, item: ItemId) -> ItemInfo:
        standing = self._standing(message)
        fee = self.fee(message)
        return ItemInfo(
            item=item,
            title=self.title(message),
            author=self._first(message, self.profile.items.author),
            standing=standing,
            age_mark=_number(self._first(message, self.profile.items.age_mark)),
            due=self.day(message.get("AH")) if standing is Standing.ON_LOAN else None,
            fee_minor=fee.minor if fee else None,
        )

    def _standing(self, message: Message) -> Standing:
        """An unknown item is answered with status 01 and an empty title (Koha, invenio)."""
        status = known(CirculationStatus, message.get("circulation_status"))
        if not (message.get("AJ") or "").strip() and status in (None, CirculationStatus.OTHER):
            return Standing.UNKNOWN
        if self._first(message, self.profile.items.reference_only):
            return Standing.REFERENCE_ONLY
        return STANDINGS.get(status, Standing.OTHER) if status else Standing.OTHER

    def checkout(self, message: Message, item: ItemId, fee_accepted: bool = False) -> Loan | Refusal:
        """A fee that was accepted already is not asked about again."""
        return self._loan(message, item, Reason.OTHER, ask_fee=not fee_accepted)

    def renewal(self, message: Message, item: ItemId) -> Loan | Refusal:
        return self._loan(message, item, Reason.NOT_RENEWABLE, ask_fee=True)

    def _loan(self, message: Message, item: ItemId, otherwise: Reason, *, ask_fee: bool) -> Loan | Refusal:
        if _ok(message):
            return Loan(
                item=item,
                title=self.title(message),
                author=self._first(message, self.profile.items.author),
                due=self.day(message.get("AH")),
                renewals_left=_number(self._first(message, self.profile.items.renewals_left)),
                age_mark=_number(self._first(message, self.profile.items.age_mark)),
            )
        why, fee = self.why(message), self.fee(message)
        if fee and ask_fee and (why.reason is Reason.FEE or not (why.reason or self.texts(message))):
            return Refusal(Reason.FEE, raw=self.raw(message), fee=fee)
        if message.flag("BL") is False:
            otherwise = Reason.CARD_UNKNOWN
        return self._refusal(message, why, otherwise, fee if why.reason is Reason.DEBTS else None)

    def checkin(self, message: Message, item: ItemId) -> Returned | Refusal:
        ok, alert = _ok(message), message.get("CV") or ""
        nobody = any(fit.search(text) for fit in self.profile.texts.not_on_loan for text in message.all("AF"))
        title = self.title(message)
        if not (ok or alert in self.profile.items.arrived or (nobody and title)):
            return self._refusal(message, self.why(message), Reason.UNKNOWN_ITEM if nobody else Reason.OTHER)
        return Returned(
            item=item,
            title=title,
            author=self._first(message, self.profile.items.author),
            destination=self._destination(message, alert),
            bin=(message.get("CL") or "").strip(),
            was_on_loan=not nobody,
            patron=CardNumber(message.get("AA") or "") or None,
        )

    def _destination(self, message: Message, alert: str) -> Destination:
        kind = known(AlertType, alert)
        if kind in DESTINATIONS:
            return DESTINATIONS[kind]
        elsewhere = (message.get("CT") or "").strip()
        return Destination.OTHER_BRANCH if elsewhere and elsewhere != self.here else Destination.SHELF

    # --- patrons ---------------------------------------------------------------------------------

    def patron(self, message: Message, card: CardNumber, *, pin_asked: bool) -> Patron | Refusal:
        """Who this is, or why they are turned away. A PIN is right only where the ABIS says so in so many words."""
        if not self.exists(message):
            return self._turned_away(message, Reason.CARD_UNKNOWN, CARD_REASONS)
        if pin_asked and message.flag("CQ") is not True:
            return self._turned_away(message, Reason.WRONG_PIN, PIN_REASONS)
        flags = marked(PatronStatus, message.get("patron_status")) & self.profile.patrons.blocks
        if flags:
            return self._blocked(message, flags)
        loans = frozenset(entry.item for entry in self.entries(message, Summary.CHARGED_ITEMS) if entry.item)
        limit = message.number("CB")
        return Patron(
            card=CardNumber((message.get("AA") or "").strip()) or card,
            name=(message.get("AE") or "").strip(),
            first_name=self._first(message, self.profile.patrons.first_name),
            birth=self.day(self._first(message, self.profile.patrons.birth)),
            loans=loans,
            loan_count=max(message.number("charged_items_count") or 0, len(loans)),
            limit=None if limit in NO_LIMIT else limit,
        )

    def exists(self, message: Message) -> bool:
        """Whether the ABIS knows this card."""
        valid = message.flag("BL")
        if valid is None and self.profile.patrons.valid == "named":
            return bool((message.get("AE") or "").strip())
        return valid is True

    def _turned_away(self, message: Message, otherwise: Reason, fitting: frozenset[Reason]) -> Refusal:
        """A text of the ABIS may name a reason of the fitting sort, nothing else."""
        why = self.why(message)
        return self._refusal(message, why if why.reason in fitting else Why(), otherwise)

    def _blocked(self, message: Message, flags: frozenset[PatronStatus]) -> Refusal:
        expiry = self.day(self._first(message, self.profile.patrons.expiry))
        today = self.day(message.get("transaction_date"))
        reason = next((reason for flag, reason in FLAG_REASONS if flag in flags), Reason.CARD_BLOCKED)
        if reason is Reason.CARD_BLOCKED and expiry and today and expiry < today:
            reason = Reason.CARD_EXPIRED
        refusal = self._turned_away(message, reason, CARD_REASONS - {Reason.CARD_UNKNOWN})
        if refusal.reason is Reason.DEBTS:
            return replace(refusal, fee=self.fee(message))
        return replace(refusal, until=refusal.until or expiry) if refusal.reason is Reason.CARD_EXPIRED else refusal

    def entries(self, message: Message, kind: Summary) -> tuple[Entry, ...]:
        """The lines of one list of a patron, as far as they fit the profile's pattern."""
        holds = kind in (Summary.HOLD_ITEMS, Summary.UNAVAILABLE_HOLDS)
        pattern = self.profile.lists.hold if holds else self.profile.lists.loan
        fits = (pattern.search(text) for text in message.all(SUMMARY_FIELDS[kind]))
        return tuple(self._entry(fit) for fit in fits if fit)

    def _entry(self, fit: re.Match[str]) -> Entry:
        said = {name: (value or "").strip() for name, value in fit.groupdict().items()}
        return Entry(
            item=ItemId(said["item"]) if said.get("item") else None,
            title=said.get("title", ""),
            author=said.get("author", ""),
            due=self.day(said.get("due")),
            shelf=said.get("shelf", ""),
            queue=_number(said.get("queue")),
        )

    def hold(self, entry: Entry, state: HoldState, about: Message | None) -> Hold:
        """`about` is what the ABIS says of the item, where it was asked. An entry that is no item is a title."""
        unknown = about is not None and self._standing(about) is Standing.UNKNOWN
        told = None if unknown else about
        return Hold(
            title=entry.title or (self.title(told) if told else "") or str(entry.item or ""),
            author=entry.author or (self._first(told, self.profile.items.author) if told else ""),
            item=None if unknown else entry.item,
            state=state,
            shelf=entry.shelf,
            until=entry.due or (self.day(told.get("CM")) if told else None),
            queue=entry.queue,
        )

    def messages(self, message: Message) -> tuple[str, ...]:
        """What the ABIS has to say to this reader, where its texts are fit for readers."""
        return self.texts(message) if self.profile.texts.show else ()

    # --- pieces ----------------------------------------------------------------------------------

    def title(self, message: Message) -> str:
        """Without the slash that cataloguing rules put between title and author."""
        return self._first(message, self.profile.items.title).rstrip(" /")

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
        if named := Reason.__members__.get(self._first(message, texts.reason).upper()):
            limit, queue = self._first(message, texts.limit), self._first(message, texts.queue)
            return Why(named, _number(limit), _number(queue), self.day(self._first(message, texts.until)))
        heard = self.texts(message)
        for meaning in texts.meanings:
            for fit in filter(None, map(meaning.text.search, heard)):
                said = fit.groupdict()
                amounts = {name: _number(said.get(name)) for name in ("limit", "queue")}
                return Why(meaning.reason, **amounts, until=self.day(said.get("until")))
        return Why()

    def _refusal(self, message: Message, why: Why, otherwise: Reason, fee: Money | None = None) -> Refusal:
        return Refusal(why.reason or otherwise, self.raw(message), fee, why.limit, why.queue, why.until)

    def _first(self, message: Message, source: Source | None) -> str:
        """The value a profile's source finds in the message, or nothing."""
        if source is None:
            return ""
        values: Iterable[str] = (value for name in source.fields for value in message.all(name))
        fits = (fit for value in values if (fit := source.pattern.search(value)))
        return next((fit["value"].strip() for fit in fits if fit["value"]), "")


def was_renewal(message: Message) -> bool:
    """Whether a checkout was carried out as a renewal: the reader had the item already."""
    return message.flag("ok") is True and message.flag("renewal_ok") is True


def _ok(message: Message) -> bool:
    ok = message.flag("ok")
    if ok is None:
        raise Unusable("the answer does not say whether it was done (ok is neither 0 nor 1)")
    return ok


def _number(text: str | None) -> int | None:
    """A whole number of at most nine digits; no count or age a library keeps is longer."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else None


def _minor(text: str, currency: str) -> int | None:
    """`5.00`, `5,00` or `5` in minor units."""
    digits = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", digits, re.ASCII):
        return None
    return int((Decimal(digits) * (1 if currency in NO_MINOR_UNIT else 100)).to_integral_value())
