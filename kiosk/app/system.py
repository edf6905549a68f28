"""Time and identifiers as the machine has them."""

import threading
import time
from datetime import UTC, datetime, timedelta

import uuid6

from kiosk.domain import clock
from kiosk.domain.clock import Face, Known, Reckoning
from kiosk.domain.ids import SessionId, TxnId
from kiosk.ports.clock import Machine
from sync.journal.stamps import QUALITY, Stamp, ThisMachine


class SystemClock:
    """The wall clock as it is, right or wrong. A station keeps its time by a `Timekeeper`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class Timekeeper:
    """The time of a station: the wall clock where it may be believed, else the last believed time, run on. From any
    thread. It looks at the clock when it is told to, and between two looks keeps what it believed at the first."""

    def __init__(self, machine: Machine | None = None) -> None:
        self._machine = machine or ThisMachine()
        self._lock = threading.Lock()
        self._reckoning = clock.first(self._machine.face())

    def now(self) -> datetime:
        return self.stamp().wall

    def monotonic(self) -> float:
        return time.monotonic()

    def stamp(self) -> Stamp:
        """Return the present in every time the machine has."""
        reckoning, running = self._reckoning, self._machine.nanoseconds()
        wall = reckoning.at(timedelta(microseconds=running // 1000))
        return Stamp(self._machine.boot_id, running, wall, QUALITY[reckoning.trust])

    @property
    def boot_id(self) -> str:
        return self._machine.boot_id

    @property
    def reckoning(self) -> Reckoning:
        return self._reckoning

    def begin(self, known: Known | None) -> tuple[Reckoning, Face]:
        """Reckon from what the journal knows."""
        with self._lock:
            face = self._machine.face()
            self._reckoning = clock.first(face, known)
            return self._reckoning, face

    def look(self) -> tuple[Reckoning, Reckoning, Face]:
        """Look at the clock: return what was believed, what is believed now, and what was seen."""
        with self._lock:
            was, face = self._reckoning, self._machine.face()
            self._reckoning = clock.look(was, face)
            return was, self._reckoning, face

    def believe(self) -> tuple[Reckoning, Reckoning, Face]:
        """A person says that the clock is right. Answers as `look` does."""
        with self._lock:
            was, face = self._reckoning, self._machine.face()
            self._reckoning = clock.believe(was, face)
            return was, self._reckoning, face


def new_session() -> SessionId:
    return SessionId(_uuid7())


def new_txn() -> TxnId:
    return TxnId(_uuid7())


def _uuid7() -> str:
    return str(uuid6.uuid7())
