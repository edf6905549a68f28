"""One journal, one process: an advisory lock beside the file, held as long as the journal is open."""

import fcntl
import os
from pathlib import Path

from kiosk.ports.journal import JournalFault


class Lock:
    """`flock` on `<journal>.lock`. It ends with the process, however that ends; the file itself may stay."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._path = journal.with_name(journal.name + ".lock")
        self._fd: int | None = None

    def take(self) -> None:
        """Take the lock or raise `JournalFault` that names who holds it."""
        try:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalFault(
                f"{self._journal}: may not be written ({error.strerror}). The folder {self._journal.parent} must exist "
                "and belong to the station's user, and the disk must not be mounted read-only."
            ) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(fd, 32, 0).decode("ascii", "replace").strip()
            os.close(fd)
            raise JournalFault(
                f"{self._journal}: another process ({holder or 'unknown'}) has this journal open. A station runs once: "
                "end the other one, or give this one its own state directory."
            ) from error
        self._note_holder(fd)
        self._fd = fd

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    @staticmethod
    def _note_holder(fd: int) -> None:
        """Say who holds the lock; on a full disk nobody learns it, and that is no reason to stop."""
        try:
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"pid {os.getpid()}\n".encode(), 0)
        except OSError:
            return
