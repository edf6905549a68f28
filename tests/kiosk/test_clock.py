"""How far a clock is believed: the table of `kiosk.domain.clock`, line by line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.clock import RELEASE, Doubt, Face, Known, Reckoning, Trust, believe, first, look

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KNOWN = Known(NOON)


def after(rest: timedelta, *, synced: bool = False, kept: bool = True) -> Face:
    """The machine was switched on a minute ago, and says that so long has passed since the journal's newest row."""
    return Face(NOON + rest, MINUTE, synced, kept)


def moved(face: Face, by: timedelta, *, synced: bool = False, later: timedelta = MINUTE) -> Face:
    return replace(face, wall=face.wall + by + later, running=face.running + later, synced=synced)


@pytest.mark.parametrize(
    ("face", "known", "trust", "doubt"),
    [
        (after(HOUR), KNOWN, Trust.KEPT, None),
        (after(-4 * MINUTE), KNOWN, Trust.KEPT, None),  # a chip that lost some while it was off
        (after(-10 * MINUTE), KNOWN, Trust.DOUBTFUL, Doubt.BEFORE_JOURNAL),
        (after(-10 * DAY, synced=True), KNOWN, Trust.SYNCED, None),  # what was written before was wrong
        (after(300 * DAY), KNOWN, Trust.KEPT, None),
        (after(400 * DAY), KNOWN, Trust.DOUBTFUL, Doubt.FAR_AHEAD),
        (after(400 * DAY), None, Trust.KEPT, None),  # a new journal, years after the release
        (after(HOUR, kept=False), KNOWN, Trust.DOUBTFUL, Doubt.NOT_KEPT),
        (after(HOUR, kept=False), None, Trust.DOUBTFUL, Doubt.NOT_KEPT),
        (after(HOUR, synced=True, kept=False), KNOWN, Trust.SYNCED, None),
        (Face(datetime(1970, 1, 1, 0, 3, tzinfo=UTC), MINUTE), KNOWN, Trust.DOUBTFUL, Doubt.BEFORE_RELEASE),
        (Face(datetime(2000, 1, 1, tzinfo=UTC), MINUTE), None, Trust.DOUBTFUL, Doubt.BEFORE_RELEASE),
        (Face(datetime(1999, 1, 1, tzinfo=UTC), MINUTE, synced=True), KNOWN, Trust.DOUBTFUL, Doubt.BEFORE_RELEASE),
    ],
)
def test_what_is_believed_at_a_start(face: Face, known: Known | None, trust: Trust, doubt: Doubt | None) -> None:
    begun = first(face, known)
    assert (begun.trust, begun.doubt) == (trust, doubt)
    floor = max(RELEASE, known.at) if known else RELEASE
    assert begun.at(face.running) == (floor if doubt else face.wall)
    assert begun.at(face.running + HOUR) == begun.at(face.running) + HOUR


KEPT = first(after(HOUR), KNOWN)
SYNCED = first(after(HOUR, synced=True), KNOWN)
UNKEPT = first(after(HOUR, kept=False), KNOWN)
DEAD = Face(datetime(2000, 1, 1, tzinfo=UTC), MINUTE)


@pytest.mark.parametrize(
    ("now", "face", "trust", "doubt"),
    [
        (KEPT, moved(after(HOUR), timedelta(0)), Trust.KEPT, None),
        (KEPT, moved(after(HOUR), 50 * MINUTE), Trust.KEPT, None),
        (KEPT, moved(after(HOUR), -50 * MINUTE), Trust.KEPT, None),
        (KEPT, moved(after(HOUR), 3 * DAY), Trust.DOUBTFUL, Doubt.MOVED),
        (KEPT, moved(after(HOUR), -3 * DAY), Trust.DOUBTFUL, Doubt.MOVED),
        (KEPT, moved(after(HOUR), -3 * DAY, synced=True), Trust.SYNCED, None),
        (SYNCED, moved(after(HOUR), timedelta(0)), Trust.KEPT, None),  # the network went away
        (SYNCED, moved(after(HOUR), timedelta(0), synced=True), Trust.SYNCED, None),
        (SYNCED, moved(after(HOUR), -30 * timedelta(days=365)), Trust.DOUBTFUL, Doubt.BEFORE_RELEASE),
        (UNKEPT, moved(after(HOUR), timedelta(0)), Trust.DOUBTFUL, Doubt.NOT_KEPT),
        (UNKEPT, moved(after(HOUR), 3 * DAY), Trust.KEPT, None),  # somebody set it, as staff are asked to
        (UNKEPT, moved(after(HOUR), -3 * DAY), Trust.DOUBTFUL, Doubt.BEFORE_JOURNAL),
        (UNKEPT, moved(after(HOUR), 500 * DAY), Trust.DOUBTFUL, Doubt.FAR_AHEAD),
        (UNKEPT, moved(after(HOUR), 500 * DAY, synced=True), Trust.SYNCED, None),  # and it came right by itself
        (first(DEAD, KNOWN), moved(DEAD, NOON + DAY - DEAD.wall), Trust.KEPT, None),
    ],
)
def test_what_is_believed_as_time_goes_on(now: Reckoning, face: Face, trust: Trust, doubt: Doubt | None) -> None:
    seen = look(now, face)
    assert (seen.trust, seen.doubt) == (trust, doubt)
    expected = now.at(face.running) if doubt else face.wall
    assert seen.at(face.running) == expected
    assert look(seen, face) is seen, "looking twice tells nothing new"


def test_a_clock_that_was_moved_and_put_back_is_believed_again() -> None:
    away = moved(after(HOUR), 3 * DAY)
    doubted = look(KEPT, away)
    again = look(doubted, moved(away, -3 * DAY + 10 * MINUTE))
    assert (again.trust, again.doubt) == (Trust.KEPT, None)


def test_a_station_that_starts_again_in_the_same_run_knows_what_time_it_was() -> None:
    same_run = Known(NOON, running=MINUTE)
    for by, trust in ((timedelta(0), Trust.KEPT), (30 * MINUTE, Trust.KEPT), (-2 * DAY, Trust.DOUBTFUL)):
        begun = first(Face(NOON + HOUR + by, MINUTE + HOUR, kept=False), same_run)
        assert begun.trust is trust
    assert begun.at(MINUTE + HOUR) == NOON + HOUR


def test_a_person_may_say_that_it_is_right_but_not_before_there_was_a_release() -> None:
    face = after(-10 * DAY)
    doubted = first(face, KNOWN)
    believed = believe(doubted, face)
    assert (believed.trust, believed.at(face.running)) == (Trust.KEPT, face.wall)
    dead = Face(RELEASE - timedelta(seconds=1), MINUTE)
    assert believe(doubted, dead).doubt is Doubt.BEFORE_RELEASE


def test_less_than_a_second_is_no_step() -> None:
    slewed = moved(after(HOUR), timedelta(milliseconds=900))
    assert look(KEPT, slewed) is KEPT
    crept = moved(slewed, timedelta(milliseconds=900))
    assert look(KEPT, crept).at(crept.running) == crept.wall, "what creeps adds up"
