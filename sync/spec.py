"""What a connector to a library system offers to whoever starts it, and what it is given.

A connector is a folder in `sync/abis` (or an outsider's package under the entry point `kiosk.abis`) with a `SPEC`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from kiosk.ports.abis import Abis
from kiosk.ports.clock import Clock

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every connector may lean on: the site's time zone, the clock, a folder of its own for what it must keep."""

    zone: ZoneInfo
    clock: Clock
    folder: Path


@dataclass(frozen=True, slots=True)
class AbisSpec(Generic[S]):
    """`name` is the word in `station.toml`, `settings` the model of its section.

    `open` does not wait for the library system (`Abis.probe` does); it raises `AbisFault` for what no retry can cure.
    `tells_marks` says whether `ItemInfo.age_mark` is ever told; where it is not, the doctor warns.
    """

    name: str
    settings: type[S]
    open: Callable[[S, Surroundings], Abis]
    tells_marks: Callable[[S], bool] = lambda _: False

    def connect(self, section: Mapping[str, object], surroundings: Surroundings) -> Abis:
        """Open a connector from the plain values of its section; `pydantic.ValidationError` names the wrong key."""
        return self.open(self.settings.model_validate(dict(section)), surroundings)
