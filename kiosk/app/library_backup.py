"""`kiosk library backup` and `restore`. A running station is asked for its backup; it is never restored."""

import os
import pwd
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from config import ConfigFault, Station
from kiosk.app.client import RUNTIME
from kiosk.app.configured import folders
from kiosk.app.control import ask
from kiosk.app.exchange import NotPossible, as_owner, refuse, say, store_file, with_store
from kiosk.ports.abis import AbisFault
from sync.abis.local import backups, deeds
from sync.abis.local.database import Database
from sync.abis.local.faults import InUse


def backup(station: Path, state: Path | None, target: Path | None, socket: Path | None) -> int:
    """Make a backup in the station's own folder, and copy it to `target`. Return 0 if both were done."""
    try:
        configured = with_store(station)
        made = _by_the_station(configured, state, socket) or _made(configured, state)
        say(f"{made}: {made.stat().st_size // 1024} kB, whole and readable")
        if target is not None:
            say(f"{backups.copy_out(made, target)}: read back, the same")
    except (ConfigFault, NotPossible, AbisFault, OSError, ValueError) as fault:
        return refuse(str(fault))
    return 0


def restore(station: Path, state: Path | None, source: Path, *, older: bool) -> int:
    """Put the backup in the place of the store. Return 0 if it was done."""
    try:
        configured = with_store(station)
        path = store_file(configured, state)
        if not source.is_file():
            raise NotPossible(f"there is no file {source}")
        aside = backups.restore(source, path, datetime.now(configured.zone), older=older)
        _give_to_owner(path.parent)
    except InUse:
        return refuse(
            f"the station uses its store: systemctl stop kiosk@{configured.name}, do this again, "
            f"then systemctl start kiosk@{configured.name}"
        )
    except (ConfigFault, NotPossible, AbisFault, OSError, backups.NotRestored) as fault:
        return refuse(f"Nothing was restored. {fault}")
    say(f"{path}: restored from {source}" + (f"; what was there is now {aside}" if aside else ""))
    say("Loans and returns that its stations made since are known to nobody here: look at kiosk outbox on each.")
    return 0


def _by_the_station(configured: Station, state: Path | None, socket: Path | None) -> Path | None:
    """Ask the running station; None: none runs."""
    places = folders(configured, state, None)
    usual = (places.runtime / "control.sock", RUNTIME / f"kiosk-{configured.name}" / "control.sock")
    found = [socket] if socket else [path for path in usual if path.is_socket()]
    if not found:
        return None
    try:
        said = ask(found[0], "library-backup")
    except ConnectionError:
        if socket:
            raise
        return None  # it was killed, and left its socket behind
    except ValueError as fault:
        if "unknown verb" not in str(fault):
            raise
        raise NotPossible(
            "the running station offers its library to nobody, so it makes no backups: add [library] to its file, or "
            f"systemctl stop kiosk@{configured.name} first"
        ) from None
    if not isinstance(said, Mapping) or not isinstance(said.get("file"), str):
        raise NotPossible("what answers there is no station of this version")
    return Path(said["file"])


def _made(configured: Station, state: Path | None) -> Path:
    path = store_file(configured, state)
    now = datetime.now(configured.zone)
    with as_owner(path.parent):
        if not path.exists():
            raise NotPossible(f"there is no store yet: {path}")
        database = Database(path)
        try:
            kept = backups.make(database, path.parent / backups.FOLDER, now)
            with database.writing() as connection:
                deeds.note(connection, now, pwd.getpwuid(os.getuid()).pw_name, "backup", kept.name)
        finally:
            database.close()
    return path.parent / backups.FOLDER / kept.name


def _give_to_owner(folder: Path) -> None:
    """What root made the station could not write."""
    if os.geteuid() == 0:
        owner = folder.stat()
        for path in folder.iterdir():
            if path.is_file():
                shutil.chown(path, owner.st_uid, owner.st_gid)
