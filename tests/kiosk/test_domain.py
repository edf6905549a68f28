"""Values that know something: cards, patterns, ages, the weekly plan."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.barcodes import Scanned, check_digit, classify
from kiosk.domain.ids import CardNumber, Secret, masked
from kiosk.domain.patrons import Patron, age_on, old_enough
from kiosk.domain.plan import WeeklyPlan, hours_at
from kiosk.domain.rules import Interval, Mode, Rules


def at(day: int, hour: int, minute: int) -> datetime:
    """A moment of November 2026, where the library stands."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


STAFFED = Interval(time(10), time(19), Mode.STAFFED)
OPEN_PLUS = Interval(time(19), time(22), Mode.OPEN_PLUS)
WEEK = WeeklyPlan(((STAFFED, OPEN_PLUS),) * 5 + ((OPEN_PLUS,), ()), closed=frozenset({date(2026, 11, 23)}))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("21234000024172", Scanned.CARD),
        ("30000000000001", Scanned.ITEM),
        ("978-5-17-118366-5", Scanned.ITEM),
        ("21", Scanned.UNKNOWN),
        ("", Scanned.UNKNOWN),
    ],
)
def test_a_scanned_text_is_a_card_an_item_or_nothing(text: str, what: Scanned) -> None:
    assert classify(text, Rules()) is what


def test_the_check_digit_of_a_library_barcode() -> None:
    # By hand: 6 0 4 3 8 0 0 0 1(10) 1 5(14) 8 3(12) make 39, and 1 more a multiple of ten; thirteen nines make 117.
    assert [check_digit(text) for text in ("3023400051786", "0000000000000", "9999999999999")] == [1, 0, 3]


def test_a_pin_never_shows_itself() -> None:
    pin = Secret("4172")
    assert "4172" not in f"{pin} {pin!r} {[pin]}"


@given(st.text(max_size=30))
def test_of_a_card_only_the_last_four_may_be_seen(card: str) -> None:
    shown = masked(CardNumber(card))
    assert shown == (f"•••• {card[-4:]}" if len(card) >= 8 else "••••")


def test_who_was_born_on_the_29th_of_february_grows_up_on_the_1st_of_march() -> None:
    born = date(2008, 2, 29)
    assert [age_on(born, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]


@given(st.dates(date(1920, 1, 1), date(2026, 11, 20)), st.integers(0, 99))
def test_a_reader_is_old_enough_from_the_birthday_on(born: date, age: int) -> None:
    today = date(2026, 11, 20)
    years = sum(
        date(year, 3, 1) <= today if (born.month, born.day) == (2, 29) and not _leap(year) else _on(born, year) <= today
        for year in range(born.year + 1, 2027)
    )
    assert old_enough(Patron(CardNumber("1"), birth=born), age, today) is (years >= age)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _on(born: date, year: int) -> date:
    return date(year, born.month, born.day)


def test_what_a_site_remembers_of_an_age_is_enough_or_says_nothing() -> None:
    today = date(2026, 11, 20)
    known, unknown = Patron(CardNumber("1"), age_at_least=16), Patron(CardNumber("2"))
    assert [old_enough(known, age, today) for age in (16, 18)] == [True, None]
    assert old_enough(unknown, 0, today) is None


# --- the weekly plan -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "mode", "until", "next_staffed"),
    [
        (at(20, 9, 59), Mode.CLOSED, None, (date(2026, 11, 20), time(10))),
        (at(20, 10, 0), Mode.STAFFED, time(19), (date(2026, 11, 24), time(10))),
        (at(20, 19, 0), Mode.OPEN_PLUS, time(22), (date(2026, 11, 24), time(10))),
        (at(20, 22, 0), Mode.CLOSED, None, (date(2026, 11, 24), time(10))),
        (at(22, 12, 0), Mode.CLOSED, None, (date(2026, 11, 24), time(10))),
        (at(23, 12, 0), Mode.CLOSED, None, (date(2026, 11, 24), time(10))),
    ],
)
def test_what_is_on_now_and_when_somebody_is_there_again(
    moment: datetime, mode: Mode, until: time | None, next_staffed: tuple[date, time]
) -> None:
    """Friday; the weekend without staff; a Monday on which the library is closed."""
    hours = hours_at(WEEK, moment)
    assert (hours.day, hours.mode, hours.until, hours.next_staffed) == (moment.date(), mode, until, next_staffed)
    assert hours.intervals == WEEK.on(moment.date())
    assert hours.week == tuple((day, WEEK.on(day)) for day in (moment.date() + timedelta(days=n) for n in range(7)))


def test_a_library_that_entered_no_hours_counts_as_staffed_and_one_without_staff_has_nobody_to_wait_for() -> None:
    moment = at(20, 12, 0)
    empty = hours_at(WeeklyPlan(), moment)
    assert (empty.mode, empty.until, empty.intervals) == (Mode.STAFFED, None, ())
    assert hours_at(WeeklyPlan(((OPEN_PLUS,),) * 7), moment).next_staffed is None
