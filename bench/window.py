"""The screen at rest: start to first frame, idle CPU and memory, against a bare Kivy window in the same run.

Both draw 1920 x 1080, offscreen where there is no display. Memory is PSS; CPU is user and system time of the process.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.row import Aim, Row
from devices.drivers.barcode_serial.sim import SimScanner
from devices.drivers.feig.field import Field
from devices.drivers.feig.sim import SimReader
from devices.transport.simserve import serve_pty
from sync.abis.local.demo import load_demo

STARTS = 3
IDLE_SECONDS = 12.0
SETTLE_SECONDS = 4.0
"""After the first frame, before idle is measured: fonts, covers and first rounds at the pad are over."""
HEADLESS_PSS = 80.0


@dataclass(frozen=True, slots=True)
class Rest:
    """Seconds to the first frame, share of one core at rest, megabytes."""

    start: float
    cpu: float
    memory: float


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name, _desk(Path(name)) as words:
        bare = [_rest(["bench._bare_window", name]) for _ in range(STARTS)]
        ours = [_rest(["bench._kiosk_window", *words]) for _ in range(STARTS)]
        headless = _rest(["bench._kiosk_window", *words, "headless"])
    start, cpu, memory = (lambda r: r.start), (lambda r: r.cpu), (lambda r: r.memory)
    window = "bare Kivy window"
    return [
        Row("screen: start to first frame", _mid(ours, start), "s", _mid(bare, start), window, 3.0, Aim.AT_MOST),
        Row("screen: idle CPU", 100 * _mid(ours, cpu), "%", 100 * _mid(bare, cpu), window, 1.0, Aim.AT_MOST),
        Row("screen: memory (PSS)", _mid(ours, memory), "MB", _mid(bare, memory), window, 1.4, Aim.AT_MOST),
        Row("headless: memory (PSS)", headless.memory, "MB", None, "", HEADLESS_PSS, Aim.AT_MOST),
    ]


def _mid(rests: list[Rest], figure: Callable[[Rest], float]) -> float:
    return sorted(figure(rest) for rest in rests)[len(rests) // 2]


def _rest(words: list[str]) -> Rest:
    environment = {**os.environ}
    if not environment.get("DISPLAY"):
        environment["SDL_VIDEODRIVER"] = "offscreen"
    begun = time.monotonic()
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError(f"{words[0]} drew nothing")
        start = time.monotonic() - begun
        time.sleep(SETTLE_SECONDS)
        before, since = _cpu_seconds(process.pid), time.monotonic()
        time.sleep(IDLE_SECONDS)
        cpu = (_cpu_seconds(process.pid) - before) / (time.monotonic() - since)
        memory = _pss(process.pid)
        process.kill()
    return Rest(start, cpu, memory)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def _desk(folder: Path) -> Iterator[list[str]]:
    load_demo(folder / "circulation.db", date.today(), ZoneInfo("Europe/Samara"))  # noqa: DTZ011 - any day will do
    pad, scanner = serve_pty(SimReader(Field())), serve_pty(SimScanner())
    yield [str(folder), pad.wire, scanner.wire]
    pad.close()
    scanner.close()
