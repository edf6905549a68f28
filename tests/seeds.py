"""What chance begins with: the same number in every usual run, another one each time in a long run.

`SEED=12345 ./run test …` plays that run again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import SystemRandom

USUAL = 20261120


def seed_of(*, long: bool) -> int:
    told = os.environ.get("SEED")
    return int(told) if told else SystemRandom().randrange(10**9) if long else USUAL


@contextmanager
def told_on_failure(seed: int) -> Iterator[None]:
    """Whoever sees it fail can play it again."""
    try:
        yield
    except BaseException as fault:
        fault.add_note(f"play it again with SEED={seed}")
        raise
