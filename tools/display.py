"""A screen for programs that draw, where there is none: an X server without a monitor."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

# Room for the landscape and the portrait screens of the pictures, each in its true size.
_SCREEN = "1920x1920x24"


def has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def virtual_display() -> Iterator[dict[str, str]]:
    """Yield the environment that draws on a virtual screen; without Xvfb, the environment as it is."""
    if not shutil.which("Xvfb"):
        yield dict(os.environ)
        return
    mine, its = os.pipe()
    command = ["Xvfb", "-displayfd", str(its), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        command, pass_fds=[its], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(its)
    try:
        with os.fdopen(mine) as answer:
            number = answer.readline().strip()  # comes when the server is ready; empty if it could not start
        without = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
        yield {**without, "DISPLAY": f":{number}"} if number else without
    finally:
        server.terminate()
        server.wait(timeout=10)
