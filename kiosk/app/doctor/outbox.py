"""Check of what waits for a person: what the library system was not told, and books that somebody should look at."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.app.attention import A_VISIT, WINDOW, Care, cares
from kiosk.app.doctor.finding import Finding, found
from sync.journal.look import in_review, newest

NAMED = 5
"""Books that a finding names, the newest: `kiosk attention` has all."""


def of_folder(journal: Path) -> Iterator[Finding]:
    """Look into a journal that belongs to nobody at the moment."""
    yield from of_count(in_review(journal))
    yield from of_books([each.item or A_VISIT for each in cares(newest(journal, WINDOW), ())])


def of_count(review: object) -> Iterator[Finding]:
    """Tell what a running station says of its own."""
    if isinstance(review, int) and review > 0:
        yield found("outbox-review", count=review)


def of_books(items: Sequence[object]) -> Iterator[Finding]:
    """Tell which books a person should look at; what waits in the outbox is told by `of_count`."""
    if items:
        more = "" if len(items) <= NAMED else ", …"
        yield found("books-to-look-at", count=len(items), items=", ".join(map(str, items[-NAMED:])) + more)


def of_status(attention: object) -> Iterator[Finding]:
    """Tell what a running station says of its books."""
    told = [each for each in attention if isinstance(each, dict)] if isinstance(attention, list) else []
    yield from of_books([each.get("item") or A_VISIT for each in told if each.get("care") != Care.NOT_TAKEN])
