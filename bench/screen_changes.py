"""Memory over thousands of screen changes: what it grows by from the three hundredth on.

The sample views take turns as fast as they are drawn, each session ends as sessions do. `BENCH_LONG=1`: a hundred
thousand changes instead of three thousand. Memory is what the process has for itself (anonymous PSS): its share of
libraries changes with who else has them. Its growth is the slope of a straight line through it, times the
length: single readings jump by a megabyte with what the C library keeps back.
"""

import os
import subprocess
import sys
import tempfile

from bench.row import Aim, Row

CHANGES, MANY_CHANGES, FROM = 3_000, 100_000, 300
GROWTH = 1.0


def measure() -> list[Row]:
    changes = MANY_CHANGES if os.environ.get("BENCH_LONG") else CHANGES
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "bench._changing_screen", home, str(changes)]
        environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=36_000, check=False)
    if done.returncode:
        raise RuntimeError(f"the screen that changes came to grief: {done.stderr[-2000:]}")
    read = [(int(at), float(pss)) for at, pss in (line.split() for line in done.stdout.splitlines())]
    later = [(at, pss) for at, pss in read if at >= FROM]
    grown = _slope(later) * (changes - FROM)
    return [
        Row(f"memory grown over {changes:,} screen changes", grown, "MB", None, "", GROWTH, Aim.AT_MOST),
        Row("memory at the end", later[-1][1], "MB", later[0][1], f"at change {FROM}", 1.02, Aim.AT_MOST),
    ]


def _slope(points: list[tuple[int, float]]) -> float:
    """Return megabytes per change of the line through the points (least squares)."""
    middle = sum(at for at, _ in points) / len(points), sum(pss for _, pss in points) / len(points)
    across = sum((at - middle[0]) ** 2 for at, _ in points)
    return sum((at - middle[0]) * (pss - middle[1]) for at, pss in points) / across
