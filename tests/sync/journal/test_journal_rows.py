"""What a row is: written whole and in order, naming no card, chained to the row before."""

import sqlite3
import threading
from concurrent.futures import Future
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal import payload
from sync.journal.chain import FIELDS, digest, genesis
from sync.journal.journal import StationJournal
from sync.journal.stamps import EARLIEST, Quality, ThisMachine, stamp

CARD = CardNumber("21234000024172")
ITEM = ItemId("30234000517861")
TXN = TxnId("0193-txn")
SESSION = SessionId("0193-session")
TAG = TagUid("E004015012345678")


def intended(number: int = 0, card: CardNumber | None = CARD) -> Entry:
    return Entry(Kind.CHECKOUT_INTENDED, SESSION, TxnId(f"txn-{number}"), card, ItemId(f"item-{number}"))


def test_row_says_who_when_what_and_names_no_card(bench: Any) -> None:
    journal = bench.started()
    data = {"title": "Солярис", "note": f"Card {CARD} is fine", "due": "2026-12-12", "fee": 500, "late": False}
    journal.write([Entry(Kind.CHECKOUT_APPROVED, SESSION, TXN, CARD, ITEM, TAG, data)])
    (row,) = journal.rows()
    assert (row.seq, row.schema, row.txn, row.session, row.kind) == (1, 1, TXN, SESSION, Kind.CHECKOUT_APPROVED)
    assert (row.item, row.tag) == (ITEM, TAG)
    assert row.data == data | {"note": "Card [card] is fine"}
    assert row.stamp.wall == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert (row.stamp.boot_id, row.stamp.quality) == ("boot-1", Quality.NTP)
    assert row.person
    assert CARD not in repr(row)
    assert row.prev_hash == genesis(row.journal_id)


def test_hash_is_what_the_module_says_it_is() -> None:
    """Worked out by hand, so that a journal of today can be checked by a program of tomorrow."""
    import hashlib

    fields = ("j", 1, 1, None, None, None, "b", 2, "2026-11-20T09:00:00.000000Z", "ntp", "note", "{}", b"\x00" * 32)
    by_hand = b"1:j1:11:1---1:b1:227:2026-11-20T09:00:00.000000Z3:ntp4:note2:{}32:" + b"\x00" * 32
    assert len(fields) == len(FIELDS)
    assert digest(fields) == hashlib.sha256(by_hand).digest()


def test_same_card_keeps_its_reference_and_another_card_has_another(bench: Any) -> None:
    journal = bench.started()
    other = CardNumber("21234000099999")
    journal.write([intended(1), intended(2), intended(3, other)])
    journal.write([intended(4)])
    first, second, third, fourth = (row.person for row in journal.rows())
    assert first == second == fourth != third


def test_references_of_two_journals_have_nothing_in_common(new_bench: Any) -> None:
    persons = set()
    for _ in range(2):
        with new_bench() as bench:
            journal = bench.started()
            journal.write([intended()])
            persons.add(journal.rows()[0].person)
    assert len(persons) == 2


def test_rows_are_never_changed_nor_removed(bench: Any) -> None:
    bench.started().write([intended()])
    bench.opened[0].close()
    with closing(sqlite3.connect(bench.path)) as raw, raw:
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            raw.execute("UPDATE journal SET kind = 'x'")
        with pytest.raises(sqlite3.IntegrityError, match="never removed"):
            raw.execute("DELETE FROM journal")
    raw.close()


def test_a_batch_is_written_wholly_or_not_at_all_and_spares_its_neighbours(bench: Any) -> None:
    """The first batch holds the thread until all three wait, so that one commit takes them together."""
    waits, go = threading.Event(), threading.Event()

    def step(name: str) -> None:
        if name == "begin" and not waits.is_set():
            waits.set()
            assert go.wait(10)

    journal = bench.started(step=step)
    answers: list[Future[JournalFault | None]] = [Future() for _ in range(4)]
    journal.append([intended(0)], answers[0].set_result)
    assert waits.wait(10)
    journal.append([intended(1)], answers[1].set_result)
    journal.append([intended(2), Entry(Kind.LENT_OFFLINE, SESSION, None, CARD, ITEM)], answers[2].set_result)
    journal.append([intended(3)], answers[3].set_result)
    go.set()
    told = [answer.result(10) for answer in answers]
    assert [why is None for why in told] == [True, True, False, True]
    assert "needs an item and a transaction" in str(told[2])
    assert [row.item for row in journal.rows()] == ["item-0", "item-1", "item-3"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry(Kind.STAFF_CALLED, item=ItemId("x" * 257)), "item has 257 characters, 1 to 256 are possible"),
        (Entry(Kind.STAFF_CALLED, item=ItemId("")), "item has 0 characters"),
        (Entry(Kind.STAFF_CALLED, tag=TagUid("\ud800")), "tag holds characters that are none"),
        (Entry(Kind.STAFF_CALLED, data={str(n): n for n in range(41)}), "41 particulars, 40 are possible"),
        (Entry(Kind.LENT_OFFLINE, txn=TXN, item=ITEM), "needs a card"),
        (Entry(Kind.RETURNED_OFFLINE, txn=TXN), "needs an item and a transaction"),
    ],
)
def test_what_cannot_be_a_row_is_refused_in_words(bench: Any, entry: Entry, words: str) -> None:
    journal = bench.started()
    with pytest.raises(JournalFault, match=words):
        journal.write([entry])
    journal.write([intended()])
    assert len(journal.rows()) == 1


