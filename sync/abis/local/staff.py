"""Who of the staff may open the office: names with salted scrypt hashes, in a file of their own beside the store.

Read anew whenever it is asked: who was removed is out at once. Written whole or not at all.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sync import own_file
from sync.scrypt import hashed, matches, nobody

FILE = "staff.json"
COST = 15
"""Binary logarithm of scrypt's N: 32 MB and a tenth of a second a try."""
NAME = re.compile(r"[^\W_][\w .-]{0,39}")
SHORTEST, LONGEST = 8, 200
MOST_STAFF = 100
MAX_BYTES = 1 << 20
NOBODY = nobody(COST)
"""Compared with where the name is not there, so that an answer takes as long."""


class NotSet(Exception):
    """Nothing was changed; the text says why."""


class StaffFile:
    """`kiosk.ports.office.Accounts`, and what the command line does to it. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def names(self) -> list[str]:
        return sorted(self._read())

    def opens(self, name: str, password: str) -> bool:
        kept = self._read().get(name)
        right = matches(password[:LONGEST], kept or NOBODY)
        return right and kept is not None and len(password) <= LONGEST

    def mark(self, name: str) -> str | None:
        kept = self._read().get(name)
        return hashlib.sha256(kept.encode()).hexdigest() if kept else None

    def set(self, name: str, password: str) -> bool:
        """Add a name or give it another password; return whether it is new. Raises `NotSet`."""
        if not NAME.fullmatch(name) or name != name.strip():
            raise NotSet(f"{name!r} is no name: up to 40 letters, digits, spaces, . and -, a letter or digit first")
        if not SHORTEST <= len(password) <= LONGEST:
            raise NotSet(f"a password has {SHORTEST} to {LONGEST} characters; four words are easy to keep in mind")
        with self._changing() as staff:
            new = name not in staff
            if new and len(staff) >= MOST_STAFF:
                raise NotSet(f"there are {MOST_STAFF} names already: remove one first")
            staff[name] = hashed(password, COST)
            return new

    def remove(self, name: str) -> None:
        """Raises `NotSet`."""
        with self._changing() as staff:
            if staff.pop(name, None) is None:
                raise NotSet(f"there is no {name}; there are {', '.join(sorted(staff)) or 'none'}")

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        """Two who change it at once take turns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with own_file.turn(self.path):
            staff = dict(self._read())
            if not staff and self.path.exists() and self.path.stat().st_size > len("{}"):
                raise NotSet(f"{self.path} cannot be read: remove it, and set every password anew")
            yield staff
            own_file.write(self.path, staff)

    def _read(self) -> Mapping[str, str]:
        """A file that cannot be read opens the office to nobody."""
        try:
            with open(self.path, "rb") as file:
                found = json.loads(file.read(MAX_BYTES + 1))
        except (OSError, ValueError):
            return {}
        return {name: kept for name, kept in found.items() if isinstance(kept, str)} if isinstance(found, dict) else {}
