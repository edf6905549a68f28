"""What is seen: one immutable value per screen, without words, colours or pixels. `ui` finds words and looks for it.

Where a view shows something of a reader it is named in `PERSONAL`: after the session none of it may be seen.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.bins import Bin
from kiosk.domain.frame import Banner as Banner
from kiosk.domain.frame import Books as Books
from kiosk.domain.frame import Frame as Frame
from kiosk.domain.ids import ItemId
from kiosk.domain.items import Destination
from kiosk.domain.money import Money
from kiosk.domain.patrons import Hold
from kiosk.domain.receipts import Receipt, Template, Way
from kiosk.domain.refusal import Refusal
from kiosk.domain.staff import Cleaning as Cleaning
from kiosk.domain.staff import PartLine as PartLine
from kiosk.domain.staff import StaffMenu as StaffMenu
from kiosk.domain.staff import StaffPin as StaffPin
from kiosk.events import Choice, Task

# --- rows ------------------------------------------------------------------------------------------------------------


class RowState(Enum):
    READING = auto()
    """Seen, number not read or title not known yet: grey bars."""
    ASKING = auto()
    YOURS = auto()
    STAYS = auto()
    PUT_BACK = auto()
    RECORDED = auto()
    """Lent or returned offline: to be confirmed."""
    QUESTION = auto()
    RETURNED = auto()
    REMOVED = auto()
    """Taken off the list and returned: goes to the "To sort" shelf."""


@dataclass(frozen=True, slots=True)
class Row:
    """One book. `key` tells rows apart; `item` is None until the tag is read. `on_pad`: it lies there now.

    `refusal` for STAYS and QUESTION; `destination` and `bin` for RETURNED and RECORDED returns. `lay_down`: returned by
    its barcode, and still to be laid on the pad so that it is protected; then it has no `bin` yet. `before`: it was the
    reader's before this visit, so there is nothing to take off the list.
    """

    key: str
    state: RowState
    item: ItemId | None = None
    title: str = ""
    author: str = ""
    due: date | None = None
    refusal: Refusal | None = None
    destination: Destination | None = None
    bin: str = ""
    lay_down: bool = False
    on_pad: bool = True
    into: Bin | None = None
    """The bin with this number, where the library laid its bins out."""
    damaged: bool = False
    before: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """The count sentence: how many lie on the pad, and of all rows how many are what."""

    on_pad: int = 0
    yours: int = 0
    stays: int = 0
    asking: int = 0
    recorded: int = 0
    returned: int = 0


# --- screens ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is there. `tasks`: what can be offered with what is alive."""

    frame: Frame
    tasks: tuple[Task, ...] = (Task.CHECKOUT, Task.CHECKIN, Task.ACCOUNT)


@dataclass(frozen=True, slots=True)
class Identify:
    """Who are you? `rows` lie on the pad already. `refusal`: the card shown was not accepted. `busy`: being asked."""

    frame: Frame
    task: Task = Task.CHECKOUT
    rows: tuple[Row, ...] = ()
    refusal: Refusal | None = None
    busy: bool = False
    can_scan: bool = True
    """A scanner reads cards here; otherwise only typing or the pad."""
    can_type: bool = True
    """A typed number may do; without the ABIS it proves nothing where a PIN would have to."""


@dataclass(frozen=True, slots=True)
class TypeNumber:
    """A keypad for the card number. The digits live in the screen until they are sent. `letters`: cards have them."""

    frame: Frame
    refusal: Refusal | None = None
    letters: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """`card` is masked. `length` None: the PIN ends with its button. `refusal` WRONG_PIN or PIN_LOCKED."""

    frame: Frame
    card: str
    length: int | None = 4
    refusal: Refusal | None = None
    attempts_left: int | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class NoCard:
    """What can be done without a card."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Help:
    """What to do here, and whom to call."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class HouseRules:
    frame: Frame


class NewsKind(Enum):
    HOLD_READY = auto()
    OVERDUE = auto()
    ENDS_SOON = auto()
    FEES = auto()
    MESSAGE = auto()


@dataclass(frozen=True, slots=True)
class News:
    """A card on the home screen. `day`: due date or the hold's last day; `item` where it can be renewed at once."""

    kind: NewsKind
    title: str = ""
    author: str = ""
    day: date | None = None
    shelf: str = ""
    item: ItemId | None = None
    amount: Money | None = None
    renewable: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """Good evening. `name` is empty where the library greets nobody by name; `loans` None: not known yet."""

    frame: Frame
    name: str = ""
    loans: int | None = None
    may_take: int | None = None
    news: tuple[News, ...] = ()
    rows: tuple[Row, ...] = ()
    """Books lying on the pad that nobody has dealt with."""
    finishing: bool = False
    told: bool = False
    """As in `Checkout`."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """`finishing`: Done was pressed, answers are outstanding. `told`: they still are; Done now goes on without them."""

    frame: Frame
    rows: tuple[Row, ...] = ()
    count: Count = Count()
    finishing: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class RefusalCard:
    """Why, and what now, of one row. `choices` are the helpful actions; `yours`: how many others are the reader's.

    `pile`: those others, oldest first.
    """

    frame: Frame
    row: Row
    refusal: Refusal
    choices: tuple[Choice, ...] = ()
    yours: int = 0
    pile: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class BookCard:
    """One of the reader's own books, with "take it off the list"."""

    frame: Frame
    row: Row


