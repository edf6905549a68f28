"""One desk owns the library's store; the others reach it over SIP2, at the same time, and outlive its death."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from config.library import Machine, Place, Serving
from kiosk.app import library_service
from kiosk.app.library_service import LibraryService, Offer
from kiosk.app.system import SystemClock
from kiosk.domain.health import State
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import Loan, Standing
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import Abis, AbisFault
from kiosk.ports.clock import Clock
from sync.abis.local import SPEC as LOCAL
from sync.abis.sip2 import SPEC as SIP2
from sync.sip2.server import MachineAccount, ServerSettings, serve
from sync.spec import Surroundings
from tests.sync.abis.local.conftest import FILES
from tests.sync.abis.shelves import MOSCOW, filled_store
from tests.sync.still import StillClock

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
PASSWORDS = {"desk-2": "second desk's own", "desk-3": "third desk's own"}
STATION = """
[station]
name = "desk-1"
time_zone = "Europe/Moscow"
state = "state"
[abis]
kind = "local"
[library]
serve = "127.0.0.1:{port}"
[library.machines.desk-2]
password_file = "desk-2-password"
[library.machines.desk-3]
password_file = "desk-3-password"
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return filled_store(tmp_path_factory.mktemp("library"), FILES).read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Abis]]:
    """The connector of another desk, as its station.toml says: kind = "sip2", our own profile."""
    opened: list[Abis] = []

    def connect(port: int, name: str = "desk-2", password: str | None = None, clock: Clock | None = None) -> Abis:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        section = {
            "profile": "open-library-kiosk", "host": "127.0.0.1", "port": port, "user": name,
            "password": PASSWORDS[name] if password is None else password,
        }  # fmt: skip
        opened.append(SIP2.connect(section, Surroundings(MOSCOW, clock or StillClock(), folder)))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


@contextmanager
def served(folder: Path, filled: bytes) -> Iterator[tuple[Any, int]]:
    """The owner's store and its server, in this process."""
    (folder / "circulation.db").write_bytes(filled)
    clock = StillClock()
    store = LOCAL.connect({}, Surroundings(MOSCOW, clock, folder))
    accounts = tuple(MachineAccount.model_validate({"user": k, "password": v}) for k, v in PASSWORDS.items())
    with serve(store, zone=MOSCOW, clock=clock, settings=ServerSettings(accounts=accounts)) as server:
        yield store, server.port
    store.close()


def lend(abis: Abis, card: str, item: str, txn: str) -> Loan | Refusal:
    return abis.checkout(TxnId(txn), CardNumber(card), ItemId(item), StillClock().now(), fee_accepted=True)


def test_the_same_book_asked_for_by_three_desks_at_once_is_lent_once(
    desk: Callable[..., Abis], tmp_path: Path, filled: bytes
) -> None:
    with served(tmp_path, filled) as (store, port):
        asking = {"ANNA": store, "BORIS": desk(port), "VERA": desk(port, "desk-3")}
        for item in ("S1", "S2", "L1", "C1", "E1", "E3", "D1"):
            answers: dict[str, Loan | Refusal] = {}
            start = threading.Barrier(len(asking))

            def ask(
                card: str, abis: Abis, item: str = item, start: threading.Barrier = start,
                answers: dict[str, Loan | Refusal] = answers,
            ) -> None:  # fmt: skip
                start.wait(SECONDS)
                answers[card] = lend(abis, card, item, f"{card} {item}")

            threads = [threading.Thread(target=ask, args=pair) for pair in asking.items()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(SECONDS)
            (winner,) = [card for card, answer in answers.items() if isinstance(answer, Loan)]
            refusals = [answer for answer in answers.values() if isinstance(answer, Refusal)]
            assert [each.reason for each in refusals] == [Reason.ON_LOAN_TO_OTHER] * 2
            assert item in store.loans(CardNumber(winner))
            store.checkin(TxnId(f"back {item}"), ItemId(item), StillClock().now())  # nobody comes to a limit


def test_what_one_desk_does_the_others_see_at_once(desk: Callable[..., Abis], tmp_path: Path, filled: bytes) -> None:
    with served(tmp_path, filled) as (store, port):
        second, third = desk(port), desk(port, "desk-3")
        found = second.identify(CardNumber("ANNA"), Secret("1234"))
        assert isinstance(found, Patron)
        assert found.birth is not None
        assert isinstance(lend(second, "ANNA", "S1", "t1"), Loan)
        assert third.item_info(ItemId("S1")).standing is Standing.ON_LOAN
        assert third.loans(CardNumber("ANNA")) == {"S1"}
        assert isinstance(lend(third, "TEEN", "C1", "t2"), Refusal)  # 18+, by the store's own rules
        back = third.checkin(TxnId("t3"), ItemId("S1"), StillClock().now())
        assert not isinstance(back, Refusal)
        assert store.loans(CardNumber("ANNA")) == frozenset()


@pytest.mark.parametrize("password", ["a stranger's guess", ""])
def test_a_desk_with_a_wrong_password_is_told_nothing(
    desk: Callable[..., Abis], tmp_path: Path, filled: bytes, password: str
) -> None:
    with served(tmp_path, filled) as (store, port):
        stranger = desk(port, password=password)
        with pytest.raises(AbisFault):
            lend(stranger, "ANNA", "S1", "t1")
        assert stranger.probe().state is not State.READY
        assert store.loans(CardNumber("ANNA")) == frozenset()


# --- the owner's process


@pytest.fixture
def owner(tmp_path: Path, filled: bytes) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Start the owner's station as a process; it is served when this returns."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "port").write_text(str(port))
    (tmp_path / "station.toml").write_text(STATION.format(port=port), "utf-8")
    for name, password in PASSWORDS.items():
        (tmp_path / f"{name}-password").write_text(password)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "circulation.db").write_bytes(filled)
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.kiosk.library_owner", str(tmp_path / "station.toml")]
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        assert said == "ready\n", process.stderr.read()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_an_owner_that_is_killed_and_started_again_has_lost_nothing_and_its_desks_come_back(
    owner: Callable[[], "subprocess.Popen[str]"], desk: Callable[..., Abis], tmp_path: Path
) -> None:
    process = owner()
    port = int((tmp_path / "port").read_text())
    clock = SystemClock()
    second, third = desk(port, clock=clock), desk(port, "desk-3", clock=clock)
    assert isinstance(lend(second, "ANNA", "S1", "t1"), Loan)
    assert isinstance(lend(third, "BORIS", "S2", "t2"), Loan)
    process.kill()
    process.communicate(timeout=SECONDS)
    for each in (second, third):
        with pytest.raises(AbisFault):
            lend(each, "VERA", "L1", "t3")
        assert each.probe().state is State.ABSENT
    owner()
    for each in (second, third):
        assert each.probe().state is State.READY
        assert each.loans(CardNumber("ANNA")) == {"S1"}
        assert each.loans(CardNumber("BORIS")) == {"S2"}
    refusal = lend(third, "BORIS", "S1", "t4")
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.ON_LOAN_TO_OTHER
    assert isinstance(lend(second, "VERA", "L1", "t3"), Loan)


