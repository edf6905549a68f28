"""Stand-ins for what a station leans on: a clock that is held, a journal in memory, a connector by script, a reader."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import CardNumber, ItemId, Secret, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Security
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.receipts import Receipt, Template
from kiosk.domain.records import Entry, Kind
from kiosk.domain.refusal import Refusal
from kiosk.ports.abis import AbisFault
from kiosk.ports.devices import Emit
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal


class HeldClock:
    """Time stands still until a test moves it. `set` moves the wall clock alone, as somebody who sets it does."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
        self.running = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.running

    def passes(self, seconds: float) -> None:
        self.running += seconds
        self.wall += timedelta(seconds=seconds)

    def set(self, wall: datetime) -> None:
        self.wall = wall


class MemoryJournal:
    """Rows in a list; answers at once, or with `fault` while there is one."""

    def __init__(self) -> None:
        self.rows: list[Entry] = []
        self.fault: JournalFault | None = None

    def append(self, entries: Sequence[Entry], done: Callable[[JournalFault | None], None]) -> None:
        if self.fault is None:
            self.rows += entries
        done(self.fault)

    @property
    def kinds(self) -> list[Kind]:
        return [row.kind for row in self.rows]


@dataclass
class ScriptedAbis:
    """A connector that answers as `script` says: a fault is raised, everything else returned. A list is taken one by
    one, its last for ever; what is not scripted goes well. `asked` is what was asked."""

    script: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    state: Health = READY
    changed: threading.Condition = field(default_factory=threading.Condition)

    def _answer(self, name: str, well: object) -> object:
        with self.changed:
            self.asked.append(name)
            self.changed.notify_all()
        answer = self.script.get(name, well)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            self.state = Health(State.ABSENT, "silent") if isinstance(answer, AbisFault) else self.state
            raise answer
        self.state = READY
        return answer

    def item_info(self, item: ItemId) -> ItemInfo:
        return self._answer("item_info", ItemInfo(item, "Солярис"))  # type: ignore[return-value]

    def checkout(
        self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime, *, fee_accepted: bool = False
    ) -> Loan | Refusal:
        return self._answer("checkout", Loan(item, due=date(2026, 12, 11)))  # type: ignore[return-value]

    def checkin(self, txn: TxnId, item: ItemId, at: datetime) -> Returned | Refusal:
        return self._answer("checkin", Returned(item))  # type: ignore[return-value]

    def renew(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Loan | Refusal:
        return self._answer("renew", Loan(item, due=date(2026, 12, 25)))  # type: ignore[return-value]

    def identify(self, card: CardNumber, pin: Secret | None) -> Patron | Refusal:
        return self._answer("identify", Patron(card, "Иванова Анна", "Анна"))  # type: ignore[return-value]

    def account(self, card: CardNumber) -> Account | Refusal:
        return self._answer("account", Account())  # type: ignore[return-value]

    def loans(self, card: CardNumber) -> frozenset[ItemId]:
        return self._answer("loans", frozenset())  # type: ignore[return-value]

    def end_session(self, card: CardNumber) -> None:
        self._answer("end_session", None)

    def health(self) -> Health:
        return self.state

    def probe(self) -> Health:
        answer = self.script.get("probe", READY)
        assert isinstance(answer, Health)
        self.state = answer
        return self.state

    def close(self) -> None:
        self.asked.append("close")

    def wait_for(self, name: str, times: int = 1) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.asked.count(name) >= times, 10), f"{name} was not asked"


class Reader:
    """A tag reader that only notes what it was told."""

    parts = (Part.TAGS,)

    def __init__(self) -> None:
        self.written: list[tuple[TagUid, Security]] = []
        self.emit: Emit = lambda _: None

    def start(self, emit: Emit) -> None:
        self.emit = emit

    def stop(self) -> None:
        pass

    def health(self) -> Health:
        return READY

    def set_security(self, uid: TagUid, security: Security) -> None:
        self.written.append((uid, security))


class Printer:
    """A receipt printer that is asked, and answers when told to."""

    parts = (Part.PRINTER,)

    def __init__(self) -> None:
        self.asked: deque[Callable[[bool], None]] = deque()
        self.printed: list[Receipt] = []

    def start(self, emit: Emit) -> None:
        pass

    def stop(self) -> None:
        pass

    def health(self) -> Health:
        return READY

    def print_receipt(self, receipt: Receipt, template: Template, at: datetime, done: Callable[[bool], None]) -> None:
        self.asked.append(done)
        self.printed.append(receipt)


class NothingSeen:
    """`kiosk.ports.seen.Seen` without a memory."""

    def item(self, item: ItemId) -> ItemInfo | None:
        return None

    def saw_item(self, info: ItemInfo) -> None:
        pass

    def patron(self, card: CardNumber) -> Patron | None:
        return None

    def saw_patron(self, card: CardNumber, patron: Patron) -> None:
        pass

    def forget(self, card: CardNumber) -> None:
        pass

    def close(self) -> None:
        pass


class Journalled:
    """A journal on disk, and of one book what it is: for what is put together again from rows."""

    SOLARIS = ItemId("1001")

    class Seen(NothingSeen):
        def item(self, item: ItemId) -> ItemInfo | None:
            return ItemInfo(item, "Солярис", "Лем") if item == Journalled.SOLARIS else None

    def __init__(self, folder: Path) -> None:
        self.clock, self.seen = HeldClock(), self.Seen()
        self.journal = StationJournal(folder / "journal.db", self.clock)
        self.journal.start()

    def wrote(self, *entries: Entry) -> Self:
        self.journal.write(entries)
        return self
