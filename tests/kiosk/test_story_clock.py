"""What the reader is told while nobody knows what time it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calendar import Calendar
from kiosk.domain.health import Health, Part, State
from kiosk.domain.plan import WeeklyPlan, hours_at
from kiosk.domain.rules import Hours, Interval, Mode
from kiosk.effects import Record
from kiosk.events import Button, HoursChanged, Intent, PartChanged, Task
from kiosk.views import Banner, Checkout, Farewell, Idle, RowState
from tests.kiosk.stories import DUE, LAURUS, OFFLINE_DUE, RULES, SOLARIS, TODAY, Story

DOUBTED = PartChanged(Part.CLOCK, Health(State.DEGRADED, "nothing kept the clock"))
UNCERTAIN = HoursChanged(Hours(TODAY, certain=False))
CERTAIN = HoursChanged(Hours(TODAY))


def offline(*happened: PartChanged | HoursChanged) -> Story:
    return Story().happens(*happened).silent().chooses(Task.CHECKOUT).logs_in()


def recorded(story: Story) -> list[Record]:
    return [each for each in story.asked if isinstance(each, Record) and each.intent is Intent.OFFLINE_CHECKOUT]


def test_without_a_clock_books_are_lent_and_the_library_system_says_until_when() -> None:
    story = Story().happens(DOUBTED, UNCERTAIN).borrows(SOLARIS)
    row = story.sees(Checkout).rows[0]
    assert (row.state, row.due) == (RowState.YOURS, DUE)
    assert story.sees(Checkout).frame.banner is Banner.NONE
    assert [line.due_certain for line in story.presses(Button.FINISH).sees(Farewell).receipt.lent] == [True]


def test_without_a_clock_and_the_library_system_the_date_is_said_to_be_unsure_on_screen_receipt_and_record() -> None:
    story = offline(DOUBTED, UNCERTAIN).lays(SOLARIS)
    view = story.sees(Checkout)
    assert (view.rows[0].state, view.rows[0].due) == (RowState.RECORDED, OFFLINE_DUE)
    assert (view.frame.banner, view.frame.offline) == (Banner.DATES_UNSURE, True)
    assert [each.due_certain for each in recorded(story)] == [False]
    line = story.presses(Button.FINISH).sees(Farewell).receipt.lent[0]
    assert (line.due, line.confirmed, line.due_certain) == (OFFLINE_DUE, False, False)


def test_a_date_that_was_worked_out_in_doubt_stays_unsure_when_the_clock_comes_right() -> None:
    story = offline(UNCERTAIN).lays(SOLARIS).happens(CERTAIN).lays(LAURUS)
    assert story.sees(Checkout).frame.banner is Banner.DATES_UNSURE
    assert [each.due_certain for each in recorded(story)] == [False, True]
    lent = story.presses(Button.FINISH).sees(Farewell).receipt.lent
    assert [line.due_certain for line in lent] == [False, True]


def test_hours_are_not_shown_while_nobody_knows_what_time_it_is() -> None:
    story = Story()
    assert story.sees(Idle).frame.hours == Hours(TODAY)
    assert story.view.frame.clock_certain
    assert story.happens(UNCERTAIN).sees(Idle).frame.hours is None
    assert not story.view.frame.clock_certain
    assert story.happens(CERTAIN).sees(Idle).frame.hours == Hours(TODAY)
    assert story.view.frame.clock_certain


def test_a_plan_tells_nothing_at_an_uncertain_moment_but_the_day_that_is_reckoned_with() -> None:
    plan = WeeklyPlan(((Interval(time(10), time(19), Mode.STAFFED),),) * 7)
    assert hours_at(plan, datetime(2026, 11, 20, 12, tzinfo=UTC), certain=False) == Hours(TODAY, certain=False)


# --- closed days -----------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2040, 12, 31))
PARTS = st.sampled_from([(), (Interval(time(10), time(19), Mode.STAFFED),), (Interval(time(0), time(9), Mode.CLOSED),)])
PLANS = st.builds(
    WeeklyPlan,
    st.tuples(*[PARTS] * 7),
    st.frozensets(st.dates(date(2026, 11, 20), date(2027, 2, 1)), max_size=40),
)


@given(PLANS, DAYS)
def test_a_day_is_moved_on_to_the_next_open_one_and_no_further(plan: WeeklyPlan, day: date) -> None:
    calendar, opens = plan.calendar, plan.calendar.open_from(day)
    assert opens >= day
    assert calendar.is_open(opens)
    assert not any(calendar.is_open(day + timedelta(days=later)) for later in range((opens - day).days))
    entered = any(part.mode is not Mode.CLOSED for parts in plan.week for part in parts)
    if entered:
        assert any(part.mode is not Mode.CLOSED for part in plan.on(opens))


@given(PLANS, st.integers(1, 40))
def test_a_loan_recorded_here_ends_on_an_open_day(plan: WeeklyPlan, days: int) -> None:
    rules = replace(RULES, calendar=plan.calendar, offline=replace(RULES.offline, days=days))
    story = Story(rules).silent().borrows(SOLARIS)
    due = story.sees(Checkout).rows[0].due
    assert due == recorded(story)[0].due == plan.calendar.open_from(TODAY + timedelta(days=days))


def test_a_calendar_without_an_open_day_stops_no_loan() -> None:
    never = Calendar(weekdays=frozenset(range(1, 8)))
    assert never.open_from(TODAY) == TODAY
