"""The built-in circulation store: patrons, titles, copies, loans, holds and fees in one SQLite file.

For libraries without a library system of their own, and for the demo. One process serves the file; others reach it
through our SIP2 server (`sync.sip2.server`).
"""

from sync.abis.local.csvtext import BadFile
from sync.abis.local.database import Database, InUse, Unusable
from sync.abis.local.demo import load_demo
from sync.abis.local.exchange import export_folder, import_file, import_folder
from sync.abis.local.settings import Settings
from sync.abis.local.store import Store
from sync.spec import AbisSpec, Surroundings

__all__ = [
    "SPEC",
    "BadFile",
    "InUse",
    "Settings",
    "Store",
    "Unusable",
    "export_folder",
    "import_file",
    "import_folder",
    "load_demo",
    "open_store",
]


def open_store(settings: Settings, surroundings: Surroundings) -> Store:
    """Open or create the store's file. Raises `InUse` while it is served elsewhere, `Unusable` for a foreign file."""
    database = Database(surroundings.folder / settings.file)
    return Store(database, settings, surroundings.zone, surroundings.clock)


SPEC = AbisSpec("local", Settings, open_store)
