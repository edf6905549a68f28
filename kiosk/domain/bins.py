"""Sorting bins: where a returned item is put, as the library laid its bins out.

Which bin it is, the first that fits:
  1. What needs a person's eye: damaged, then whatever is to be sorted (a set without a part, a loan between libraries).
  2. What somebody waits for, or what goes to another branch: the bin of that branch before the one for all of them.
  3. The library system's own sorting bin.
  4. The copy's home, its collection.
  5. The bin for the rest.
What 1 and 2 speak of is never put by 4: it does not go to its shelf.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto

from kiosk.domain.items import Destination


class Takes(Enum):
    DAMAGED = auto()
    SORTING = auto()
    HOLD = auto()
    OTHER_BRANCH = auto()
    REST = auto()


class Colour(Enum):
    BLUE = auto()
    GREEN = auto()
    VIOLET = auto()
    GREY = auto()


class Picture(Enum):
    """What is drawn on a bin beside its number, for those who do not read yet, or not this language."""

    BOOK = auto()
    CHILD = auto()
    DISC = auto()
    MAGAZINE = auto()
    MUSIC = auto()
    REQUEST = auto()
    TRANSPORT = auto()
    REPAIR = auto()
    QUESTION = auto()


@dataclass(frozen=True, slots=True)
class Bin:
    """`names` and `places` ("on the right") by language; the first stands in for those that have none.

    `sort_bins`: the library system's, that go here; `locations` and `collections`: codes of it too.
    """

    number: str
    names: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    colour: Colour | None = None
    picture: Picture | None = None
    takes: frozenset[Takes] = frozenset()
    sort_bins: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()

    def name(self, language: str) -> str:
        return _in(self.names, language)

    def place(self, language: str) -> str:
        return _in(self.places, language)


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a bin is found by. `sort_bin`, `home`, `to` (a branch it is sent to) and `collection` may be empty."""

    destination: Destination
    damaged: bool = False
    sort_bin: str = ""
    home: str = ""
    to: str = ""
    collection: str = ""


def bin_for(bins: Iterable[Bin], item: Sorted) -> Bin | None:
    """Return the bin an item goes to; None where the library has none for it."""
    bins = tuple(bins)
    tests = (*_apart(item), lambda each: item.sort_bin in each.sort_bins, *_at_home(item), _takes(Takes.REST))
    return next((each for test in tests for each in bins if test(each)), None)


Test = Callable[[Bin], bool]


def _takes(what: Takes) -> Test:
    return lambda each: what in each.takes


def _apart(item: Sorted) -> tuple[Test, ...]:
    if item.damaged:
        return (_takes(Takes.DAMAGED), _takes(Takes.SORTING))
    match item.destination:
        case Destination.HOLD_SHELF:
            return (_takes(Takes.HOLD),)
        case Destination.OTHER_BRANCH:
            return (lambda each: item.to in each.locations, _takes(Takes.OTHER_BRANCH))
        case Destination.SORTING:
            return (_takes(Takes.SORTING),)
        case _:
            return ()


def _at_home(item: Sorted) -> tuple[Test, ...]:
    if item.damaged or item.destination is not Destination.SHELF:
        return ()
    return (lambda each: item.home in each.locations, lambda each: item.collection in each.collections)


def _in(texts: tuple[tuple[str, str], ...], language: str) -> str:
    return dict(texts).get(language) or next((text for _, text in texts), "")
