"""A library system that remembers what was done to it and when, and fails on command."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.health import READY, Health, State
from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Standing
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.records import Entry, Kind
from kiosk.domain.refusal import Refusal
from sync.journal.journal import StationJournal
from sync.journal.stamps import Quality
from sync.outbox.backoff import Backoff
from sync.outbox.outbox import WINDOW, Outbox
from tests.sync.still import StillClock, memory_folder

SESSION = SessionId("s")


@dataclass
class FakeBoot:
    """Runs with the clock, and starts anew with the machine."""

    clock: StillClock
    boot_id: str = "boot-1"
    believed: Quality = Quality.NTP

    def nanoseconds(self) -> int:
        return int(self.clock.seconds * 1e9)

    def quality(self) -> Quality:
        return self.believed


Trouble = BaseException | Refusal


@dataclass
class FakeAbis:
    """`Abis` over a dictionary of loans. `plan[call]`, or `plan["call item"]`, are the troubles of its next calls;
    None: it goes well.

    A trouble given as `(trouble, True)` strikes after the thing was done.
    """

    loans_of: dict[ItemId, CardNumber] = field(default_factory=dict)
    standing: dict[ItemId, Standing] = field(default_factory=dict)
    plan: dict[str, list[Any]] = field(default_factory=dict)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    alive: bool = True

    def _trouble(self, call: str, do: Callable[[], None] = lambda: None, item: str = "") -> Refusal | None:
        planned = self.plan.get(f"{call} {item}") or self.plan.get(call)
        trouble = planned and planned.pop(0)
        done_first = isinstance(trouble, tuple)
        if done_first:
            do()
            trouble = trouble[0]
        if isinstance(trouble, BaseException):
            raise trouble
        if isinstance(trouble, Refusal):
            return trouble
        if not done_first:
            do()
        return None

    def sent(self) -> list[tuple[Any, ...]]:
        return [call for call in self.calls if call[0] in ("checkout", "checkin")]

    def item_info(self, item: ItemId) -> ItemInfo:
        self.calls.append(("item_info", item))
        self._trouble("item_info", item=item)
        lent = Standing.ON_LOAN if item in self.loans_of else Standing.AVAILABLE
        return ItemInfo(item, standing=self.standing.get(item, lent))

    def loans(self, card: CardNumber) -> frozenset[ItemId]:
        self.calls.append(("loans", card))
        self._trouble("loans")
        return frozenset(item for item, holder in self.loans_of.items() if holder == card)

    def checkout(
        self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime, *, fee_accepted: bool = False
    ) -> Loan | Refusal:
        self.calls.append(("checkout", txn, card, item, at))
        return self._trouble("checkout", lambda: self.loans_of.update({item: card}), item) or Loan(item)

    def checkin(self, txn: TxnId, item: ItemId, at: datetime) -> Returned | Refusal:
        self.calls.append(("checkin", txn, item, at))
        return self._trouble("checkin", lambda: self.loans_of.pop(item, None) and None, item) or Returned(item)

    def renew(self, txn: TxnId, card: CardNumber, item: ItemId, at: datetime) -> Loan | Refusal:
        raise AssertionError("renewals are never replayed")

    def identify(self, card: CardNumber, pin: Secret | None) -> Patron | Refusal:
        raise AssertionError("nobody stands there")

    def account(self, card: CardNumber) -> Account | Refusal:
        raise AssertionError("nobody stands there")

    def end_session(self, card: CardNumber) -> None:
        raise AssertionError("nobody stands there")

    def health(self) -> Health:
        return READY

    def probe(self) -> Health:
        self.calls.append(("probe",))
        return READY if self.alive else Health(State.ABSENT, "the library system does not answer")

    def close(self) -> None: ...


@dataclass
class Desk:
    """A journal, an outbox on it, and short words for what a reader does while the library system is away."""

    folder: Path
    clock: StillClock = field(default_factory=StillClock)
    abis: FakeAbis = field(default_factory=FakeAbis)
    counts: list[tuple[int, int]] = field(default_factory=list)
    boot_id: str = "boot-1"
    window: timedelta = WINDOW

    def __post_init__(self) -> None:
        self.open()

    def open(self, step: Callable[[str], None] = lambda _: None) -> None:
        self.boot = FakeBoot(self.clock, self.boot_id)
        self.journal = StationJournal(self.folder / "journal.db", self.clock, boot=self.boot, ballast=0)
        self.journal.start()
        self.outbox = Outbox(
            self.journal, self.abis, self.clock, self._count, backoff=Backoff(chance=lambda: 0.5), step=step,
            window=lambda: self.window,
        )  # fmt: skip

    def reopen(self, step: Callable[[str], None] = lambda _: None) -> None:
        self.journal.close()
        self.open(step)

    def _count(self, waiting: int, review: int) -> None:
        self.counts.append((waiting, review))

    def lends(self, item: str, card: str = "anna", *, unknown: bool = False) -> None:
        self._promise(Kind.LENT_OFFLINE, item, card, unknown)

    def returns(self, item: str, card: str | None = None, *, unknown: bool = False) -> None:
        self._promise(Kind.RETURNED_OFFLINE, item, card, unknown)

    def _promise(self, kind: Kind, item: str, card: str | None, unknown: bool) -> None:
        number = len(self.journal.rows()) + 1
        holder = CardNumber(card) if card else None
        data = {"unknown": True} if unknown else {}
        self.journal.write([Entry(kind, SESSION, TxnId(f"txn-{number}"), holder, ItemId(item), data=data)])

    def hears_by_the_way(self, kind: Kind, item: str, card: str | None = None) -> None:
        """Something the library system itself has agreed to, while older rows still wait."""
        self.journal.write(
            [Entry(kind, SESSION, TxnId("by the way"), CardNumber(card) if card else None, ItemId(item))]
        )

    def waits(self) -> dict[str, str]:
        """Rows that wait for a person: item and number -> reason."""
        return {f"{row.item} {row.seq}": row.reason for row in self.journal.deliveries() if row.state == "review"}

    def states(self) -> dict[str, str]:
        """Open rows: item -> state."""
        return {row.item: str(row.state) for row in self.journal.deliveries()}

    def told(self) -> list[tuple[str, str]]:
        """Kind and reason of what the outbox wrote into the journal."""
        return [(row.kind, str(row.data["reason"])) for row in self.journal.rows() if row.kind.startswith("replay_")]

    def later(self, by: timedelta) -> None:
        self.clock.passes(by)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with memory_folder() as folder:
        made = Desk(Path(folder))
        yield made
        made.outbox.stop()
        made.journal.close()
