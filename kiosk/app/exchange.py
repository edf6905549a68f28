"""`kiosk library import` and `kiosk library export`: the built-in store filled from CSV files, and written to them.

Which files there are, and what may stand in them: docs/local-store.md.
"""

import os
import pwd
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from config import ConfigFault, Station
from kiosk.app.configured import folders, read_station
from kiosk.app.plugins import plugins
from kiosk.ports.abis import AbisFault
from kiosk.ports.office import Preview
from sync.abis.local import deeds
from sync.abis.local.csvtext import MAX_BYTES, BadCell, BadFile
from sync.abis.local.database import Database
from sync.abis.local.exchange import export_file, import_file
from sync.abis.local.faults import InUse
from sync.abis.local.preview import preview
from sync.abis.local.sheets import SHEETS

ENDINGS = (".csv", ".xlsx")


class NotPossible(Exception):
    """The files or the store do not allow what was asked; the text says why, and what does."""


def import_into(station: Path, state: Path | None, source: Path) -> int:
    """Take the CSV file, or every CSV file of the folder, into the station's store. Return 0 if all were taken."""
    taken: list[str] = []
    try:
        configured = with_store(station)
        files = [(path, _read(path)) for path in _files(source)]
        with _store(configured, state, new=True) as database:
            for path, data in files:
                rows = import_file(database, path.stem, data, configured.zone)
                _note(database, path.stem, rows)
                taken.append(path.name)
                say(f"{path.name}: {rows} row{'s' * (rows != 1)} taken")
    except (ConfigFault, NotPossible, AbisFault, OSError) as fault:
        return refuse(str(fault))
    except BadFile as fault:
        name = fault.cells[0].file
        before = f" Taken before it: {', '.join(taken)}." if taken else ""
        return refuse(f"{fault}\nNothing of {name} was taken, nor of what comes after it.{before}")
    return 0


def _note(database: Database, name: str, rows: int) -> None:
    """Write it down among the staff's deeds: a backup from before is then known to be older."""
    with database.writing() as connection:
        who = pwd.getpwuid(os.getuid()).pw_name
        deeds.note(connection, datetime.now(UTC), who, "import", name, (f"{rows} rows",))


def preview_of(station: Path, state: Path | None, source: Path) -> int:
    """Say what each file would add, change and refuse, line by line. Return 0 if all of it would be taken.

    It is tried on a copy of the store, where each file finds what those before it brought.
    """
    try:
        configured = with_store(station)
        files = [(path, _read(path)) for path in _files(source)]
        with _copy(configured, state) as database:
            for path, data in files:
                plan = preview(database, path.stem, data, configured.zone)
                say("\n".join(told(path.name, plan)))
                if plan.refused:
                    return refuse(f"{path.name} would not be taken, nor what comes after it. Nothing was changed.")
                import_file(database, path.stem, data, configured.zone)
    except (ConfigFault, NotPossible, AbisFault, OSError) as fault:
        return refuse(str(fault))
    say("Nothing was changed. To take it: the same without --preview")
    return 0


def told(name: str, plan: Preview) -> list[str]:
    """A preview in lines for a person."""
    said = [f"{name}: {plan.added} new, {plan.changed} changed, {plan.same} as they are, {plan.refused} wrong"]
    said += [f"  line {row.line}: new {row.name}" for row in plan.adding]
    said += [f"  line {row.line}: {row.name} changes in {', '.join(row.columns)}" for row in plan.changing]
    said += [f"  {BadCell(name, bad.line, bad.column, bad.value, bad.allowed)}" for bad in plan.refusing]
    shown = len(plan.adding) + len(plan.changing) + len(plan.refusing)
    more = plan.added + plan.changed + plan.refused - shown
    return [*said, f"  … and {more} more"] if more else said


def export_from(station: Path, state: Path | None, target: Path) -> int:
    """Write the station's store into a folder, one CSV file per table. Return 0 if all were written."""
    try:
        configured = with_store(station)
        if there := [sheet.file for sheet in SHEETS.values() if (target / sheet.file).exists()]:
            raise NotPossible(f"{target} holds {', '.join(there)} already: name another folder")
        with _store(configured, state, new=False) as database:
            files = {sheet.file: export_file(database, sheet.name) for sheet in SHEETS.values()}
        target.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            with open(target / name, "xb", opener=_for_the_owner_alone) as file:
                file.write(data)
    except (ConfigFault, NotPossible, AbisFault, OSError) as fault:
        return refuse(str(fault))
    say(f"{target}: {len(files)} files, readable to you alone: they hold readers' names and cards, and no PINs")
    return 0


def with_store(path: Path) -> Station:
    station = read_station(path, plugins())
    if station.library.kind != "local":
        raise NotPossible(
            f"station {station.name} works with a library system ({station.library.kind}), which keeps readers and "
            'books itself; files are for the built-in store: kind = "local" under [abis]'
        )
    return station


def _files(source: Path) -> Iterable[Path]:
    """Return the files to take, in the order in which they build on one another."""
    known = ", ".join(sheet.file for sheet in SHEETS.values())
    if not source.is_dir():
        if source.stem not in SHEETS or source.suffix.lower() not in ENDINGS:
            raise NotPossible(f"{source.name} is no file of the store; they are called {known}")
        return [source]
    lists = {path for path in source.iterdir() if path.suffix.lower() in ENDINGS and path.is_file()}
    found = [path for name in SHEETS for path in sorted(lists) if path.stem == name]
    other = sorted(path.name for path in lists.difference(found))
    if other:
        raise NotPossible(f"{source} holds {', '.join(other)}, which the store does not know; its files are {known}")
    if not found:
        raise NotPossible(f"{source} holds no file of the store; they are called {known}")
    return found


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def store_file(station: Station, state: Path | None) -> Path:
    """Where this station's store is, or will be."""
    return folders(station, state, None).state / station.library.settings.file  # type: ignore[attr-defined, no-any-return]


@contextmanager
def _copy(station: Station, state: Path | None) -> Iterator[Database]:
    """Open a copy of the store that is gone afterwards; an empty one where there is none yet."""
    with TemporaryDirectory(prefix="kiosk-preview-") as folder:
        path = Path(folder) / "circulation.db"
        if store_file(station, state).exists():
            with _store(station, state, new=False) as database, as_owner(database.path.parent):
                copied = database.path.with_name(f"{path.name}.preview")
                copied.unlink(missing_ok=True)
                database.copy_to(copied)
            shutil.move(copied, path)
        database = Database(path)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _store(station: Station, state: Path | None, *, new: bool) -> Iterator[Database]:
    """Open the store as the station does, as the user it belongs to."""
    path = store_file(station, state)
    folder = path.parent
    with as_owner(folder):
        if not new and not path.exists():
            raise NotPossible(f"there is no store yet: {path}. Its first import or the station's first start makes it")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            database = Database(path)
        except InUse:
            raise NotPossible(
                f"{path} is in use by the running station: systemctl stop kiosk@{station.name}, do this again, "
                f"then systemctl start kiosk@{station.name}"
            ) from None
        try:
            yield database
        finally:
            database.close()


@contextmanager
def as_owner(folder: Path) -> Iterator[None]:
    """Root acts as the owner of the folder, or of what it will be made in: what root makes the kiosk cannot write."""
    if os.geteuid() != 0:
        yield
        return
    place = next(place for place in (folder, *folder.resolve().parents) if place.exists()).stat()
    os.setegid(place.st_gid)
    os.seteuid(place.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def _for_the_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def refuse(said: str) -> int:
    print(said, file=sys.stderr)  # noqa: T201 - the person who asked must see it
    return 1


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the person who asked must see it
