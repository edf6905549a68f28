"""A whole station from its own `station.toml`, without a screen, in a process that may be killed or held at any moment;
its reader's fingers are moved from outside, in the words of `tests.kiosk.station_process`.

    python -m tests.kiosk.whole_station FOLDER SOCKET

Where the file says that the library's store is kept and served here, it is.
"""

import contextlib
import json
import logging
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.app import enquiries, library_service
from kiosk.app.assembly import assemble
from kiosk.app.configured import folders, read_policy, read_station
from kiosk.app.library_service import LibraryService
from kiosk.app.logs import be_discreet
from kiosk.app.plugins import plugins
from kiosk.app.station import Station
from kiosk.app.verbs import status
from tests.kiosk import station_process
from tests.kiosk.station_process import Fingers, Screen, Steps

SECONDS = 90.0


class WholeFingers(Fingers):
    """Two words more. `service` None: nothing is served here."""

    service: LibraryService | None = None

    def served(self, what: str) -> str:
        """Wait until the store is served; say where."""
        assert self.service is not None
        offer = self.service.offers["store"]
        offer.standing.wait(SECONDS)
        return offer.sentence

    def degraded(self, what: str) -> Any:
        """Return what staff read of what is dead or doubtful."""
        return status(self._station)["degraded"]


def main(folder: Path, line: socket.socket) -> None:
    form = "%(relativeCreated)d %(threadName)s %(message)s"
    logging.basicConfig(filename=folder / "log", level=logging.DEBUG, format=form)
    be_discreet()
    enquiries.PROBE_WHEN_DOWN = library_service.AGAIN = 0.2
    station_process.SECONDS = SECONDS
    found = plugins()
    configured = read_station(folder / "station.toml", found)
    state = folders(configured, None, None, {}).state
    state.mkdir(parents=True, exist_ok=True)
    told = threading.Lock()

    def tell(what: dict[str, Any]) -> None:
        with told:
            line.sendall(json.dumps(what).encode() + b"\n")

    steps, screen = Steps(None), Screen(tell)
    parts = replace(assemble(configured, read_policy(configured), found, state), step=steps)
    station = Station(parts, screen)
    fingers = WholeFingers(station, steps, screen)
    station.start()
    with contextlib.ExitStack() as held:
        if configured.serving is not None:
            fingers.service = held.enter_context(library_service.library_service(configured, parts, station))
        for said in line.makefile("rb"):
            word = json.loads(said)
            tell({"told": getattr(fingers, word["do"])(word["what"])})
            if word["do"] == "stop":
                return


if __name__ == "__main__":
    with socket.socket(socket.AF_UNIX) as connected:
        connected.connect(sys.argv[2])
        main(Path(sys.argv[1]), connected)
