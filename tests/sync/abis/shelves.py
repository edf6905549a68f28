"""What the small libraries of the connector tests share: where and when they stand, and how they are written down."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.abis.local import Settings, open_store
from sync.abis.local.exchange import import_file
from sync.spec import Surroundings

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # in Moscow
BRANCHES = """
    code;name;here;lent
    SAD;Садовая;yes;yes
    ZAR;Заречная;no;yes
    LES;Лесная;no;no
"""


class StillClock:
    """Time that stands until a test moves it: `at` is what the wall says, `seconds` what has passed."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at, self.seconds = at, 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds


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
