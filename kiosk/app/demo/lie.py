"""A seeded lie: one of journal, ABIS and tags is made to tell something else, so that whoever compares must notice."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

OPEN, ARMED = 0xC2, 0x07


def lie(folder: Path, who: str) -> None:
    """Make `journal`, `abis` or `tag` lie about the newest loan, or the tag of a `bystander` that nobody touched."""
    {"journal": _journal, "abis": _abis, "tag": _tag, "bystander": _bystander}[who](folder)


def _journal(folder: Path) -> None:
    """A row is changed by somebody who can write the file, as far as SQLite lets him."""
    with closing(sqlite3.connect(folder / "journal.db")) as database, database:
        database.execute("DROP TRIGGER journal_keeps")
        database.execute(
            "UPDATE journal SET payload = json_set(payload, '$.data.due', '2099-01-01') "
            "WHERE seq = (SELECT max(seq) FROM journal WHERE kind = 'checkout_approved')"
        )


def _abis(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "library" / "circulation.db")) as database, database:
        database.execute("UPDATE loan SET returned = lent WHERE id = (SELECT max(id) FROM loan WHERE returned IS NULL)")


def _tag(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "library" / "circulation.db")) as database, database:
        ((item,),) = database.execute("SELECT item FROM loan WHERE returned IS NULL ORDER BY id DESC LIMIT 1")
    _mark(folder / "tags.json", item, ARMED)


def _bystander(folder: Path) -> None:
    """A copy on its shelf, which the journal never named, is opened."""
    with closing(sqlite3.connect(folder / "journal.db")) as database, database:
        named = {item for (item,) in database.execute("SELECT json_extract(payload, '$.item') FROM journal")}
    tags = json.loads((folder / "tags.json").read_text(encoding="utf-8"))
    untouched = next(item for item, tag in tags.items() if item not in named and tag["afi"] == ARMED)
    _mark(folder / "tags.json", untouched, OPEN)


def _mark(path: Path, item: str, afi: int) -> None:
    tags = json.loads(path.read_text(encoding="utf-8"))
    tags[item]["afi"] = afi
    path.write_text(json.dumps(tags), encoding="utf-8")
