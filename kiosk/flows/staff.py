"""Staff: somebody of the staff at the screen, or somebody who says so.

Rules:
  1. A staff card and its PIN open the staff screen; where no card can be read, its number may be typed. Whoever is
     being served is finished with first; who has done nothing yet makes room.
  2. A PIN goes from the keypad to whoever knows it and stays nowhere. Wrong ones are counted there, per card.
  3. What staff do is journaled with who did it. Nothing of a reader is seen here, and a card that is tried is masked.
  4. Out of service is out of service until staff say otherwise, over restarts as well.
  5. While the screen is cleaned no touch means anything; that ends by itself. So does the staff screen, when nobody
     touches it.
  6. A visit with a test card is a visit and no mode: it ends like one, and nobody can forget to switch it off.

AWAY -> (NUMBER) -> PIN -> MENU -> CLEANING -> MENU -> AWAY
"""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.barcodes import Scanned, classify
from kiosk.domain.ids import CardNumber, StaffId, masked
from kiosk.domain.records import Kind
from kiosk.domain.rules import Rules
from kiosk.domain.staff import Act, Tried
from kiosk.effects import CheckStaff, Effect, Note, Restart, Sound, StartTimer, StopTimer, Tone, TryAbis, TryPrinter
from kiosk.events import (
    AbisTried,
    ActChosen,
    BarcodeScanned,
    Button,
    CardRead,
    Chosen,
    CountTold,
    Event,
    LookChosen,
    NumberTyped,
    PinEntered,
    Pressed,
    PrinterTried,
    RenewPressed,
    RowOpened,
    ServiceFound,
    StaffAdmitted,
    StaffCardShown,
    StaffRefused,
    TaskChosen,
    TimedOut,
    Timer,
    Touched,
    TrialCardShown,
)

FINGERS = (
    Touched, Pressed, TaskChosen, NumberTyped, PinEntered, RowOpened, Chosen, RenewPressed, CountTold, LookChosen,
    ActChosen,
)  # fmt: skip
"""What a finger on the screen can say."""
PATIENCE = 60
"""Seconds after which the staff screen closes where nobody touches it."""
CLEANING = 30
TRIAL = CardNumber("trial")
"""The test card that need not be shown: of a visit begun on the staff screen."""
MOST_SHOWN = 24
"""Characters shown of what was scanned: enough to compare with what is printed there."""


class Where(Enum):
    AWAY = auto()
    NUMBER = auto()
    PIN = auto()
    MENU = auto()
    CLEANING = auto()


@dataclass(frozen=True, slots=True)
class Staff:
    """`who`: admitted. `left`: attempts after a wrong PIN, `minutes` the card is locked for.

    `sure`: restart was touched once; `restarting`: twice. `scanned`, `carded`: what the scanner and a card reader read
    here last. `closed`: out of service. `trial`: a test card whose visit is to begin.
    """

    where: Where = Where.AWAY
    card: CardNumber | None = None
    who: StaffId | None = None
    busy: bool = False
    left: int | None = None
    minutes: int = 0
    sure: bool = False
    restarting: bool = False
    printer: Tried = Tried.NOT
    abis: Tried = Tried.NOT
    scanned: str = ""
    carded: str = ""
    closed: bool = False
    trial: CardNumber | None = None

    @property
    def there(self) -> bool:
        return self.where is not Where.AWAY

    @property
    def inside(self) -> bool:
        """The PIN was right."""
        return self.where in (Where.MENU, Where.CLEANING)


Step: TypeAlias = tuple[Staff, tuple[Effect, ...]]


def step(now: Staff, event: Event, rules: Rules, *, free: bool, blind: bool) -> Step:
    """Advance by one event. `free`: nobody is being served; `blind`: no card can be read."""
    match event:
        case ServiceFound(closed):
            return replace(now, closed=closed), ()
        case StaffCardShown(card) if free and now.where in (Where.AWAY, Where.NUMBER, Where.PIN) and not now.busy:
            return _asked(now, card)
        case TrialCardShown(card) if free and now.where is Where.AWAY:
            return replace(now, trial=card), ()
        case Pressed(Button.STAFF) if free and blind and now.where is Where.AWAY:
            return replace(now, where=Where.NUMBER), (_waiting(),)
        case TimedOut(Timer.CLEANING) if now.where is Where.CLEANING:
            return replace(now, where=Where.MENU), (_waiting(),)
        case TimedOut(Timer.STAFF) if now.there:
            return left(now)
    match now.where:
        case Where.NUMBER | Where.PIN:
            return _named(now, event)
        case Where.MENU:
            return _inside(now, event, rules)
        case _:
            return now, ()


