"""The server on its port: one thread accepts, one thread serves each machine, none of them can hurt another.

What a machine can choose is capped: frames by `MAX_FRAME`, connections, the time without a whole message, the time to
log in, the time it takes to read an answer, unusable messages in a row.
"""

import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Self

from sync.sip2.codec import Message
from sync.sip2.framing import Framer
from sync.sip2.masking import mask
from sync.sip2.server.conversation import Conversation, Reply
from sync.sip2.server.desk import Desk
from sync.sip2.server.mischief import GARBAGE, Latency, Mischief, Trouble

log = logging.getLogger(__name__)

CHUNK = 8192
SEND_SECONDS = 10.0
"""A machine that does not take its answer for so long has hung."""
CLOSE_SECONDS = 2.0


class Server:
    """A running server. Close it, or use it as a context manager."""

    def __init__(
        self, desk: Desk, address: tuple[str, int], latency: Latency | None = None, mischief: Mischief | None = None
    ) -> None:
        self._desk = desk
        self._latency = latency
        self._mischief = mischief
        self._turn = threading.Lock()  # a library system is asked one thing at a time, as its port says
        self._changes = threading.Lock()
        self._seen: Counter[str] = Counter()
        self._lines: dict[socket.socket, threading.Thread] = {}
        self._closing = threading.Event()
        self._listener = socket.create_server(address, backlog=16)
        self.host, self.port = self._listener.getsockname()[:2]
        self._accepting = threading.Thread(target=self._accept, name=f"sip2-{self.port}", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Stop listening and end every line, within two seconds. What is being carried out is carried out."""
        self._closing.set()
        _shut(self._listener)
        with self._changes:
            lines = dict(self._lines)
        for line in lines:
            _shut(line)
        until = monotonic() + CLOSE_SECONDS
        for thread in (self._accepting, *lines.values()):
            thread.join(max(0.0, until - monotonic()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def connections(self) -> int:
        with self._changes:
            return len(self._lines)

    # --- lines

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                line, peer = self._listener.accept()
            except OSError:
                return  # closed
            with self._changes:
                full = len(self._lines) >= self._desk.settings.connections or self._closing.is_set()
                if not full:
                    thread = threading.Thread(target=self._serve, args=(line,), name=f"sip2-{peer[1]}", daemon=True)
                    self._lines[line] = thread
                    thread.start()
            if full:
                log.warning("sip2: a machine was turned away, %d are connected", self._desk.settings.connections)
                line.close()

    def _serve(self, line: socket.socket) -> None:
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._converse(line)
        except OSError as ended:
            log.info("sip2: line ended: %s", ended.strerror or type(ended).__name__)
        except Exception:
            log.exception("sip2: a line was closed by a fault of the server")
        finally:
            with self._changes:
                self._lines.pop(line, None)
            line.close()

    def _converse(self, line: socket.socket) -> None:
        conversation, framer = Conversation(self._desk), Framer()
        settings = self._desk.settings
        until = monotonic() + settings.login_seconds
        while not self._closing.is_set():
            line.settimeout(max(0.001, until - monotonic()))
            arrived = line.recv(CHUNK)
            if not arrived:
                return
            for frame in framer.feed(arrived):
                if not self._handle(line, conversation, frame):
                    return
                until = monotonic() + (settings.idle_seconds if conversation.welcome else settings.login_seconds)

    def _handle(self, line: socket.socket, conversation: Conversation, frame: bytes) -> bool:
        """Answer one frame; False: the line ends."""
        message = conversation.read(frame)
        log.debug("sip2: in  %s", mask(frame))
        trouble = self._trouble(message)
        if self._latency is not None and self._closing.wait(self._latency(message)):
            return False
        if trouble in (Trouble.LOST_REQUEST, Trouble.CLOSED_BEFORE):
            return trouble is Trouble.LOST_REQUEST
        with self._turn:
            reply = conversation.reply(message)
        log.debug("sip2: out %s%s", mask(reply.data), " (line ends)" if reply.close else "")
        line.settimeout(SEND_SECONDS)
        return _sent(line.sendall, reply, trouble)

    def _trouble(self, message: Message) -> Trouble | None:
        if self._mischief is None:
            return None
        with self._changes:
            self._seen[message.code] += 1
            number = self._seen[message.code]
        return self._mischief(message, number)


def _sent(send: Callable[[bytes], None], reply: Reply, trouble: Trouble | None) -> bool:
    """Send a reply as it should be, or as the trouble wants it; False: the line ends."""
    data = reply.data
    match trouble:
        case Trouble.LOST_ANSWER:
            return not reply.close
        case Trouble.CLOSED_AFTER:
            return False
        case Trouble.CUT_ANSWER:
            send(data[: len(data) // 2])
            return False
        case Trouble.GARBAGE:
            send(GARBAGE)
        case Trouble.BAD_CHECKSUM:
            body = data.rstrip(b"\r\n")
            send(body[:-1] + (b"0" if body[-1:] != b"0" else b"1") + data[len(body) :])
        case Trouble.TWICE:
            send(data + data)
        case Trouble.IN_PIECES:
            for place in range(len(data)):
                send(data[place : place + 1])
        case _:
            if data:
                send(data)
    return not reply.close


def _shut(line: socket.socket) -> None:
    """End a socket that another thread may be waiting on: shutdown wakes it, close alone does not."""
    with suppress(OSError):  # ended already
        line.shutdown(socket.SHUT_RDWR)
    line.close()