def test_long_texts_of_the_abis_are_cut_and_broken_ones_mended(bench: Any) -> None:
    journal = bench.started()
    journal.write([Entry(Kind.CHECKOUT_REFUSED, data={"note": "я" * 5000, "half": "a\udc80b"})])
    (row,) = journal.rows()
    assert row.data == {"note": "я" * payload.MAX_TEXT, "half": "a?b"}


def test_a_short_card_number_is_taken_out_only_where_it_stands_alone(bench: Any) -> None:
    journal = bench.started()
    journal.write([Entry(Kind.CHECKOUT_REFUSED, card=CardNumber("7"), data={"a": "7", "b": "due in 7 days"})])
    assert journal.rows()[0].data == {"a": "[card]", "b": "due in 7 days"}


def test_four_threads_write_and_each_finds_its_rows_in_its_order(bench: Any) -> None:
    journal = bench.started()
    told: list[Future[JournalFault | None]] = [Future() for _ in range(4 * 60)]

    def write(thread: int) -> None:
        for number in range(60):
            entry = Entry(Kind.STAFF_CALLED, SessionId(f"thread-{thread}"), data={"n": number})
            journal.append([entry, entry], told[thread * 60 + number].set_result)

    threads = [threading.Thread(target=write, args=(each,)) for each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.result(20) for each in told] == [None] * 240
    rows = journal.rows(limit=1000)
    assert [row.seq for row in rows] == list(range(1, 481))
    for thread in range(4):
        own = [(row.data["n"], row.seq) for row in rows if row.session == f"thread-{thread}"]
        assert [number for number, _ in own] == [n for n in range(60) for _ in range(2)]
        assert all(own[at + 1][1] == own[at][1] + 1 for at in range(0, 120, 2))  # a batch lies together
    assert journal.verify().holds


def test_waiting_appends_share_a_commit(bench: Any) -> None:
    commits = []
    holds, go = threading.Event(), threading.Event()

    def step(name: str) -> None:
        if name == "commit":
            commits.append(name)
            holds.set()
            assert go.wait(10)

    journal = bench.started(step=step)
    told: list[Future[JournalFault | None]] = [Future() for _ in range(51)]
    journal.append([intended(0)], told[0].set_result)
    assert holds.wait(10)
    for number in range(1, 51):
        journal.append([intended(number)], told[number].set_result)
    go.set()
    assert [each.result(10) for each in told] == [None] * 51
    assert len(commits) == 2


def test_a_receiver_that_fails_does_not_end_the_journal(bench: Any, caplog: pytest.LogCaptureFixture) -> None:
    journal = bench.started()
    journal.append([intended(1)], lambda _: 1 / 0)
    journal.write([intended(2)])
    assert len(journal.rows()) == 2
    assert "the receiver of an answer failed" in caplog.text


def test_a_closed_journal_says_so_and_closing_writes_what_waits(bench: Any) -> None:
    journal = bench.started()
    told: list[JournalFault | None] = []
    for number in range(20):
        journal.append([intended(number)], told.append)
    journal.close()
    assert told == [None] * 20
    journal.append([intended()], told.append)
    assert "the journal is closed" in str(told[-1])
    with pytest.raises(JournalFault, match="the journal is closed"):
        journal.rows()
    assert len(bench.started().rows()) == 20


