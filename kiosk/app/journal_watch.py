"""How the journal does, told once per change. After a fault a row is tried every few seconds until one is written.

That other rows are written meanwhile proves nothing: on a full disk the ends of what was begun still find room.
"""

import threading
from collections.abc import Callable

from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.records import Entry, Kind
from kiosk.events import Event, PartChanged
from kiosk.ports.journal import Journal, JournalFault

RETRY = 10.0
"""Seconds between attempts to write again after the journal refused."""


class JournalWatch:
    """`told` may be called from any thread, after every write; it costs nothing while all is well.

    `on_back` is called, in the journal's thread, once it takes rows again.
    """

    def __init__(
        self,
        journal: Journal,
        post: Callable[[Event], None],
        retry: float | None = None,
        on_back: Callable[[], None] = lambda: None,
    ) -> None:
        self._journal, self._post, self._retry = journal, post, RETRY if retry is None else retry
        self._on_back = on_back
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._stopped = False
        self.health = Health(State.ABSENT, "the journal is not open yet")

    def opened(self) -> None:
        """The file is open: rows may be written."""
        with self._lock:
            self._becomes(READY)

    def told(self, fault: JournalFault | None) -> None:
        """A write went well or not. The first that does not begins the attempts."""
        if fault is None:
            return
        sentence = Health(State.ABSENT, str(fault))
        with self._lock:
            if self.health.usable:
                self._becomes(sentence)
                self._try_later()
            self.health = sentence

    def stop(self) -> None:
        with self._lock:
            self._stopped, timer = True, self._timer
        if timer is not None:
            timer.cancel()
            timer.join(1)

    def _becomes(self, health: Health) -> None:
        self.health = health
        self._post(PartChanged(Part.JOURNAL, health))

    def _try_later(self) -> None:
        if not self._stopped:
            self._timer = threading.Timer(self._retry, self._try)
            self._timer.name = "journal-retry"
            self._timer.daemon = True
            self._timer.start()

    def _try(self) -> None:
        self._journal.append([Entry(Kind.JOURNAL_ANSWERS)], self._tried)

    def _tried(self, fault: JournalFault | None) -> None:
        if fault is None:
            self._on_back()
            self.opened()
            return
        with self._lock:
            self._try_later()
