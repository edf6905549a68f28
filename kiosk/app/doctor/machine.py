"""Checks of the machine: folder, disk, journal, clock, fonts, screen."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.app.doctor.finding import Finding, found
from kiosk.app.doctor.probes import Probes
from sync.journal.look import Found, Look, look

MEGABYTE = 1024 * 1024
FULL, LOW = 50 * MEGABYTE, 500 * MEGABYTE
"""A day of loans is a megabyte; the rest is room for the system's own logs."""
YEAR = 2026
"""Before this, no clock can be right: this release did not exist."""
FONTS = ("GolosText-Regular.ttf", "GolosText-SemiBold.ttf", "Icons-Outlined.ttf", "Icons-Filled.ttf", "icons.json")
_SLACK = timedelta(minutes=5)
_IN_MEMORY = ("tmpfs", "ramfs")
_JOURNAL = {
    Found.DAMAGED: "journal-damaged",
    Found.FOREIGN: "journal-foreign",
    Found.IN_USE: "journal-in-use",
    Found.NOT_OURS: "journal-not-ours",
    Found.NEWER: "journal-newer",
}


def may_look(folder: Path) -> bool:
    """Say whether this user may find out what stands at that place."""
    try:
        folder.stat()
    except PermissionError:
        return False
    except OSError:
        pass
    return True


def state(folder: Path, probes: Probes) -> Iterator[Finding]:
    if not folder.is_dir():
        yield found("state-no-folder" if os.path.lexists(folder) else "state-missing", path=folder)
        return
    if not os.access(folder, os.W_OK | os.X_OK) or not _takes_files(folder):
        yield found("state-not-writable", path=folder)
    kind = probes.file_system(folder)
    if kind in _IN_MEMORY:
        yield found("state-not-durable", path=folder, kind=kind)
    free = probes.free(folder)
    if free < LOW:
        yield found("disk-full" if free < FULL else "disk-low", path=folder, free=free // MEGABYTE)


def journal(path: Path, running: bool, probes: Probes) -> Iterator[Finding]:
    """`running`: the station that asks holds the journal itself."""
    seen = Look(Found.NONE) if running else look(path)
    name = _JOURNAL.get(seen.found)
    if name:
        yield found(name, path=path, reason=seen.reason, found=seen.version, known=seen.known)
    if seen.last and seen.last > probes.now() + _SLACK:
        yield found("clock-behind", now=_minute(probes.now()), last=_minute(seen.last))


def clock(probes: Probes) -> Iterator[Finding]:
    """A clock that the network sets needs no chip; without it a chip must run on while the machine is off."""
    timing = probes.timing()
    if probes.now().year < YEAR:
        yield found("clock-wrong", now=_minute(probes.now()))
    if timing.synced:
        return
    yield found("clock-unsynced")
    if not timing.chip:
        yield found("clock-no-chip")
    elif not timing.agrees:
        yield found("clock-chip-differs")


def zone(site: ZoneInfo, probes: Probes) -> Iterator[Finding]:
    """Dates and hours are the site's everywhere; the machine's own zone shows in its logs alone."""
    own = probes.timing().zone
    try:
        differs = bool(own) and any(_offset(ZoneInfo(own), at) != _offset(site, at) for at in _year(probes.now()))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return
    if differs:
        yield found("zone-differs", machine=own, site=site.key)


def fonts(probes: Probes) -> Iterator[Finding]:
    missing = [name for name in FONTS if not (probes.fonts / name).is_file()]
    if missing:
        yield found("fonts-missing", names=", ".join(missing))


def screen(probes: Probes) -> Iterator[Finding]:
    """A screen is drawn by X or Wayland, or into memory, where tests look at it."""
    environment = probes.environment
    display = environment.get("DISPLAY", "")
    if environment.get("SDL_VIDEODRIVER") == "offscreen" or environment.get("WAYLAND_DISPLAY"):
        return
    if not display:
        yield found("screen-missing")
    elif display.startswith(":") and not (probes.displays / f"X{display[1:].partition('.')[0]}").exists():
        yield found("screen-unreachable", display=display)


def _takes_files(folder: Path) -> bool:
    probe = folder / f".doctor-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _year(now: datetime) -> tuple[datetime, datetime]:
    """Summer time or not, here or there."""
    return now, now + timedelta(days=182)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
