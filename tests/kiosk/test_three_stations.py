"""Three whole stations share the store that one of them keeps: at the same time, and through its death.

They are real processes, from their own `station.toml`; afterwards somebody who shares no code with them compares the
store, the journals of all three and the tags.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from kiosk.app.demo.abis_line import AbisLine
from tests.kiosk.small_library import ANNA, BORIS, CLUB, LAURUS, PICNIC, SOLARIS, STORIES
from tests.kiosk.three_stations import MOST_OFFLINE, SECONDS, Building, at_once, building
from ui.simdesk.port import Weather

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
CHECKOUT = "11"
"""SIP2's request for a loan."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Building]:
    with building(tmp_path) as house:
        begin(house)
        yield house


def begin(house: Building) -> None:
    owner, *others = house.seats
    owner.starts()
    at_once(*(seat.starts for seat in others))


def test_two_desks_lend_and_take_back_while_the_owner_of_the_store_dies_and_comes_back(house: Building) -> None:
    owner, second, third = house.seats
    assert at_once(lambda: second.borrows(ANNA, SOLARIS), lambda: third.borrows(BORIS, LAURUS)) == [
        {SOLARIS: "YOURS"}, {LAURUS: "YOURS"},
    ]  # fmt: skip
    at_once(second.leaves, third.leaves)
    answers = at_once(lambda: second.borrows(ANNA, PICNIC), lambda: third.borrows(BORIS, PICNIC))  # two pads feel it
    assert sorted(answer[PICNIC] for answer in answers) == ["ON_LOAN_TO_OTHER", "YOURS"]
    assert not owner.hands.armed(PICNIC)
    at_once(second.leaves, third.leaves)
    answers = at_once(lambda: second.returns(PICNIC), lambda: third.returns(PICNIC))
    assert "RETURNED" in [answer[PICNIC] for answer in answers]
    at_once(second.leaves, third.leaves)

    owner.dies()
    lent, back = at_once(lambda: second.borrows(ANNA, PICNIC, STORIES, CLUB), lambda: third.returns(LAURUS))
    assert sorted(lent.values()) == ["RECORDED"] * MOST_OFFLINE + ["STAYS"]
    assert back == {LAURUS: "RECORDED"}
    at_once(second.leaves, third.leaves)
    assert (second.life.views[-1]["banner"], third.life.views[-1]["banner"]) == ("OFFLINE", "OFFLINE")
    assert (second.life.views[-1]["waiting"], third.life.views[-1]["waiting"]) == (MOST_OFFLINE, 1)

    owner.starts()
    assert at_once(second.replayed, third.replayed) == [[], []]
    assert at_once(lambda: third.borrows(BORIS, LAURUS), lambda: owner.returns(SOLARIS)) == [
        {LAURUS: "YOURS"}, {SOLARIS: "RETURNED"},
    ]  # fmt: skip
    at_once(third.leaves, owner.leaves)
    assert agreed(house) == ()


def agreed(house: Building) -> tuple[str, ...]:
    """End all stations; return what store, journals and tags disagree in."""
    at_once(*(seat.ends for seat in house.seats))
    compared = house.compared()
    assert compared.moved > 0
    return compared.wrong


def test_the_owner_dies_after_its_yes_and_before_two_desks_hear_it(tmp_path: Path) -> None:
    """What may have been done is asked about before it is done again: each loan is there once."""
    with ExitStack() as held:
        lines: list[AbisLine] = []

        def through(port: int) -> int:
            lines.append(held.enter_context(AbisLine(port)))
            return lines[-1].port

        house = held.enter_context(building(tmp_path, through=through))
        begin(house)
        owner, second, third = house.seats
        asked = [line.when_asked(CHECKOUT) for line in lines]
        for line in lines:
            line.hold(CHECKOUT)

        def yes_is_not_heard() -> None:
            assert all(wait(SECONDS) for wait in asked)
            owner.dies()
            for line in lines:
                line.change(Weather.REFUSES)
                line.hold("")

        lent, more, _ = at_once(
            lambda: second.borrows(ANNA, SOLARIS), lambda: third.borrows(BORIS, LAURUS), yes_is_not_heard
        )
        assert (lent, more) == ({SOLARIS: "RECORDED"}, {LAURUS: "RECORDED"})
        at_once(second.leaves, third.leaves)
        for line in lines:
            line.change(Weather.FAIR)
        owner.starts()
        assert at_once(second.replayed, third.replayed) == [[], []]
        assert agreed(house) == ()
        with closing(sqlite3.connect(house.store)) as database, database:
            assert database.execute("SELECT count(*) FROM loan").fetchone() == (2,)
