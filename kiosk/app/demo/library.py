"""The demo's library system, a process of its own: the built-in store with its demo data behind our SIP2 server.

`python -m kiosk.app.demo.library FOLDER` prints the port it serves, then serves until its input ends.
"""

import shutil
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from kiosk.app.system import SystemClock
from sync.abis.local import open_store
from sync.abis.local.demo import load_demo
from sync.abis.local.settings import Settings
from sync.sip2.server import MachineAccount, ServerSettings, serve
from sync.spec import Surroundings

ZONE = ZoneInfo("Europe/Samara")
USER, PASSWORD = "desk-1", "demo"
INSTITUTION = "DEMO"


def main(folder: Path) -> None:
    clock = SystemClock()
    path = folder / "library" / "circulation.db"
    if not path.exists():
        make_library(path)
    store = open_store(Settings(), Surroundings(ZONE, clock, path.parent))
    account = MachineAccount(user=USER, password=SecretStr(PASSWORD))
    settings = ServerSettings(
        institution=INSTITUTION, library="Библиотека на Садовой", accounts=(account,), hold_details=True
    )
    with serve(store, zone=ZONE, clock=clock, settings=settings) as server:
        print(server.port, flush=True)  # noqa: T201 - how whoever started it learns the port
        sys.stdin.read()
    store.close()


def make_library(path: Path) -> None:
    """Make the library beside its place first: one that was cut short is never taken for a whole one."""
    begun = path.parent.with_suffix(".new")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    load_demo(begun / path.name, datetime.now(ZONE).date(), ZONE)
    begun.rename(path.parent)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
