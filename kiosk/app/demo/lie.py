"""A seeded lie: one of journal, ABIS and tag is made to tell something else, so that whoever compares must notice."""

import json
import sqlite3
from pathlib import Path


def lie(folder: Path, who: str) -> None:
    """Make `journal`, `abis` or `tag` lie about the first loan that stands."""
    {"journal": _journal, "abis": _abis, "tag": _tag}[who](folder)


def _journal(folder: Path) -> None:
    """A row is changed by somebody who can write the file, as far as SQLite lets him."""
    with sqlite3.connect(folder / "journal.db") as database:
        database.execute("DROP TRIGGER journal_keeps")
        database.execute(
            "UPDATE journal SET payload = json_set(payload, '$.data.due', '2099-01-01') "
            "WHERE seq = (SELECT max(seq) FROM journal WHERE kind = 'checkout_approved')"
        )


def _abis(folder: Path) -> None:
    with sqlite3.connect(folder / "library" / "circulation.db") as database:
        database.execute("UPDATE loan SET returned = lent WHERE id = (SELECT max(id) FROM loan WHERE returned IS NULL)")


def _tag(folder: Path) -> None:
    path = folder / "tags.json"
    tags = json.loads(path.read_text(encoding="utf-8"))
    with sqlite3.connect(folder / "library" / "circulation.db") as database:
        ((item,),) = database.execute("SELECT item FROM loan WHERE returned IS NULL ORDER BY id DESC LIMIT 1")
    tags[item]["afi"] = 0x07
    path.write_text(json.dumps(tags), encoding="utf-8")
