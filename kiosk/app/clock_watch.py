"""The clock of a station, watched: a change is journaled, told to the flows, and said to staff in a sentence.

Rules:
  1. Whenever the wall clock steps, or is believed otherwise, a row says so before anything else is dated by it.
  2. A clock that cannot be believed stops nobody: loans that the library system makes have its dates. What is recorded
     here is dated by the last believed time, run on, and the reader is told that the dates are still to be confirmed.
  3. It comes right by itself: the network sets it, or staff do; what waited for that goes on.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk.app.system import Timekeeper
from kiosk.domain.clock import Doubt, Face, Reckoning, Trust
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.events import Event, PartChanged
from sync.journal.journal import StationJournal

log = logging.getLogger(__name__)
EVERY_NS = 2_000_000_000
"""Between two looks: a step is seen within seconds, and looking costs next to nothing."""
CURE = "Connect the network (timedatectl set-ntp true), or set it: timedatectl set-time."
RIGHT = "If it is right: kiosk clock believe."
_SENTENCES = {
    Doubt.BEFORE_RELEASE: f"the clock says {{at}}: its battery is flat. {CURE} Then change the battery.",
    Doubt.BEFORE_JOURNAL: f"the clock says {{at}}, which is before the journal's newest row. {CURE} {RIGHT}",
    Doubt.FAR_AHEAD: f"the clock says {{at}}, more than a year after the journal's newest row. {CURE} {RIGHT}",
    Doubt.NOT_KEPT: f"nothing kept the clock while the machine was off; it says {{at}}. {CURE} {RIGHT}",
    Doubt.MOVED: f"the clock was moved to {{at}}, and not by the network. {CURE} {RIGHT}",
}


class ClockWatch:
    """`post` gets `PartChanged`; `came_right` hears when a clock that was doubted is believed. `look` may be called
    often, from any thread."""

    def __init__(
        self,
        keeper: Timekeeper,
        journal: StationJournal,
        post: Callable[[Event], None],
        came_right: Callable[[], None] = lambda: None,
    ) -> None:
        self._keeper, self._journal, self._post, self._came_right = keeper, journal, post, came_right
        self._lock = threading.Lock()
        self._looked_ns: int | None = None
        self.health = READY

    @property
    def doubtful(self) -> bool:
        return self._keeper.reckoning.trust is Trust.DOUBTFUL

    def begin(self) -> None:
        """The journal is open: reckon from what it knows. Raises `JournalFault`."""
        stamp = self._keeper.stamp()
        reckoning, face = self._keeper.begin(self._journal.known_time(stamp.boot_id, stamp.boottime_ns))
        self._tell(reckoning, face)

    def look(self) -> None:
        """Look at the clock, unless somebody just has."""
        with self._lock:
            running = self._keeper.stamp().boottime_ns
            if self._looked_ns is not None and running - self._looked_ns < EVERY_NS:
                return
            self._looked_ns = running
            was, now, face = self._keeper.look()
            if was != now:
                self._changed(was, now, face)

    def believe(self, by: int) -> str:
        """A person (user id) says that the clock is right. Raises `ValueError` where it cannot be."""
        with self._lock:
            was, now, face = self._keeper.believe()
            if now.trust is Trust.DOUBTFUL:
                raise ValueError(f"It cannot be {_minute(face.wall)}: this release did not exist. Set the clock first.")
            self._changed(was, now, face, by)
        return f"The clock is believed: {_minute(face.wall)}."

    def _changed(self, was: Reckoning, now: Reckoning, face: Face, by: int | None = None) -> None:
        self._journal.append([_entry(was, now, by)], lambda fault: log.error("%s", fault) if fault else None)
        self._tell(now, face)
        if was.trust is Trust.DOUBTFUL and now.trust is not Trust.DOUBTFUL:
            self._came_right()

    def _tell(self, now: Reckoning, face: Face) -> None:
        health = READY if now.doubt is None else Health(State.DEGRADED, sentence(now.doubt, face.wall))
        if health != self.health:
            (log.warning if health.sentence else log.info)("clock: %s", health.sentence or "believed again")
        self.health = health
        self._post(PartChanged(Part.CLOCK, health))


def sentence(doubt: Doubt, wall: datetime) -> str:
    """Return what staff read: what is wrong, and the cure."""
    return _SENTENCES[doubt].format(at=_minute(wall))


def _entry(was: Reckoning, now: Reckoning, by: int | None) -> Entry:
    moved = round((now.face - was.face) / timedelta(milliseconds=1))
    data: dict[str, Scalar] = {
        "was": was.trust.name.lower(),
        "now": now.trust.name.lower(),
        "moved_ms": moved,
        "was_began_ms": _unix_ms(was.face),
        "began_ms": _unix_ms(now.face),
    }
    if now.doubt is not None:
        data["why"] = now.doubt.name.lower()
    if by is not None:
        data["by"] = by
    return Entry(Kind.CLOCK_CHANGED, data=data)


def _unix_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
