"""The pad's thread: what it says of itself, and what becomes of orders when the wire goes."""

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from devices.drivers.feig import SPEC, Settings
from devices.drivers.feig.driver import Driver
from devices.drivers.feig.field import LOANED, SECURED, Field, tag_of_2
from devices.drivers.feig.sim import Fault, SimReader
from devices.transport.simline import LineFault
from devices.transport.simserve import SimServer, serve_pty, serve_tcp
from kiosk.domain.health import READY, State
from kiosk.domain.ids import TagUid
from kiosk.domain.items import Security
from kiosk.events import Event, PartChanged, SecurityNotSet, SecuritySet, TagLost, TagRead, TagSeen
from kiosk.ports.devices import TagReader

UID = bytes.fromhex("e00401501234abcd")
NAME = TagUid("E00401501234ABCD")
SOON = 10.0


class Rig:
    def __init__(self, line: SimServer, sim: SimReader) -> None:
        self.line, self.sim = line, sim
        self.events: queue.Queue[Event] = queue.Queue()
        self.driver = Driver(Settings(wire=line.wire, answer_seconds=0.1, idle_seconds=0.05))

    def until(self, kind: type[Event], **said: Any) -> list[Event]:
        """Return what was told until an event of this kind that says this."""
        told: list[Event] = []
        until = time.monotonic() + SOON
        while time.monotonic() < until:
            told.append(self.events.get(timeout=SOON))
            if isinstance(told[-1], kind) and all(getattr(told[-1], name) == what for name, what in said.items()):
                return told
        raise AssertionError(f"no {kind.__name__} with {said} in {told}")

    def state(self, state: State) -> str:
        """Wait for this state of health; return its sentence."""
        until = time.monotonic() + SOON
        while self.driver.health().state is not state:
            assert time.monotonic() < until, self.driver.health()
            self.until(PartChanged)
        return self.driver.health().sentence


@pytest.fixture(params=[serve_pty, serve_tcp], ids=["serial", "tcp"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    sim = SimReader(Field([tag_of_2(UID, "30234000517861")]))
    with request.param(sim, real_time=False) as line:
        rig = Rig(line, sim)
        rig.driver.start(rig.events.put)
        yield rig
        rig.driver.stop()


def test_a_book_is_seen_read_disarmed_and_lost_in_the_order_it_happens(rig: Rig) -> None:
    told = rig.until(TagRead)
    rig.driver.set_security(NAME, Security.DISARMED)
    told += rig.until(SecuritySet)
    assert [tag.afi for tag in rig.sim.pad.tags()] == [LOANED]
    rig.sim.pad.clear()
    told += rig.until(TagLost)
    kinds = [type(event) for event in told if not isinstance(event, PartChanged)]
    assert kinds == [TagSeen, TagRead, SecuritySet, TagLost]
    assert rig.driver.health() == READY


def test_an_unplugged_reader_loses_what_lay_there_and_finds_it_again(rig: Rig) -> None:
    rig.until(TagRead)
    rig.line.unplug()
    rig.until(TagLost, uid=NAME)
    rig.state(State.ABSENT)
    assert rig.line.wire in rig.driver.health().sentence
    rig.driver.set_security(NAME, Security.DISARMED)
    assert rig.until(SecurityNotSet)[-1] == SecurityNotSet(NAME, Security.DISARMED)
    rig.line.plug()
    rig.until(TagRead)
    assert [tag.afi for tag in rig.sim.pad.tags()] == [SECURED]
    rig.state(State.READY)


def test_a_reader_that_falls_silent_is_absent_and_comes_back(rig: Rig) -> None:
    rig.until(TagRead)
    rig.line.faults = {LineFault.SILENT}
    assert "does not answer" in rig.state(State.ABSENT)
    rig.line.faults = set()
    rig.state(State.READY)


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [(Fault.SCAN_MODE, State.CONFIG_ERROR, "ISO host mode"), (Fault.RF_ERROR, State.DEGRADED, "radio field")],
)
def test_trouble_that_lasts_is_told_with_its_cure_and_clears_itself(
    rig: Rig, fault: Fault, state: State, words: str
) -> None:
    rig.until(TagRead)
    rig.sim.faults = {fault}
    assert words in rig.state(state)
    rig.sim.faults = set()
    rig.state(State.READY)


def test_a_disturbance_now_and_then_is_no_state() -> None:
    class Flaky(SimReader):
        rounds = 0

        def _inventory(self, more: bool) -> Any:
            self.rounds += 1
            return self._do(b"\xb0") if self.rounds % 2 else super()._inventory(more)

    sim = Flaky(Field([tag_of_2(UID, "30234000517861")]))
    with serve_pty(sim, real_time=False) as line:
        rig = Rig(line, sim)
        rig.driver.start(rig.events.put)
        told = rig.until(TagRead)
        sim.pad.clear()
        told += rig.until(TagLost)
        assert sim.rounds > 12
        assert [e.health.state for e in told if isinstance(e, PartChanged)] == [State.ABSENT, State.READY]
        rig.driver.stop()


def test_a_small_reader_says_so_while_too_much_lies_on_it() -> None:
    sim = SimReader(Field(tag_of_2(UID[:7] + bytes((n,)), f"{n:08}") for n in range(6)), faults={Fault.FOUR_TAGS})
    with serve_pty(sim, real_time=False) as line:
        rig = Rig(line, sim)
        rig.driver.start(rig.events.put)
        assert "CPR.M02 finds at most 4 items" in rig.state(State.DEGRADED)
        sim.pad.clear()
        rig.state(State.READY)
        rig.driver.stop()


def test_a_reader_for_other_tags_is_the_wrong_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.drivers.feig.sim._VERSION", bytes((3, 0, 0, 0, 0x76, 0, 0x01)))
    sim = SimReader(Field())
    with serve_pty(sim, real_time=False) as line:
        rig = Rig(line, sim)
        rig.driver.start(rig.events.put)
        assert "another reader is needed" in rig.state(State.CONFIG_ERROR)
        rig.driver.stop()


def test_a_reader_that_does_not_say_its_name_is_tried_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.drivers.feig.sim._VERSION", b"")
    with serve_pty(sim := SimReader(Field([tag_of_2(UID, "30234000517861")])), real_time=False) as line:
        rig = Rig(line, sim)
        rig.driver.start(rig.events.put)
        rig.until(TagRead)
        rig.state(State.READY)
        rig.driver.stop()


def test_an_order_for_what_is_no_tag_is_answered(rig: Rig) -> None:
    rig.until(TagRead)
    for name in ("", "zz", "E004"):
        rig.driver.set_security(TagUid(name), Security.ARMED)
        assert rig.until(SecurityNotSet)[-1] == SecurityNotSet(TagUid(name), Security.ARMED)


def test_stopping_leaves_no_order_without_an_answer(rig: Rig) -> None:
    rig.until(TagRead)
    rig.line.faults = {LineFault.SILENT}
    for _ in range(5):
        rig.driver.set_security(NAME, Security.DISARMED)
    began = time.monotonic()
    rig.driver.stop()
    assert time.monotonic() - began < 2.0
    outcomes = [event for event in list(rig.events.queue) if isinstance(event, SecurityNotSet)]
    assert len(outcomes) == 5


def test_the_driver_is_a_tag_reader() -> None:
    assert isinstance(SPEC.make(Settings(wire="/dev/pad")), TagReader)


def test_settings_that_cannot_work_are_refused_in_words() -> None:
    with pytest.raises(ValidationError, match="no gate could tell"):
        Settings(wire="/dev/pad", afi_secured=0x07, afi_loaned=0x07)
