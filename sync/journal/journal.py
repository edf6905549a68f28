"""The journal as the station holds it: one thread, one connection, answers once it is on disk.

Appends that wait together are committed together (one fsync), each batch wholly or not at all, in the order of the
calls. Everything that asks something blocks its caller: not for the runtime's thread.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from kiosk.domain.clock import Known
from kiosk.domain.ids import CardNumber, TagUid, TxnId
from kiosk.domain.records import Entry
from kiosk.ports.clock import Clock
from kiosk.ports.journal import JournalFault
from sync.journal import clocks, reading, remarks, unfinished
from sync.journal.ballast import Ballast
from sync.journal.chain import Check
from sync.journal.connection import transaction
from sync.journal.database import open_journal
from sync.journal.delivery import Delivery, Move
from sync.journal.faults import fault
from sync.journal.lock import Lock
from sync.journal.stamps import Boot, Stamp, ThisMachine, stamp
from sync.journal.store import Step, Store
from sync.journal.values import (
    Forgetting,
    Opening,
    OpenTransaction,
    OwedReceipt,
    Row,
    SecurityChange,
    Verdict,
    Waiting,
    Written,
)
from sync.journal.writer import Writer

LOG = logging.getLogger(__name__)

Done: TypeAlias = Callable[[JournalFault | None], None]
T = TypeVar("T")

GROUP = 128  # batches of one commit: a page of the log for each still leaves the first reader waiting milliseconds
WAITING = 10_000  # batches not yet written: a disk that hangs must not fill the memory
PATIENCE = 30.0  # seconds an asker waits for a disk that hangs
CHECKED_AT_ONCE = 2_000  # rows of a chain check between which others may write
BALLAST = 4 * 1024 * 1024  # bytes: some four hundred commits of ends


@dataclass(frozen=True, slots=True)
class _Append:
    written: Written
    done: Done


@dataclass(frozen=True, slots=True)
class _Ask:
    question: Callable[[Writer], Any]
    answer: "Future[Any]"


class StationJournal:
    """`kiosk.ports.journal.Journal` on an SQLite file at `path`.

    `now` says when a row is written, where somebody else keeps the time; else it is what `clock` and `boot` say.
    `step` is told the name of every step of a write before it is taken (see `sync.journal.store`): a test may end
    the process there.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        boot: Boot | None = None,
        ballast: int = BALLAST,
        step: Step = lambda _: None,
        now: Callable[[], Stamp] | None = None,
    ) -> None:
        self.path = path
        self._clock = clock
        own_boot = boot or ThisMachine()
        self.now = now or (lambda: stamp(clock, own_boot))
        self._step = step
        self._lock = Lock(path)
        self._ballast = Ballast(path.with_name(path.name + ".ballast"), ballast)
        self._jobs: queue.SimpleQueue[_Append | _Ask | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._door = threading.Lock()  # nothing enters the queue behind the word to close
        self._watchers: list[Callable[[], None]] = []

    # --- life --------------------------------------------------------------------------------------------------------

    def start(self) -> Opening:
        """Open the file and start the thread; say how it was found. Raises `JournalFault`; may be tried again."""
        self._lock.take()
        opened: Future[Opening] = Future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="journal", daemon=True)
        self._thread.start()
        try:
            return opened.result()
        except JournalFault:
            self._thread.join()
            self._thread = None
            self._lock.release()
            raise

    def close(self) -> None:
        """Write what waits, close the file, give it free for others."""
        with self._door:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            self._jobs.put(None)
        thread.join(PATIENCE)
        if not thread.is_alive():  # a disk that hangs keeps its lock, so that no second process joins it
            self._lock.release()

    # --- writing -----------------------------------------------------------------------------------------------------

    def append(self, entries: Sequence[Entry], done: Done) -> None:
        """As the port says. What the entries tell happened now, however long the disk takes."""
        self._put(Written(tuple(entries), self.now()), done)

    def write(self, entries: Sequence[Entry], moves: Sequence[Move] = (), at: Stamp | None = None) -> None:
        """Write entries together with the deliveries they move on; return once on disk. `at`: when what they tell
        happened, if not now. Raises `JournalFault`."""
        finished: Future[None] = Future()

        def done(why: JournalFault | None) -> None:
            if why is None:
                finished.set_result(None)
            else:
                finished.set_exception(why)

        self._put(Written(tuple(entries), at or self.now(), tuple(moves)), done)
        self._wait(finished)

    def watch(self, changed: Callable[[], None]) -> None:
        """Have `changed` called, in the journal's thread, after every commit that changed the outbox."""
        self._watchers.append(changed)

    def forget(self, card: CardNumber) -> Forgetting:
        """Remove a reader's card from the file, its log and its side files; the chain still holds."""
        return self._ask_writer(lambda writer: writer.store().forget(card))

    # --- reading -----------------------------------------------------------------------------------------------------

    def open_transactions(self) -> tuple[OpenTransaction, ...]:
        return self._ask(unfinished.open_transactions)

    def receipts_owed(self, card: CardNumber) -> tuple[OwedReceipt, ...]:
        return self._ask(lambda connection: unfinished.receipts_owed(connection, card))

    def strips_owed(self, card: CardNumber) -> tuple[Row, ...]:
        """Return the loans of this reader whose magnetic strip nobody said was opened, the oldest first."""
        return self._ask(lambda connection: unfinished.strips_owed(connection, card))

    def rows(self, after_seq: int = 0, limit: int = 500) -> tuple[Row, ...]:
        return self._ask(lambda connection: reading.rows(connection, after_seq, limit))

    def last_seq(self) -> int:
        """Return the number of the last row, 0 where there is none."""
        return self._ask(reading.last_seq)

    def last_security(self, tag: TagUid) -> SecurityChange | None:
        return self._ask(lambda connection: reading.last_security(connection, tag))

    def waiting(self) -> Waiting:
        return self._ask(reading.waiting)

    def deliveries(self, after_seq: int = 0, limit: int = 1000) -> tuple[Delivery, ...]:
        return self._ask(lambda connection: reading.deliveries(connection, after_seq, limit))

    def overtaken(self, delivery: Delivery) -> bool:
        """Whether its item was lent or returned here since, in a way that is settled, or a tag of it was opened after
        a return: then its reader was told that it is theirs."""
        return self._ask(lambda connection: reading.overtaken(connection, delivery))

    def dated(self, own: Stamp) -> Stamp:
        """Return the stamp of a row as it is known today: later looks at the clock in the same run may tell better."""
        return self._ask(lambda connection: clocks.redated(connection, own))

    def known_time(self, boot_id: str, running_ns: int) -> Known | None:
        """Return the newest believed moment in the file, as `sync.journal.clocks.known` does."""
        return self._ask(lambda connection: clocks.known(connection, boot_id, running_ns))

    def remarks(self, txns: Collection[TxnId]) -> dict[TxnId, str]:
        """Return the last words of others (ABIS, staff) kept beside the rows of these transactions."""
        return self._ask(lambda connection: remarks.of(connection, txns))

    def verify(self) -> Verdict:
        """Check the whole chain, in pieces between which others may write; name the first row that does not hold."""
        chain = Check(self._ask_writer(lambda writer: writer.store().journal_id))
        while chain.verdict.holds:
            found, stopped = self._ask(partial(reading.raw_rows, after=chain.verdict.rows, limit=CHECKED_AT_ONCE))
            chain.take(found)
            if stopped:
                chain.unreadable(stopped)
            if not found:
                break
        return chain.verdict

    # --- the thread --------------------------------------------------------------------------------------------------

    def _put(self, written: Written, done: Done) -> None:
        why = self._enter(_Append(written, done))
        if why is not None:
            _tell(done, why)

    def _enter(self, job: "_Append | _Ask") -> JournalFault | None:
        """Put a job into the queue, or say why not."""
        with self._door:
            if self._thread is None:
                return JournalFault(f"{self.path}: the journal is closed. Start the station.")
            if self._jobs.qsize() >= WAITING:
                return self._silent()
            self._jobs.put(job)
        return None

    def _silent(self) -> JournalFault:
        return JournalFault(f"{self.path}: the disk does not answer. Check the disk; restart the station.")

    def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Put a question to the file behind everything appended so far."""

        def ask(writer: Writer) -> T:
            connection = writer.store().connection
            with transaction(connection):
                return question(connection)

        return self._ask_writer(ask)

    def _ask_writer(self, question: Callable[[Writer], T]) -> T:
        answer: Future[T] = Future()
        if (why := self._enter(_Ask(question, answer))) is not None:
            raise why
        return self._wait(answer)

    def _wait(self, answer: "Future[T]") -> T:
        try:
            return answer.result(PATIENCE)
        except TimeoutError:
            raise self._silent() from None

    def _run(self, opened: "Future[Opening]") -> None:
        try:
            connection, opening = open_journal(self.path, self._clock.now())
            store = Store(self.path, connection, opening.journal_id, self._step)
        except Exception as error:
            opened.set_exception(error if isinstance(error, JournalFault) else fault(self.path, error))
            return
        self._ballast.hold()
        writer = Writer(self.path, store, self._ballast, self._step)
        opened.set_result(opening)
        while self._serve(writer):
            pass
        writer.discard()

    def _serve(self, writer: Writer) -> bool:
        """Take one question, or all appends that wait; False when the journal is to close."""
        group: list[_Append] = []
        job = self._jobs.get()
        while isinstance(job, _Append):
            group.append(job)
            if len(group) == GROUP or self._jobs.empty():
                self._commit(writer, group)
                return True
            job = self._jobs.get_nowait()
        self._commit(writer, group)
        if job is None:
            return False
        self._answer(writer, job)
        return True

    def _commit(self, writer: Writer, group: Sequence[_Append]) -> None:
        if not group:
            return
        outcomes = writer.write([job.written for job in group])
        self._step("answering")
        for job, why in zip(group, outcomes, strict=True):
            _tell(job.done, why)
        if writer.changed:
            for changed in self._watchers:
                _call(changed)

    def _answer(self, writer: Writer, job: _Ask) -> None:
        try:
            job.answer.set_result(job.question(writer))
        except JournalFault as why:
            job.answer.set_exception(why)
        except sqlite3.Error as error:
            writer.discard()
            job.answer.set_exception(fault(self.path, error))
        except Exception as error:
            LOG.exception("journal: a question failed")
            job.answer.set_exception(fault(self.path, error))


def _tell(done: Done, why: JournalFault | None) -> None:
    _call(lambda: done(why))


def _call(back: Callable[[], None]) -> None:
    """Call back into the station; what goes wrong there must not end the journal."""
    try:
        back()
    except Exception:
        LOG.exception("journal: the receiver of an answer failed")
