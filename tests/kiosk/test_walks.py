"""Every state that can be reached: in each one the rules hold, it can be left, and the desk comes to rest by itself.

The rules that are held against every move stand in `watching` (whose loan stands, what lay there before, what is late,
what is personal), in `walking` (somebody always ends a session) and in `alone` (each flow under any order of events).
"""

from collections.abc import Callable
from functools import cache

import pytest

from kiosk.domain.items import Security
from kiosk.effects import SetSecurity
from tests.conftest import Counts
from tests.kiosk import alone, diagrams, walking
from tests.kiosk.scenarios import LONG, SCENARIOS
from tests.kiosk.walking import Scenario, Walk

pytestmark = pytest.mark.no_cover  # every branch is told by a story; many events are not to hide which is not

walked = cache(walking.walk)
ALONE = {
    "checkout": cache(alone.of_checkout),
    "a set": cache(alone.of_set),
    "checkin": cache(alone.of_checkin),
    "account": cache(alone.of_account),
}


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_small_station_keeps_the_rules_everywhere_and_comes_to_rest(scenario: Scenario, counts: Counts) -> None:
    _comes_to_rest(walked(scenario), counts)


@pytest.mark.long
@pytest.mark.parametrize("scenario", LONG, ids=lambda scenario: scenario.name)
def test_a_larger_station_keeps_the_rules_everywhere_and_comes_to_rest(scenario: Scenario, counts: Counts) -> None:
    _comes_to_rest(walking.walk(scenario), counts)


def _comes_to_rest(found: Walk, counts: Counts) -> None:
    counts.add("states walked", len(found.numbers))
    counts.add("moves walked", found.moves)
    assert found.steps, "nothing ever happened"
    left = {before for before, _, _ in found.steps}
    places = found.places
    stuck = [place for number, place in enumerate(places) if number not in left and not walking.resting(place)]
    assert stuck == [], "a state that cannot be left"
    assert walking.never_rest(found) == [], "a state in which the desk stays when everybody has gone"


@pytest.mark.parametrize("name", ALONE)
def test_a_flow_by_itself_survives_any_order_of_events(name: str, counts: Counts) -> None:
    found = ALONE[name]()
    counts.add("states walked", len(found.states))
    counts.add("moves walked", found.moves)
    assert len(found.states) > 10


@pytest.mark.slow
def test_a_tag_is_opened_for_no_child_in_whatever_order_a_mark_is_told_too_late() -> None:
    (late,) = (scenario for scenario in SCENARIOS if scenario.name == "marked late")
    places = walked(late).places
    asked = {effect for place in places for effect in place.pending if isinstance(effect, SetSecurity)}
    assert {effect.security for effect in asked} == {Security.ARMED}
    assert {debt.security for place in places for debt in place.desk.pad.owed} <= {Security.ARMED}


@pytest.mark.slow
def test_the_small_stations_together_see_every_screen_of_a_session() -> None:
    seen = {name for scenario in SCENARIOS for name in walked(scenario).shown}
    assert seen >= {
        "Idle", "Identify", "TypeNumber", "Pin", "Home", "Checkout", "RefusalCard", "BookCard", "PutBack", "Checkin",
        "Loans", "Holds", "Farewell", "Help", "Slide", "HowMany", "CountDiffers",
    }  # fmt: skip


DRAWN: dict[str, Callable[[], object]] = {
    "checkout": lambda: diagrams.of_checkout(ALONE["checkout"]()),
    "checkin": lambda: diagrams.of_checkin(ALONE["checkin"]()),
    "session": lambda: diagrams.of_session(walked(scenario) for scenario in SCENARIOS),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow) for name in DRAWN])
def test_the_diagrams_show_what_the_walk_finds(name: str) -> None:
    drawn = diagrams.draw(name, DRAWN[name]())
    assert drawn == diagrams.kept(name), "docs/flows is out of date: python -m tests.kiosk.diagrams"
