"""The screen at rest: start to first frame, idle CPU and memory, against a bare Kivy window in the same run.

The kiosk is the demo's desk: SIP2 to a library in another process, pad, scanner and printer on wires. Both draw
1920 x 1080, offscreen where there is no display. Memory is PSS; CPU is user and system time of the process.
"""

import compileall
import math
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

IDLE_SECONDS = 41.0
"""Two beats of the screen's truth, and some of the seconds of its clock."""
ARROW_SECONDS = 26.0
"""After these it is seventy since the start: the arrow, which moves after a minute, has moved."""
ARROW_MOVES = 5
"""In the first hour at rest: each rest of it is twice as long as the one before."""
ARROW_CPU = 0.05
IDLE_CPU = 0.3
STARTS = (0.0, 0.0, IDLE_SECONDS)
"""How long each of the starts is looked at while it rests."""
SETTLE_SECONDS = 4.0
"""After the first frame, before idle is measured: fonts, covers and first rounds at the pad are over."""
HEADLESS_PSS = 80.0


@dataclass(frozen=True, slots=True)
class Rest:
    """Seconds to the first frame and to the idle screen, share of one core at rest, its seconds for the arrow, MB.

    nan: not looked at in this start.
    """

    start: float
    ready: float
    cpu: float
    arrow: float
    memory: float


def measure() -> list[Row]:
    for package in ("kiosk", "devices", "sync", "ui", "config"):
        compileall.compile_dir(package, quiet=1)  # as an installed one is
    with tempfile.TemporaryDirectory() as name, _desk(Path(name)) as station:
        bare = [_rest(["bench._bare_window", name], ("drawn",), idle=idle) for idle in STARTS]
        ours = [_rest(["bench._kiosk_window", station], ("drawn", "ready"), idle=idle) for idle in STARTS]
        headless = _rest(["bench._kiosk_window", station, "headless"], ("ready",), idle=0)
    at_rest, bare_at_rest = 100 * ours[-1].cpu, 100 * bare[-1].cpu
    arrow = 100 * ARROW_MOVES * ours[-1].arrow / 3600

    def row(name: str, unit: str, figure: Callable[[Rest], float], aim: float) -> Row:
        return Row(
            f"screen: {name}", _mid(ours, figure), unit, _mid(bare, figure), "bare Kivy window", aim, Aim.AT_MOST
        )

    return [
        row("start to first frame", "s", lambda rest: rest.start, 3.0),
        row("start to idle, ready", "s", lambda rest: rest.ready, 4.0),
        Row("screen: idle CPU", at_rest, "%", bare_at_rest, "bare Kivy window", 1.0, Aim.AT_MOST),
        Row("screen: idle CPU, of one core", at_rest, "%", None, "", IDLE_CPU, Aim.AT_MOST),
        Row("screen: its arrow, of one core for an hour", arrow, "%", None, "", ARROW_CPU, Aim.AT_MOST),
        row("memory (PSS)", "MB", lambda rest: rest.memory, 1.4),
        Row("headless: memory (PSS)", headless.memory, "MB", None, "", HEADLESS_PSS, Aim.AT_MOST),
    ]


def _mid(rests: list[Rest], figure: Callable[[Rest], float]) -> float:
    return sorted(figure(rest) for rest in rests)[len(rests) // 2]


def _rest(words: list[str], said: tuple[str, ...], *, idle: float) -> Rest:
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
        cpu = _share(process.pid, idle) if idle else math.nan
        arrow = max(0.0, _share(process.pid, ARROW_SECONDS) - cpu) * ARROW_SECONDS if idle else math.nan
        memory = _pss(process.pid)
        process.kill()
    return Rest(at[0], at[-1], cpu, arrow, memory)


def _share(pid: int, seconds: float) -> float:
    """Return the share of a core that the process takes while we wait."""
    before, since = _cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return (_cpu_seconds(pid) - before) / (time.monotonic() - since)


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
