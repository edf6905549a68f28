"""A station: drivers, connector, journal, outbox and screen around one runtime.

It starts in the order in which things lean on each other (journal first: without it nothing is lent) and stops in the
opposite one; what cannot be started whole is stopped again. Nothing here decides.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.app.clock_watch import ClockWatch
from kiosk.app.enquiries import Enquiries
from kiosk.app.hands import Hands
from kiosk.app.journal_watch import JournalWatch
from kiosk.app.recovery import Recovery
from kiosk.app.runtime import Runtime
from kiosk.app.scribe import Scribe
from kiosk.app.staff_desk import StaffDesk
from kiosk.app.system import SystemClock, Timekeeper, new_txn
from kiosk.app.unprinted import Receipts
from kiosk.app.unslid import Strips
from kiosk.domain.health import Health, Part, State
from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.plan import WeeklyPlan, hours_at
from kiosk.domain.receipts import Unprinted
from kiosk.domain.records import Kind
from kiosk.domain.rules import Hours, Look, Rules
from kiosk.domain.strips import Unslid
from kiosk.effects import Effect
from kiosk.events import Event, PartChanged, PolicyChanged, QueueChanged, Replayed
from kiosk.flows.desk import Desk
from kiosk.ports.abis import Abis
from kiosk.ports.clock import Clock
from kiosk.ports.devices import Driver, TagReader
from kiosk.ports.journal import JournalFault
from kiosk.ports.seen import Seen
from kiosk.ports.ui import Ui
from sync.journal.journal import StationJournal
from sync.journal.store import Step
from sync.journal.values import Forgetting
from sync.mail.settings import Settings as Mail
from sync.outbox.outbox import Outbox
from sync.staff_cards import StaffCards

if TYPE_CHECKING:
    from sync.mail.post import Post

log = logging.getLogger(__name__)
STOP_SECONDS = 3.0
"""Seconds the outbox gets for the row in hand when the station stops; then its connection is closed under it."""
FELL_OVER = "it fell over; the station's log says where"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a station is made of. `replay`: a connector for the outbox's own thread, which may be `abis` itself only
    where that may be used from two threads. `timekeeper` is the `clock` where that is to be doubted; None: it is right.
    `mail`: the server for receipts by e-mail.
    `own_dates`: the library system works out its dates by that same clock, being the built-in store.
    `step` is told of every step of a write before it is taken: a test may end
    the process there."""

    name: str
    journal: Path
    zone: ZoneInfo
    rules: Rules
    plan: WeeklyPlan
    look: Look
    drivers: Sequence[Driver]
    abis: Abis
    replay: Abis
    seen: Seen
    clock: Clock = field(default_factory=SystemClock)
    step: Step = lambda _: None
    timekeeper: Timekeeper | None = None
    own_dates: bool = False
    mail: Mail | None = None


