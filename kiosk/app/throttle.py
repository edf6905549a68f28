"""Wrong PINs, counted per card: after a few the card rests, so that nobody finds a PIN by trying.

Kept in memory only, and no longer than it matters. Counted in the machine's running time: a wall clock that is set
neither opens a card nor locks it for years.
"""

from dataclasses import dataclass
from math import ceil

from kiosk.domain.ids import CardNumber
from kiosk.domain.rules import Rules
from kiosk.ports.clock import Clock

MAX_CARDS = 1000
"""Cards remembered at once; somebody who tries more numbers than that meets the ABIS's own limits."""


@dataclass(frozen=True, slots=True)
class _Tries:
    wrong: int
    last: float


class PinThrottle:
    """Used by the ABIS thread only. `rules` is handed in at each use, since the policy may change."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: dict[CardNumber, _Tries] = {}

    def minutes_locked(self, card: CardNumber, rules: Rules) -> int:
        """Return after how many minutes, begun ones counted, this card may be tried again; 0 if it may be now."""
        self._forget_old(rules)
        tries = self._tries.get(card)
        if tries is None or tries.wrong < rules.pin_attempts:
            return 0
        return max(1, ceil((tries.last + _rest(rules) - self._clock.monotonic()) / 60))

    def wrong(self, card: CardNumber, rules: Rules) -> int:
        """Count a wrong PIN and return how many attempts are left."""
        before = self._tries.pop(card, None)
        wrong = (before.wrong if before else 0) + 1
        if len(self._tries) >= MAX_CARDS:
            del self._tries[next(iter(self._tries))]
        self._tries[card] = _Tries(wrong, self._clock.monotonic())
        return max(0, rules.pin_attempts - wrong)

    def right(self, card: CardNumber) -> None:
        self._tries.pop(card, None)

    def _forget_old(self, rules: Rules) -> None:
        now = self._clock.monotonic()
        self._tries = {card: tries for card, tries in self._tries.items() if now - tries.last < _rest(rules)}


def _rest(rules: Rules) -> float:
    return rules.pin_lock_minutes * 60.0
