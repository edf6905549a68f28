"""A walk: every state that a small station can reach, with everything that may happen in it.

A place of the walk is the desk together with the world it waits for: effects that are not answered yet, timers that
run, and what a witness knows (`watching`). So nothing happens that could not: a timer runs out only while it runs, an
answer comes only to a question, a tag is read only where it lies. Each wire answers in the order in which it was asked:
the journal is one thread, the library system is asked one thing at a time, a pad writes one tag after the other.
How the world may answer is the scenario's to say.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from kiosk.domain.health import READY, Part
from kiosk.domain.ids import SessionId, StaffId, TxnId
from kiosk.domain.receipts import Way
from kiosk.domain.rules import Hours, Rules
from kiosk.effects import (
    AskAccount,
    CheckStaff,
    DescribeItem,
    Effect,
    EndSession,
    Identify,
    MailReceipt,
    Pretend,
    PrintReceipt,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    SetSecurity,
    StartTimer,
    StopTimer,
    TryAbis,
    TryPrinter,
)
from kiosk.events import (
    AbisTried,
    AccountUnanswered,
    CheckinUnanswered,
    CheckoutUnanswered,
    Event,
    HoursChanged,
    Intent,
    ItemDescribed,
    PartChanged,
    PatronUnanswered,
    PrinterTried,
    ReceiptFailed,
    Recorded,
    RenewUnanswered,
    SecurityNotSet,
    SecuritySet,
    SessionMinted,
    StaffAdmitted,
    StaffRefused,
    TagLost,
    TagRead,
    TagSeen,
    TimedOut,
    Timer,
)
from kiosk.flows import desk, screens
from kiosk.flows.desk import Desk
from tests.kiosk.stories import TODAY, Copy
from tests.kiosk.watching import Known, check, learn

WIRES: tuple[tuple[type[Effect], ...], ...] = (
    (Record,),
    (DescribeItem, Identify, AskAccount, RequestCheckout, RequestCheckin, RequestRenew),
    (SetSecurity,),
    (PrintReceipt,),
    (MailReceipt,),
    (Pretend,),
    (CheckStaff,),
    (TryPrinter,),
    (TryAbis,),
)
"""Effects to which something must come back, by who answers them in order."""
WAITING = tuple(kind for wire in WIRES for kind in wire)
ENDS = {Timer.PATIENCE, Timer.LAST_CALL, Timer.FAREWELL}
"""Timers of which one must run while somebody is there."""
STAFF_ENDS = {Timer.STAFF, Timer.CLEANING}
"""And while staff are."""


@dataclass(frozen=True, slots=True)
class Place:
    desk: Desk
    pending: tuple[Effect, ...] = ()
    timers: frozenset[Timer] = frozenset()
    known: Known = field(default_factory=Known)
    minted: int = 1


@dataclass(frozen=True, slots=True)
class Scenario:
    """`reader`: what somebody in front of it may do. `answers`: what may come back, where it is not what usually does.

    `copies` may be laid down and lifted. `before` has happened, with the first answer to everything but `kept`.
    `sessions`: ids there are. `cap`: places there may be at most.
    """

    name: str
    cap: int
    reader: tuple[Event, ...] = ()
    copies: tuple[Copy, ...] = ()
    answers: Callable[[Effect], Iterable[Event] | None] = lambda _: None
    before: tuple[Event, ...] = ()
    kept: tuple[type[Effect], ...] = ()
    rules: Rules = field(default_factory=Rules)
    sessions: int = 1

    def start(self) -> Place:
        place = Place(Desk(rules=self.rules))
        alive = (Part.JOURNAL, Part.TAGS, Part.SCANNER, Part.PRINTER, Part.ABIS)
        events = (SessionMinted(SessionId("s1")), HoursChanged(Hours(TODAY)), *(PartChanged(p, READY) for p in alive))
        for event in (*events, *self.before):
            place = moved(self, place, event)
            while effect := next((each for each in place.pending if not isinstance(each, self.kept)), None):
                place = moved(self, place, self.answered(place.desk, effect)[0], effect)
        return place

    def answered(self, now: Desk, effect: Effect) -> tuple[Event, ...]:
        """What may come back; none for what the walk leaves open."""
        own = self.answers(effect)
        return tuple(usual(now, effect) if own is None else own)


@dataclass
class Walk:
    """What was found. Places are numbered in the order of their discovery; the first is the start.

    `steps`: the moves that led on, as (from, event, to); `by_itself`: for each place those from which it is reached
    without anybody in front of the screen; `shown`: the names of all views.
    """

    numbers: dict[Place, int] = field(default_factory=dict)
    steps: list[tuple[int, Event, int]] = field(default_factory=list)
    by_itself: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    shown: set[str] = field(default_factory=set)
    moves: int = 0

    @property
    def places(self) -> list[Place]:
        return list(self.numbers)


def walk(scenario: Scenario) -> Walk:
    """Visit every place; every move is held against the rules. More places than the cap is a failure."""
    found, start = Walk(), scenario.start()
    found.numbers[start] = 0
    found.shown.add(type(screens.view(start.desk)).__name__)
    todo = deque([start])
    while todo:
        here = todo.popleft()
        number = found.numbers[here]
        for event, answered in may_happen(scenario, here):
            after = moved(scenario, here, event, answered)
            found.moves += 1
            known = len(found.numbers)
            reached = found.numbers.setdefault(after, known)
            if reached == number:
                continue
            found.steps.append((number, event, reached))
            if answered is not None or isinstance(event, TimedOut):
                found.by_itself[reached].append(number)
            if known < len(found.numbers):
                found.shown.add(type(screens.view(after.desk)).__name__)
                assert reached < scenario.cap, f"{scenario.name}: more than {scenario.cap} places"
                todo.append(after)
    return found


def moved(scenario: Scenario, here: Place, event: Event, answered: Effect | None = None) -> Place:
    """One move, held against the rules of the house and of the clock."""
    after, effects = desk.step(here.desk, event)
    known = learn(here.known, here.desk, event, after)
    check(known, here.desk, event, after, effects)
    pending = tuple(effect for effect in here.pending if effect is not answered)
    pending += tuple(effect for effect in effects if isinstance(effect, WAITING) and effect not in pending)
    pending = tuple(sorted(pending, key=_wire))  # sorting is stable: the order on one wire stays
    timers = here.timers - {event.timer} if isinstance(event, TimedOut) else here.timers
    for effect in effects:
        timers = _timed(timers, effect)
    if after.session is not None:
        assert timers & ENDS, "nothing would ever end this session"
    if after.staff.there:
        assert timers & STAFF_ENDS, "nothing would ever close the staff screen"
    place = Place(after, pending, timers, known, here.minted)
    if any(isinstance(effect, EndSession) for effect in effects) and here.minted < scenario.sessions:
        minted = SessionMinted(SessionId(f"s{here.minted + 1}"))
        return moved(scenario, replace(place, minted=here.minted + 1), minted)
    return place


def _wire(effect: Effect) -> int:
    return next(number for number, wire in enumerate(WIRES) if isinstance(effect, wire))


def _timed(timers: frozenset[Timer], effect: Effect) -> frozenset[Timer]:
    match effect:
        case StartTimer(timer, seconds):
            assert seconds > 0
            return timers | {timer}
        case StopTimer(timer):
            return timers - {timer}
        case _:
            return timers


# --- what may happen -------------------------------------------------------------------------------------------------


def may_happen(scenario: Scenario, here: Place) -> Iterator[tuple[Event, Effect | None]]:
    """Yield what may happen now; with an answer, what it answers."""
    if here.desk.session is not None or here.desk.spare is not None:  # else nobody is served any more
        yield from ((event, None) for event in scenario.reader)
        yield from ((event, None) for copy in scenario.copies for event in _of_pad(here.desk, copy))
    yield from ((TimedOut(timer), None) for timer in here.timers)
    for wire in WIRES:
        effect = next((effect for effect in here.pending if isinstance(effect, wire)), None)
        if effect is not None:
            yield from ((event, effect) for event in scenario.answered(here.desk, effect))


def _of_pad(now: Desk, copy: Copy) -> Iterator[Event]:
    for part, uid in enumerate(copy.tags, 1):
        laid = now.pad.at(uid)
        if laid is None:
            yield TagSeen(uid)
            continue
        yield TagLost(uid)
        if laid.facts is None:
            yield TagRead(copy.facts(part))


def usual(now: Desk, effect: Effect) -> Iterable[Event]:
    """What comes back where a scenario has no opinion: no answer at all, which is the worst there is."""
    match effect:
        case Record(session, intent, item, _, txn):
            return (Recorded(session, intent, item, txn or _txn(intent)),)
        case DescribeItem(item):
            return (ItemDescribed(item, None),)
        case Identify(session, card, _):
            return (PatronUnanswered(session, card),)
        case AskAccount(session, _):
            return (AccountUnanswered(session),)
        case RequestCheckout(session, _, _, item):
            return (CheckoutUnanswered(session, item, sent=False),)
        case RequestCheckin(session, _, item):
            return (CheckinUnanswered(session, item, sent=False),)
        case RequestRenew(session, _, _, item):
            return (RenewUnanswered(session, item, sent=False),)
        case PrintReceipt(session):
            return (ReceiptFailed(session),)
        case MailReceipt(session):
            return (ReceiptFailed(session, Way.MAIL),)
        case Pretend(event):
            return (event,)
        case CheckStaff(card):
            return (StaffAdmitted(card, StaffId("olga")), StaffRefused(card, 2), StaffRefused(card, 0, 15))
        case TryPrinter():
            return (PrinterTried(printed=True), PrinterTried(printed=False))
        case TryAbis():
            return (AbisTried(answers=True), AbisTried(answers=False))
        case SetSecurity(uid, security):
            obeys = (SecuritySet(uid, security),) if now.pad.at(uid) else ()
            return (*obeys, SecurityNotSet(uid, security))
        case _:
            return ()


def _txn(intent: Intent) -> TxnId:
    """One id for each kind of intent: two transactions of one book differ in nothing that a flow looks at."""
    return TxnId(intent.name.lower())


# --- what is asked of a whole walk -----------------------------------------------------------------------------------


def resting(place: Place) -> bool:
    return place.desk.session is None and not place.desk.staff.there


def never_rest(found: Walk) -> list[Place]:
    """Places from which the desk does not come to rest by itself, once everybody has walked away."""
    places = found.places
    reached = {number for number, place in enumerate(places) if resting(place)}
    todo = deque(reached)
    while todo:
        earlier = set(found.by_itself[todo.popleft()]) - reached
        reached |= earlier
        todo.extend(earlier)
    return [place for number, place in enumerate(places) if number not in reached]
