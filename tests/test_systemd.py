"""What an installed machine runs, read by systemd itself. What this machine cannot check is skipped by name."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parent.parent / "systemd"
INSTALLED = "/opt/open-library-kiosk/venv/bin/kiosk"


def _version() -> int:
    if not shutil.which("systemd-analyze"):
        return 0
    told = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.split()[1])


needs_systemd = pytest.mark.skipif(_version() < 252, reason="systemd-analyze 252 or newer is not on this machine")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they are, with a program in place of the kiosk that is not installed here."""
    folder = tmp_path / "systemd"
    shutil.copytree(UNITS, folder)
    unit = folder / "kiosk@.service"
    unit.write_text(unit.read_text("utf-8").replace(INSTALLED, sys.executable))
    screen = folder / "kiosk-screen.service"
    screen.write_text(screen.read_text("utf-8").replace("/usr/lib/xorg/Xorg", sys.executable))
    return folder


def _systemd(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def _said(result: subprocess.CompletedProcess[str]) -> str:
    return (result.stdout + result.stderr).strip()


@needs_systemd
def test_the_units_say_nothing_that_systemd_does_not_understand(units: Path) -> None:
    shutil.rmtree(units / "kiosk@.service.d")
    for unit in ("kiosk@desk-1.service", "kiosk-screen.service"):
        result = _systemd(units, "systemd-analyze", "verify", "--man=no", unit)
        assert (result.returncode, _said(result)) == (0, "")


@needs_systemd
@pytest.mark.skipif(
    _version() < 254, reason="systemd before 254 does not know RestartSteps: back-off.conf not verified"
)
def test_the_back_off_says_nothing_that_systemd_does_not_understand(units: Path) -> None:
    result = _systemd(units, "systemd-analyze", "verify", "--man=no", "kiosk@desk-1.service")
    assert (result.returncode, _said(result)) == (0, "")


@needs_systemd
def test_a_wrong_word_in_the_unit_is_found(units: Path) -> None:
    unit = units / "kiosk@.service"
    unit.write_text(unit.read_text("utf-8").replace("ProtectSystem=strict", "ProtectSystem=very"))
    assert "very" in _said(_systemd(units, "systemd-analyze", "verify", "--man=no", "kiosk@desk-1.service"))


@needs_systemd
def test_the_unit_is_hardened(units: Path) -> None:
    """systemd's own exposure score, 0 (closed) to 10; a plain service with a user of its own has 9.2."""
    told = _said(_systemd(units, "systemd-analyze", "security", "--offline=true", "--no-pager", "./kiosk@.service"))
    assert float(re.findall(r"exposure level for .*?: ([0-9.]+)", told)[0]) <= 2.0


def test_the_unit_promises_what_the_kiosk_counts_on() -> None:
    text = (UNITS / "kiosk@.service").read_text("utf-8")
    for line in (
        f"ExecStart={INSTALLED} run ",
        "Restart=always",
        "StartLimitIntervalSec=0",
        "StateDirectory=kiosk/%i",
        "RuntimeDirectory=kiosk-%i",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "Environment=PYTHONSAFEPATH=1",
        "User=kiosk",
        "WatchdogSec=60\n",
        "LimitCORE=0\n",
        "SystemCallFilter=adjtimex clock_adjtime\n",
    ):
        assert f"\n{line}" in text
    assert "\nProtectClock=" not in text  # would forbid to ask the kernel whether the clock is synchronised


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make users and folders, even under another root")
@pytest.mark.skipif(not shutil.which("systemd-sysusers"), reason="systemd-sysusers is not on this machine")
def test_user_groups_and_folders_are_made_so_that_settings_stay_secret(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    made = [
        _systemd(UNITS, "systemd-sysusers", f"--root={root}", str(UNITS / "sysusers.conf")),
        _systemd(UNITS, "systemd-tmpfiles", "--create", f"--root={root}", str(UNITS / "tmpfiles.conf")),
    ]
    assert [result.returncode for result in made] == [0, 0], [_said(result) for result in made]
    groups = {name: members for name, _, _, members in map(_colons, (root / "etc/group").read_text().splitlines())}
    user = _colons((root / "etc/passwd").read_text().strip().splitlines()[-1])
    settings, state = (root / "etc/kiosk").stat(), (root / "var/lib/kiosk").stat()
    assert {"dialout", "input", "plugdev", "lp", "kiosk-control"} <= {n for n, m in groups.items() if "kiosk" in m}
    assert (settings.st_mode & 0o777, settings.st_uid, state.st_mode & 0o777) == (0o750, 0, 0o750)
    assert state.st_uid == int(user[2])
    assert user[-1] == "/usr/sbin/nologin"


def _colons(line: str) -> list[str]:
    return line.split(":")


def test_the_groups_of_the_unit_are_those_that_are_made() -> None:
    unit = (UNITS / "kiosk@.service").read_text("utf-8")
    made = re.findall(r"^m kiosk +(\S+)$", (UNITS / "sysusers.conf").read_text("utf-8"), re.MULTILINE)
    assert sorted(re.findall(r"^SupplementaryGroups=(.+)$", unit, re.MULTILINE)[0].split()) == sorted(made)


def test_every_device_rule_matches_something_and_sets_something() -> None:
    lines = (UNITS / "99-kiosk.rules").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    term = r'[A-Z_]+(\{[^}]+\})?(==|=|\+=)"[^"]*"'
    assert [rule for rule in rules if not re.fullmatch(rf"{term}(, {term})*", rule)] == []
    assert [rule for rule in rules if "==" not in rule or not re.search(r'[^=]="', rule)] == []


@pytest.mark.skipif(
    not shutil.which("udevadm") or _version() < 254, reason="udevadm before 254 cannot verify rules: only their form is"
)
def test_udev_understands_the_rules() -> None:
    result = _systemd(UNITS, "udevadm", "verify", "--no-summary", str(UNITS / "99-kiosk.rules"))
    assert (result.returncode, _said(result)) == (0, "")
