"""What the demo and its kiosk say to each other, over a pair of sockets that only these two hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.events import Event
from kiosk.views import View
from sync.journal.values import Row

# --- to the kiosk ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Want:
    """A frame, please."""


@dataclass(frozen=True, slots=True)
class Move:
    """A finger somewhere on the screen, see `ui.touch.mirror`. `phase` is the name of one there."""

    finger: int
    phase: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Reach:
    """Touch what means this: an event, or digits on the keypad, ended by its button where `enter`."""

    number: int
    event: Event | None = None
    digits: str = ""
    enter: bool = False


@dataclass(frozen=True, slots=True)
class RowsAfter:
    seq: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk under the journal is full from now on, or has room again."""

    full: bool


@dataclass(frozen=True, slots=True)
class Stop:
    pass


ToKiosk: TypeAlias = Want | Move | Reach | RowsAfter | Disk | Stop

# --- from the kiosk --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """The first frame stands."""


@dataclass(frozen=True, slots=True)
class Shown:
    view: View


@dataclass(frozen=True, slots=True)
class Grabbed:
    """A frame, see `ui.touch.mirror.Frame`."""

    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Reached:
    """`missed`: why the finger found nothing; empty: it did."""

    number: int
    missed: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    rows: Sequence[Row]


FromKiosk: TypeAlias = Begun | Shown | Grabbed | Reached | Rows
