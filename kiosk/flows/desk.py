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
  6. Staff have rules of their own (`staff`), and so have visits that never count (`rehearsal`).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from kiosk.domain.barcodes import Scanned, classify
from kiosk.domain.health import Part
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Security
from kiosk.effects import DescribeItem, Effect, EndSession, OpenSession, StartTimer, StopTimer
from kiosk.events import (
    BarcodeScanned,
    Button,
    CardRead,
    Event,
    HoursChanged,
    LookChosen,
    PartChanged,
    PatronIdentified,
    PatronUnanswered,
    PolicyChanged,
    Pressed,
    Pretended,
    QueueChanged,
    Recovered,
    SessionMinted,
    StaffCardShown,
    TagSeen,
    Task,
    TaskChosen,
    TimedOut,
    Timer,
    TrialCardShown,
)
from kiosk.flows import checkin, identity, late, outage, owing, pad, rehearsal, session, staff, strips
from kiosk.flows.degraded import Can
from kiosk.flows.desk_state import Desk as Desk
from kiosk.flows.identity import TOAST
from kiosk.flows.pad import Debt
from kiosk.flows.session_state import Session, Where

SHEETS = frozenset({Button.HELP, Button.RULES, Button.NO_CARD})
"""Screens laid over whatever one came from."""
SIGNS_OF_LIFE = (*staff.FINGERS, BarcodeScanned, CardRead, StaffCardShown, TrialCardShown)


MORE_TIME = 3
"""How many times longer one waits for somebody who asked for it on the comfort sheet."""
MAX_MET = 200
"""Tags remembered as signs of life, or as none: far more than any pile; a pad gone mad may invent more."""
STARTING = 3
"""Seconds that pad and scanner get to come to life before the station serves without them."""
IDENTIFYING = (Where.IDENTIFY, Where.TYPE_NUMBER, Where.PIN)
TASKS = (Where.CHECKOUT, Where.CHECKIN)
"""Where books that are laid down or scanned are dealt with at once."""


Effects: TypeAlias = tuple[Effect, ...]
Step: TypeAlias = tuple[Desk, Effects]


def step(now: Desk, event: Event) -> Step:
    """Advance the station by one event. An event that means nothing here changes nothing."""
    if now.staff.where is staff.Where.CLEANING and isinstance(event, staff.FINGERS):
        return now, ()
    if not isinstance(event, Pretended):
        return _stepped(now, event)
    if now.trial is None or now.trial.id != event.session:
        return now, ()
    after, effects = _stepped(now, event.answer)
    return replace(after, pad=replace(after.pad, owed=now.pad.owed)), effects


def _stepped(now: Desk, event: Event) -> Step:
    now, effects = _known(now, event)
    lying, more = pad.step(now.pad, event)
    if isinstance(event, TagSeen) and event.found and (now.session is None or event.uid in now.pad.were_inert):
        lying = lying.settle(frozenset({event.uid}))
    now = now if lying is now.pad else replace(now, pad=lying)
    if late.answer(event, now.session):
        lying, owed = late.step(now.pad, event)
        return replace(now, pad=lying), effects + more + owed
    alive, trial = _is_life(now, event), now.trial
    now, acted = _staff_moved(now, event)
    now, opened = _opened(now, event)
    now, moved = _moved(now, event)
    now, patience = _patience(now, event, alive=alive)
    trial = now.trial or trial
    now, ended = _ended(now)
    done = more + opened + moved + patience + ended
    if trial is not None and now.hours is not None:
        done = rehearsal.instead(done, trial, now.hours.day)
    return now, effects + acted + done


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
        case QueueChanged(waiting, review):
            return replace(now, waiting=waiting, review=review), ()
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


# --- staff -----------------------------------------------------------------------------------------------------------


def _staff_moved(now: Desk, event: Event) -> Step:
    if isinstance(event, Pressed) and (now.sheet or now.comfort_open):
        return now, ()  # meant for what is laid over
    if now.session is not None and isinstance(event, StaffCardShown | TrialCardShown):
        if not _makes_room(now.session, event):
            return _second_card(now, now.session, event)
        now = _away(now)
    blind = not now.can & {Can.LAY, Can.SCAN}
    if event == Pressed(Button.STAFF) and blind and now.gives_way:
        now = _away(now)
    free = now.session is None or now.session.where is Where.ENDED
    after, effects = staff.step(now.staff, event, now.rules, free=free, blind=blind)
    if now.staff.inside and not after.there:
        now = replace(_bare(now), look=now.house, pad=now.pad if after.trial else now.pad.settled())
    return replace(now, staff=after), effects


def _away(now: Desk) -> Desk:
    return replace(now, session=replace(now.session, where=Where.ENDED) if now.session else None)


def _makes_room(current: Session, event: StaffCardShown | TrialCardShown) -> bool:
    """Whoever has done nothing yet does, and a visit that never counts does for staff."""
    if current.trial:
        return isinstance(event, StaffCardShown)
    return current.nothing_done


def _second_card(now: Desk, current: Session, event: StaffCardShown | TrialCardShown) -> Step:
    if current.trial and current.patron is None:  # one went back, and shows the card again
        after, effects = session.step(replace(current, trial=event.card), CardRead(event.card), now.world)
        return replace(now, session=after), rehearsal.instead(effects, after, now.world.today)
    return replace(now, session=replace(current, second_card=True)), (StartTimer(Timer.TOAST, TOAST),)


def _trial_opened(now: Desk, card: CardNumber) -> Step:
    """A visit that never counts begins as soon as the one before is over."""
    if now.session is not None or (now.works and now.spare is None):
        return now, ()
    now = replace(now, staff=replace(now.staff, trial=None))
    if now.spare is None or not now.works:
        return now, ()
    begun = Session(now.spare, wanted=_by_pile(now), trial=card)
    now = replace(now, session=begun, spare=None, knocked=None, sheet=None)
    shown, effects = identity.card(begun, card, now.world)
    patience = StartTimer(Timer.PATIENCE, now.rules.patience.identify)
    return replace(now, session=shown), (OpenSession(begun.id), *effects, patience)


# --- the session -----------------------------------------------------------------------------------------------------


def _opened(now: Desk, event: Event) -> Step:
    """Somebody is there: a book is laid down, a card is shown, a task is chosen."""
    if now.staff.trial is not None:
        return _trial_opened(now, now.staff.trial)
    if now.session is not None or not now.in_service or now.staff.there:
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
    return (_bare(now) if _goes_on(current, after) else now), effects


def _goes_on(before: Session, after: Session) -> bool:
    """What was laid over the screen is over: another screen comes, a card is asked about, a book must be seen to."""
    return after.must_act or after.where is not before.where or (after.busy and not before.busy)


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
    if over.trial:
        lying = rehearsal.forgotten(now.pad)
    elif over.nothing_done and not over.timed_out:
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
    return _owing(empty, owing.owed(over)), (*timers, *owing.unarmed(over), *incomplete, *strips.unslid(over), end)
