"""Staff at the screen: what they may do, what happens to them, what they see. Part of `events` and `views`."""

from dataclasses import dataclass
from enum import Enum, auto

from kiosk.domain.frame import Frame
from kiosk.domain.health import Part, State
from kiosk.domain.ids import CardNumber, StaffId


class Act(Enum):
    """What is touched on the staff screen."""

    CLOSE = auto()  # out of service, until somebody opens it
    OPEN = auto()
    CLEAN = auto()  # the screen is wiped: no touch means anything for a while
    RESTART = auto()  # the station starts anew; asked for twice
    TRY_VISIT = auto()  # a visit that never counts
    TRY_PRINTER = auto()
    TRY_ABIS = auto()
    TRY_SOUND = auto()


class Tried(Enum):
    """What came of a test. What cannot be tried by a touch is tried by laying something down."""

    NOT = auto()
    WAITING = auto()
    WORKS = auto()
    FAILS = auto()


# --- events ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StaffCardShown:
    """A card that opens the staff screen, if its PIN follows. `scanned`: by the scanner, else by a card reader."""

    card: CardNumber
    scanned: bool = True


@dataclass(frozen=True, slots=True)
class TrialCardShown:
    """A card whose visits never count."""

    card: CardNumber
    scanned: bool = True


@dataclass(frozen=True, slots=True)
class StaffAdmitted:
    """Card and PIN belong together."""

    card: CardNumber
    staff: StaffId


@dataclass(frozen=True, slots=True)
class StaffRefused:
    """They do not, or there is no such card. `minutes`: so long no other PIN of this card is looked at; 0: `left` more
    attempts."""

    card: CardNumber
    left: int
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class ActChosen:
    act: Act


@dataclass(frozen=True, slots=True)
class PrinterTried:
    printed: bool


@dataclass(frozen=True, slots=True)
class AbisTried:
    answers: bool


@dataclass(frozen=True, slots=True)
class ServiceFound:
    """As somebody of the staff had left the station before its start: `closed` or in service."""

    closed: bool


# --- views -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StaffPin:
    """The PIN of a staff card. `attempts_left` after a wrong one; locked for so many `minutes`."""

    frame: Frame
    attempts_left: int | None = None
    minutes: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True)
class PartLine:
    """Something the station leans on: how it is, what its test came to, and what it has just `seen`."""

    part: Part
    state: State
    tried: Tried = Tried.NOT
    seen: str = ""
    laid: int = 0
    """Tags that lie on the pad."""


@dataclass(frozen=True, slots=True)
class StaffMenu:
    """What staff see and do. `parts`: what is broken first. `review` of the `waiting` records need a person.

    `sure`: restart was touched once.
    """

    frame: Frame
    who: str = ""
    closed: bool = False
    parts: tuple[PartLine, ...] = ()
    waiting: int = 0
    review: int = 0
    sure: bool = False
    restarting: bool = False


@dataclass(frozen=True, slots=True)
class Cleaning:
    """The screen is wiped: it hears no touch for `seconds`."""

    frame: Frame
    seconds: int = 30
