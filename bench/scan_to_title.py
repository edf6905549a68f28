"""From the scanner's bytes to the title on the screen: 95th percentile of forty scans, less the ABIS's own time.

The limit is 100 ms, the time within which a person takes an answer for immediate.
"""

import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.row import Aim, Row
from sync.abis.local.demo import load_demo

IMMEDIATE = 100.0


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        load_demo(Path(name) / "circulation.db", date.today(), ZoneInfo("Europe/Samara"))  # noqa: DTZ011 - any day will do
        environment = {**os.environ} if os.environ.get("DISPLAY") else {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
        command = [sys.executable, "-m", "bench._scanning_kiosk", name]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"the kiosk that scans came to grief: {done.stderr[-2000:]}")
    spans = sorted(max(0.0, float(a) - float(b)) for a, b in (line.split() for line in done.stdout.splitlines()))
    p95 = spans[int(len(spans) * 0.95)]
    return [Row("scan to drawn title, p95", p95, "ms", None, "", IMMEDIATE, Aim.AT_MOST)]
