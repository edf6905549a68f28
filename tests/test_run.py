"""`./run` on a machine that lacks something: says what, and what to do; on one that lacks nothing: starts at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import __main__ as command
from tools import cures, install, lock

ROOT = Path(__file__).parent.parent

# What programs really print when something is missing, and a word of the cure that must be told.
FAILURES = [
    ("E: Write error - write (28: No space left on device)", "free 2 GB"),
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "free 2 GB"),
    ("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)", "wait until"),
    ("E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.", "--configure -a"),
    ("E: Unmet dependencies. Try 'apt --fix-broken install' with no packages", "--fix-broken"),
    ("E: Release file is not valid yet (invalid for another 3h 2min). Updates will not be applied.", "set date"),
    ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", "ca-certif"),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid", "set date"),
    ("npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error self-signed certificate in certificate chain", "ca-certif"),
    ("npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "ca-certif"),
    ("E: Failed to fetch http://packages.invalid/x.deb  403  Forbidden [IP: 192.0.2.1 80]", "let it through"),
    ("npm error code E403\nnpm error 403 403 Forbidden - GET http://packages.invalid/x", "let it through"),
    ("ERROR: HTTP error 403 while getting http://packages.invalid/x.whl", "let it through"),
    (
        "W: GPG error: http://packages.invalid stable: not available: NO_PUBKEY 0E98404D386FA1D9",
        "its key",
    ),
    (
        "E: Failed to fetch http://packages.invalid/x.deb  404  Not Found\nE: Unable to fetch some archives",
        "-get update",
    ),
    ("E: Sub-process /usr/bin/dpkg returned an error code (1)", "names the package"),
    ("ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication", "password"),
    ("Temporary failure resolving 'packages.invalid'", "network"),
    ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "network"),
    ("npm error code EAI_AGAIN\nnpm error getaddrinfo EAI_AGAIN packages.invalid", "network"),
    ("ReadTimeoutError: HTTPSConnectionPool(host='packages.invalid', port=443): Read timed out.", "start again"),
    ("E: Failed to fetch http://packages.invalid/x.deb  Hash Sum mismatch", "start again"),
    ("sudo: a password is required", "administrator run: apt-get install swig"),
    ("sudo: No such file or directory", "administrator run: apt-get install swig"),
    ("reader is not in the sudoers file.", "administrator run: apt-get install swig"),
    ("E: Unable to locate package libmtdev1", "apt-get update"),
    ("The virtual environment was not created successfully because ensurepip is not available.", "python3-venv"),
    ("src/evdev/input.c:10:10: fatal error: Python.h: No such file or directory", "python3-dev"),
    ("smartcard/scard/winscarddll.h:36:10: fatal error: winscard.h: No such file or directory", "libpcsclite-dev"),
    ("error: command 'swig' failed: No such file or directory", "install swig"),
    ("The 'linux/input.h' and 'linux/input-event-codes.h' include files are missing.", "linux-libc-dev"),
    ("error: command 'gcc' failed: No such file or directory", "build-essential"),
    ("ERROR: No matching distribution found for kivy==2.3.1", "Python 3.11"),
    ("OSError: [Errno 30] Read-only file system: '/srv/kiosk/.venv'", "disk that can"),
    ("PermissionError: [Errno 13] Permission denied: '/srv/kiosk/.venv/bin/pip'", "chown"),
    ("x86_64-linux-gnu-gcc: fatal error: Killed signal terminated program cc1", "swap"),
]


@pytest.mark.parametrize(("printed", "told"), FAILURES, ids=[printed[:40] for printed, _ in FAILURES])
def test_a_failure_is_told_with_its_cure(printed: str, told: str) -> None:
    sentence = cures.cure(f"Reading package lists...\n{printed}\nabout to give up", "apt-get install swig")
    wrong, _, remedy = sentence.partition(". Cure: ")
    assert wrong
    assert told in remedy


def test_a_failure_nobody_has_met_points_to_the_log() -> None:
    assert "log is kept" in cures.cure("Segmentation fault")


@pytest.mark.parametrize(
    ("python", "free", "writable", "told"),
    [
        ((3, 10), 50_000_000_000, True, "3.10 is too old"),
        ((3, 11), 1_200_000_000, True, "1.2 GB free, 2 GB needed"),
        ((3, 11), 50_000_000_000, False, "cannot be written"),
        ((3, 13), 2_000_000_000, True, None),
    ],
)
def test_what_speaks_against_starting(python: tuple[int, int], free: int, writable: bool, told: str | None) -> None:
    trouble = cures.before_start(python, free, writable)
    assert trouble is None if told is None else told in str(trouble)


def test_a_package_provided_under_another_name_is_not_missing() -> None:
    dpkg = "\n".join(
        [
            "installed libmtdev1t64 libmtdev1 (= 1.1.6-1.1)",
            "installed swig swig4, swig-abi (= 4)",
            "config-files xvfb xserver",
            "installed g++-12 c++-compiler",
        ]
    )
    assert install.missing_packages(["libmtdev1", "swig", "xvfb", "g++-12", "pkg-config"], dpkg) == [
        "xvfb",
        "pkg-config",
    ]


def test_every_system_package_says_what_it_is_for() -> None:
    lines = [line for line in (ROOT / "tools/apt.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not line.partition("#")[2].strip()] == []
    assert len(set(install.apt_list())) == len(lines)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to set up."""
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(install, "LOG", tmp_path / "build" / "setup.log")
    return tmp_path


