"""Patrons: the readers, as far as a desk must know them. Everything here is personal data."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Loan
from kiosk.domain.mail import Address
from kiosk.domain.money import Money


@dataclass(frozen=True, slots=True)
class Patron:
    """An identified reader. `card` is the ABIS's canonical number, which may differ from what was shown.

    `birth` None: the ABIS does not know it. `limit` None: the ABIS does not say how many items a reader may have.
    `age_at_least`: what this site remembers of the age where it may not remember the birth date. What this prints as
    names nobody.
    """

    card: CardNumber = field(repr=False)
    name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    """How the reader may be greeted; empty where the ABIS does not tell it apart from the rest of the name."""
    birth: date | None = field(default=None, repr=False)
    loans: frozenset[ItemId] = field(default_factory=frozenset)
    """Items on loan when the session began, where the ABIS lists them."""
    loan_count: int = 0
    limit: int | None = None
    age_at_least: int | None = None
    mail: Address | None = None


class HoldState(Enum):
    READY = auto()
    WAITING = auto()


@dataclass(frozen=True, slots=True)
class Hold:
    """A reader's request. `shelf` and `until` while it is ready, `queue` = readers before this one while waiting."""

    title: str
    author: str = ""
    item: ItemId | None = None
    state: HoldState = HoldState.WAITING
    shelf: str = ""
    until: date | None = None
    queue: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """All a reader has with the library. `fees` None: nothing owed, or the ABIS does not say."""

    loans: tuple[Loan, ...] = ()
    holds: tuple[Hold, ...] = ()
    fees: Money | None = None
    messages: tuple[str, ...] = ()


def old_enough(patron: Patron, age: int, day: date) -> bool | None:
    """Say whether a reader has reached `age` on `day`; None where nobody knows."""
    if patron.birth is not None:
        return age_on(patron.birth, day) >= age
    if patron.age_at_least is not None and patron.age_at_least >= age:
        return True
    return None


def age_on(birth: date, day: date) -> int:
    """Return full years of age; someone born on 29 February has a birthday on 1 March of other years.

    >>> age_on(date(2008, 11, 21), date(2026, 11, 20))
    17
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
