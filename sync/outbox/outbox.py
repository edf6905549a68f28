"""The worker that tells the ABIS what it missed.

Steps of one row, each durable before the next is taken; the process may end after any of them:

    asked -> marked `sending` -> sent -> outcome written       (`sending` found at a start counts as `unknown`)

An ABIS that does not answer is left alone for a while, longer each time; `wake` ends the wait. A row that brings the
ABIS down five times waits for a person, so that one row cannot hold up the library for good.
"""

import logging
import threading
from collections.abc import Callable, Sequence
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
from sync.journal.store import Step, move_reason
from sync.journal.values import Waiting
from sync.outbox.backoff import Backoff
from sync.outbox.replay import Decision, Done, Review, Send, decide, next_row

LOG = logging.getLogger(__name__)

TRIES = 5  # times a row may bring the ABIS down before a person looks at it
FRESH = timedelta(minutes=15)  # nobody has come home, read the book and brought it to the desk
PAGE = 1000  # rows taken from the file at once

STEPS = ("asked", "marked", "sent", "settled")


class _Outage(Exception):
    """The ABIS is not to be asked again for a while."""


class Outbox:
    """`on_counts(waiting, review)` is called from the outbox's thread whenever either changes, and once at start.

    `abis` is used from that thread alone; the app hands over a connector that nobody else is using meanwhile.
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
    ) -> None:
        self._journal = journal
        self._abis = abis
        self._clock = clock
        self._on_counts = on_counts
        self._backoff = backoff or Backoff()
        self._step = step
        self._rows: dict[int, Delivery] = {}  # open rows, in order
        self._in_review: set[int] = set()
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

    # --- work --------------------------------------------------------------------------------------------------------

    def work(self) -> float | None:
        """Do what can be done now; return the seconds until there may be more, None: when something changes."""
        try:
            self._load()
            if self._armed.is_set():
                self._armed.clear()
                self._not_before = 0.0
                if next_row(self._rows.values()):
                    self._abis.probe()  # this connector may still be waiting out a failure of its own
            while not self._stopping.is_set() and self._clock.monotonic() >= self._not_before:
                row = next_row(self._rows.values())
                if row is None:
                    return None
                self._settle(row)
                self._backoff.reset()
                self._tell()
        except (_Outage, JournalFault) as why:
            LOG.warning("outbox: %s", why)
            self._not_before = self._clock.monotonic() + self._backoff.failed()
            self._tell()
        return max(self._not_before - self._clock.monotonic(), 0.0)

    def _load(self) -> None:
        """Take new rows from the file."""
        while page := self._journal.deliveries(self._newest, PAGE):
            for row in page:
                self._keep(row)
            self._newest = page[-1].seq
        self._tell()

    def _tell(self) -> None:
        counts = Waiting(len(self._rows), len(self._in_review))
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
            case Send():
                self._send(row)

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
        """The ABIS lives, and this row's question fails: after some tries a person looks at it."""
        words = _said(why)
        if row.tries + 1 >= TRIES:
            return Review(f"asking about it failed {row.tries + 1} times: {words}")
        self._move(row, row.state, tries=row.tries + 1)
        raise _Outage(words) from why

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
            raise _Outage(_said(why)) from why
        self._step("sent")
        if refusal is None or (refusal.reason is Reason.ALREADY_YOURS and row.kind is Kind.LENT_OFFLINE):
            self._confirmed(sending, "sent")
        else:
            self._review(sending, Kind.REPLAY_REFUSED, _words(refusal))

    def _request(self, row: Delivery) -> Refusal | None:
        """Send the row with its own transaction and the time at which the reader did it."""
        if row.kind is Kind.LENT_OFFLINE:
            assert row.card is not None  # decided so
            answer: object = self._abis.checkout(row.txn, row.card, row.item, row.at)
        else:
            answer = self._abis.checkin(row.txn, row.item, row.at)
        return answer if isinstance(answer, Refusal) else None

    def _is_fresh(self, row: Delivery) -> bool:
        now = self._journal.now()
        if row.sent is None or row.sent.boot_id != now.boot_id:
            return False
        return now.boottime_ns - row.sent.boottime_ns <= FRESH.total_seconds() * 1e9

    # --- outcomes ----------------------------------------------------------------------------------------------------

    def _confirmed(self, row: Delivery, how: str) -> None:
        self._conclude(row, Kind.REPLAY_CONFIRMED, State.DONE, how)

    def _review(self, row: Delivery, kind: Kind, reason: str) -> None:
        self._conclude(row, kind, State.REVIEW, reason)

    def _conclude(self, row: Delivery, kind: Kind, state: State, reason: str) -> None:
        data: dict[str, Scalar] = {"row": row.seq, "reason": reason}
        entry = Entry(kind, txn=row.txn, card=row.card, item=row.item, data=data)
        self._move(row, state, tries=row.tries, sent=row.sent, reason=move_reason(reason, row.card), entries=[entry])
        self._step("settled")

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
        self._journal.write(entries, [Move(row.seq, state, tries, reason, sent)])
        if state is State.DONE:
            del self._rows[row.seq]
        else:
            self._keep(moved)
        return moved

    def _keep(self, row: Delivery) -> None:
        self._rows[row.seq] = row
        if row.state is State.REVIEW:
            self._in_review.add(row.seq)


def _words(refusal: Refusal) -> str:
    return f"refused: {refusal.reason.name.lower()} {refusal.raw}".strip()


def _said(why: Exception) -> str:
    """The words of a fault, which are for staff; of anything else its kind alone: its text may name a reader."""
    return str(why) if isinstance(why, AbisFault) else type(why).__name__
