"""Opening hours as a person writes them: `monday = ["10:00-19:00 staffed", "19:00-22:00 open_plus"]`."""

import itertools
import re
from datetime import time

from kiosk.domain.rules import Interval, Mode

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_A_DAY = 12
_FORM = re.compile(r"(\d{1,2}):(\d{2}) ?[-–] ?(\d{1,2}):(\d{2}) (\w+)")
_MODES = {"staffed": Mode.STAFFED, "open_plus": Mode.OPEN_PLUS}
_EXAMPLE = '"10:00-19:00 staffed" or "19:00-22:00 open_plus"'


def interval(text: str) -> Interval:
    """Return one part of a day; 24:00 ends it. Raises ValueError in words.

    >>> interval("19:00-22:00 open_plus").mode
    <Mode.OPEN_PLUS: 2>
    """
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise ValueError(f"must be of the form {_EXAMPLE}")
    if found[5] not in _MODES:
        raise ValueError(f"must end in one of {', '.join(_MODES)}")
    start, end = _time(found[1], found[2]), _time(found[3], found[4])
    if start >= end:
        raise ValueError("must end after it begins; hours past midnight are entered on both days")
    return Interval(start, end, _MODES[found[5]])


def day(texts: tuple[str, ...]) -> tuple[Interval, ...]:
    """Return the parts of a day in order. Raises ValueError where two overlap."""
    parts = sorted((interval(text) for text in texts), key=lambda part: part.start)
    for earlier, later in itertools.pairwise(parts):
        if later.start < earlier.end:
            raise ValueError(f"overlap at {later.start:%H:%M}")
    return tuple(parts)


def written(part: Interval) -> str:
    """Return an interval as it is written in a policy."""
    end = "24:00" if part.end == time.max else f"{part.end:%H:%M}"
    return f"{part.start:%H:%M}-{end} {part.mode.name.lower()}"


def _time(hour: str, minute: str) -> time:
    if hour == "24" and minute == "00":
        return time.max
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(f"has no time of day: {hour}:{minute}")
    return time(int(hour), int(minute))
