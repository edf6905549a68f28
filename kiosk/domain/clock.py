"""How far the wall clock of a machine may be believed, and what time it is where it may not.

Between two steps of the wall clock, wall time minus running time stays the same: the moment at which this run of the
machine began. So what a clock says is one moment per run, `began`; a step is a change of it, and the time of everything
in the run is that moment plus the running time, which never jumps.

| what is seen                                              | belief   | the time is                              |
|-----------------------------------------------------------|----------|------------------------------------------|
| the kernel says: synchronised                             | SYNCED   | what the clock says, whatever was before |
| at a start: kept by a chip, not before the newest row     | KEPT     | what the clock says                      |
| set by hand, by an hour at most, or out of doubt          | KEPT     | what the clock says                      |
| synchronised once in this run, not any more               | KEPT     | as before: it drifts by seconds a day    |
| before this release was made                              | DOUBTFUL | the last believed one, run on            |
| before what is written already; far ahead of it           | DOUBTFUL | the same                                 |
| at a start: nothing kept it while the machine was off     | DOUBTFUL | the same                                 |
| moved by more than an hour, and not by the network        | DOUBTFUL | the same                                 |

The last believed time, run on from a start, is the earliest it can be: it lags, and nothing is ever dated into the
future by it. Time zones are no business of this: all moments are UTC, and a step of the local time is none here.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

RELEASE = datetime(2026, 1, 1, tzinfo=UTC)
"""No release is older: an earlier wall clock is wrong."""
STEP = timedelta(seconds=1)
"""Less is no step: reading two clocks takes a moment, and a clock may be slowed and quickened."""
DRIFT = timedelta(minutes=5)
"""What a chip may have lost while the machine was off."""
BY_HAND = timedelta(hours=1)
"""A believed clock may be put right by that much by whoever stands before it."""
LONGEST_REST = timedelta(days=366)
"""A station that comes back after more than that asks the network, or a person."""


class Trust(Enum):
    SYNCED = auto()
    KEPT = auto()
    DOUBTFUL = auto()


class Doubt(Enum):
    BEFORE_RELEASE = auto()
    BEFORE_JOURNAL = auto()
    FAR_AHEAD = auto()
    NOT_KEPT = auto()
    MOVED = auto()


@dataclass(frozen=True, slots=True)
class Face:
    """What the machine says at one moment. `running`: since it was switched on, sleep included. `kept`: a clock chip
    ran on while it was off, and says the same."""

    wall: datetime
    running: timedelta
    synced: bool = False
    kept: bool = True

    @property
    def began(self) -> datetime:
        return self.wall - self.running


@dataclass(frozen=True, slots=True)
class Known:
    """The newest believed moment that is written down. `running`: how long the machine had run then, if that was this
    same run; None: it was an earlier one."""

    at: datetime
    running: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`began`: when this run began, as far as is believed. `face`: when it began by the clock, seen last.

    `firm`: a clock was believed in this run, so `began` is no mere "not before". `known`: something was written before.
    """

    began: datetime
    face: datetime
    trust: Trust = Trust.DOUBTFUL
    doubt: Doubt | None = None
    firm: bool = False
    known: bool = False

    def at(self, running: timedelta) -> datetime:
        """Return the time, in UTC, at a moment of this run."""
        return self.began + running


def first(face: Face, known: Known | None = None) -> Reckoning:
    """Begin to reckon: the station starts, and `known` is what its journal knows."""
    if known is not None and known.running is not None:
        here = Reckoning(known.at - known.running, face.began, Trust.KEPT, firm=True, known=True)
        return _by_network(here, face) or _by_hand(here, face)
    floor = max(RELEASE, known.at) if known else RELEASE
    here = Reckoning(floor - face.running, face.began, known=known is not None)
    return _by_network(here, face) or _at_start(here, face)


def look(now: Reckoning, face: Face) -> Reckoning:
    """Look at the clock again. The same value comes back where nothing has changed."""
    stepped = abs(face.began - now.face) >= STEP
    if decided := _by_network(now, face, stepped=stepped):
        return decided
    if stepped:
        return _by_hand(now, face)
    return replace(now, trust=Trust.KEPT) if now.trust is Trust.SYNCED else now


def believe(now: Reckoning, face: Face) -> Reckoning:
    """A person says that the clock is right."""
    return _doubted(now, face, Doubt.BEFORE_RELEASE) if face.wall < RELEASE else _taken(now, face, Trust.KEPT)


def _by_network(now: Reckoning, face: Face, *, stepped: bool = True) -> Reckoning | None:
    """What is said by the network stands; what is impossible falls; None for what is neither."""
    if face.wall < RELEASE:
        return _doubted(now, face, Doubt.BEFORE_RELEASE)
    if not face.synced:
        return None
    return now if now.trust is Trust.SYNCED and not stepped else _taken(now, face, Trust.SYNCED)


def _at_start(now: Reckoning, face: Face) -> Reckoning:
    if doubt := _impossible(now, face):
        return _doubted(now, face, doubt)
    return _taken(now, face, Trust.KEPT) if face.kept else _doubted(now, face, Doubt.NOT_KEPT)


def _by_hand(now: Reckoning, face: Face) -> Reckoning:
    """It stands elsewhere than before, and not by the network's doing. Also the network's first step comes so, a moment
    before the kernel says whose it was."""
    if now.firm:
        near = abs(face.began - now.began) <= BY_HAND
        return _taken(now, face, Trust.KEPT) if near else _doubted(now, face, Doubt.MOVED)
    doubt = _impossible(now, face)
    return _doubted(now, face, doubt) if doubt else _taken(now, face, Trust.KEPT)


def _impossible(now: Reckoning, face: Face) -> Doubt | None:
    if face.began < now.began - DRIFT:
        return Doubt.BEFORE_JOURNAL
    return Doubt.FAR_AHEAD if now.known and face.began > now.began + LONGEST_REST else None


def _taken(now: Reckoning, face: Face, trust: Trust) -> Reckoning:
    return Reckoning(face.began, face.began, trust, firm=True, known=now.known)


def _doubted(now: Reckoning, face: Face, doubt: Doubt) -> Reckoning:
    """Doubted on for the same reason and at the same face is no change."""
    same = now.trust is Trust.DOUBTFUL and now.doubt is doubt and abs(face.began - now.face) < STEP
    return now if same else replace(now, face=face.began, trust=Trust.DOUBTFUL, doubt=doubt)
