"""What is asked of the world, in the imperative. The runtime performs them in order; none of them answers by itself."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, StaffId, TagUid, TxnId
from kiosk.domain.items import Security
from kiosk.domain.mail import Address
from kiosk.domain.receipts import Receipt
from kiosk.domain.records import Kind
from kiosk.events import Intent, Pretended, Timer


@dataclass(frozen=True, slots=True)
class Record:
    """Make an intent durable, then answer `Recorded` with its TxnId (or `NotRecorded`).

    `txn` None: a new transaction. An offline record continues the transaction that could not be asked. `due` is what
    the reader was told in an offline loan, not `due_certain` where the clock was not believed; `unknown`: the ABIS may
    have done it already. `strip`: once it is done a magnetic strip is to be drawn over the unit, by its reader.
    """

    session: SessionId
    intent: Intent
    item: ItemId
    card: CardNumber | None = None
    txn: TxnId | None = None
    due: date | None = None
    unknown: bool = False
    due_certain: bool = True
    strip: bool = False


@dataclass(frozen=True, slots=True)
class Identify:
    """Ask the ABIS who this is. `pin` None: the rules ask for none."""

    session: SessionId
    card: CardNumber
    pin: Secret | None


@dataclass(frozen=True, slots=True)
class AskAccount:
    session: SessionId
    card: CardNumber


@dataclass(frozen=True, slots=True)
class DescribeItem:
    item: ItemId


@dataclass(frozen=True, slots=True)
class RequestCheckout:
    """`return_first`: the item is on another reader's loan and is to be returned for them before it is lent.

    `barred_from`: age marks from this one on must not go to this reader. A loan whose answer alone tells such a mark is
    written down so, since it opens no tag, whatever happens next.
    """

    session: SessionId
    txn: TxnId
    card: CardNumber
    item: ItemId
    fee_accepted: bool = False
    return_first: bool = False
    barred_from: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RequestCheckin:
    session: SessionId
    txn: TxnId
    item: ItemId


@dataclass(frozen=True, slots=True)
class RequestRenew:
    session: SessionId
    txn: TxnId
    card: CardNumber
    item: ItemId


@dataclass(frozen=True, slots=True)
class SetSecurity:
    """Bring a tag's bit into this state and read it back: `SecuritySet` or `SecurityNotSet`. Never a toggle.

    `item` and `txn` say for whose sake, so that who changed a bit is remembered.
    """

    uid: TagUid
    security: Security
    item: ItemId
    txn: TxnId | None = None


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """`session`: whose receipt it is, this one or an earlier visit; `at`: when that was, None for now.

    `apart`: of what was returned before this reader came; nothing hangs on it, and nobody waits for an answer.
    """

    session: SessionId
    receipt: Receipt
    at: datetime | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class MailReceipt:
    """As `PrintReceipt`, to the reader's own address: `ReceiptPrinted` once the post has taken it for good."""

    session: SessionId
    card: CardNumber
    to: Address
    receipt: Receipt
    at: datetime | None = None


class Tone(Enum):
    """Sounds by what they mean; how they sound is the screen's business."""

    CARD = auto()
    YOURS = auto()
    STAYS = auto()
    PLEASE = auto()
    GOODBYE = auto()


@dataclass(frozen=True, slots=True)
class Sound:
    tone: Tone


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Start, or start again from the beginning."""

    timer: Timer
    seconds: int


@dataclass(frozen=True, slots=True)
class StopTimer:
    timer: Timer


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Somebody is in front of the screen: journal it."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class EndSession:
    """Journal the end, tell the ABIS where it wants to know, forget everything of this reader, and mint the next id.

    `trial`: a visit that never counted is forgotten, and neither journal nor ABIS hear of it.
    """

    session: SessionId
    card: CardNumber | None
    trial: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Journal something that nothing waits for: a tag that was not written, a helpless reader, what `staff` did."""

    kind: Kind
    session: SessionId | None = None
    item: ItemId | None = None
    tag: TagUid | None = None
    txn: TxnId | None = None
    topic: str = ""
    staff: StaffId | None = None


# --- staff -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckStaff:
    """Do card and PIN belong together? `StaffAdmitted` or `StaffRefused`, which is counted and journaled."""

    card: CardNumber
    pin: Secret


@dataclass(frozen=True, slots=True)
class TryPrinter:
    """Print something that is no receipt: `PrinterTried`."""


@dataclass(frozen=True, slots=True)
class TryAbis:
    """Ask for a sign of life: `AbisTried`."""


@dataclass(frozen=True, slots=True)
class Restart:
    """End the station once what was journaled is on disk; whoever keeps it running starts it again."""


@dataclass(frozen=True, slots=True)
class Pretend:
    """Hand this in as it is: in a visit that never counts nobody else answers."""

    event: Pretended


Effect: TypeAlias = (
    Record | Identify | AskAccount | DescribeItem | RequestCheckout | RequestCheckin | RequestRenew | SetSecurity
    | PrintReceipt | MailReceipt | Sound | StartTimer | StopTimer | OpenSession | EndSession | Note
    | CheckStaff | TryPrinter | TryAbis | Restart | Pretend
)  # fmt: skip
