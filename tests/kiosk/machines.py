"""A machine whose clock can be set, lose its battery, and be found by the network; and a station's time on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.app.clock_watch import EVERY_NS, ClockWatch
from kiosk.app.system import Timekeeper
from kiosk.domain.clock import Face
from kiosk.domain.records import Entry, Kind
from kiosk.events import Event
from sync.journal.journal import StationJournal
from sync.journal.values import Row

NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class FakeMachine:
    """`truth` is what time it is; `error` how far the wall clock is off. `chip`: whether a clock runs on while it is
    off."""

    truth: datetime = NOON
    error: timedelta = timedelta(0)
    synced: bool = False
    kept: bool = True
    boot: int = 1
    running: timedelta = timedelta(minutes=1)

    @property
    def boot_id(self) -> str:
        return f"boot-{self.boot}"

    @property
    def wall(self) -> datetime:
        return self.truth + self.error

    def nanoseconds(self) -> int:
        return round(self.running / timedelta(microseconds=1)) * 1000

    def face(self) -> Face:
        return Face(self.wall, self.running, self.synced, self.kept)

    def passes(self, span: timedelta) -> None:
        self.truth += span
        self.running += span

    def network(self) -> None:
        self.error, self.synced = timedelta(0), True

    def is_set(self, wall: datetime) -> None:
        """By hand: the kernel forgets that it was synchronised."""
        self.error, self.synced = wall - self.truth, False

    def restarts(self, off: timedelta, chip: str) -> None:
        """`chip`: "alive", "dead" (the year 2000), "none" (begins where it was switched off)."""
        was = self.wall
        self.truth += off
        self.boot, self.running, self.synced, self.kept = self.boot + 1, timedelta(seconds=30), False, chip == "alive"
        if chip == "dead":
            self.error = datetime(2000, 1, 1, tzinfo=UTC) - self.truth
        elif chip == "none":
            self.error = was - self.truth


@dataclass
class TimedStation:
    """As much of a station as keeps time: keeper, journal, watch. `truths`: when each row was really written."""

    folder: Path
    machine: FakeMachine = field(default_factory=FakeMachine)
    told: list[Event] = field(default_factory=list)
    woken: int = 0
    truths: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        self.keeper = Timekeeper(self.machine)
        self.journal = StationJournal(self.folder / "journal.db", self.keeper, ballast=0, now=self.keeper.stamp)
        self.watch = ClockWatch(self.keeper, self.journal, self.told.append, self._wake)
        self.journal.start()
        self.watch.begin()
        self.writes(Kind.STATION_STARTED)

    def _wake(self) -> None:
        self.woken += 1

    def writes(self, kind: Kind = Kind.STAFF_CALLED) -> None:
        self.journal.write([Entry(kind)])
        self._note_truth()

    def looks(self) -> None:
        """Two seconds later at the earliest, as everybody who looks."""
        self.machine.passes(timedelta(microseconds=EVERY_NS // 1000))
        self.watch.look()
        self._note_truth()

    def _note_truth(self) -> None:
        self.truths += [self.machine.truth] * (len(self.rows()) - len(self.truths))

    def happens(self, change: Callable[[FakeMachine], None]) -> None:
        """Something befalls the machine while the station runs, and is looked at."""
        change(self.machine)
        self.looks()

    def restarts(self, off: timedelta = timedelta(0), chip: str | None = None) -> None:
        """The station alone (`chip` None), or the machine under it."""
        self.journal.close()
        if chip is not None:
            self.machine.restarts(off, chip)
        self._open()

    def rows(self) -> tuple[Row, ...]:
        return self.journal.rows(0, 10_000)

    def close(self) -> None:
        self.journal.close()
