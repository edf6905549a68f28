"""How the journal does: told once per change, tried again until a row is written."""

import threading

from kiosk.app.journal_watch import JournalWatch
from kiosk.domain.health import State
from kiosk.domain.records import Kind
from kiosk.events import PartChanged
from kiosk.ports.journal import JournalFault
from tests.kiosk.standins import MemoryJournal

FULL, GONE = JournalFault("no room left on the disk"), JournalFault("the disk failed")


class Told:
    def __init__(self) -> None:
        self.states: list[State] = []
        self._changed = threading.Condition()

    def __call__(self, event: object) -> None:
        assert isinstance(event, PartChanged)
        with self._changed:
            self.states.append(event.health.state)
            self._changed.notify_all()

    def wait_for(self, states: list[State]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.states == states, 10), self.states


def test_a_thousand_faults_are_told_once_and_tried_by_one_timer() -> None:
    told, journal = Told(), MemoryJournal()
    watch = JournalWatch(journal, told, retry=60)
    watch.opened()
    for number in range(1000):
        watch.told((FULL, GONE)[number % 2])
    assert told.states == [State.READY, State.ABSENT]
    assert watch.health.sentence == "the disk failed"
    assert sum(thread.name == "journal-retry" for thread in threading.enumerate()) == 1
    watch.stop()


def test_the_end_of_something_that_still_found_room_is_no_sign_of_health() -> None:
    told = Told()
    watch = JournalWatch(MemoryJournal(), told, retry=60)
    watch.opened()
    watch.told(FULL)
    watch.told(None)
    assert told.states == [State.READY, State.ABSENT]
    watch.stop()


def test_it_comes_back_by_itself_once_a_row_is_written() -> None:
    told, journal = Told(), MemoryJournal()
    watch = JournalWatch(journal, told, retry=0.001)
    watch.opened()
    journal.fault = FULL
    watch.told(FULL)
    told.wait_for([State.READY, State.ABSENT])
    journal.fault = None
    told.wait_for([State.READY, State.ABSENT, State.READY])
    assert journal.kinds == [Kind.JOURNAL_ANSWERS]
    watch.stop()


def test_a_station_that_stops_leaves_no_timer() -> None:
    watch = JournalWatch(MemoryJournal(), Told(), retry=0.001)
    watch.opened()
    watch.stop()
    watch.told(FULL)
    assert not any(thread.name == "journal-retry" for thread in threading.enumerate())
