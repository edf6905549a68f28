"""The scribe: turns effects into journal rows and tells the flow once they are on disk."""

import logging
import queue
from collections.abc import Callable, Mapping

from kiosk.domain.ids import TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.effects import EndSession, Note, OpenSession, Record, SetSecurity
from kiosk.events import Event, Intent, NotRecorded, Recorded, SecurityNotSet, SecuritySet
from kiosk.ports.journal import Journal, JournalFault

log = logging.getLogger(__name__)

KINDS: Mapping[Intent, Kind] = {
    Intent.CHECKOUT: Kind.CHECKOUT_INTENDED,
    Intent.OFFLINE_CHECKOUT: Kind.LENT_OFFLINE,
    Intent.CHECKIN: Kind.CHECKIN_INTENDED,
    Intent.OFFLINE_CHECKIN: Kind.RETURNED_OFFLINE,
    Intent.RENEW: Kind.RENEW_INTENDED,
}
MAX_WRITES = 500
"""Security bits being written at once; a pad holds a few dozen tags."""


class Scribe:
    """`post` gets the answers, `told` hears after every write how the journal does.

    Used by the runtime's thread and by the ABIS thread; answers come from the journal's.
    """

    def __init__(
        self,
        journal: Journal,
        post: Callable[[Event], None],
        new_txn: Callable[[], TxnId],
        told: Callable[[JournalFault | None], None] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._told = told
        self._post = post
        self.new_txn = new_txn
        self._writes: dict[TagUid, SetSecurity] = {}

    def record(self, effect: Record) -> None:
        txn = effect.txn or self.new_txn()
        data: dict[str, Scalar] = {"unknown": True} if effect.unknown else {}
        if effect.due is not None:
            data["due"] = effect.due.isoformat()
        entry = Entry(KINDS[effect.intent], effect.session, txn, effect.card, effect.item, data=data)

        def done(fault: JournalFault | None) -> None:
            self._told(fault)
            if fault is not None:
                log.error("not recorded: %s", fault)
                self._post(NotRecorded(effect.session, effect.intent, effect.item))
            else:
                self._post(Recorded(effect.session, effect.intent, effect.item, txn))

        self._journal.append([entry], done)

    def open(self, effect: OpenSession) -> None:
        self._write(Entry(Kind.SESSION_STARTED, effect.session))

    def end(self, effect: EndSession) -> None:
        self._write(Entry(Kind.SESSION_ENDED, effect.session))

    def note(self, effect: Note) -> None:
        data: dict[str, Scalar] = {"topic": effect.topic} if effect.topic else {}
        self._write(Entry(effect.kind, effect.session, effect.txn, None, effect.item, effect.tag, data))

    def note_start(self, *, new_file: bool) -> None:
        self._write(Entry(Kind.STATION_STARTED, data={"new_journal": new_file}))

    def note_stop(self) -> None:
        self._write(Entry(Kind.STATION_STOPPED))

    def about_to_write(self, effect: SetSecurity) -> None:
        """Remember for whose sake a bit is changed, until it is."""
        while len(self._writes) >= MAX_WRITES:
            del self._writes[next(iter(self._writes))]
        self._writes[effect.uid] = effect

    def confirm(self, event: SecuritySet | SecurityNotSet) -> None:
        """A device has spoken: journal it, then let the flow know. The bit is as it is, so the flow hears it anyway."""
        cause = self._writes.pop(event.uid, None)
        written = Kind.TAG_DISARMED if event.security is Security.DISARMED else Kind.TAG_ARMED
        kind = written if isinstance(event, SecuritySet) else Kind.TAG_NOT_WRITTEN
        entry = Entry(kind, None, cause.txn if cause else None, None, cause.item if cause else None, event.uid)

        def done(fault: JournalFault | None) -> None:
            self._told(fault)
            self._post(event)

        self._journal.append([entry], done)

    def answer(self, entry: Entry, then: Event, instead: Event) -> None:
        """Journal an answer of the ABIS, then post `then`; `instead` where it could not be made durable."""

        def done(fault: JournalFault | None) -> None:
            self._told(fault)
            self._post(instead if fault else then)

        self._journal.append([entry], done)

    def write_now(self, entry: Entry) -> bool:
        """Journal a row and wait until it is on disk. For the ABIS thread only: the runtime never waits."""
        written: queue.SimpleQueue[JournalFault | None] = queue.SimpleQueue()
        self._journal.append([entry], written.put)
        fault = written.get()
        if fault is not None:
            log.error("%s not recorded: %s", entry.kind, fault)
        return fault is None

    def _write(self, entry: Entry) -> None:
        def done(fault: JournalFault | None) -> None:
            self._told(fault)
            if fault is not None:
                log.error("%s not recorded: %s", entry.kind, fault)

        self._journal.append([entry], done)
