"""Check of what the library system was not told: rows that wait for a person."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.app.doctor.finding import Finding, found
from sync.journal.look import in_review


def of_folder(journal: Path) -> Iterator[Finding]:
    """Look into a journal that belongs to nobody at the moment."""
    yield from of_count(in_review(journal))


def of_count(review: object) -> Iterator[Finding]:
    """Tell what a running station says of its own."""
    if isinstance(review, int) and review > 0:
        yield found("outbox-review", count=review)
