"""A year of visitors nobody made up: a hundred thousand events in a row at one desk that is never started anew.

The rules are those of the walks and of the visits made up by chance; here one desk lives through everything, so that
what gathers in it is seen, and after every few hundred events everybody walks away.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from random import Random
from statistics import fmean

import pytest

from kiosk.effects import Effect
from kiosk.events import Event, Recovered, Replayed, TimedOut
from kiosk.flows import screens
from tests.conftest import Counts
from tests.kiosk import walking
from tests.kiosk.stories import ANNA, BORIS
from tests.kiosk.test_chance import CHANCE, COPIES, READER, STATION
from tests.kiosk.walking import Place
from tests.seeds import seed_of, told_on_failure

pytestmark = pytest.mark.no_cover  # every branch is told by a story; many events are not to hide which is not
EVENTS, MANY_EVENTS = 100_000, 1_000_000
CROWD = 400
"""Events after which everybody walks away."""
SCENARIO = replace(CHANCE, sessions=10**9)
HEAVIEST = 400
"""Values that a desk at rest is made of: twice what three books and two readers were seen to leave."""
MOST_PENDING = 30
"""Questions that wait at once: as many as there are books, sides and answers of three books allow, and to spare."""


@dataclass
class Visitors:
    """One desk with whoever comes. `moves` counts the events; `kinds` which there were."""

    random: Random
    place: Place = field(default_factory=SCENARIO.start)
    moves: int = 0
    kinds: set[type[Event]] = field(default_factory=set)
    seen: object = None

    def anything_happens(self) -> None:
        """One event, as chance will have it: half of them are answers, that nobody waits for long."""
        dice = self.random.random()
        if dice < 0.45 and self.place.pending:
            self._world_answers()
        elif dice < 0.60:
            self._hand_at_the_pad()
        elif dice < 0.93:
            self._move(self.random.choice(READER))
        elif dice < 0.97 and self.place.timers:
            self._time_runs_out()
        else:
            self._station_says(self.random.choice(STATION))

    def everybody_walks_away(self) -> None:
        """Nobody does anything any more: the desk must come to rest by itself."""
        for turn in range(300):
            if walking.resting(self.place) and not self.place.pending:
                return
            if self.place.pending:
                self._world_answers()
            else:
                timers = sorted(self.place.timers, key=lambda timer: timer.value)
                self._move(TimedOut(timers[turn % len(timers)]))
        raise AssertionError(f"the desk never comes to rest: {self.place.desk.session}")

    def _world_answers(self) -> None:
        wires = [wire for wire in walking.WIRES if any(isinstance(each, wire) for each in self.place.pending)]
        wire = self.random.choice(wires)
        effect = next(each for each in self.place.pending if isinstance(each, wire))
        self._move(self.random.choice(SCENARIO.answered(self.place.desk, effect)), effect)

    def _hand_at_the_pad(self) -> None:
        copy = self.random.choice(COPIES)
        self._move(self.random.choice(list(walking._of_pad(self.place.desk, copy))))

    def _time_runs_out(self) -> None:
        timers = sorted(self.place.timers, key=lambda timer: timer.value)
        self._move(TimedOut(self.random.choice(timers)))

    def _station_says(self, event: Event) -> None:
        """What contradicts the library system's own word is not said: a record that is refused afterwards undoes that
        record's loan alone, and a loan made since overtakes the return that recovery asks about."""
        now = self.place.desk
        match event:
            case Recovered(returned=returned) if now.session is not None and returned & now.session.checkout.lent:
                return
            case Replayed(item, lent=True, stands=False) if item in self.place.known.stands:
                debt = now.pad.debt(item)
                if now.session is not None or debt is None or not debt.offline:
                    return
        self._move(event)

    def _move(self, event: Event, answered: Effect | None = None) -> None:
        self.place = walking.moved(SCENARIO, self.place, event, answered)
        self.moves += 1
        self.kinds.add(type(event))
        assert len(self.place.pending) <= MOST_PENDING
        self._nobody_is_named()

    def _nobody_is_named(self) -> None:
        """No screen tells a whole name or number, and none greets somebody who is not there."""
        view = screens.view(self.place.desk)
        if view == self.seen:
            return
        self.seen, told = view, repr(view)
        session = self.place.desk.session
        whose = session.patron if session else None
        for patron in (ANNA, BORIS):
            assert patron.card not in told
            assert patron.name not in told
            there = whose is not None and whose.card == patron.card
            assert there or patron.first_name not in told


def weight(value: object) -> int:
    """Return how many values a value is made of."""
    if is_dataclass(value) and not isinstance(value, type):
        return 1 + sum(weight(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, Mapping):
        return 1 + sum(weight(each) for pair in value.items() for each in pair)
    if isinstance(value, tuple | frozenset | list | set):
        return 1 + sum(map(weight, value))
    assert isinstance(value, Hashable)
    return 1


@pytest.mark.slow
@pytest.mark.timeout(3600)  # while coverage is measured it takes three times as long
def test_a_desk_that_lives_through_everything_keeps_every_rule_and_gathers_nothing(
    counts: Counts, effort: Callable[[int, int], int]
) -> None:
    wanted = effort(EVENTS, MANY_EVENTS)
    seed = seed_of(long=wanted == MANY_EVENTS)
    at_rest: list[int] = []
    with told_on_failure(seed):
        visitors = Visitors(Random(seed))
        while visitors.moves < wanted:
            for _ in range(CROWD):
                visitors.anything_happens()
            visitors.everybody_walks_away()
            at_rest.append(weight(visitors.place.desk))
        tenth = len(at_rest) // 10
        assert fmean(at_rest[-tenth:]) <= 1.25 * fmean(at_rest[tenth : 2 * tenth]), "what a desk at rest holds grows"
        assert max(at_rest) < HEAVIEST
    counts.add("flow events", visitors.moves)


def test_the_same_seed_is_the_same_day() -> None:
    days = []
    for _ in range(2):
        visitors = Visitors(Random(7))
        for _ in range(1500):
            visitors.anything_happens()
        days.append((visitors.place, visitors.moves))
    assert days[0] == days[1]


def test_a_name_that_stays_on_the_screen_is_found() -> None:
    visitors = Visitors(Random(1))
    visitors.place = replace(visitors.place, desk=replace(visitors.place.desk, rules=replace(
        visitors.place.desk.rules, library=f"Привет, {ANNA.name}")))  # fmt: skip
    with pytest.raises(AssertionError):
        visitors._nobody_is_named()
