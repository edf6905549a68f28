"""The control socket: who may ask, what a peer may do to it, and what it says."""

import json
import logging
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.app import control as module
from kiosk.app.control import MAX_ANSWER, MAX_PEERS, MAX_REQUEST, ControlServer, Peer, ask, may_ask
from kiosk.ports.journal import JournalFault

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")


class Bench:
    """A socket with a few verbs. `gate` holds up the verb `slow`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "control.sock"
        self.gate = threading.Event()
        self.inside = threading.Semaphore(0)
        self.server = ControlServer(self.path, {
            "version": lambda _: 1,
            "echo": lambda request: request.get("words"),
            "slow": self._slow,
            "long": lambda _: "й" * MAX_ANSWER,
            "odd": lambda _: {1, 2},
            "broken": self._broken,
            "refused": self._refused,
            "full": self._full,
        })  # fmt: skip
        self.server.start()

    def _slow(self, _: Mapping[str, object]) -> object:
        self.inside.release()
        return self.gate.wait(20)

    def _broken(self, _: Mapping[str, object]) -> object:
        raise KeyError("Иванова Анна")

    def _refused(self, _: Mapping[str, object]) -> object:
        raise ValueError("forget needs the card's number: card")

    def _full(self, _: Mapping[str, object]) -> object:
        raise JournalFault("no room left on the disk")

    def says(self, sent: bytes, *, end: bool = False) -> dict[str, object]:
        """Send these bytes and return the answer line."""
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(10)
            peer.connect(os.fspath(self.path))
            try:
                peer.sendall(sent)
                if end:
                    peer.shutdown(socket.SHUT_WR)
            except BrokenPipeError:
                pass  # it answered and hung up before all of that came
            with peer.makefile("rb") as answer:
                told = json.loads(answer.readline())
        assert isinstance(told, dict)
        return told


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.gate.set()
    bench.server.stop()


def test_only_owner_and_group_reach_it_whatever_the_umask(tmp_path: Path) -> None:
    for umask in (0o000, 0o022, 0o077):
        before = os.umask(umask)
        try:
            server = ControlServer(tmp_path / "s", {})
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o660
        server.stop()


def test_who_may_ask() -> None:
    station, group = 990, 991
    assert may_ask(Peer(1, 0, 0), station, group)
    assert may_ask(Peer(1, station, station), station, group)
    assert may_ask(Peer(1, 1000, group), station, group)
    assert not may_ask(Peer(1, 1000, 1000), station, group)
    assert not may_ask(Peer(1, NOBODY, NOBODY), station, group)


@as_root
@pytest.mark.parametrize("opened", [False, True], ids=["as it is", "opened to all by mistake"])
def test_another_user_is_refused(bench: Bench, opened: bool) -> None:
    for folder in (bench.path.parent, *bench.path.parent.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    if opened:
        bench.path.chmod(0o666)
    asked = subprocess.run([sys.executable, "-c", AS_NOBODY, bench.path], capture_output=True, text=True, check=True)
    assert asked.stdout == ("this user may not speak to the station" if opened else "PermissionError"), asked.stderr


AS_NOBODY = f"""
import contextlib, json, os, socket, sys
os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY})
with socket.socket(socket.AF_UNIX) as peer:
    try:
        peer.connect(sys.argv[1])
    except OSError as fault:
        sys.exit(sys.stdout.write(type(fault).__name__) * 0)
    with contextlib.suppress(BrokenPipeError):
        peer.sendall(b'{{"verb": "version"}}\\n')
    sys.stdout.write(json.loads(peer.recv(4096))["error"])
