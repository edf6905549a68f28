"""Named timers: by a clock that is held."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.app.timers import Timers
from kiosk.events import Timer
from tests.kiosk.standins import HeldClock


def test_a_timer_is_over_when_its_time_has_passed_and_only_once() -> None:
    clock = HeldClock()
    timers = Timers(clock)
    timers.start(Timer.PATIENCE, 60)
    assert timers.next_in() == 60
    assert timers.over() is None
    clock.passes(60)
    assert timers.next_in() == 0
    assert timers.over() is Timer.PATIENCE
    assert timers.over() is None
    assert timers.next_in() is None


def test_started_again_it_begins_from_the_beginning() -> None:
    clock = HeldClock()
    timers = Timers(clock)
    timers.start(Timer.PATIENCE, 60)
    clock.passes(59)
    timers.start(Timer.PATIENCE, 60)
    clock.passes(59)
    assert timers.over() is None
    clock.passes(1)
    assert timers.over() is Timer.PATIENCE


def test_two_timers_of_the_same_moment_both_end() -> None:
    clock = HeldClock()
    timers = Timers(clock)
    timers.start(Timer.FAREWELL, 20)
    timers.start(Timer.TOAST, 20)
    clock.passes(20)
    assert {timers.over(), timers.over()} == {Timer.FAREWELL, Timer.TOAST}
    assert timers.over() is None


def test_what_follows_from_one_end_may_stop_the_next() -> None:
    clock = HeldClock()
    timers = Timers(clock)
    timers.start(Timer.PATIENCE, 1)
    timers.start(Timer.LAST_CALL, 2)
    clock.passes(5)
    assert timers.over() is Timer.PATIENCE
    timers.stop(Timer.LAST_CALL)
    assert timers.over() is None


def test_a_wall_clock_that_is_set_ends_nothing() -> None:
    clock = HeldClock()
    timers = Timers(clock)
    timers.start(Timer.PATIENCE, 60)
    clock.set(clock.wall.replace(year=2099))
    assert timers.over() is None


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("start"), st.sampled_from(Timer), st.integers(0, 50)),
            st.tuples(st.just("stop"), st.sampled_from(Timer), st.just(0)),
            st.tuples(st.just("pass"), st.just(Timer.TOAST), st.integers(0, 60)),
        )
    )
)
def test_whatever_is_started_and_stopped_ends_in_order_of_time(moves: list[tuple[str, Timer, int]]) -> None:
    clock = HeldClock()
    timers = Timers(clock)
    due: dict[Timer, float] = {}
    for what, timer, seconds in moves:
        if what == "start":
            timers.start(timer, seconds)
            due[timer] = clock.running + seconds
        elif what == "stop":
            timers.stop(timer)
            due.pop(timer, None)
        else:
            clock.passes(seconds)
            ended = []
            while over := timers.over():
                ended.append(due.pop(over))
            assert ended == sorted(ended)
            assert all(left > clock.running for left in due.values())
    assert timers.next_in() == (max(0.0, min(due.values()) - clock.running) if due else None)
