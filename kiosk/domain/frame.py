"""The frame around every screen: status strip, notice, what is laid over it."""

from dataclasses import dataclass, field
from enum import Enum, auto

from kiosk.domain.rules import Hours, Look


class Banner(Enum):
    """The one notice a frame may carry, most urgent first."""

    NONE = auto()
    DATES_UNSURE = auto()
    """The clock is not believed: dates of our own are still to be confirmed."""
    OFFLINE = auto()
    """Without the library system books are borrowed and returned all the same."""
    OFFLINE_NO_RECEIPT = auto()
    """So they are, and nothing is printed."""
    OFFLINE_RETURNS = auto()
    """They are returned only."""
    OFFLINE_LOANS = auto()
    """They are borrowed only."""
    OFFLINE_WAITS = auto()
    """Neither goes on without it."""
    BACK_ONLINE = auto()
    SECOND_CARD = auto()
    """Another card was shown: "we finish with you first"."""
    NOTHING_KEPT = auto()
    """Somebody is there, and nothing can be recorded any more: neither loans nor returns."""
    NO_BOOKS = auto()
    """Somebody is there, and neither pad nor scanner is."""
    NO_PAD = auto()
    """Books are scanned, not laid down, and stay protected."""
    NO_SCANNER = auto()
    """Books are laid down, not scanned; so are cards, or their numbers are typed."""
    NO_RECEIPT = auto()
    """The printer cannot print; loans are recorded all the same."""


class Books(Enum):
    """How a book gets on a list here and now."""

    EITHER = auto()
    LAID = auto()
    """On the pad; there is no scanner, or it is dead."""
    SCANNED = auto()
    """By its barcode; there is no pad, or it is dead."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Status strip, notice and what is laid over the screen. `last_call`: seconds of the "still there?" card, or None.

    `clock_certain`: the time of day is known; `hours` are told only then.
    `waiting`: records not yet confirmed by the ABIS. `books`: what the words of every screen tell the reader to do.
    `prints`: a receipt would come on paper.
    """

    library: str = ""
    hours: Hours | None = None
    duty_phone: str = ""
    offline: bool = False
    waiting: int = 0
    banner: Banner = Banner.NONE
    books: Books = Books.EITHER
    prints: bool = True
    clock_certain: bool = True
    look: Look = field(default_factory=Look)
    languages: tuple[str, ...] = ("ru", "en")
    last_call: int | None = None
    comfort_open: bool = False
    trial: bool = False
    """Nothing of this visit counts, and every screen says so."""
