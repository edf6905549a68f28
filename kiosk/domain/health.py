"""Health of what the station leans on, in states and one sentence for staff."""

from dataclasses import dataclass
from enum import Enum, auto


class State(Enum):
    READY = auto()
    ABSENT = auto()
    """Configured, but not there: unplugged, switched off, not answering."""
    CONFIG_ERROR = auto()
    LOAD_ERROR = auto()
    DEGRADED = auto()
    """Works, but something is wrong: paper low, many read errors."""


@dataclass(frozen=True, slots=True)
class Health:
    """A state with its sentence for staff: which device, what is wrong, the cure. Empty while READY."""

    state: State
    sentence: str = ""

    @property
    def usable(self) -> bool:
        return self.state in (State.READY, State.DEGRADED)


READY = Health(State.READY)


class Part(Enum):
    """What a desk leans on. Each part is alive or not; the flow `outage` decides what is still offered."""

    TAGS = auto()
    SCANNER = auto()
    PRINTER = auto()
    MAIL = auto()
    """The post that takes receipts; it keeps them until it has a network."""
    CARDS = auto()
    ABIS = auto()
    JOURNAL = auto()
    CLOCK = auto()
