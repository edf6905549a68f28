"""The hash chain: every row vouches for itself and for the row before it. Pure.

A row's hash is SHA-256 over its fields in the order of FIELDS, each written as `<length>:<bytes>` (`-` for none), so
that no two rows share an encoding; integers as decimal text, text as UTF-8, `prev_hash` as its 32 bytes. The first
row's `prev_hash` is `genesis` of its journal. The chain cannot tell that its end was cut off: whoever kept the last
hash elsewhere (the hub) can.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sync.journal.values import Verdict

SCHEMA = 1  # form of a row's fields and of their hash; a journal may hold rows of several
FIELDS = (
    "journal_id", "seq", "schema", "txn_id", "session_id", "person_ref", "boot_id", "boottime_ns", "wall_utc",
    "clock_quality", "kind", "payload", "prev_hash",
)  # fmt: skip
NULLABLE = frozenset({"txn_id", "session_id", "person_ref"})
INTEGERS = frozenset({"seq", "schema", "boottime_ns"})

Field: TypeAlias = str | int | bytes | None
RawRow: TypeAlias = tuple[Sequence[bytes | None], str, bytes]
"""A row as its bytes lie on disk: its fields, the SQLite types of fields and hash (`text,integer,…`), its hash."""


def genesis(journal_id: str) -> bytes:
    return hashlib.sha256(b"journal " + journal_id.encode()).digest()


def digest(fields: Iterable[Field]) -> bytes:
    """Return the hash of a row's 13 fields."""
    whole = hashlib.sha256()
    for field in fields:
        if field is None:
            whole.update(b"-")
        else:
            raw = field if isinstance(field, bytes) else str(field).encode()
            whole.update(b"%d:%b" % (len(raw), raw))
    return whole.digest()


class Check:
    """Take raw rows in order of seq; `verdict` tells how far they hold."""

    def __init__(self, journal_id: str) -> None:
        self._journal = journal_id.encode()
        self._prev = genesis(journal_id)
        self.verdict = Verdict(0)

    def take(self, rows: Iterable[RawRow]) -> None:
        for row in rows:
            if not self.verdict.holds:
                return
            good, expected = self.verdict.rows, self.verdict.rows + 1
            why = self._fault(row, expected)
            self.verdict = Verdict(good, expected, why) if why else Verdict(expected)
            self._prev = row[2]

    def unreadable(self, reason: str) -> None:
        """The row after the last one taken cannot be read at all."""
        if self.verdict.holds:
            self.verdict = Verdict(self.verdict.rows, self.verdict.rows + 1, reason)

    def _fault(self, row: RawRow, expected: int) -> str:
        fields, types, own = row
        named = dict(zip(FIELDS, fields, strict=True))
        if named["seq"] != b"%d" % expected:
            return f"row {expected} is missing"
        if not _types_fit(types):
            return f"row {expected} has fields of the wrong type"
        if named["schema"] != b"%d" % SCHEMA:
            return f"row {expected} is of a form this release cannot check"
        if named["journal_id"] != self._journal:
            return f"row {expected} belongs to another journal"
        if named["prev_hash"] != self._prev:
            return f"row {expected} does not follow the row before it"
        if digest(fields) != own:
            return f"row {expected} was changed after it was written"
        return ""


def _types_fit(types: str) -> bool:
    found = types.split(",")
    return len(found) == len(FIELDS) + 1 and all(
        kind in _allowed(name) for kind, name in zip(found, (*FIELDS, "hash"), strict=True)
    )


def _allowed(name: str) -> tuple[str, ...]:
    if name in ("prev_hash", "hash"):
        return ("blob",)
    if name in INTEGERS:
        return ("integer",)
    return ("text", "null") if name in NULLABLE else ("text",)
