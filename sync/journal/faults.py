"""What went wrong with the file, in words for staff: which file, what, the cure."""

import sqlite3
from pathlib import Path

from kiosk.ports.journal import JournalFault

_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}  # a quota or a file size limit shows as the second
_NOT_OURS_TO_WRITE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(error: BaseException) -> int:
    """Return SQLite's extended code, 0 for what SQLite did not say (the driver's own complaints carry none)."""
    return getattr(error, "sqlite_errorcode", 0) if isinstance(error, sqlite3.Error) else 0


def no_room(error: Exception) -> bool:
    """Whether a little more room on the disk might have helped."""
    return _code(error) in _NO_ROOM or _code(error) & 0xFF == sqlite3.SQLITE_FULL


def damaged(error: BaseException) -> bool:
    return _code(error) & 0xFF in _DAMAGED


def fault(path: Path, error: Exception) -> JournalFault:
    """Return the fault of a failed read or write of `path`. Never holds what was to be written."""
    return JournalFault(f"{path}: {_words(path, error)}")


def _words(path: Path, error: Exception) -> str:
    if no_room(error):
        return f"no room left on the disk. Make room in {path.parent}; the journal then goes on by itself."
    primary = _code(error) & 0xFF
    if primary in _NOT_OURS_TO_WRITE:
        return (
            f"may not be written. File and folder {path.parent} must belong to the station's user, "
            "and the disk must not be mounted read-only."
        )
    if primary in _DAMAGED:
        return "is damaged. Restart the station: the file is set aside and a new one begun."
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "is in use by another program. End that program; only the station may open its journal."
    if primary == sqlite3.SQLITE_IOERR:
        return "the disk failed to read or write. Check disk and cable; restart the station."
    return f"{type(error).__name__}: {error}. Restart the station and tell its makers."
