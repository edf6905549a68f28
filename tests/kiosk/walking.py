"""A walk over every state a small station can reach: one tag, one barcode, one reader, every event that may come.

States are compared by value. Session ids alternate between two, so that an old answer is told from a new one.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kiosk.effects import Effect
from kiosk.events import Event
from kiosk.flows import desk
from kiosk.flows.desk import Desk


@dataclass
class Walk:
    """What was found: the states, and for each the events that led on to another state."""

    states: set[Desk] = field(default_factory=set)
    moves: dict[Desk, list[tuple[Event, Desk]]] = field(default_factory=dict)


Check = Callable[[Desk, Event, Desk, tuple[Effect, ...]], None]


def walk(start: Desk, alphabet: Callable[[Desk], Iterable[Event]], check: Check, cap: int) -> Walk:
    """Visit every state reachable from `start`; `check` sees every move. More than `cap` states is a failure."""
    found = Walk({start})
    todo = deque([start])
    while todo:
        now = todo.popleft()
        for event in alphabet(now):
            after, effects = desk.step(now, event)
            check(now, event, after, effects)
            if after == now:
                continue
            found.moves.setdefault(now, []).append((event, after))
            if after not in found.states:
                found.states.add(after)
                assert len(found.states) <= cap, "the station has more states than it should"
                todo.append(after)
    return found
