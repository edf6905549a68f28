"""The demo library behind our SIP2 server at noon of 20 November 2026 in Moscow, and lines to it that speak bytes."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.ids import TxnId
from sync.abis.local import open_store
from sync.abis.local.demo import load_demo
from sync.abis.local.settings import Settings
from sync.abis.local.store import Store
from sync.sip2.codec import Message, decode
from sync.sip2.encoder import encode
from sync.sip2.framing import Framer
from sync.sip2.server import Conversation, Desk, Server, ServerSettings, serve
from sync.sip2.values import Encoding
from sync.spec import Surroundings
from tests.sync.still import StillClock

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = date(2026, 11, 20)
NOW = "20261120    120000"


@dataclass
class Machine:
    """A self-check machine at a conversation, without a wire: what it asks, and what it is answered."""

    talk: Conversation
    store: Store
    clock: StillClock
    encoding: Encoding = Encoding.UTF_8
    last: bytes = b""

    def send(self, raw: bytes) -> Message | None:
        reply = self.talk.reply(self.talk.read(raw.rstrip(b"\r\n")))
        self.last = reply.data
        return decode(reply.data.rstrip(b"\r\n"), self.encoding) if reply.data else None

    def ask(self, code: str, *fields: tuple[str, str], sequence: int | None = None, **fixed: str) -> Message:
        """Ask with good manners: fixed fields have their usual values, required fields are there, empty if need be."""
        answer = self.send(request(code, *fields, sequence=sequence, encoding=self.encoding, **fixed))
        assert answer is not None
        assert answer.faults == ()
        return answer

    def lend(self, card: str, item: str, *more: tuple[str, str], **fixed: str) -> Message:
        return self.ask("11", ("AA", card), ("AB", item), *more, **fixed)

    def take_back(self, item: str, **fixed: str) -> Message:
        return self.ask("09", ("AB", item), **fixed)

    def patron(self, card: str, *more: tuple[str, str], summary: str = "", language: str = "001") -> Message:
        return self.ask("63", ("AA", card), *more, summary=summary.ljust(10), language=language)


USUAL = {
    "01": {"card_retained": "N"},
    "09": {"no_block": "N", "return_date": NOW},
    "11": {"sc_renewal_policy": "N", "no_block": "N", "nb_due_date": " " * 18},
    "15": {"hold_mode": "+"},
    "23": {"language": "001"},
    "29": {"third_party_allowed": "N", "no_block": "N", "nb_due_date": " " * 18},
    "37": {"fee_type": "01", "payment_type": "00", "currency_type": "RUB"},
    "63": {"language": "001", "summary": " " * 10},
    "93": {"uid_algorithm": "0", "pwd_algorithm": "0"},
    "99": {"status_code": "0", "max_print_width": "080", "protocol_version": "2.00"},
}
REQUIRED = {
    "01": "AO AL AA AC", "09": "AP AO AB AC", "11": "AO AA AB AC", "15": "AO AA", "17": "AO AB", "19": "AO AB CH",
    "23": "AO AA AC AD", "25": "AO AA", "29": "AO AA", "35": "AO AA", "37": "BV AO AA", "63": "AO AA", "65": "AO AA",
    "93": "CN CO", "97": "", "99": "",
}  # fmt: skip


def request(
    code: str,
    *fields: tuple[str, str],
    sequence: int | None = None,
    encoding: Encoding = Encoding.UTF_8,
    **fixed: str,
) -> bytes:
    given = {name for name, _ in fields}
    missing = [(name, "") for name in REQUIRED[code].split() if name not in given]
    dated = {} if code in ("93", "97", "99") else {"transaction_date": NOW}
    return encode(
        code, {**dated, **USUAL.get(code, {}), **fixed}, [*fields, *missing], sequence=sequence, encoding=encoding
    )


@dataclass
class Line:
    """A machine's socket to the server, with a deadline on everything."""

    socket: socket.socket
    framer: Framer = field(default_factory=Framer)
    waiting: list[bytes] = field(default_factory=list)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self) -> bytes | None:
        """The next frame; None: the server closed the line."""
        while not self.waiting:
            try:
                arrived = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not arrived:
                return None
            self.waiting += self.framer.feed(arrived)
        return self.waiting.pop(0)

    def ask(self, data: bytes) -> Message:
        self.send(data)
        frame = self.read()
        assert frame is not None, "the line was closed"
        return decode(frame)

    def close(self) -> None:
        self.socket.close()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "circulation.db"
    load_demo(path, TODAY, MOSCOW)
    return path


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(demo_file: Path, tmp_path: Path, clock: StillClock) -> Iterator[Store]:
    (tmp_path / "circulation.db").write_bytes(demo_file.read_bytes())
    bins = {"shelf": "1", "hold_shelf": "2", "other_branch": "3", "sorting": "4"}
    opened = open_store(Settings.model_validate({"bins": bins}), Surroundings(MOSCOW, clock, tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store, clock: StillClock) -> Desk:
    numbers = iter(range(10**9))
    settings = ServerSettings(institution="SAD", library="Библиотека на Садовой")
    return Desk(store, settings, MOSCOW, clock, lambda: TxnId(f"txn-{next(numbers)}"))


@pytest.fixture
def at_desk(desk: Desk, store: Store, clock: StillClock) -> Callable[..., Machine]:
    """A machine before a server with these settings."""

    def start(**settings: Any) -> Machine:
        chosen = ServerSettings.model_validate(desk.settings.model_dump() | settings)
        encoding = Encoding(settings.get("encoding", Encoding.UTF_8))
        talk = Conversation(replace(desk, settings=chosen, language=chosen.language))
        return Machine(talk, store, clock, encoding)

    return start


@pytest.fixture
def machine(at_desk: Callable[..., Machine]) -> Machine:
    return at_desk()


@pytest.fixture
def running(store: Store, clock: StillClock) -> Iterator[Callable[..., Server]]:
    """Start servers on ports of this machine; they are closed at the end."""
    servers: list[Server] = []

    def start(**options: Any) -> Server:
        settings = ServerSettings.model_validate({"institution": "SAD"} | options.pop("settings", {}))
        servers.append(serve(store, zone=MOSCOW, clock=clock, settings=settings, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def dial() -> Iterator[Callable[[Server], Line]]:
    lines: list[Line] = []

    def connect(server: Server) -> Line:
        sock = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        lines.append(Line(sock))
        return lines[-1]

    yield connect
    for line in lines:
        line.close()


@pytest.fixture(scope="module")
def polite_server(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Line]]:
    """One server and one well-behaved machine at it, for the many cases of a property."""
    folder = tmp_path_factory.mktemp("polite")
    (folder / "circulation.db").write_bytes(demo_file.read_bytes())
    store = open_store(Settings(pin_attempts=100), Surroundings(MOSCOW, StillClock(), folder))
    server = serve(store, zone=MOSCOW, clock=StillClock(), settings=ServerSettings(connections=200))
    line = Line(socket.create_connection(("127.0.0.1", server.port), timeout=20))
    yield server, line
    line.close()
    server.close()
    store.close()
