"""Answers about readers: 23/24, 63/64, 35/36, 01/24, 25/26, 37/38.

Whoever gives a PIN and gives it wrong learns nothing of the reader: no name, no list (many servers tell all the same).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.domain.ids import TxnId
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account, Hold, HoldState, Patron
from kiosk.domain.refusal import Reason, Refusal
from sync.capabilities import CardControl, Payments
from sync.sip2.codec import Message
from sync.sip2.messages import Code
from sync.sip2.server.answers import Answer, Pair
from sync.sip2.server.desk import NO_MINOR_UNIT, Desk, amount_fields, card_of, flag
from sync.sip2.server.texts import NOT_DONE_HERE
from sync.sip2.values import SUMMARY_FIELDS, PatronStatus, Summary, marked, marks

DENIED = frozenset(
    {
        PatronStatus.CHARGE_PRIVILEGES_DENIED,
        PatronStatus.RENEWAL_PRIVILEGES_DENIED,
        PatronStatus.RECALL_PRIVILEGES_DENIED,
        PatronStatus.HOLD_PRIVILEGES_DENIED,
    }
)
FLAGS: Mapping[Reason, frozenset[PatronStatus]] = MappingProxyType(
    {
        Reason.CARD_UNKNOWN: DENIED,
        Reason.CARD_EXPIRED: DENIED,
        Reason.CARD_BLOCKED: DENIED,
        Reason.CARD_LOST: DENIED | {PatronStatus.CARD_REPORTED_LOST},
        Reason.DEBTS: DENIED | {PatronStatus.EXCESSIVE_OUTSTANDING_FEES},
    }
)
PIN_REASONS = frozenset({Reason.WRONG_PIN, Reason.PIN_LOCKED})


@dataclass(frozen=True, slots=True)
class Known:
    """What a machine may know of a reader: who it is or why not; whether the PIN was right (None: none was given)."""

    who: Patron | Refusal
    pin_right: bool | None

    @property
    def open(self) -> bool:
        """Whether anything of the reader may be told."""
        return self.pin_right is not False and not (
            isinstance(self.who, Refusal) and self.who.reason is Reason.CARD_UNKNOWN
        )


def look_up(desk: Desk, message: Message) -> Known:
    who, pin_given = desk.identified(message)
    wrong = isinstance(who, Refusal) and who.reason in PIN_REASONS
    return Known(who, not wrong if pin_given else None)


def status(desk: Desk, message: Message) -> Answer:
    known = look_up(desk, message)
    account = _account(desk, message, known)
    fees = amount_fields(account.fees) if account.fees else ()
    fields = (*_who(desk, message, known), *fees, *_why(desk, known))
    return Answer(Code.PATRON_STATUS_RESPONSE, _fixed(desk, message, known), fields)


def information(desk: Desk, message: Message) -> Answer:
    known = look_up(desk, message)
    account = _account(desk, message, known)
    lists = _lists(desk, account)
    fees = amount_fields(account.fees) if account.fees else ()
    fields = (
        *_who(desk, message, known),
        *_personal(desk, known),
        *fees,
        *_asked(desk, message, lists),
        *(("AF", text) for text in account.messages),
        *_why(desk, known),
    )
    counts = {name: f"{min(len(lists[kind]), 9999):04}" for kind, name in COUNTS.items()}
    return Answer(Code.PATRON_INFORMATION_RESPONSE, {**_fixed(desk, message, known), **counts}, fields)


COUNTS: Mapping[Summary, str] = MappingProxyType(
    {
        Summary.HOLD_ITEMS: "hold_items_count",
        Summary.OVERDUE_ITEMS: "overdue_items_count",
        Summary.CHARGED_ITEMS: "charged_items_count",
        Summary.FINE_ITEMS: "fine_items_count",
        Summary.RECALL_ITEMS: "recall_items_count",
        Summary.UNAVAILABLE_HOLDS: "unavailable_holds_count",
    }
)


def end_session(desk: Desk, message: Message) -> Answer:
    desk.abis.end_session(card_of(message))
    fixed = {"end_session": "Y", "transaction_date": desk.stamp()}
    return Answer(Code.END_SESSION_RESPONSE, fixed, (desk.institution, ("AA", card_of(message))))


def block(desk: Desk, message: Message) -> Answer:
    """Block the card where the library lets machines do so; either way the answer is the card's state as it is now."""
    if desk.settings.block_cards and isinstance(desk.abis, CardControl):
        desk.abis.block_card(card_of(message), (message.get("AL") or "").strip()[:200])
        return _state(desk, message, Code.PATRON_STATUS_RESPONSE, ())
    return _state(desk, message, Code.PATRON_STATUS_RESPONSE, (desk.said(NOT_DONE_HERE),))


def enable(desk: Desk, message: Message) -> Answer:
    """A card is opened again by a person, never by a machine."""
    return _state(desk, message, Code.PATRON_ENABLE_RESPONSE, (desk.said(NOT_DONE_HERE),))


def fee_paid(desk: Desk, message: Message) -> Answer:
    """A payment told twice under one transaction id (BK) is written down once."""
    named = (message.get("BK") or "").strip()
    amount = _amount(message)
    accepted = False
    said: tuple[Pair, ...] = (desk.said(NOT_DONE_HERE),)
    if isinstance(desk.abis, Payments) and amount is not None:
        txn = TxnId(f"sip2 {card_of(message)} {named}") if named else desk.mint()
        left = desk.abis.pay(txn, card_of(message), amount, desk.moment(message.get("transaction_date")))
        accepted = isinstance(left, Money)
        said = desk.refusal(left) if isinstance(left, Refusal) else ()
    fixed = {"payment_accepted": flag(accepted), "transaction_date": desk.stamp()}
    fields = (desk.institution, ("AA", card_of(message)), *([("BK", named)] if named else []), *said)
    return Answer(Code.FEE_PAID_RESPONSE, fixed, fields)


