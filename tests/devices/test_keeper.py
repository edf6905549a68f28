"""A wire is kept by one thread, whatever happens on it, and its standing is told when it changes."""

import logging
import queue
import threading
from collections.abc import Callable

import pytest

from devices.keeper import Keeper, Standing, lost
from devices.transport.port import Port, WireFault
from devices.transport.reconnect import Backoff
from kiosk.domain.health import READY, Health, Part, State
from kiosk.events import Event, PartChanged

SOON = 5.0
GONE = WireFault("/dev/ttyUSB0", "hung up")


class Wire:
    """A port that only counts how often it was closed."""

    def __init__(self) -> None:
        self.closed = 0

    def read(self, most: int, timeout: float) -> bytes:
        return b""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None:
        self.closed += 1


class Bench:
    """A keeper that never waits long, whose openings and breaks are seen one by one."""

    def __init__(self, serve: Callable[[Port], None], refused: int = 0) -> None:
        self.wires: list[Wire] = []
        self.breaks: queue.Queue[WireFault] = queue.Queue()
        self.backoff = Backoff(first=0.001, ceiling=0.002)
        self.now = 0.0
        self._refused = refused
        self.keeper = Keeper("bench", self._open, serve, self.breaks.put, lambda: self.now, self.backoff)

    def _open(self) -> Port:
        if self._refused:
            self._refused -= 1
            raise GONE
        self.wires.append(Wire())
        return self.wires[-1]


def test_a_wire_that_breaks_is_closed_and_opened_again() -> None:
    served = threading.Semaphore(0)

    def serve(_: Port) -> None:
        served.release()
        raise GONE

    bench = Bench(serve, refused=2)
    bench.keeper.start()
    for _ in range(3):
        assert served.acquire(timeout=SOON)
    bench.keeper.stop()
    assert [wire.closed for wire in bench.wires] == [1] * len(bench.wires)
    assert [bench.breaks.get(timeout=SOON) for _ in range(5)] == [GONE] * 5


def test_a_driver_that_falls_over_has_a_status_and_another_try(caplog: pytest.LogCaptureFixture) -> None:
    tries = queue.Queue[int]()

    def serve(_: Port) -> None:
        tries.put(1)
        raise ZeroDivisionError

    bench = Bench(serve)
    with caplog.at_level(logging.ERROR):
        bench.keeper.start()
        assert [tries.get(timeout=SOON) for _ in range(3)] == [1, 1, 1]
        assert bench.breaks.get(timeout=SOON).what == "driver fell over: ZeroDivisionError"
        bench.keeper.stop()
    assert "bench fell over" in caplog.text
    assert bench.wires[0].closed == 1


def test_waits_grow_until_a_wire_held_for_a_while() -> None:
    bench = Bench(lambda _: None)
    steady = threading.Semaphore(0)

    def serve(_: Port) -> None:
        if len(bench.wires) == 3:
            bench.now += Keeper.STEADY
        steady.release()
        raise GONE

    bench.keeper._serve = serve
    bench.keeper.start()
    for _ in range(3):
        assert steady.acquire(timeout=SOON)
    for _ in range(3):
        bench.breaks.get(timeout=SOON)
    bench.keeper.stop()
    assert bench.backoff.failures <= len(bench.wires) - 2


def test_stop_ends_the_thread_closes_the_wire_and_may_be_repeated() -> None:
    inside = threading.Event()
    bench = Bench(lambda _: None)

    def serve(_: Port) -> None:
        inside.set()
        bench.keeper.stopping.wait(SOON)

    bench.keeper._serve = serve
    bench.keeper.stop()  # before the start: nothing to stop yet
    bench.keeper.stopping.clear()
    bench.keeper.start()
    assert inside.wait(SOON)
    bench.keeper.stop()
    bench.keeper.stop()
    assert not bench.keeper._thread.is_alive()
    assert bench.wires[0].closed == 1


def test_a_standing_is_told_at_once_and_then_only_when_it_changes() -> None:
    heard: list[Event] = []
    absent = Health(State.ABSENT, "not opened yet")
    standing = Standing([Part.TAGS, Part.CARDS], absent)
    standing.becomes(READY)
    assert heard == []
    standing.tell(heard.append)
    standing.becomes(READY)
    standing.becomes(absent)
    assert heard == [PartChanged(part, health) for health in (READY, absent) for part in (Part.TAGS, Part.CARDS)]
    assert standing.health == absent


@pytest.mark.parametrize(
    ("what", "state", "word"),
    [
        ("No such file or directory", State.ABSENT, "plug it in"),
        ("Permission denied", State.CONFIG_ERROR, "add the kiosk's user to the group"),
        ("Device or resource busy", State.ABSENT, "stop that program"),
        ("Resource temporarily unavailable", State.ABSENT, "stop that program"),
        ("hung up", State.ABSENT, "plug it in again"),
        ("Connection refused", State.ABSENT, "port number"),
        ("something new", State.ABSENT, "(something new); check cable and power"),
    ],
)
def test_a_lost_wire_is_told_with_its_cure(what: str, state: State, word: str) -> None:
    health = lost("RFID pad", WireFault("/dev/ttyUSB0", what))
    assert health.state is state
    assert health.sentence.startswith("RFID pad: /dev/ttyUSB0 ")
    assert word in health.sentence
