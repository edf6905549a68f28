"""Stories: a reader at a desk, told as what happens and what is seen. No devices, no library system, no time.

A `Story` is a desk with a small obliging world around it: the journal writes, the library system knows ten books and
three readers and agrees, tags that lie on the pad obey. A story changes one thing of that world (`on`) and tells what
is seen then. Nothing is answered behind its back that it wants to answer itself (`keep`).
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, TypeVar

from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, StaffId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Security, TagFacts
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.receipts import Way
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Hours, OfflineRules, OnLoanToOther, Rules
from kiosk.domain.staff import Act
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
    Sound,
    StartTimer,
    StopTimer,
    Tone,
    TryAbis,
    TryPrinter,
)
from kiosk.events import (
    AbisTried,
    AccountRead,
    AccountUnanswered,
    ActChosen,
    BarcodeScanned,
    Button,
    CardRead,
    CheckinAccepted,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutUnanswered,
    Choice,
    Chosen,
    Event,
    HoursChanged,
    Intent,
    ItemDescribed,
    NumberTyped,
    PartChanged,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    PinEntered,
    Pressed,
    PrinterTried,
    ReceiptPrinted,
    Recorded,
    RenewApproved,
    RenewUnanswered,
    RowOpened,
    SecurityNotSet,
    SecuritySet,
    SessionMinted,
    StaffAdmitted,
    StaffCardShown,
    StaffRefused,
    TagLost,
    TagRead,
    TagSeen,
    TagUnreadable,
    Task,
    TaskChosen,
    TimedOut,
    Timer,
)
from kiosk.flows import desk, screens
from kiosk.flows.desk import Desk
from kiosk.views import Checkin, Checkout, Row, RowState, View
from tests.kiosk.watching import Watch

TODAY = date(2026, 11, 20)
DUE = date(2026, 12, 11)
OFFLINE_DUE = date(2026, 12, 4)
DEAD = Health(State.ABSENT, "unplugged")
ALIVE = (Part.JOURNAL, Part.TAGS, Part.SCANNER, Part.PRINTER, Part.ABIS)


@dataclass(frozen=True, slots=True)
class Copy:
    """A book in the hand. `tags`: one, or one for each part of a set; none on a barcode-only book."""

    item: ItemId
    title: str
    tags: tuple[TagUid, ...]
    age: int = 0

    @property
    def info(self) -> ItemInfo:
        return ItemInfo(self.item, self.title, "Автор", age_mark=self.age)

    def facts(self, part: int) -> TagFacts:
        return TagFacts(self.tags[part - 1], self.item, owner="RU-1", parts=len(self.tags), part=part)


def _copy(number: int, title: str, tags: int = 1, age: int = 0) -> Copy:
    uids = tuple(TagUid(f"E00401000000{number:02}{part:02}") for part in range(1, tags + 1))
    return Copy(ItemId(f"3000000000{number:04}"), title, uids, age)


SOLARIS, LAURUS, PICNIC = _copy(1, "Солярис"), _copy(2, "Лавр"), _copy(3, "Пикник на обочине")
CLUB = _copy(4, "Бойцовский клуб", age=18)
OPERA = _copy(5, "Евгений Онегин, опера на двух дисках", tags=2)
BARCODED = _copy(6, "Книга без метки", tags=0)
COPIES = {copy.item: copy for copy in (SOLARIS, LAURUS, PICNIC, CLUB, OPERA, BARCODED)}

ANNA = Patron(CardNumber("21234000024172"), "Иванова Анна", "Анна", birth=date(1990, 5, 5), loan_count=3, limit=20)
BORIS = replace(ANNA, card=CardNumber("21234000029999"), name="Борисов Борис", first_name="Борис")
YURA = replace(ANNA, card=CardNumber("21234000027777"), name="Юный Юра", first_name="Юра", birth=date(2015, 1, 1))
PATRONS = {patron.card: patron for patron in (ANNA, BORIS, YURA)}
PIN, WRONG_PIN = Secret("4172"), Secret("0000")
RULES = Rules(library="Библиотека на Садовой", own_libraries=frozenset({"RU-1"}))
OLGA, OLGAS, STAFF_PIN = StaffId("olga"), CardNumber("90000000000017"), Secret("739164")
TRIAL = CardNumber("90000000000025")
NO_PIN = replace(RULES, pin_required=False)
RETURN_FIRST = replace(RULES, on_loan_to_other=OnLoanToOther.RETURN_THEN_LEND)
NOT_OFFLINE = replace(RULES, offline=OfflineRules(checkout=False, checkin=False))

PLAYED: list["Story"] = []
"""Every story that was begun since somebody looked: what was seen in all of them together."""


def _seen(card: CardNumber) -> Patron:
    return Patron(card, age_at_least=18)


Answer = Callable[[Effect], Event | None]
Kind = TypeVar("Kind", bound=View)


@dataclass
class Story:
    """What has happened so far, and what a reader would see now. Every step is watched for the rules of the house."""

    rules: Rules = RULES
    alive: Iterable[Part] = ALIVE
    now: Desk = field(default_factory=Desk)
    asked: list[Effect] = field(default_factory=list)
    unanswered: list[Effect] = field(default_factory=list)
    tags: dict[TagUid, Security] = field(default_factory=dict)
    timers: dict[Timer, int] = field(default_factory=dict)
    seen: list[View] = field(default_factory=list)
    kinds: set[type[Event]] = field(default_factory=set)
    events: int = 0
    patrons: dict[CardNumber, Patron] = field(default_factory=lambda: dict(PATRONS))
    accounts: dict[CardNumber, Account] = field(default_factory=dict)
    infos: dict[ItemId, ItemInfo] = field(default_factory=lambda: {item: copy.info for item, copy in COPIES.items()})

    def __post_init__(self) -> None:
        self._coming: deque[Event] = deque()
        self._lying: set[TagUid] = set()
        self._own: dict[type[Effect], Answer] = {}
        self._sessions = self._txns = 0
        self._watch = Watch()
        self.now = replace(self.now, rules=self.rules)
        self.mint()
        self.happens(HoursChanged(Hours(TODAY)), *(PartChanged(part, READY) for part in self.alive))
        PLAYED.append(self)

    # --- what happens ------------------------------------------------------------------------------------------------

    def happens(self, *events: Event) -> "Story":
        """Let things happen, and the world answer what is asked of it."""
        for event in events:
            self._coming.append(event)
            while self._coming:
                self._step(self._coming.popleft())
        return self

    def _step(self, event: Event) -> None:
        before = self.now
        self.now, effects = desk.step(before, event)
        self.events += 1
        self.kinds.add(type(event))
        self._watch.step(before, event, self.now, effects)
        self.seen.append(screens.view(self.now))
        for effect in effects:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        self.asked.append(effect)
        match effect:
            case StartTimer(timer, seconds):
                self.timers[timer] = seconds
            case StopTimer(timer):
                self.timers.pop(timer, None)
            case EndSession():
                self.mint()
            case _:
                own = self._own.get(type(effect))
                answer = own(effect) if own else self.answer(effect)
                if answer is not None:
                    self._coming.append(answer)
                elif own:
                    self.unanswered.append(effect)

    def mint(self) -> None:
        self._sessions += 1
        self._coming.append(SessionMinted(SessionId(f"s{self._sessions}")))

    # --- the world ---------------------------------------------------------------------------------------------------

    def on(self, kind: type[Effect], answer: Answer) -> "Story":
        """Answer this kind of effect otherwise from now on; None is silence, to be answered by the story."""
        self._own[kind] = answer
        return self

    def keep(self, *kinds: type[Effect]) -> "Story":
        """Leave these unanswered."""
        for kind in kinds:
            self.on(kind, lambda _: None)
        return self

    def as_before(self, *kinds: type[Effect]) -> "Story":
        for kind in kinds:
            del self._own[kind]
        return self

    def answered(self, *kinds: type[Effect]) -> "Story":
        """Now the world answers what was kept from it."""
        for effect in [effect for effect in self.unanswered if isinstance(effect, kinds)]:
            self.unanswered.remove(effect)
            answer = self.answer(effect)
            assert answer is not None
            self.happens(answer)
        return self

    silences: ClassVar = (DescribeItem, Identify, AskAccount, RequestCheckout, RequestCheckin, RequestRenew)

    def silent(self, *, sent: bool = False) -> "Story":
        """The library system does not answer any more; `sent`: what is asked may have been done.

        The site knows of its readers that they are of age, and of items nothing.
        """
        self.on(AskAccount, lambda asked: AccountUnanswered(asked.session))
        self.on(DescribeItem, lambda asked: ItemDescribed(asked.item, None))
        self.on(Identify, lambda asked: PatronUnanswered(asked.session, asked.card, _seen(asked.card)))
        self.on(RequestCheckout, lambda asked: CheckoutUnanswered(asked.session, asked.item, sent))
        self.on(RequestCheckin, lambda asked: CheckinUnanswered(asked.session, asked.item, sent))
        self.on(RequestRenew, lambda asked: RenewUnanswered(asked.session, asked.item, sent))
        return self.happens(PartChanged(Part.ABIS, DEAD))

    def answer(self, effect: Effect) -> Event | None:
        match effect:
            case Record(session, intent, item, _, txn):
                self._txns += txn is None
                return Recorded(session, intent, item, txn or TxnId(f"t{self._txns}"))
            case DescribeItem(item):
                return ItemDescribed(item, self.infos.get(item))
            case Identify(session, card, pin):
                return self._identity(session, card, pin)
            case AskAccount(session, card):
                return AccountRead(session, self.accounts.get(card, Account()))
            case RequestCheckout(session, _, _, item):
                return CheckoutApproved(session, Loan(item, COPIES[item].title, due=DUE))
            case RequestCheckin(session, _, item):
                return CheckinAccepted(session, Returned(item, COPIES[item].title))
            case RequestRenew(session, _, _, item):
                return RenewApproved(session, Loan(item, due=DUE))
            case SetSecurity(uid, security):
                return self._written(uid, security)
            case PrintReceipt(session):
                return ReceiptPrinted(session)
            case MailReceipt(session):
                return ReceiptPrinted(session, Way.MAIL)
            case Pretend(event):
                return event
            case CheckStaff(card, pin):
                return StaffAdmitted(card, OLGA) if (card, pin) == (OLGAS, STAFF_PIN) else StaffRefused(card, 2)
            case TryPrinter():
                return PrinterTried(printed=True)
            case TryAbis():
                return AbisTried(answers=True)
            case _:
                return None

    def _identity(self, session: SessionId, card: CardNumber, pin: Secret | None) -> Event:
        if card not in self.patrons:
            return PatronRefused(session, Refusal(Reason.CARD_UNKNOWN))
        if pin not in (None, PIN):
            return PatronRefused(session, Refusal(Reason.WRONG_PIN), 2)
        return PatronIdentified(session, self.patrons[card])

    def _written(self, uid: TagUid, security: Security) -> Event:
        if uid not in self._lying:
            return SecurityNotSet(uid, security)
        self.tags[uid] = security
        return SecuritySet(uid, security)

    # --- what the reader does ----------------------------------------------------------------------------------------

    def lays(self, *copies: Copy) -> "Story":
        for copy in copies:
            for part in range(1, len(copy.tags) + 1):
                self.lays_part(copy, part)
        return self

    def finds(self, *copies: Copy) -> "Story":
        """The pad comes to life, and these lie there."""
        for copy in copies:
            self.lays_part(copy, 1, found=True)
        return self

    def lays_part(self, copy: Copy, part: int, *, found: bool = False) -> "Story":
        facts = copy.facts(part)
        self._lying.add(facts.uid)
        self.tags.setdefault(facts.uid, Security.ARMED)
        return self.happens(TagSeen(facts.uid, found), TagRead(facts))

    def lays_unreadable(self, uid: TagUid) -> "Story":
        return self.happens(TagSeen(uid), TagUnreadable(uid))

    def lifts(self, *copies: Copy) -> "Story":
        for uid in (uid for copy in copies for uid in copy.tags):
            self._lying.discard(uid)
            self.happens(TagLost(uid))
        return self

    def shows(self, patron: Patron) -> "Story":
        return self.happens(CardRead(patron.card))

    def enters(self, pin: Secret = PIN) -> "Story":
        return self.happens(PinEntered(pin))

    def logs_in(self, patron: Patron = ANNA) -> "Story":
        self.shows(patron)
        return self.enters() if self.now.rules.pin_required else self

    def staff_come(self) -> "Story":
        """Somebody of the staff shows the card and enters the PIN."""
        return self.happens(StaffCardShown(OLGAS), PinEntered(STAFF_PIN))

    def acts(self, *acts: Act) -> "Story":
        """They touch these on the staff screen."""
        return self.happens(*(ActChosen(act) for act in acts))

    def types(self, number: str) -> "Story":
        return self.happens(NumberTyped(number))

    def scans(self, text: str) -> "Story":
        return self.happens(BarcodeScanned(text))

    def chooses(self, task: Task) -> "Story":
        return self.happens(TaskChosen(task))

    def borrows(self, *copies: Copy, patron: Patron = ANNA) -> "Story":
        """Log in at an idle desk, go to the list and lay the books down there."""
        return self.chooses(Task.CHECKOUT).logs_in(patron).lays(*copies)

    def presses(self, *buttons: Button) -> "Story":
        return self.happens(*(Pressed(button) for button in buttons))

    def opens(self, copy: Copy) -> "Story":
        return self.happens(RowOpened(copy.item))

    def says(self, copy: Copy, choice: Choice) -> "Story":
        return self.happens(Chosen(copy.item, choice))

    def waits(self, timer: Timer) -> "Story":
        """Let a timer that runs run out."""
        del self.timers[timer]
        return self.happens(TimedOut(timer))

    # --- what is seen ------------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        return screens.view(self.now)

    def sees(self, kind: type[Kind]) -> Kind:
        view = self.view
        assert isinstance(view, kind), f"the screen shows {type(view).__name__}, not {kind.__name__}"
        return view

    @property
    def rows(self) -> dict[str, Row]:
        """The list by title; books without one by their key."""
        view = self.view
        assert isinstance(view, Checkout | Checkin), f"the screen shows {type(view).__name__}"
        return {row.title or row.key: row for row in view.rows}

    def state(self, copy: Copy) -> RowState:
        return self.rows[copy.title].state

    def reason(self, copy: Copy) -> Reason:
        refusal = self.rows[copy.title].refusal
        assert refusal is not None
        return refusal.reason

    def opened(self, copy: Copy) -> bool:
        """Its tags let it through the gate."""
        return all(self.tags[uid] is Security.DISARMED for uid in copy.tags)

    def of(self, kind: type[Effect]) -> list[Effect]:
        """All effects of this kind that were asked for, in order."""
        return [effect for effect in self.asked if isinstance(effect, kind)]

    def intents(self, copy: Copy) -> list[Intent]:
        return [effect.intent for effect in self.asked if isinstance(effect, Record) and effect.item == copy.item]

    @property
    def tones(self) -> list[Tone]:
        return [effect.tone for effect in self.asked if isinstance(effect, Sound)]


# --- the table of cases ----------------------------------------------------------------------------------------------

Teller = TypeVar("Teller", bound=Callable[[], object])
TOLD: dict[str, list[Callable[[], object]]] = {}


def tells(*cases: str) -> Callable[[Teller], Teller]:
    """Mark a test as the story of these cases; `test_story_cases` has the list of all there are."""

    def mark(teller: Teller) -> Teller:
        for case in cases:
            TOLD.setdefault(case, []).append(teller)
        return teller

    return mark
