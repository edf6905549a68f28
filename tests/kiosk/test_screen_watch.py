"""The screen watched from beside it: what is told to the watchdog, to staff and to the log."""

import logging
import socket
from pathlib import Path

import pytest

from kiosk.app.notify import ALIVE, notify
from kiosk.app.screen_watch import DOUBTED_AFTER, ScreenWatch
from kiosk.domain.health import READY, State
from tests.kiosk.standins import HeldClock


class Watched:
    def __init__(self) -> None:
        self.clock, self.fed = HeldClock(), 0
        self.last: float | None = None
        self.watch = ScreenWatch(lambda: self.last, self.clock, self._feed)

    def _feed(self) -> None:
        self.fed += 1

    def draws(self) -> None:
        self.last = self.clock.monotonic()


@pytest.fixture
def screen() -> Watched:
    return Watched()


def test_while_it_draws_the_watchdog_is_fed(screen: Watched) -> None:
    for turn in range(1, 21):
        screen.clock.passes(20)
        screen.draws()
        screen.watch.look()
        assert (screen.fed, screen.watch.health(), screen.watch.seconds()) == (turn, READY, 0)


def test_a_screen_that_stands_still_is_doubted_after_a_minute_and_the_watchdog_starves(
    screen: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    screen.draws()
    screen.clock.passes(DOUBTED_AFTER - 1)
    screen.watch.look()
    assert screen.fed == 1
    for _ in range(3):
        screen.clock.passes(10)
        screen.watch.look()
    assert screen.fed == 1
    assert screen.watch.seconds() == 89
    health = screen.watch.health()
    assert health.state is State.DEGRADED
    assert "for 89 s" in health.sentence
    assert caplog.text.count("no true frame") == 1  # said once


def test_when_it_draws_again_it_is_fed_again_and_the_log_says_so(
    screen: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    screen.clock.passes(DOUBTED_AFTER)
    screen.watch.look()
    screen.draws()
    with caplog.at_level(logging.WARNING):
        screen.watch.look()
        screen.watch.look()
    assert screen.fed == 2
    assert caplog.text.count("draws again") == 1


def test_a_screen_that_never_draws_gets_a_minute_too(screen: Watched) -> None:
    screen.watch.look()
    screen.clock.passes(DOUBTED_AFTER)
    screen.watch.look()
    assert screen.fed == 1
    assert screen.watch.seconds() is None


@pytest.mark.parametrize("kind", ["a path", "an abstract name"])
def test_the_service_manager_is_told_by_one_datagram(tmp_path: Path, kind: str) -> None:
    name = str(tmp_path / "notify") if kind == "a path" else f"\0{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name)
        manager.settimeout(10)
        assert notify(ALIVE, {"NOTIFY_SOCKET": name.replace("\0", "@")})
        assert manager.recv(100) == b"WATCHDOG=1"


def test_without_a_manager_nothing_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not notify(ALIVE, {})
    assert not notify(ALIVE, {"NOTIFY_SOCKET": "vsock:2:1"})
    assert caplog.text == ""
    assert not notify(ALIVE, {"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert "was not told" in caplog.text
