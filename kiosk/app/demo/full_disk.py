"""The disk under the demo's journal, as it is when it is full. The disk itself is never filled.

It is told of every step of a write (`kiosk.app.station.Parts.step`). While it is full a write finds no room until the
journal has given back its ballast, and that room is taken by nobody else: what was begun can be ended, nothing new is
begun, as `sync.journal.ballast` means it. What keeps the ballast from being held again is a folder in its place.
"""

import contextlib
import sqlite3
import threading
from pathlib import Path


class FullDisk:
    """`becomes` may be called from any thread."""

    def __init__(self, journal: Path, full: bool = False) -> None:
        """`journal`: its file. What a demo that was cut off left in the ballast's place is cleared away."""
        self._place = journal.with_name(journal.name + ".ballast")
        self._lock = threading.Lock()
        self._full = full
        self.becomes(full)

    def becomes(self, full: bool) -> None:
        with self._lock:
            self._full = full
            if not full:
                with contextlib.suppress(OSError):
                    self._place.rmdir()

    def __call__(self, step: str) -> None:
        """Raises `sqlite3.OperationalError`, as SQLite does on a full disk."""
        with self._lock:
            if not self._full or step != "begin" or self._place.is_dir():
                return
            self._place.unlink(missing_ok=True)
            self._place.mkdir()
        fault = sqlite3.OperationalError("database or disk is full")
        fault.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise fault