def test_an_owner_that_stops_as_it_should_gives_its_file_and_port_free(
    owner: Callable[[], "subprocess.Popen[str]"], desk: Callable[..., Abis], tmp_path: Path
) -> None:
    process = owner()
    second = desk(int((tmp_path / "port").read_text()))
    assert isinstance(lend(second, "ANNA", "S1", "t1"), Loan)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    store = LOCAL.connect({}, Surroundings(MOSCOW, StillClock(), tmp_path / "state"))
    assert store.loans(CardNumber("ANNA")) == {"S1"}
    store.close()


def test_a_status_tells_where_the_store_is_who_is_connected_and_when_it_was_last_backed_up(
    desk: Callable[..., Abis], tmp_path: Path, filled: bytes
) -> None:
    (tmp_path / "circulation.db").write_bytes(filled)
    clock = StillClock()
    store: Any = LOCAL.connect({}, Surroundings(MOSCOW, clock, tmp_path))
    machines = tuple(Machine(name, SecretStr(password)) for name, password in PASSWORDS.items())
    parts: Any = SimpleNamespace(zone=MOSCOW, clock=clock)
    service = LibraryService(Serving(Place("127.0.0.1", 0), machines, None), parts, store, lambda _: "")
    service.start()
    offer = service.offers["store"]
    assert offer.standing.wait(SECONDS)
    told = {"address": "127.0.0.1:0", "stands": True, "trouble": "", "desks": 0}
    assert service.facts() == {"store": told, "backup": None}
    server: Any = offer.offered
    assert desk(server.port).probe().state is State.READY
    assert service.facts()["store"] == told | {"desks": 1}
    kept = service.office.backup("Ольга")
    assert service.facts()["backup"] == kept.made.isoformat(timespec="seconds")
    service.stop()
    assert service.facts()["store"] == {"address": "127.0.0.1:0", "stands": False, "trouble": ""}
    store.close()


# --- what cannot be had yet


def test_a_port_that_is_taken_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_service, "AGAIN", 0.01)
    tries = iter([OSError(98, "Address already in use"), ModuleNotFoundError(name="jinja2"), None])
    said: list[str] = []

    @contextmanager
    def offered() -> Iterator[None]:
        said.append(offer.sentence)
        fault = next(tries)
        if fault is not None:
            raise fault
        yield

    offer = Offer("pages", "127.0.0.1:8440", offered)
    offer.start()
    assert offer.standing.wait(SECONDS)
    assert said[1] == "not at 127.0.0.1:8440: Address already in use"
    assert "comes with open-library-kiosk[staff]" in said[2]
    assert offer.sentence == "at 127.0.0.1:8440"
    offer.stop()
    assert (offer.sentence, offer.standing.is_set()) == ("stopped", False)
