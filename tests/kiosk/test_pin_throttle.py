"""Wrong PINs: counted per card, forgotten in time, deaf to a wall clock that is set."""

from dataclasses import replace
from datetime import UTC, datetime

from kiosk.app.throttle import MAX_CARDS, PinThrottle
from kiosk.domain.ids import CardNumber
from kiosk.domain.rules import Rules
from tests.kiosk.standins import HeldClock

ANNA, BORIS = CardNumber("20000000002001"), CardNumber("20000000002002")
RULES = Rules(pin_attempts=3, pin_lock_minutes=15)


def locked(throttle: PinThrottle, times: int = 3) -> None:
    for _ in range(times):
        throttle.wrong(ANNA, RULES)


def test_the_third_wrong_pin_locks_the_card_for_a_quarter_of_an_hour() -> None:
    clock = HeldClock()
    throttle = PinThrottle(clock)
    assert [throttle.wrong(ANNA, RULES) for _ in range(3)] == [2, 1, 0]
    assert throttle.minutes_locked(ANNA, RULES) == 15
    assert throttle.minutes_locked(BORIS, RULES) == 0
    clock.passes(14 * 60 + 1)
    assert throttle.minutes_locked(ANNA, RULES) == 1
    clock.passes(59)
    assert throttle.minutes_locked(ANNA, RULES) == 0
    assert throttle.wrong(ANNA, RULES) == 2


def test_a_right_pin_forgets_the_wrong_ones() -> None:
    throttle = PinThrottle(HeldClock())
    locked(throttle, 2)
    throttle.right(ANNA)
    assert throttle.wrong(ANNA, RULES) == 2


def test_a_clock_set_back_does_not_lock_a_card_for_years_and_one_set_forward_does_not_open_it() -> None:
    clock = HeldClock()
    throttle = PinThrottle(clock)
    clock.set(datetime(2090, 1, 1, tzinfo=UTC))
    locked(throttle)
    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert throttle.minutes_locked(ANNA, RULES) == 15
    clock.set(datetime(2099, 1, 1, tzinfo=UTC))
    assert throttle.minutes_locked(ANNA, RULES) == 15
    clock.passes(15 * 60)
    assert throttle.minutes_locked(ANNA, RULES) == 0


def test_a_new_policy_counts_from_the_next_card_on() -> None:
    throttle = PinThrottle(HeldClock())
    locked(throttle, 3)
    assert throttle.minutes_locked(ANNA, replace(RULES, pin_attempts=5)) == 0
    assert throttle.wrong(ANNA, replace(RULES, pin_attempts=5)) == 1


def test_it_remembers_no_more_cards_than_it_may() -> None:
    throttle = PinThrottle(HeldClock())
    locked(throttle)
    for number in range(MAX_CARDS - 1):
        throttle.wrong(CardNumber(str(number)), RULES)
    assert throttle.minutes_locked(ANNA, RULES) == 15
    throttle.wrong(CardNumber("one more"), RULES)
    assert throttle.minutes_locked(ANNA, RULES) == 0
