"""The table of cases: everything that may happen to a reader at the desk, and that each has its story.

A case without a story fails; a story of a case that is not in the table does too. All stories are then told once more,
one after the other, to see what was seen in all of them together.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from kiosk import effects, events, views
from kiosk.domain.refusal import Reason
from tests.conftest import Counts
from tests.kiosk import stories
from tests.kiosk.stories import TOLD, Story

CASES = """
several items at once
running count
left on the pad is counted
loan first, security bit after
books lying there before the card shown at once
refused with reason and what to do now
on loan to another reader (policy: refuse)
on loan to another reader (policy: return, then lend)
already on this reader's loan (asks whether to renew)
fee to accept
another reader's ready hold
refused, then the link dies
another library's item
unknown item
18+ to a minor
an age mark that nobody tells
a mark told only with the loan
renewal of a marked book by a minor
birth date unknown
limit reached
a limit lowered in mid-session (PolicyChanged) changes nothing until farewell
book taken off the list again (arm, return, read back)
put it back
put it back does not work
passive repair when it reappears
recovered items disarmed when they reappear
owed to a tag by what was recorded here
multi-tag set
a part of a set is missing at a loan
a set of which not every part has a tag
a part of a set is missing at a return
two books with the same number
barcode-only desk
book laid again after a refusal is tried anew
returned in the same session then borrowed
Done pressed while something is asked (3 s, then told)
not recorded (journal)
identify by barcode card
RFID card
typed number
PIN required/not
identification with wrong PIN
refused card
card shown while busy
double taps
second card shown
books laid down after a second card was shown
somebody's return left open
a card that was never seen here, without the link
parent with three cards
session id reuse
privacy without a PIN
privacy timeout warned >= 20 s and extended by one touch
a tag flickering at the edge of the pad
stray tags
books left on the pad by the previous reader (inert until lifted)
books that lie on the pad when the station starts
nobody inherits scanned books
thief
answer that comes after the reader left
late answers
help and rules
out of service
starting
one thing dead or doubtful
two things dead or doubtful
something dies in the middle of a visit and lives again
offline lend within limits
offline maybe-done
offline return recorded
back on-line is told
return without log-in
return of an unknown book
returned by barcode where tags are read
hold caught at return
a bin for what comes home
a damaged book
a magnetic strip is opened after the loan
a magnetic strip that cannot be opened
a magnetic strip is closed after the return
what a magnet erases is kept away from it
a power cut between the loan and the strip
the reader is believed at a desk that feels no books
the number of books is asked for at a desk that feels none
the number of books is asked for at a return
more books are taken than were scanned
fewer books are taken than were scanned
nobody is kept by a number that differs
a disc or a shiny cover that cannot be read
account: loans with due dates and overdue marks
account: news on the home screen
account: holds
renew one
renew all
renewal refused
receipts
a receipt by e-mail
a receipt on the screen
no receipt
printer dead
a receipt owed from an earlier visit
staff log-in
a staff PIN that is wrong, until the card is locked
a staff card while somebody is served
staff where no card can be read
out of service by staff, and back
what staff try at the screen
the cleaning lock
restart by staff
test cards never count
"""
TABLE = [line for line in CASES.splitlines() if line]


@pytest.fixture(scope="module")
def modules() -> list[ModuleType]:
    return _modules()


def _modules() -> list[ModuleType]:
    """All files of stories, imported, so that what they tell is known."""
    paths = sorted(Path(__file__).parent.glob("test_story_*.py"))
    return [import_module(f"tests.kiosk.{path.stem}") for path in paths if path.stem != Path(__file__).stem]


@cache
def played() -> tuple[Story, ...]:
    """Every story, told once more: not measured, it was when it was told."""
    stories.PLAYED.clear()
    for teller in _tellers(_modules()):
        teller()
    return tuple(stories.PLAYED)


def _tellers(modules: list[ModuleType]) -> Iterator[object]:
    for module in modules:
        for name, teller in sorted(vars(module).items()):
            if name.startswith("test_") and not getattr(teller, "pytestmark", None):
                yield teller


@pytest.mark.parametrize("case", TABLE)
def test_every_case_has_a_story(case: str, modules: list[ModuleType]) -> None:
    assert modules
    assert TOLD.get(case), f"nobody tells what happens: {case}"


def test_no_story_tells_of_a_case_that_is_not_in_the_table(modules: list[ModuleType]) -> None:
    assert modules
    assert sorted(set(TOLD) - set(TABLE)) == []
    assert [case for case, times in Counter(TABLE).items() if times > 1] == []


@pytest.mark.no_cover
def test_every_view_is_seen_in_a_story(counts: Counts) -> None:
    seen = {type(view) for story in played() for view in story.seen}
    assert set(get_args(views.View)) - seen == set()
    counts.add("stories", len(played()))
    counts.add("flow events", sum(story.events for story in played()))


@pytest.mark.no_cover
def test_every_reason_is_seen_in_a_story() -> None:
    views_seen = {view for story in played() for view in story.seen}
    assert set(Reason) - {reason for view in views_seen for reason in _reasons(view)} == set()


def _reasons(value: object) -> Iterator[Reason]:
    """Every reason that stands anywhere in a view."""
    if isinstance(value, Reason):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _reasons(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _reasons(each)


@pytest.mark.no_cover
def test_every_event_happens_and_every_effect_is_asked_for_in_a_story() -> None:
    happened = {kind for story in played() for kind in story.kinds}
    assert set(get_args(events.Event)) - happened == set()
    asked = {type(effect) for story in played() for effect in story.asked}
    assert set(get_args(effects.Effect)) - asked == set()
