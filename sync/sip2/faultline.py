"""A SIP2 line that goes wrong on purpose: for tests, and to try a station against any fault before a network does.

A `FaultLine` listens like a library system. Each request goes to a *meddler*, which decides what happens to it: whether
it reaches the library behind the line, and what is put on the wire as its answer, in which pieces, or that the line is
cut or falls silent. The library behind may be a function, a recording or a real server (`Relay`).
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from sync.sip2.framing import Framer

Library = Callable[[bytes], bytes | None]
"""One conversation: a request without its terminator in, the answer with its terminator out; None: silence."""

_CHUNK = 64 * 1024
_LONGEST_TEST = 60.0  # seconds without a request after which a thread that a test forgot gives up


class Act(Enum):
    """What can happen to a line besides bytes."""

    CLOSE = auto()
    RESET = auto()
    """Cut without a farewell, as a pulled cable or a crashed process does."""
    SILENCE = auto()
    """Nothing more, until the client gives up."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One request: its number on the whole line, its bytes, and the library that would answer it."""

    number: int
    request: bytes
    library: Library

    @property
    def code(self) -> str:
        return self.request[:2].decode("latin-1")

    def answer(self) -> bytes:
        """Let the library carry it out, and return what it says."""
        return self.library(self.request) or b""


Meddler = Callable[[Heard], Iterator[bytes | Act]]


def honest(heard: Heard) -> Iterator[bytes | Act]:
    """A meddler that does not meddle."""
    yield heard.answer() or Act.SILENCE


class FaultLine:
    """Listens on a free port of this machine from entry to exit.

    `heard` is every request over all connections, `silent` the client ports of those that will hear nothing more: a
    test need not wait for what it knows.
    """

    def __init__(
        self, library: Callable[[], Library], meddle: Meddler = honest, patience: float | None = _LONGEST_TEST
    ) -> None:
        """`patience`: seconds a line may rest; None: for ever."""
        self._library = library
        self.meddle = meddle
        self._patience = patience
        self.heard: list[bytes] = []
        self.connections = 0
        self.silent: set[int] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._ended = False

    def count(self, code: str) -> int:
        """How often a request of this code arrived."""
        with self._lock:
            return sum(request.startswith(code.encode()) for request in self.heard)

    def __enter__(self) -> "FaultLine":
        self._start(self._accept)
        return self

    def __exit__(self, *error: object) -> None:
        self._ended = True
        self.shut()
        for thread in self._threads:
            thread.join(_LONGEST_TEST)

    def shut(self) -> None:
        """Refuse connections from now on, and cut those there are. Harmless when repeated."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def reopen(self) -> None:
        """Listen again, on the same port; only after `shut`."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._start(self._accept)

    def hang_up(self) -> None:
        """Cut every connection there is."""
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        listener = self._listener
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(sock)
                ended = self._ended
            if not ended:
                self._start(lambda sock=sock: self._serve(sock))  # type: ignore[misc]

    def _serve(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            sock.settimeout(self._patience)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            library = self._library()
            try:
                self._converse(sock, library)
            finally:
                if isinstance(library, Relay):
                    library.close()
        with self._lock:
            self._open.discard(sock)

    def _converse(self, sock: socket.socket, library: Library) -> None:
        framer = Framer()
        while arrived := sock.recv(_CHUNK):
            for request in framer.feed(arrived):
                if not self._play(sock, request, library):
                    return

    def _play(self, sock: socket.socket, request: bytes, library: Library) -> bool:
        """Answer one request as the meddler wants it; False once the line is cut."""
        with self._lock:
            self.heard.append(request)
            number = len(self.heard) - 1
        for act in self.meddle(Heard(number, request, library)):
            if isinstance(act, bytes):
                sock.sendall(act)
            elif act is Act.SILENCE:
                self.silent.add(sock.getpeername()[1])
                while sock.recv(_CHUNK):
                    pass
                return False
            else:
                _cut(sock, act)
                return False
        return True


def _cut(sock: socket.socket, act: Act) -> None:
    if act is Act.RESET:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        sock.close()
    else:
        sock.shutdown(socket.SHUT_RDWR)


class Relay:
    """A conversation with a real server: what is asked here is asked there, byte for byte."""

    def __init__(self, host: str, port: int, seconds: float = 10.0) -> None:
        self._sock = socket.create_connection((host, port), timeout=seconds)
        self._framer = Framer()

    def __call__(self, request: bytes) -> bytes | None:
        self._sock.sendall(request + b"\r")
        while arrived := self._sock.recv(_CHUNK):
            if answers := self._framer.feed(arrived):
                return answers[0] + b"\r"
        return None

    def close(self) -> None:
        self._sock.close()
