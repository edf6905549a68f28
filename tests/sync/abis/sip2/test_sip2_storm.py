"""A bad day: every request meets a fault drawn by lot, and still the desk's account of it agrees with the library's.

What the desk says was done, was done; what it says was not sent, was not; and what it does not know, it finds out by
asking, without ever sending a change twice.
"""

import random
from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.items import Loan, Returned
from kiosk.domain.refusal import Refusal
from kiosk.ports.abis import NotSent, Unreachable
from sync.settle import Outcome, settle_checkin, settle_checkout
from sync.sip2.weather import weather

CARDS, ITEMS = ("P1", "P2"), ("B1", "B2", "B3")


@pytest.mark.parametrize("seed", range(6))
def test_the_desks_account_of_a_bad_day_agrees_with_the_librarys(
    world: ModuleType, seed: int, effort: Callable[[int, int], int], counts: Any
) -> None:
    lot, clock, told = random.Random(seed), world.FrozenClock(), Counter[str]()
    with world.line(weather(lot)) as (line, library), world.desk(line.port, clock) as abis:
        for number in range(effort(40, 1500)):
            clock.seconds += 60  # whatever the breaker holds back is due again
            told[one_transaction(abis, library, line, clock, lot, number)] += 1
    assert told["done"] > 0
    assert told["settled"] > 0
    for outcome, times in told.items():
        counts.add(f"bad day: {outcome}", times)


def one_transaction(abis: Any, library: Any, line: Any, clock: Any, lot: random.Random, number: int) -> str:
    """Ask for one change; return how it ended, after comparing with what the library really did."""
    card, item = CardNumber(lot.choice(CARDS)), ItemId(lot.choice(ITEMS))
    out = item not in library.loans
    what, code = (f"checkout {item}", "11") if out else (f"checkin {item}", "09")
    at = clock.now()
    done_before, sent_before = library.done[what], line.count(code)

    def done() -> bool:
        return bool(library.done[what] > done_before)

    try:
        answer = (
            abis.checkout(TxnId(f"{number}"), card, item, at) if out else abis.checkin(TxnId(f"{number}"), item, at)
        )
    except NotSent:
        assert not done()
        assert line.count(code) <= sent_before + 1
        return "not sent"
    except Unreachable:
        assert line.count(code) == sent_before + 1
        return settled(abis, clock, card, item, out, done())
    assert line.count(code) == sent_before + 1
    assert isinstance(answer, Loan | Returned | Refusal)
    assert done() is not isinstance(answer, Refusal)
    return "done" if done() else "refused"


def settled(abis: Any, clock: Any, card: CardNumber, item: ItemId, out: bool, done: bool) -> str:
    """Ask what became of it until the weather lets an answer through."""
    for _ in range(40):
        clock.seconds += 60
        outcome, _ = settle_checkout(abis, card, item) if out else settle_checkin(abis, item)
        if outcome is not Outcome.UNKNOWN:
            assert (outcome is Outcome.DONE) is done
            return "settled"
    raise AssertionError("never settled")
