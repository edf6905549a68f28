"""A receipt is printed when the printer says so, and staff are told what keeps it from printing."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum

import pytest
from pydantic import ValidationError

from devices.drivers.escpos import SPEC
from devices.drivers.escpos.codec import FENCE, Trouble
from devices.drivers.escpos.conversation import Conversation
from devices.drivers.escpos.driver import MOST_WAITING, Driver
from devices.drivers.escpos.layout import PaperLine
from devices.drivers.escpos.paper import FRAGMENT, Model, Paper
from devices.drivers.escpos.printing import on_paper
from devices.drivers.escpos.settings import Settings
from devices.drivers.escpos.sim import Fault, SimPrinter
from devices.transport.simline import LineFault, MemoryLine, VirtualTime
from devices.transport.simserve import SimServer, serve_pty, serve_tcp
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.receipts import Line, Receipt, Template
from kiosk.events import Event, PartChanged

AT = datetime(2026, 11, 20, 19, 44)  # noqa: DTZ001 - local time of the site, as the port hands it over
TEMPLATE = Template("Библиотека на Садовой")
LOAN = Receipt(card="•••• 4172", lent=(Line("Мастер и Маргарита", date(2026, 12, 12)),))
LONG = Receipt(lent=tuple(Line(f"Том {n}", date(2026, 12, 12)) for n in range(60)))
LINES = [PaperLine(f"строка {n}") for n in range(2 * FRAGMENT + 3)]
PAPER = Paper(Model())
SOON = 10.0


def talk(sim: SimPrinter, *faults: LineFault, confirms: bool = True) -> tuple[Conversation, MemoryLine]:
    line = MemoryLine(sim, VirtualTime(), set(faults))
    return Conversation(line, confirms, line.time.monotonic), line


# --- the conversation, in virtual time -------------------------------------------------------------------------------


def test_a_receipt_is_on_paper_when_the_printer_says_so() -> None:
    sim = SimPrinter()
    conversation, line = talk(sim)
    assert conversation.print(PAPER.fragments(LINES), 20) == frozenset()
    assert sim.receipts == [[line.text for line in LINES]]
    assert line.time.now == pytest.approx(sim.seconds + 0.5, abs=0.5)


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (Fault.PAPER_OUT, {Trouble.PAPER_OUT, Trouble.OFFLINE, Trouble.PAPER_LOW}),
        (Fault.PAPER_LOW, {Trouble.PAPER_LOW}),
        (Fault.COVER_OPEN, {Trouble.COVER_OPEN, Trouble.OFFLINE}),
        (Fault.OFFLINE, {Trouble.OFFLINE}),
        (Fault.CUTTER, {Trouble.CUTTER, Trouble.ERROR, Trouble.OFFLINE}),
        (Fault.SILENT, {Trouble.SILENT}),
        (Fault.GARBAGE, {Trouble.SILENT}),
        (Fault.SLOW, set()),
    ],
)
def test_a_survey_finds_each_fault(fault: Fault, found: set[Trouble]) -> None:
    conversation, _ = talk(SimPrinter(faults={fault}))
    assert conversation.survey() == found


def test_a_silent_printer_is_not_a_printed_receipt() -> None:
    conversation, line = talk(SimPrinter(faults={Fault.SILENT}))
    assert conversation.print(PAPER.fragments(LINES), 20) == {Trouble.SILENT}
    assert line.time.now <= 26


def test_a_printer_too_slow_for_its_reader_is_given_up_and_forgets_the_rest() -> None:
    sim = SimPrinter(faults={Fault.SLOW})
    conversation, line = talk(sim)
    assert conversation.print(PAPER.fragments(LINES), 20)
    assert line.time.now <= 26


@pytest.mark.parametrize("left", [0, 1, 20, len(LINES) - 1])
def test_paper_that_ends_within_a_receipt_fails_it_and_the_new_roll_does_not_bring_out_the_rest(left: int) -> None:
    sim = SimPrinter(left=left)
    conversation, line = talk(sim)
    assert Trouble.PAPER_OUT in conversation.print(PAPER.fragments(LINES), 20)
    assert line.time.now < 8
    sim.act(line.time.now)
    on_paper = [printed.text for printed in sim.sheet]
    assert on_paper == [line.text for line in LINES[:left]]
    assert conversation.print(PAPER.fragments(LINES[:2]), 20) == frozenset()


def test_a_printer_that_knows_no_fence_is_asked_how_it_stands_afterwards() -> None:
    class NoFence(SimPrinter):
        def _obey(self, token: bytes) -> bytes:
            assert not token.startswith(b"\x1dr")
            return super()._obey(token)

    sim = NoFence()
    conversation, _ = talk(sim, confirms=False)
    assert conversation.print(PAPER.fragments(LINES), 20) == frozenset()
    assert len(sim.receipts) == 1
    sim.faults = {Fault.COVER_OPEN}
    assert Trouble.COVER_OPEN in conversation.print(PAPER.fragments(LINES), 20)


@pytest.mark.parametrize("fault", list(LineFault))
@pytest.mark.parametrize("confirms", [True, False])
def test_no_fault_of_the_line_makes_an_unprinted_receipt_printed_nor_holds_the_driver(
    fault: LineFault, confirms: bool
) -> None:
    sim = SimPrinter()
    conversation, line = talk(sim, fault, confirms=confirms)
    stopped = conversation.print(PAPER.fragments(LINES), 20)
    assert line.time.now < 40
    if not stopped:
        assert sim.receipts == [[line.text for line in LINES]]
    line.faults.clear()
    line.time.wait(10)
    conversation.survey()
    assert conversation.survey() == frozenset()


def test_a_line_that_never_stops_talking_does_not_hold_the_driver() -> None:
    @dataclass
    class Babbler(MemoryLine):
        asked: int = 0

        def read(self, most: int, timeout: float) -> bytes:
            self.asked += 1
            self.time.wait(0.001)
            return b"\xff" * most

    line = Babbler(SimPrinter(), VirtualTime())
    assert Conversation(line, True, line.time.monotonic).survey() == {Trouble.SILENT}
    assert line.asked < 3000


# --- the driver, on real wires ---------------------------------------------------------------------------------------


@dataclass
class Desk:
    """A station with a printer: what it hears of the printer, and what became of its receipts."""

    line: SimServer
    driver: Driver
    heard: "queue.Queue[Event]" = field(default_factory=queue.Queue)
    done: "queue.Queue[bool]" = field(default_factory=queue.Queue)

    def until(self, state: State, word: str = "") -> Health:
        while True:
            event = self.heard.get(timeout=SOON)
            assert isinstance(event, PartChanged)
            assert event.part is Part.PRINTER
            if event.health.state is state and word in event.health.sentence:
                return event.health

    def print(self, receipt: Receipt = LOAN) -> bool:
        self.driver.print_receipt(receipt, TEMPLATE, AT, self.done.put)
        return self.done.get(timeout=SOON)


@contextmanager
def station(sim: SimPrinter, serve: Callable[..., SimServer] = serve_pty, **settings: object) -> Iterator[Desk]:
    with serve(sim, real_time=False) as line:
        chosen = Settings.model_validate({"wire": line.wire, "poll_seconds": 0.1, "phone": "112", **settings})
        driver = SPEC.make(chosen)
        assert isinstance(driver, Driver)
        desk = Desk(line, driver)
        driver.start(desk.heard.put)
        try:
            yield desk
        finally:
            driver.stop()


@pytest.mark.parametrize("serve", [serve_pty, serve_tcp])
def test_the_receipt_the_reader_takes_home(serve: Callable[..., SimServer]) -> None:
    sim = SimPrinter()
    with station(sim, serve) as desk:
        assert desk.until(State.READY) == READY
        assert desk.print()
        assert desk.driver.health() == READY
    (receipt,) = sim.receipts
    assert receipt == [
        "          Библиотека на Садовой",
        "            20.11.2026, 19:44",
        "             билет ∙∙∙∙ 4172",
        "-" * 42,
        "Мастер и Маргарита                   12.12",
        "-" * 42,
        "1 книга                      до 12 декабря",
        "-" * 42,
        "Продлить: на киоске или по телефону 112",
    ]
    assert sim.unknown == []


def test_a_long_receipt_comes_out_whole() -> None:
    sim = SimPrinter()
    with station(sim) as desk:
        desk.until(State.READY)
        assert desk.print(LONG)
    assert sum(line.startswith("Том") for line in sim.receipts[0]) == 60


@pytest.mark.parametrize("pieces", [0, 1, 3, 4])
def test_power_that_goes_in_the_middle_of_sixty_books_fails_the_receipt_and_the_second_one_says_so(pieces: int) -> None:
    """24 columns; after some pieces the printer loses its power, and has it again when it is next asked."""

    class Cut(MemoryLine):
        written = 0

        def write(self, data: bytes) -> None:
            self.written += data.endswith(FENCE)
            if self.written > pieces and data.endswith(FENCE):
                super().write(data[: len(data) // 2])
                sim.power_cut()
                return
            super().write(data)

    sim = SimPrinter()
    paper = Paper(Model(columns=24))
    line = Cut(sim, VirtualTime())
    conversation = Conversation(line, True, line.time.monotonic)
    assert Trouble.SILENT in conversation.print(on_paper(LONG, TEMPLATE, AT, paper), 20)
    assert line.time.now < 26
    assert not sim.cut
    again = on_paper(replace(LONG, again=True), TEMPLATE, AT, paper)
    whole = MemoryLine(sim, VirtualTime())
    assert Conversation(whole, True, whole.time.monotonic).print(again, 20) == frozenset()
    (torn,) = sim.receipts  # both hang together: what came first was never cut off
    second = torn[max(n for n, text in enumerate(torn) if "Библиотека" in text) :]
    assert sum("Том" in text for text in second) == 60
    assert [text.strip() for text in second[2:4]] == ["Повтор: этот чек мог", "выйти раньше"]


@pytest.mark.parametrize(
    ("fault", "state", "word"),
    [
        (Fault.PAPER_OUT, State.ABSENT, "put in a new roll"),
        (Fault.PAPER_LOW, State.DEGRADED, "have a new roll ready"),
        (Fault.COVER_OPEN, State.ABSENT, "close it"),
        (Fault.OFFLINE, State.ABSENT, "FEED button"),
        (Fault.CUTTER, State.ABSENT, "jammed cutter"),
        (Fault.SILENT, State.ABSENT, "is it switched on"),
        (Fault.GARBAGE, State.ABSENT, "is its speed (baud) right"),
    ],
)
def test_what_is_wrong_while_idle_is_told_with_its_cure_and_cleared_when_cured(
    fault: Enum, state: State, word: str
) -> None:
    sim = SimPrinter()
    with station(sim) as desk:
        desk.until(State.READY)
        sim.faults = {fault}  # type: ignore[arg-type]
        told = desk.until(state, word)
        assert told.sentence.startswith(f"Receipt printer: {desk.line.wire} ")
        assert desk.print() is (state is State.DEGRADED)
        sim.faults = set()
        desk.until(State.READY)
        assert desk.print()


def test_a_roll_that_ends_within_the_receipt_fails_it_and_is_told() -> None:
    sim = SimPrinter(left=5)
    with station(sim) as desk:
        desk.until(State.DEGRADED, "low on paper")
        assert desk.print() is False
        desk.until(State.ABSENT, "out of paper")
        desk.line.push(sim.act(0.0))
        desk.until(State.READY)
        assert desk.print()


def test_unplugged_in_the_middle_of_a_receipt_it_is_not_printed_and_plugged_in_again_it_prints_the_next() -> None:
    sim = SimPrinter(faults={Fault.SLOW})
    with station(sim) as desk:
        desk.until(State.READY)
        desk.line.faults.add(LineFault.SILENT)
        desk.driver.print_receipt(LONG, TEMPLATE, AT, desk.done.put)
        desk.line.unplug()
        assert desk.done.get(timeout=SOON) is False
        told = desk.until(State.ABSENT, "plug")
        assert "plug it in" in told.sentence
        assert desk.print() is False
        desk.line.faults.clear()
        sim.faults.clear()
        desk.line.plug()
        desk.until(State.READY)
        assert desk.print()


def test_a_printer_that_was_never_there_says_no_at_once() -> None:
    driver = Driver(Settings(wire="/dev/usb-printer-none"))
    done: list[bool] = []
    driver.print_receipt(LOAN, TEMPLATE, AT, done.append)
    assert done == [False]
    heard: queue.Queue[Event] = queue.Queue()
    driver.start(heard.put)
    told = [heard.get(timeout=SOON), heard.get(timeout=SOON)][-1]
    assert isinstance(told, PartChanged)
    assert told.health.sentence == "Receipt printer: /dev/usb-printer-none is not there; plug it in and switch it on."
    driver.print_receipt(LOAN, TEMPLATE, AT, done.append)
    assert done == [False, False]
    driver.stop()


def test_a_profile_that_does_not_exist_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValidationError, match=r'no such model; did you mean "TM-T20II"\? known are AF-240, '):
        Settings(wire="/dev/usb/lp0", profile="TM-T20X")


def test_a_code_page_that_a_model_lacks_is_an_error_of_the_settings_with_what_there_is() -> None:
    with station(SimPrinter(), profile="simple") as desk:
        told = desk.until(State.CONFIG_ERROR)
        assert told.sentence.startswith("Receipt printer: printer profile 'simple' has no code page 'CP866'; it has ")
        assert desk.print() is False


def test_readers_who_press_again_and_again_get_their_answers_and_no_heap_of_paper() -> None:
    sim = SimPrinter()
    with station(sim) as desk:
        desk.until(State.READY)
        presses = MOST_WAITING + 20
        for _ in range(presses):
            desk.driver.print_receipt(LOAN, TEMPLATE, AT, desk.done.put)
        outcomes = [desk.done.get(timeout=SOON) for _ in range(presses)]
        assert outcomes.count(True) == len(sim.receipts)
        assert outcomes.count(True) < presses


def test_stopping_answers_everybody_who_waits() -> None:
    sim = SimPrinter(faults={Fault.SLOW})
    with station(sim) as desk:
        desk.until(State.READY)
        for _ in range(3):
            desk.driver.print_receipt(LONG, TEMPLATE, AT, desk.done.put)
        desk.driver.stop()
        assert [desk.done.get(timeout=SOON) for _ in range(3)].count(True) <= 3
    desk.driver.print_receipt(LOAN, TEMPLATE, AT, desk.done.put)
    assert desk.done.get(timeout=SOON) is False
