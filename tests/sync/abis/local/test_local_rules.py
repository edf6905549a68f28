"""The rules of circulation by themselves: each reason alone, their order, and due dates on open days."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber
from kiosk.domain.money import Money
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.local.rules import (
    Borrower,
    CardStanding,
    Copy,
    CopyState,
    House,
    Terms,
    card_refusal,
    check_digit_isbn,
    due_date,
    may_lend,
    may_renew,
    renewed_due,
)

TODAY = date(2026, 11, 20)
ME, OTHER = CardNumber("1"), CardNumber("2")
READER = Borrower(ME, date(1990, 1, 1), CardStanding.ACTIVE, date(2027, 1, 1), loans=0, limit=5)
BOOK = Copy()
TERMS = Terms(days=21, renewals=2, renewal_days=14)
HOUSE = House()

# Everything that can stand against a loan, in the order in which a reader is told.
AGAINST = [
    ("card reported lost", Reason.CARD_LOST, {"standing": CardStanding.LOST}, {}, {}),
    ("card blocked", Reason.CARD_BLOCKED, {"standing": CardStanding.BLOCKED}, {}, {}),
    ("card expired", Reason.CARD_EXPIRED, {"expires": TODAY - timedelta(1)}, {}, {}),
    ("another library's copy", Reason.OTHER_LIBRARY, {}, {"lent_here": False}, {}),
    ("this reader's loan", Reason.ALREADY_YOURS, {}, {"lender": ME}, {}),
    ("another reader's loan", Reason.ON_LOAN_TO_OTHER, {}, {"lender": OTHER}, {}),
    ("copy reported lost", Reason.OTHER, {}, {"state": CopyState.LOST}, {}),
    ("for use here", Reason.REFERENCE_ONLY, {}, {"state": CopyState.REFERENCE}, {}),
    ("another reader's ready hold", Reason.HELD_FOR_OTHER, {}, {"held_for": OTHER}, {}),
    ("birth date unknown", Reason.BIRTH_DATE_UNKNOWN, {"birth": None}, {"age_mark": 18}, {}),
    ("too young", Reason.AGE_RESTRICTED, {"birth": date(2008, 11, 21)}, {"age_mark": 18}, {}),
    ("debts", Reason.DEBTS, {"debt": 101, "debt_limit": 100}, {}, {}),
    ("limit of loans", Reason.LIMIT_REACHED, {"loans": 5}, {}, {}),
    ("a fee", Reason.FEE, {}, {}, {"fee": 5000}),
]


def with_all(cases: Any) -> Any:
    reader, book, terms = READER, BOOK, TERMS
    for _, _, of_reader, of_book, of_terms in reversed(cases):
        reader, book, terms = replace(reader, **of_reader), replace(book, **of_book), replace(terms, **of_terms)
    return reader, book, terms


def test_nothing_stands_against_an_ordinary_loan() -> None:
    assert may_lend(READER, BOOK, TERMS, TODAY, HOUSE) is None


@pytest.mark.parametrize("case", AGAINST, ids=[case[0] for case in AGAINST])
def test_one_thing_stands_against_it(case: Any) -> None:
    refusal = may_lend(*with_all([case]), TODAY, HOUSE)
    assert refusal is not None
    assert refusal.reason is case[1]


PAIRS = [
    (earlier, later)
    for place, earlier in enumerate(AGAINST)
    for later in AGAINST[place + 1 :]
    if not {*earlier[2], *earlier[3]} & {*later[2], *later[3]}  # the others exclude each other
]


@pytest.mark.parametrize(("earlier", "later"), PAIRS, ids=[f"{first[0]}, {then[0]}" for first, then in PAIRS])
def test_the_earlier_reason_is_told_first(earlier: Any, later: Any) -> None:
    refusal = may_lend(*with_all([earlier, later]), TODAY, HOUSE)
    assert refusal is not None
    assert refusal.reason is earlier[1]


def test_particulars_are_told_with_the_reason() -> None:
    expired = replace(READER, expires=date(2026, 11, 1))
    assert card_refusal(expired, TODAY) == Refusal(Reason.CARD_EXPIRED, until=date(2026, 11, 1))
    elsewhere = Copy(lent_here=False, home="Лесная")
    assert may_lend(READER, elsewhere, TERMS, TODAY, HOUSE) == Refusal(Reason.OTHER_LIBRARY, raw="Лесная")
    held = Copy(held_for=OTHER, queue=3)
    assert may_lend(READER, held, TERMS, TODAY, HOUSE) == Refusal(Reason.HELD_FOR_OTHER, queue=3)
    owing = replace(READER, debt=101, debt_limit=100)
    assert may_lend(owing, BOOK, TERMS, TODAY, HOUSE) == Refusal(Reason.DEBTS, fee=Money(101, "RUB"))


def test_a_card_without_expiry_and_a_reader_without_debt_limit_are_never_stopped_by_them() -> None:
    reader = replace(READER, expires=None, debt=10**9, debt_limit=None)
    assert may_lend(reader, BOOK, TERMS, TODAY, HOUSE) is None


def test_a_type_the_category_does_not_borrow() -> None:
    refusal = may_lend(READER, BOOK, None, TODAY, HOUSE)
    assert refusal is not None
    assert refusal.reason is Reason.OTHER


def test_an_accepted_fee_is_no_obstacle() -> None:
    assert may_lend(READER, BOOK, replace(TERMS, fee=5000), TODAY, HOUSE, fee_accepted=True) is None


@pytest.mark.parametrize(
    ("birth", "mark", "may"),
    [
        (date(2008, 11, 20), 18, True),  # the birthday itself
        (date(2008, 11, 21), 18, False),
        (date(2008, 2, 29), 18, True),
        (date(2017, 1, 1), 16, True),  # advice, not law
        (None, 16, True),
        (None, None, True),
    ],
)
def test_the_law_of_age(birth: Any, mark: Any, may: Any) -> None:
    refusal = may_lend(replace(READER, birth=birth), Copy(age_mark=mark), TERMS, TODAY, HOUSE)
    assert (refusal is None) is may


@given(
    st.dates(date(1900, 1, 1), date(2030, 1, 1)) | st.none(),
    st.sampled_from([None, 0, 6, 12, 16, 18, 21]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 21),
)
def test_eighteen_plus_never_goes_to_a_minor_nor_to_an_unknown_birth_date(
    birth: Any, mark: Any, day: Any, law_age: int
) -> None:
    reader, house = replace(READER, birth=birth, expires=None), replace(HOUSE, law_age=law_age)
    lent = may_lend(reader, Copy(age_mark=mark), TERMS, day, house) is None
    renewed = may_renew(reader, Copy(age_mark=mark, lender=ME, due=day), TERMS, day, house) is None
    assert lent is renewed
    if lent and mark is not None and mark >= 18:
        assert birth is not None
        assert (day.year - birth.year) - ((day.month, day.day) < (birth.month, birth.day)) >= mark


MINE = Copy(lender=ME, due=TODAY + timedelta(3))
AGAINST_RENEWAL = [
    ("not on loan", Reason.NOT_RENEWABLE, READER, Copy(), TERMS),
    ("another reader's loan", Reason.ON_LOAN_TO_OTHER, READER, replace(MINE, lender=OTHER), TERMS),
    ("card blocked", Reason.CARD_BLOCKED, replace(READER, standing=CardStanding.BLOCKED), MINE, TERMS),
    ("too young", Reason.AGE_RESTRICTED, replace(READER, birth=date(2010, 1, 1)), replace(MINE, age_mark=18), TERMS),
    ("never renewed", Reason.NOT_RENEWABLE, READER, MINE, replace(TERMS, renewals=0)),
    ("no terms", Reason.NOT_RENEWABLE, READER, MINE, None),
    ("renewed twice", Reason.RENEWED_TOO_OFTEN, READER, replace(MINE, renewals=2), TERMS),
    ("eight days late", Reason.OVERDUE, READER, replace(MINE, due=TODAY - timedelta(8)), TERMS),
    ("a reader waits", Reason.HELD_FOR_OTHER, READER, replace(MINE, queue=1, unmet=1), TERMS),
    ("debts", Reason.DEBTS, replace(READER, debt=1, debt_limit=0), MINE, TERMS),
]


@pytest.mark.parametrize("case", AGAINST_RENEWAL, ids=[case[0] for case in AGAINST_RENEWAL])
def test_what_stands_against_a_renewal(case: Any) -> None:
    _, reason, reader, book, terms = case
    refusal = may_renew(reader, book, terms, TODAY, HOUSE)
    assert refusal is not None
    assert refusal.reason is reason


@pytest.mark.parametrize("book", [MINE, replace(MINE, due=TODAY - timedelta(7)), replace(MINE, queue=2, unmet=0)])
def test_what_does_not(book: Any) -> None:
    assert may_renew(replace(READER, loans=5), book, TERMS, TODAY, HOUSE) is None


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 400),
    st.frozensets(st.integers(1, 7), max_size=6),
    st.frozensets(st.dates(date(2020, 1, 1), date(2032, 12, 31)), max_size=40),
)
def test_a_due_date_is_an_open_day_and_no_open_day_before_it_was_passed_over(
    start: Any, days: Any, weekdays: Any, closed: Any
) -> None:
    house = House(weekdays=weekdays, closed=closed)
    due = due_date(start, days, house)
    wanted = start + timedelta(days)
    assert due >= wanted
    assert due.isoweekday() not in weekdays
    assert due not in closed
    between = (wanted + timedelta(n) for n in range((due - wanted).days))
    assert all(day.isoweekday() in weekdays or day in closed for day in between)


def test_a_house_that_never_opens_keeps_the_plain_date() -> None:
    assert due_date(TODAY, 21, House(weekdays=frozenset(range(1, 8)))) == date(2026, 12, 11)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-30, 30))
def test_a_renewal_never_shortens_a_loan_and_gives_its_full_time_to_a_late_one(due: date, late: int) -> None:
    today = due + timedelta(late)
    assert renewed_due(due, today, TERMS, HOUSE) == max(due, today) + timedelta(14)


def test_the_check_digit_of_an_isbn() -> None:
    assert check_digit_isbn("978517078790") == "6"