class Station:
    """One run: it is started and stopped once. `restart` is called when somebody of the staff wants another one."""

    def __init__(self, parts: Parts, ui: Ui, restart: Callable[[], None] = lambda: None) -> None:
        self._parts, self._clock = parts, parts.clock
        self._rules = parts.rules
        self._open = False
        desk = Desk(rules=parts.rules, house=parts.look, look=parts.look)
        self.runtime = Runtime(self._perform, ui, parts.clock, self._hours, desk)
        post = self.runtime.post
        keeper = parts.timekeeper
        self.journal = StationJournal(parts.journal, parts.clock, step=parts.step, now=keeper.stamp if keeper else None)
        self._watch = JournalWatch(self.journal, post, on_back=self._journal_is_back)
        self._scribe = Scribe(self.journal, post, new_txn, self._watch.told, self._left_open)
        self.outbox = Outbox(
            self.journal, parts.replay, parts.clock, lambda n, r: post(QueueChanged(n, r)), step=parts.step,
            window=lambda: timedelta(hours=self._rules.offline.replay_hours),
            on_outcome=lambda item, lent, stands: post(Replayed(item, lent, stands)),
        )  # fmt: skip
        self._clock_watch = ClockWatch(keeper, self.journal, post, self.outbox.wake) if keeper else None
        self._enquiries = Enquiries(
            parts.abis, self._scribe, parts.seen, parts.clock, post, lambda: self._rules,
            self._abis_is_up, self._spare_time, self._left_open, self._recorded, self._unprinted,
            lambda: parts.own_dates and self._clock_watch is not None and self._clock_watch.doubtful, self._unslid,
        )  # fmt: skip
        self._receipts = Receipts(self.journal, parts.seen, parts.zone)
        self._strips = Strips(self.journal, parts.seen, parts.clock, parts.zone)
        self._recovery = Recovery(
            self.journal,
            parts.abis,
            post,
            parts.clock,
            self._scribe.moved,
            lambda: self.runtime.idle and self._enquiries.quiet,
        )
        self._mail = _post_office(parts, self.journal, post)
        cards = StaffCards(parts.journal.parent)
        self._staff = StaffDesk(cards, self._scribe, parts.clock, lambda: self._rules, post, restart)
        self._hands = Hands(
            self._scribe, self._enquiries, parts.drivers, ui, parts.clock, parts.zone, lambda: self._rules, post,
            self._mail, self._staff,
        )  # fmt: skip

    # --- life --------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything; return at once. Raises `JournalFault` if the journal cannot be opened at all."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        log.info("station %s has started", self._parts.name)

    def _start(self) -> None:
        opening = self.journal.start()
        for notice in opening.notices:
            log.warning("%s", notice)
        self._open = True
        self._watch.opened()
        if self._clock_watch is not None:
            self._clock_watch.begin()
        self._scribe.note_start(new_file=opening.new)
        self._recovery.begin()
        self._staff.begin(self.journal)
        self.runtime.start()
        self._enquiries.start()
        self.outbox.start()
        if self._mail is not None:
            self._mail.start()
        for driver in sorted(self._parts.drivers, key=_pads_first):
            self._start_driver(driver)

    def _start_driver(self, driver: Driver) -> None:
        """A driver that falls over has a status and stops nobody else."""
        try:
            driver.start(self._hands.ear(driver))
        except Exception:
            log.exception("a driver fell over at its start")
            for part in driver.parts:
                self.runtime.post(PartChanged(part, Health(State.LOAD_ERROR, f"{part.name.lower()}: {FELL_OVER}")))

    def stop(self) -> None:
        """Stop everything, within seconds where no disk hangs. Harmless when repeated."""
        outbox = threading.Thread(target=self.outbox.stop, name="outbox-stop", daemon=True)
        outbox.start()
        self._watch.stop()
        if self._mail is not None:
            _quietly(self._mail.stop)
        for driver in self._parts.drivers:
            _quietly(driver.stop)
        self.runtime.stop()
        self._enquiries.stop()
        outbox.join(STOP_SECONDS)
        _quietly(self._parts.replay.close)
        outbox.join(STOP_SECONDS)
        if self._open:
            self._scribe.note_stop()
        self.journal.close()

    def change_rules(self, rules: Rules) -> None:
        """A new policy has come; it takes effect when nobody is there. What stands beside the screen stays there."""
        self._rules = replace(rules, em_unit=self._parts.rules.em_unit)
        self.runtime.post(PolicyChanged(self._rules))

    @property
    def name(self) -> str:
        return self._parts.name

    @property
    def zone(self) -> ZoneInfo:
        """The site's."""
        return self._parts.zone

    @property
    def language(self) -> str:
        """Of the library's own screen, and so of its staff."""
        return self._parts.look.language

    def letters(self) -> int | None:
        """Return how many receipts wait to be sent by e-mail; None where none are, or their folder does not answer."""
        return self._mail.waiting() if self._mail is not None else None

    def forget(self, card: CardNumber) -> Forgetting:
        """Remove what links this reader to what was done here. Raises `JournalFault`."""
        if self.runtime.serves(card):
            return Forgetting(False, "This reader is in front of the screen. Forget the reader again afterwards.")
        outcome = self.journal.forget(card)
        if outcome.done:
            self._parts.seen.forget(card)
            outcome = self._forget_letters(card) or outcome
        return outcome

    def _forget_letters(self, card: CardNumber) -> Forgetting | None:
        """Remove what still waits to be sent to this reader; say what kept it from that."""
        try:
            if self._mail is not None:
                self._mail.forget(card)
        except Exception as fault:
            log.exception("letters of a reader who is to be forgotten")
            return Forgetting(False, f"Receipts that wait to be sent by e-mail could not be removed: {fault}")
        return None

    def believe_clock(self, by: int) -> str:
        """A person (user id) says that the clock of this machine is right. Raises `ValueError` where it cannot be."""
        if self._clock_watch is None:
            raise ValueError("The clock of this station is not doubted.")
        return self._clock_watch.believe(by)

    def health(self) -> dict[str, str]:
        """Return a sentence per thing the station leans on, for staff."""
        told = {"clock": self._clock_watch.health.sentence or "ready"} if self._clock_watch else {}
        told |= {"journal": self._watch.health.sentence or "ready", "abis": _sentence(self._parts.abis.health)}
        for driver in self._parts.drivers:
            name = "+".join(part.name.lower() for part in driver.parts)
            several = f"{name} {1 + sum(key.startswith(name) for key in told)}"
            told[several if name in told else name] = _sentence(driver.health)
        if self._mail is not None:
            told["mail"] = _sentence(self._mail.health)
        return told

    # --- what the parts tell -----------------------------------------------------------------------------------------

    def _hours(self) -> Hours:
        """Return what today looks like; asked whenever time may have moved on, so the clock is looked at as well."""
        watch = self._clock_watch
        if watch is not None:
            watch.look()
        local = self._clock.now().astimezone(self._parts.zone)
        return hours_at(self._parts.plan, local, certain=watch is None or not watch.doubtful)

    def _perform(self, effect: Effect) -> None:
        self._hands.perform(effect)

    def _abis_is_up(self) -> None:
        self._recovery.abis_is_up()
        self.outbox.wake()

    def _journal_is_back(self) -> None:
        self._scribe.try_again()
        self._recovery.want()
        self._enquiries.look_back()

    def _recorded(self, card: CardNumber) -> int:
        """Return how many loans recorded for this card the ABIS has not confirmed; a silent journal counts as none:
        nothing can be recorded then anyway."""
        try:
            return sum(row.card == card and row.kind is Kind.LENT_OFFLINE for row in self.journal.deliveries())
        except JournalFault:
            return 0

    def _unprinted(self, cards: frozenset[CardNumber], session: SessionId) -> tuple[Unprinted, ...]:
        """Return the receipts a reader was never given. Whatever goes wrong here, nobody is turned away for it."""
        try:
            owed = self._receipts.of(cards, session)
            return tuple(each for each in owed if self._mail is None or not self._mail.holds(each.visit))
        except Exception:
            log.exception("receipts owed are not offered")
            return ()

    def _unslid(self, cards: frozenset[CardNumber], session: SessionId) -> tuple[Unslid, ...]:
        """Return the loans of today whose strip may be closed. Nobody is turned away for it either."""
        try:
            return self._strips.of(cards, session) if self._rules.em_unit.opens else ()
        except Exception:
            log.exception("strips that may be closed are not told")
            return ()

    def _spare_time(self) -> None:
        self._recovery.run()

    def _left_open(self) -> None:
        self._recovery.want()


def _post_office(parts: Parts, journal: StationJournal, post: Callable[[Event], None]) -> "Post | None":
    """Where receipts go by e-mail; what that needs is loaded where it is configured."""
    if parts.mail is None:
        return None
    from sync.mail.post import Post

    folder = parts.journal.parent / "mail"
    return Post(folder, parts.mail, journal, parts.clock, lambda health: post(PartChanged(Part.MAIL, health)))


def _pads_first(driver: Driver) -> bool:
    """Nobody is served before it is known what lies on the pad."""
    return not isinstance(driver, TagReader)


def _sentence(ask: Callable[[], Health]) -> str:
    try:
        health = ask()
    except Exception:
        log.exception("a part of the station does not say how it is")
        return FELL_OVER
    return health.sentence or health.state.name.lower()


def _quietly(stop: Callable[[], None]) -> None:
    try:
        stop()
    except Exception:
        log.exception("a part of the station fell over as it stopped")
