"""Dates on a SIP2 line: written one way, read in every way met.

Source: 3M Standard Interchange Protocol 2.00: 18 characters `YYYYMMDDZZZZHHMMSS`; four blanks for ZZZZ are local time,
`   Z` is UTC. Local time is that of the library, so a zone is always given. Read besides: zeros for the blanks
(Sierra), `YYYY-MM-DD` (dp2), bare `YYYYMMDD` (birth dates), and formats a profile lists (Koha can send due dates in
the local format). The text itself stays in the message: what cannot be read is still there to be shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import Enum


class ZoneStyle(Enum):
    """What stands for ZZZZ. Many servers, Koha among them, take UTC's Z and still read the digits as local time."""

    LOCAL = "    "
    UTC = "   Z"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day in the library's zone; `at` is the moment (aware), None where the server named a day only."""

    day: date
    at: datetime | None


_STANDARD = re.compile(r"(\d{8})(?: {4}|0{4}| {3}(Z)| )(\d{6})", re.ASCII)
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_CLOCK = re.compile(r"%[HIMSpfcXs]")
_LONGEST = 64
"""Characters. No date is longer; a format of a profile is not tried on more."""


def write_date(when: datetime, zone: tzinfo, style: ZoneStyle = ZoneStyle.LOCAL) -> str:
    """Return an aware moment as the 18 characters of the standard. Raises ValueError for one without a zone.

    >>> write_date(datetime(2026, 11, 20, 7, 33, 23, tzinfo=UTC), UTC)
    '20261120    073323'
    """
    if when.utcoffset() is None:
        raise ValueError("a moment without a zone cannot be sent")
    there = when.astimezone(UTC if style is ZoneStyle.UTC else zone)
    day = f"{there.year:04}{there.month:02}{there.day:02}"
    return f"{day}{style.value}{there.hour:02}{there.minute:02}{there.second:02}"


def read_date(text: str, zone: tzinfo, formats: Iterable[str] = ()) -> Stamp | None:
    """Read a date in any of the styles above; `formats` are tried last, as for `datetime.strptime`. None if none fits.

    >>> read_date("20261211    235900", UTC).day, read_date("2024-11-19", UTC), read_date("soon", UTC)
    (datetime.date(2026, 12, 11), Stamp(day=datetime.date(2024, 11, 19), at=None), None)
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if standard := _STANDARD.fullmatch(text):
        day, utc, clock = standard.groups()
        return _stamp(day + clock, "%Y%m%d%H%M%S", UTC if utc else zone, zone)
    if plain := _DAY.fullmatch(text):
        return _stamp("".join(plain.groups()), "%Y%m%d", zone, zone)
    if _ISO.fullmatch(text):
        return _iso(text, zone)
    stamps = (_stamp(text, each, zone, zone) for each in formats)
    return next((stamp for stamp in stamps if stamp), None)


def _stamp(text: str, form: str, meant: tzinfo, zone: tzinfo) -> Stamp | None:
    """Read by one format in the zone that is meant, if the text names none; the day is that of the library's zone."""
    try:
        read = datetime.strptime(text, form)  # noqa: DTZ007  the zone follows
        moment = (read if read.tzinfo else read.replace(tzinfo=meant)).astimezone(zone)
    except (ValueError, OverflowError):  # no such day, or one whose zone leaves the calendar
        return None
    return Stamp(moment.date(), moment) if _CLOCK.search(form) else Stamp(read.date(), None)


def _iso(text: str, zone: tzinfo) -> Stamp | None:
    try:
        read = datetime.fromisoformat(text)
        moment = (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return Stamp(moment.date(), moment)
