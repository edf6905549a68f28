"""Desk: the station as a whole; the root of all flows.

Rules:
  1. At most one session. Its identifier is minted before it begins; an answer for an ended session changes what is
     owed to a tag, and is never shown.
  2. When a session ends, what lies on the pad is inert until lifted, the screen and everything else of the reader is
     forgotten, and the look of the screen is the library's again. Only somebody who went back without having done
     anything leaves the pad as it was.
  3. Whoever does nothing is warned and given time; one touch is enough to stay. A tag that comes and goes at the edge
     of the pad is nobody: only a new one is a sign of life, and one that nobody came to opens no second session.
  4. What lay on the pad before it was watched, at the start or after its wire was down, was left by somebody else where
     nobody is there to have laid it down, or where it had been left before.
  5. A new policy takes effect when nobody is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from kiosk.domain.barcodes import Scanned, classify
from kiosk.domain.health import Part
from kiosk.domain.ids import ItemId, SessionId, TagUid
from kiosk.domain.items import Security
from kiosk.domain.records import Kind
from kiosk.domain.rules import Hours, Look, Rules
from kiosk.effects import DescribeItem, Effect, EndSession, Note, OpenSession, StartTimer, StopTimer
from kiosk.events import (
    BarcodeScanned,
    Button,
    CardRead,
    Chosen,
    CountTold,
    Event,
    HoursChanged,
    LookChosen,
    NumberTyped,
    PartChanged,
    PatronIdentified,
    PatronUnanswered,
    PinEntered,
    PolicyChanged,
    Pressed,
    QueueChanged,
    Recovered,
    RenewPressed,
    RowOpened,
    SessionMinted,
    TagSeen,
    Task,
    TaskChosen,
    TimedOut,
    Timer,
    Touched,
)
from kiosk.flows import checkin, degraded, late, outage, pad, session, strips
from kiosk.flows.degraded import Can, Fault, Faults
from kiosk.flows.identity import TOAST
from kiosk.flows.outage import Outage
from kiosk.flows.pad import Debt, Pad
from kiosk.flows.session_state import Session, Where, World
from kiosk.views import Paper

SHEETS = frozenset({Button.HELP, Button.RULES, Button.NO_CARD})
"""Screens laid over whatever one came from."""
SIGNS_OF_LIFE = (
    Touched, Pressed, TaskChosen, NumberTyped, PinEntered, RowOpened, Chosen, RenewPressed, CountTold,
    LookChosen, BarcodeScanned, CardRead,
)  # fmt: skip


MORE_TIME = 3
"""How many times longer one waits for somebody who asked for it on the comfort sheet."""
MAX_MET = 200
"""Tags remembered as signs of life, or as none: far more than any pile; a pad gone mad may invent more."""
NOT_ARMED = "returned, not armed"
"""What staff read of a book that was returned by its barcode alone."""
STARTING = 3
"""Seconds that pad and scanner get to come to life before the station serves without them."""
IDENTIFYING = (Where.IDENTIFY, Where.TYPE_NUMBER, Where.PIN)
TASKS = (Where.CHECKOUT, Where.CHECKIN)
"""Where books that are laid down or scanned are dealt with at once."""


@dataclass(frozen=True, slots=True)
class Desk:
    """`spare`: the next session's id. `house`: the library's own look. `coming`: rules that wait for an empty desk.

    `strays`: tags that opened a session to which nobody came. `knocked`: what somebody wanted before there was an id.
    """

    rules: Rules = field(default_factory=Rules)
    coming: Rules | None = None
    hours: Hours | None = None
    house: Look = field(default_factory=Look)
    look: Look = field(default_factory=Look)
    pad: Pad = field(default_factory=Pad)
    strays: frozenset[TagUid] = field(default_factory=frozenset)
    outage: Outage = field(default_factory=Outage)
    session: Session | None = None
    spare: SessionId | None = None
    knocked: Task | None = None
    sheet: Button | None = None
    comfort_open: bool = False
    last_call: bool = False
    back_online: bool = False
    waiting: int = 0

    @property
    def world(self) -> World:
        assert self.hours is not None
        can = self.can
        return World(
            self.pad, self.rules, self.hours.day, self.look.language, self.paper, self.last_call, Can.LAY in can,
            day_certain=Can.DATE not in self.lost, mail=Can.MAIL in can,
        )  # fmt: skip

    @property
    def faults(self) -> Faults:
        """What is dead or doubtful. Whether the clock is believed is what the hours say: they are what counts."""
        told: dict[Part, Fault] = {part: how for part, how in self.outage.faults.items() if part is not Part.CLOCK}
        if self.hours is None or self.hours.certain:
            return told
        return told | {Part.CLOCK: self.outage.faults.get(Part.CLOCK, Fault.DOUBTFUL)}

    @property
    def lost(self) -> frozenset[Can]:
        return degraded.lost(self.faults)

    @property
    def can(self) -> frozenset[Can]:
        return self.outage.can - self.lost

    @property
    def paper(self) -> Paper:
        """What would become of a receipt. Where there is no printer at all nobody waits for one."""
        if Can.PRINT in self.can:
            return Paper.PRINTING
        return Paper.FAILED if Can.PRINT in self.lost else Paper.NONE

    @property
    def tasks(self) -> tuple[Task, ...]:
        return () if self.outage.broken else degraded.tasks(self.lost, self.rules.offline)

    @property
    def in_service(self) -> bool:
        return self.hours is not None and self.outage.broken is None


Effects: TypeAlias = tuple[Effect, ...]
Step: TypeAlias = tuple[Desk, Effects]


def step(now: Desk, event: Event) -> Step:
    """Advance the station by one event. An event that means nothing here changes nothing."""
    now, effects = _known(now, event)
    lying, more = pad.step(now.pad, event)
    if isinstance(event, TagSeen) and event.found and (now.session is None or event.uid in now.pad.were_inert):
        lying = lying.settle(frozenset({event.uid}))
    now = now if lying is now.pad else replace(now, pad=lying)
    if late.answer(event, now.session):
        lying, owed = late.step(now.pad, event)
        return replace(now, pad=lying), effects + more + owed
    alive = _is_life(now, event)
    now, opened = _opened(now, event)
    now, moved = _moved(now, event)
    now, patience = _patience(now, event, alive=alive)
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
        case Recovered(lent, returned, unconfirmed):
            debts = [Debt(item, Security.DISARMED, item in unconfirmed) for item in sorted(lent)]
            debts += [Debt(item, Security.ARMED, item in unconfirmed) for item in sorted(returned - lent)]
            here = tuple(DescribeItem(debt.item) for debt in debts if now.pad.tags(debt.item))  # repaired at once
            return _owing(now, debts), here
        case LookChosen(look):
            return replace(now, look=look), ()
        case TimedOut(Timer.TOAST):
            return replace(now, back_online=False), ()
        case TimedOut(Timer.STARTING):
            return replace(now, outage=outage.settle(now.outage)), ()
        case _:
            return now, ()


def _owing(now: Desk, debts: Iterable[Debt]) -> Desk:
    lying = now.pad
    for debt in debts:
        lying = lying.owing(debt)
    return replace(now, pad=lying)


def _part_changed(now: Desk, event: PartChanged) -> Step:
    after = replace(now, outage=outage.step(now.outage, event))
    if event.part is Part.ABIS and now.outage.offline and not after.outage.offline:
        return replace(after, back_online=True), (StartTimer(Timer.TOAST, TOAST),)
    begins = after.outage.awaited and not now.outage.awaited
    return after, (StartTimer(Timer.STARTING, STARTING),) if begins else ()


# --- the session -----------------------------------------------------------------------------------------------------


def _opened(now: Desk, event: Event) -> Step:
    """Somebody is there: a book is laid down, a card is shown, a task is chosen."""
    if now.session is not None or not now.in_service:
        return now, ()
    wanted = _wanted(now, event)
    if wanted is None:
        return now, ()
    if now.spare is None:
        return replace(now, knocked=wanted), ()
    begun = Session(now.spare, wanted=wanted)
    return replace(now, session=begun, spare=None, knocked=None, sheet=None), (OpenSession(begun.id),)


def _wanted(now: Desk, event: Event) -> Task | None:
    match event:
        case TaskChosen(task) if task in now.tasks:
            return task
        case TagSeen(uid) if uid not in now.pad.inert | now.strays:
            return Task.CHECKOUT
        case CardRead():
            return _by_pile(now)
        case BarcodeScanned(text):
            return {Scanned.CARD: _by_pile(now), Scanned.ITEM: Task.CHECKOUT}.get(classify(text, now.rules))
        case SessionMinted():
            return now.knocked
        case _:
            return None


def _by_pile(now: Desk) -> Task:
    return Task.CHECKOUT if now.pad.fresh or now.pad.scanned else Task.HOME


def _moved(now: Desk, event: Event) -> Step:
    must_act = now.session is not None and now.session.must_act
    match event:
        case Pressed(Button.FINISH) if now.last_call:
            now = _bare(now)
        case Pressed(button) if button in SHEETS and not must_act:
            return replace(now, sheet=None if now.sheet is button else button), ()
        case Pressed(Button.COMFORT):
            return replace(now, comfort_open=not now.comfort_open), ()
        case Pressed(Button.BACK | Button.FINISH) if now.sheet is not None or now.comfort_open:
            return _bare(now), ()
        case Pressed(Button.MORE_TIME) if now.last_call:
            return now, ()
        case TimedOut(Timer.LAST_CALL) if not now.last_call:
            return now, ()
        case TaskChosen():
            now = _bare(now)
        case _:
            pass
    return (now, ()) if now.session is None else _session_moved(now, now.session, event)


def _bare(now: Desk) -> Desk:
    """Nothing is laid over the screen."""
    return replace(now, sheet=None, comfort_open=False) if now.sheet or now.comfort_open else now


def _session_moved(now: Desk, current: Session, event: Event) -> Step:
    match event:
        case BarcodeScanned(text) if current.where not in TASKS and classify(text, now.rules) is Scanned.ITEM:
            lying, effects = pad.scan(now.pad, ItemId(text))
            return replace(now, pad=lying), effects
        case _:
            after, effects = session.step(current, event, now.world)
    lying = now.pad.without_scans() if after.where in TASKS else now.pad
    if current.where in TASKS and after.where is not current.where:
        lying = lying.settle(after.tags)
    if after is not current or lying is not now.pad:
        now = replace(now, session=after, pad=lying)
    return (_bare(now) if after.must_act else now), effects


# --- patience --------------------------------------------------------------------------------------------------------


def _is_life(now: Desk, event: Event) -> bool:
    """Somebody is there. A tag tells so once a session, when it is laid down for the first time."""
    if isinstance(event, TagSeen):
        met = now.session.met if now.session else ()
        return not event.found and event.uid not in met and len(met) < MAX_MET
    return isinstance(event, SIGNS_OF_LIFE)


def _patience(now: Desk, event: Event, *, alive: bool) -> Step:
    if now.session is not None and now.session.where in (Where.FAREWELL, Where.ENDED):
        return replace(now, last_call=False), (StopTimer(Timer.PATIENCE), StopTimer(Timer.LAST_CALL))
    if alive:
        return _at_ease(now, event)
    if isinstance(event, PatronIdentified | PatronUnanswered) and now.session and now.session.patron:
        return now, () if now.last_call else (StartTimer(Timer.PATIENCE, _longer(now, now.rules.patience.idle)),)
    if not isinstance(event, TimedOut) or event.timer is not Timer.PATIENCE:
        return now, ()
    if now.session is None:
        return replace(_bare(now), look=now.house, knocked=None), ()
    return replace(now, last_call=True), (StartTimer(Timer.LAST_CALL, now.rules.patience.warning),)


def _at_ease(now: Desk, event: Event) -> Step:
    """Whoever is there gets the whole time again; who had to be called gets more, who looks for a card too."""
    patience = now.rules.patience
    seconds = patience.more if now.last_call else patience.idle
    if now.session is not None and now.session.where in IDENTIFYING:
        seconds = max(seconds, patience.identify)
    session, strays = now.session, now.strays
    if isinstance(event, TagSeen):
        session = session and replace(session, met=session.met | {event.uid})
    else:
        session, strays = session and session.with_touch(), frozenset()
    after = replace(now, session=session, strays=strays, last_call=False)
    return after, (StopTimer(Timer.LAST_CALL), StartTimer(Timer.PATIENCE, _longer(now, seconds)))


def _longer(now: Desk, seconds: int) -> int:
    """Return how long one waits for a reader, who may have asked for more time."""
    return seconds * MORE_TIME if now.look.more_time else seconds


# --- the end ---------------------------------------------------------------------------------------------------------


def _ended(now: Desk) -> Step:
    over = now.session
    if over is None or over.where is not Where.ENDED:
        return now, ()
    lying, strays = now.pad.settled(), now.strays
    if over.nothing_done and not over.timed_out:
        lying = now.pad.without_scans()
    elif not over.touched and len(strays) < MAX_MET:
        strays |= over.met
    empty = replace(
        _bare(now), session=None, pad=lying, strays=strays, look=now.house, last_call=False,
        rules=now.coming or now.rules, coming=None,
    )  # fmt: skip
    timers = tuple(StopTimer(timer) for timer in (Timer.FAREWELL, Timer.FINISHING, Timer.PUT_BACK, Timer.PARTS))
    end = EndSession(over.id, over.patron.card if over.patron else None)
    incomplete = checkin.incomplete(over.checkin, over.id, now.rules)
    return _owing(empty, _owed(over)), (*timers, *_unarmed(over), *incomplete, *strips.unslid(over), end)


def _unarmed(over: Session) -> tuple[Note, ...]:
    """What was returned by barcode and never lay on the pad is told to staff: its tag may let it through the gate."""
    return tuple(
        Note(Kind.TAG_NOT_WRITTEN, over.id, book.item, txn=book.txn, topic=NOT_ARMED) for book in over.checkin.awaiting
    )


def _owed(over: Session) -> tuple[Debt, ...]:
    """Bits that do not say yet what the loan says."""
    lent = (book for book in over.checkout.books if book.item and book.lent and not book.released >= set(book.uids))
    disarm = (Debt(book.item, Security.DISARMED, book.offline, book.released) for book in lent if book.item)
    back = (book for book in over.checkin.unarmed if book.item)
    arm = (Debt(book.item, Security.ARMED, book.offline, book.armed) for book in back if book.item)
    return (*disarm, *arm)
