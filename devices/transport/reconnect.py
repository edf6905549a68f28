"""When to try again: a policy of its own, without a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from random import random


@dataclass(slots=True)
class Backoff:
    """Waits that double from `first` to `ceiling` seconds, each up to a quarter shorter or longer.

    The spread keeps the stations of a building from knocking all at once when their switch comes back.
    `draw` returns a number from 0 to 1.
    """

    first: float = 0.5
    ceiling: float = 30.0
    draw: Callable[[], float] = random
    failures: int = 0

    def failed(self) -> float:
        """Count a failure; return the seconds to wait before the next attempt."""
        wait = min(self.first * (1 << min(self.failures, 16)), self.ceiling)
        self.failures += 1
        return wait * (0.75 + self.draw() / 2)

    def succeeded(self) -> None:
        self.failures = 0
