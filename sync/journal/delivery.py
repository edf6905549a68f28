"""Delivery state: what the ABIS must still be told, and how far that is.

    pending -> sending (durable before the send) -> done | unknown | review
    unknown -> sending | done | review               unknown: the ABIS may have done it: asked first
    a row found `sending` at start was cut off in the act and counts as unknown

    review -> pending | done                         a person let it go, or settled it without us

`pending` was surely never carried out; `review` waits for a person; `done` is settled. A `pending` row with `sent` was
let go by a person at that moment.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.records import Kind
from sync.journal.stamps import Stamp


class State(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    UNKNOWN = "unknown"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Sent:
    """When a row was last on its way, or let go, in the machine's running time: a span within one boot, no date."""

    boot_id: str
    boottime_ns: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One open row of the outbox. `kind` is LENT_OFFLINE or RETURNED_OFFLINE; `at` is when the reader did it.

    `stamp` holds that moment in every time the machine had. `card` is whose loan it is, as the reader said; `lane` is
    the person it is kept in order with: the reader, or for a return without a card the one this station last lent the
    item to.
    """

    seq: int
    txn: TxnId
    kind: Kind
    state: State
    item: ItemId
    at: datetime
    card: CardNumber | None = None
    lane: str | None = None
    tries: int = 0
    reason: str = ""
    sent: Sent | None = None
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A delivery's next state, written together with the journal rows that tell of it."""

    seq: int
    state: State
    tries: int = 0
    reason: str = ""
    sent: Sent | None = None
