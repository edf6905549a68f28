"""How old a row is: within one run by the running time, across runs only where both clocks may be believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.records import Entry, Kind
from sync.journal.stamps import Quality, Stamp
from sync.outbox.age import SETTLES, age, may_come_right

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = 3600 * 10**9
NTP, RTC, RESTORED, UNKNOWN = Quality.NTP, Quality.RTC, Quality.RESTORED, Quality.UNKNOWN


def test_within_one_run_the_wall_clock_does_not_matter() -> None:
    written = Stamp("boot", 5 * HOUR, datetime(1999, 1, 1, tzinfo=UTC), UNKNOWN)
    assert age(written, Stamp("boot", 7 * HOUR, NINE, NTP)) == timedelta(hours=2)
    ahead = Stamp("boot", 5 * HOUR, NINE + timedelta(days=900), NTP)
    assert age(ahead, Stamp("boot", 7 * HOUR, NINE, RESTORED)) == timedelta(hours=2)


@pytest.mark.parametrize("then", [NTP, RTC, RESTORED, UNKNOWN])
@pytest.mark.parametrize("now", [NTP, RTC, RESTORED, UNKNOWN])
def test_across_runs_both_clocks_must_be_fit_for_it(then: Quality, now: Quality) -> None:
    written = Stamp("boot-1", 5 * HOUR, NINE, then)
    told = age(written, Stamp("boot-2", HOUR, NINE + timedelta(days=2), now))
    believed = now in (NTP, RTC) and then is not UNKNOWN
    assert told == (timedelta(days=2) if believed else None)


def test_what_was_written_in_the_future_has_no_age() -> None:
    assert age(Stamp("boot-1", 0, NINE + timedelta(seconds=1), NTP), Stamp("boot-2", 0, NINE, NTP)) is None
    assert age(Stamp("boot-1", 0, NINE, NTP), Stamp("boot-2", 0, NINE, NTP)) == timedelta(0)


def test_what_has_no_time_has_no_age() -> None:
    assert age(None, Stamp("boot", 0, NINE, NTP)) is None


@pytest.mark.parametrize(("running", "quality", "expected"), [
    (0, RESTORED, True),
    (0, UNKNOWN, True),
    (0, NTP, False),
    (0, RTC, False),
    (SETTLES.seconds * 10**9 - 1, RESTORED, True),
    (SETTLES.seconds * 10**9, RESTORED, False),
])  # fmt: skip
def test_a_clock_is_waited_for_only_while_the_machine_has_just_been_switched_on(
    running: int, quality: Quality, expected: bool
) -> None:
    assert may_come_right(Stamp("boot", running, NINE, quality)) is expected


def test_what_was_done_by_a_wrong_clock_is_sent_with_the_time_it_was_done(desk: Any) -> None:
    """The battery was flat, the loan was recorded days back; the network came before the library system did."""
    desk.boot.believed = RESTORED
    lent = desk.clock.at
    desk.clock.at -= timedelta(days=40)
    desk.lends("1")
    desk.returns("2")
    desk.abis.loans_of[ItemId("2")] = CardNumber("boris")
    desk.later(timedelta(minutes=20))
    desk.clock.at, desk.boot.believed = lent + timedelta(minutes=20), NTP
    desk.journal.write([Entry(Kind.CLOCK_CHANGED)])
    desk.outbox.work()
    assert [call[-1] for call in desk.abis.sent()] == [lent, lent]
    assert desk.states() == {}


def test_its_age_is_known_after_a_restart_too(desk: Any) -> None:
    desk.boot.believed = RESTORED
    desk.clock.at -= timedelta(days=40)
    desk.lends("1")
    desk.clock.at, desk.boot.believed = desk.clock.at + timedelta(days=40), NTP
    desk.journal.write([Entry(Kind.CLOCK_CHANGED)])
    desk.boot_id = "boot-2"
    desk.reopen()
    desk.later(timedelta(hours=5))
    desk.outbox.work()
    assert (len(desk.abis.sent()), desk.waits()) == (1, {})
