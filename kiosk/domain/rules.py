"""What a library may decide about a desk: the part of the policy document that the flows obey.

A change arrives as an event and takes effect when nobody is in front of the screen.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import Enum, auto

from kiosk.domain.bins import Bin
from kiosk.domain.calendar import Calendar
from kiosk.domain.receipts import Template, Way
from kiosk.domain.strips import EmUnit

OF_AGE = 18
"""The mark that is law wherever marks are."""


class OnLoanToOther(Enum):
    """What happens to a book that the catalogue says another reader still has."""

    REFUSE = auto()
    RETURN_THEN_LEND = auto()
    """Ask the reader, return it for the other one, then lend it."""


class Sets(Enum):
    """What happens to an item in several parts of which not every part's tag lies there."""

    ALL_PARTS = auto()
    """It stays."""
    ASK = auto()
    """The reader says whether the rest is there: it may have no tag."""
    MAIN_PART = auto()
    """Its first part is enough; the others need no tag."""


class Trust(Enum):
    """How the number of books is known where nothing feels them: a reader scans one barcode at a time."""

    TRUST = auto()
    """What was scanned is all there is."""
    COUNT = auto()
    """The reader is asked how many there are, before the end."""


class UnknownMarks(Enum):
    """Whether an item goes to the young of which the ABIS tells no age mark, while it answers."""

    ABIS_DECIDES = auto()
    """It has the last word: what it approves is lent."""
    REFUSE_TO_MINORS = auto()


class OfflineCards(Enum):
    """Whose card is enough while the ABIS does not answer."""

    SEEN = auto()
    """A reader's whom the ABIS has confirmed here before."""
    ANY = auto()
    """Every number of a card's form."""


class Greeting(Enum):
    FIRST_NAME = auto()
    NOTHING = auto()


class ReceiptRule(Enum):
    ALWAYS = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class OfflineRules:
    """What goes on while the ABIS does not answer. `days` = loan period printed then; `replay_hours` = how long after
    it was done something is still told to the ABIS by itself."""

    checkout: bool = True
    checkin: bool = True
    max_items: int = 5
    days: int = 14
    replay_hours: int = 72
    cards: OfflineCards = OfflineCards.SEEN


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `warning` is never below 20 (WCAG 2.2.1)."""

    idle: int = 60
    warning: int = 20
    more: int = 60
    farewell: int = 20
    put_back_help: int = 20
    finishing: int = 3
    identify: int = 90
    parts: int = 5
    """How long the other parts of a set are waited for."""


@dataclass(frozen=True, slots=True)
class Rules:
    library: str = ""
    """Name on the screen and the receipt."""
    isil: str = ""
    own_libraries: frozenset[str] = field(default_factory=frozenset)
    """Owners (ISIL) whose items are lent here; empty: whatever the ABIS accepts."""
    duty_phone: str = ""
    pin_required: bool = True
    pin_length: int | None = 4
    """Digits after which the PIN enters by itself; None: only by its button."""
    pin_attempts: int = 3
    pin_lock_minutes: int = 15
    card_pattern: str = r"2\d{13}"
    """A scanned barcode that matches is a reader's card (regular expression over the whole text)."""
    item_pattern: str = r".{3,64}"
    on_loan_to_other: OnLoanToOther = OnLoanToOther.REFUSE
    sets: Sets = Sets.ALL_PARTS
    age_law: bool = True
    """Marked items never go to a younger reader nor to one whose birth date is unknown."""
    adult_age: int = 18
    """Marks from this age on are law, and 18+ always is; lower marks are advice and do not refuse."""
    unknown_marks: UnknownMarks = UnknownMarks.ABIS_DECIDES
    greeting: Greeting = Greeting.FIRST_NAME
    receipt: ReceiptRule = ReceiptRule.ALWAYS
    ways: tuple[Way, ...] = (Way.PAPER,)
    """How a receipt may reach its reader; where there are several, the reader chooses."""
    first_way: Way | None = Way.PAPER
    """What is done by itself; None: nothing, until the reader asks."""
    template: Template = field(default_factory=Template)
    offline: OfflineRules = OfflineRules()
    calendar: Calendar = field(default_factory=Calendar)
    """Of the opening plan: no due date of ours falls on a closed day."""
    patience: Patience = Patience()
    languages: tuple[str, ...] = ("ru", "en")
    bins: tuple[Bin, ...] = ()
    """Where what comes back is put; empty: as the ABIS says, else on the trolley."""
    trust_loans: Trust = Trust.TRUST
    trust_returns: Trust = Trust.TRUST
    em_unit: EmUnit = EmUnit.NONE
    """What stands at this station, not of the policy."""

    @property
    def letterhead(self) -> Template:
        """The template with what else is said of the library."""
        return replace(self.template, library=self.library, isil=self.isil)

    @property
    def letters_on_cards(self) -> bool:
        """Whether a card's number may have letters in it, so that digits alone do not type it."""
        return re.search(r"(?<!\\)[A-Za-zА-ЯЁа-яё.]|\\w", self.card_pattern) is not None

    @property
    def law_from(self) -> int:
        """The lowest mark that refuses. A library may set another age of its own; 18+ holds beside it."""
        return min(self.adult_age, OF_AGE)

    @property
    def any_mark(self) -> int:
        """The age at which no mark there is refuses any more."""
        return max(self.adult_age, OF_AGE)


class Mode(Enum):
    STAFFED = auto()
    OPEN_PLUS = auto()
    CLOSED = auto()


@dataclass(frozen=True, slots=True)
class Interval:
    """Part of a day in the site's time zone: [start, end)."""

    start: time
    end: time
    mode: Mode


@dataclass(frozen=True, slots=True)
class Hours:
    """Today as the screen shows it: the day, what is on now, until when, and all of today's intervals.

    `next_staffed` is when a member of staff is there again, for "tomorrow from 10:00"; None: not known.
    `week`: seven days from today on with their intervals; empty where the library entered no hours.
    Not `certain`: the clock is not believed, `day` is the last believed one run on, and the rest is not known.
    """

    day: date
    mode: Mode = Mode.STAFFED
    until: time | None = None
    intervals: tuple[Interval, ...] = ()
    next_staffed: tuple[date, time] | None = None
    week: tuple[tuple[date, tuple[Interval, ...]], ...] = ()
    certain: bool = True


class Theme(Enum):
    LIGHT = auto()
    HIGH_CONTRAST = auto()


@dataclass(frozen=True, slots=True)
class Look:
    """How the screen is shown to this reader; falls back to the station's own at the end of the session.

    `text`: how much larger than usual, 1 to 2. `low`: what is touched stands in the lower part. `more_time`: all
    waiting is longer, and nothing moves.
    """

    language: str = "ru"
    theme: Theme = Theme.LIGHT
    text: float = 1.0
    low: bool = False
    more_time: bool = False
