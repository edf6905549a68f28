"""What a reader takes along: what is theirs until when, what was returned, what still must be confirmed.

A `Receipt` says what happened, a `Template` what the library wants to be read of it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto

from kiosk.domain.ids import SessionId
from kiosk.domain.money import Money


class Way(Enum):
    """How a receipt reaches its reader."""

    PAPER = auto()
    MAIL = auto()
    SCREEN = auto()
    """As a list that stays until the reader leaves, with a picture for a phone's camera."""


@dataclass(frozen=True, slots=True)
class Line:
    """One title of a receipt. `due` is None for a return. `confirmed` False: recorded here, not yet in the ABIS."""

    title: str
    due: date | None = None
    confirmed: bool = True
    author: str = ""
    item: str = ""
    due_certain: bool = True
    """False: `due` was worked out here while the station's clock was not believed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A session's outcome. `card` is masked already; `name` is how the reader may be greeted, never the whole name.

    `again`: an earlier one may have come out, in part or whole; what is given twice says so.
    """

    card: str = ""
    lent: tuple[Line, ...] = ()
    renewed: tuple[Line, ...] = ()
    returned: tuple[Line, ...] = ()
    stayed: tuple[str, ...] = ()
    """Titles that were refused and stayed in the library."""
    language: str = "ru"
    name: str = field(default="", repr=False)
    fees: Money | None = None
    again: bool = False

    @property
    def empty(self) -> bool:
        return not (self.lent or self.renewed or self.returned)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What changed hands."""
        return (*self.lent, *self.renewed, *self.returned)


Texts = tuple[tuple[str, str], ...]
"""A text per language: (tag, lines). The first stands in for languages that have none."""


@dataclass(frozen=True, slots=True)
class Template:
    """How one library's receipts look. `header`, `footer` and `qr` may hold the placeholders of `receipt_text`.

    `logo`: a PNG file as it is. `author`, `item`, `fees`, `name`: whether they are shown.
    """

    library: str = ""
    isil: str = ""
    phone: str = ""
    """For renewals."""
    header: Texts = ()
    footer: Texts = ()
    qr: str = ""
    logo: bytes = field(default=b"", repr=False)
    author: bool = False
    item: bool = False
    fees: bool = False
    name: bool = False


@dataclass(frozen=True, slots=True)
class Unprinted:
    """The receipt of an earlier visit that never came out of the printer. `at`: that visit's local time."""

    visit: SessionId
    at: datetime
    receipt: Receipt
