"""From a finger on the glass to the frame that shows it: pressed buttons and whole screens, 95th percentiles.

On the display there is, else on a virtual one, else offscreen. Fingers come as SDL's own events, so that the way of a
touch through SDL, the sleeping loop and Kivy is all in it. It ends when the frame is handed to the display. What the
processor did for a screen, of all threads, is told beside it: that stays the same on a machine that is busy otherwise.
"""

import os
import shutil
import subprocess
import sys
import tempfile

from bench.row import Aim, Row

PRESSED, CHANGED = 60.0, 100.0
"""Milliseconds: a pressed button that answers later feels dead; a screen that comes later feels slow."""


def measure() -> list[Row]:
    figures = _played()
    return [
        Row("touch to pressed frame, p95", _p95(figures["pressed"]), "ms", None, "", PRESSED, Aim.AT_MOST),
        Row("screen change, p95", _p95(figures["changed"]), "ms", None, "", CHANGED, Aim.AT_MOST),
        Row("screen change, processor, p95", _p95(figures["spent"]), "ms", None, "", CHANGED, Aim.AT_MOST),
    ]


def _played() -> dict[str, list[float]]:
    figures: dict[str, list[float]] = {"pressed": [], "changed": [], "spent": []}
    environment, before = dict(os.environ), []
    if not environment.get("DISPLAY"):
        if shutil.which("xvfb-run"):
            before = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24 -nolisten tcp"]
        else:
            environment["SDL_VIDEODRIVER"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        command = [*before, sys.executable, "-m", "bench._touched_screen", home]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"the screen that is touched came to grief: {done.stderr[-2000:]}")
    for kind, span, spent in (line.split() for line in done.stdout.splitlines()):
        figures[kind].append(float(span))
        if kind == "changed":
            figures["spent"].append(float(spent))
    return figures


def _p95(spans: list[float]) -> float:
    return sorted(spans)[int(len(spans) * 0.95)]
