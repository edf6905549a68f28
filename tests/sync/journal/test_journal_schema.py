"""The tables as they were shipped, and the questions put to them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, TagUid
from kiosk.domain.items import Security
from kiosk.domain.records import Entry, Kind
from sync.journal import clocks, database, reading, remarks, schema, store, unfinished
from sync.journal.connection import connect, transaction
from sync.journal.delivery import Sent, State
from sync.journal.values import Verdict

SHIPPED = Path(__file__).parents[2] / "golden" / "journal" / "version-2.sql"
"""A journal of version 2, as a release that had no other wrote it: every row, index and trigger in its own words."""
CARD, OTHER = CardNumber("21234000024172"), CardNumber("21234000099999")
DESCRIBED = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"


def laid(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.executescript(SHIPPED.read_text("utf-8"))


def test_a_journal_that_was_shipped_is_opened_and_goes_on(bench: Any) -> None:
    laid(bench.path)
    journal = bench.journal()
    assert not journal.start().new
    assert journal.verify() == Verdict(11)
    due = journal.deliveries()
    assert [(row.seq, row.item[-1], row.card, row.state) for row in due] == [
        (7, "1", CARD, State.PENDING),
        (9, "2", OTHER, State.REVIEW),
        (10, "1", None, State.PENDING),
    ]
    assert (due[1].tries, due[1].reason, due[1].sent) == (2, "held by another", Sent("boot-1", 12))
    assert journal.last_security(TagUid("E004015012345678")).security is Security.DISARMED
    assert [(owed.session, len(owed.rows)) for owed in journal.receipts_owed(CARD)] == [("s1", 2)]
    assert [(each.txn, each.moot) for each in journal.open_transactions()] == [
        ("t1", False), ("t2", True), ("t3", False), ("t4", False),
    ]  # fmt: skip
    journal.write([Entry(Kind.STAFF_CALLED, card=CARD)])
    assert journal.rows(after_seq=11)[0].person == journal.rows()[0].person
    assert journal.verify() == Verdict(12)


def test_what_was_shipped_is_still_made_word_for_word(tmp_path: Path) -> None:
    laid(tmp_path / "shipped.db")
    with closing(sqlite3.connect(tmp_path / "shipped.db")) as shipped, closing(sqlite3.connect(":memory:")) as made:
        for statement in (*schema.MIGRATIONS[0], *schema.MIGRATIONS[1]):
            made.execute(statement)
        assert made.execute(DESCRIBED).fetchall() == shipped.execute(DESCRIBED).fetchall()


BY_NUMBER = "SEARCH journal USING INTEGER PRIMARY KEY"
BY_TRANSACTION = "SEARCH journal USING INDEX journal_txn"
BY_ITEM = "SEARCH journal USING INDEX journal_item"
ENDS = "SEARCH e USING INDEX journal_ends"
WAITING = "USING INDEX outbox_unsettled"
PLANS = [
    (reading.ROWS, {BY_NUMBER}),
    (reading.RAW_ROWS, {BY_NUMBER}),
    (reading.REF_OF_CARD, {"SEARCH persons USING PRIMARY KEY"}),
    (reading.CARD_OF_REF, {"SEARCH persons USING INDEX sqlite_autoindex_persons_2"}),
    (reading.LAST_OF_ITEM, {BY_ITEM}),
    (reading.LAST_OF_TAG, {"SEARCH journal USING INDEX journal_tag"}),
    (reading.UNSETTLED, {f"SCAN outbox {WAITING}"}),
    (
        reading.DELIVERIES,
        {
            f"SEARCH o {WAITING}",
            "SEARCH j USING INTEGER PRIMARY KEY",
            "SEARCH p USING INDEX sqlite_autoindex_persons_2",
        },
    ),
    (clocks.BEST_LOOK, {"SEARCH journal USING INDEX journal_looks"}),
    (clocks.NEWEST, {"SCAN journal"}),  # backwards by number, past rows of unknown time, to the first that is better
    (store.LAST_ROW, {"SCAN journal"}),  # backwards by number, and no further than the first
    (unfinished.UNRECEIPTED, {BY_TRANSACTION, ENDS}),
    (unfinished.OWED_TO, {"SEARCH journal USING INDEX journal_owed", ENDS}),
    (unfinished.LAST_DECISIVE, {BY_TRANSACTION}),
    (unfinished.KEPT, {BY_TRANSACTION.replace("journal", each, 1) for each in ("d", "c", "a")}),
    (unfinished.BARRED, {BY_TRANSACTION.replace("journal", "b", 1), BY_ITEM}),
    (
        unfinished.UNSLID,
        {
            "SEARCH journal USING INDEX journal_owed",
            *(BY_TRANSACTION.replace("journal", each, 1) for each in ("i", "s")),
        },
    ),
    (unfinished.TOLD_THEIRS, {BY_NUMBER}),
    (unfinished.OF_TRANSACTION, {BY_TRANSACTION}),
    (unfinished.ENDS_OF_SESSION, {"SEARCH journal USING INDEX journal_ends"}),
    (unfinished.LATER_OF_ITEM, {BY_ITEM}),
    (reading.LAST_SEQ, {"SEARCH journal"}),  # the last number, without looking for it
    (reading.OPENED, {BY_NUMBER}),
    (reading.OVERTAKEN, {"SEARCH j USING INDEX journal_item", "SEARCH o USING INTEGER PRIMARY KEY"}),
    (
        remarks.LAST_OF_TRANSACTION,
        {BY_TRANSACTION.replace("INDEX", "COVERING INDEX"), "SEARCH remark USING INTEGER PRIMARY KEY"},
    ),
    (unfinished.UNSETTLED_OF_PERSON, {f"SCAN outbox {WAITING}"}),
    (store.MOVE_DELIVERY, {"SEARCH outbox USING INTEGER PRIMARY KEY"}),
]


@pytest.fixture(scope="module")
def shipped() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SHIPPED.read_text("utf-8"))
        schema.migrate(connection, 2)
        yield connection


@pytest.mark.parametrize(("statement", "plan"), PLANS, ids=lambda each: each if isinstance(each, str) else "")
def test_every_question_goes_by_an_index(shipped: sqlite3.Connection, statement: str, plan: set[str]) -> None:
    unbound = [None] * statement.count("?")
    steps = [str(row[3]) for row in shipped.execute(f"EXPLAIN QUERY PLAN {statement}", unbound)]
    reads = {step.split(" (")[0] for step in steps if step.startswith(("SEARCH", "SCAN"))}
    assert reads == plan


def test_no_question_was_left_out() -> None:
    named = {
        text
        for module in (clocks, database, reading, remarks, store, unfinished)
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str) and text.lstrip().startswith(("SELECT", "UPDATE"))
    }
    assert named - {database.JOURNAL_ID} == {statement for statement, _ in PLANS}


def test_a_transaction_is_kept_whole_or_not_at_all(bench: Any) -> None:
    bench.started().close()
    with closing(connect(bench.path)) as connection:
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.executemany(store.INSERT_PERSON, [(CARD, "gone"), (CARD, "twice")])
        with transaction(connection):
            connection.execute(store.INSERT_PERSON, (OTHER, "kept"))
            assert connection.in_transaction
        assert not connection.in_transaction
        assert reading.person_of(connection, CARD) is None
        assert reading.person_of(connection, OTHER) == "kept"
        assert reading.holder(connection, ItemId("i")) is None
