"""A station: drivers, connector, journal, outbox and screen around one runtime.

It starts in the order in which things lean on each other (journal first: without it nothing is lent) and stops in the
opposite one. Nothing here decides.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.app.enquiries import Enquiries
from kiosk.app.hands import Hands
from kiosk.app.recovery import Recovery
from kiosk.app.runtime import Runtime
from kiosk.app.scribe import Scribe
from kiosk.app.system import SystemClock, new_session, new_txn
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import CardNumber
from kiosk.domain.plan import WeeklyPlan, hours_at
from kiosk.domain.records import Entry, Kind
from kiosk.domain.rules import Hours, Look, Rules
from kiosk.effects import Effect
from kiosk.events import PartChanged, PolicyChanged, QueueChanged, SessionMinted
from kiosk.flows.desk import Desk
from kiosk.ports.abis import Abis
from kiosk.ports.clock import Clock
from kiosk.ports.devices import Driver
from kiosk.ports.journal import JournalFault
from kiosk.ports.seen import Seen
from kiosk.ports.ui import Ui
from sync.journal.journal import StationJournal
from sync.journal.values import Forgetting
from sync.outbox.outbox import Outbox

log = logging.getLogger(__name__)
JOURNAL_RETRY = 10.0
"""Seconds between attempts to write again after the journal refused."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a station is made of. `replay`: a connector for the outbox's own thread, which may be `abis` itself only
    where that may be used from two threads."""

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


class Station:
    def __init__(self, parts: Parts, ui: Ui) -> None:
        self._parts, self._clock = parts, parts.clock
        self._rules = parts.rules
        desk = Desk(rules=parts.rules, house=parts.look, look=parts.look)
        self.runtime = Runtime(self._perform, ui, parts.clock, self._hours, desk)
        post = self.runtime.post
        self.journal = StationJournal(parts.journal, parts.clock)
        self._scribe = Scribe(self.journal, post, new_txn, self._journal_told)
        self._recovery = Recovery(self.journal, parts.abis, post)
        self.outbox = Outbox(self.journal, parts.replay, parts.clock, lambda n, r: post(QueueChanged(n, r)))
        self._enquiries = Enquiries(
            parts.abis, self._scribe, parts.seen, parts.clock, post, lambda: self._rules, self._abis_is_up
        )
        self._hands = Hands(
            self._scribe, self._enquiries, parts.drivers, ui, parts.clock, parts.zone,
            lambda: self._rules, new_session, post,
        )  # fmt: skip
        self._journal_health = Health(State.ABSENT, "the journal is not open yet")
        self._stopping = threading.Event()

    # --- life --------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything; return at once. Raises `JournalFault` if the journal cannot be opened at all."""
        opening = self.journal.start()
        for notice in opening.notices:
            log.warning("%s", notice)
        self._scribe.note_start(new_file=opening.new)
        self.runtime.start()
        self.runtime.post(SessionMinted(new_session()))
        self._journal_told(None)
        self._recovery.tell_tags()
        self._enquiries.start()
        self.outbox.start()
        for driver in self._parts.drivers:
            driver.start(self._hands.ear(driver))
        log.info("station %s has started", self._parts.name)

    def stop(self) -> None:
        self._stopping.set()
        for driver in self._parts.drivers:
            driver.stop()
        self.runtime.stop()
        self._enquiries.stop()
        self.outbox.stop()
        self._scribe.note_stop()
        self.journal.close()

    def change_rules(self, rules: Rules) -> None:
        """A new policy has come; it takes effect when nobody is there."""
        self._rules = rules
        self.runtime.post(PolicyChanged(rules))

    @property
    def name(self) -> str:
        return self._parts.name

    def forget(self, card: CardNumber) -> Forgetting:
        """Remove what links this reader to what was done here. Raises `JournalFault`."""
        outcome = self.journal.forget(card)
        if outcome.done:
            self._parts.seen.forget(card)
        return outcome

    def health(self) -> dict[str, str]:
        """Return a sentence per thing the station leans on, for staff."""
        told = {"journal": self._journal_health, "abis": self._parts.abis.health()}
        told |= {
            "+".join(part.name.lower() for part in driver.parts): driver.health() for driver in self._parts.drivers
        }
        return {name: health.sentence or health.state.name.lower() for name, health in told.items()}

    # --- what the parts tell -----------------------------------------------------------------------------------------

    def _perform(self, effect: Effect) -> None:
        self._hands.perform(effect)

    def _hours(self) -> Hours:
        return hours_at(self._parts.plan, self._clock.now().astimezone(self._parts.zone))

    def _abis_is_up(self) -> None:
        self._recovery.run()
        self.outbox.wake()

    def _journal_told(self, fault: JournalFault | None) -> None:
        health = Health(State.ABSENT, str(fault)) if fault else READY
        if health == self._journal_health:
            return
        self._journal_health = health
        self.runtime.post(PartChanged(Part.JOURNAL, health))
        if fault:
            self._try_journal_later()

    def _try_journal_later(self) -> None:
        timer = threading.Timer(JOURNAL_RETRY, self._try_journal)
        timer.daemon = True
        timer.start()

    def _try_journal(self) -> None:
        def done(fault: JournalFault | None) -> None:
            self._journal_told(fault)
            if fault:
                self._try_journal_later()

        if not self._stopping.is_set():
            self.journal.append([Entry(Kind.JOURNAL_ANSWERS)], done)
