"""Desk: the station as a whole; the root of all flows.

Rules:
  1. At most one session. Its identifier is minted before it begins; an answer for an ended session changes what is
     owed to a tag, and is never shown.
  2. When a session ends, what lies on the pad is inert until lifted, the screen and everything else of the reader is
     forgotten, and the look of the screen is the library's again. Only somebody who went back without having done
     anything leaves the pad as it was.
  3. Whoever does nothing is warned and given time; one touch is enough to stay.
  4. A new policy takes effect when nobody is there.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from kiosk.domain.barcodes import Scanned, classify
from kiosk.domain.health import Part
from kiosk.domain.ids import ItemId, SessionId
from kiosk.domain.items import Security
from kiosk.domain.rules import Hours, Look, Rules
from kiosk.effects import Effect, EndSession, OpenSession, StartTimer, StopTimer
from kiosk.events import (
    BarcodeScanned,
    Button,
    CardRead,
    Chosen,
    Event,
    HoursChanged,
    LookChosen,
    NumberTyped,
    PartChanged,
    PinEntered,
    PolicyChanged,
    Pressed,
    QueueChanged,
    Recovered,
    RenewPressed,
    RowOpened,
    SessionMinted,
    TagLost,
    TagSeen,
    Task,
    TaskChosen,
    TimedOut,
    Timer,
    Touched,
)
from kiosk.flows import late, outage, pad, session
from kiosk.flows.checkout_state import Stage
from kiosk.flows.outage import Outage
from kiosk.flows.pad import Pad
from kiosk.flows.session_state import Session, Where, World

SHEETS = frozenset({Button.HELP, Button.RULES, Button.NO_CARD})
"""Screens laid over whatever one came from."""
SIGNS_OF_LIFE = (
    Touched, Pressed, TaskChosen, NumberTyped, PinEntered, RowOpened, Chosen, RenewPressed, LookChosen,
    TagSeen, TagLost, BarcodeScanned, CardRead,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """`spare`: the next session's id. `house`: the library's own look. `coming`: rules that wait for an empty desk."""

    rules: Rules = field(default_factory=Rules)
    coming: Rules | None = None
    hours: Hours | None = None
    house: Look = field(default_factory=Look)
    look: Look = field(default_factory=Look)
    pad: Pad = field(default_factory=Pad)
    outage: Outage = field(default_factory=Outage)
    session: Session | None = None
    spare: SessionId | None = None
    sheet: Button | None = None
    comfort_open: bool = False
    last_call: bool = False
    back_online: bool = False
    waiting: int = 0

    @property
    def world(self) -> World:
        assert self.hours is not None
        return World(self.pad, self.rules, self.hours.day, self.look.language, not self.outage.dead(Part.PRINTER))

    @property
    def in_service(self) -> bool:
        return self.hours is not None and self.outage.broken is None


Effects: TypeAlias = tuple[Effect, ...]
Step: TypeAlias = tuple[Desk, Effects]


def step(now: Desk, event: Event) -> Step:
    """Advance the station by one event. An event that means nothing here changes nothing."""
    now, effects = _known(now, event)
    lying, more = pad.step(now.pad, event)
    now = replace(now, pad=lying)
    if late.answer(event, now.session):
        lying, owed = late.step(now.pad, event)
        return replace(now, pad=lying), effects + more + owed
    now, opened = _opened(now, event)
    now, moved = _moved(now, event)
    now, patience = _patience(now, event)
    now, ended = _ended(now)
    return now, effects + more + opened + moved + patience + ended


# --- the station -----------------------------------------------------------------------------------------------------


def _known(now: Desk, event: Event) -> Step:
    """What concerns the station and not its reader."""
    match event:
        case SessionMinted(spare):
            return replace(now, spare=spare), ()
        case PolicyChanged(rules):
            return (replace(now, coming=rules) if now.session else replace(now, rules=rules, coming=None)), ()
        case HoursChanged(hours):
            return replace(now, hours=hours), ()
        case QueueChanged(waiting, _):
            return replace(now, waiting=waiting), ()
        case PartChanged():
            return _part_changed(now, event)
        case Recovered(lent, returned):
            lying = now.pad
            for item in sorted(lent | returned):
                lying = lying.owing(item, Security.DISARMED if item in lent else Security.ARMED)
            return replace(now, pad=lying), ()
        case LookChosen(look):
            return replace(now, look=look), ()
        case TimedOut(Timer.TOAST):
            return replace(now, back_online=False), ()
        case _:
            return now, ()


def _part_changed(now: Desk, event: PartChanged) -> Step:
    after = replace(now, outage=outage.step(now.outage, event))
    if event.part is Part.ABIS and now.outage.offline and not after.outage.offline:
        return replace(after, back_online=True), (StartTimer(Timer.TOAST, 5),)
    return after, ()


# --- the session -----------------------------------------------------------------------------------------------------


def _opened(now: Desk, event: Event) -> Step:
    """Somebody is there: a book is laid down, a card is shown, a task is chosen."""
    if now.session is not None or now.spare is None or not now.in_service:
        return now, ()
    wanted = _wanted(now, event)
    if wanted is None:
        return now, ()
    begun = Session(now.spare, wanted=wanted)
    return replace(now, session=begun, spare=None, sheet=None, last_call=False), (OpenSession(begun.id),)


def _wanted(now: Desk, event: Event) -> Task | None:
    match event:
        case TaskChosen(task) if task in now.outage.tasks:
            return task
        case TagSeen(uid) if uid not in now.pad.inert:
            return Task.CHECKOUT
        case CardRead():
            return _by_pile(now)
        case BarcodeScanned(text):
            return {Scanned.CARD: _by_pile(now), Scanned.ITEM: Task.CHECKOUT}.get(classify(text, now.rules))
        case _:
            return None


def _by_pile(now: Desk) -> Task:
    return Task.CHECKOUT if now.pad.fresh or now.pad.scanned else Task.HOME


def _moved(now: Desk, event: Event) -> Step:
    match event:
        case Pressed(button) if button in SHEETS:
            return replace(now, sheet=None if now.sheet is button else button), ()
        case Pressed(Button.COMFORT):
            return replace(now, comfort_open=not now.comfort_open), ()
        case Pressed(Button.BACK | Button.FINISH) if now.sheet is not None or now.comfort_open:
            return replace(now, sheet=None, comfort_open=False), ()
        case TaskChosen():
            now = replace(now, sheet=None, comfort_open=False)
        case _:
            pass
    return (now, ()) if now.session is None else _session_moved(now, now.session, event)


def _session_moved(now: Desk, current: Session, event: Event) -> Step:
    effects: Effects = ()
    match event:
        case BarcodeScanned(text) if classify(text, now.rules) is Scanned.ITEM and current.where not in TASKS:
            lying, effects = pad.scan(now.pad, ItemId(text))
            return replace(now, pad=lying), effects
        case Pressed(Button.MORE_TIME) if now.last_call:
            return now, ()
        case _:
            after, effects = session.step(current, event, now.world)
    lying = now.pad if after.where not in TASKS else replace(now.pad, scanned=())
    if current.where in TASKS and after.where is not current.where:
        lying = lying.settle(after.tags)
    return replace(now, session=after, pad=lying), effects


TASKS = (Where.CHECKOUT, Where.CHECKIN)


# --- patience --------------------------------------------------------------------------------------------------------


def _patience(now: Desk, event: Event) -> Step:
    patience = now.rules.patience
    if now.session is not None and now.session.where in (Where.FAREWELL, Where.ENDED):
        return replace(now, last_call=False), (StopTimer(Timer.PATIENCE), StopTimer(Timer.LAST_CALL))
    match event:
        case TimedOut(Timer.PATIENCE) if now.session is None:
            return replace(now, look=now.house, sheet=None, comfort_open=False), ()
        case TimedOut(Timer.PATIENCE):
            return replace(now, last_call=True), (StartTimer(Timer.LAST_CALL, patience.warning),)
        case _ if isinstance(event, SIGNS_OF_LIFE):
            seconds = patience.more if now.last_call else patience.idle
            return replace(now, last_call=False), (StopTimer(Timer.LAST_CALL), StartTimer(Timer.PATIENCE, seconds))
        case _:
            return now, ()


# --- the end ---------------------------------------------------------------------------------------------------------


def _ended(now: Desk) -> Step:
    over = now.session
    if over is None or over.where is not Where.ENDED:
        return now, ()
    untouched = over.patron is None and not over.checkin.books and not over.timed_out
    lying = now.pad if untouched else now.pad.settled()
    for item, security in _owed(over):
        lying = lying.owing(item, security)
    empty = replace(
        now, session=None, pad=lying, look=now.house, sheet=None, comfort_open=False, last_call=False,
        rules=now.coming or now.rules, coming=None,
    )  # fmt: skip
    timers = tuple(StopTimer(timer) for timer in (Timer.FAREWELL, Timer.FINISHING, Timer.PUT_BACK))
    return empty, (*timers, EndSession(over.id, over.patron.card if over.patron else None))


def _owed(over: Session) -> tuple[tuple[ItemId, Security], ...]:
    """Bits that do not say yet what the loan says."""
    closed = (Stage.DISARMING, Stage.PUT_BACK)
    lent = (book.item for book in over.checkout.books if book.item and book.stage in closed)
    returned = sorted(over.checkin.unarmed)
    return tuple((item, Security.DISARMED) for item in lent) + tuple((item, Security.ARMED) for item in returned)
