"""Simulators on real wires: a pty or a TCP port, served by a thread, with real waiting or none.

    with serve_pty(SimReader(field)) as line:
        driver opens line.wire

`wire` stays the same when the line is unplugged and plugged again, as a name under /dev/serial/by-id does.
"""

import contextlib
import os
import select
import shutil
import socket
import tempfile
import threading
import time
import tty
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Protocol, Self

from devices.transport.simline import LineFault, Sent, SimDevice, bend

_CHUNK = 4096
_STOP_SECONDS = 2.0


class _End(Protocol):
    """The simulator's end of a wire."""

    @property
    def wire(self) -> str: ...
    def plug(self) -> None: ...
    def unplug(self) -> None: ...
    def waits_on(self) -> list[int]: ...
    def take(self, ready: list[int]) -> bytes: ...
    def give(self, data: bytes) -> None: ...
    def remove(self) -> None: ...


class SimServer:
    """Carries bytes between a simulator and whoever opens `wire`. Any thread may unplug, plug, `push` and set `faults`.

    `real_time` False: what the simulator says takes ten milliseconds arrives at once, and the time it sees leaps.
    """

    def __init__(
        self, device: SimDevice, end: _End, real_time: bool = True, clock: Callable[[], float] = time.monotonic
    ):
        self.device = device
        self.faults: set[LineFault] = set()
        self._end = end
        self._real_time = real_time
        self._clock = clock
        self._leapt = 0.0
        self._random = Random(0)  # noqa: S311 - noise on a line, the same in every run
        self._lock = threading.Lock()
        self._coming: deque[tuple[float, bytes]] = deque()
        self._stop = False
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        end.plug()
        self._thread = threading.Thread(target=self._run, name=f"sim {end.wire}", daemon=True)
        self._thread.start()

    @property
    def wire(self) -> str:
        return self._end.wire

    def push(self, sent: Sequence[Sent]) -> None:
        """Let the device send by itself, as a scanner does."""
        with self._lock:
            self._schedule(sent, self._now())
        self._nudge()

    def change(self, change: Callable[[], Sequence[Sent]]) -> None:
        """Change the device between two things it is sent; what `change` returns is what it says then by itself."""
        with self._lock:
            self._schedule(change(), self._now())
        self._nudge()

    def unplug(self) -> None:
        with self._lock:
            self._coming.clear()
            self._end.unplug()
        self._nudge()

    def plug(self) -> None:
        with self._lock:
            self._end.plug()
        self._nudge()

    def close(self) -> None:
        """Stop serving and remove the wire."""
        self._stop = True
        self._nudge()
        self._thread.join(_STOP_SECONDS)
        self._end.unplug()
        self._end.remove()
        os.close(self._wake)
        os.close(self._woken)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while not self._stop:
            with self._lock:
                files, wait = self._end.waits_on(), self._until_next()
            try:
                ready = select.select([*files, self._woken], [], [], wait)[0]
            except (OSError, ValueError):
                continue  # unplugged between the two lines above
            with self._lock:
                if self._woken in ready:
                    os.read(self._woken, _CHUNK)
                    ready.remove(self._woken)
                self._carry(ready)

    def _carry(self, ready: list[int]) -> None:
        """Give the device what arrived, and the driver what is due. A wire that breaks meanwhile carries nothing."""
        with contextlib.suppress(OSError):
            arrived = self._end.take([file for file in ready if file in self._end.waits_on()])
            if arrived:
                now = self._now()
                self._schedule(self.device.receive(arrived, now), now)
            while self._coming and (not self._real_time or self._coming[0][0] <= self._now()):
                due, data = self._coming.popleft()
                self._leapt += max(due - self._now(), 0.0)
                self._end.give(data)

    def _schedule(self, sent: Sequence[Sent], now: float) -> None:
        for one in bend(sent, frozenset(self.faults), self._random):
            self._coming.append((now + one.after, one.data))  # in turn: nothing overtakes on a wire

    def _now(self) -> float:
        return self._clock() + self._leapt

    def _until_next(self) -> float | None:
        if not self._coming:
            return None
        return max(self._coming[0][0] - self._now(), 0.0) if self._real_time else 0.0

    def _nudge(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake, b"!")


def serve_pty(device: SimDevice, real_time: bool = True) -> SimServer:
    """Serve on a pseudo terminal; `wire` is a path to open as a serial port."""
    return SimServer(device, _PtyEnd(), real_time)


def serve_tcp(device: SimDevice, real_time: bool = True) -> SimServer:
    """Serve on a free port of this machine, one client at a time; `wire` is `tcp://127.0.0.1:port`."""
    return SimServer(device, _TcpEnd(), real_time)


class _PtyEnd:
    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sim-"))
        self._link = self._folder / "tty"
        self._master = self._slave = -1

    @property
    def wire(self) -> str:
        return str(self._link)

    def plug(self) -> None:
        if self._master < 0:
            self._master, self._slave = os.openpty()  # our own slave keeps its settings while no driver has it open
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._link.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        if self._master >= 0:
            self._link.unlink(missing_ok=True)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def waits_on(self) -> list[int]:
        return [self._master] if self._master >= 0 else []

    def take(self, ready: list[int]) -> bytes:
        return os.read(self._master, _CHUNK) if ready else b""

    def give(self, data: bytes) -> None:
        if self._master >= 0:
            os.write(self._master, data)

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class _TcpEnd:
    def __init__(self) -> None:
        self._port = 0
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None

    @property
    def wire(self) -> str:
        return f"tcp://127.0.0.1:{self._port}"

    def plug(self) -> None:
        if not self._listener:
            self._listener = socket.create_server(("127.0.0.1", self._port))
            self._port = self._listener.getsockname()[1]

    def unplug(self) -> None:
        self._hang_up()
        if self._listener:
            self._listener.close()
            self._listener = None

    def waits_on(self) -> list[int]:
        return [end.fileno() for end in (self._client or self._listener,) if end]

    def take(self, ready: list[int]) -> bytes:
        if not ready:
            return b""
        if self._client is None:
            if self._listener:
                self._client, _ = self._listener.accept()
                self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return b""
        try:
            data = self._client.recv(_CHUNK)
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def give(self, data: bytes) -> None:
        if self._client:
            self._client.sendall(data)

    def remove(self) -> None:
        self.unplug()

    def _hang_up(self) -> None:
        if self._client:
            self._client.close()
            self._client = None
