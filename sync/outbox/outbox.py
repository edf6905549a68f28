"""The worker that tells the ABIS what it missed.

Steps of one row, each durable before the next is taken; the process may end after any of them:

    asked -> marked `sending` -> sent -> outcome written       (`sending` found at a start counts as `unknown`)

An ABIS that does not answer is left alone for a while, longer each time; `wake` ends the wait. A row whose question
or request fails while the ABIS lives rests alone, and holds up only what is bound to it; after five times it waits for
a person. What waits for a person holds up nothing: `retry` lets it go again, `dismiss` settles it without us.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from kiosk.domain.ids import ItemId
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import Abis, AbisFault, NotSent, Unreachable
from kiosk.ports.clock import Clock
from kiosk.ports.journal import JournalFault
from sync.journal.delivery import Delivery, Move, Sent, State
from sync.journal.journal import StationJournal
from sync.journal.payload import SAID
from sync.journal.stamps import Stamp
from sync.journal.store import Step, move_reason
from sync.journal.values import Waiting
from sync.outbox.age import age, may_come_right
from sync.outbox.backoff import Backoff
from sync.outbox.replay import Circumstances, Decision, Done, Review, Send, behind, decide, next_row, why_not

LOG = logging.getLogger(__name__)

TRIES = 5  # times a row may bring the ABIS down before a person looks at it
FRESH = timedelta(minutes=15)  # nobody has come home, read the book and brought it to the desk
PAGE = 1000  # rows taken from the file at once
WINDOW = timedelta(hours=72)  # as the policy has it where nobody says otherwise

STEPS = ("asked", "marked", "sent", "settled")


class _Outage(Exception):
    """The ABIS is not to be asked again for a while."""


class _Rests(Exception):
    """This row is not to be tried again for a while; the ABIS answers, and others go on."""


class Outbox:
    """`on_counts(waiting, review)` is called from the outbox's thread whenever either changes, and once at start.

    `abis` is used from that thread alone; the app hands over a connector that nobody else is using meanwhile.
    `window`: how long after it was done something is still sent without a person having looked at it.
    `on_outcome(item, lent, stands)` hears what became of a row once that is durable; not `stands`: a person must look.
    `retry` and `dismiss` may be called from any thread.
    """

    def __init__(
        self,
        journal: StationJournal,
        abis: Abis,
        clock: Clock,
        on_counts: Callable[[int, int], None],
        *,
        backoff: Backoff | None = None,
        step: Step = lambda _: None,
        window: Callable[[], timedelta] = lambda: WINDOW,
        on_outcome: Callable[[ItemId, bool, bool], None] = lambda *_: None,
    ) -> None:
        self._journal = journal
        self._abis = abis
        self._clock = clock
        self._on_counts = on_counts
        self._backoff = backoff or Backoff()
        self._step = step
        self._window = window
        self._on_outcome = on_outcome
        self._lock = threading.RLock()  # over the rows: a person moves some that wait, the thread the others
        self._rows: dict[int, Delivery] = {}  # open rows, in order
        self._rests: dict[int, float] = {}  # rows that are left alone until then
        self._newest = 0
        self._counts: Waiting | None = None
        self._not_before = 0.0
        self._stirred = threading.Event()
        self._armed = threading.Event()  # `wake` was called: the pause is over
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # --- life --------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._journal.watch(self._stirred.set)
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the row in hand and end the thread. Rows keep their state."""
        self._stopping.set()
        self._stirred.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def wake(self) -> None:
        """The ABIS answers again, or something else changed: try now."""
        self._armed.set()
        self._stirred.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = self.work()
            except Exception:
                LOG.exception("outbox: failed in a way that was not foreseen; rows keep their state")
                pause = self._backoff.failed()
            self._stirred.wait(pause)
            self._stirred.clear()

    # --- what a person decides ---------------------------------------------------------------------------------------

    def retry(self, seq: int, by: int) -> None:
        """Let a row that waits for a person go again, as somebody (user id) asked: with no regard to its age, but asked
        about first as ever. Raises `ValueError` where it does not wait, `JournalFault`."""
        now = self._journal.now()
        self._decided(seq, Kind.REPLAY_RETRIED, State.PENDING, {"by": by}, Sent(now.boot_id, now.boottime_ns))
        self.wake()

    def dismiss(self, seq: int, by: int, reason: str) -> None:
        """Settle a row that waits for a person without telling the ABIS anything. Raises as `retry` does."""
        self._decided(seq, Kind.REPLAY_DISMISSED, State.DONE, {"by": by, SAID: reason})
        self._stirred.set()

    def _decided(self, seq: int, kind: Kind, state: State, data: dict[str, Scalar], sent: Sent | None = None) -> None:
        with self._lock:
            found = self._journal.deliveries(seq - 1, 1)
            if not found or found[0].seq != seq or found[0].state is not State.REVIEW:
                raise ValueError(f"no row {seq} waits for a person")
            entry = _entry(found[0], kind, data)
            self._move(found[0], state, tries=0, sent=sent, entries=[entry])

    # --- work --------------------------------------------------------------------------------------------------------

    def work(self) -> float | None:
        """Do what can be done now; return the seconds until there may be more, None: when something changes."""
        try:
            self._load()
            if self._armed.is_set():
                self._armed.clear()
                self._not_before = 0.0
                self._rests.clear()
                if self._next():
                    self._abis.probe()  # this connector may still be waiting out a failure of its own
            while not self._stopping.is_set() and self._clock.monotonic() >= self._not_before:
                row = self._next()
                if row is None:
                    return self._rest_of_all()
                self._try(row)
                self._tell()
        except (_Outage, JournalFault) as why:
            LOG.warning("outbox: %s", why)
            self._not_before = self._clock.monotonic() + self._backoff.failed()
            self._tell()
        return max(self._not_before - self._clock.monotonic(), 0.0)

    def _try(self, row: Delivery) -> None:
        self._rests.pop(row.seq, None)
        try:
            self._settle(row)
            self._backoff.reset()
        except _Rests as why:
            LOG.warning("outbox: row %d rests: %s", row.seq, why)
            self._rests[row.seq] = self._clock.monotonic() + self._backoff.failed()

    def _next(self) -> Delivery | None:
        now = self._clock.monotonic()
        with self._lock:
            return next_row(self._rows.values(), {seq for seq, until in self._rests.items() if now < until})

    def _rest_of_all(self) -> float | None:
        """Return the seconds until a row has rested."""
        now = self._clock.monotonic()
        return min((until - now for until in self._rests.values() if until > now), default=None)

    def _load(self) -> None:
        """Take new rows from the file."""
        first = self._counts is None
        while self._load_page():
            pass
        self._tell()
        if first and self._counts and self._counts.review:
            LOG.warning("outbox: %d rows wait for a person: kiosk outbox lists them", self._counts.review)

    def _load_page(self) -> bool:
        with self._lock:  # what a person decides meanwhile is not undone by what was read before
            page = self._journal.deliveries(self._newest, PAGE)
            for row in page:
                self._rows[row.seq] = row
                self._newest = row.seq
        return bool(page)

    def _tell(self) -> None:
        with self._lock:
            review = sum(row.state is State.REVIEW for row in self._rows.values())
            counts = Waiting(len(self._rows), review)
        if counts != self._counts:
            self._counts = counts
            self._on_counts(counts.waiting, counts.review)

    def _settle(self, row: Delivery) -> None:
        decision = self._ask(row)
        self._step("asked")
        match decision:
            case Done(reason):
                self._confirmed(row, reason)
            case Review(reason):
                self._review(row, Kind.REPLAY_REVIEW, reason)
            case Send() if row.tries >= TRIES:
                self._review(row, Kind.REPLAY_REVIEW, f"sent {row.tries} times without an answer")
            case Send() if reason := why_not(row, self._circumstances(row)):
                self._review(row, Kind.REPLAY_REVIEW, reason)
            case Send():
                self._send(row)

    def _circumstances(self, row: Delivery) -> Circumstances:
        """Look at what bears on a row besides the ABIS. Raises `_Rests` while a clock may still come right."""
        now, window = self._journal.now(), self._window()
        old = age(row.stamp and self._journal.dated(row.stamp), now)
        let_go = row.state is State.PENDING and row.sent is not None and _within(row.sent, now, window)
        if old is None and not let_go and may_come_right(now):
            raise _Rests("the clock of this machine is not set yet")
        with self._lock:
            waits = behind(row, self._rows.values())
        return Circumstances(old, window, overtaken=self._journal.overtaken(row), behind=waits, let_go=let_go)

    def _ask(self, row: Delivery) -> Decision:
        try:
            info = self._abis.item_info(row.item)
            loans: frozenset[ItemId] | None = self._abis.loans(row.card) if row.card is not None else None
        except NotSent as why:
            raise _Outage(str(why)) from why
        except Unreachable as why:
            if not self._abis.probe().usable:
                raise _Outage(str(why)) from why
            return self._stumbled(row, why)
        except Exception as why:
            LOG.exception("outbox: the connector failed in a way that was not foreseen")
            return self._stumbled(row, why)
        return decide(row, info, loans, fresh=self._is_fresh(row))

    def _stumbled(self, row: Delivery, why: Exception) -> Decision:
        """The ABIS lives, and this row's question fails: it rests, and after some tries a person looks at it."""
        words = _said(why)
        if row.tries + 1 >= TRIES:
            return Review(f"asking about it failed {row.tries + 1} times: {words}")
        self._move(row, row.state, tries=row.tries + 1, sent=row.sent)
        raise _Rests(words) from why

    def _send(self, row: Delivery) -> None:
        now = self._journal.now()
        sending = self._move(row, State.SENDING, tries=row.tries + 1, sent=Sent(now.boot_id, now.boottime_ns))
        self._step("marked")
        try:
            refusal = self._request(row)
        except NotSent as why:
            self._move(sending, row.state, tries=row.tries, sent=row.sent)  # as it was: surely not done this time
            raise _Outage(str(why)) from why
        except Exception as why:
            if not isinstance(why, AbisFault):
                LOG.exception("outbox: the connector failed in a way that was not foreseen")
            self._move(sending, State.UNKNOWN, tries=sending.tries, sent=sending.sent)
            raise (_Rests if self._abis.probe().usable else _Outage)(_said(why)) from why
        self._step("sent")
        if refusal is None or (refusal.reason is Reason.ALREADY_YOURS and row.kind is Kind.LENT_OFFLINE):
            self._confirmed(sending, "sent")
        else:
            words = {SAID: refusal.raw} if refusal.reason is Reason.OTHER else {}  # else all is said by the reason
            self._review(sending, Kind.REPLAY_REFUSED, f"refused: {refusal.reason.name.lower()}", words)

    def _request(self, row: Delivery) -> Refusal | None:
        """Send the row with its own transaction and the time at which the reader did it, as far as is known today."""
        at = self._journal.dated(row.stamp).wall if row.stamp else row.at
        if row.kind is Kind.LENT_OFFLINE:
            assert row.card is not None  # decided so
            answer: object = self._abis.checkout(row.txn, row.card, row.item, at)
        else:
            answer = self._abis.checkin(row.txn, row.item, at)
        return answer if isinstance(answer, Refusal) else None

    def _is_fresh(self, row: Delivery) -> bool:
        return row.sent is not None and _within(row.sent, self._journal.now(), FRESH)

    # --- outcomes ----------------------------------------------------------------------------------------------------

    def _confirmed(self, row: Delivery, how: str) -> None:
        self._conclude(row, Kind.REPLAY_CONFIRMED, State.DONE, how)

    def _review(self, row: Delivery, kind: Kind, reason: str, data: Mapping[str, Scalar] | None = None) -> None:
        self._conclude(row, kind, State.REVIEW, reason, data or {})
        LOG.warning("outbox: row %d waits for a person (%s): kiosk outbox shows it", row.seq, reason)

    def _conclude(
        self, row: Delivery, kind: Kind, state: State, reason: str, data: Mapping[str, Scalar] | None = None
    ) -> None:
        entry = _entry(row, kind, {"reason": reason, **(data or {})})
        self._move(row, state, tries=row.tries, sent=row.sent, reason=move_reason(reason, row.card), entries=[entry])
        self._step("settled")
        self._on_outcome(row.item, row.kind is Kind.LENT_OFFLINE, state is State.DONE)

    def _move(
        self,
        row: Delivery,
        state: State,
        *,
        tries: int,
        sent: Sent | None = None,
        reason: str = "",
        entries: Sequence[Entry] = (),
    ) -> Delivery:
        """Make the row's next state durable, then believe it."""
        moved = replace(row, state=state, tries=tries, sent=sent, reason=reason)
        with self._lock:
            self._journal.write(entries, [Move(row.seq, state, tries, reason, sent)])
            if state is State.DONE:
                self._rows.pop(row.seq, None)
            elif row.seq in self._rows:
                self._rows[row.seq] = moved
        return moved


def _entry(row: Delivery, kind: Kind, data: Mapping[str, Scalar]) -> Entry:
    return Entry(kind, txn=row.txn, card=row.card, item=row.item, data={"row": row.seq, **data})


def _within(sent: Sent, now: Stamp, span: timedelta) -> bool:
    """Whether that was so short a time ago, within one run of the machine."""
    return sent.boot_id == now.boot_id and now.boottime_ns - sent.boottime_ns <= span.total_seconds() * 1e9


def _said(why: Exception) -> str:
    """The words of a fault, which are for staff; of anything else its kind alone: its text may name a reader."""
    return str(why) if isinstance(why, AbisFault) else type(why).__name__
