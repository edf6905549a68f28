"""`kiosk library staff`: who opens the staff's pages.

A password is typed twice or comes by standard input, never by the command line, which others of this machine see.
"""

import getpass
import sys
from pathlib import Path

from config import ConfigFault
from kiosk.app.exchange import NotPossible, as_owner, refuse, say, store_file, with_store
from sync.abis.local.staff import NotSet, StaffFile


def change(station: Path, state: Path | None, deed: str, name: str | None) -> int:
    """Add, remove or list names; the running station knows at once. Return 0 if it was done."""
    try:
        folder = store_file(with_store(station), state).parent
        if deed == "list":
            with as_owner(folder):
                names = StaffFile(folder).names()
            say("\n".join(names) or "Nobody yet: kiosk library staff add NAME")
            return 0
        if not name:
            raise NotPossible(f"who? kiosk library staff {deed} NAME")
        password = _typed() if deed == "add" else ""
        with as_owner(folder):
            _change(StaffFile(folder), deed, name, password)
    except (ConfigFault, NotPossible, NotSet, OSError) as fault:
        return refuse(str(fault))
    return 0


def _change(staff: StaffFile, deed: str, name: str, password: str) -> None:
    if deed == "remove":
        staff.remove(name)
        say(f"{name} opens nothing any more.")
    elif staff.set(name, password):
        say(f"{name} may log in.")
    else:
        say(f"{name} has another password now; who was logged in with the old one is logged out.")


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n")
    first = getpass.getpass("password: ")
    if first != getpass.getpass("once more: "):
        raise NotPossible("these were two different passwords")
    return first
