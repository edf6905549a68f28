"""What every test gets: two sizes of run, no network beyond this machine, and a count of what was walked.

`--long` runs the same tests with larger counts (hypothesis profile `long`, `effort` its second number, and what is
marked `long` besides). Hypothesis cases are counted by themselves; what a test counts on its own it adds to `counts`.

With `-n 2` the files of tests are shared out to that many processes, each with a screen of its own; the longest files
first, so that none of them begins when the others are done.
"""

import functools
import ipaddress
import os
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tools.display import virtual_display

# The small run is the same every time, so that a red check means a change; the long run looks further each time.
settings.register_profile(
    "test",
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("test")


class Counts:
    """Sums by name, shown at the end of the run: stories told, states walked, fuzz cases, kill points."""

    def __init__(self) -> None:
        self._sums: Counter[str] = Counter()

    def add(self, name: str, n: int) -> None:
        self._sums[name] += n

    def merge(self, sums: dict[str, int]) -> None:
        self._sums.update(sums)

    def sums(self) -> dict[str, int]:
        return dict(self._sums)

    def lines(self) -> list[str]:
        return [f"{name:<28}{total:>12,}" for name, total in sorted(self._sums.items())]


_COUNTS = pytest.StashKey[Counts]()
_SCREEN = pytest.StashKey[ExitStack]()
_LONGEST = (
    "test_walks.py", "test_touch_fingers.py", "test_chance.py", "test_random_events.py", "test_kill_points.py",
    "test_random_user.py", "test_touch_contact_sheet.py", "test_touch_sizes.py", "test_simdesk_in_a_browser.py",
    "test_touch_fits.py", "test_story_degraded.py",
)  # fmt: skip
"""Files of tests that take minutes, the longest first: `./run test --durations=0` tells how long each test takes."""
_ALONE = ("test_every_screen_fits_every_panel", "test_every_screen_is_drawn_as_it_is_meant")
"""Tests of the long run of which one file holds hours: each of their cases goes to whoever is free."""
_reached: list[str] = []  # addresses beyond this machine that the running test tried to reach


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the same tests with the large counts of a release")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: only in the long run (`./run test --long`)")
    config.addinivalue_line("markers", "slow: takes seconds; left out of the quick check (`./run check`)")
    config.stash[_COUNTS] = Counts()
    if config.getoption("long"):
        settings.load_profile("long")
    sys.addaudithook(_refuse_network)
    config.stash[_SCREEN] = ExitStack()
    if hasattr(config, "workerinput"):
        os.environ.update(config.stash[_SCREEN].enter_context(virtual_display()))
        _measure_once(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_SCREEN].close()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that ran a share of the tests hands over what it counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["counts"] = session.config.stash[_COUNTS].sums()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadFileScheduling

    class Shares(LoadFileScheduling):
        """Whole files, so that what a file sets up is set up once."""

        def _split_scope(self, nodeid: str) -> str:
            file, _, test = nodeid.partition("::")
            return nodeid if test.partition("[")[0] in _ALONE else file

    return Shares(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[_COUNTS].merge(getattr(node, "workeroutput", {}).get("counts", {}))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.path.name))
    skip = pytest.mark.skip(reason="only in the long run (--long)")
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("long"):
            item.add_marker(skip)
        _count_cases(getattr(item, "obj", None), config.stash[_COUNTS])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    """Last of all summaries, so that the counts stand right above the closing line."""
    yield
    if lines := config.stash[_COUNTS].lines():
        terminalreporter.section("counts")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def counts(pytestconfig: pytest.Config) -> Counts:
    """`counts.add("states walked", n)`; the sums are printed at the end of the run."""
    return pytestconfig.stash[_COUNTS]


@pytest.fixture(scope="session")
def effort(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """`effort(200, 20_000)` is the first number in the usual run and the second in the long one."""
    return lambda usual, long: long if pytestconfig.getoption("long") else usual


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fail the test that tried to reach another machine, even where the code under test took it for a bad line."""
    _reached.clear()
    yield
    if _reached:
        pytest.fail(f"reached beyond this machine: {', '.join(_reached)}")


def _measure_once(config: pytest.Config) -> None:
    """pytest-cov measures a worker twice: from its start as if it were alone, which `no_cover` does not pause, and
    from the first test on as a worker. Every test would cost three times as much."""
    measuring = config.pluginmanager.getplugin("_cov")
    if measuring is not None and measuring.cov_controller is not None:
        measuring.cov_controller.cov.stop()


def _turn(name: str) -> int:
    return _LONGEST.index(name) if name in _LONGEST else len(_LONGEST)


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        sock, address = args
        if sock.family in (socket.AF_INET, socket.AF_INET6) and address and not _is_here(address[0]):
            _refuse(str(address[0]))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not _needs_no_lookup(args[0]):
        _refuse(str(args[0]))


def _refuse(address: str) -> None:
    _reached.append(address)
    raise PermissionError(f"tests stay on this machine; tried to reach {address}")


def _is_here(host: object) -> bool:
    """Whether an address given to connect or send lies on this machine."""
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback or ipaddress.ip_address(str(host)).is_unspecified
    except ValueError:
        return False


def _needs_no_lookup(host: object) -> bool:
    """Whether a name is answered without asking a name server: numbers, nothing, localhost."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return True


def _count_cases(test: object, sums: Counts) -> None:
    """Have a hypothesis test add each of its cases; once per function, however often it is parametrised."""
    handle = getattr(test, "hypothesis", None)
    inner = getattr(handle, "inner_test", None)
    if handle is None or inner is None or hasattr(inner, "counted"):
        return

    @functools.wraps(inner)
    def counted(*args: object, **kwargs: object) -> object:
        sums.add("hypothesis cases", 1)
        return inner(*args, **kwargs)

    counted.counted = True  # type: ignore[attr-defined]
    handle.inner_test = counted