def test_a_disk_that_hangs_is_told_to_those_who_wait(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr("sync.journal.journal.PATIENCE", 0.05)
    monkeypatch.setattr("sync.journal.journal.WAITING", 3)
    journal = bench.started(step=lambda name: name != "begin" or go.wait(10) or None)
    with pytest.raises(JournalFault, match="the disk does not answer"):
        journal.write([intended()])
    told: list[Future[JournalFault | None]] = [Future() for _ in range(4)]
    for number in range(4):
        journal.append([intended(number)], told[number].set_result)
    assert "the disk does not answer" in str(told[3].result(0))
    go.set()
    monkeypatch.setattr("sync.journal.journal.PATIENCE", 10)
    assert told[2].result(10) is None
    assert len(journal.rows()) == 4


def test_who_changed_a_security_bit_last_is_remembered(bench: Any) -> None:
    journal = bench.started()
    assert journal.last_security(TAG) is None
    journal.write([Entry(Kind.TAG_DISARMED, SESSION, TXN, item=ITEM, tag=TAG)])
    journal.write([Entry(Kind.TAG_NOT_WRITTEN, SESSION, TXN, item=ITEM, tag=TAG)])
    journal.write([Entry(Kind.TAG_ARMED, SESSION, TxnId("other"), item=ItemId("i"), tag=TagUid("E0" + "1" * 14))])
    last = journal.last_security(TAG)
    assert (last.security, last.seq, last.txn, last.item) == (Security.DISARMED, 1, TXN, ITEM)
    journal.write([Entry(Kind.TAG_ARMED, SESSION, TxnId("back"), item=ITEM, tag=TAG)])
    assert journal.last_security(TAG).security is Security.ARMED


def test_rows_are_read_in_pages(bench: Any) -> None:
    journal = bench.started()
    journal.write([intended(number) for number in range(10)])
    assert [row.seq for row in journal.rows(after_seq=3, limit=4)] == [4, 5, 6, 7]


def test_kinds_and_clocks_of_a_newer_release_are_passed_on(bench: Any) -> None:
    journal = bench.started()
    journal.write([intended()])
    journal.close()
    raw = sqlite3.connect(bench.path)
    columns = ", ".join(FIELDS)
    values = columns.replace("seq,", "2,").replace("kind", "'visit_began'").replace("clock_quality", "'gps'")
    raw.execute(f"INSERT INTO journal ({columns}, hash) SELECT {values}, hash FROM journal")
    raw.commit()
    raw.close()
    newer = bench.started().rows()[1]
    assert (newer.kind, newer.stamp.quality) == ("visit_began", Quality.UNKNOWN)


@pytest.mark.parametrize(
    ("there", "kernel", "quality"),
    [
        (["dev/rtc0"], True, Quality.NTP),  # by chrony, ntpd or timesyncd: the kernel was told
        (["run/systemd/timesync/synchronized", "dev/rtc0"], None, Quality.NTP),  # the kernel may not be asked
        (["run/systemd/timesync/synchronized", "dev/rtc0"], False, Quality.RTC),  # it was, and is not any more
        (["dev/rtc0", "var/lib/systemd/timesync/clock"], False, Quality.RTC),
        (["var/lib/systemd/timesync/clock"], False, Quality.RESTORED),
        ([], None, Quality.UNKNOWN),
    ],
)
def test_how_far_the_wall_clock_may_be_believed(
    tmp_path: Path, there: list[str], kernel: bool | None, quality: Quality
) -> None:
    for each in there:
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).touch()
    assert ThisMachine(tmp_path, lambda: kernel).quality() is quality


def test_a_chip_that_lost_its_battery_is_no_chip(tmp_path: Path) -> None:
    """The system has put its own clock back to the last time it knew; the chip still says 2000."""
    chip = tmp_path / "sys/class/rtc/rtc0/since_epoch"
    chip.parent.mkdir(parents=True)
    wall = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    machine = ThisMachine(tmp_path, lambda: False)
    for says, agrees in ((wall.timestamp() + 14 * 3600, True), (wall.timestamp() - 5, True), (946684800, False)):
        chip.write_text(f"{int(says)}\n")
        assert machine.chip_agrees(wall) is agrees
    assert machine.quality() is Quality.UNKNOWN


def test_this_machine_has_a_face_to_look_at() -> None:
    face = ThisMachine().face()
    assert face.wall > EARLIEST
    assert timedelta() < face.running < timedelta(days=10_000)


def test_a_dead_battery_is_not_believed(bench: Any) -> None:
    bench.clock.at = datetime(2000, 1, 1, tzinfo=UTC)
    assert stamp(bench.clock, bench.boot).quality is Quality.UNKNOWN
    bench.clock.at = EARLIEST
    assert stamp(bench.clock, bench.boot).quality is Quality.NTP


def test_this_machine_names_its_boot_and_counts_from_it() -> None:
    machine = ThisMachine()
    assert len(machine.boot_id) == 36
    assert machine.boot_id == ThisMachine().boot_id
    assert 0 < machine.nanoseconds() <= machine.nanoseconds()


def test_without_proc_rows_are_ordered_within_the_process_alone(tmp_path: Path) -> None:
    assert ThisMachine(tmp_path).boot_id != ThisMachine(tmp_path).boot_id


def test_it_is_the_port(bench: Any) -> None:
    from kiosk.ports.journal import Journal

    port: Journal = StationJournal(bench.path, bench.clock)
    assert port is not None
