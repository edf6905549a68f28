"""On which days the library is open at all: what a due date leans on."""

from dataclasses import dataclass, field
from datetime import date, timedelta

YEAR = 366


@dataclass(frozen=True, slots=True)
class Calendar:
    """`weekdays`: ISO weekdays without any opening hours; `closed`: days that are exceptions. Days of the site's zone.

    Empty: every day is open, as far as is known.
    """

    weekdays: frozenset[int] = field(default_factory=frozenset)
    closed: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, day: date) -> bool:
        return day.isoweekday() not in self.weekdays and day not in self.closed

    def open_from(self, day: date) -> date:
        """Return `day`, moved on to the next one on which the library is open.

        A year without a single open day leaves it where it was: a wrong calendar must not stop a loan.
        """
        ahead = (day + timedelta(days=later) for later in range(YEAR))
        return next((each for each in ahead if self.is_open(each)), day)
