"""Degraded: what is dead or doubtful, and what follows from it. The one table; `docs/degraded.md` is written from it.

Rules:
  1. A row takes away what a desk can do (`Can`). Several faults take away what each of them does; what is offered
     follows from what is left, and is carried to its end without what is gone.
  2. The screen has room for one notice: the most serious one. Staff read a sentence of every fault, that one first.
  3. What is doubtful is used as long as it works: an answer that does not come is dealt with where it was asked for.
     Only a clock that is doubted is worth no more than a dead one.
  4. Pad and scanner stand in for each other. Neither the network nor the station that serves the built-in store is
     seen as such: both are a library system that does not answer, and its connector says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.health import Health, Part, State
from kiosk.domain.receipts import Way
from kiosk.domain.rules import OfflineRules, ReceiptRule, Rules
from kiosk.events import Task
from kiosk.views import Banner, Books


class Can(Enum):
    """What a desk can do for its reader."""

    KEEP = auto()  # make durable what is done
    ASK = auto()  # ask the library system
    LAY = auto()  # read books that are laid down, and open or protect their tags
    SCAN = auto()  # read barcodes, of books and of cards
    DATE = auto()  # work out a due date
    PRINT = auto()
    MAIL = auto()


class Fault(Enum):
    DEAD = auto()
    DOUBTFUL = auto()


Faults: TypeAlias = Mapping[Part, Fault]


@dataclass(frozen=True, slots=True)
class Row:
    """`staff`: what it means for the desk; which device, why and the cure is what the device itself says."""

    part: Part
    fault: Fault
    takes: frozenset[Can]
    staff: str


def _row(part: Part, fault: Fault, takes: Can | None, staff: str) -> Row:
    return Row(part, fault, frozenset({takes} if takes else ()), staff)


TABLE = (
    _row(
        Part.JOURNAL, Fault.DEAD, Can.KEEP,
        "Nothing can be written down, so nothing is lent or returned: free or replace the disk.",
    ),
    _row(
        Part.ABIS, Fault.DEAD, Can.ASK,
        "No library system (it, the network, or the station that serves the built-in store is down): what the rules "
        "allow is recorded here and sent later; accounts and renewals wait.",
    ),
    _row(
        Part.TAGS, Fault.DEAD, Can.LAY,
        "No pad: books go by their barcodes and stay protected, so the gate may ring; look at receipts there.",
    ),
    _row(
        Part.SCANNER, Fault.DEAD, Can.SCAN,
        "No scanner: books are laid down, cards are laid down or their numbers typed; books without a tag wait.",
    ),
    _row(
        Part.CLOCK, Fault.DEAD, Can.DATE,
        "No clock: the library system says the dates; those of this station are to be confirmed.",
    ),
    _row(
        Part.PRINTER, Fault.DEAD, Can.PRINT,
        "No paper: receipts go another way where there is one; loans and returns are recorded as always.",
    ),
    _row(Part.MAIL, Fault.DEAD, Can.MAIL, "No post: receipts go another way where there is one."),
    _row(Part.JOURNAL, Fault.DOUBTFUL, None, "The disk works, with a warning: look at it before it stops."),
    _row(
        Part.ABIS, Fault.DOUBTFUL, None,
        "The library system works in part: what it does not answer is recorded here and sent later.",
    ),
    _row(Part.TAGS, Fault.DOUBTFUL, None, "The pad works in part: what it does not read goes by its barcode."),
    _row(Part.SCANNER, Fault.DOUBTFUL, None, "The scanner works in part: what it does not read is laid down or typed."),
    _row(
        Part.CLOCK, Fault.DOUBTFUL, Can.DATE,
        "The clock is doubted: the library system says the dates; those of this station are to be confirmed.",
    ),
    _row(Part.PRINTER, Fault.DOUBTFUL, None, "The printer prints, with a warning: paper may be low."),
    _row(Part.MAIL, Fault.DOUBTFUL, None, "The post works in part: receipts wait until it takes them."),
)  # fmt: skip
"""The most serious first."""
GIVEN = {Part.JOURNAL: Can.KEEP, Part.ABIS: Can.ASK, Part.TAGS: Can.LAY, Part.SCANNER: Can.SCAN, Part.CLOCK: Can.DATE,
         Part.PRINTER: Can.PRINT, Part.MAIL: Can.MAIL}  # fmt: skip
"""What a desk can do because this part is there."""
OFFLINE = {
    (): Banner.OFFLINE_WAITS,
    (Task.CHECKIN,): Banner.OFFLINE_RETURNS,
    (Task.CHECKOUT,): Banner.OFFLINE_LOANS,
}
"""What a reader is told without the library system, where not everything goes on."""
NOTICES = (
    ({Can.KEEP}, Banner.NOTHING_KEPT),
    ({Can.ASK, Can.DATE}, Banner.DATES_UNSURE),
    ({Can.ASK, Can.PRINT}, Banner.OFFLINE_NO_RECEIPT),
    ({Can.ASK}, Banner.OFFLINE),
    ({Can.LAY}, Banner.NO_PAD),
    ({Can.SCAN}, Banner.NO_SCANNER),
    ({Can.PRINT}, Banner.NO_RECEIPT),
)
"""The notice of what is gone together, the most serious first."""


def fault(health: Health) -> Fault | None:
    if health.usable:
        return Fault.DOUBTFUL if health.state is State.DEGRADED else None
    return Fault.DEAD


def rows(faults: Faults) -> tuple[Row, ...]:
    """Return the rows of these faults, the most serious first."""
    return tuple(row for row in TABLE if faults.get(row.part) is row.fault)


def lost(faults: Faults) -> frozenset[Can]:
    return frozenset(can for row in rows(faults) for can in row.takes)


def staff(faults: Faults) -> tuple[str, ...]:
    """Return what staff read, the most serious first."""
    return tuple(row.staff for row in rows(faults))


def given(parts: Iterable[Part], gone: frozenset[Can]) -> frozenset[Can]:
    """Return what a desk of these parts can do."""
    return frozenset(GIVEN[part] for part in parts if part in GIVEN) - gone


def tasks(gone: frozenset[Can], rules: OfflineRules) -> tuple[Task, ...]:
    """What is offered at a desk that is in service: nothing that cannot be carried through."""
    if Can.ASK not in gone:
        return (Task.CHECKOUT, Task.CHECKIN, Task.ACCOUNT)
    return (Task.CHECKOUT,) * rules.checkout + (Task.CHECKIN,) * rules.checkin


def books(can: frozenset[Can]) -> Books:
    """How a book gets on a list."""
    if Can.LAY not in can:
        return Books.SCANNED
    return Books.EITHER if Can.SCAN in can else Books.LAID


def on_paper(rules: Rules) -> bool:
    """Whether receipts are ever printed."""
    return rules.receipt is not ReceiptRule.NEVER and Way.PAPER in rules.ways


def notice(gone: frozenset[Can], can: frozenset[Can], rules: Rules) -> Banner:
    """The one notice of what is gone. Where nothing is ever printed nobody misses a printer."""
    if not can & {Can.LAY, Can.SCAN}:
        return Banner.NO_BOOKS
    offered = tasks(gone, rules.offline)
    if offered in OFFLINE and Can.KEEP in can:
        return OFFLINE[offered]
    if not on_paper(rules):
        gone -= {Can.PRINT}
    return next((banner for needed, banner in NOTICES if needed <= gone), Banner.NONE)
