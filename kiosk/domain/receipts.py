"""What a reader takes along on paper: what is theirs until when, what was returned, what still must be confirmed."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.ids import SessionId


@dataclass(frozen=True, slots=True)
class Line:
    """One title of a receipt. `due` is None for a return. `confirmed` False: recorded here, not yet in the ABIS."""

    title: str
    due: date | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """A session's outcome. `card` is masked already. The printer adds the library's name, date and time."""

    card: str = ""
    lent: tuple[Line, ...] = ()
    renewed: tuple[Line, ...] = ()
    returned: tuple[Line, ...] = ()
    stayed: tuple[str, ...] = ()
    """Titles that were refused and stayed in the library."""
    language: str = "ru"

    @property
    def empty(self) -> bool:
        return not (self.lent or self.renewed or self.returned)


@dataclass(frozen=True, slots=True)
class Unprinted:
    """The receipt of an earlier visit that never came out of the printer. `at`: that visit's local time."""

    visit: SessionId
    at: datetime
    receipt: Receipt
