"""The socket itself, with real deadlines: short ones, because what is waited for never comes."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sync.abis.sip2.line import MAX_HEARD, Closed, Line, NothingWritten, Silence

SOON = 0.05


class RealClock:
    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture
def ends() -> Iterator[tuple[Line, socket.socket]]:
    """A line, and the other end of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = Line.connect("127.0.0.1", listener.getsockname()[1], 10, RealClock())  # type: ignore[arg-type]
        other, _ = listener.accept()
    with other:
        yield line, other
    line.close()


def soon() -> float:
    return time.monotonic() + SOON


def later() -> float:
    return time.monotonic() + 30


@contextmanager
def talking(work: Callable[[], None], stop: threading.Event | None = None) -> Iterator[None]:
    """Let the other side talk in a thread of its own."""
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        if stop:
            stop.set()
        thread.join(30)


def test_messages_are_cut_from_the_stream(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    other.sendall(b"941\r\n98Y")
    assert line.receive(later()) == b"941"
    other.sendall(b"YY\r")
    assert line.receive(later()) == b"98YYY"


def test_silence_ends_at_the_deadline(ends: tuple[Line, socket.socket]) -> None:
    line, _ = ends
    begun = time.monotonic()
    with pytest.raises(Silence):
        line.receive(soon())
    assert SOON * 0.9 <= time.monotonic() - begun < 10


def test_drops_of_bytes_do_not_put_the_deadline_off(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.001):
            other.sendall(b"1")

    with talking(drip, stop), pytest.raises(Silence):
        line.receive(soon())


def test_a_deadline_that_is_past_waits_for_nothing(ends: tuple[Line, socket.socket]) -> None:
    line, _ = ends
    with pytest.raises(Silence):
        line.receive(time.monotonic() - 1)


def test_the_end_of_the_other_side(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    other.close()
    with pytest.raises(Closed, match="closed the connection"):
        line.receive(later())


def test_more_than_any_answer_is_too_much(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    other.settimeout(30)
    with talking(lambda: other.sendall(b"A" * (MAX_HEARD + 1))), pytest.raises(Closed, match="without end"):
        line.receive(later())


def test_what_was_said_unasked_is_noticed_before_the_next_message(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    assert line.quiet()
    other.sendall(b"\n")  # the rest of a CRLF
    assert wait_for(line)
    assert line.quiet()
    other.sendall(b"941\r")
    assert wait_for(line)
    assert not line.quiet()


def test_a_second_message_in_one_packet_is_not_quiet(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    other.sendall(b"941\r941\r")
    line.receive(later())
    assert not line.quiet()


def test_a_line_that_was_closed_is_not_quiet_and_takes_nothing(ends: tuple[Line, socket.socket]) -> None:
    line, other = ends
    other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    other.close()
    assert wait_for(line)
    assert not line.quiet()
    with pytest.raises(NothingWritten):
        line.send(b"9900802.00\r", 1)


def test_a_message_that_does_not_fit_may_have_arrived_in_part(ends: tuple[Line, socket.socket]) -> None:
    line, _ = ends
    with pytest.raises(Closed):
        line.send(b"A" * 50_000_000, SOON)


def test_abort_ends_a_wait(ends: tuple[Line, socket.socket]) -> None:
    line, _ = ends
    line.abort()
    with pytest.raises(Closed):
        line.receive(later())
    line.abort()


def test_small_messages_go_out_at_once(ends: tuple[Line, socket.socket]) -> None:
    line, _ = ends
    assert line._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def wait_for(line: Line) -> bool:
    """Wait until something arrived."""
    return bool(line._watch.poll(30_000))
