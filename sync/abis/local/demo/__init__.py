"""The demo library: real titles, invented readers, every case once. Who is who: docs/demo-library.md.

Days in its files are relative (`today+8`), so that loans are overdue and holds are ready on whatever day it is started.
"""

from datetime import date
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.abis.local.database import Database
from sync.abis.local.exchange import import_file
from sync.abis.local.faults import Unusable
from sync.abis.local.sheets import SHEETS

MARK = 0x0D300117
"""SQLite's `application_id` of a demo library: what has another one is never replaced."""


def load_demo(path: Path, today: date, zone: ZoneInfo) -> None:
    """Make a fresh demo library at `path`, as of `today`.

    Replaces an older demo library there. Raises `Unusable` for any other store, `InUse` while one is being served.
    """
    if path.exists():
        _remove(path)
    database = Database(path)
    try:
        with database.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {MARK}")
        shipped = files(__package__)
        for sheet in SHEETS.values():
            import_file(database, sheet.name, (shipped / sheet.file).read_bytes(), zone, today)
    finally:
        database.close()


def _remove(path: Path) -> None:
    database = Database(path)
    try:
        with database.reading() as connection:
            mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if mark != MARK:
            raise Unusable(f"{path} is no demo library and is not replaced by one: name another file")
        for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            each.unlink(missing_ok=True)
    finally:
        database.close()
