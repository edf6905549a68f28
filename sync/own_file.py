"""A small JSON file for its owner alone, which several processes may change: one after the other, whole or not."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Wait until nobody else changes this file; nobody does while the block runs."""
    with open(path.with_name(f"{path.name}.lock"), "a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(path: Path, value: object) -> None:
    """Replace the file by this value, durably. Raises OSError."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "w", encoding="utf-8", opener=_for_the_owner_alone) as file:
        json.dump(value, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _for_the_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
