"""Wrong PINs, counted per card: after a few the card rests, so that nobody finds a PIN by trying.

Kept in memory only, and no longer than it matters.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.ids import CardNumber

MAX_CARDS = 1000
"""Cards remembered at once; somebody who tries more numbers than that meets the ABIS's own limits."""


@dataclass(frozen=True, slots=True)
class _Tries:
    wrong: int
    last: datetime


class PinThrottle:
    """Used by the ABIS thread only. `attempts` wrong PINs lock a card for `lock`; a right one forgets them."""

    def __init__(self, attempts: int, lock: timedelta) -> None:
        self._attempts = attempts
        self._lock = lock
        self._tries: dict[CardNumber, _Tries] = {}

    def locked_until(self, card: CardNumber, now: datetime) -> datetime | None:
        self._forget_old(now)
        tries = self._tries.get(card)
        return tries.last + self._lock if tries and tries.wrong >= self._attempts else None

    def wrong(self, card: CardNumber, now: datetime) -> int:
        """Count a wrong PIN and return how many attempts are left."""
        before = self._tries.get(card)
        wrong = (before.wrong if before else 0) + 1
        if len(self._tries) >= MAX_CARDS and before is None:
            del self._tries[next(iter(self._tries))]
        self._tries[card] = _Tries(wrong, now)
        return max(0, self._attempts - wrong)

    def right(self, card: CardNumber) -> None:
        self._tries.pop(card, None)

    def _forget_old(self, now: datetime) -> None:
        old = [card for card, tries in self._tries.items() if now - tries.last >= self._lock]
        for card in old:
            del self._tries[card]
