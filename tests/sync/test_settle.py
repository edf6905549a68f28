"""What became of a change whose answer was lost: all that an ABIS can say, and one that says nothing."""

from datetime import date
from itertools import product

import pytest

from kiosk.domain.health import READY, Health, State
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.ports.abis import NotSent, Unreachable
from sync.settle import (
    Evidence,
    Outcome,
    checkin_outcome,
    checkout_outcome,
    renew_outcome,
    settle_checkin,
    settle_checkout,
    settle_renew,
)

ANNA, SOLARIS = CardNumber("P1"), ItemId("B1")
BEFORE, LATER = date(2026, 12, 4), date(2026, 12, 11)
DONE, NOT_DONE, UNKNOWN = Outcome.DONE, Outcome.NOT_DONE, Outcome.UNKNOWN
HERE = (Standing.AVAILABLE, Standing.ON_HOLD_SHELF, Standing.IN_TRANSIT, Standing.REFERENCE_ONLY)
SAYS = [*Standing, None]


@pytest.mark.parametrize("standing", SAYS)
def test_checkout_is_done_exactly_where_the_reader_has_it(standing: Standing | None) -> None:
    assert checkout_outcome(Evidence(standing, mine=True)) is DONE
    otherwise = NOT_DONE if standing in (*HERE, Standing.UNKNOWN) else UNKNOWN
    assert checkout_outcome(Evidence(standing, mine=False)) is otherwise
    assert checkout_outcome(Evidence(standing, mine=None)) is otherwise


@pytest.mark.parametrize("standing", SAYS)
def test_checkin_is_done_exactly_where_the_copy_is_back(standing: Standing | None) -> None:
    expected = DONE if standing in HERE else NOT_DONE if standing in (Standing.ON_LOAN, Standing.UNKNOWN) else UNKNOWN
    assert checkin_outcome(Evidence(standing)) is expected


def test_renewal_is_told_by_the_due_date_alone() -> None:
    assert renew_outcome(Evidence(Standing.ON_LOAN, LATER), BEFORE) is DONE
    assert renew_outcome(Evidence(Standing.ON_LOAN, BEFORE), BEFORE) is NOT_DONE
    for standing, due, before in product(SAYS, (None, BEFORE, LATER), (None, BEFORE, LATER)):
        if standing is not Standing.ON_LOAN or due is None or before is None or due < before:
            assert renew_outcome(Evidence(standing, due), before) is UNKNOWN


class Says:
    """An ABIS that answers these questions, or raises what it is given instead."""

    def __init__(self, info: ItemInfo | Exception, loans: frozenset[ItemId] | Exception = frozenset()) -> None:
        self._info, self._loans = info, loans
        self.silent = False

    def item_info(self, item: ItemId) -> ItemInfo:
        if isinstance(self._info, Exception):
            raise self._info
        return self._info

    def health(self) -> Health:
        return Health(State.ABSENT) if self.silent else READY

    def loans(self, card: CardNumber) -> frozenset[ItemId]:
        if isinstance(self._loans, Exception):
            raise self._loans
        return self._loans


LENT = ItemInfo(SOLARIS, standing=Standing.ON_LOAN, due=LATER)
FREE = ItemInfo(SOLARIS, standing=Standing.AVAILABLE)


@pytest.mark.parametrize(
    ("info", "loans", "expected"),
    [
        (LENT, frozenset({SOLARIS}), (DONE, LATER)),
        (NotSent("down"), frozenset({SOLARIS}), (DONE, None)),
        (FREE, frozenset(), (NOT_DONE, None)),
        (FREE, Unreachable("down"), (NOT_DONE, None)),
        (LENT, frozenset(), (UNKNOWN, None)),
        (LENT, NotSent("lists titles"), (UNKNOWN, None)),
        (Unreachable("down"), frozenset(), (UNKNOWN, None)),
        (Unreachable("down"), NotSent("down"), (UNKNOWN, None)),
    ],
)
def test_checkout_is_asked_about_with_what_still_answers(info: object, loans: object, expected: object) -> None:
    assert settle_checkout(Says(info, loans), ANNA, SOLARIS) == expected  # type: ignore[arg-type]


def test_an_abis_that_fell_silent_is_not_asked_a_second_question() -> None:
    says = Says(Unreachable("no answer in time"), frozenset({SOLARIS}))
    says.silent = True
    assert settle_checkout(says, ANNA, SOLARIS) == (UNKNOWN, None)  # type: ignore[arg-type]


def test_checkin_and_renewal_are_asked_about_by_the_item_alone() -> None:
    silent = Says(NotSent("down"), NotSent("down"))
    assert settle_checkin(Says(FREE, NotSent("")), SOLARIS) == (DONE, None)  # type: ignore[arg-type]
    assert settle_checkin(Says(LENT, NotSent("")), SOLARIS) == (NOT_DONE, None)  # type: ignore[arg-type]
    assert settle_checkin(silent, SOLARIS) == (UNKNOWN, None)  # type: ignore[arg-type]
    assert settle_renew(Says(LENT, NotSent("")), SOLARIS, BEFORE) == (DONE, LATER)  # type: ignore[arg-type]
    assert settle_renew(Says(LENT, NotSent("")), SOLARIS, LATER) == (NOT_DONE, None)  # type: ignore[arg-type]
    assert settle_renew(silent, SOLARIS, BEFORE) == (UNKNOWN, None)  # type: ignore[arg-type]
