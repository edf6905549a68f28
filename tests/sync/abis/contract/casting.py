"""Who plays what: a story of the contract suite is told in every world that declares all it needs, and in no other.

`@pytest.mark.needs("ANNA", "FREE", Can.AUTHORS)` says what a story needs; `@pytest.mark.cases(names, rows)` tells it
once a row, and what stands in a row as `card` or `item` is needed by that row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.sync.abis.contract.worlds import WORLDS

Story = Callable[..., None]


@dataclass(frozen=True)
class Played:
    """A story in a world: `needs` is all that it will ask for there, `row` its values."""

    world: str
    needs: frozenset[str]
    row: tuple[object, ...] = ()

    @property
    def name(self) -> str:
        words = (value.name if isinstance(value, Enum) else ascii(value).strip("'") for value in self.row)
        return "-".join((self.world, *words))


def played(story: Story) -> list[Played]:
    """Every world and row in which this story is told."""
    return [
        Played(world, needs, row)
        for world, declared in WORLDS.items()
        for needs, row in _rows(story)
        if needs <= declared.provides
    ]


def needed(story: Story) -> frozenset[str]:
    """All that any row of this story needs."""
    return frozenset().union(*(needs for needs, _ in _rows(story)))


def columns(story: Story) -> tuple[str, ...]:
    """The names of a row's values."""
    return next((tuple(mark.args[0]) for mark in _marks(story, "cases")), ())


def _rows(story: Story) -> Iterator[tuple[frozenset[str], tuple[object, ...]]]:
    always = {need for mark in _marks(story, "needs") for need in mark.args}
    names = columns(story)
    for row in next((mark.args[1] for mark in _marks(story, "cases")), [()]):
        parts = {str(value) for name, value in zip(names, row, strict=True) if name in ("card", "item")}
        yield frozenset(always | parts), tuple(row)


def _marks(story: Story, name: str) -> list[Any]:
    return [mark for mark in getattr(story, "pytestmark", []) if mark.name == name]
