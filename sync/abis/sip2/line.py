"""One open socket to the ABIS: bytes out, messages in, each with a deadline. It knows nothing of what they mean.

This is the place where another transport goes (TLS, a telnet login): whatever it is, it ends in a socket.
"""

import contextlib
import select
import socket
from collections import deque

from kiosk.ports.clock import Clock
from sync.sip2.framing import MAX_FRAME, Framer

MAX_HEARD = 4 * MAX_FRAME
"""Bytes taken in while waiting for one answer. A peer that only ever talks is not listened to until the deadline."""

_CHUNK = 64 * 1024


class NothingWritten(Exception):
    """Not one byte of the message left."""


class Silence(Exception):
    """The deadline passed without a message."""


class Closed(Exception):
    """The other side is gone, or sends what no answer can be. What was written may have arrived."""


class Line:
    """Used by one thread at a time; `abort` may come from any."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self._sock = sock
        self._clock = clock
        self._framer = Framer()
        self._frames: deque[bytes] = deque()
        self._heard = 0
        self._watch = select.poll()
        self._watch.register(sock, select.POLLIN)

    @classmethod
    def connect(cls, host: str, port: int, seconds: float, clock: Clock) -> "Line":
        """Raise OSError where nobody answers within `seconds`."""
        sock = socket.create_connection((host, port), timeout=seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(sock, clock)

    def quiet(self) -> bool:
        """Whether the other side is still there and has said nothing unasked. A late line feed is nothing."""
        if self._frames:
            return False
        if not self._watch.poll(0):
            return True
        try:
            heard = self._sock.recv(_CHUNK)
        except OSError:
            return False
        return heard != b"" and not heard.strip(b"\r\n")

    def send(self, message: bytes, seconds: float) -> None:
        """Write a whole message in one piece: there are servers that take one packet for one message."""
        self._sock.settimeout(seconds)
        self._heard = 0
        try:
            written = self._sock.send(message)
        except OSError as error:
            raise NothingWritten(str(error)) from error
        if written < len(message):
            try:
                self._sock.sendall(message[written:])
            except OSError as error:
                raise Closed(str(error)) from error

    def receive(self, deadline: float) -> bytes:
        """Return the next message, without its terminator. `deadline` is on the clock's monotonic scale."""
        while not self._frames:
            left = deadline - self._clock.monotonic()
            if left <= 0:
                raise Silence
            self._frames.extend(self._framer.feed(self._hear(left)))
        return self._frames.popleft()

    def _hear(self, seconds: float) -> bytes:
        self._sock.settimeout(seconds)
        try:
            heard = self._sock.recv(_CHUNK)
        except TimeoutError as error:
            raise Silence from error
        except OSError as error:
            raise Closed(str(error)) from error
        self._heard += len(heard)
        if not heard:
            raise Closed("the other side closed the connection")
        if self._heard > MAX_HEARD:
            raise Closed("the other side sends without end")
        return heard

    def abort(self) -> None:
        """End whatever waits on this line, from any thread."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._sock.close()
