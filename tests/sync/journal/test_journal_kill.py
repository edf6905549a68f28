"""kill -9 at every step of every write: what was acknowledged is there, what was not is whole or absent."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.records import Kind
from sync.journal.store import STEPS

VICTIM = Path(__file__).with_name("victim.py")
KILLED = -9
CARD = "21234000024172"
WRITE_STEPS = ("begin", "rows", "deliveries", "commit", "committed", "answering")
FORGET_STEPS = ("erasing", "erased", "truncated")
ABIS_STEPS = ("before the library system did it", "after the library system did it")
OUTBOX_STEPS = ("asked", "marked", "sent", "settled")

Order = Callable[..., int]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def order() -> Iterator[Order]:
    """Send an order to the victim and return how it ended: 0, or -9 if it was killed."""
    command = [sys.executable, str(VICTIM)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def send(do: str, folder: Path, crash_at: tuple[str, int] | None = None, **more: object) -> int:
            process.stdin.write(json.dumps({"do": do, "folder": str(folder), "crash_at": crash_at, **more}) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield send
        process.stdin.close()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_the_steps_are_all_known() -> None:
    assert set(STEPS) == {*WRITE_STEPS, *FORGET_STEPS} - {"answering"}


@pytest.mark.parametrize("step", WRITE_STEPS)
def test_killed_in_a_write_nothing_acknowledged_is_lost_and_nothing_is_half(
    bench: Any, order: Order, counts: Any, step: str
) -> None:
    for nth in (1, 2, 7, 8, 24):
        assert order("journal", bench.folder, (step, nth)) == KILLED
        acked = [line.split() for line in lines(bench.folder / "acks")]
        journal = bench.started()
        rows = journal.rows(limit=1000)
        found = [(str(row.txn), row.kind) for row in rows]
        for number, kind in acked:
            assert (f"t{number}", kind) in found
        assert len(acked) == nth - 1
        answered = 2 * (len(acked) // 2) + len(acked) // 2 + len(acked) % 2  # one row, then two rows, and so on
        in_the_log = step in ("committed", "answering")
        assert len(rows) == answered + (((nth - 1) % 2 + 1) if in_the_log else 0)
        assert journal.verify().rows == len(rows)
        assert journal.verify().holds
        promised = [row.seq for row in rows if row.kind == Kind.LENT_OFFLINE]
        assert [row.seq for row in journal.deliveries()] == promised
        assert all(row.card for row in journal.deliveries())
        counts.add("kill points", 1)
        journal.close()
        for each in bench.folder.iterdir():
            each.unlink()


@pytest.mark.parametrize("step", FORGET_STEPS)
def test_killed_while_forgetting_the_reader_is_known_whole_or_gone_to_the_last_byte(
    bench: Any, order: Order, counts: Any, step: str
) -> None:
    assert order("forget", bench.folder, (step, 1)) == KILLED
    assert lines(bench.folder / "acks") == []
    journal = bench.started()
    assert journal.verify().rows == 60
    assert journal.verify().holds
    assert bool(bench.hits(f"{CARD}-07")) == (step == "erasing")
    assert len(bench.hits(f"{CARD}-08")) >= 1
    counts.add("kill points", 1)


def test_killed_at_any_moment_nothing_acknowledged_is_lost(
    bench: Any, order: Order, counts: Any, effort: Callable[[int, int], int]
) -> None:
    chance = random.Random(20261120)
    for kills in range(1, effort(8, 200) + 1):
        before = len(lines(bench.folder / "acks"))
        assert order("endless", bench.folder, after=before + chance.randint(1, 40)) == KILLED
        acked = len(lines(bench.folder / "acks"))
        journal = bench.started()
        verdict = journal.verify()
        assert verdict.holds
        assert acked <= verdict.rows <= acked + kills  # each time one was written whose answer came too late
        numbers = [str(row.txn) for row in journal.rows(limit=1_000_000)]
        for each in lines(bench.folder / "acks"):
            assert f"t{each}" in numbers
        journal.close()
        counts.add("kill points", 1)


@pytest.mark.parametrize("step", [*OUTBOX_STEPS, *ABIS_STEPS, *WRITE_STEPS])
def test_killed_while_telling_the_abis_everything_arrives_once_and_in_order(
    bench: Any, order: Order, counts: Any, step: str
) -> None:
    """However often the station dies, its ledger and the library system's agree in the end."""
    for nth in (1, 2, 3, 4):
        folder = bench.folder / f"nth-{nth}"
        folder.mkdir()
        ended = order("outbox", folder, (step, nth))
        assert ended == KILLED
        for _ in range(3):
            order("outbox", folder, (step, 2))
        assert order("outbox", folder) == 0
        assert lines(folder / "ledger") == [
            f"lent i1 {CARD}-1",
            f"lent i2 {CARD}-2",
            f"lent i3 {CARD}-1",
            "returned i1 -",
        ]
        bench.folder, above = folder, bench.folder
        journal = bench.started()
        told = [row.kind for row in journal.rows() if row.kind.startswith("replay")]
        assert (journal.deliveries(), set(told), len(told)) == ((), {Kind.REPLAY_CONFIRMED}, 4)
        assert journal.verify().holds
        journal.close()
        bench.folder = above
        shutil.rmtree(folder)
        counts.add("kill points", 4)


@pytest.mark.parametrize("step", ["after the library system did it", "sent", "before the library system did it"])
def test_killed_in_sending_and_undone_at_the_desk_since_it_is_not_done_again_but_shown(
    bench: Any, order: Order, counts: Any, step: str
) -> None:
    """Nobody can tell a loan that never was from one that was brought back meanwhile: a person looks at it."""
    assert order("outbox", bench.folder, (step, 1)) == KILLED
    with (bench.folder / "ledger").open("a") as desk:
        desk.write("returned i1 -\n")
    before = lines(bench.folder / "ledger")
    assert order("outbox", bench.folder, restarts=1) == 0
    assert lines(bench.folder / "ledger") == [*before, f"lent i2 {CARD}-2", f"lent i3 {CARD}-1"]
    journal = bench.started()
    states = [(row.item, str(row.state)) for row in journal.deliveries()]
    assert states == [("i1", "review")]  # its return is as good as done, and it holds up nobody else
    counts.add("kill points", 1)
