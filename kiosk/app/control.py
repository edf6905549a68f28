"""The control socket: how other processes speak to the running station, never to its files.

A Unix socket, 0660, in the station's runtime directory. One request line of JSON (`{"verb": "status"}`), one answer
line. Who asks is told by the kernel (SO_PEERCRED) and logged; only root, the station's own user and members of the
socket's group are answered. The verbs are a closed list without doors.
"""

import contextlib
import errno
import grp
import json
import logging
import os
import pwd
import socket
import socketserver
import stat
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from kiosk.ports.journal import JournalFault

log = logging.getLogger(__name__)
MAX_REQUEST = 4096
"""Bytes of a request: a verb and a few arguments. More is refused, so that nobody makes the station hold more."""
MAX_ANSWER = 1 << 20
PATIENCE = 5.0
"""Seconds a peer may take for its request, and again for its answer."""
MAX_PEERS = 64
"""Peers at once, each with a thread. One more is told to come again."""
MAX_PATH = 100
"""Bytes of a Unix socket's path that Linux takes (108 with its end)."""
ASK_SECONDS = 60.0
"""Seconds a verb may take: a chain of a year's rows is checked, a silent device is waited for."""
GROUP = "kiosk-control"
"""Whose members may ask, where this machine has the group and the station is in it; else the station's own group's."""

Verb = Callable[[Mapping[str, object]], object]
"""Answers with plain JSON values; raises `ValueError` or `JournalFault` in words for what it cannot do. `UID` in its
request is who asks, by the kernel's word."""
UID = "uid"


@dataclass(frozen=True, slots=True)
class Peer:
    pid: int
    uid: int
    gid: int


def may_ask(peer: Peer, own_uid: int, group: int) -> bool:
    """Say whether this process may speak to the station."""
    return peer.uid in (0, own_uid) or peer.gid == group or group in _groups(peer)


def _groups(peer: Peer) -> list[int]:
    try:
        return os.getgrouplist(pwd.getpwuid(peer.uid).pw_name, peer.gid)
    except KeyError:
        return []


class ControlServer:
    """`verbs` answer on threads of their own: a slow one (doctor) holds up neither the station nor another asker.

    Raises `OSError` in words for a path that is too long or cannot be written, and `FileExistsError` where a station
    answers already or something else lies there.
    """

    def __init__(self, path: Path, verbs: Mapping[str, Verb], own_uid: int | None = None) -> None:
        check_path(path)
        self.path = path
        _make_room(path)
        self._server = _Server(path, verbs, os.geteuid() if own_uid is None else own_uid)
        self._own = _identity(path)
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and remove the socket, unless another took its place. Harmless before `start`."""
        self._stopping = True
        with contextlib.suppress(OSError):
            self._server.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread, which waits for no clock
        if self._thread.is_alive():
            self._thread.join(PATIENCE)
        self._server.server_close()
        if _identity(self.path) == self._own:
            self.path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._stopping:
            self._server.handle_request()


def check_path(path: Path) -> None:
    """Raise `OSError` (ENAMETOOLONG) for a path no Unix socket can have."""
    if len(os.fsencode(path)) > MAX_PATH:
        words = f"the path of a control socket has at most {MAX_PATH} bytes; use a shorter runtime folder"
        raise OSError(errno.ENAMETOOLONG, words, os.fspath(path))


def _make_room(path: Path) -> None:
    """Remove what a station that was killed left behind, and nothing else."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise FileExistsError(f"{path} is in the way: it is no socket. Move it, or use another runtime folder.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(PATIENCE)
        try:
            probe.connect(os.fspath(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise FileExistsError(f"{path}: a station answers here already. A station runs once; end the other one.")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _share(path: Path) -> None:
    """Give the socket to the group that may ask, where there is one; never to more people than 0660 says."""
    with contextlib.suppress(KeyError, PermissionError):
        os.chown(path, -1, grp.getgrnam(GROUP).gr_gid)
    path.chmod(0o660)


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False  # a peer that dawdles does not hold up the end of the station
    request_queue_size = 128  # a full queue turns a peer with a deadline away at once

    def __init__(self, path: Path, verbs: Mapping[str, Verb], own_uid: int) -> None:
        self.verbs, self.own_uid = verbs, own_uid
        self._free = threading.BoundedSemaphore(MAX_PEERS)
        super().__init__(str(path), _Handler, bind_and_activate=False)
        os.fchmod(self.fileno(), 0o600)  # the file is made with these rights: nobody slips in before it is shared
        try:
            self.server_bind()
            _share(path)
            self.server_activate()
        except BaseException:
            self.server_close()
            raise
        self.group = path.stat().st_gid

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            with contextlib.suppress(OSError):
                request.settimeout(PATIENCE)
                _send(request, {"error": "too many ask at once; ask again"})
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, *_: object) -> None:
        log.info("control: a peer went away")


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        connection, server = cast(socket.socket, self.request), cast(_Server, self.server)
        connection.settimeout(PATIENCE)
        peer = Peer(*struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)))
        if not may_ask(peer, server.own_uid, server.group):
            log.warning("control: uid %d was refused", peer.uid)
            _send(connection, {"error": "this user may not speak to the station"})
            return
        answer = _answer(server.verbs, _line(connection), peer)
        connection.settimeout(PATIENCE)
        _send(connection, answer)


