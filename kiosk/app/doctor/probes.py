"""What the doctor looks through: the world as functions, so that a test can hold another one before it."""

import os
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk.app.plugins import Plugins, plugins
from sync.journal.stamps import ThisMachine

_UI = Path(__file__).parents[3] / "ui"
_MOUNTS = Path("/proc/self/mounts")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """What the machine says of its clock. `chip`: it has one that runs on while it is off, `agrees`: which says the
    same. `zone`: IANA name of its own time zone, empty where that is not told."""

    synced: bool = True
    chip: bool = True
    agrees: bool = True
    zone: str = ""


def _timing() -> Timing:
    machine = ThisMachine()
    return Timing(machine.synced(), machine.has_chip(), machine.chip_agrees(_now()), zone())


def zone(root: Path = Path("/")) -> str:
    """Return the name of the machine's time zone, as a link or a file tells it."""
    parts = os.path.realpath(root / "etc/localtime").partition("zoneinfo/")
    if parts[2]:
        return parts[2]
    try:
        return (root / "etc/timezone").read_text("utf-8").strip()
    except (OSError, UnicodeError):
        return ""


def _free(path: Path) -> int:
    return shutil.disk_usage(path).free


def _resolve(host: str) -> None:
    socket.getaddrinfo(host, None)


def _connect(host: str, port: int, seconds: float) -> None:
    socket.create_connection((host, port), timeout=seconds).close()


def file_system(path: Path) -> str:
    """Return the kind of file system a path lies on ("ext4", "tmpfs"), or nothing where that cannot be told."""
    best, kind = "", ""
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
        place = str(path.resolve())
    except OSError:
        return ""
    for line in lines:
        mounted, this = line.split(" ")[1:3]
        inside = place == mounted or place.startswith(mounted.rstrip("/") + "/")
        if inside and len(mounted) >= len(best):
            best, kind = mounted, this
    return kind


@dataclass(frozen=True, slots=True)
class Probes:
    """`resolve` and `connect` raise OSError. `settle`: seconds a device may take to show how it stands."""

    plugins: Callable[[], Plugins] = plugins
    now: Callable[[], datetime] = _now
    timing: Callable[[], Timing] = _timing
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    free: Callable[[Path], int] = _free
    file_system: Callable[[Path], str] = file_system
    resolve: Callable[[str], None] = _resolve
    connect: Callable[[str, int, float], None] = _connect
    settle: float = 8.0
    reach: float = 5.0
    """Seconds the library system may take to accept a connection."""
    by_id: Path = Path("/dev/serial/by-id")
    displays: Path = Path("/tmp/.X11-unix")  # noqa: S108 - where X servers have their sockets
    fonts: Path = _UI / "touch" / "assets" / "fonts"
    locales: Path = _UI / "locales"
    stations: Path = Path("/etc/kiosk")
