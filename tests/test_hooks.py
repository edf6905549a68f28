"""Before each commit git runs the pieces of the check, as CONTRIBUTING says."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import checks

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / ".pre-commit-config.yaml"
HOOKS = ROOT / ".venv" / "bin" / "pre-commit"

needs_hooks = pytest.mark.skipif(not HOOKS.is_file(), reason="pre-commit is not installed here: ./run setup brings it")


def test_every_piece_of_the_check_is_a_hook_and_nothing_else_is() -> None:
    entries = re.findall(r"entry: \./run check (\w+)", CONFIG.read_text("utf-8"))
    assert sorted(entries) == sorted([*checks.STATIC, "tests"])


def test_the_command_of_contributing_is_the_one_that_is_tested_here() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert f"`{HOOKS.relative_to(ROOT)} install`" in text


@needs_hooks
@pytest.mark.skipif(not shutil.which("git"), reason="git is not on this machine")
def test_an_installed_hook_runs_the_pieces_and_a_failing_one_stops_the_commit(tmp_path: Path) -> None:
    shutil.copy(CONFIG, tmp_path)
    (tmp_path / "run").write_text('#!/bin/sh\necho "$@" >>asked\n[ "$2" != types ]\n')
    (tmp_path / "run").chmod(0o755)
    (tmp_path / "module.py").write_text("")

    def go(*command: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment = {**kept, "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache")}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    asked_for = ["git", "-c", "user.name=a", "-c", "user.email=a@example", "commit", "-m", "x"]
    made = [go("git", "init", "-q"), go(str(HOOKS), "install"), go("git", "add", "module.py", CONFIG.name)]
    assert [(done.returncode, done.stderr) for done in made] == [(0, "")] * 3
    commit = go(*asked_for)
    assert commit.returncode == 1
    assert "mypy strict" in commit.stderr + commit.stdout
    assert sorted((tmp_path / "asked").read_text().split("\n")[:-1]) == sorted(
        f"check {piece}" for piece in [*checks.STATIC, "tests"]
    )
