"""What a session is: where the reader stands, who it is, what each task has in hand. `session` and `tasks` move it."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, SessionId, TagUid
from kiosk.domain.patrons import Patron
from kiosk.domain.receipts import Unprinted, Way
from kiosk.domain.refusal import Refusal
from kiosk.domain.rules import Rules
from kiosk.domain.strips import ASKING, Strip, Unslid
from kiosk.effects import Effect
from kiosk.events import Task
from kiosk.flows.account import Account
from kiosk.flows.checkin_state import Book as ReturnedBook
from kiosk.flows.checkin_state import Checkin
from kiosk.flows.checkout_state import Asker, Checkout
from kiosk.flows.checkout_state import Book as LentBook
from kiosk.flows.lending import Reader
from kiosk.flows.pad import Pad
from kiosk.views import Paper


class Where(Enum):
    IDENTIFY = auto()
    TYPE_NUMBER = auto()
    PIN = auto()
    HOME = auto()
    CHECKOUT = auto()
    CHECKIN = auto()
    ACCOUNT = auto()
    FAREWELL = auto()
    ENDED = auto()


DESK = (Where.HOME, Where.CHECKOUT, Where.CHECKIN, Where.ACCOUNT)
"""Where a reader is at work."""


class Finishing(Enum):
    """How far "Done" has come while something was still being asked."""

    NO = auto()
    WAITING = auto()
    TOLD = auto()


class PuttingBack(Enum):
    ASKED = auto()
    STUCK = auto()
    EXCUSED = auto()
    """The reader was told what to do instead, and goes on."""


class Counted(Enum):
    """What the reader is asked to count."""

    LOANS = auto()
    RETURNS = auto()


@dataclass(frozen=True, slots=True)
class Number:
    """What the reader said, and how many were recorded then. `said` None: nothing. `settled`: it is not asked again."""

    of: Counted
    said: int | None
    recorded: int
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """A book of an earlier visit today whose strip may be closed."""

    loan: Unslid
    strip: Strip = Strip.TO_OPEN


@dataclass(frozen=True, slots=True)
class Session:
    """`card`: as it was shown or `typed`; it is somebody's once there is a `patron`.

    `offline`: the ABIS did not confirm who this is; `recorded`: unconfirmed loans of earlier visits.
    `opened`: the key or item of the row whose card lies open.
    `laying`: Done was pressed, and what was returned by barcode is asked for.
    `disputed`: another card was shown since, so that a book laid down may be its owner's.
    `handed`: ways that this visit's receipt was sent, whatever became of it. `paper_failed`: not by the printer.
    `unprinted`: receipts of earlier visits that are still to be offered.
    `owed`: books of an earlier visit that may ring at the gate.
    `counting`: the number that is being asked for; `numbers`: those that were.
    `met`: tags seen while this reader is here; `touched`: more than tags told that somebody is.
    `trial`: the test card of a visit that never counts.
    """

    id: SessionId
    where: Where = Where.IDENTIFY
    wanted: Task | None = None
    card: CardNumber | None = None
    typed: bool = False
    patron: Patron | None = None
    offline: bool = False
    recorded: int = 0
    busy: bool = False
    refusal: Refusal | None = None
    attempts_left: int | None = None
    second_card: bool = False
    disputed: bool = False
    checkout: Checkout = field(default_factory=Checkout)
    checkin: Checkin = field(default_factory=Checkin)
    account: Account = field(default_factory=Account)
    opened: str | None = None
    holds_open: bool = False
    finishing: Finishing = Finishing.NO
    putting_back: PuttingBack = PuttingBack.ASKED
    laying: bool = False
    paper: Paper = Paper.NONE
    handed: tuple[Way, ...] = ()
    paper_failed: bool = False
    unprinted: tuple[Unprinted, ...] = ()
    owed: tuple[Owed, ...] = ()
    counting: Counted | None = None
    numbers: tuple[Number, ...] = ()
    timed_out: bool = False
    touched: bool = False
    met: frozenset[TagUid] = field(default_factory=frozenset)
    trial: CardNumber | None = None

    @property
    def tags(self) -> frozenset[TagUid]:
        """Tags the tasks have taken in hand."""
        lent = frozenset(uid for book in self.checkout.books for uid in book.uids)
        return lent | {uid for book in self.checkin.books for uid in book.uids}

    def with_touch(self) -> "Session":
        return self if self.touched else replace(self, touched=True)

    @property
    def must_put_back(self) -> bool:
        return bool(self.called_back) and self.putting_back is not PuttingBack.EXCUSED

    @property
    def called_back(self) -> frozenset[str]:
        """The keys of the books that are to be put back, lent and returned ones."""
        lent = frozenset(book.key for book in self.checkout.put_back)
        return lent | {book.key for book in self.back_to_pad}

    @property
    def back_to_pad(self) -> tuple[ReturnedBook, ...]:
        """Returned books that are to be armed and are not there."""
        return (*self.checkin.put_back, *(self.checkin.asked_for if self.laying else ()))

    @property
    def sliding(self) -> tuple[Owed | LentBook | ReturnedBook, ...]:
        """Books that are drawn over the magnetic unit, or kept away from it, one after the other."""
        lent = (book for book in self.checkout.books if book.strip in ASKING and not book.uids)
        back = (book for book in self.checkin.told if book.strip in ASKING and not book.uids)
        return (*(each for each in self.owed if each.strip in ASKING), *lent, *back)

    @property
    def must_slide(self) -> bool:
        return self.where in DESK and not self.must_put_back and bool(self.sliding)

    @property
    def must_act(self) -> bool:
        """Something is to be done with a book before anything else."""
        return self.must_put_back or self.must_slide

    @property
    def working(self) -> bool:
        return self.checkout.working or self.checkin.working or self.account.working

    @property
    def nothing_done(self) -> bool:
        return self.patron is None and not self.checkin.books


@dataclass(frozen=True, slots=True)
class World:
    """What a session sees of the station around it. `paper`: what will become of a receipt.

    `last_call`: "are you still there?" stands on the screen. `tags`: they can be read. `day_certain`: the clock is
    believed. `mail`: receipts
    can be sent.
    """

    pad: Pad
    rules: Rules
    today: date
    language: str = "ru"
    paper: Paper = Paper.PRINTING
    last_call: bool = False
    tags: bool = True
    day_certain: bool = True
    mail: bool = False


Step: TypeAlias = tuple[Session, tuple[Effect, ...]]


def asker(now: Session, world: World) -> Asker:
    """Return in whose name the identified reader's requests are made."""
    assert now.patron is not None
    listed = {loan.item for loan in now.account.loans}
    patron = replace(now.patron, loans=now.patron.loans | listed) if listed else now.patron
    reader = Reader(
        patron, world.rules, world.today, returned=now.checkin.returned | now.account.gone, unconfirmed=now.offline,
        recorded=now.recorded, disputed=now.disputed,
        marks=tuple((loan.item, loan.age_mark) for loan in now.account.loans if loan.age_mark),
        day_certain=world.day_certain,
    )  # fmt: skip
    return Asker(now.id, now.patron.card, reader)
