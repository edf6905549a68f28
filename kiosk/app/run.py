"""`kiosk run`: the station of this machine, from its file to its screen, until somebody stops it.

The screen stands first and says that it starts; what takes longest to load, the station, is loaded behind it.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from config import ConfigFault
from config import Station as Configured
from kiosk.app.configured import folders, read_policy, read_station
from kiosk.app.plugins import plugins
from kiosk.app.screen import screen_of, starting
from kiosk.app.system import Timekeeper
from kiosk.ports.abis import AbisFault
from kiosk.ports.journal import JournalFault

if TYPE_CHECKING:
    from kiosk.app.library_service import LibraryService
    from kiosk.app.station import Parts, Station


def run(path: Path, state: Path | None, runtime: Path | None, opened: Callable[[], None] = lambda: None) -> int:
    """Start the station described by `path`; return when it was stopped. What keeps it from starting is said.

    `opened` is called when the first frame stands.
    """
    found = plugins()
    try:
        configured = read_station(path, found)
        policy = read_policy(configured)
        places = folders(configured, state, runtime)
        for place in (places.state, places.runtime):
            place.mkdir(parents=True, exist_ok=True)
        keeper = Timekeeper()
        ui = screen_of(configured, places.state, keeper)
        ui.open(starting(configured, policy))
        opened()
        from kiosk.app.assembly import assemble
        from kiosk.app.show import SOCKET, show

        parts = assemble(configured, policy, found, places.state, keeper)
        beside = partial(_beside, configured, parts)
        return show(parts, ui, places.runtime / SOCKET, lambda: _doctor(path, places.state), beside=beside)
    except (ConfigFault, AbisFault, JournalFault, OSError, RuntimeError) as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - the person who started it must see it
        return 1


def _beside(
    configured: Configured, parts: "Parts", station: "Station"
) -> AbstractContextManager["LibraryService | None"]:
    """What this desk offers to others, where it does: only then is the store's side of it loaded."""
    if configured.serving is None:
        return nullcontext()
    from kiosk.app.library_service import library_service

    return library_service(configured, parts, station)


def _doctor(path: Path, state: Path) -> object:
    from kiosk.app.doctor import findings

    return findings(path, state)
