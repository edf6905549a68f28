"""A bad day on the line to our own server: whatever the desk believes in the evening, the store believes too."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.items import Loan, Returned
from kiosk.domain.refusal import Refusal
from kiosk.ports.abis import NotSent, Unreachable
from sync.settle import Outcome, settle_checkin, settle_checkout
from sync.sip2.faultline import FaultLine, Relay
from sync.sip2.server import serve
from sync.sip2.weather import FATES, weather
from tests.sync.abis.contract.worlds import connected, local
from tests.sync.abis.shelves import MOSCOW
from tests.sync.still import NOON, StillClock

ANNA, ITEMS = CardNumber("ANNA"), ("FREE", "FREE2", "ADULT2")
STORMY = {fate: times for fate, times in FATES.items() if not fate.startswith("silent")}


@pytest.mark.parametrize("seed", range(3))
def test_desk_and_store_agree_after_a_bad_day(
    seed: int, tmp_path: Path, filled: bytes, effort: Callable[[int, int], int], counts: Any
) -> None:
    lot = random.Random(seed)
    with ExitStack() as stack:
        store = stack.enter_context(local(tmp_path, filled))
        server = stack.enter_context(serve(store, zone=MOSCOW, clock=StillClock()))
        line = stack.enter_context(FaultLine(lambda: Relay("127.0.0.1", server.port), weather(lot, STORMY)))
        clock = StillClock()
        abis = stack.enter_context(connected(line.port, "open-library-kiosk", {}, clock=clock))
        believed: set[str] = set()
        for number in range(effort(40, 1500)):
            clock.seconds += 60
            item = lot.choice(ITEMS)
            out = item not in believed
            if one_change(abis, clock, ItemId(item), out, number, NOON):
                (believed.add if out else believed.discard)(item)
        counts.add("bad days on our own server", 1)
        assert store.loans(ANNA) == {"MINE", "LATE", *believed}


def one_change(abis: Any, clock: Any, item: ItemId, out: bool, number: int, at: Any) -> bool:
    """Ask for one change; return whether the desk believes that it was made."""
    txn = TxnId(f"{number}")
    try:
        answer = abis.checkout(txn, ANNA, item, at) if out else abis.checkin(txn, item, at)
    except NotSent:
        return False
    except Unreachable:
        return settled(abis, clock, item, out)
    assert not isinstance(answer, Refusal), answer
    assert isinstance(answer, Loan if out else Returned)
    return True


def settled(abis: Any, clock: Any, item: ItemId, out: bool) -> bool:
    for _ in range(40):
        clock.seconds += 60
        outcome, _ = settle_checkout(abis, ANNA, item) if out else settle_checkin(abis, item)
        if outcome is not Outcome.UNKNOWN:
            return outcome is Outcome.DONE
    raise AssertionError("never settled")
