"""The control socket: how other processes speak to the running station, never to its files.

A Unix socket, 0660, in the station's runtime directory. One request line of JSON (`{"verb": "status"}`), one answer
line. Who asks is told by the kernel (SO_PEERCRED) and logged; only root, the station's own user and members of the
socket's group are answered. The verbs are a closed list without doors.
"""

import contextlib
import json
import logging
import os
import pwd
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

log = logging.getLogger(__name__)
MAX_REQUEST = 4096
"""Bytes of a request: a verb and a few arguments. More is refused, so that nobody makes the station hold more."""
MAX_ANSWER = 1 << 20
PATIENCE = 5.0
"""Seconds a peer may take for its request."""
MAX_PATH = 100
"""Bytes of a Unix socket's path that Linux takes (108 with its end)."""

Verb = Callable[[Mapping[str, object]], object]
"""Answers with plain JSON values; raises `ValueError` in words for arguments it cannot take."""


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
    """`verbs` answer on threads of their own: a slow one (doctor) holds up neither the station nor another asker."""

    def __init__(self, path: Path, verbs: Mapping[str, Verb], own_uid: int | None = None) -> None:
        if len(os.fsencode(path)) > MAX_PATH:
            raise ValueError(f"{path}: the path of a control socket has at most {MAX_PATH} bytes; use a shorter folder")
        self.path = path
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        before = os.umask(0o117)
        try:
            self._server = _Server(str(path), verbs, os.geteuid() if own_uid is None else own_uid)
        finally:
            os.umask(before)
        self._thread = threading.Thread(target=self._server.serve_forever, name="control", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 16

    def __init__(self, path: str, verbs: Mapping[str, Verb], own_uid: int) -> None:
        super().__init__(path, _Handler)
        self.verbs = verbs
        self.own_uid = own_uid
        self.group = os.stat(path).st_gid

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
        _send(connection, _answer(server.verbs, _line(connection), peer))


def _line(connection: socket.socket) -> bytes:
    held = b""
    while b"\n" not in held and len(held) <= MAX_REQUEST:
        arrived = connection.recv(MAX_REQUEST + 1 - len(held))
        if not arrived:
            break
        held += arrived
    return held


def _answer(verbs: Mapping[str, Verb], line: bytes, peer: Peer) -> dict[str, object]:
    if len(line) > MAX_REQUEST:
        return {"error": f"a request has at most {MAX_REQUEST} bytes"}
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return {"error": "a request is one line of JSON"}
    verb = request.get("verb") if isinstance(request, dict) else None
    if not isinstance(verb, str) or verb not in verbs:
        return {"error": f"unknown verb; known are {', '.join(sorted(verbs))}"}
    log.info("control: uid %d asks for %s", peer.uid, verb)
    return _performed(verbs[verb], request)


def _performed(verb: Verb, request: Mapping[str, object]) -> dict[str, object]:
    try:
        return {"answer": verb(request)}
    except ValueError as fault:
        return {"error": str(fault)}
    except Exception:
        log.exception("control: a verb failed")
        return {"error": "the station could not do it; its log says why"}


def _send(connection: socket.socket, answer: Mapping[str, object]) -> None:
    line = json.dumps(answer, ensure_ascii=False).encode() + b"\n"
    if len(line) > MAX_ANSWER:
        line = b'{"error": "the answer is too long"}\n'
    connection.sendall(line)


def ask(path: Path, verb: str, **arguments: object) -> object:
    """Ask a running station. Raises `ConnectionError` in words when there is none, `ValueError` for a refusal."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(60)
        try:
            connection.connect(os.fspath(path))
        except OSError as fault:
            raise ConnectionError(f"no station answers at {path}: {fault.strerror}") from fault
        connection.sendall(json.dumps({"verb": verb, **arguments}).encode() + b"\n")
        answer = json.loads(connection.makefile("rb").readline(MAX_ANSWER + 1) or b'{"error": "no answer"}')
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer["answer"]
