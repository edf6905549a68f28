"""Who of the staff may open the office: names with salted scrypt hashes, in a file of their own beside the store.

Read anew whenever it is asked: who was removed is out at once. Written whole or not at all.
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FILE = "staff.json"
COST = 15
"""Binary logarithm of scrypt's N: 32 MB and a tenth of a second a try."""
NAME = re.compile(r"[^\W_][\w .-]{0,39}")
SHORTEST, LONGEST = 8, 200
MOST_STAFF = 100
MAX_BYTES = 1 << 20
NOBODY = f"scrypt${COST}${'00' * 16}${'00' * 32}"
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
        right = _matches(password[:LONGEST], kept or NOBODY)
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
            staff[name] = _hashed(password)
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
        with open(self.path.with_name(f"{FILE}.lock"), "a", encoding="ascii") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            staff = dict(self._read())
            if not staff and self.path.exists() and self.path.stat().st_size > len("{}"):
                raise NotSet(f"{self.path} cannot be read: remove it, and set every password anew")
            yield staff
            new = self.path.with_name(f"{FILE}.new")
            with open(new, "w", encoding="utf-8", opener=_for_the_owner_alone) as file:
                json.dump(staff, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)

    def _read(self) -> Mapping[str, str]:
        """A file that cannot be read opens the office to nobody."""
        try:
            with open(self.path, "rb") as file:
                found = json.loads(file.read(MAX_BYTES + 1))
        except (OSError, ValueError):
            return {}
        return {name: kept for name, kept in found.items() if isinstance(kept, str)} if isinstance(found, dict) else {}


def _hashed(password: str) -> str:
    salt = os.urandom(16)
    return f"scrypt${COST}${salt.hex()}${_scrypt(password, salt, COST).hex()}"


def _matches(password: str, kept: str) -> bool:
    try:
        _, cost, salt, expected = kept.split("$")
        found = _scrypt(password, bytes.fromhex(salt), min(int(cost), COST))
    except ValueError:
        return False
    return hmac.compare_digest(found.hex(), expected)


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << cost, r=8, p=1, maxmem=128 << 20, dklen=32)


def _for_the_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
