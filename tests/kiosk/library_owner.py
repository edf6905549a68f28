"""The desk that owns the built-in library, without a screen, in a process that may be killed:

    python -m tests.kiosk.library_owner station.toml

says `ready` when its store is served, and ends with its input.
"""

import sys
from pathlib import Path

from kiosk.app.assembly import assemble
from kiosk.app.configured import folders, read_policy, read_station
from kiosk.app.headless import HeadlessUi
from kiosk.app.library_service import library_service
from kiosk.app.plugins import plugins
from kiosk.app.station import Station

PATIENCE = 30.0


def main(path: Path) -> None:
    found = plugins()
    configured = read_station(path, found)
    state = folders(configured, None, None, {}).state
    state.mkdir(parents=True, exist_ok=True)
    parts = assemble(configured, read_policy(configured), found, state)
    station = Station(parts, HeadlessUi())
    station.start()
    with library_service(configured, parts, station) as service:
        for offer in service.offers.values():
            assert offer.standing.wait(PATIENCE), offer.sentence
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()
    station.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
