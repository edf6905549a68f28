"""Sets up a machine step by step.

What is done is remembered with a hash of its inputs, so that a second start costs nothing.
"""

import fcntl
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import cures

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "build" / "setup.log"
# Of all that apt, pip and npm print, the lines that tell a waiting person where things are.
_TELLING = re.compile(
    r"^(Get:|Setting up|Collecting|Downloading|Building (?:wheel|editable)|Installing|Successfully|assets:|E: )"
)


class Trouble(Exception):
    """Setting up cannot go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do once: `commands` says with what, given the choices made on the command line."""

    name: str
    inputs: tuple[str, ...]  # globs under ROOT; when one of these files changes the step is done again
    commands: Callable[[], list[list[str]]]

    def fingerprint(self) -> str:
        seen = hashlib.sha256(f"{ROOT} {PYTHON.resolve()}".encode())
        for path in sorted(path for pattern in self.inputs for path in ROOT.glob(pattern)):
            seen.update(f"{path.name}\0".encode() + path.read_bytes())
        return seen.hexdigest()

    def is_done(self) -> bool:
        stamp = self._stamp()
        return stamp.is_file() and stamp.read_text() == self.fingerprint()

    def remember(self) -> None:
        self._stamp().parent.mkdir(parents=True, exist_ok=True)
        self._stamp().write_text(self.fingerprint())

    def _stamp(self) -> Path:
        return VENV / ".done" / self.name.replace(" ", "-")


def steps(*, apt: bool = True) -> list[Step]:
    first = [Step("system packages", ("tools/apt.txt",), _apt), Step("browser", (), _browser)] if apt else []
    return [
        *first,
        Step("virtual environment", (), _venv),
        Step("libraries", ("requirements.lock",), lambda: [_pip("install", "-r", "requirements.lock")]),
        Step("the project", ("pyproject.toml",), _project),
        Step("fonts and icons", ("ui/assets.toml", "tools/assets.py", "tools/sounds.py"), _assets),
    ]


def set_up(*, apt: bool = True, dry_run: bool = False) -> None:
    """Do what is not done yet; raise Trouble with its cure where that fails."""
    todo = steps(apt=apt)
    if dry_run:
        _show_plan(todo)
    elif not all(step.is_done() for step in todo):
        free, writable = shutil.disk_usage(ROOT).free, os.access(ROOT, os.W_OK)
        if trouble := cures.before_start(sys.version_info[:2], free, writable):
            raise Trouble(trouble)
        with _one_at_a_time():
            _do(todo)


def missing_packages(wanted: Iterable[str], dpkg_lists: str) -> list[str]:
    """Return those of `wanted` that no installed package is or provides.

    `dpkg_lists` has lines `status package provides, provides (= version)`; a name may have become another package's
    (libmtdev1 is libmtdev1t64 in newer releases).
    """
    here = set()
    for line in dpkg_lists.splitlines():
        status, _, names = line.partition(" ")
        if status == "installed":
            here |= set(re.findall(r"[a-z0-9][a-z0-9+.-]+", re.sub(r"\(.*?\)", "", names)))
    return [name for name in wanted if name not in here]


def apt_list() -> list[str]:
    lines = (ROOT / "tools" / "apt.txt").read_text("utf-8").splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def _apt() -> list[list[str]]:
    if not shutil.which("apt-get"):
        say("no apt-get on this system: install by hand what tools/apt.txt names")
        return []
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Provides}\n"]
    installed = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    missing = missing_packages(apt_list(), installed)
    if not missing:
        return []
    apt_get = [*_as_root(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    return [
        [*apt_get, "-o", "Acquire::Retries=3", "update"],
        [*apt_get, "-o", "Acquire::Retries=3", "install", "-y", "--no-install-recommends", *missing],
    ]


def _browser() -> list[list[str]]:
    """Have Debian's Chromium, which tests the virtual desk; where it cannot be had those tests are skipped by name."""
    if not shutil.which("apt-get") or shutil.which("chromium"):
        return []
    apt_get = [*_as_root(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    update, get = (
        shlex.join([*apt_get, "-o", "Acquire::Retries=3", *words])
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"])
    )
    without = "echo 'E: no chromium here: the tests of the virtual desk in a browser are skipped'"
    return [["sh", "-c", f"{update}; {get} || {without}"]]


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]


def _venv() -> list[list[str]]:
    return [] if _venv_works() else [[sys.executable, "-m", "venv", "--clear", str(VENV)]]


def _venv_works() -> bool:
    """Whether it is whole, new enough, and of this place: after a move or an upgrade of the system it is not."""
    try:
        moved = str(VENV) not in (VENV / "bin" / "pip").read_text("utf-8")
        told = subprocess.run(
            [PYTHON, "-c", "import pip, sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    version = tuple(map(int, told.split()))
    wanted = sys.version_info[:2] if "KIOSK_PYTHON" in os.environ else version
    return not moved and version == wanted and version >= cures.NEEDED_PYTHON


def _project() -> list[list[str]]:
    return [_pip("install", "--no-deps", "--editable", "."), _pip("check")]


def _assets() -> list[list[str]]:
    return [[str(PYTHON), "tools/assets.py"]]


def _pip(*arguments: str) -> list[str]:
    quiet = ["--disable-pip-version-check", "--progress-bar", "off"] if arguments[0] == "install" else []
    return [str(PYTHON), "-m", "pip", *arguments, *quiet]


def _show_plan(todo: list[Step]) -> None:
    for step in todo:
        say(f"{step.name}: {'done' if step.is_done() else 'to do'}")
        for command in [] if step.is_done() else step.commands():
            say(f"    {shlex.join(command)}")


def _do(todo: list[Step]) -> None:
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("")
    for number, step in enumerate(todo, 1):
        if step.is_done():
            continue
        began = time.monotonic()
        say(f"[{number}/{len(todo)}] {step.name} …")
        printed: list[str] = []
        for command in step.commands():
            _perform(command, began, printed)
        step.remember()
        say(f"[{number}/{len(todo)}] {step.name}: done in {time.monotonic() - began:.0f} s")
    for step in todo:  # again, since making the environment anew wiped what was remembered in it
        step.remember()


def _perform(command: list[str], began: float, printed: list[str]) -> None:
    """Run one command of a step. `printed` holds what the step has printed so far: the cause may stand further up."""
    code, lines = _run(command, lambda line: say(f"{time.monotonic() - began:8.1f} s  {line[:100]}"))
    printed += lines
    whole = shlex.join(command)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {whole}\n" + "\n".join(lines) + f"\nexit {code}\n")
    if code and command[-1] != "update":  # a package list that failed to load shows when a package is missing
        for line in lines[-12:]:
            say(f"           | {line}")
        remedy = cures.cure("\n".join(printed), whole)
        raise Trouble(f"{remedy}\n(while running {whole[:200]}; the whole log is {LOG.relative_to(ROOT)})")


def _run(command: list[str], tell: Callable[[str], None]) -> tuple[int, list[str]]:
    """Run to the end; return the exit code and the lines printed, having told those that say where things are."""
    printed = []
    try:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace",
        )  # fmt: skip
    except OSError as error:
        return 127, [f"{command[0]}: {error.strerror}"]
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            printed.append(line.rstrip())
            if _TELLING.match(line):
                tell(line.partition(" (from ")[0].strip())
    return process.returncode, printed


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two starts at once would write into the same environment; the second waits, then finds everything done."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is setting up; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is where the tools speak to a person
