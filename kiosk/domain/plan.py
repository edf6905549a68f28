"""The weekly plan: when the library is open, with staff or without, as the screen of one desk needs it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from kiosk.domain.calendar import Calendar
from kiosk.domain.rules import Hours, Interval, Mode

LOOK_AHEAD = 14
"""Days looked ahead for the next time that somebody is there."""


@dataclass(frozen=True, slots=True)
class WeeklyPlan:
    """`week[0]` is Monday. Intervals of a day are in order and do not overlap. `closed`: days without any."""

    week: tuple[tuple[Interval, ...], ...] = ((),) * 7
    closed: frozenset[date] = field(default_factory=frozenset)

    def on(self, day: date) -> tuple[Interval, ...]:
        return () if day in self.closed else self.week[day.weekday()]

    @property
    def calendar(self) -> Calendar:
        """Which days are open at all. Where no hours were entered, all but the exceptions are."""
        without = frozenset(day for day, parts in enumerate(self.week, 1) if not _opens(parts))
        return Calendar(without if any(map(_opens, self.week)) else frozenset(), self.closed)


def hours_at(plan: WeeklyPlan, local: datetime, *, certain: bool = True) -> Hours:
    """Return today's hours at a moment of the site's local time; not `certain`: the clock is not believed.

    An empty plan means that the library did not enter one: it counts as staffed, and no hours are shown. Without a
    clock nobody knows what is on now, so none are shown either.
    """
    if not certain:
        return Hours(local.date(), certain=False)
    if not any(plan.week):
        return Hours(local.date())
    today, now = plan.on(local.date()), local.time()
    current = next((interval for interval in today if interval.start <= now < interval.end), None)
    mode = current.mode if current else Mode.CLOSED
    until = current.end if current else None
    return Hours(local.date(), mode, until, today, _next_staffed(plan, local), _week(plan, local.date()))


def _opens(parts: tuple[Interval, ...]) -> bool:
    return any(part.mode is not Mode.CLOSED for part in parts)


def _week(plan: WeeklyPlan, first: date) -> tuple[tuple[date, tuple[Interval, ...]], ...]:
    days = (first + timedelta(days=offset) for offset in range(7))
    return tuple((day, plan.on(day)) for day in days)


def _next_staffed(plan: WeeklyPlan, local: datetime) -> tuple[date, time] | None:
    for day, interval in _ahead(plan, local.date()):
        later = day > local.date() or interval.start > local.time()
        if interval.mode is Mode.STAFFED and later:
            return day, interval.start
    return None


def _ahead(plan: WeeklyPlan, first: date) -> Iterator[tuple[date, Interval]]:
    for offset in range(LOOK_AHEAD):
        day = first + timedelta(days=offset)
        for interval in plan.on(day):
            yield day, interval