# --- pieces


def _state(desk: Desk, message: Message, code: Code, said: tuple[Pair, ...]) -> Answer:
    known = look_up(desk, message)
    return Answer(code, _fixed(desk, message, known), (*_who(desk, message, known), *said))


def _fixed(desk: Desk, message: Message, known: Known) -> dict[str, str]:
    """Flags say what the card cannot do; a wrong PIN says nothing about the card."""
    if isinstance(known.who, Refusal):
        flags = FLAGS.get(known.who.reason, frozenset())
    else:
        full = known.who.limit is not None and known.who.loan_count >= known.who.limit
        flags = frozenset({PatronStatus.TOO_MANY_ITEMS_CHARGED} if full else ())
    language = message.get("language") or ""
    return {
        "patron_status": marks(flags, 14),
        "language": language if re.fullmatch("[0-9]{3}", language) else "000",
        "transaction_date": desk.stamp(),
    }


def _who(desk: Desk, message: Message, known: Known) -> tuple[Pair, ...]:
    """AO, AA, AE, BL and, where a PIN was asked about, CQ. An empty AD is a PIN that is wrong, as Koha has it."""
    card = known.who.card if isinstance(known.who, Patron) and known.open else card_of(message)
    name = known.who.name if isinstance(known.who, Patron) and known.open else ""
    unknown = isinstance(known.who, Refusal) and known.who.reason is Reason.CARD_UNKNOWN
    asked = message.get("AD") is not None and not unknown
    right = (("CQ", flag(bool(known.pin_right))),) if asked else ()
    return (desk.institution, ("AA", card), ("AE", name), ("BL", flag(not unknown)), *right)


def _personal(desk: Desk, known: Known) -> tuple[Pair, ...]:
    """Birth date (PB) and expiry (PA) where other servers have them, limit, address, and how the reader is greeted."""
    if not known.open:
        return ()
    if isinstance(known.who, Refusal):
        expired = known.who.reason is Reason.CARD_EXPIRED and known.who.until is not None
        return desk.own(("PA", f"{known.who.until:%Y%m%d}")) if expired else ()
    birth = f"{known.who.birth:%Y%m%d}" if known.who.birth else ""
    limit = (("CB", f"{min(known.who.limit, 9999):04}"),) if known.who.limit is not None else ()
    mail = (("BE", known.who.mail.value),) if known.who.mail else ()
    return (*limit, *mail, *desk.own(("PB", birth), ("KF", known.who.first_name)))


def _why(desk: Desk, known: Known) -> tuple[Pair, ...]:
    return desk.refusal(known.who) if isinstance(known.who, Refusal) else ()


def _account(desk: Desk, message: Message, known: Known) -> Account:
    """The reader's account; nothing where nothing may be told."""
    answer = desk.abis.account(card_of(message)) if known.open else Account()
    return answer if isinstance(answer, Account) else Account()


def _lists(desk: Desk, account: Account) -> dict[Summary, list[str]]:
    today = desk.today()
    ready = [hold for hold in account.holds if hold.state is HoldState.READY]
    waiting = [hold for hold in account.holds if hold.state is HoldState.WAITING]
    written = _hold_details if desk.settings.hold_details else _hold
    return {
        Summary.HOLD_ITEMS: [written(hold) for hold in ready],
        Summary.OVERDUE_ITEMS: [loan.item for loan in account.loans if loan.due and loan.due < today],
        Summary.CHARGED_ITEMS: [loan.item for loan in account.loans],
        Summary.FINE_ITEMS: [f"{value} {currency}" for currency, value in _fines(account)],
        Summary.RECALL_ITEMS: [],
        Summary.UNAVAILABLE_HOLDS: [written(hold) for hold in waiting],
    }


def _fines(account: Account) -> list[tuple[str, str]]:
    """One entry: the library system behind tells the sum only."""
    if account.fees is None:
        return []
    (_, currency), (_, value) = amount_fields(account.fees)
    return [(currency, value)]


def _hold(hold: Hold) -> str:
    return hold.item or hold.title


def _hold_details(hold: Hold) -> str:
    until = f"{hold.until:%Y%m%d}" if hold.until else ""
    queue = "" if hold.queue is None else str(hold.queue)
    parts = (hold.item or "", hold.title, hold.author, until, hold.shelf, queue)
    return "^".join(part.replace("^", " ") for part in parts)


def _asked(desk: Desk, message: Message, lists: dict[Summary, list[str]]) -> list[Pair]:
    """The entries of the one list that was asked for, from BP to BQ (both counted from 1)."""
    wanted = marked(Summary, message.get("summary"))
    if not wanted:
        return []
    kind = min(wanted)
    first = max(1, message.number("BP") or 1)
    last = message.number("BQ") or len(lists[kind])
    last = min(last, first + desk.settings.list_limit - 1)
    return [(SUMMARY_FIELDS[kind], entry) for entry in lists[kind][first - 1 : last]]


def _amount(message: Message) -> Money | None:
    currency = message.get("currency_type") or ""
    written = re.fullmatch(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?", (message.get("BV") or "").strip())
    if written is None:
        return None
    if currency in NO_MINOR_UNIT:
        return None if written[2] else Money(int(written[1]), currency)
    return Money(int(written[1]) * 100 + int((written[2] or "").ljust(2, "0")), currency)


Handler = Callable[[Desk, Message], Answer]
