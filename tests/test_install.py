"""A station is put in place by one script, here into a root of its own, and its screen lets nobody else draw."""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from config import load_policy

ROOT = Path(__file__).parent.parent
UNITS = ROOT / "systemd"
VENV = "opt/open-library-kiosk/venv"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make users and folders, even in another root")
needs_sysusers = pytest.mark.skipif(not shutil.which("systemd-sysusers"), reason="systemd-sysusers is not here")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The root of a machine with the kiosk's environment and nothing of a station."""
    (tmp_path / "etc").mkdir()
    python = tmp_path / VENV / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return tmp_path


def install(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DESTDIR": str(machine), "PYTHONPATH": str(ROOT)}
    command = ["sh", str(UNITS / "install.sh"), *arguments]
    return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)


@needs_root
@needs_sysusers
@pytest.mark.parametrize("example", ["desk-koha", "desk-village"])
def test_a_station_is_put_in_place_with_its_settings_closed_to_others(machine: Path, example: str) -> None:
    done = install(machine, "desk-7", example)
    assert done.returncode == 0, done.stderr
    settings = machine / "etc/kiosk/desk-7"
    assert 'name = "desk-7"' in (settings / "station.toml").read_text("utf-8")
    assert load_policy((settings / "policy.toml").read_text("utf-8"), "policy.toml").rules.library
    modes = {path.name: path.stat().st_mode & 0o777 for path in [settings, *settings.iterdir()]}
    assert modes == {"desk-7": 0o750, "station.toml": 0o640, "policy.toml": 0o640}
    group = re.findall(r"^kiosk:x:(\d+):", (machine / "etc/group").read_text(), re.MULTILINE)
    assert {str(path.stat().st_gid) for path in [settings, *settings.iterdir()]} == set(group)
    for unit in ("kiosk@.service", "kiosk-screen.service"):
        assert (machine / "etc/systemd/system" / unit).read_text() == (UNITS / unit).read_text()
    assert (machine / "etc/udev/rules.d/99-kiosk.rules").is_file()
    assert (machine / "var/lib/kiosk").is_dir()
    assert os.readlink(machine / "usr/local/bin/kiosk") == f"/{VENV}/bin/kiosk"


@needs_root
@needs_sysusers
def test_settings_that_are_there_are_kept(machine: Path) -> None:
    install(machine, "desk-7")
    (machine / "etc/kiosk/desk-7/station.toml").write_text("mine\n")
    done = install(machine, "desk-7")
    assert done.returncode == 0
    assert "kept: " in done.stdout
    assert (machine / "etc/kiosk/desk-7/station.toml").read_text() == "mine\n"


@needs_root
@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "which station"), (["--help"], "which station"), (["Desk 1"], "no name of a station"),
     (["desk-1", "desk-moon"], "no example desk-moon")],
)  # fmt: skip
def test_what_cannot_be_installed_is_told_and_nothing_is_written(
    machine: Path, arguments: list[str], said: str
) -> None:
    done = install(machine, *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert not list((machine / "etc").iterdir())


@needs_root
def test_without_the_kiosks_environment_nothing_is_installed(machine: Path) -> None:
    shutil.rmtree(machine / VENV)
    assert "install the wheel there first" in install(machine, "desk-1").stderr


# --- the screen ------------------------------------------------------------------------------------------------------


def _connect(number: str, cookie: bytes) -> bool:
    """Ask the X server to be let in, as the protocol says; return whether it does."""
    name = b"MIT-MAGIC-COOKIE-1" if cookie else b""
    padded = [part + b"\0" * (-len(part) % 4) for part in (name, cookie)]
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(f"/tmp/.X11-unix/X{number}")
        client.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(name), len(cookie)) + b"".join(padded))
        return client.recv(1) == b"\x01"


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not on this machine")
def test_only_who_has_the_cookie_may_draw(tmp_path: Path) -> None:
    cookies = tmp_path / "Xauthority"
    subprocess.run(["sh", str(UNITS / "x-cookie.sh"), str(cookies)], check=True, timeout=10)
    cookie = cookies.read_bytes()[-16:]
    mine, its = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(its), "-auth", str(cookies), "-nolisten", "tcp", "-noreset"],
        pass_fds=[its],
        stderr=subprocess.DEVNULL,
    )
    os.close(its)
    try:
        with os.fdopen(mine) as answer:
            number = answer.readline().strip()
        assert [_connect(number, tried) for tried in (cookie, b"", bytes(16))] == [True, False, False]
    finally:
        server.terminate()
        server.wait(timeout=10)


def test_each_start_has_a_cookie_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "other"):
        subprocess.run(["sh", str(UNITS / "x-cookie.sh"), str(tmp_path / name)], check=True, timeout=10)
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_the_kiosk_draws_on_that_screen_and_fails_where_it_is_not() -> None:
    """Without a screen SDL would draw into memory, and nobody would see it."""
    kiosk, screen = ((UNITS / name).read_text("utf-8") for name in ("kiosk@.service", "kiosk-screen.service"))
    assert "DISPLAY=:0 XAUTHORITY=/run/kiosk-screen/Xauthority SDL_VIDEODRIVER=x11" in kiosk
    assert "Xorg :0 " in screen
    assert "-auth /run/kiosk-screen/Xauthority" in screen
    assert re.search(r"^After=kiosk-screen\.service ", kiosk, re.MULTILINE)
