"""The scribe: turns effects into journal rows and tells the flow once they are on disk."""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from kiosk.domain.ids import ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.effects import EndSession, Note, OpenSession, Record, SetSecurity
from kiosk.events import Event, Intent, NotRecorded, Recorded, SecurityNotSet, SecuritySet
from kiosk.ports.journal import Journal, JournalFault
from sync.journal.payload import BadEntry, check

log = logging.getLogger(__name__)
K = TypeVar("K")
V = TypeVar("V")

KINDS: Mapping[Intent, Kind] = {
    Intent.CHECKOUT: Kind.CHECKOUT_INTENDED,
    Intent.OFFLINE_CHECKOUT: Kind.LENT_OFFLINE,
    Intent.CHECKIN: Kind.CHECKIN_INTENDED,
    Intent.OFFLINE_CHECKIN: Kind.RETURNED_OFFLINE,
    Intent.RENEW: Kind.RENEW_INTENDED,
    Intent.NOT_TAKEN: Kind.RETURNED_OFFLINE,
}
MOVES = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE})
"""Rows after which a copy's tag must say something else."""
REMEMBERED = 500
"""Security bits being written, tags read and copies that changed hands are remembered: far more than a pad holds."""
PATIENCE = 30.0
"""Seconds the ABIS thread waits for a row of its own; a disk that hangs longer has not written it."""


class Scribe:
    """`post` gets the answers, `told` hears after every write how the journal does, `left_open` of every transaction
    whose outcome could not be written: somebody must ask about it.

    Used by the runtime's thread, the ABIS thread and the drivers'; answers come from the journal's.
    """

    def __init__(
        self,
        journal: Journal,
        post: Callable[[Event], None],
        new_txn: Callable[[], TxnId],
        told: Callable[[JournalFault | None], None] = lambda _: None,
        left_open: Callable[[], None] = lambda: None,
    ) -> None:
        self._journal = journal
        self._told = told
        self._post = post
        self._left_open = left_open
        self.new_txn = new_txn
        self._lock = threading.Lock()
        self._writes: dict[tuple[TagUid, Security], SetSecurity] = {}
        self._moved: dict[ItemId, TxnId] = {}
        self._tags: dict[ItemId, TagUid] = {}
        self._ends: dict[SessionId, None] = {}

    def record(self, effect: Record) -> None:
        txn = effect.txn or self.new_txn()
        data: dict[str, Scalar] = {"unknown": True} if effect.unknown else {}
        if effect.due is not None:
            data["due"] = effect.due.isoformat()
        if not effect.due_certain:
            data["due_certain"] = False
        if effect.strip:
            data["strip"] = True
        with self._lock:
            tag = self._tags.get(effect.item)
        entry = Entry(KINDS[effect.intent], effect.session, txn, effect.card, effect.item, tag, data)

        def done(fault: JournalFault | None) -> None:
            if fault is not None:
                self._post(NotRecorded(effect.session, effect.intent, effect.item))
            else:
                self._post(Recorded(effect.session, effect.intent, effect.item, txn))

        self._append(entry, done)

    def open(self, effect: OpenSession) -> None:
        self._append(Entry(Kind.SESSION_STARTED, effect.session))

    def end(self, effect: EndSession) -> None:
        """A session whose end could not be written would look as if somebody were still at work on it: `try_again`."""

        def done(fault: JournalFault | None) -> None:
            if fault is not None:
                with self._lock:
                    _keep(self._ends, effect.session, None)

        self._append(Entry(Kind.SESSION_ENDED, effect.session), done)

    def try_again(self) -> None:
        """The journal takes rows again: write the ends of sessions that it did not take."""
        with self._lock:
            ends, self._ends = self._ends, {}
        for session in ends:
            self.end(EndSession(session, None))

    def note(self, effect: Note) -> None:
        data: dict[str, Scalar] = {"topic": effect.topic} if effect.topic else {}
        data |= {"staff": effect.staff} if effect.staff else {}
        self._append(Entry(effect.kind, effect.session, effect.txn, None, effect.item, effect.tag, data))

    def note_start(self, *, new_file: bool) -> None:
        self._append(Entry(Kind.STATION_STARTED, data={"new_journal": new_file}))

    def note_stop(self) -> None:
        self._append(Entry(Kind.STATION_STOPPED))

    # --- tags --------------------------------------------------------------------------------------------------------

    def tagged(self, item: ItemId, tag: TagUid) -> None:
        """Remember a copy's tag: what is recorded of the copy names it, so that recovery knows there is one."""
        with self._lock:
            _keep(self._tags, item, tag)

    def moved(self, item: ItemId, txn: TxnId) -> None:
        """Remember by which transaction a copy last changed hands, so that a later repair of its tag ends that one."""
        with self._lock:
            _keep(self._moved, item, txn)

    def about_to_write(self, effect: SetSecurity) -> None:
        """Remember for whose sake a bit is changed, until it is."""
        with self._lock:
            _keep(self._writes, (effect.uid, effect.security), effect)

    def confirm(self, event: SecuritySet | SecurityNotSet) -> None:
        """A device has spoken: journal it, then let the flow know. The bit is as it is, so the flow hears it anyway."""
        with self._lock:
            cause = self._writes.pop((event.uid, event.security), None)
            item = cause.item if cause else None
            txn = (cause.txn or self._moved.get(cause.item)) if cause else None
        written = Kind.TAG_DISARMED if event.security is Security.DISARMED else Kind.TAG_ARMED
        kind = written if isinstance(event, SecuritySet) else Kind.TAG_NOT_WRITTEN
        self._append(Entry(kind, None, txn, None, item, event.uid), lambda _: self._post(event))

    # --- the ABIS ----------------------------------------------------------------------------------------------------

    def answer(self, entry: Entry, then: Event, instead: Event) -> None:
        """Journal an answer of the ABIS, then post `then`; `instead` where it could not be made durable."""

        def done(fault: JournalFault | None) -> None:
            if fault is not None:
                self._left_open()
            self._post(instead if fault else then)

        self._append(entry, done)

    def tell(self, event: Event) -> None:
        """Post what `write_now` has made durable."""
        self._post(event)

    def write_now(self, entry: Entry) -> bool:
        """Journal a row and wait until it is on disk. For the ABIS thread only: the runtime never waits."""
        written: queue.SimpleQueue[JournalFault | None] = queue.SimpleQueue()
        self._append(entry, written.put)
        try:
            return written.get(timeout=PATIENCE) is None
        except queue.Empty:
            log.error("%s not recorded: the disk does not answer", entry.kind)
            return False

    def _append(self, entry: Entry, then: Callable[[JournalFault | None], None] = lambda _: None) -> None:
        """Have a row written; `then` hears what came of it. A row that can never be one is no fault of the journal."""
        try:
            check(entry)
        except BadEntry as bad:
            log.error("not recorded: %s", bad)
            then(JournalFault(str(bad)))
            return

        def done(fault: JournalFault | None) -> None:
            self._told(fault)
            if fault is not None:
                log.error("%s not recorded: %s", entry.kind, fault)
            elif entry.kind in MOVES and entry.item and entry.txn:
                self.moved(entry.item, entry.txn)
            then(fault)

        self._journal.append([entry], done)


def _keep(memory: dict[K, V], key: K, value: V) -> None:
    """Put it last, and let go of the oldest."""
    memory.pop(key, None)
    while len(memory) >= REMEMBERED:
        del memory[next(iter(memory))]
    memory[key] = value
