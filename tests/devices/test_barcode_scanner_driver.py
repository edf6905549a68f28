"""A scanner on a line: what is scanned is told once, and staff are told what is wrong with it."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

import pytest

from devices.drivers.barcode_serial import SPEC
from devices.drivers.barcode_serial.brands import Brand
from devices.drivers.barcode_serial.codec import Junk, Outcome, Scan, Suffix, Symbology
from devices.drivers.barcode_serial.driver import Driver, Listener
from devices.drivers.barcode_serial.settings import Settings
from devices.drivers.barcode_serial.sim import DECODE_SECONDS, Fault, SimScanner
from devices.transport.port import WireFault
from devices.transport.simline import LineFault, MemoryLine, VirtualTime
from devices.transport.simserve import SimServer, serve_pty, serve_tcp
from kiosk.domain.health import READY, Health, Part, State
from kiosk.events import BarcodeScanned, Event, PartChanged

BOOK = "30234000517861"
SOON = 10.0


def listener(sim: SimScanner, *faults: LineFault, **settings: object) -> tuple[Listener, MemoryLine]:
    line = MemoryLine(sim, VirtualTime(), set(faults))
    chosen = Settings.model_validate({"wire": "/dev/ttyUSB0", "brand": sim.brand, **settings})
    return Listener(line, chosen, line.time.monotonic), line


def heard(ear: Listener, times: int = 12) -> list[Outcome]:
    return [outcome for _ in range(times) for outcome in ear.hear()]


# --- the conversation, in virtual time -------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, Fault.SPLIT])
def test_a_code_arrives_whole_however_the_adapter_cuts_it(fault: Fault | None) -> None:
    sim = SimScanner(faults={fault} if fault else set())
    ear, line = listener(sim)
    line.push(sim.scan(BOOK))
    assert heard(ear) == [Scan(BOOK, Symbology.CODABAR)]


def test_a_code_takes_the_time_its_bytes_take_at_9600_baud() -> None:
    (sent,) = SimScanner().scan(BOOK)
    assert len(sent.data) == len("]F0A30234000517861B\r")
    assert sent.after == pytest.approx(DECODE_SECONDS + 20 * 10 / 9600)
    assert SimScanner(baud=None).scan(BOOK)[0].after == DECODE_SECONDS


@pytest.mark.parametrize(
    ("fault", "junk"),
    [
        (Fault.NO_SUFFIX, Junk.NO_SUFFIX),
        (Fault.OVERLONG, Junk.TOO_LONG),
        (Fault.RUN_TOGETHER, Junk.CONTROL),
        (Fault.CONTROL, Junk.CONTROL),
    ],
)
def test_each_fault_of_a_scanner_is_named_and_yields_no_number(fault: Fault, junk: Junk) -> None:
    sim = SimScanner(faults={fault})
    ear, line = listener(sim)
    line.push(sim.scan(BOOK))
    assert heard(ear) == [junk]
    sim.faults.clear()
    line.push(sim.scan(BOOK))
    assert heard(ear) == [Scan(BOOK, Symbology.CODABAR)]


@pytest.mark.parametrize("fault", list(LineFault))
def test_no_fault_of_the_line_yields_a_number_that_was_not_scanned(fault: LineFault) -> None:
    sim = SimScanner()
    ear, line = listener(sim, fault)
    for _ in range(20):
        line.push(sim.scan(BOOK))
        heard(ear)
    outcomes = []
    line.faults.clear()
    line.push(sim.scan(BOOK))
    outcomes += heard(ear, 30)
    assert outcomes[-1:] == [Scan(BOOK, Symbology.CODABAR)]


def test_a_scanner_set_to_no_suffix_is_read_by_its_silence() -> None:
    sim = SimScanner(suffix=b"")
    ear, line = listener(sim, suffix=Suffix.SILENCE)
    line.push(sim.scan(BOOK))
    assert heard(ear) == [Scan(BOOK, Symbology.CODABAR)]


@pytest.mark.parametrize("brand", [Brand.HONEYWELL, Brand.NEWLAND])
def test_a_scanner_fresh_from_the_factory_is_given_its_suffix_at_the_start(brand: Brand) -> None:
    sim = SimScanner(brand=brand, suffix=b"", aim=brand is Brand.HONEYWELL, faults={Fault.NO_SUFFIX})
    ear, line = listener(sim)
    assert ear.set_up()
    line.push(sim.scan(BOOK))
    assert heard(ear) == [Scan(BOOK, Symbology.CODABAR)]


@pytest.mark.parametrize("trouble", [Fault.REFUSES, LineFault.SILENT])
def test_settings_that_were_refused_or_not_answered_are_told_and_scanning_goes_on(trouble: object) -> None:
    sim = SimScanner(brand=Brand.NEWLAND)
    ear, line = listener(sim)
    (sim.faults if isinstance(trouble, Fault) else line.faults).add(trouble)  # type: ignore[arg-type]
    before = line.time.now
    assert not ear.set_up()
    assert line.time.now - before <= 1.1
    sim.faults.clear()
    line.faults.clear()
    line.push(sim.scan(BOOK))
    assert heard(ear) == [Scan(BOOK, Symbology.CODABAR)]


@dataclass
class Watched(MemoryLine):
    """A line on which things happen at their time, and which ends after ninety seconds."""

    agenda: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def at(self, seconds: float, do: Callable[[], None]) -> None:
        self.agenda.append((seconds, do))

    def read(self, most: int, timeout: float) -> bytes:
        while self.agenda and self.agenda[0][0] <= self.time.now:
            self.agenda.pop(0)[1]()
        self.plugged = self.time.now < 90
        return super().read(most, timeout)


# --- the driver, on real wires ---------------------------------------------------------------------------------------


class Ears:
    """What the station hears, in order."""

    def __init__(self) -> None:
        self._events: queue.Queue[Event] = queue.Queue()

    def __call__(self, event: Event) -> None:
        self._events.put(event)

    def next(self) -> Event:
        return self._events.get(timeout=SOON)

    def until(self, state: State) -> Health:
        while True:
            match self.next():
                case PartChanged(Part.SCANNER, health) if health.state is state:
                    return health
                case BarcodeScanned():
                    pytest.fail("scanned something meanwhile")
                case _:
                    pass

    def nothing(self) -> bool:
        return self._events.empty()


@contextmanager
def station(
    sim: SimScanner, serve: Callable[..., SimServer] = serve_pty, **settings: object
) -> Iterator[tuple[SimServer, Ears, Driver]]:
    with serve(sim, real_time=False) as line:
        chosen = Settings.model_validate({"wire": line.wire, "brand": sim.brand, **settings})
        driver, ears = SPEC.make(chosen), Ears()
        assert isinstance(driver, Driver)
        assert driver.health().state is State.ABSENT
        driver.start(ears)
        try:
            yield line, ears, driver
        finally:
            driver.stop()


@pytest.mark.parametrize("serve", [serve_pty, serve_tcp])
def test_a_scan_is_told_and_the_scanner_stands_ready(serve: Callable[..., SimServer]) -> None:
    sim = SimScanner()
    with station(sim, serve) as (line, ears, driver):
        assert ears.until(State.READY) == READY
        line.push(sim.scan(BOOK))
        assert ears.next() == BarcodeScanned(BOOK)
        line.push(sim.scan("21234000024172"))
        assert ears.next() == BarcodeScanned("21234000024172")
        assert driver.health() == READY


@pytest.mark.parametrize(("settings", "told"), [({}, 2), ({"repeat_seconds": 0.1}, 4), ({"repeat_seconds": 0}, 4)])
def test_a_code_read_again_within_a_second_is_told_once(settings: dict[str, float], told: int) -> None:
    sim, ears = SimScanner(faults={Fault.DOUBLED}), Ears()
    line = Watched(sim, VirtualTime())
    for at in (1.0, 5.0):
        line.at(at, lambda: line.push(sim.scan(BOOK)))
    driver = Driver(Settings.model_validate({"wire": "/dev/ttyUSB0", **settings}), monotonic=line.time.monotonic)
    driver._emit = ears
    with pytest.raises(WireFault):
        driver.serve(line)
    assert [ears.next() for _ in range(told)] == [BarcodeScanned(BOOK)] * told
    assert ears.nothing()


def test_a_scanner_pulled_out_and_plugged_in_again_is_told_both_times_and_works_on() -> None:
    sim = SimScanner()
    with station(sim) as (line, ears, driver):
        ears.until(State.READY)
        line.unplug()
        gone = ears.until(State.ABSENT)
        assert gone.sentence.startswith(f"Barcode scanner: {line.wire} ")
        assert "plug it in" in gone.sentence
        line.plug()
        ears.until(State.READY)
        line.push(sim.scan(BOOK))
        assert ears.next() == BarcodeScanned(BOOK)
        assert driver.health() == READY


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (Fault.NO_SUFFIX, "set its suffix to CR"),
        (Fault.CONTROL, "check its speed (baud)"),
        (Fault.OVERLONG, "max_length"),
        (LineFault.GARBAGE, "check its speed (baud)"),
    ],
)
def test_three_unreadable_lines_in_a_row_are_told_to_staff_and_a_scan_clears_it(fault: Enum, word: str) -> None:
    sim, ears = SimScanner(), Ears()
    line = Watched(sim, VirtualTime())
    (line.faults if isinstance(fault, LineFault) else sim.faults).add(fault)  # type: ignore[arg-type]
    for at in range(12):
        line.at(5.0 * at, lambda: line.push(sim.scan(BOOK)))
    line.at(60.0, sim.faults.clear)
    line.at(60.0, line.faults.clear)
    line.at(61.0, lambda: line.push(sim.scan(BOOK)))
    driver = Driver(Settings(wire="/dev/ttyUSB0"), monotonic=line.time.monotonic)
    driver._emit = ears
    driver._standing.tell(ears)
    with pytest.raises(WireFault):
        driver.serve(line)
    ears.until(State.READY)
    told = ears.until(State.DEGRADED)
    assert told.sentence.startswith("Barcode scanner: /dev/ttyUSB0 sends ")
    assert word in told.sentence
    ears.until(State.READY)
    assert ears.next() == BarcodeScanned(BOOK)
    assert ears.nothing()


def test_a_scanner_of_another_brand_is_told_to_staff() -> None:
    sim = SimScanner(brand=Brand.HONEYWELL, faults={Fault.REFUSES})
    with station(sim) as (line, ears, _):
        told = ears.until(State.DEGRADED)
        assert told.sentence.endswith('is it of that brand? Use "other" if not.')
        line.push(sim.scan(BOOK))
        assert ears.next() == BarcodeScanned(BOOK)


def test_a_port_that_is_not_there_is_told_with_its_cure_and_stop_does_not_wait_for_it() -> None:
    driver, ears = Driver(Settings(wire="/dev/serial/by-id/usb-none")), Ears()
    driver.start(ears)
    ears.next()
    told = ears.until(State.ABSENT)
    assert told.sentence == ("Barcode scanner: /dev/serial/by-id/usb-none is not there; plug it in and switch it on.")
    driver.stop()
    driver.stop()
