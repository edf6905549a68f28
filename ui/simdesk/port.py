"""What the page needs of whoever owns the simulators and the screen. Values are plain, so that they travel as JSON.

Everything here may be called from any thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol


class Impossible(Exception):
    """What was asked for is no such thing here; the text says what."""


# --- the screen ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame of the kiosk's screen as a file of type JPEG. A later one has a higher number."""

    number: int
    data: bytes


class Phase(StrEnum):
    DOWN = "down"
    MOVE = "move"
    UP = "up"


class Look(Protocol):
    """One page's look at the screen, until `close`."""

    def want(self) -> None:
        """Have the next frame grabbed that shows something new; `changed` is called when it is there."""

    def newest(self) -> Picture | None: ...

    def close(self) -> None: ...


class Screen(Protocol):
    def look(self, changed: Callable[[], None]) -> Look: ...

    def touch(self, finger: int, phase: Phase, x: float, y: float) -> None:
        """Move a finger; `x` and `y` from 0 to 1, from the left and from the top."""


# --- the desk --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Book:
    """`parts` of a set that have a tag and can be laid down one by one; of `of` parts. Else it is in one piece."""

    item: str
    title: str
    author: str
    parts: tuple[int, ...] = ()
    of: int = 1


@dataclass(frozen=True, slots=True)
class Card:
    """A reader's card. The PIN is shown: these readers are invented. An empty one was never set."""

    number: str
    name: str
    pin: str


class Oddity(StrEnum):
    """Tags that are no book of this library's."""

    FOREIGN = "foreign"
    BLANK = "blank"
    BROKEN = "broken"
    PASSING = "passing"


class Plug(StrEnum):
    KIOSK = "kiosk"
    PAD = "pad"
    SCANNER = "scanner"
    PRINTER = "printer"


class Trouble(StrEnum):
    """What a device, or the disk, has until it is cured."""

    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    JAM = "jam"
    TAGS_KEEP_NOTHING = "tags_keep_nothing"
    DISK_FULL = "disk_full"


class Weather(StrEnum):
    """How the line to the library system is."""

    FAIR = "fair"
    SLOW = "slow"
    GARBAGE = "garbage"
    CUT_ANSWERS = "cut_answers"
    REFUSES = "refuses"
    CUT_OFF = "cut_off"
    BY_LOT = "by_lot"


class Act(Enum):
    """What hands can do, each with what it takes as `Deed.what`."""

    LAY = "lay"
    """An item's number."""
    PART = "part"
    """One part of a set: its number, a slash and the part's: `30234…/2`."""
    LIFT = "lift"
    """The key of something on the pad; nothing: all of it."""
    SCAN = "scan"
    """Any text held before the scanner."""
    ODD = "odd"
    PLUG = "plug"
    UNPLUG = "unplug"
    CAUSE = "cause"
    CURE = "cure"
    WEATHER = "weather"
    """With `seconds` for SLOW."""
    TEAR = "tear"
    """The receipts that hang out of the printer are taken away."""
    PLAY = "play"
    """The name of a scenario."""
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Deed:
    act: Act
    what: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class OnPad:
    """What lies on the pad. `item` and `title` are empty for what is no book of this library's, which `odd` names;
    `part` is 0 but for a part of a set."""

    key: str
    item: str = ""
    title: str = ""
    author: str = ""
    odd: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What each of the three says of one copy. `journal` None: it never named it. `due` as ISO day.

    `agree`: all that have something to say say the same; the library system may give a reader longer than what was
    promised while it did not answer, never shorter.
    """

    item: str
    title: str
    journal: bool | None
    """Lent, as far as this kiosk knows."""
    journal_due: str
    abis_reader: str
    """Who has it, by name; empty: nobody."""
    abis_due: str
    armed: bool
    """The tag raises the alarm at the door."""
    agree: bool


@dataclass(frozen=True, slots=True)
class JournalRow:
    """`at`: local time of day; `person`: the beginning of the random reference that stands for a card."""

    seq: int
    at: str
    kind: str
    item: str = ""
    title: str = ""
    person: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """The scenario that runs or ran last: `step` is the name of the sentence that says what happens now."""

    name: str
    step: str
    running: bool
    failed: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """All but the journal, which only grows. `view` names what the kiosk shows, `says` is what it says aloud of it."""

    powered: bool
    view: str
    says: str
    pad: tuple[OnPad, ...]
    told: tuple[Told, ...]
    unplugged: tuple[Plug, ...]
    troubles: tuple[Trouble, ...]
    weather: Weather
    seconds: float
    receipts: tuple[tuple[str, ...], ...]
    played: Played | None
    letters: tuple[tuple[str, ...], ...] = ()
    """What came by e-mail, the newest last."""


class Desk(Protocol):
    def shelf(self) -> Sequence[Book]: ...

    def cards(self) -> Sequence[Card]: ...

    def scenarios(self) -> Sequence[str]: ...

    def plugs(self) -> Sequence[Plug]:
        """Return what can be unplugged here; a desk may have no pad."""

    def cover(self, item: str) -> bytes | None:
        """Return the picture of a book as a file of type PNG, None for a number that is none here."""

    def state(self) -> State: ...

    def journal(self, after: int) -> Sequence[JournalRow]:
        """Return the rows after this one, as far as they have come; never more than `MOST_ROWS`."""

    def do(self, deed: Deed) -> None:
        """Return when the hand has moved, not when the kiosk has noticed. Raises `Impossible`."""


MOST_ROWS = 200
"""Rows of the journal handed out at once: a page that opens late sees the last hours, not the last year."""
