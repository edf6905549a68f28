"""The rules of circulation, apart from any table: who may have what, for how long, and why not.

1. The card comes first: unknown, lost, blocked and expired cards lend and renew nothing.
2. Then the copy: a home elsewhere, lost, for use here only, somebody's loan, somebody's ready hold.
3. Then the law: 18+ goes to nobody younger and to nobody whose birth date is unknown, at checkout and at renewal.
4. Then what the reader can cure: debts, the limit of loans.
5. Last the fee, so that nobody accepts a fee for a book that stays here all the same.
6. A reader waiting in the queue stops a renewal, not a loan from the shelf; a ready hold stops a loan.
7. A due date never falls on a day on which the library is closed.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from kiosk.domain.ids import CardNumber
from kiosk.domain.money import Money
from kiosk.domain.patrons import age_on
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import OF_AGE

YEAR = 366


class CardStanding(Enum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    LOST = "lost"


class CopyState(Enum):
    NORMAL = "normal"
    REFERENCE = "reference"
    LOST = "lost"
    TRANSIT = "transit"


@dataclass(frozen=True, slots=True)
class House:
    """What holds for every reader here. `overdue_grace`: days past the due date on which a loan can be renewed."""

    currency: str = "RUB"
    law_age: int = 18
    overdue_grace: int = 7
    weekdays: frozenset[int] = field(default_factory=frozenset)
    """ISO weekdays on which the library is closed."""
    closed: frozenset[date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Borrower:
    """A reader as the rules see one. `debt_limit` None: debts never stop a loan. Money in minor units."""

    card: CardNumber
    birth: date | None
    standing: CardStanding
    expires: date | None
    loans: int
    limit: int
    debt: int = 0
    debt_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as the rules see it. `lender` is whose loan it is on, `held_for` whose ready hold lies on it.

    `home`: name of its branch; `queue`: readers waiting for the title, `unmet` of them with no free copy to come.
    """

    age_mark: int | None = None
    state: CopyState = CopyState.NORMAL
    lent_here: bool = True
    home: str = ""
    lender: CardNumber | None = None
    due: date | None = None
    renewals: int = 0
    held_for: CardNumber | None = None
    queue: int = 0
    unmet: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """How a category of readers borrows a type of item. `fee` in minor units."""

    days: int
    renewals: int
    renewal_days: int
    fee: int = 0


def card_refusal(borrower: Borrower, today: date) -> Refusal | None:
    """Why this card opens nothing today."""
    match borrower.standing:
        case CardStanding.LOST:
            return Refusal(Reason.CARD_LOST)
        case CardStanding.BLOCKED:
            return Refusal(Reason.CARD_BLOCKED)
        case CardStanding.ACTIVE:
            expired = borrower.expires is not None and borrower.expires < today
            return Refusal(Reason.CARD_EXPIRED, until=borrower.expires) if expired else None


def may_lend(
    borrower: Borrower, copy: Copy, terms: Terms | None, today: date, house: House, *, fee_accepted: bool = False
) -> Refusal | None:
    """Why this copy is not lent to this reader today, or None. `terms` None: the category borrows no such type."""
    return (
        card_refusal(borrower, today)
        or _copy_refusal(borrower, copy, terms)
        or age_refusal(borrower, copy, today, house)
        or _debt_refusal(borrower, house)
        or _limit_refusal(borrower)
        or _fee_refusal(terms, house, fee_accepted)
    )


def may_renew(borrower: Borrower, copy: Copy, terms: Terms | None, today: date, house: House) -> Refusal | None:
    """Why this loan is not renewed today, or None. The copy's `lender`, `due` and `renewals` are the loan's."""
    if copy.lender is None:
        return Refusal(Reason.NOT_RENEWABLE, raw="not on loan")
    if copy.lender != borrower.card:
        return Refusal(Reason.ON_LOAN_TO_OTHER)
    return (
        card_refusal(borrower, today)
        or age_refusal(borrower, copy, today, house)
        or _times_refusal(copy, terms)
        or _overdue_refusal(copy, today, house)
        or (Refusal(Reason.HELD_FOR_OTHER, queue=copy.queue) if copy.unmet else None)
        or _debt_refusal(borrower, house)
    )


