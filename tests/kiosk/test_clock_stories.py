"""A wrong clock never backdates unnoticed: stories of clocks on real journals, told by chance and by hand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.clock import DRIFT, Trust
from kiosk.domain.health import READY, Part, State
from kiosk.domain.records import Entry, Kind
from kiosk.events import PartChanged
from sync.journal.stamps import Quality, Stamp, dated
from tests.kiosk.machines import NOON, FakeMachine, TimedStation
from tests.sync.still import memory_folder

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
BELIEVED = (Quality.NTP, Quality.RTC)


@contextmanager
def timed(machine: FakeMachine | None = None) -> Iterator[TimedStation]:
    with memory_folder() as folder:
        station = TimedStation(Path(folder), machine or FakeMachine())
        try:
            yield station
        finally:
            station.close()


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_machine_without_a_chip_comes_right_by_itself_when_the_network_comes() -> None:
    """Such as a small board under chrony: it starts where it was switched off, and is told the time minutes later."""
    with timed() as at:
        at.restarts(off=3 * DAY, chip="none")
        assert at.watch.doubtful
        assert at.watch.health.state is State.DEGRADED
        at.machine.passes(10 * MINUTE)
        at.writes()
        at.happens(FakeMachine.network)
        assert (at.watch.doubtful, at.watch.health, at.woken) == (False, READY, 1)
        assert at.told[-1] == PartChanged(Part.CLOCK, READY)
        written = next(row for row in at.rows() if row.kind == Kind.STAFF_CALLED)
        truth = at.truths[written.seq - 1]
        assert written.stamp.quality is Quality.RESTORED
        assert written.stamp.wall < truth - 2 * DAY
        known = at.journal.dated(written.stamp)
        assert abs(known.wall - truth) < SECOND
        assert known.quality is Quality.NTP


def test_a_step_is_a_row_with_where_the_clock_stood_and_where_it_stands() -> None:
    with timed() as at:
        at.machine.error = -40 * MINUTE
        at.restarts()
        at.happens(FakeMachine.network)
        changed = at.rows()[-1]
        assert changed.kind == Kind.CLOCK_CHANGED
        assert changed.data["was"] == "kept"
        assert changed.data["now"] == "synced"
        assert changed.data["moved_ms"] == 40 * 60 * 1000
        assert int(changed.data["began_ms"] or 0) - int(changed.data["was_began_ms"] or 0) == 40 * 60 * 1000
        at.looks()
        assert at.rows()[-1] == changed, "once"


@pytest.mark.parametrize(
    ("befalls", "words"),
    [
        (lambda at: at.restarts(off=HOUR, chip="dead"), "battery is flat"),
        (lambda at: at.restarts(off=HOUR, chip="none"), "nothing kept the clock"),
        (lambda at: at.happens(lambda machine: machine.is_set(NOON + 30 * DAY)), "not by the network"),
    ],
)
def test_staff_read_what_is_wrong_and_what_helps(befalls: Callable[[TimedStation], None], words: str) -> None:
    with timed() as at:
        befalls(at)
        assert words in at.watch.health.sentence
        assert "timedatectl" in at.watch.health.sentence


def test_a_person_who_says_that_it_is_right_is_named_in_a_row_and_believed_after_the_next_start() -> None:
    """The one way out for a machine that never meets a network, after somebody once set it years ahead."""
    with timed() as at:
        at.happens(lambda machine: machine.is_set(NOON + 300 * DAY))
        at.watch.believe(by=1000)
        at.writes()
        at.happens(lambda machine: machine.is_set(machine.truth))
        at.restarts()
        assert at.watch.doubtful, "it lies before what is written"
        assert "believed" in at.watch.believe(by=1000)
        assert at.rows()[-1].data["by"] == 1000
        at.restarts(off=DAY, chip="alive")
        assert at.watch.health is READY
        assert abs(at.keeper.now() - at.machine.truth) < SECOND


def test_no_person_can_say_that_it_is_1970() -> None:
    with timed() as at:
        at.restarts(off=HOUR, chip="dead")
        with pytest.raises(ValueError, match="Set the clock first"):
            at.watch.believe(by=0)


def test_summer_time_is_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine may live in any zone: its local time leaps, its clock does not."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    with timed(FakeMachine(truth=datetime(2027, 3, 28, 0, 59, 50, tzinfo=UTC))) as at:
        began = len(at.rows())
        for _ in range(10):
            at.looks()
        assert at.machine.truth > datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
        assert len(at.rows()) == began
    monkeypatch.undo()
    time.tzset()


def test_it_is_looked_at_every_other_second_at_most() -> None:
    with timed() as at:
        at.looks()
        at.machine.is_set(NOON + 5 * DAY)
        at.watch.look()
        assert not at.watch.doubtful
        at.looks()
        assert at.watch.doubtful


def test_a_stamp_is_never_made_worse() -> None:
    own = Stamp("boot-1", 5_000_000_000, NOON, Quality.NTP)
    assert dated(own, None) is own
    assert dated(own, Stamp("boot-2", 0, NOON + DAY, Quality.NTP)) is own
    assert dated(own, Stamp("boot-1", 0, NOON + DAY, Quality.RTC)) is own
    guess = Stamp("boot-1", 5_000_000_000, NOON, Quality.UNKNOWN)
    assert dated(guess, Stamp("boot-1", 0, NOON + DAY, Quality.RESTORED)) is guess
    assert dated(guess, Stamp("boot-1", 0, NOON + DAY, Quality.RTC)).wall == NOON + DAY + 5 * SECOND


# --- by chance -------------------------------------------------------------------------------------------------------

SPANS = st.integers(1, 3 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
STEPS = st.integers(-40 * 24 * 3600, 500 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
CHIPS = st.sampled_from(["alive", "dead", "none"])
Deed = Callable[[TimedStation], None]


def _passes(span: timedelta) -> Deed:
    return lambda at: at.happens(lambda machine: machine.passes(span))


def _set(by: timedelta) -> Deed:
    return lambda at: at.happens(lambda machine: machine.is_set(machine.wall + by))


def _lost(machine: FakeMachine) -> None:
    machine.synced = False


DEEDS: st.SearchStrategy[Deed] = st.one_of(
    SPANS.map(_passes),
    STEPS.map(_set),
    st.just(lambda at: at.writes()),
    st.just(lambda at: at.happens(FakeMachine.network)),
    st.just(lambda at: at.happens(_lost)),
    st.just(lambda at: at.restarts()),
    st.tuples(SPANS, CHIPS).map(lambda each: lambda at: at.restarts(*each)),
)


@given(st.lists(DEEDS, min_size=1, max_size=14))
def test_whatever_befalls_a_clock(deeds: list[Deed]) -> None:
    with timed() as at:
        for deed in deeds:
            deed(at)
            at.writes()
            assert at.watch.doubtful is (at.keeper.reckoning.trust is Trust.DOUBTFUL)
            assert at.watch.doubtful is bool(at.watch.health.sentence), "whoever doubts says so"
        _order_is_never_contradicted(at)
        _what_the_network_told_dates_its_whole_run(at)
        _no_row_goes_back_unnoticed(at)
        _a_reckoned_time_never_leads(at)
        at.happens(FakeMachine.network)
        assert at.keeper.stamp().quality is Quality.NTP
        assert abs(at.keeper.now() - at.machine.truth) < SECOND


def _order_is_never_contradicted(at: TimedStation) -> None:
    rows = at.rows()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert at.truths == sorted(at.truths)
    known = [at.journal.dated(row.stamp) for row in rows]
    for before, after in pairwise(known):
        assert before.boot_id != after.boot_id or before.wall <= after.wall
    assert at.journal.verify().holds


def _what_the_network_told_dates_its_whole_run(at: TimedStation) -> None:
    rows = at.rows()
    told = {row.stamp.boot_id for row in rows if row.stamp.quality is Quality.NTP}
    for row, truth in zip(rows, at.truths, strict=True):
        if row.stamp.boot_id in told:
            assert abs(at.journal.dated(row.stamp).wall - truth) < SECOND


def _no_row_goes_back_unnoticed(at: TimedStation) -> None:
    """Where a row is dated before the one before it, it is the very row that says that the clock has changed: and then
    by the network, or by an hour at most. A start in doubt goes back to what the network had told before somebody set
    the clock by hand, and no further."""
    rows = at.rows()
    for before, after in pairwise(rows):
        back = before.stamp.wall - after.stamp.wall
        if back <= timedelta(0):
            continue
        assert after.kind in (Kind.CLOCK_CHANGED, Kind.STATION_STARTED)
        if after.stamp.quality is Quality.RTC:
            assert back <= max(HOUR, DRIFT)
        elif after.stamp.quality is Quality.RESTORED:
            assert after.kind == Kind.STATION_STARTED
            assert at.journal.dated(before.stamp).wall <= after.stamp.wall


def _a_reckoned_time_never_leads(at: TimedStation) -> None:
    """Unless a time that was believed before it did."""
    led = timedelta(0)
    for row, truth in zip(at.rows(), at.truths, strict=True):
        ahead = row.stamp.wall - truth
        if row.stamp.quality in BELIEVED:
            led = max(led, ahead)
        else:
            assert ahead <= led + SECOND


def test_rows_of_a_release_that_looked_at_nothing_keep_what_they_say(tmp_path: Path) -> None:
    with timed() as at:
        stamp = Stamp("boot-of-old", 1, NOON - DAY, Quality.RTC)
        at.journal.write([Entry(Kind.STAFF_CALLED)])
        assert at.journal.dated(stamp) == stamp