@dataclass(frozen=True, slots=True)
class PutBack:
    """Lent, but not released yet: put it back. `stuck`: it does not work, what to do instead.

    `returning`: returned, but not protected yet. `by_barcode`: and it has not lain there before.
    """

    frame: Frame
    rows: tuple[Row, ...] = ()
    ready: int = 0
    total: int = 0
    stuck: bool = False
    returning: bool = False
    by_barcode: bool = False


@dataclass(frozen=True, slots=True)
class Slide:
    """One book at the magnetic unit: draw it over, so that it passes the gate or, `closing`, is protected again.

    `keep_away`: never do, it would be erased. `stuck`: it does not work, what to do instead. `again`: lent at an
    earlier visit today. `more` of them come after it.
    """

    frame: Frame
    row: Row
    closing: bool = False
    keep_away: bool = False
    stuck: bool = False
    again: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many books are there? Of those that are taken, or `returning`. What was recorded is not told."""

    frame: Frame
    returning: bool = False


@dataclass(frozen=True, slots=True)
class CountDiffers:
    """`said` by the reader, and so many were `recorded`."""

    frame: Frame
    said: int
    recorded: int
    returning: bool = False


@dataclass(frozen=True, slots=True)
class Checkin:
    """Newest row first. `finishing` and `told` as in `Checkout`."""

    frame: Frame
    rows: tuple[Row, ...] = ()
    count: Count = Count()
    finishing: bool = False
    told: bool = False


class LoanState(Enum):
    LATER = auto()
    ENDS_SOON = auto()
    OVERDUE = auto()
    RENEWING = auto()
    RENEWED = auto()
    CANNOT = auto()


@dataclass(frozen=True, slots=True)
class LoanRow:
    """`renewable`: the button is there. `refusal` says why not. `days_left` negative when the day is past."""

    item: ItemId
    title: str
    author: str
    due: date | None
    state: LoanState
    days_left: int | None = None
    renewable: bool = False
    renewals_left: int | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Loans:
    """My books, earliest due first. `rows` None: being asked; `unavailable`: the ABIS does not answer."""

    frame: Frame
    rows: tuple[LoanRow, ...] | None = None
    overdue: int = 0
    can_renew: int = 0
    holds_ready: int = 0
    holds_waiting: int = 0
    fees: Money | None = None
    messages: tuple[str, ...] = ()
    unavailable: bool = False
    finishing: bool = False
    told: bool = False
    """As in `Checkout`."""


@dataclass(frozen=True, slots=True)
class Holds:
    frame: Frame
    holds: tuple[Hold, ...] = ()


class Paper(Enum):
    """What became of the receipt."""

    NONE = auto()
    PRINTING = auto()
    PRINTED = auto()
    FAILED = auto()
    MAILING = auto()
    MAILED = auto()
    """It will come by e-mail."""
    MAILED_INSTEAD = auto()
    """It will come by e-mail, since it could not be printed."""
    NOT_MAILED = auto()
    SHOWN = auto()


@dataclass(frozen=True, slots=True)
class Farewell:
    """`left` books are still on the pad and are not the reader's. `seconds` until the screen clears."""

    frame: Frame
    receipt: Receipt = field(default_factory=Receipt)
    due: date | None = None
    """The earliest day something lent now must be back."""
    left: int = 0
    paper: Paper = Paper.NONE
    card: str = ""
    seconds: int = 20
    ways: tuple[Way, ...] = ()
    """Ways the receipt may still go."""
    mail: str = ""
    """The reader's address, masked."""
    on_screen: bool = False
    """It is asked for here: the whole list, and a picture for a phone's camera."""
    template: Template = field(default_factory=Template)


class Broken(Enum):
    """Why the station does not work, for the reader."""

    STARTING = auto()
    BOOKS = auto()
    """Neither pad nor scanner answers."""
    JOURNAL = auto()
    STAFF = auto()
    """Somebody of the staff closed it."""


@dataclass(frozen=True, slots=True)
class OutOfService:
    """`number`: no card can be read, and staff type the number of theirs."""

    frame: Frame
    broken: Broken
    number: bool = False


View: TypeAlias = (
    Idle | Identify | TypeNumber | Pin | NoCard | Help | HouseRules | Home | Checkout | RefusalCard | BookCard | PutBack
    | Slide | HowMany | CountDiffers | Checkin | Loans | Holds | Farewell | OutOfService
    | StaffPin | StaffMenu | Cleaning
)  # fmt: skip
PERSONAL = (
    Pin, Home, Checkout, RefusalCard, BookCard, PutBack, Slide, HowMany, CountDiffers, Loans, Holds, Farewell,
)  # fmt: skip
