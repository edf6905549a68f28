"""The screen at rest: start to first frame, idle CPU and memory, against a bare Kivy window in the same run.

The kiosk is the demo's desk: SIP2 to a library in another process, pad, scanner and printer on wires. Both draw
1920 x 1080, offscreen where there is no display. Memory is PSS; CPU is user and system time of the process.
"""

import compileall
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.row import Aim, Row
from kiosk.app.demo.catalogue import copies
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.library_process import library_process
from kiosk.app.demo.site import Size, write_site

STARTS = 3
IDLE_SECONDS = 41.0
"""Two beats of the screen's truth, and some of the seconds of its clock."""
IDLE_CPU = 0.3
SETTLE_SECONDS = 4.0
"""After the first frame, before idle is measured: fonts, covers and first rounds at the pad are over."""
HEADLESS_PSS = 80.0


@dataclass(frozen=True, slots=True)
class Rest:
    """Seconds to the first frame and to the idle screen, share of one core at rest, megabytes."""

    start: float
    ready: float
    cpu: float
    memory: float


def measure() -> list[Row]:
    for package in ("kiosk", "devices", "sync", "ui", "config"):
        compileall.compile_dir(package, quiet=1)  # as an installed one is
    with tempfile.TemporaryDirectory() as name, _desk(Path(name)) as station:
        bare = [_rest(["bench._bare_window", name], ("drawn",)) for _ in range(STARTS)]
        ours = [_rest(["bench._kiosk_window", station], ("drawn", "ready")) for _ in range(STARTS)]
        headless = _rest(["bench._kiosk_window", station, "headless"], ("ready",))

    def row(name: str, unit: str, figure: Callable[[Rest], float], aim: float) -> Row:
        return Row(
            f"screen: {name}", _mid(ours, figure), unit, _mid(bare, figure), "bare Kivy window", aim, Aim.AT_MOST
        )

    return [
        row("start to first frame", "s", lambda rest: rest.start, 3.0),
        row("start to idle, ready", "s", lambda rest: rest.ready, 4.0),
        row("idle CPU", "%", lambda rest: 100 * rest.cpu, 1.0),
        Row(
            "screen: idle CPU, of one core",
            100 * _mid(ours, lambda rest: rest.cpu),
            "%",
            None,
            "",
            IDLE_CPU,
            Aim.AT_MOST,
        ),
        row("memory (PSS)", "MB", lambda rest: rest.memory, 1.4),
        Row("headless: memory (PSS)", headless.memory, "MB", None, "", HEADLESS_PSS, Aim.AT_MOST),
    ]


def _mid(rests: list[Rest], figure: Callable[[Rest], float]) -> float:
    return sorted(figure(rest) for rest in rests)[len(rests) // 2]


def _rest(words: list[str], said: tuple[str, ...]) -> Rest:
    """Start it, wait until it has said the words expected, and look at it while it rests."""
    environment = {**os.environ}
    if not environment.get("DISPLAY"):
        environment["SDL_VIDEODRIVER"] = "offscreen"
    begun = time.monotonic()
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        at = []
        for word in said:
            if process.stdout.readline().strip() != word:
                raise RuntimeError(f"{words[0]} never got as far as {word}")
            at.append(time.monotonic() - begun)
        time.sleep(SETTLE_SECONDS)
        before, since = _cpu_seconds(process.pid), time.monotonic()
        time.sleep(IDLE_SECONDS)
        cpu = (_cpu_seconds(process.pid) - before) / (time.monotonic() - since)
        memory = _pss(process.pid)
        process.kill()
    return Rest(at[0], at[-1], cpu, memory)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def _desk(folder: Path) -> Iterator[str]:
    """The demo's library and devices; give the station's file."""
    with DemoDesk(copies()) as desk, library_process(folder) as port:
        yield str(write_site(folder, desk, port, Size(1920, 1080)))
