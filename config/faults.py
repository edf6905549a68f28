"""What is wrong with a file of settings: where, what stands there, what may."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

MAX_SHOWN = 60
"""Characters of a value that are shown back; a whole file pasted into a string helps nobody."""
_SECRET = re.compile(r"pass|secret|token|kennwort|парол|^pin$|(^|_)key$")


class Kind(Enum):
    """What sort of mistake: a cure depends on it."""

    WRONG = auto()
    """A value, a key or a table that cannot be so."""
    UNREADABLE = auto()
    """The file is not there, may not be read, or is no text."""
    SYNTAX = auto()
    UNKNOWN_PLUGIN = auto()
    BROKEN_PLUGIN = auto()
    LITERAL_SECRET = auto()
    WIRE_TWICE = auto()
    NO_TEXTS = auto()
    """A language that the screen has no texts in."""
    NO_FILE = auto()
    """A file named here is not there."""
    NO_SECRET = auto()
    """The file that should hold a secret cannot be used."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `line` counts from 1, None where none can be named; `key` is dotted, empty for the whole file.

    >>> str(Problem("station.toml", 3, "screen.width", "must be a whole number", '"wide"'))
    'station.toml:3: screen.width = "wide" must be a whole number'
    """

    file: str
    line: int | None
    key: str
    what: str
    value: str = ""
    kind: Kind = Kind.WRONG

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        value = f" = {self.value}" if self.value else ""
        return " ".join(f"{where}: {self.key}{value} {self.what}".split(" ")).replace(":  ", ": ")


class ConfigFault(Exception):
    """A file of settings cannot be used. Its text is one line per problem, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0, problem.key)))
        super().__init__("\n".join(map(str, self.problems)))


def shown(key: str, value: object) -> str:
    """Return a value as it stands in the file, shortened; nothing of what may be a secret, nor of a whole table."""
    name = key.rpartition(".")[2].lower()
    if isinstance(value, dict) or _SECRET.search(name):
        return ""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return ""
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