def _only_step(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setattr(install, "steps", lambda apt=True: [install.Step("x", (), lambda: [command])])


def test_a_step_is_done_again_when_its_inputs_change(machine: Path) -> None:
    step = install.Step("libraries", ("*.lock",), list)
    (machine / "requirements.lock").write_text("kivy==2.3.1\n")
    before = step.is_done()
    step.remember()
    done = step.is_done()
    (machine / "requirements.lock").write_text("kivy==2.3.2\n")
    assert (before, done, step.is_done()) == (False, True, False)


def test_a_failing_command_stops_with_its_cure_and_keeps_the_log(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "print('Collecting evdev\\nnoise\\nfatal error: Python.h: No such file'); raise SystemExit(1)"
    _only_step(monkeypatch, [sys.executable, "-c", script])
    with pytest.raises(install.Trouble, match="python3-dev"):
        install.set_up()
    assert " s  Collecting evdev" in capsys.readouterr().out
    assert "noise" in (machine / "build" / "setup.log").read_text()


@pytest.mark.usefixtures("machine")
def test_a_program_that_is_not_there_is_told_like_any_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _only_step(monkeypatch, ["program-not-here", "-n"])
    with pytest.raises(install.Trouble, match="program-not-here -n"):
        install.set_up()
    assert "program-not-here: No such file or directory" in capsys.readouterr().out


@pytest.mark.usefixtures("machine")
def test_what_was_done_is_not_done_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _only_step(monkeypatch, [sys.executable, "-c", "print('Collecting evdev')"])
    install.set_up()
    first = capsys.readouterr().out
    install.set_up()
    assert "Collecting evdev" in first
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("harm", "works"),
    [
        ("nothing", True),
        ("made in another folder", False),
        ("of an older Python", False),
        ("its libraries are gone", False),
        ("not there", False),
    ],
)
def test_an_environment_is_kept_only_while_it_works(
    machine: Path, monkeypatch: pytest.MonkeyPatch, harm: str, works: bool
) -> None:
    monkeypatch.delenv("KIOSK_PYTHON", raising=False)
    version = "3 10" if harm == "of an older Python" else "3 11"
    folder = machine / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "pip").write_text(f"#!{'/elsewhere' if harm == 'made in another folder' else folder}/python\n")
    if harm != "not there":
        (folder / "python").write_text(f"#!/bin/sh\necho {version}; exit {int(harm == 'its libraries are gone')}\n")
        (folder / "python").chmod(0o755)
    commands = next(step for step in install.steps() if step.name == "virtual environment").commands()
    assert (commands == []) is works


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "run"), *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_machine_without_a_new_enough_python_is_told_so(tmp_path: Path) -> None:
    old = tmp_path / "python3.10"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = _run("test", KIOSK_PYTHON=str(old))
    assert result.returncode == 1
    assert "No Python 3.11" in result.stderr
    assert "Cure: apt-get install python3" in result.stderr


def test_help_names_every_command_and_every_command_is_known() -> None:
    told = {line.split()[1] for line in _run("help").stdout.splitlines() if line.strip().startswith("./run ")}
    assert told == {"demo", "test", "check", "bench", "pictures", "kiosk", "setup", "wheel", "lock"}
    assert "no command tset" in _run("tset").stdout


def test_it_starts_where_there_is_no_standard_input_at_all(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] || readlink /proc/self/fd/0\n')
    python.chmod(0o755)
    seen = subprocess.run(
        ["bash", "-c", f"exec <&-; KIOSK_PYTHON={python} ./run help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert seen.stdout.strip() == "/dev/null"


def test_a_dry_run_tells_every_step_and_does_none(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    result = subprocess.run(
        [tmp_path / "run", "setup", "--dry-run", "--without-apt"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    for told in ("virtual environment: to do", "-m venv --clear", "-r requirements.lock", "fonts and icons: to do"):
        assert told in result.stdout
    assert "system packages" not in result.stdout
    assert not (tmp_path / ".venv").exists()


def test_where_all_is_installed_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second start reads a few files and no more; its cost is bounded by counting, not by a clock."""
    started: list[object] = []
    monkeypatch.setattr(install.Step, "is_done", lambda step: True)
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a))
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: started.append(a))
    install.set_up()
    assert started == []


def test_the_lock_is_pips_report_without_the_project_itself() -> None:
    report = {
        "install": [
            {"metadata": {"name": "Kivy", "version": "2.3.1"}},
            {"metadata": {"name": "open-library-kiosk", "version": "0.1.0"}},
            {"metadata": {"name": "babel", "version": "2.18.0"}},
        ]
    }
    assert lock.locked(report) == "babel==2.18.0\nkivy==2.3.1\n"


def test_the_ci_runs_the_readmes_test_command_and_nothing_besides() -> None:
    commands = [
        line
        for line in (ROOT / ".ci/run").read_text().splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == ["exec ./run test"]
    assert "./run test" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.skipif(not install.PYTHON.is_file(), reason="the project is not set up in its own environment here")
def test_files_on_the_command_line_are_those_of_the_callers_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A folder named like a package of ours lies there too, and is not taken for it."""
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "kiosk" / "__main__.py").write_text("print('the wrong kiosk')\n")
    (tmp_path / "my.toml").write_text('[abis]\nkind = "local"\n')
    monkeypatch.setenv("KIOSK_CALLED_FROM", str(tmp_path))
    assert command._kiosk(["check-config", "my.toml"]) == 1
    assert capfd.readouterr().err.startswith("my.toml: station is missing")


def test_the_entry_remembers_where_it_was_called_from(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "$KIOSK_CALLED_FROM"\n')
    python.chmod(0o755)
    asked = ["bash", "-c", f"cd {tmp_path} && KIOSK_PYTHON={python} {ROOT}/run kiosk check-config my.toml"]
    seen = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
    assert seen.stdout.strip() == str(tmp_path)
