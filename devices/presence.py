"""Who lies on the pad, judged from round to round. Pure: rounds in, comings and goings out.

Rules:
  1. A tag counts once it was seen in `confirm` rounds in a row. A stray from a bag or the next pad flickers.
  2. A tag is gone once it was missed in `forget` rounds in a row. Tags in a stack shade each other now and then.
  3. A round that failed is no round: it says nothing about anybody.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

MOST = 256
"""Tags followed at once: more than any pad can read; a reader gone mad cannot make us hold more."""


@dataclass(frozen=True, slots=True)
class _Track:
    seen: int = 0
    missed: int = 0
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    confirm: int = 3
    forget: int = 4
    _tracks: Mapping[bytes, _Track] = field(default_factory=dict)

    @property
    def present(self) -> frozenset[bytes]:
        return frozenset(uid for uid, track in self._tracks.items() if track.counts)

    @property
    def unsettled(self) -> bool:
        """Whether the next rounds may bring a change by themselves."""
        return any(not track.counts or track.missed for track in self._tracks.values())

    def without(self, uid: bytes) -> "Presence":
        """Forget a tag that is known to have left: it counts again like a new one."""
        return replace(self, _tracks={one: track for one, track in self._tracks.items() if one != uid})

    def observe(self, uids: Collection[bytes]) -> "Round":
        """Return what a round that found `uids` (each once or more, in any order) means."""
        tracks: dict[bytes, _Track] = {}
        came: list[bytes] = []
        left: list[bytes] = []
        missed: list[bytes] = []
        for uid, track in self._tracks.items():
            if uid in uids:
                continue
            missed += [uid] if not track.missed else []
            if track.counts and track.missed + 1 < self.forget:
                tracks[uid] = replace(track, missed=track.missed + 1)
            elif track.counts:
                left.append(uid)
        for uid in dict.fromkeys(uids):
            track = self._tracks.get(uid, _Track())
            if uid not in self._tracks and len(tracks) >= MOST:
                continue
            counts = track.counts or track.seen + 1 >= self.confirm
            came += [uid] if counts and not track.counts else []
            tracks[uid] = _Track(track.seen + 1, 0, counts)
        return Round(replace(self, _tracks=tracks), tuple(came), tuple(left), tuple(missed))


@dataclass(frozen=True, slots=True)
class Round:
    """`missed`: seen in the round before and not in this one, whether they count or not."""

    after: Presence
    came: tuple[bytes, ...]
    left: tuple[bytes, ...]
    missed: tuple[bytes, ...]
