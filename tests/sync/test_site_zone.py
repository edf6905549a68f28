"""A site has a zone of its own: dates on the line are its dates, wherever the machine believes it stands."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sip2.dates import ZoneStyle, read_date, write_date

RUSSIA = {
    "Europe/Kaliningrad": 2, "Europe/Moscow": 3, "Europe/Samara": 4, "Asia/Yekaterinburg": 5, "Asia/Omsk": 6,
    "Asia/Krasnoyarsk": 7, "Asia/Irkutsk": 8, "Asia/Yakutsk": 9, "Asia/Vladivostok": 10, "Asia/Magadan": 11,
    "Asia/Kamchatka": 12,
}  # fmt: skip
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
EVENING = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
"""Late on the 20th in Kaliningrad and Moscow, and the 21st from Samara on."""
MOMENTS = st.integers(0, 14 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """Somebody installed the machine for another zone, or for none."""
    was = os.environ.get("TZ")
    try:
        os.environ["TZ"] = zone
        time.tzset()
        yield
    finally:
        if was is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = was
        time.tzset()


@pytest.mark.parametrize(("name", "hours"), RUSSIA.items())
@pytest.mark.parametrize("machine", ["UTC", "Europe/Moscow", "America/Los_Angeles"])
def test_a_loan_of_the_evening_bears_the_day_of_the_library(name: str, hours: int, machine: str) -> None:
    zone = ZoneInfo(name)
    with machine_in(machine):
        there = EVENING + hours * HOUR
        assert write_date(EVENING, zone) == f"{there:%Y%m%d    %H%M%S}"
        assert write_date(EVENING, zone, ZoneStyle.UTC) == "20261120   Z203000"
        for text in (write_date(EVENING, zone), write_date(EVENING, zone, ZoneStyle.UTC)):
            stamp = read_date(text, zone)
            assert stamp is not None
            assert (stamp.at, stamp.day) == (EVENING, date(2026, 11, 20 if hours < 4 else 21))


@given(st.sampled_from([*RUSSIA, "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"]), MOMENTS)
def test_no_zone_makes_a_day_of_another(name: str, moment: datetime) -> None:
    zone = ZoneInfo(name)
    stamp = read_date(write_date(moment, zone), zone)
    assert stamp is not None
    assert stamp.at is not None
    assert stamp.day == moment.astimezone(zone).date()
    assert abs(stamp.at - moment) <= HOUR, "an hour that comes twice a year cannot be told from its double"
    assert read_date(write_date(moment, zone, ZoneStyle.UTC), zone) == type(stamp)(stamp.day, moment.astimezone(zone))


@pytest.mark.parametrize("minutes", range(0, 180, 15))
def test_the_loan_hour_that_comes_twice_and_the_one_that_never_comes(minutes: int) -> None:
    for begins in (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2027, 3, 28, 0, 0, tzinfo=UTC)):
        moment = begins + timedelta(minutes=minutes)
        stamp = read_date(write_date(moment, BERLIN), BERLIN)
        assert stamp is not None
        assert stamp.at is not None
        assert stamp.day == begins.date()
        assert stamp.at.astimezone(UTC) in (moment, moment - HOUR)
    assert read_date("20270328    023000", BERLIN) is not None, "what never was is read all the same"