def _line(connection: socket.socket) -> bytes:
    """Return what came until the end of the line, of the peer's patience or of ours, or of what a request may hold."""
    held, until = b"", time.monotonic() + PATIENCE
    while b"\n" not in held and len(held) <= MAX_REQUEST:
        connection.settimeout(max(0.001, until - time.monotonic()))
        try:
            arrived = connection.recv(MAX_REQUEST + 1 - len(held))
        except TimeoutError:
            break
        if not arrived:
            break
        held += arrived
    return held


def _answer(verbs: Mapping[str, Verb], line: bytes, peer: Peer) -> dict[str, object]:
    if len(line) > MAX_REQUEST:
        return {"error": f"a request has at most {MAX_REQUEST} bytes"}
    try:
        request = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        return {"error": f"a request is one line of JSON, within {PATIENCE:.0f} seconds"}
    verb = request.get("verb")
    if not isinstance(verb, str) or verb not in verbs:
        return {"error": f"unknown verb; known are {', '.join(sorted(verbs))}"}
    log.info("control: uid %d, process %d, asks for %s", peer.uid, peer.pid, verb)
    return _performed(verbs[verb], {**request, UID: peer.uid})


def _performed(verb: Verb, request: Mapping[str, object]) -> dict[str, object]:
    try:
        answer = {"answer": verb(request)}
        _encoded(answer)
    except (ValueError, JournalFault) as fault:
        return {"error": str(fault)}
    except Exception:
        log.exception("control: a verb failed")
        return {"error": "the station could not do it; its log says why"}
    return answer


def _encoded(answer: Mapping[str, object]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _send(connection: socket.socket, answer: Mapping[str, object]) -> None:
    line = _encoded(answer)
    if len(line) > MAX_ANSWER:
        line = b'{"error": "the answer is too long"}\n'
    connection.sendall(line)


def ask(path: Path, verb: str, **arguments: object) -> object:
    """Ask a running station. Raises `ConnectionError` in words when there is none, `ValueError` for a refusal."""
    request = json.dumps({"verb": verb, **arguments}).encode() + b"\n"
    try:
        check_path(path)
        return _read(path, _asked(path, request))
    except OSError as fault:
        raise ConnectionError(f"no station answers at {path}: {fault.strerror or 'it was silent'}") from fault


def _asked(path: Path, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ASK_SECONDS)
        connection.connect(os.fspath(path))
        with contextlib.suppress(BrokenPipeError):  # it has said no already: read why
            connection.sendall(request)
        with connection.makefile("rb") as answer:
            return answer.readline(MAX_ANSWER + 1)


def _read(path: Path, line: bytes) -> object:
    try:
        answer = json.loads(line)
    except ValueError:
        raise ValueError(f"{path}: what answers there is no station of this version") from None
    if not isinstance(answer, dict) or "answer" not in answer:
        raise ValueError(str(answer.get("error", "no answer")) if isinstance(answer, dict) else "no answer")
    return answer["answer"]