def due_date(start: date, days: int, house: House) -> date:
    """The day `days` after `start`, moved on to the next day on which the library is open.

    A year without a single open day leaves the date where it was: a wrong calendar must not stop a loan.
    """
    wanted = start + timedelta(days=days)
    candidates = (wanted + timedelta(days=later) for later in range(YEAR))
    return next((day for day in candidates if _is_open(day, house)), wanted)


def renewed_due(due: date, today: date, terms: Terms, house: House) -> date:
    """A renewal adds to the due date, or to today where that is past: renewing early never costs a day."""
    return due_date(max(due, today), terms.renewal_days, house)


def check_digit_isbn(twelve: str) -> str:
    """The last digit of an ISBN-13.

    >>> check_digit_isbn("978055338016")
    '3'
    """
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)


def _is_open(day: date, house: House) -> bool:
    closed: Set[date] = house.closed
    return day.isoweekday() not in house.weekdays and day not in closed


def _copy_refusal(borrower: Borrower, copy: Copy, terms: Terms | None) -> Refusal | None:
    if not copy.lent_here:
        return Refusal(Reason.OTHER_LIBRARY, raw=copy.home)
    if copy.lender == borrower.card:
        return Refusal(Reason.ALREADY_YOURS, until=copy.due)
    if copy.lender is not None:
        return Refusal(Reason.ON_LOAN_TO_OTHER)
    if copy.state is CopyState.LOST:
        return Refusal(Reason.OTHER, raw="reported lost, return it first")
    if copy.state is CopyState.REFERENCE:
        return Refusal(Reason.REFERENCE_ONLY)
    if copy.held_for not in (None, borrower.card):
        return Refusal(Reason.HELD_FOR_OTHER, queue=copy.queue)
    return None if terms else Refusal(Reason.OTHER, raw="this category of readers does not borrow this type of item")


def age_refusal(borrower: Borrower, copy: Copy, today: date, house: House) -> Refusal | None:
    """Why the law keeps this copy from this reader."""
    if not copy.age_mark or copy.age_mark < min(house.law_age, OF_AGE):
        return None
    if borrower.birth is None:
        return Refusal(Reason.BIRTH_DATE_UNKNOWN, limit=copy.age_mark)
    young = age_on(borrower.birth, today) < copy.age_mark
    return Refusal(Reason.AGE_RESTRICTED, limit=copy.age_mark) if young else None


def _debt_refusal(borrower: Borrower, house: House) -> Refusal | None:
    over = borrower.debt_limit is not None and borrower.debt > borrower.debt_limit
    return Refusal(Reason.DEBTS, fee=Money(borrower.debt, house.currency)) if over else None


def _limit_refusal(borrower: Borrower) -> Refusal | None:
    return Refusal(Reason.LIMIT_REACHED, limit=borrower.limit) if borrower.loans >= borrower.limit else None


def _fee_refusal(terms: Terms | None, house: House, accepted: bool) -> Refusal | None:
    asked = terms is not None and terms.fee > 0 and not accepted
    return Refusal(Reason.FEE, fee=Money(terms.fee, house.currency)) if terms and asked else None


def _times_refusal(copy: Copy, terms: Terms | None) -> Refusal | None:
    if terms is None or terms.renewals == 0:
        return Refusal(Reason.NOT_RENEWABLE)
    often = copy.renewals >= terms.renewals
    return Refusal(Reason.RENEWED_TOO_OFTEN, limit=terms.renewals) if often else None


def _overdue_refusal(copy: Copy, today: date, house: House) -> Refusal | None:
    late = copy.due is not None and copy.due + timedelta(days=house.overdue_grace) < today
    return Refusal(Reason.OVERDUE, until=copy.due) if late else None
