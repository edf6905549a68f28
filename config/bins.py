"""`[[bins]]` of the policy: where what comes back is put, by number, name, colour, picture and place."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.faults import Kind, Problem
from config.reading import Document, unknown
from kiosk.domain import bins

MOST = 24
"""Bins of the largest sorting machines there are at a desk."""
_Code = Annotated[str, Field(min_length=1, max_length=40)]
_Codes = Annotated[list[_Code], Field(max_length=100)]
_Texts = dict[str, Annotated[str, Field(min_length=1, max_length=40)]]
_Picture = Literal["book", "child", "disc", "magazine", "music", "request", "transport", "repair", "question"]
_Takes = Literal["damaged", "sorting", "hold", "other_branch", "rest"]


class Bin(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    number: str = Field(min_length=1, max_length=3)
    """As it stands on the bin."""
    name: _Texts = Field(default_factory=dict)
    """By language; the first stands in for those that have none."""
    place: _Texts = Field(default_factory=dict)
    colour: Literal["blue", "green", "violet", "grey"] | None = None
    picture: _Picture | None = None
    takes: list[_Takes] = Field(default_factory=list, max_length=5)
    sort_bins: _Codes = Field(default_factory=list)
    """The library system's own sorting bins (SIP2 CL) that are put here."""
    locations: _Codes = Field(default_factory=list)
    collections: _Codes = Field(default_factory=list)

    @property
    def rule(self) -> bins.Bin:
        return bins.Bin(
            number=self.number,
            names=tuple(self.name.items()),
            places=tuple(self.place.items()),
            colour=bins.Colour[self.colour.upper()] if self.colour else None,
            picture=bins.Picture[self.picture.upper()] if self.picture else None,
            takes=frozenset(bins.Takes[each.upper()] for each in self.takes),
            sort_bins=frozenset(self.sort_bins),
            locations=frozenset(self.locations),
            collections=frozenset(self.collections),
        )


def once(listed: list[Bin]) -> list[Bin]:
    numbers = [each.number for each in listed]
    if twice := [number for number in numbers if numbers.count(number) > 1]:
        raise ValueError(f"number {twice[0]} is given twice")
    return listed


def foreign(document: Document, listed: Sequence[Bin], languages: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for every name or place in a language that this library does not speak."""
    for n, each in enumerate(listed):
        for key in ("name", "place"):
            for tag in getattr(each, key):
                if tag not in languages:
                    yield document.problem(("bins", n, key, tag), unknown(tag, list(languages)), tag, Kind.NO_TEXTS)
