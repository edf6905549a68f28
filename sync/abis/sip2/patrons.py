"""What answers about patrons mean: message 64 and the lists in it. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import date

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Standing
from kiosk.domain.mail import address
from kiosk.domain.patrons import Hold, HoldState, Patron
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.sip2.items import standing_of
from sync.abis.sip2.reading import Reading, Why, number
from sync.sip2.codec import Message
from sync.sip2.values import SUMMARY_FIELDS, PatronStatus, Summary, marked

NO_LIMIT = frozenset({0, 9999})
"""What servers that keep no limit send in CB."""

FLAG_REASONS = (
    (PatronStatus.CARD_REPORTED_LOST, Reason.CARD_LOST),
    (PatronStatus.EXCESSIVE_OUTSTANDING_FINES, Reason.DEBTS),
    (PatronStatus.EXCESSIVE_OUTSTANDING_FEES, Reason.DEBTS),
    (PatronStatus.TOO_MANY_ITEMS_BILLED, Reason.DEBTS),
    (PatronStatus.TOO_MANY_ITEMS_CHARGED, Reason.LIMIT_REACHED),
)
"""Which flag names the reason best, first of all; any other is a blocked card."""

DENIALS = frozenset(
    {
        PatronStatus.RENEWAL_PRIVILEGES_DENIED,
        PatronStatus.RECALL_PRIVILEGES_DENIED,
        PatronStatus.HOLD_PRIVILEGES_DENIED,
    }
)
"""Flags that say nothing about loans; good patrons were met that have them."""

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


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a patron's list; what the ABIS does not put there is empty."""

    item: ItemId | None
    title: str = ""
    author: str = ""
    due: date | None = None
    shelf: str = ""
    queue: int | None = None


def patron(reading: Reading, message: Message, card: CardNumber, *, pin_asked: bool) -> Patron | Refusal:
    """Who this is, or why they are turned away. A PIN is right only where the ABIS says so in so many words."""
    if not exists(reading, message):
        known = message.flag("BL") is False and (message.get("AE") or "").strip()
        return _turned_away(reading, message, Reason.CARD_BLOCKED if known else Reason.CARD_UNKNOWN, CARD_REASONS)
    if pin_asked and message.flag("CQ") is not True:
        return _turned_away(reading, message, Reason.WRONG_PIN, PIN_REASONS)
    flags = marked(PatronStatus, message.get("patron_status")) & reading.profile.patrons.blocks
    if flags:
        return _blocked(reading, message, flags)
    loans = frozenset(entry.item for entry in entries(reading, message, Summary.CHARGED_ITEMS) if entry.item)
    limit = message.number("CB")
    return Patron(
        card=CardNumber((message.get("AA") or "").strip()) or card,
        name=(message.get("AE") or "").strip(),
        first_name=reading.first(message, reading.profile.patrons.first_name),
        birth=reading.day(reading.first(message, reading.profile.patrons.birth)),
        loans=loans,
        loan_count=max(message.number("charged_items_count") or 0, len(loans)),
        limit=None if limit in NO_LIMIT else limit,
        mail=address(message.get("BE") or ""),
    )


def exists(reading: Reading, message: Message) -> bool:
    """Whether the ABIS knows this card."""
    valid = message.flag("BL")
    if valid is None and reading.profile.patrons.valid == "named":
        return bool((message.get("AE") or "").strip())
    return valid is True


def held_back(reading: Reading, message: Message) -> Refusal | None:
    """What stands against this reader's loans, whether or not it turns them away at log-in; None: nothing is said."""
    if not exists(reading, message):
        return Refusal(Reason.CARD_UNKNOWN)
    flags = marked(PatronStatus, message.get("patron_status")) - DENIALS
    refusal = _blocked(reading, message, flags) if flags else None
    full = refusal is not None and refusal.reason is Reason.LIMIT_REACHED
    return replace(refusal, limit=refusal.limit or message.number("CB")) if refusal and full else refusal


def _turned_away(reading: Reading, message: Message, otherwise: Reason, fitting: frozenset[Reason]) -> Refusal:
    """A text of the ABIS may name a reason of the fitting sort, nothing else."""
    why = reading.why(message)
    return reading.refusal(message, why if why.reason in fitting else Why(), otherwise)


def _blocked(reading: Reading, message: Message, flags: frozenset[PatronStatus]) -> Refusal:
    expiry = reading.day(reading.first(message, reading.profile.patrons.expiry))
    today = reading.day(message.get("transaction_date"))
    reason = next((reason for flag, reason in FLAG_REASONS if flag in flags), Reason.CARD_BLOCKED)
    if reason is Reason.CARD_BLOCKED and expiry and today and expiry < today:
        reason = Reason.CARD_EXPIRED
    refusal = _turned_away(reading, message, reason, CARD_REASONS - {Reason.CARD_UNKNOWN})
    if refusal.reason is Reason.DEBTS:
        return replace(refusal, fee=reading.fee(message))
    return replace(refusal, until=refusal.until or expiry) if refusal.reason is Reason.CARD_EXPIRED else refusal


def entries(reading: Reading, message: Message, kind: Summary) -> tuple[Entry, ...]:
    """The lines of one list of a patron, as far as they fit the profile's pattern."""
    holds = kind in (Summary.HOLD_ITEMS, Summary.UNAVAILABLE_HOLDS)
    pattern = reading.profile.lists.hold if holds else reading.profile.lists.loan
    fits = (pattern.search(text) for text in message.all(SUMMARY_FIELDS[kind]))
    return tuple(_entry(reading, fit) for fit in fits if fit)


def _entry(reading: Reading, fit: re.Match[str]) -> Entry:
    said = {name: (value or "").strip() for name, value in fit.groupdict().items()}
    return Entry(
        item=ItemId(said["item"]) if said.get("item") else None,
        title=said.get("title", ""),
        author=said.get("author", ""),
        due=reading.day(said.get("due")),
        shelf=said.get("shelf", ""),
        queue=number(said.get("queue")),
    )


def hold(reading: Reading, entry: Entry, state: HoldState, about: Message | None) -> Hold:
    """`about` is what the ABIS says of the item, where it was asked. An entry that is no item is a title."""
    unknown = about is not None and standing_of(reading, about) is Standing.UNKNOWN
    told = None if unknown else about
    return Hold(
        title=entry.title or (reading.title(told) if told else "") or str(entry.item or ""),
        author=entry.author or (reading.first(told, reading.profile.items.author) if told else ""),
        item=None if unknown else entry.item,
        state=state,
        shelf=entry.shelf,
        until=entry.due or (reading.day(told.get("CM")) if told else None),
        queue=entry.queue,
    )


def messages(reading: Reading, message: Message) -> tuple[str, ...]:
    """What the ABIS has to say to this reader, where its texts are fit for readers."""
    return reading.texts(message) if reading.profile.texts.show else ()
