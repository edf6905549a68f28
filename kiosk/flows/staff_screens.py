"""Staff screens: which view the staff at the screen see."""

from collections.abc import Iterator

from kiosk.domain.frame import Frame
from kiosk.domain.health import Part, State
from kiosk.flows.degraded import Fault
from kiosk.flows.desk_state import Desk
from kiosk.flows.pad import Pad
from kiosk.flows.staff import CLEANING, Where
from kiosk.views import Cleaning, PartLine, StaffMenu, StaffPin, TypeNumber, View

STATES = {None: State.READY, Fault.DOUBTFUL: State.DEGRADED, Fault.DEAD: State.ABSENT}
SERIOUS = (State.ABSENT, State.DEGRADED, State.READY)


def view(now: Desk, frame: Frame) -> View:
    """Return what is seen while staff are there."""
    staff = now.staff
    match staff.where:
        case Where.NUMBER:
            return TypeNumber(frame, letters=now.rules.letters_on_cards)
        case Where.PIN:
            return StaffPin(frame, staff.left, staff.minutes, staff.busy)
        case Where.CLEANING:
            return Cleaning(frame, CLEANING)
        case _:
            parts = tuple(sorted(_parts(now), key=lambda line: SERIOUS.index(line.state)))
            return StaffMenu(
                frame, staff.who or "", staff.closed, parts, now.waiting, now.review, staff.sure, staff.restarting
            )


def _parts(now: Desk) -> Iterator[PartLine]:
    """Everything the station leans on that was ever reported; the clock as it is doubted."""
    known = {part for part, _ in now.outage.health} | {Part.CLOCK}
    for part in (part for part in Part if part in known):
        state = STATES[now.faults.get(part)]
        match part:
            case Part.TAGS:
                yield PartLine(part, state, seen=_lying(now.pad), laid=len(now.pad.laid))
            case Part.SCANNER:
                yield PartLine(part, state, seen=now.staff.scanned)
            case Part.CARDS:
                yield PartLine(part, state, seen=now.staff.carded)
            case Part.PRINTER:
                yield PartLine(part, state, now.staff.printer)
            case Part.ABIS:
                yield PartLine(part, state, now.staff.abis)
            case _:
                yield PartLine(part, state)


def _lying(lying: Pad) -> str:
    """Return what the newest tag says: the title where the library system knows it, else the number."""
    item = next((laid.item for laid in reversed(lying.laid) if laid.item), None)
    info = lying.info(item) if item else None
    return (info.title if info else "") or item or ""
