"""A separate reader of what a demo left behind: journal file, ABIS database and tag memory must tell the same.

`python -m kiosk.app.demo.compare FOLDER [JOURNAL ...]` reads the files itself, with none of the code that wrote them,
prints every disagreement and exits with 1 if there is one. Every tag and every open loan is looked at: of a copy the
journal never named, `start.json` tells how it was when the demo began, and so it must have stayed. Where several desks
share a library the journals of all of them are named; else it is the one in the folder.
"""

import hashlib
import heapq
import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOANED = 0xC2
LENT = frozenset({"checkout_approved", "lent_offline"})
HOME = frozenset({"checkin_accepted", "returned_offline"})
CHAINED = (
    "journal_id", "seq", "schema", "txn_id", "session_id", "person_ref", "boot_id", "boottime_ns", "wall_utc",
    "clock_quality", "kind", "payload", "prev_hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """Who has a copy and until when; a copy nobody has is told as `card` None. `by` names who tells it."""

    card: str | None
    due: str | None = None
    by: str = field(default="the journal", compare=False)


@dataclass(frozen=True, slots=True)
class Compared:
    """`wrong`: the disagreements in words. `moved`: copies the journal names. `tags`: tags looked at."""

    wrong: tuple[str, ...]
    moved: int
    tags: int


def write_start(folder: Path) -> None:
    """Note the loans that stand before the kiosk starts, as `item -> [card, due]`."""
    loans = {item: [told.card, told.due] for item, told in open_loans(folder / "library" / "circulation.db").items()}
    (folder / "start.json").write_text(json.dumps(loans, indent=1), encoding="utf-8")


def lent_before(folder: Path) -> frozenset[str] | None:
    """Return the copies on loan in a folder that a demo has used, None for a folder without a library."""
    library = folder / "library" / "circulation.db"
    return frozenset(open_loans(library)) if library.exists() else None


def compare(folder: Path, journals: Sequence[Path] = ()) -> Compared:
    """Compare every copy that has a tag, is on loan, or was named by a journal. `journals`: see above."""
    journals = journals or (folder / "journal.db",)
    tags = json.loads((folder / "tags.json").read_text(encoding="utf-8"))
    told, loans = _told(journals), open_loans(folder / "library" / "circulation.db")
    expected = _start(folder / "start.json") | told
    wrong = [fault for journal in journals for fault in _broken_chain(journal)]
    parts: dict[str, list[Mapping[str, object]]] = {}
    for key, tag in tags.items():  # `item`, or `item/part` of a set
        parts.setdefault(key.partition("/")[0], []).append(tag)
    for item in sorted(expected.keys() | loans.keys() | parts.keys()):
        last = expected.get(item, Told(None, by="the start"))
        wrong += _item(item, last, loans.get(item, Told(None)), parts.get(item, []))
    return Compared(tuple(wrong), len(told), len(tags))


def _item(item: str, last: Told, abis: Told, tags: Sequence[Mapping[str, object]]) -> Iterator[str]:
    if last != abis:
        yield f"{item}: {last.by} says {_said(last)}, the ABIS says {_said(abis)}"
    if not tags:
        yield f"{item}: there is no tag"
    for tag in tags:
        yield from _tag(item, abis, tag)


def _tag(item: str, abis: Told, tag: Mapping[str, object]) -> Iterator[str]:
    if (tag["afi"] == LOANED) != (abis.card is not None):
        yield f"{item}: the ABIS says {_said(abis)}, the tag is {'open' if tag['afi'] == LOANED else 'armed'}"
    if item.encode() not in bytes.fromhex(str(tag["memory"])) and not _is_integer_in(item, str(tag["memory"])):
        yield f"{item}: the tag carries another number"


def _is_integer_in(item: str, memory: str) -> bool:
    """ISO 28560-2 packs a number as a binary integer."""
    return item.isdecimal() and f"{int(item):x}" in memory


def _said(told: Told) -> str:
    return f"lent to a card ending {told.card[-4:]} until {told.due}" if told.card else "in the library"


def _start(path: Path) -> dict[str, Told]:
    loans = json.loads(path.read_text(encoding="utf-8"))
    return {item: Told(card, due, by="the start") for item, (card, due) in loans.items()}


def _told(journals: Sequence[Path]) -> dict[str, Told]:
    """Return what the rows come to, by item. Within a journal their order counts; desks of one machine share a clock,
    by which their rows are put together."""
    told: dict[str, Told] = {}
    for _, kind, card, data in heapq.merge(*map(_moves, journals), key=lambda row: row[0]):
        if kind in HOME:
            told[data["item"]] = Told(None)
        else:
            told[data["item"]] = Told(card, data.get("data", {}).get("due"))
    return told


def _moves(journal: Path) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    """Return when, kind, card and content of every row that says where a copy is, in the order of the file."""
    with closing(_read_only(journal)) as database:
        cards = dict(database.execute("SELECT ref, card FROM persons"))
        rows = database.execute("SELECT wall_utc, kind, person_ref, payload FROM journal ORDER BY seq").fetchall()
    return [
        (wall, kind, cards.get(person), json.loads(payload))
        for wall, kind, person, payload in rows
        if kind in LENT | HOME | {"renew_approved"}
    ]


def loans_unless_busy(path: Path) -> dict[str, Told] | None:
    """Return the open loans of the library's file, None while it is being written."""
    try:
        return open_loans(path)
    except sqlite3.Error:
        return None


def open_loans(path: Path) -> dict[str, Told]:
    with closing(_read_only(path)) as database:
        open_loans = "SELECT item, card, due FROM loan WHERE returned IS NULL"
        return {item: Told(card, due) for item, card, due in database.execute(open_loans)}


def _broken_chain(path: Path) -> Iterator[str]:
    """Every row's hash covers its fields, each as `<length>:<bytes>`, and the hash of the row before."""
    with closing(_read_only(path)) as database:
        before: bytes | None = None
        rows = database.execute(f"SELECT {', '.join(CHAINED)}, hash FROM journal ORDER BY seq")  # noqa: S608 - constants
        for *fields, kept in rows:
            if hashlib.sha256(b"".join(map(_chained, fields))).digest() != kept:
                yield f"journal row {fields[1]}: its hash does not hold"
            if before is not None and fields[-1] != before:
                yield f"journal row {fields[1]}: it does not follow the row before"
            before = kept


def _chained(value: object) -> bytes:
    if value is None:
        return b"-"
    data = value if isinstance(value, bytes) else str(value).encode()
    return b"%d:%s" % (len(data), data)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def main(folder: Path, *journals: Path) -> int:
    found = compare(folder, journals)
    verdict = f"{len(found.wrong)} disagreements" if found.wrong else f"they agree; {found.moved} copies changed hands"
    lines = [*(f"DISAGREE {line}" for line in found.wrong), f"journal, ABIS and {found.tags} tags: {verdict}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.wrong or not found.moved else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
