"""Every case of a waiting row and of what the library system says of it now."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.records import Kind
from sync.journal.delivery import Delivery, State
from sync.outbox.replay import Circumstances, Decision, Done, Review, Send, behind, decide, next_row, why_not

ITEM = ItemId("30234000517861")
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
THEIRS, NOT_THEIRS, NOBODYS = "the reader has it", "the reader has it not", "no card"
LOANS = {THEIRS: frozenset({ITEM, ItemId("x")}), NOT_THEIRS: frozenset({ItemId("x")}), NOBODYS: None}
SURE = "never sent, or just now"
STALE = "may have been done long ago"

THEIRS_NOW = Done("already on the reader's loan")
BACK = Done("not on loan")
SOMEBODY_ELSES = Review("on loan to another reader")
TOO_LATE_TO_LEND = Review("it may have been lent and returned since; the library system cannot tell")
TOO_LATE_TO_RETURN = Review("it may have been returned and lent again since; the library system cannot tell")
NO_SUCH = Review("the library system knows no such item")
LENT, RETURNED = Kind.LENT_OFFLINE, Kind.RETURNED_OFFLINE


def says(standing: Standing) -> Review:
    return Review(f"the library system says the item is {standing.name.lower().replace('_', ' ')}")


S = Standing
TABLE: dict[tuple[Kind, Standing, str, str], Decision] = {
    # lent, and the ABIS has it so
    **{(LENT, at, THEIRS, when): THEIRS_NOW for at in set(S) - {S.UNKNOWN} for when in (SURE, STALE)},
    # lent, and the ABIS has it not so
    (LENT, S.AVAILABLE, NOT_THEIRS, SURE): Send(),
    (LENT, S.ON_HOLD_SHELF, NOT_THEIRS, SURE): Send(),
    (LENT, S.IN_TRANSIT, NOT_THEIRS, SURE): Send(),
    (LENT, S.AVAILABLE, NOT_THEIRS, STALE): TOO_LATE_TO_LEND,
    (LENT, S.ON_HOLD_SHELF, NOT_THEIRS, STALE): TOO_LATE_TO_LEND,
    (LENT, S.IN_TRANSIT, NOT_THEIRS, STALE): TOO_LATE_TO_LEND,
    **{(LENT, S.ON_LOAN, NOT_THEIRS, when): SOMEBODY_ELSES for when in (SURE, STALE)},
    **{(LENT, at, NOT_THEIRS, when): says(at) for at in (S.REFERENCE_ONLY, S.LOST, S.OTHER) for when in (SURE, STALE)},
    # lent to nobody we know any more
    **{
        (LENT, at, NOBODYS, when): Review("whose loan it is was forgotten")
        for at in set(S) - {S.UNKNOWN}
        for when in (SURE, STALE)
    },
    # returned by a reader who has it still
    **{(RETURNED, at, THEIRS, SURE): Send() for at in set(S) - {S.UNKNOWN}},
    **{(RETURNED, at, THEIRS, STALE): TOO_LATE_TO_RETURN for at in set(S) - {S.UNKNOWN}},
    # returned, and on nobody's loan
    **{
        (RETURNED, at, who, when): BACK
        for at in (S.AVAILABLE, S.ON_HOLD_SHELF, S.IN_TRANSIT, S.REFERENCE_ONLY)
        for who in (NOT_THEIRS, NOBODYS)
        for when in (SURE, STALE)
    },
    # returned, and by now on somebody else's
    **{(RETURNED, S.ON_LOAN, NOT_THEIRS, when): SOMEBODY_ELSES for when in (SURE, STALE)},
    **{(RETURNED, at, NOT_THEIRS, when): says(at) for at in (S.LOST, S.OTHER) for when in (SURE, STALE)},
    # returned without a card, and on somebody's loan, lost, or something only the ABIS knows
    **{(RETURNED, at, NOBODYS, SURE): Send() for at in (S.ON_LOAN, S.LOST, S.OTHER)},
    **{(RETURNED, at, NOBODYS, STALE): TOO_LATE_TO_RETURN for at in (S.ON_LOAN, S.LOST, S.OTHER)},
    # no such item
    **{(kind, S.UNKNOWN, who, when): NO_SUCH for kind in (LENT, RETURNED) for who in LOANS for when in (SURE, STALE)},
}
CASES = list(product((LENT, RETURNED), Standing, LOANS, (SURE, STALE)))


def row(kind: Kind, state: State = State.PENDING) -> Delivery:
    return Delivery(1, TxnId("t"), kind, state, ITEM, AT, CardNumber("anna"), "ref")


def test_the_table_holds_every_case() -> None:
    assert set(TABLE) == set(CASES)
    assert len(TABLE) == 2 * len(Standing) * 3 * 2


@pytest.mark.parametrize(("kind", "standing", "who", "when"), CASES)
def test_case(kind: Kind, standing: Standing, who: str, when: str) -> None:
    info = ItemInfo(ITEM, standing=standing)
    expected = TABLE[kind, standing, who, when]
    if when == SURE:
        assert decide(row(kind), info, LOANS[who], fresh=False) == expected
        assert decide(row(kind), info, LOANS[who], fresh=True) == expected
        for state in (State.UNKNOWN, State.SENDING):
            assert decide(row(kind, state), info, LOANS[who], fresh=True) == expected
    else:
        for state in (State.UNKNOWN, State.SENDING):
            assert decide(row(kind, state), info, LOANS[who], fresh=False) == expected


def waits(seq: int, item: str, lane: str | None, state: State = State.PENDING) -> Delivery:
    return Delivery(seq, TxnId(str(seq)), LENT, state, ItemId(item), AT, lane=lane)


REVIEW = State.REVIEW


@pytest.mark.parametrize(
    ("rows", "resting", "chosen"),
    [
        ([], (), None),
        ([waits(1, "a", "anna"), waits(2, "b", "boris")], (), 1),
        ([waits(1, "a", "anna", REVIEW)], (), None),
        ([waits(1, "a", "anna", REVIEW), waits(2, "b", "anna")], (), 2),
        ([waits(1, "a", "anna", REVIEW), waits(2, "a", "boris")], (), 2),
        ([waits(1, "a", "anna", State.UNKNOWN), waits(2, "b", "boris")], (), 1),
        ([waits(1, "a", "anna", State.SENDING), waits(2, "b", "boris")], (), 1),
        ([waits(1, "a", "anna")], (1,), None),
        ([waits(1, "a", "anna"), waits(2, "b", "boris")], (1,), 2),
        ([waits(1, "a", "anna"), waits(2, "b", "anna")], (1,), None),
        ([waits(1, "a", "anna"), waits(2, "a", "boris")], (1,), None),
        ([waits(1, "a", "anna"), waits(2, "b", "anna"), waits(3, "b", "boris")], (1,), None),
        ([waits(1, "a", "anna"), waits(2, "a", "boris"), waits(3, "c", "boris"), waits(4, "d", "eva")], (1,), 4),
        ([waits(1, "a", None), waits(2, "b", None)], (1,), 2),
        ([waits(1, "a", None), waits(2, "a", None)], (1,), None),
        ([waits(1, "a", "anna"), waits(2, "a", "anna", REVIEW), waits(3, "b", "anna", REVIEW)], (1,), None),
    ],
)
def test_which_row_is_next(rows: list[Delivery], resting: tuple[int, ...], chosen: int | None) -> None:
    found = next_row(rows, resting)
    assert (found.seq if found else None) == chosen


some_rows = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["anna", "boris", "eva", None]),
        st.sampled_from([State.PENDING, REVIEW]),
    ),
    max_size=8,
).map(lambda made: [waits(seq, *each) for seq, each in enumerate(made, 1)])


def entangled(first: Delivery, later: Delivery) -> bool:
    return first.item == later.item or (first.lane is not None and first.lane == later.lane)


def held_up(rows: Iterable[Delivery], resting: set[int]) -> set[int]:
    """Rows that must wait, by the plain meaning of the rule: bound to a row before them that waits for no person."""
    held: list[Delivery] = []
    for each in rows:
        if each.state is not REVIEW and (each.seq in resting or any(entangled(before, each) for before in held)):
            held.append(each)
    return {each.seq for each in held}


@given(rows=some_rows, resting=st.sets(st.integers(1, 8)))
def test_a_row_is_held_up_only_by_what_it_is_bound_to(rows: list[Delivery], resting: set[int]) -> None:
    held = held_up(rows, resting)
    free = [each.seq for each in rows if each.seq not in held and each.state is not REVIEW]
    found = next_row(rows, resting)
    assert (found.seq if found else None) == (free[0] if free else None)


YOUNG, WINDOW, OLD = timedelta(hours=1), timedelta(hours=72), timedelta(hours=72, seconds=1)
UNDO = "its item was lent or returned here since; sending it now would undo that"
WHOSE = "an earlier row of its item waits for a person, so nobody knows whose loan this would end"
WHEN = "nobody can tell how old it is: the clock was wrong then or is now"
LATE = "older than 72 hours: staff may have dealt with it by hand"
LOAN, RETURN, WITH_CARD = (
    row(LENT),
    Delivery(1, TxnId("t"), RETURNED, State.PENDING, ITEM, AT),
    row(RETURNED),
)


@pytest.mark.parametrize(
    ("which", "at", "said"),
    [
        (LOAN, Circumstances(YOUNG, WINDOW), ""),
        (LOAN, Circumstances(WINDOW, WINDOW), ""),
        (LOAN, Circumstances(OLD, WINDOW), LATE),
        (LOAN, Circumstances(None, WINDOW), WHEN),
        (LOAN, Circumstances(YOUNG, WINDOW, overtaken=True), UNDO),
        (LOAN, Circumstances(YOUNG, WINDOW, behind=True), ""),
        (WITH_CARD, Circumstances(YOUNG, WINDOW, behind=True), ""),
        (RETURN, Circumstances(YOUNG, WINDOW, behind=True), WHOSE),
        (RETURN, Circumstances(YOUNG, WINDOW), ""),
        (RETURN, Circumstances(OLD, WINDOW), LATE),
        # a person has looked: only what would undo something is still refused
        (LOAN, Circumstances(OLD, WINDOW, let_go=True), ""),
        (LOAN, Circumstances(None, WINDOW, let_go=True), ""),
        (RETURN, Circumstances(OLD, WINDOW, behind=True, let_go=True), ""),
        (LOAN, Circumstances(YOUNG, WINDOW, overtaken=True, let_go=True), UNDO),
    ],
)
def test_why_a_row_is_not_sent_by_itself(which: Delivery, at: Circumstances, said: str) -> None:
    assert why_not(which, at) == said


def test_only_an_earlier_row_of_the_same_item_stands_before_a_row() -> None:
    mine = waits(2, "a", "anna")
    assert behind(mine, [waits(1, "a", "boris", REVIEW), mine])
    assert not behind(mine, [waits(1, "a", "boris"), mine])
    assert not behind(mine, [waits(1, "b", "anna", REVIEW), mine])
    assert not behind(mine, [mine, waits(3, "a", "boris", REVIEW)])
