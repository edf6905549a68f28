"""The pages of a running station: a reader is forgotten in its journal as well, a backup is asked for at its socket."""

import pwd
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest

from config.library import Pages, Place, Serving
from kiosk.app.control import UID
from kiosk.app.library_service import LibraryService
from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.ports.office import Refused
from sync.abis.local import SPEC as LOCAL
from sync.spec import Surroundings
from tests.sync.abis.local.conftest import FILES
from tests.sync.abis.shelves import MOSCOW, filled_store
from tests.sync.still import StillClock

SECONDS = 30.0


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return filled_store(tmp_path_factory.mktemp("library"), FILES).read_bytes()


@pytest.fixture
def service(tmp_path: Path, filled: bytes) -> Iterator[Callable[..., LibraryService]]:
    (tmp_path / "circulation.db").write_bytes(filled)
    clock = StillClock()
    store: Any = LOCAL.connect({}, Surroundings(MOSCOW, clock, tmp_path))
    made: list[LibraryService] = []

    def make(serving: Serving, forget: Callable[[CardNumber], str] = lambda _: "") -> LibraryService:
        parts: Any = SimpleNamespace(zone=MOSCOW, clock=clock)
        made.append(LibraryService(serving, parts, store, forget))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stop()
    store.close()


def test_the_pages_are_served_and_stop_with_the_station(service: Callable[..., LibraryService]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = service(Serving(None, (), Pages(Place("127.0.0.1", port))))
    assert running.offers["pages"].standing.wait(SECONDS)
    with urlopen(f"http://127.0.0.1:{port}/login", timeout=SECONDS) as page:
        assert "Вход для сотрудников" in page.read().decode()
    assert running.verbs()["library"]({}) == {"pages": f"at http://127.0.0.1:{port}"}
    running.stop()
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/login", timeout=SECONDS)


def test_a_backup_is_made_for_whoever_asks_at_the_socket(service: Callable[..., LibraryService]) -> None:
    running = service(Serving(None, (), None))
    answer: Any = running.verbs()["library-backup"]({UID: 0})
    assert Path(answer["file"]).stat().st_size == answer["size"]
    assert running.office.deeds()[0].who == pwd.getpwuid(0).pw_name
    running.verbs()["library-backup"]({UID: 2**31 - 7})
    assert running.office.deeds()[0].who == f"user {2**31 - 7}"


def test_a_reader_is_forgotten_by_the_desks_journal_too(service: Callable[..., LibraryService]) -> None:
    asked: list[str] = []
    running = service(Serving(None, (), None), lambda card: asked.append(card) or "")  # type: ignore[func-returns-value]
    running.office.forget_reader("Нина", "BORIS")
    assert asked == ["BORIS"]
    assert running.office.reader("BORIS") is None


def test_while_the_journal_needs_a_reader_nothing_is_forgotten(service: Callable[..., LibraryService]) -> None:
    running = service(Serving(None, (), None), lambda _: "Two loans are not yet confirmed.")
    with pytest.raises(Refused, match="not yet confirmed"):
        running.office.forget_reader("Нина", "BORIS")
    assert running.office.reader("BORIS") is not None


def test_the_journal_keeps_a_reader_whom_the_store_does_not_let_go(service: Callable[..., LibraryService]) -> None:
    asked: list[str] = []
    running = service(Serving(None, (), None), lambda card: asked.append(card) or "")  # type: ignore[func-returns-value]
    running._store.checkout(TxnId("t"), CardNumber("BORIS"), ItemId("S1"), StillClock().now())
    with pytest.raises(Refused, match="has books"):
        running.office.forget_reader("Нина", "BORIS")
    assert asked == []
