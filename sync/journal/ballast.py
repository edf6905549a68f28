"""Room kept for the end: a file that is dropped when the disk is full, so that what was begun can still be ended."""

import contextlib
import os
from pathlib import Path


class Ballast:
    """`hold` takes the room, `release` gives it back. `size` bytes; 0 keeps none."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size
        self.held = False

    def hold(self) -> bool:
        """Take the room unless it is held; False while the disk has not twice as much to spare."""
        if self.held:
            return True
        try:
            self.held = self._kept_from_before() or self._take()
        except OSError:
            self._drop()
        return self.held

    def release(self) -> bool:
        """Give the room back; False if there was none."""
        was, self.held = self.held, False
        if was:
            self._drop()
        return was and self._size > 0

    def _kept_from_before(self) -> bool:
        return self._size == 0 or (self._path.exists() and self._path.stat().st_size == self._size)

    def _take(self) -> bool:
        disk = os.statvfs(self._path.parent)
        if disk.f_bavail * disk.f_frsize < 2 * self._size:
            return False
        fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(fd, 0, self._size)
        finally:
            os.close(fd)
        return True

    def _drop(self) -> None:
        with contextlib.suppress(OSError):  # a disk gone read-only: the write that follows says so
            self._path.unlink(missing_ok=True)
