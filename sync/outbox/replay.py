"""What to do about one waiting row, from what the ABIS says of it now. Pure.

Rules:
  1. A row is asked about before it is sent, every time.
  2. What is so already is done: a second request would burn a renewal, or return somebody else's loan.
  3. What the ABIS can decide is sent, and its refusal is final. What it cannot is shown to a person.
  4. "Never carried out" and "carried out, and undone at the desk since" look the same. A row that may have been
     carried out (`unknown`) is therefore sent again only while nobody can have undone it: `fresh`.
  5. Order is the journal's: a row that rests for a moment holds up what shares its item or its reader. One that waits
     for a person holds up nothing, since nobody knows for how long; what came after it is judged by itself (rule 7).
  6. What was done too long ago is not sent by itself: meanwhile staff may have done it, or undone it, by hand.
  7. Nothing is sent that would undo what happened to the item here since, and behind a row that waits for a person no
     return that may end anybody's loan. Both are shown to a person instead.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from kiosk.domain.ids import ItemId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.records import Kind
from sync.journal.delivery import Delivery, State


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing need be sent: the ABIS has it so."""

    reason: str


@dataclass(frozen=True, slots=True)
class Send:
    """It is not done, and doing it is right as far as anybody can see."""


@dataclass(frozen=True, slots=True)
class Review:
    """A person must look. The reason is for staff."""

    reason: str


Decision: TypeAlias = Done | Send | Review

MAY_STILL_BE_LENT = (Standing.AVAILABLE, Standing.ON_HOLD_SHELF, Standing.IN_TRANSIT)
# On the hold shelf or on its way: it left with this reader all the same, and only the ABIS knows for whom it was.
NOT_ON_LOAN = (Standing.AVAILABLE, Standing.ON_HOLD_SHELF, Standing.IN_TRANSIT, Standing.REFERENCE_ONLY)


def decide(row: Delivery, item: ItemInfo, loans: frozenset[ItemId] | None, *, fresh: bool) -> Decision:
    """Decide about `row`. `loans`: what its reader has now, None for a return without a card.

    `fresh`: it was last on its way so short a time ago that nobody can have undone it; of no meaning for a row that
    was never sent.
    """
    if item.standing is Standing.UNKNOWN:
        return Review("the library system knows no such item")
    doubtful = row.state in (State.UNKNOWN, State.SENDING) and not fresh
    if row.kind is Kind.LENT_OFFLINE:
        return _lent(row, item, loans, doubtful)
    return _returned(row, item, loans, doubtful)


def _lent(row: Delivery, item: ItemInfo, loans: frozenset[ItemId] | None, doubtful: bool) -> Decision:
    if loans is None:
        return Review("whose loan it is was forgotten")
    if row.item in loans:
        return Done("already on the reader's loan")
    if item.standing is Standing.ON_LOAN:
        return Review("on loan to another reader")
    if item.standing not in MAY_STILL_BE_LENT:
        return Review(_says(item))
    if doubtful:
        return Review("it may have been lent and returned since; the library system cannot tell")
    return Send()


def _returned(row: Delivery, item: ItemInfo, loans: frozenset[ItemId] | None, doubtful: bool) -> Decision:
    on_readers_loan = loans is not None and row.item in loans
    if item.standing in NOT_ON_LOAN and not on_readers_loan:
        return Done("not on loan")
    if loans is not None and not on_readers_loan:
        other = item.standing is Standing.ON_LOAN
        return Review("on loan to another reader" if other else _says(item))
    if doubtful:
        return Review("it may have been returned and lent again since; the library system cannot tell")
    return Send()


def _says(item: ItemInfo) -> str:
    return f"the library system says the item is {item.standing.name.lower().replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What bears on a row besides the ABIS. `age` None: nobody can tell; `overtaken`: its item was lent or returned
    here since; `behind`: an earlier row of its item waits for a person; `let_go`: a person has just looked at it."""

    age: timedelta | None
    window: timedelta
    overtaken: bool = False
    behind: bool = False
    let_go: bool = False


def why_not(row: Delivery, at: Circumstances) -> str:
    """Say why a row that could be sent is shown to a person instead; nothing where it may go."""
    if at.overtaken:
        return "its item was lent or returned here since; sending it now would undo that"
    if at.let_go:
        return ""
    if at.behind and row.kind is Kind.RETURNED_OFFLINE and row.card is None:
        return "an earlier row of its item waits for a person, so nobody knows whose loan this would end"
    if at.age is None:
        return "nobody can tell how old it is: the clock was wrong then or is now"
    if at.age > at.window:
        return f"older than {at.window.total_seconds() / 3600:.0f} hours: staff may have dealt with it by hand"
    return ""


def next_row(rows: Iterable[Delivery], resting: Collection[int] = ()) -> Delivery | None:
    """Return the first row that may be tried; `rows` in order, none of them done. `resting`: not now."""
    items: set[ItemId] = set()
    readers: set[str] = set()
    for row in rows:
        if row.state is State.REVIEW:
            continue
        if row.seq not in resting and row.item not in items and row.lane not in readers:
            return row
        items.add(row.item)
        if row.lane is not None:
            readers.add(row.lane)
    return None


def behind(row: Delivery, rows: Iterable[Delivery]) -> bool:
    """Whether an earlier row of the same item waits for a person."""
    return any(each.state is State.REVIEW and each.item == row.item and each.seq < row.seq for each in rows)
