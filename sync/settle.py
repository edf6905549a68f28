"""What became of a change whose answer was lost: ask the ABIS, decide by what it says now. For any connector.

Nothing is repeated here. A connector drops its connection after a lost answer, so that these questions go over a new
one. `NOT_DONE` is what the ABIS says at this moment: a request that still waits inside it may be carried out later, so
what is recorded for a later replay is asked about once more before it is sent.

  change     done where                              not done where                           else
  checkout   it is among the reader's loans          it is not, and nobody has it             unknown
  checkin    it stands somewhere in the library      somebody has it, or there is no such     unknown
  renewal    its due date has moved on               its due date has not moved               unknown
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import TypeVar

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Standing
from kiosk.ports.abis import Abis, AbisFault

log = logging.getLogger(__name__)

T = TypeVar("T")

IN_THE_LIBRARY = frozenset({Standing.AVAILABLE, Standing.ON_HOLD_SHELF, Standing.IN_TRANSIT, Standing.REFERENCE_ONLY})
"""Standings of a copy that nobody has. Lost and other copies may be anywhere."""

NOBODY_HAS = IN_THE_LIBRARY | {Standing.UNKNOWN}


class Outcome(Enum):
    DONE = auto()
    NOT_DONE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the ABIS says now. `mine`: whether the copy is among the reader's loans. None: it did not say."""

    standing: Standing | None = None
    due: date | None = None
    mine: bool | None = None


def checkout_outcome(evidence: Evidence) -> Outcome:
    """A copy that somebody else has may have been refused, or the list of loans may lag behind: that stays unknown."""
    if evidence.mine:
        return Outcome.DONE
    return Outcome.NOT_DONE if evidence.standing in NOBODY_HAS else Outcome.UNKNOWN


def checkin_outcome(evidence: Evidence) -> Outcome:
    if evidence.standing in IN_THE_LIBRARY:
        return Outcome.DONE
    return Outcome.NOT_DONE if evidence.standing in (Standing.ON_LOAN, Standing.UNKNOWN) else Outcome.UNKNOWN


def renew_outcome(evidence: Evidence, due_before: date | None) -> Outcome:
    """`due_before`: the due date before the renewal was asked for; without it nothing can be told."""
    if due_before is None or evidence.due is None or evidence.standing is not Standing.ON_LOAN:
        return Outcome.UNKNOWN
    if evidence.due == due_before:
        return Outcome.NOT_DONE
    return Outcome.DONE if evidence.due > due_before else Outcome.UNKNOWN


def settle_checkout(abis: Abis, card: CardNumber, item: ItemId) -> tuple[Outcome, date | None]:
    """Ask who has the copy; return what became of its checkout, and until when it is lent."""
    evidence = _gather(abis, item, card)
    return _told("checkout", evidence, checkout_outcome(evidence))


def settle_checkin(abis: Abis, item: ItemId) -> tuple[Outcome, date | None]:
    """Ask where the copy stands; return what became of its checkin."""
    evidence = _gather(abis, item, None)
    return _told("checkin", evidence, checkin_outcome(evidence))


def settle_renew(abis: Abis, item: ItemId, due_before: date | None) -> tuple[Outcome, date | None]:
    """Ask until when the copy is lent; return what became of its renewal, and the due date."""
    evidence = _gather(abis, item, None)
    return _told("renewal", evidence, renew_outcome(evidence, due_before))


def _gather(abis: Abis, item: ItemId, card: CardNumber | None) -> Evidence:
    """A second question is not asked of an ABIS that just fell silent: the reader is waiting."""
    info = _asked(lambda: abis.item_info(item))
    answers = info is not None or abis.health().usable
    loans = _asked(lambda: abis.loans(card)) if card is not None and answers else None
    mine = None if loans is None else item in loans
    return Evidence(info.standing, info.due, mine) if info else Evidence(mine=mine)


def _asked(question: Callable[[], T]) -> T | None:
    try:
        return question()
    except AbisFault as fault:
        log.warning("not settled: %s", fault)
        return None


def _told(what: str, evidence: Evidence, outcome: Outcome) -> tuple[Outcome, date | None]:
    log.info("%s without an answer: %s (%s)", what, outcome.name, evidence)
    return outcome, evidence.due if outcome is Outcome.DONE else None
