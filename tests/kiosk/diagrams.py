"""State diagrams of the flows, drawn from what a walk really found. `python -m tests.kiosk.diagrams` writes them.

They are kept in `docs/flows`; a test says when they are no longer true.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from kiosk.events import (
    BarcodeScanned,
    Chosen,
    Event,
    NotRecorded,
    Pressed,
    Pretended,
    Recorded,
    SecurityNotSet,
    SecuritySet,
    TaskChosen,
    TimedOut,
)
from kiosk.flows import checkin
from kiosk.flows.checkout_state import Checkout
from tests.kiosk import alone, walking
from tests.kiosk.scenarios import SCENARIOS

FOLDER = Path(__file__).parent.parent.parent / "docs" / "flows"
NOWHERE = "[*]"
Edge = tuple[str, str, str]
"""From, what happened, to."""

INTRODUCTION = {
    "checkout": "One book of the checkout list, by its tag and by its barcode.",
    "checkin": "One book that comes home, by its tag and by its barcode.",
    "session": "Where a reader stands, in all the small stations that are walked.",
}


def draw(name: str, edges: Iterable[Edge]) -> str:
    """Return a document with one arrow for each pair of states, and all that leads along it."""
    ways: dict[tuple[str, str], set[str]] = defaultdict(set)
    for before, what, after in edges:
        ways[before, after].add(what)
    arrows = [f"    {a} --> {b}: {', '.join(sorted(what))}" for (a, b), what in sorted(ways.items())]
    head = f"# {name.capitalize()}\n\n{INTRODUCTION[name]} The rules stand in `kiosk/flows/{name}.py`.\n"
    foot = "Drawn from a walk over every state; `.venv/bin/python -m tests.kiosk.diagrams` draws it anew.\n"
    return "\n".join((head, "```mermaid", "stateDiagram-v2", *arrows, "```", "", foot))


# --- what is drawn ---------------------------------------------------------------------------------------------------


def of_checkout(found: alone.Walk[Checkout]) -> Iterable[Edge]:
    for before, event, after in found.steps:
        yield from _of_books(before, event, after)


def of_checkin(found: alone.Walk[checkin.Checkin]) -> Iterable[Edge]:
    for before, event, after in found.steps:
        yield from _of_books(before, event, after)


def _of_books(before: Checkout | checkin.Checkin, event: Event, after: Checkout | checkin.Checkin) -> Iterable[Edge]:
    """The stage of each book, followed by its number, else by its tag, but not into another book that it joins."""
    what, kept = words(event), set()
    for book in before.books:
        next_ = (after.by_item(book.item) if book.item else None) or after.by_tag(next(iter(book.uids), ""))
        kept.add(id(next_))
        joined = next_ and next_.item and not book.item and before.by_item(next_.item)
        if not joined and (next_ is None or next_.stage is not book.stage):
            yield book.stage.name, what, next_.stage.name if next_ else NOWHERE
    yield from ((NOWHERE, what, book.stage.name) for book in after.books if id(book) not in kept)


def of_session(walks: Iterable[walking.Walk]) -> Iterable[Edge]:
    for found in walks:
        places = found.places
        for before, event, after in found.steps:
            a, b = (_where(places[number]) for number in (before, after))
            if a != b:
                yield a, words(event), b


def _where(place: walking.Place) -> str:
    return place.desk.session.where.name if place.desk.session else NOWHERE


def words(event: Event) -> str:
    """Return what happened, in the words of the vocabulary."""
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(event).__name__).lower()
    match event:
        case Pretended(_, answer):
            return words(answer)
        case Recorded(intent=which) | NotRecorded(intent=which):
            return f"{name} ({_word(which)})"
        case SecuritySet(_, state) | SecurityNotSet(_, state):
            return f"{'' if isinstance(event, SecuritySet) else 'not '}{_word(state)}"
        case Chosen(_, choice):
            return f"chosen {_word(choice)}"
        case Pressed(button):
            return _word(button)
        case TaskChosen(task):
            return f"{_word(task)} chosen"
        case TimedOut(timer):
            return f"{_word(timer)} over"
        case BarcodeScanned():
            return "scanned"
        case _:
            return name


def _word(member: Enum) -> str:
    return member.name.lower().replace("_", " ")


# --- the files -------------------------------------------------------------------------------------------------------


def kept(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    drawn = {
        "checkout": of_checkout(alone.of_checkout()),
        "checkin": of_checkin(alone.of_checkin()),
        "session": of_session(walking.walk(scenario) for scenario in SCENARIOS),
    }
    for name, edges in drawn.items():
        (FOLDER / f"{name}.md").write_text(draw(name, edges), "utf-8")


if __name__ == "__main__":
    main()
