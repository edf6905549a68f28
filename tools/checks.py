"""Every check of the project, by name, and the order in which they are run."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping

from tools.display import virtual_display
from tools.install import PYTHON, ROOT, say

BIN = PYTHON.parent
TESTS = [str(PYTHON), "-m", "pytest"]
# A process per core, each with whole files of tests, begun in the order that tests/conftest.py gives them.
SHARED_OUT = ["-n", str(len(os.sched_getaffinity(0))), "--dist", "loadfile", "--no-loadscope-reorder"]
SLOWEST = ["--durations", "40", "--durations-min", "5"]
MEASURED = ["--cov", "--cov-report=", "--cov-fail-under=0"]  # what is too little is said by the report
COVERED = [str(PYTHON), "-m", "coverage", "report"]

PATIENT = ["--timeout", "3600"]  # seconds for one test of the long run; the usual limit stands in pyproject.toml
QUICK = ["-q", "-m", "not slow and not long"]
STATIC: Mapping[str, list[str]] = {
    "lint": [str(BIN / "ruff"), "check", "--quiet"],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet"],
    "types": [str(PYTHON), "-m", "mypy"],
    "imports": [str(BIN / "lint-imports")],
}


def check(names: Iterable[str]) -> int:
    """The checks of a commit: all of `names`, or every static check and the quick tests."""
    wanted = list(names) or [*STATIC, "tests"]
    if unknown := set(wanted) - {*STATIC, "tests"}:
        say(f"no check called {', '.join(sorted(unknown))}; there are {', '.join([*STATIC, 'tests'])}")
        return 2
    failed = _static(name for name in wanted if name in STATIC)
    if "tests" in wanted:
        failed += ["tests"] if _drawing([*TESTS, *SHARED_OUT, *QUICK]) else []
    return _verdict(failed)


def test(arguments: list[str]) -> int:
    """Every check and test; with a selection of tests, only those."""
    arguments = [*(PATIENT if "--long" in arguments else []), *arguments]
    if any(argument not in ("--long", "-v", *PATIENT) for argument in arguments):
        return _drawing([*TESTS, *arguments])
    failed = _static(STATIC)
    measured = [] if "--long" in arguments else MEASURED  # large counts are not to hide what no story tells
    failed += ["tests"] if _drawing([*TESTS, *SHARED_OUT, *SLOWEST, *measured, *arguments]) else []
    failed += _static_one("coverage", COVERED) if measured else []
    return _verdict(failed)


def _static(names: Iterable[str]) -> list[str]:
    return [failed for name in names for failed in _static_one(name, STATIC[name])]


def _static_one(name: str, command: list[str]) -> list[str]:
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    say(f"{name:<10}{'ok' if done.returncode == 0 else 'FAILED':<8}{time.monotonic() - began:6.1f} s")
    if done.returncode:
        say(f"{done.stdout}{done.stderr}$ {shlex.join(command)}")
    return [name] if done.returncode else []


def _drawing(command: list[str]) -> int:
    """Run with a virtual screen, even where there is a real one: nothing is to flash up on somebody's desk."""
    with virtual_display() as environment:
        sys.stdout.flush()
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _verdict(failed: list[str]) -> int:
    say(f"FAILED: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0
