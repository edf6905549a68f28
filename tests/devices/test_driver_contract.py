"""What every driver owes the station, whatever device it drives and whatever goes wrong.

Every SPEC found is run against its own simulator on a pty, under every fault of the line and every fault of the
simulator. All cases run at once, each in a thread of its own, since most of the time they wait.
"""

import logging
import queue
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

import pytest
from pydantic import ValidationError

from devices.discover import drivers
from devices.spec import Spec
from devices.transport.simline import LineFault
from devices.transport.simserve import SimServer, serve_pty, serve_tcp
from kiosk.domain.health import State
from kiosk.domain.ids import TagUid
from kiosk.domain.items import Security
from kiosk.domain.receipts import Line, Receipt, Template
from kiosk.events import BarcodeScanned, Event, PartChanged, SecurityNotSet, SecuritySet, TagRead
from kiosk.ports.devices import Driver, ReceiptPrinter, TagReader

SPECS, BROKEN = drivers()
QUICK: dict[str, dict[str, Any]] = {
    "feig": {"answer_seconds": 0.1, "idle_seconds": 0.05},
    "escpos": {"poll_seconds": 0.1, "print_seconds": 5},
}
"""Settings that make a driver notice sooner; none that make it more lenient."""
OUTCOME = 15.0
"""Seconds within which whoever asked for something must have an answer, however bad the wire."""
RECOVERY = 30.0
"""Seconds within which a driver works again after the fault is gone: its waits between attempts among them."""
E = TypeVar("E", bound=Event)


class Wire(Enum):
    UNPLUGGED = "the cable"
    NONE = "no fault"


@dataclass(frozen=True)
class Case:
    spec: Spec[Any]
    fault: Enum
    serve: Callable[..., SimServer] = serve_pty

    @property
    def name(self) -> str:
        return f"{self.spec.name}-{self.serve.__name__[6:]}-{type(self.fault).__name__}.{self.fault.name}"


CASES = [
    Case(spec, fault, serve)
    for spec in SPECS.values()
    for serve in (serve_pty, serve_tcp)
    for fault in (*Wire, *LineFault, *spec.faults)
    if serve is serve_pty or isinstance(fault, Wire)
]