"""
"""Drops to another user once everything is loaded, asks, and tells what came of it."""


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n", b"{}\n", b"[]\n", b"null\n", b"12\n", b"\xff\xfe\n", b"{\n", b'{"verb": 1}\n',
        b'{"verb": "open door"}\n', b'{"verb": ["version"]}\n', b'{"verb": "version"} {"verb": "version"}\n',
        b"[" * 4000 + b"\n", b"\x00" * 100 + b"\n", b"9" * 4000 + b"\n",
    ],
)  # fmt: skip
def test_garbage_is_answered_in_words(bench: Bench, garbage: bytes) -> None:
    told = bench.says(garbage)
    assert set(told) == {"error"}
    assert bench.says(b'{"verb": "version"}\n') == {"answer": 1}


def test_half_a_line_is_no_request(bench: Bench) -> None:
    assert "one line of JSON" in str(bench.says(b'{"verb": "version"}', end=True)["error"])


def test_a_request_that_is_too_long_is_refused(bench: Bench) -> None:
    assert bench.says(b"x" * (MAX_REQUEST * 20)) == {"error": f"a request has at most {MAX_REQUEST} bytes"}


def test_an_answer_that_is_too_long_is_said_to_be(bench: Bench) -> None:
    with pytest.raises(ValueError, match="too long"):
        ask(bench.path, "long")


def test_whoever_dawdles_is_told_so_and_holds_up_nobody(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    assert "one line of JSON" in str(bench.says(b'{"verb"')["error"])
    monkeypatch.setattr(module, "PATIENCE", 20.0)
    with socket.socket(socket.AF_UNIX) as slow:
        slow.connect(os.fspath(bench.path))
        slow.sendall(b"{")
        assert ask(bench.path, "version") == 1


def test_fifty_ask_at_once(bench: Bench) -> None:
    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(lambda number: ask(bench.path, "echo", words=number), range(50)))
    assert told == list(range(50))


def test_more_than_it_can_hold_are_told_to_come_again(bench: Bench) -> None:
    with ThreadPoolExecutor(MAX_PEERS) as pool:
        held = [pool.submit(ask, bench.path, "slow") for _ in range(MAX_PEERS)]
        for _ in range(MAX_PEERS):
            assert bench.inside.acquire(timeout=10)
        with pytest.raises(ValueError, match="too many ask at once"):
            ask(bench.path, "version")
        bench.gate.set()
        assert all(one.result(10) for one in held)
    assert ask(bench.path, "version") == 1


def test_what_a_verb_refuses_is_said_and_what_breaks_in_it_is_not(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ValueError, match="forget needs the card's number"):
        ask(bench.path, "refused")
    with pytest.raises(ValueError, match="no room left on the disk"):
        ask(bench.path, "full")
    with caplog.at_level(logging.DEBUG):
        for verb in ("broken", "odd"):
            with pytest.raises(ValueError, match="its log says why"):
                ask(bench.path, verb)
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 2
    assert not any("Иванова" in record.getMessage() for record in caplog.records)


def test_a_socket_left_by_a_killed_station_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "s"
    left = socket.socket(socket.AF_UNIX)
    left.bind(os.fspath(path))
    left.close()
    server = ControlServer(path, {"version": lambda _: 1})
    server.start()
    assert ask(path, "version") == 1
    server.stop()
    assert not path.exists()


def test_a_second_station_does_not_take_the_socket_of_the_first(bench: Bench) -> None:
    with pytest.raises(FileExistsError, match="a station answers here already"):
        ControlServer(bench.path, {})
    assert ask(bench.path, "version") == 1


def test_what_is_no_socket_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("somebody's diary")
    with pytest.raises(FileExistsError, match="it is no socket"):
        ControlServer(tmp_path / "s", {})
    assert (tmp_path / "s").read_text() == "somebody's diary"


def test_a_station_that_ends_leaves_the_socket_of_its_successor_alone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    first = ControlServer(path, {})
    path.rename(tmp_path / "aside")
    second = ControlServer(path, {"version": lambda _: 2})
    second.start()
    first.stop()  # never started: harmless too
    assert ask(path, "version") == 2
    second.stop()


def test_a_path_too_long_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 100) / "s"
    with pytest.raises(OSError, match="has at most 100 bytes; use a shorter runtime folder"):
        ControlServer(path, {})
    with pytest.raises(ConnectionError, match="has at most 100 bytes"):
        ask(path, "version")


def test_nobody_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError, match=r"no station answers at .*: No such file"):
        ask(tmp_path / "s", "version")


@pytest.mark.parametrize("answer", [b"", b"hello\n", b"[1]\n"])
def test_what_answers_like_no_station_is_refused(tmp_path: Path, answer: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(tmp_path / "s"))
        listener.listen()

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(100)
                peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ValueError, match=r"no station of this version|no answer"):
            ask(tmp_path / "s", "version")
        thread.join(10)
