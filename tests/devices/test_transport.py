"""Wires: what arrives, what a wire says when it is gone, when to try again, and simulators on real wires."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.transport.port import Port, WireFault
from devices.transport.reconnect import Backoff
from devices.transport.simline import LineFault, MemoryLine, Sent, VirtualTime, bend
from devices.transport.simserve import SimServer, serve_pty, serve_tcp
from devices.transport.wires import SerialLine, checked, open_wire

LINE = SerialLine(38400, "E")
SERVERS = pytest.mark.parametrize("serve", [serve_pty, serve_tcp])
Serve = Callable[..., SimServer]
SOON = 5.0


class Echo:
    """Answers with what it was sent, twelve milliseconds later."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def receive(self, arrived: bytes, now: float) -> Sequence[Sent]:
        self.times.append(now)
        return [Sent(0.012, arrived)]


@contextmanager
def opened(line: SimServer) -> Iterator[Port]:
    port = open_wire(line.wire, LINE)
    try:
        yield port
    finally:
        port.close()


def all_of(port: Port, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = port.read(size - len(data), SOON)
        assert piece, f"only {data!r} came"
        data += piece
    return data


def write_on(port: Port) -> None:
    for _ in range(100):
        port.write(b"x" * 1000)
        port.read(1, 0.01)


@SERVERS
def test_bytes_go_both_ways_unchanged(serve: Serve) -> None:
    everything = bytes(range(256))
    with serve(Echo(), real_time=False) as line, opened(line) as port:
        port.write(everything)
        assert all_of(port, 256) == everything
        assert port.read(10, 0.0) == b""


@SERVERS
def test_no_more_is_returned_than_was_asked_for(serve: Serve) -> None:
    with serve(Echo(), real_time=False) as line, opened(line) as port:
        port.write(b"abcdef")
        assert all_of(port, 2) == b"ab"
        assert all_of(port, 4) == b"cdef"


@SERVERS
def test_a_device_may_speak_by_itself(serve: Serve) -> None:
    with serve(Echo(), real_time=False) as line, opened(line) as port:
        port.write(b"?")
        assert all_of(port, 1) == b"?"
        line.push([Sent(0.0, b"scan\r")])
        assert all_of(port, 5) == b"scan\r"


@SERVERS
def test_an_unplugged_wire_says_so_by_name_and_comes_back_under_the_same_name(serve: Serve) -> None:
    with serve(Echo(), real_time=False) as line:
        with opened(line) as port:
            port.write(b"x")
            assert all_of(port, 1) == b"x"
            line.unplug()
            with pytest.raises(WireFault) as gone:
                all_of(port, 1)
            assert gone.value.wire == line.wire
            assert gone.value.what
            port.close()
        with pytest.raises(WireFault, match=line.wire):
            open_wire(line.wire, LINE)
        line.plug()
        line.plug()
        with opened(line) as port:
            port.write(b"y")
            assert all_of(port, 1) == b"y"


@SERVERS
def test_writing_to_a_wire_that_is_gone_is_a_fault(serve: Serve) -> None:
    with serve(Echo(), real_time=False) as line, opened(line) as port:
        port.write(b"x")
        assert all_of(port, 1) == b"x"
        line.unplug()
        with pytest.raises(WireFault):
            write_on(port)


@SERVERS
def test_with_real_time_an_answer_is_not_early(serve: Serve) -> None:
    with serve(Echo()) as line, opened(line) as port:
        start = time.monotonic()
        port.write(b"x")
        assert all_of(port, 1) == b"x"
        assert time.monotonic() - start >= 0.012


def test_without_it_the_time_the_device_sees_leaps_on() -> None:
    device, held = Echo(), [100.0]
    with serve_pty(device, real_time=False) as line:
        line._clock = lambda: held[0]
        with opened(line) as port:
            for _ in range(3):
                port.write(b"x")
                assert all_of(port, 1) == b"x"
    assert device.times == pytest.approx([100.0, 100.012, 100.024])


def test_a_second_client_of_a_tcp_line_waits_until_the_first_is_gone() -> None:
    with serve_tcp(Echo(), real_time=False) as line, opened(line) as first, opened(line) as second:
        first.write(b"1")
        assert all_of(first, 1) == b"1"
        second.write(b"2")
        assert second.read(1, 0.02) == b""
        first.close()
        assert all_of(second, 1) == b"2"


@pytest.mark.parametrize("parity", ["N", "E", "O"])
def test_a_simulators_line_is_opened_again_and_again(parity: Literal["N", "E", "O"]) -> None:
    with serve_pty(Echo(), real_time=False) as line:
        for _ in range(3):
            port = open_wire(line.wire, SerialLine(38400, parity))
            port.write(b"x")
            assert all_of(port, 1) == b"x"
            port.close()


def test_a_serial_line_is_opened_by_one_alone() -> None:
    with serve_pty(Echo(), real_time=False) as line, opened(line), pytest.raises(WireFault, match=line.wire):
        open_wire(line.wire, LINE)


def test_faults_of_the_line_are_switched_while_it_runs() -> None:
    with serve_pty(Echo(), real_time=False) as line, opened(line) as port:
        line.faults = {LineFault.SILENT}
        port.write(b"x")
        assert port.read(1, 0.02) == b""
        line.faults = set()
        port.write(b"y")
        assert all_of(port, 1) == b"y"


def test_a_server_leaves_nothing_behind() -> None:
    before = threading.active_count()
    with serve_pty(Echo()) as line:
        wire = Path(line.wire)
        assert wire.exists()
        line.unplug()
        assert not wire.exists()
    assert not wire.parent.exists()
    assert threading.active_count() == before


def test_what_is_no_device_is_a_fault_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(WireFault, match="No such file or directory"):
        open_wire(str(tmp_path / "none"), LINE)
    plain = tmp_path / "file"
    plain.write_bytes(b"")
    with pytest.raises(WireFault):
        open_wire(str(plain), LINE)


def test_a_refused_connection_names_the_wire() -> None:
    with serve_tcp(Echo()) as line:
        wire = line.wire
    with pytest.raises(WireFault, match="Connection refused"):
        open_wire(wire, LINE)


@pytest.mark.parametrize("wire", ["/dev/ttyUSB0", "tcp://10.0.0.7:10001", "tcp://[fe80::1]:10001", "tcp://pad.local:1"])
def test_addresses(wire: str) -> None:
    assert checked(wire) == wire


@pytest.mark.parametrize(
    "wire", ["", "COM3", "tcp://", "tcp://pad", "tcp://pad:0", "tcp://pad:99999", "tcp://a:1/x", "tcp://[:1"]
)
def test_wrong_addresses_are_told_what_a_right_one_looks_like(wire: str) -> None:
    with pytest.raises(ValueError, match=r"tcp://host:port"):
        checked(wire)


# --- reconnecting ----------------------------------------------------------------------------------------------------


def test_waits_double_up_to_the_ceiling_and_start_over_after_success() -> None:
    backoff = Backoff(first=0.5, ceiling=4.0, draw=lambda: 0.5)
    assert [backoff.failed() for _ in range(5)] == [0.5, 1.0, 2.0, 4.0, 4.0]
    backoff.succeeded()
    assert backoff.failed() == 0.5


@given(st.floats(0, 1), st.integers(1, 100))
def test_waits_are_spread_by_a_quarter(drawn: float, failures: int) -> None:
    backoff = Backoff(draw=lambda: drawn)
    waits = [backoff.failed() for _ in range(failures)]
    assert all(0.375 <= wait <= 37.5 for wait in waits)


# --- faults of a line, and the line in memory ------------------------------------------------------------------------


@given(st.binary(max_size=50), st.sets(st.sampled_from(LineFault)), st.randoms(use_true_random=False))
def test_every_fault_of_the_line_on_any_bytes(data: bytes, faults: set[LineFault], random: object) -> None:
    arrived = bend([Sent(0.1, data)], frozenset(faults), random)  # type: ignore[arg-type]
    joined = b"".join(one.data for one in arrived)
    if not faults:
        assert joined == data
    if LineFault.SILENT in faults:
        assert not arrived
    if faults == {LineFault.PIECEMEAL}:
        assert [one.data for one in arrived] == [data[at : at + 1] for at in range(len(data))]
    if faults == {LineFault.BIT_FLIPPED} and data:
        assert sum((a ^ b).bit_count() for a, b in zip(joined, data, strict=True)) == 1
    if faults == {LineFault.SLOW}:
        assert all(one.after > 3 for one in arrived)


def test_nothing_overtakes_on_a_line() -> None:
    line = MemoryLine(Echo(), VirtualTime(), faults={LineFault.SLOW})
    line.write(b"late")
    line.faults = set()
    line.write(b"soon")
    assert line.read(10, 9.0) == b"late"
    assert line.read(10, 0.0) == b"soon"
    with serve_pty(Echo(), real_time=False) as served, opened(served) as port:
        served.push([Sent(0.5, b"late"), Sent(0.1, b"soon")])
        assert all_of(port, 8) == b"latesoon"


def test_a_line_in_memory_moves_the_clock_and_not_the_hands() -> None:
    line = MemoryLine(Echo(), VirtualTime())
    line.write(b"abc")
    assert line.read(10, 0.010) == b""
    assert line.time.now == pytest.approx(0.010)
    assert line.read(2, 1.0) == b"ab"
    assert line.time.now == pytest.approx(0.012)
    assert line.read(2, 0.0) == b"c"
    line.write(b"x")
    line.close()
    assert line.read(1, 1.0) == b""
    line.plugged = False
    with pytest.raises(WireFault, match="memory: unplugged"):
        line.write(b"x")
