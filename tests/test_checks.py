"""The checks say which of them failed, with what it printed; and there is a screen to draw on where there is none."""

import shutil
import socket
import sys
from pathlib import Path

import pytest

from tools import checks, display


def _static(monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    monkeypatch.setattr(checks, "STATIC", {name: [sys.executable, "-c", code] for name, code in scripts.items()})


def test_one_failing_check_fails_all_and_the_others_are_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _static(monkeypatch, lint="print('E501 too long'); raise SystemExit(1)", types="", imports="raise SystemExit(2)")
    code = checks.check(["lint", "types", "imports"])
    told = capsys.readouterr().out
    assert code == 1
    assert "E501 too long" in told
    assert told.splitlines()[-1] == "FAILED: lint, imports"
    assert "types     ok" in told


def test_all_is_well_only_where_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _static(monkeypatch, lint="", types="")
    assert checks.check(["lint", "types"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "all checks passed"


def test_a_check_nobody_knows_is_not_taken_for_passed(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.check(["spelling"]) == 2
    assert "no check called spelling" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tests", "coverage", "usual", "long"),
    [(0, 0, 0, 0), (1, 0, 1, 1), (0, 1, 1, 0)],
)
def test_failing_tests_fail_the_whole_and_missing_coverage_that_of_the_usual_counts(
    monkeypatch: pytest.MonkeyPatch, tests: int, coverage: int, usual: int, long: int
) -> None:
    _static(monkeypatch, lint="")
    monkeypatch.setattr(checks, "TESTS", [sys.executable, "-c", f"raise SystemExit({tests})"])
    monkeypatch.setattr(checks, "COVERED", [sys.executable, "-c", f"raise SystemExit({coverage})"])
    assert (checks.test([]), checks.test(["--long"])) == (usual, long)


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not on this machine")
def test_a_virtual_screen_is_there_while_it_is_needed_and_gone_afterwards() -> None:
    with display.virtual_display() as environment:
        number = environment["DISPLAY"].removeprefix(":")
        path = Path(f"/tmp/.X11-unix/X{number}")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
    assert not path.exists()
