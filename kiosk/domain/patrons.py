"""Patrons: the readers, as far as a desk must know them. Everything here is personal data."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Loan
from kiosk.domain.money import Money


@dataclass(frozen=True, slots=True)
class Patron:
    """An identified reader. `card` is the ABIS's canonical number, which may differ from what was shown.

    `birth` None: the ABIS does not know it. `limit` None: the ABIS does not say how many items a reader may have.
    """

    card: CardNumber
    name: str = ""
    birth: date | None = None
    loans: frozenset[ItemId] = field(default_factory=frozenset)
    """Items on loan when the session began, where the ABIS lists them."""
    loan_count: int = 0
    limit: int | None = None
    child: bool = False


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


def age_on(birth: date, day: date) -> int:
    """Return full years of age; someone born on 29 February has a birthday on 1 March of other years.

    >>> age_on(date(2008, 11, 21), date(2026, 11, 20))
    17
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
