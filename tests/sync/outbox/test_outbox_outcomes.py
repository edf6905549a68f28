"""Who waits for what became of a row hears it once it is durable: taken over, or left to a person."""

from typing import Any

from kiosk.domain.ids import ItemId
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import NotSent
from sync.outbox.outbox import Outbox


def outcomes(desk: Any) -> list[tuple[ItemId, bool, bool]]:
    heard: list[tuple[ItemId, bool, bool]] = []

    def on_outcome(item: ItemId, lent: bool, stands: bool) -> None:
        heard.append((item, lent, stands))
        assert len(desk.told()) == len(heard), "told before it was written"

    Outbox(desk.journal, desk.abis, desk.clock, lambda *_: None, on_outcome=on_outcome).work()
    return heard


def test_what_was_taken_over_is_told(desk: Any) -> None:
    desk.lends("solaris")
    desk.returns("laurus")
    assert outcomes(desk) == [(ItemId("solaris"), True, True), (ItemId("laurus"), False, True)]


def test_what_is_left_to_a_person_is_told_too(desk: Any) -> None:
    desk.abis.loans_of["solaris"] = "boris"
    desk.lends("solaris")
    assert outcomes(desk) == [(ItemId("solaris"), True, False)]


def test_what_the_library_system_refuses_is_told(desk: Any) -> None:
    desk.abis.plan["checkout"] = [Refusal(Reason.DEBTS)]
    desk.lends("solaris")
    assert outcomes(desk) == [(ItemId("solaris"), True, False)]


def test_nothing_is_told_of_a_row_that_still_waits(desk: Any) -> None:
    desk.abis.plan["checkout"] = [NotSent("away")]
    desk.lends("solaris")
    assert outcomes(desk) == []
