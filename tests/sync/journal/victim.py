"""A station that dies on command: reads orders from standard input, one process for each, and says how each ended.

An order is a line of JSON: `{"do": "journal" | "forget" | "outbox", "folder": …, "crash_at": [step, nth] | null}`.
The process kills itself (SIGKILL) when it comes to that step for the nth time. `acks` in the folder gets a line for
every acknowledgement, `ledger` for everything the library system did; both are written with one `write` each, so that
they tell what was known at the moment of death.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.health import READY
from kiosk.domain.items import ItemInfo, Loan, Returned, Standing
from kiosk.domain.records import Entry, Kind
from sync.journal.journal import StationJournal
from sync.journal.stamps import Quality, ThisMachine
from sync.outbox.outbox import Outbox

CARD = "21234000024172"


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def dies_at(crash_at: list[Any] | None) -> Callable[[str], None]:
    left = [crash_at[1]] if crash_at else [0]

    def step(name: str) -> None:
        if crash_at and name == crash_at[0]:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return step


def note(path: Path, line: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(fd, line.encode() + b"\n")
    os.close(fd)


def journal(folder: Path, step: Callable[[str], None], **_: Any) -> None:
    """Twelve books of two readers, some lent offline; each batch acknowledged on its own."""
    station = StationJournal(folder / "journal.db", Clock(), ballast=0, step=step)
    station.start()
    for number in range(12):
        own = {"session": "s", "txn": f"t{number}", "card": f"{CARD}-{number % 2}", "item": f"i{number}"}
        end = Kind.LENT_OFFLINE if number % 3 == 0 else Kind.CHECKOUT_APPROVED
        for batch in ([Kind.CHECKOUT_INTENDED], [Kind.CHECKOUT_NOT_SENT, end]):
            station.write([Entry(kind, **own) for kind in batch])  # type: ignore[arg-type]
            note(folder / "acks", f"{number} {batch[-1]}")
    station.close()


def endless(folder: Path, **_: Any) -> None:
    """Write until killed from outside."""
    station = StationJournal(folder / "journal.db", Clock(), ballast=0)
    station.start()
    for number in range(1_000_000):
        station.write([Entry(Kind.CHECKOUT_INTENDED, "s", f"t{number}", CARD, f"i{number}")])  # type: ignore[arg-type]
        note(folder / "acks", str(number))


def forget(folder: Path, step: Callable[[str], None], **_: Any) -> None:
    station = StationJournal(folder / "journal.db", Clock(), ballast=0, step=step)
    station.start()
    for number in range(60):
        station.write([Entry(Kind.CHECKOUT_REFUSED, "s", f"t{number}", f"{CARD}-{number:02}", f"i{number}")])  # type: ignore[arg-type]
    if station.forget(f"{CARD}-07").done:  # type: ignore[arg-type]
        note(folder / "acks", "forgotten")
    station.close()


class Ledger:
    """A library system that outlives the station: what was done to it stands in a file."""

    def __init__(self, folder: Path, step: Callable[[str], None]) -> None:
        self._path, self._step = folder / "ledger", step

    def _holders(self) -> dict[str, str]:
        holders: dict[str, str] = {}
        for line in self._path.read_text().splitlines() if self._path.exists() else []:
            done, item, card = line.split()
            if done == "lent":
                holders[item] = card
            else:
                holders.pop(item, None)
        return holders

    def item_info(self, item: str) -> ItemInfo:
        standing = Standing.ON_LOAN if item in self._holders() else Standing.AVAILABLE
        return ItemInfo(item, standing=standing)  # type: ignore[arg-type]

    def loans(self, card: str) -> frozenset[str]:
        return frozenset(item for item, holder in self._holders().items() if holder == card)

    def checkout(self, txn: str, card: str, item: str, at: datetime) -> Loan:
        self._step("before the library system did it")
        note(self._path, f"lent {item} {card}")
        self._step("after the library system did it")
        return Loan(item)  # type: ignore[arg-type]

    def checkin(self, txn: str, item: str, at: datetime) -> Returned:
        self._step("before the library system did it")
        note(self._path, f"returned {item} -")
        self._step("after the library system did it")
        return Returned(item)  # type: ignore[arg-type]

    def probe(self) -> Any:
        return READY


class Boot(ThisMachine):
    """This machine, after as many restarts as an order says."""

    def __init__(self, restarts: int) -> None:
        super().__init__()
        self._boot_id += f"-{restarts}"

    def quality(self) -> Quality:
        return Quality.NTP


def outbox(folder: Path, step: Callable[[str], None], restarts: int = 0) -> None:
    """What happened offline is written once; then it is told to the library system, however often we die."""
    station = StationJournal(folder / "journal.db", Clock(), boot=Boot(restarts), ballast=0, step=step)
    station.start()
    if not station.rows():
        lent = [("i1", f"{CARD}-1"), ("i2", f"{CARD}-2"), ("i3", f"{CARD}-1")]
        entries = [Entry(Kind.LENT_OFFLINE, "s", f"t-{item}", card, item) for item, card in lent]  # type: ignore[arg-type]
        station.write([*entries, Entry(Kind.RETURNED_OFFLINE, "s", "t-back", None, "i1")])  # type: ignore[arg-type]
    worker = Outbox(station, Ledger(folder, step), Clock(), lambda *_: None, step=step)  # type: ignore[arg-type]
    worker.work()
    station.close()


DEEDS: dict[str, Callable[..., None]] = {"journal": journal, "forget": forget, "outbox": outbox, "endless": endless}


def main() -> None:
    """Fork for each order, so that what is imported once serves all; this process itself has no thread."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            more = {key: order[key] for key in ("restarts",) if key in order}
            DEEDS[order["do"]](Path(order["folder"]), step=dies_at(order["crash_at"]), **more)
            os._exit(0)
        if order["do"] == "endless":
            acks = Path(order["folder"]) / "acks"
            while not acks.exists() or acks.read_bytes().count(b"\n") < order["after"]:
                os.sched_yield()
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
