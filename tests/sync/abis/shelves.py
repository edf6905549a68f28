"""What the small libraries of the connector tests share: where they stand, and how they are written down."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.abis.local import open_store
from sync.abis.local.exchange import import_file
from sync.abis.local.settings import Settings
from sync.spec import Surroundings
from tests.sync.still import StillClock

MOSCOW = ZoneInfo("Europe/Moscow")
BRANCHES = """
    code;name;here;lent
    SAD;Садовая;yes;yes
    ZAR;Заречная;no;yes
    LES;Лесная;no;no
"""


def plain(text: str) -> bytes:
    """A CSV as written in a test, without the indentation."""
    return "\n".join(line.strip() for line in text.strip().splitlines()).encode()


def filled_store(folder: Path, files: Mapping[str, str]) -> Path:
    """Import the files into a new database in `folder`; return its path."""
    store = open_store(Settings(), Surroundings(MOSCOW, StillClock(), folder))
    for name, text in files.items():
        import_file(store.database, name, plain(text), MOSCOW)
    store.close()
    return folder / "circulation.db"
