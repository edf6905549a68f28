"""The post: takes receipts for readers with an address, and sends them when it can.

Two threads: one makes a letter durable and has the journal say so, which is when the reader hears that it will come;
the other sends. A server that is not there is left alone, longer each time; a letter that it does not take now rests
alone. A letter that cannot be sent at all, or not within some days, is told to the journal, and its receipt is offered
again at its reader's next visit. What was sent, given up or forgotten leaves no address behind.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.domain.health import READY, Health, State
from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.records import Entry, Kind
from kiosk.ports.clock import Clock
from kiosk.ports.journal import Journal, JournalFault
from kiosk.ports.mail import Letter
from sync.mail.letter import compose
from sync.mail.pickup import Pickup
from sync.mail.sender import MailFault, Refused, Rests, Sender
from sync.mail.settings import Settings
from sync.mail.spool import Kept, Spool, SpoolFault, Stage, name_of
from sync.outbox.backoff import Backoff

log = logging.getLogger(__name__)
MAILED, NOT_MAILED = "mailed", "not mailed"
"""What the rows of a receipt say that never was on paper."""
PATIENCE = 30.0
"""Seconds the journal gets for a row: a disk that hangs longer has not written it."""
STOP_SECONDS = 2.0
LOOK = 3600.0
"""Seconds after which letters are looked at anyway: they may have become too old."""


class Post:
    """`tell` hears every change of health. `take`, `forget`, `holds` and `waiting` may be called from any thread."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        journal: Journal,
        clock: Clock,
        tell: Callable[[Health], None] = lambda _: None,
        sender: Sender | Pickup | None = None,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self._spool, self._settings, self._journal, self._clock = Spool(folder), settings, journal, clock
        self._sender = sender or (Pickup(Path(settings.pickup)) if settings.pickup else Sender(settings))
        self._tell, self._health = tell, READY
        self._new_backoff, self._server, self._letters = backoff, backoff(), dict[str, Backoff]()
        self._not_before: dict[str, float] = {}
        self._quiet_until = 0.0
        self._left: frozenset[str] = frozenset()
        """Letters that were taken before the start, and of which the journal may not know."""
        self._taken: queue.SimpleQueue[tuple[Letter, Callable[[bool], None]] | None] = queue.SimpleQueue()
        self._stirred, self._stopping = threading.Event(), threading.Event()
        self._threads = (
            threading.Thread(target=self._take_in, name="mail-in", daemon=True),
            threading.Thread(target=self._send_out, name="mail-out", daemon=True),
        )

    # --- life --------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.open()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; letters keep their state. Harmless when repeated, and before `start`."""
        self._stopping.set()
        self._stirred.set()
        self._taken.put(None)
        self._sender.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(STOP_SECONDS)

    def health(self) -> Health:
        return self._health

    # --- what others ask ---------------------------------------------------------------------------------------------

    def take(self, letter: Letter, done: Callable[[bool], None]) -> None:
        """Have a letter kept and sent; `done(True)` once it is durable and the journal knows of it."""
        self._taken.put((letter, done))

    def forget(self, card: CardNumber) -> int:
        """Remove the letters of a reader; return how many there were. Raises `SpoolFault`."""
        return self._spool.forget(card)

    def holds(self, session: SessionId) -> bool:
        """Whether the receipt of this visit is on its way."""
        return self._spool.holds(session)

    def waiting(self) -> int | None:
        """Return how many letters are on their way; None where the folder does not answer."""
        try:
            return len(self._spool.waiting())
        except SpoolFault:
            return None

    def wake(self) -> None:
        """The network may be back: try now."""
        self._quiet_until = 0.0
        self._stirred.set()

    # --- taking in ---------------------------------------------------------------------------------------------------

    def _take_in(self) -> None:
        while (job := self._taken.get()) is not None and not self._stopping.is_set():
            letter, done = job
            done(self._kept(letter))
            self._stirred.set()

    def _kept(self, letter: Letter) -> bool:
        try:
            name = name_of(letter.session)
            message = compose(letter, self._settings.sender, name)
            made = self._clock.now().timestamp()
            kept = Kept(name, letter.session, letter.card, letter.to.value, made, message)
            return not self._spool.take(kept) or self._begun(kept)
        except (SpoolFault, JournalFault) as fault:
            self._stands(Health(State.ABSENT, f"E-mail: {fault}"))
            return False
        except Exception:
            log.exception("a receipt could not be made a letter")
            return False

    def _begun(self, kept: Kept) -> bool:
        """What the journal does not know of is not sent: the reader hears so, and takes the receipt another way."""
        try:
            return self._intended(kept)
        except JournalFault:
            self._spool.done(kept)
            raise

    def _intended(self, kept: Kept) -> bool:
        """Have the journal say what shall be done, then let it be done."""
        self._write(Entry(Kind.RECEIPT_TO_MAIL, kept.session))
        return self._spool.moved(kept, Stage.OUT)

    # --- sending -----------------------------------------------------------------------------------------------------

    def _send_out(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = self.work()
            except Exception:
                log.exception("mail: failed in a way that was not foreseen; letters keep their state")
                pause = self._server.failed()
            self._stirred.wait(pause)
            self._stirred.clear()

    def work(self) -> float:
        """Send what can be sent now; return the seconds until there may be more."""
        now = self._clock.monotonic()
        if now < self._quiet_until:
            return self._quiet_until - now
        try:
            for kept in self._spool.waiting():
                if not self._stopping.is_set() and self._clock.monotonic() >= self._not_before.get(kept.name, 0.0):
                    self._advance(kept)
            self._stands(READY)
            self._server.reset()
            return self._rest()
        except (MailFault, SpoolFault, JournalFault) as fault:
            pause = self._server.failed()
            self._quiet_until = self._clock.monotonic() + pause
            self._stands(Health(State.DEGRADED if isinstance(fault, MailFault) else State.ABSENT, f"E-mail: {fault}"))
            return pause

    def _rest(self) -> float:
        now = self._clock.monotonic()
        return min((until - now for until in self._not_before.values() if until > now), default=LOOK)

    def _advance(self, kept: Kept) -> None:
        """Take a letter one step on, and all that follow."""
        if kept.stage is Stage.NEW:
            if kept.name not in self._left or not self._intended(kept):
                return
            kept = replace(kept, stage=Stage.OUT)
        if kept.stage is Stage.OUT and not (self._sent(kept) and self._spool.moved(kept, Stage.SENT)):
            return
        self._over(kept, Kind.RECEIPT_PRINTED, MAILED)

    def _sent(self, kept: Kept) -> bool:
        try:
            self._sender.send(kept.to, kept.message)
        except Refused as fault:
            log.warning("%s", fault)
            self._over(kept, Kind.RECEIPT_FAILED, NOT_MAILED)
            return False
        except Rests as fault:
            log.info("%s", fault)
            self._tried(kept)
            return False
        except MailFault:
            self._too_old(kept)
            raise
        return True

    def _tried(self, kept: Kept) -> None:
        if not self._too_old(kept):
            pause = self._letters.setdefault(kept.name, self._new_backoff()).failed()
            self._not_before[kept.name] = self._clock.monotonic() + pause

    def _too_old(self, kept: Kept) -> bool:
        """Give up a letter that nobody waits for any more. A clock that jumped back makes none old."""
        if self._clock.now().timestamp() - kept.made < self._settings.keep_days * 86400:
            return False
        self._over(kept, Kind.RECEIPT_FAILED, NOT_MAILED)
        return True

    def _over(self, kept: Kept, kind: Kind, topic: str) -> None:
        self._write(Entry(kind, kept.session, data={"topic": topic}))
        self._spool.done(kept)
        self._letters.pop(kept.name, None)
        self._not_before.pop(kept.name, None)

    # --- the journal, the folder, staff ------------------------------------------------------------------------------

    def _write(self, entry: Entry) -> None:
        """Return once a row is on disk. Raises `JournalFault`."""
        written: queue.SimpleQueue[JournalFault | None] = queue.SimpleQueue()
        self._journal.append([entry], written.put)
        try:
            fault = written.get(timeout=PATIENCE)
        except queue.Empty:
            raise JournalFault("the journal's disk does not answer") from None
        if fault is not None:
            raise fault

    def open(self) -> None:
        """Look at what an earlier run left, without starting to send."""
        try:
            self._spool.open()
            self._left = frozenset(kept.name for kept in self._spool.waiting() if kept.stage is Stage.NEW)
        except SpoolFault as fault:
            self._stands(Health(State.ABSENT, f"E-mail: {fault}"))
        else:
            self._tell(self._health)

    def _stands(self, health: Health) -> None:
        if health != self._health:
            self._health = health
            if health.sentence:
                log.warning("%s", health.sentence)
            self._tell(health)
