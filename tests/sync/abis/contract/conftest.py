"""Tells each story of the contract suite in the worlds that have what it needs (`casting`), and in those alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.abis.contract.casting import columns, played
from tests.sync.abis.contract.small_library import FILES
from tests.sync.abis.contract.worlds import WORLDS, World
from tests.sync.abis.shelves import filled_store


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*parts): what a story of the contract suite must find in a world")
    config.addinivalue_line("markers", "cases(names, rows): a story of the contract suite, told once a row")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "world" in metafunc.fixturenames:
        told = played(metafunc.function)
        names = ("world", *columns(metafunc.function))
        rows = [pytest.param(one, *one.row, id=one.name) for one in told]
        metafunc.parametrize(names, rows, indirect=["world"])


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """A story that was told to its end has asked for all that it declared: a need too many costs it worlds."""
    told = yield
    world = pyfuncitem.funcargs.get("world")
    if isinstance(world, World):
        assert world.idle() == set(), "declared as needed, and never asked for"
    return told


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The small library as a database file."""
    return filled_store(tmp_path_factory.mktemp("contract"), FILES).read_bytes()


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, filled: bytes) -> Iterator[World]:
    declared = WORLDS[request.param.world]
    with declared.build(tmp_path, filled) as abis:
        yield World(request.param.world, abis, declared, request.param.needs)
