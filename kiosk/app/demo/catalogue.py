"""What the demo library owns, read from the files it was made of: what can be laid on the pad, and what is lent."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

from kiosk.app.demo.desk import Copy
from kiosk.domain.ids import CardNumber, ItemId

SETS: Mapping[ItemId, tuple[tuple[int, ...], int]] = MappingProxyType(
    {
        ItemId("30234000541614"): ((1, 2), 2),  # two discs, each with a tag
        ItemId("30234000541135"): ((1,), 2),  # a book with a disc that has none
    }
)
"""Copies in several parts: which of them have a tag, and how many there are."""


def copies(lent: Collection[str] | None = None) -> tuple[Copy, ...]:
    """Return all copies; `lent` are the numbers of those on loan, without it those of the library's first day."""
    titles = {row["code"]: row for row in _rows("titles")}
    lent = {row["item"] for row in _rows("loans")} if lent is None else lent
    return tuple(
        Copy(
            ItemId(row["item"]),
            titles[row["title"]]["title"],
            titles[row["title"]]["author"],
            row["item"] in lent,
            *SETS.get(ItemId(row["item"]), ((1,), 1)),
        )
        for row in _rows("items")
    )


def cards() -> dict[str, CardNumber]:
    """Return the readers' cards by their names, as the demo's documents tell them."""
    return {row["name"]: CardNumber(row["card"]) for row in _rows("patrons")}


@dataclass(frozen=True, slots=True)
class DemoReader:
    """`pin` is empty where none was ever set."""

    card: CardNumber
    name: str
    pin: str


def readers() -> tuple[DemoReader, ...]:
    """Return the readers with their PINs, which are nobody's."""
    return tuple(DemoReader(CardNumber(row["card"]), row["name"], row["pin"]) for row in _rows("patrons"))


def plain() -> tuple[ItemId, ...]:
    """Return the copies that anybody may take home on the library's first day: no charge, no mark, nobody waits, and in
    one piece."""
    marked = {row["code"] for row in _rows("titles") if row["age_mark"] in ("16+", "18+")}
    wanted = {row["title"] for row in _rows("holds")}
    taken = {row["item"] for name in ("loans", "holds") for row in _rows(name)}
    return tuple(
        ItemId(row["item"])
        for row in _rows("items")
        if (row["branch"], row["type"], row["state"]) == ("SAD", "book", "normal")
        and row["title"] not in marked | wanted
        and row["item"] not in taken
        and row["item"] not in SETS
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = files("sync.abis.local.demo").joinpath(f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))
