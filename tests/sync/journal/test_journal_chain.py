"""The chain: any row that was touched is found and named, whatever was touched and however."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.records import Entry, Kind
from sync.journal.chain import FIELDS, INTEGERS, SCHEMA, Check, genesis
from sync.journal.journal import StationJournal
from sync.journal.payload import SAID
from sync.journal.values import Verdict

CARDS = [CardNumber(f"2123400{number:07d}") for number in range(6)]
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
scalars = st.one_of(words, st.integers(), st.booleans(), st.none())
entries = st.builds(
    Entry,
    kind=st.sampled_from([kind for kind in Kind if kind not in (Kind.LENT_OFFLINE, Kind.RETURNED_OFFLINE)]),
    session=st.none() | names.map(SessionId),
    txn=st.none() | names.map(TxnId),
    card=st.none() | st.sampled_from(CARDS),
    item=st.none() | names.map(ItemId),
    tag=st.none() | names.map(TagUid),
    data=st.dictionaries(words, scalars, max_size=4),
)


def written(journal: StationJournal, batches: list[list[Entry]]) -> int:
    for batch in batches:
        journal.write(batch)
    return sum(map(len, batches))


@given(batches=st.lists(st.lists(entries, max_size=4), max_size=6))
def test_whatever_is_appended_the_chain_verifies_and_reads_back(
    new_bench: Callable[[], Any], batches: list[list[Entry]]
) -> None:
    with new_bench() as bench:
        journal = bench.started()
        total = written(journal, batches)
        assert journal.verify() == Verdict(total)
        flat = [entry for batch in batches for entry in batch]
        for row, entry in zip(journal.rows(), flat, strict=True):
            assert (row.kind, row.session, row.txn) == (entry.kind, entry.session, entry.txn)
            assert (row.item, row.tag) == (entry.item, entry.tag)
            assert set(row.data) == set(entry.data) - {SAID}  # words of others lie beside the rows
        journal.close()
        assert bench.started().verify() == Verdict(total)


def tamper(path: Path, change: str, *values: object) -> None:
    """Write into the file behind the station's back."""
    raw = sqlite3.connect(path)
    raw.executescript("DROP TRIGGER journal_keeps; DROP TRIGGER journal_stays; DROP INDEX journal_item;")
    raw.execute(change, values)
    raw.commit()
    raw.close()


def flipped(value: object, at: int) -> object:
    """Return a stored value with one bit of one byte changed, of the same SQLite type."""
    if isinstance(value, int):
        return value ^ (1 << at % 30)
    raw = bytearray(value.encode() if isinstance(value, str) else value)  # type: ignore[arg-type]
    raw[at % len(raw)] ^= 1
    return bytes(raw)


@given(seq=st.integers(1, 5), column=st.sampled_from([*FIELDS, "hash"]), at=st.integers(0, 400))
def test_a_bit_changed_in_any_field_of_any_row_is_found_and_named(
    new_bench: Callable[[], Any], seq: int, column: str, at: int
) -> None:
    with new_bench() as bench:
        journal = bench.started()
        for number in range(5):
            entry = Entry(Kind.CHECKOUT_APPROVED, SessionId("s"), TxnId("t"), CARDS[0], ItemId("i"), data={"n": number})
            journal.write([entry])
        journal.close()
        raw = sqlite3.connect(bench.path)
        (before,) = raw.execute(f"SELECT {column} FROM journal WHERE seq = ?", (seq,)).fetchone()
        raw.close()
        as_text = "CAST(? AS TEXT)" if isinstance(before, str) else "?"
        after = flipped(before, at) if column != "seq" else before + 1000
        tamper(bench.path, f"UPDATE journal SET {column} = {as_text} WHERE seq = ?", after, seq)
        verdict = bench.started().verify()
        assert verdict.first_bad == seq
        assert f"row {seq} " in verdict.reason


@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_changed_anywhere_in_the_bytes_of_a_row_on_disk_is_found(
    new_bench: Callable[[], Any], share: float, bit: int
) -> None:
    """The row's cell lies in a leaf of the table; every bit from its first field to its hash is covered."""
    with new_bench() as bench:
        journal = bench.started()
        journal.write([Entry(Kind.CHECKOUT_APPROVED, SessionId("s"), TxnId("t"), CARDS[0], ItemId("i-unique"))])
        journal_id = journal.rows()[0].journal_id.encode()
        own = journal.rows()[0].hash
        journal.close()
        content = bytearray(bench.path.read_bytes())
        end = content.index(own) + len(own)
        start = content.rindex(journal_id, 0, end)
        at = start + int(share * (end - start))
        content[at] ^= 1 << bit
        bench.path.write_bytes(content)
        again = bench.journal()
        opening = again.start()
        assert opening.set_aside is not None or again.verify().first_bad == 1


@pytest.mark.parametrize(
    ("change", "bad", "reason"),
    [
        ("DELETE FROM journal WHERE seq = 3", 3, "row 3 is missing"),
        ("DELETE FROM journal WHERE seq = 1", 1, "row 1 is missing"),
        ("UPDATE journal SET seq = 9 WHERE seq = 4", 4, "row 4 is missing"),
        ("UPDATE journal SET schema = 2 WHERE seq = 2", 2, "of a form this release cannot check"),
        ("UPDATE journal SET journal_id = 'other' WHERE seq = 2", 2, "belongs to another journal"),
        ("UPDATE journal SET prev_hash = hash WHERE seq = 2", 2, "does not follow the row before it"),
        ("UPDATE journal SET kind = 'note' WHERE seq = 5", 5, "was changed after it was written"),
    ],
)
def test_what_is_wrong_is_said(bench: Any, change: str, bad: int, reason: str) -> None:
    written(bench.started(), [[Entry(Kind.STAFF_CALLED, data={"n": n})] for n in range(5)])
    bench.opened[0].close()
    tamper(bench.path, change)
    verdict = bench.started().verify()
    assert (verdict.rows, verdict.first_bad) == (bad - 1, bad)
    assert reason in verdict.reason


def test_a_row_that_was_worked_out_anew_betrays_the_row_behind_it(bench: Any) -> None:
    """Whoever changes a row and computes its hash again has to change every row behind it."""
    from sync.journal.chain import digest

    written(bench.started(), [[Entry(Kind.STAFF_CALLED, data={"n": n})] for n in range(3)])
    bench.opened[0].close()
    raw = sqlite3.connect(bench.path)
    fields = list(raw.execute(f"SELECT {', '.join(FIELDS)} FROM journal WHERE seq = 2").fetchone())
    raw.close()
    fields[FIELDS.index("payload")] = "{}"
    tamper(bench.path, "UPDATE journal SET payload = '{}', hash = ? WHERE seq = 2", digest(fields))
    assert bench.started().verify().first_bad == 3


def test_check_survives_a_row_of_wrong_types_and_stops_there() -> None:
    """Such a row cannot be written into a strict table; a damaged page may still hold one."""
    types = ",".join("integer" if name in INTEGERS else "blob" if name == "prev_hash" else "text" for name in FIELDS)
    fields = [b"%d" % SCHEMA if name in INTEGERS else b"x" for name in FIELDS]
    for wrong in (types, types + ",text", types.replace("text", "blob", 1) + ",blob", ""):
        check = Check("j")
        check.take([(fields, wrong, b"")])
        assert check.verdict == Verdict(0, 1, "row 1 has fields of the wrong type")
        check.take([(fields, wrong, b"")])
        check.unreadable("later")
        assert check.verdict.rows == 0


def test_genesis_is_the_journals_own() -> None:
    assert genesis("a") != genesis("b")