def _waiting() -> StartTimer:
    return StartTimer(Timer.STAFF, PATIENCE)


def _asked(now: Staff, card: CardNumber) -> Step:
    return Staff(Where.PIN, card, closed=now.closed), (Sound(Tone.CARD), _waiting())


def _named(now: Staff, event: Event) -> Step:
    """Who is it? The number is typed, then the PIN."""
    match event:
        case NumberTyped(text) if now.where is Where.NUMBER and text.strip():
            return _asked(now, CardNumber(text.strip()))
        case PinEntered(pin) if now.card and not now.busy and not now.minutes:
            return replace(now, busy=True, left=None), (CheckStaff(now.card, pin), _waiting())
        case StaffAdmitted(card, who) if now.busy and card == now.card:
            inside = Staff(Where.MENU, card, who, closed=now.closed)
            return inside, (Note(Kind.STAFF_CAME, staff=who), _waiting())
        case StaffRefused(card, attempts, minutes) if now.busy and card == now.card:
            return replace(now, busy=False, left=attempts, minutes=minutes), (_waiting(),)
        case Pressed(Button.BACK | Button.FINISH):
            return left(now)
        case Touched():
            return now, (_waiting(),)
        case _:
            return now, ()


def left(now: Staff) -> Step:
    """Nobody of the staff is there any more."""
    note = (Note(Kind.STAFF_LEFT, staff=now.who),) if now.who else ()
    return Staff(closed=now.closed), (StopTimer(Timer.STAFF), StopTimer(Timer.CLEANING), *note)


# --- the staff screen ------------------------------------------------------------------------------------------------


def _inside(now: Staff, event: Event, rules: Rules) -> Step:
    match event:
        case Pressed(Button.BACK) if now.sure:
            return replace(now, sure=False), (_waiting(),)
        case Pressed(Button.BACK | Button.FINISH):
            return left(now)
        case ActChosen(act):
            after, effects = _acted(replace(now, sure=False), act, sure=now.sure)
            return after, ((_waiting(),) if after.where is Where.MENU else ()) + effects
        case PrinterTried(printed):
            return replace(now, printer=Tried.WORKS if printed else Tried.FAILS), ()
        case AbisTried(answers):
            return replace(now, abis=Tried.WORKS if answers else Tried.FAILS), ()
        case _ if shown := _shown(event, rules):
            by_scanner, text = shown
            return replace(now, scanned=text) if by_scanner else replace(now, carded=text), (_waiting(),)
        case _ if isinstance(event, FINGERS):
            return replace(now, sure=False) if now.sure else now, (_waiting(),)
        case _:
            return now, ()


def _shown(event: Event, rules: Rules) -> tuple[bool, str] | None:
    """Return whether the scanner read it, and what may be shown of it."""
    match event:
        case BarcodeScanned(text) if classify(text, rules) is Scanned.CARD:
            return True, masked(CardNumber(text))
        case BarcodeScanned(text):
            return True, text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
        case CardRead(card):
            return False, masked(card)
        case StaffCardShown(card, scanned) | TrialCardShown(card, scanned):
            return scanned, masked(card)
        case _:
            return None


def _acted(now: Staff, act: Act, *, sure: bool) -> Step:
    match act:
        case Act.CLOSE | Act.OPEN:
            closed = act is Act.CLOSE
            if closed is now.closed:
                return now, ()
            kind = Kind.STATION_CLOSED if closed else Kind.STATION_OPENED
            return replace(now, closed=closed), (Note(kind, staff=now.who),)
        case Act.CLEAN:
            timers = (StopTimer(Timer.STAFF), StartTimer(Timer.CLEANING, CLEANING))
            return replace(now, where=Where.CLEANING), (_did(now, "cleaning"), *timers)
        case Act.RESTART if sure and not now.restarting:
            return replace(now, restarting=True), (_did(now, "restart"), Restart())
        case Act.RESTART:
            return replace(now, sure=not now.restarting), ()
        case Act.TRY_VISIT:
            after, effects = left(now)
            return replace(after, trial=TRIAL), (_did(now, "test visit"), *effects)
        case Act.TRY_PRINTER if now.printer is not Tried.WAITING:
            return replace(now, printer=Tried.WAITING), (_did(now, "printer tried"), TryPrinter())
        case Act.TRY_ABIS if now.abis is not Tried.WAITING:
            return replace(now, abis=Tried.WAITING), (_did(now, "library system tried"), TryAbis())
        case Act.TRY_SOUND:
            return now, (Sound(Tone.YOURS),)
        case _:
            return now, ()


def _did(now: Staff, what: str) -> Note:
    return Note(Kind.STAFF_DID, topic=what, staff=now.who)
