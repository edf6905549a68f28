"""Dates on the line: written one way, read in every way met."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sip2 import Stamp, ZoneStyle, read_date, write_date

MOSCOW = ZoneInfo("Europe/Moscow")
NEW_YORK = ZoneInfo("America/New_York")


def moscow(*parts: int) -> Stamp:
    at = datetime(*parts, tzinfo=MOSCOW)  # type: ignore[arg-type, misc]
    return Stamp(at.date(), at)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("20261211    235900", moscow(2026, 12, 11, 23, 59)),
        ("20261211000023590" + "0", moscow(2026, 12, 11, 23, 59)),
        ("20261211   Z213000", moscow(2026, 12, 12, 0, 30)),
        ("20261211 235900", moscow(2026, 12, 11, 23, 59)),
        (" 20261211    235900 ", moscow(2026, 12, 11, 23, 59)),
        ("2024-11-19", Stamp(date(2024, 11, 19), None)),
        ("20000101", Stamp(date(2000, 1, 1), None)),
        ("2024-11-19 18:30", moscow(2024, 11, 19, 18, 30)),
        ("2024-11-19T18:30:15", moscow(2024, 11, 19, 18, 30, 15)),
        ("2024-11-19T22:30:00Z", moscow(2024, 11, 20, 1, 30)),
        ("2024-11-19T18:30:00+03:00", moscow(2024, 11, 19, 18, 30)),
    ],
)
def test_styles_met_on_lines_are_read(text: str, stamp: Stamp) -> None:
    assert read_date(text, MOSCOW) == stamp


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "00000000    000000", " " * 18, "20260231    120000", "20261211    246000"),
        *("20261211   Q120000", "2026-13-01", "20261301", "2026", "11.12.2026", "11/12/2026", "2026-11-19T25:00"),
        *("٢٠٢٦١١٢٠    ٠٧٣٣٢٣", "20261120    073323 or so", "9" * 4000, "99991231   Z235959"),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text, MOSCOW) is None


def test_local_formats_are_read_where_a_profile_lists_them() -> None:
    formats = ("%d.%m.%Y %H:%M", "%d.%m.%Y")
    assert read_date("11.12.2026", MOSCOW, formats) == Stamp(date(2026, 12, 11), None)
    assert read_date("11.12.2026 23:59", MOSCOW, formats) == moscow(2026, 12, 11, 23, 59)
    assert read_date("12/11/2026", MOSCOW, formats) is None
    assert read_date("12/11/2026", MOSCOW, ("%m/%d/%Y",)) == Stamp(date(2026, 12, 11), None)
    assert read_date("20261211    235900", MOSCOW, formats) == moscow(2026, 12, 11, 23, 59)


def test_a_format_that_names_its_zone_is_taken_at_its_word() -> None:
    stamp = read_date("11.12.2026 23:59 +0000", MOSCOW, ("%d.%m.%Y %H:%M %z",))
    assert stamp == moscow(2026, 12, 12, 2, 59)


def test_a_moment_is_written_in_the_zone_of_the_library() -> None:
    when = datetime(2026, 11, 20, 22, 33, 23, 999, tzinfo=UTC)
    assert write_date(when, MOSCOW) == "20261121    013323"
    assert write_date(when, NEW_YORK) == "20261120    173323"
    assert write_date(when, MOSCOW, ZoneStyle.UTC) == "20261120   Z223323"


def test_a_moment_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        write_date(datetime(2026, 11, 20, 7, 33), MOSCOW)  # noqa: DTZ001  that is the point


ZONES = st.sampled_from([MOSCOW, NEW_YORK, UTC, ZoneInfo("Asia/Kamchatka"), timezone(timedelta(hours=-11))])


FIRST, LAST = datetime(1000, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001  hypothesis wants its bounds naive


@given(st.datetimes(FIRST, LAST), ZONES)
def test_a_written_moment_is_read_as_the_same_to_the_second(naive: datetime, zone: ZoneInfo) -> None:
    when = naive.replace(tzinfo=UTC, microsecond=0)
    stamp = read_date(write_date(when, zone, ZoneStyle.UTC), zone)
    assert stamp
    assert stamp.at == when
    local = write_date(when, zone)
    again = read_date(local, zone)
    assert again
    assert again.at
    assert write_date(again.at, zone) == local  # the hour that comes twice in autumn is told apart by UTC only
    assert again.day == stamp.day


@given(st.text(max_size=30) | st.from_regex(r"[0-9 Z:T.-]{4,24}"), ZONES)
def test_any_text_is_read_or_none(text: str, zone: ZoneInfo) -> None:
    stamp = read_date(text, zone, ("%d.%m.%Y", "%d.%m.%y %H:%M", "%c", "%"))
    assert stamp is None or stamp.at is None or stamp.at.date() == stamp.day
