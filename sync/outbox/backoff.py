"""How long to leave an ABIS alone that does not answer."""

import random
from collections.abc import Callable

FIRST = 5.0  # seconds
LONGEST = 300.0  # seconds: a reader's receipt says "to be confirmed", so nobody waits at the desk for it


class Backoff:
    """Doubling pauses, each between half and one and a half of its length, so that a site's stations spread out."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._failures = 0

    def failed(self) -> float:
        """Return the seconds to wait after one more failure."""
        length = min(FIRST * 2.0 ** min(self._failures, 10), LONGEST)
        self._failures += 1
        return length * (0.5 + self._chance())

    def reset(self) -> None:
        self._failures = 0