class Desk:
    """One driver at its simulator."""

    def __init__(self, case: Case) -> None:
        self.sim: Any = case.spec.simulator()
        self.line = case.serve(self.sim, real_time=False)
        self.driver: Driver = case.spec.make(case.spec.settings(wire=self.line.wire, **QUICK.get(case.spec.name, {})))
        self.events: queue.Queue[Event] = queue.Queue()
        self.title = case.spec.title

    def start(self) -> None:
        self.driver.start(self.events.put)

    def close(self) -> None:
        began = time.monotonic()
        self.driver.stop()
        self.driver.stop()
        took = time.monotonic() - began
        self.line.close()
        assert took < 2.5, f"stopping took {took:.1f} s"

    def next(self, *kinds: type[E], seconds: float) -> E | None:
        """Return the next event of one of these kinds, dropping others; None when the time is over."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                event = self.events.get(timeout=left)
            except queue.Empty:
                return None
            if isinstance(event, kinds):
                return event
        return None

    def act(self) -> None:
        self.line.push(self.sim.act(time.monotonic()))

    def ready(self) -> None:
        until = time.monotonic() + RECOVERY
        while not self.driver.health().usable:
            assert time.monotonic() < until, f"never became usable: {self.driver.health()}"
            self.next(PartChanged, seconds=0.5)

    # --- what each kind of device is for ---

    def use(self) -> bool:
        """Use the device once as the station does; say whether it did what it is for. An answer must come."""
        if isinstance(self.driver, TagReader):
            return self._lend_a_book(self.driver)
        if isinstance(self.driver, ReceiptPrinter):
            return self._print(self.driver)
        self.act()
        return self.next(BarcodeScanned, seconds=1.0) is not None

    def _lend_a_book(self, driver: TagReader) -> bool:
        self.act()
        read = self.next(TagRead, seconds=2.0)
        uid = read.facts.uid if read else TagUid("E00401500000FFFF")
        driver.set_security(uid, Security.DISARMED)
        outcome = self.next(SecuritySet, SecurityNotSet, seconds=OUTCOME)
        assert outcome is not None, "nobody said what became of the security bit"
        assert (outcome.uid, outcome.security) == (uid, Security.DISARMED)
        return read is not None and isinstance(outcome, SecuritySet)

    def _print(self, driver: ReceiptPrinter) -> bool:
        self.act()
        done: queue.Queue[bool] = queue.Queue()
        receipt = Receipt(card="•••• 4172", lent=(Line("Солярис", datetime(2026, 1, 12, tzinfo=UTC).date()),))
        driver.print_receipt(receipt, Template("Библиотека № 1"), datetime(2025, 12, 12, tzinfo=UTC), done.put)
        return done.get(timeout=OUTCOME)


def set_fault(desk: Desk, fault: Enum) -> None:
    match fault:
        case Wire.UNPLUGGED:
            desk.line.unplug()
        case LineFault():
            desk.line.faults = {fault}
        case Wire.NONE:
            pass
        case _:
            desk.sim.faults.add(fault)


def mend(desk: Desk) -> None:
    desk.line.faults = set()
    desk.sim.faults.clear()
    desk.line.plug()


def run(case: Case) -> None:
    """The contract: work, meet the fault, answer all the same, say how it stands, and work again."""
    desk = Desk(case)
    try:
        desk.start()
        desk.ready()
        works(desk)
        set_fault(desk, case.fault)
        for _ in range(2):
            desk.use()
        told(desk)
        if case.fault is Wire.UNPLUGGED:
            assert desk.driver.health().state is State.ABSENT
            assert desk.line.wire in desk.driver.health().sentence
        mend(desk)
        desk.ready()
        works(desk)
        told(desk)
    finally:
        desk.close()


def works(desk: Desk) -> None:
    until = time.monotonic() + RECOVERY
    while not desk.use():
        assert time.monotonic() < until, f"does not work: {desk.driver.health()}"


def told(desk: Desk) -> None:
    """Whoever is not well says which device it is, and what staff can do."""
    health = desk.driver.health()
    if health.state is State.READY:
        assert health.sentence == ""
    else:
        assert health.sentence.startswith(desk.title)
        assert health.sentence.rstrip()[-1] in ".?"


# --- the cases run at once -------------------------------------------------------------------------------------------


class Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@dataclass
class Runs:
    futures: dict[str, Future[None]]
    errors: Errors


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Runs]:
    chosen = {case.name for item in request.session.items if isinstance(case := _params(item).get("case"), Case)}
    errors = Errors()
    logging.getLogger().addHandler(errors)
    with ThreadPoolExecutor(max_workers=len(CASES)) as pool:
        yield Runs({case.name: pool.submit(run, case) for case in CASES if case.name in chosen}, errors)
    logging.getLogger().removeHandler(errors)


def _params(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_driver_meets_a_fault_answers_and_works_again(case: Case, runs: Runs) -> None:
    runs.futures[case.name].result(timeout=110)


def test_no_driver_fell_over(runs: Runs) -> None:
    for future in runs.futures.values():
        future.exception(timeout=110)
    assert [record.getMessage() for record in runs.errors.records] == []


# --- before any wire is there ----------------------------------------------------------------------------------------

EACH = pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))


def test_every_folder_of_a_driver_has_a_spec() -> None:
    assert BROKEN == {}
    assert "feig" in SPECS


@EACH
def test_a_device_that_is_not_there_has_a_status_and_no_traceback(
    spec: Spec[Any], caplog: pytest.LogCaptureFixture
) -> None:
    driver = spec.make(spec.settings(wire="/dev/not-there"))
    events: queue.Queue[Event] = queue.Queue()
    driver.start(events.put)
    while not (event := events.get(timeout=5.0)).health.sentence.count("not there;"):  # type: ignore[union-attr]
        assert isinstance(event, PartChanged)
    assert driver.health().state is State.ABSENT
    assert "/dev/not-there" in driver.health().sentence
    driver.stop()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@EACH
def test_a_driver_is_made_without_a_wire_and_stopped_without_a_start(spec: Spec[Any]) -> None:
    driver = spec.make(spec.settings(wire="/dev/not-there"))
    assert driver.parts == spec.parts
    assert driver.health().state is not State.READY
    driver.stop()


@EACH
def test_settings_refuse_what_they_do_not_know(spec: Spec[Any]) -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        spec.settings(wire="/dev/x", bogus=1)
    with pytest.raises(ValidationError, match="tcp://host:port"):
        spec.settings(wire="COM3")
    assert spec.name == spec.name.lower().replace("-", "_")


@EACH
def test_a_simulator_bears_any_bytes(spec: Spec[Any]) -> None:
    sim = spec.simulator()
    for piece in (b"", bytes(range(256)), b"\xff" * 5000, b"\x02\xff\xff", b"\r\n" * 50):
        assert all(sent.after >= 0 for sent in sim.receive(piece, 0.0))
