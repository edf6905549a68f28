"""The built-in circulation store: patrons, titles, copies, loans, holds and fees in one SQLite file.

For libraries without a library system of their own, and for the demo. One process serves the file; others reach it
through our SIP2 server (`sync.sip2.server`).
"""

from typing import TYPE_CHECKING

from sync.abis.local.settings import Settings
from sync.spec import AbisSpec, Surroundings

if TYPE_CHECKING:
    from sync.abis.local.store import Store


def open_store(settings: Settings, surroundings: Surroundings) -> "Store":
    """Open or create the store's file. Raises `InUse` while it is served elsewhere, `Unusable` for a foreign file."""
    from sync.abis.local.database import Database  # here: the settings alone are read by every station
    from sync.abis.local.store import Store

    database = Database(surroundings.folder / settings.file)
    return Store(database, settings, surroundings.zone, surroundings.clock)


SPEC = AbisSpec("local", Settings, open_store, tells_marks=lambda _: True)
