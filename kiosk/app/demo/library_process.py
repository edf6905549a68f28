"""The demo library as whoever needs it starts it: a process beside this one."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def library_process(place: Path) -> Iterator[int]:
    """Run the demo library in a process of its own; give its port."""
    command = [sys.executable, "-m", "kiosk.app.demo.library", str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        assert process.stdout is not None
        assert process.stdin is not None
        port = process.stdout.readline().strip()
        if not port:
            raise OSError("the demo library did not start; its words stand above")
        try:
            yield int(port)
        finally:
            process.stdin.close()
            process.wait(timeout=10)
