"""The rows of the degraded table that a desk sees from afar: its network, and the station that serves the store.

Two whole stations as real processes: the first keeps the store, the second is the desk of the story, with a line
between them that can fail. What its reader gets is what the table says of a library system that does not answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.app.demo.abis_line import AbisLine
from kiosk.domain.health import Part
from kiosk.flows import degraded
from kiosk.flows.degraded import Fault
from tests.kiosk.degraded_days import Day, lived
from tests.kiosk.small_library import ANNA, LAURUS, PICNIC, SOLARIS
from tests.kiosk.three_stations import Building, Seat, building
from ui.simdesk.port import Weather

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
DEAD, DOUBTFUL = ({Part.ABIS: fault} for fault in (Fault.DEAD, Fault.DOUBTFUL))


@dataclass
class Site:
    """A desk, the station that it leans on, and the line between them. Anna has a book at home."""

    house: Building
    owner: Seat
    desk: Seat
    line: AbisLine

    def network(self, weather: Weather) -> None:
        self.line.change(weather)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    lines: list[AbisLine] = []

    def through(port: int) -> int:
        lines.append(AbisLine(port))
        lines[0].__enter__()
        return lines[0].port

    with building(tmp_path, desks=2, through=through) as house:
        owner, desk = house.seats
        owner.starts()
        desk.starts()
        assert desk.borrows(ANNA, LAURUS) == {LAURUS: "YOURS"}
        desk.leaves()
        assert desk.life.do("degraded") == []
        try:
            yield Site(house, owner, desk, lines[0])
        finally:
            owner.ends()
            desk.ends()
            lines[0].__exit__(None, None, None)


def paper(seat: Seat) -> str:
    """How the last receipt went."""
    return [view["paper"] for view in seat.life.views if view["view"] == "Farewell"][-1]


def agreed(site: Site) -> tuple[str, ...]:
    assert site.desk.replayed() == []
    site.desk.ends()
    site.owner.ends()
    return site.house.compared().wrong


# --- dead ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dies", "comes_back"),
    [
        (lambda site: site.network(Weather.CUT_OFF), lambda site: site.network(Weather.FAIR)),
        (lambda site: site.owner.dies(), lambda site: site.owner.starts()),
    ],
    ids=["network", "serving station"],
)
def test_what_is_dead_between_a_desk_and_the_store_is_a_library_system_that_does_not_answer(
    site: Site, dies: Callable[[Site], None], comes_back: Callable[[Site], None]
) -> None:
    dies(site)
    assert site.desk.borrows(ANNA, SOLARIS, PICNIC) == {SOLARIS: "RECORDED", PICNIC: "RECORDED"}
    site.desk.leaves()
    printed = paper(site.desk)
    idle = site.desk.life.views[-1]
    assert site.desk.life.do("degraded") == list(degraded.staff(DEAD))
    assert site.desk.returns(LAURUS) == {LAURUS: "RECORDED"}
    site.desk.leaves()
    assert told(idle, "RECORDED", "RECORDED", printed) == row(lived(DEAD))
    comes_back(site)
    assert agreed(site) == ()
    banner, tasks = offered(site.desk)
    assert (banner in ("BACK_ONLINE", "NONE"), tasks) == (True, row(lived({}))[1])


# --- doubtful --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goes", "comes_back"),
    [
        (lambda site: site.network(Weather.REFUSES), lambda site: site.network(Weather.FAIR)),
        (lambda site: site.owner.hangs(), lambda site: site.owner.goes_on()),
    ],
    ids=["network", "serving station"],
)
def test_what_answers_now_and_then_costs_nobody_a_book(
    site: Site, goes: Callable[[Site], None], comes_back: Callable[[Site], None]
) -> None:
    """It answers whoever logs in and is gone when a book is asked about, and again."""
    begun = offered(site.desk)

    def answers_again() -> None:
        comes_back(site)
        assert site.desk.replayed() == []

    lent = site.desk.borrows(ANNA, SOLARIS, before_laying=lambda: goes(site))
    site.desk.leaves()
    printed = paper(site.desk)
    answers_again()
    back = site.desk.returns(LAURUS, before_laying=lambda: goes(site))
    site.desk.leaves()
    answers_again()
    site.desk.life.do("choose", "ACCOUNT")
    site.desk.logs_in(ANNA)
    site.desk.life.sees(lambda view: [item for item, _ in view["rows"]] == [SOLARIS])
    site.desk.life.do("renew", SOLARIS)
    site.desk.life.shows("Loans", "RENEWED")
    site.desk.leaves()
    assert (*begun, lent[SOLARIS], back[LAURUS], printed) == row(lived(DOUBTFUL))
    assert agreed(site) == ()


# --- what the table says ---------------------------------------------------------------------------------------------


def row(day: Day) -> tuple[Any, ...]:
    assert day.lent
    assert day.returned
    assert day.paper
    return day.banner.name, [task.name for task in day.tasks], day.lent.name, day.returned.name, day.paper.name


def told(idle: dict[str, Any], *done: str) -> tuple[Any, ...]:
    return idle["banner"], idle["tasks"], *done


def offered(seat: Seat) -> tuple[Any, ...]:
    idle = seat.life.views[-1]
    assert idle["view"] == "Idle"
    return idle["banner"], idle["tasks"]
