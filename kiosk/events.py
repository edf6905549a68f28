"""What happens: everything a flow may hear, in the past tense.

Answers carry the session they were asked in; an answer for an ended session is never shown. Events that leave a
durable trace (answers of the ABIS, security bits written) passed the journal before they came here.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from kiosk.domain.buttons import Button as Button
from kiosk.domain.buttons import Choice as Choice
from kiosk.domain.buttons import Task as Task
from kiosk.domain.health import Health, Part
from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Security, TagFacts
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.receipts import Unprinted, Way
from kiosk.domain.refusal import Refusal
from kiosk.domain.rules import Hours, Look, Rules
from kiosk.domain.staff import AbisTried as AbisTried
from kiosk.domain.staff import ActChosen as ActChosen
from kiosk.domain.staff import PrinterTried as PrinterTried
from kiosk.domain.staff import ServiceFound as ServiceFound
from kiosk.domain.staff import StaffAdmitted as StaffAdmitted
from kiosk.domain.staff import StaffCardShown as StaffCardShown
from kiosk.domain.staff import StaffRefused as StaffRefused
from kiosk.domain.staff import TrialCardShown as TrialCardShown
from kiosk.domain.strips import Unslid
from kiosk.domain.timers import Timer as Timer

# --- devices ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TagSeen:
    """A tag lies on the pad, and is no stray; its content follows. `found`: it lay there when the pad came to life."""

    uid: TagUid
    found: bool = False


@dataclass(frozen=True, slots=True)
class TagRead:
    """The content of a tag on the pad."""

    facts: TagFacts


@dataclass(frozen=True, slots=True)
class TagUnreadable:
    """A tag lies on the pad whose content is blank, foreign or broken."""

    uid: TagUid


@dataclass(frozen=True, slots=True)
class TagLost:
    uid: TagUid


@dataclass(frozen=True, slots=True)
class SecuritySet:
    """The bit was written and read back."""

    uid: TagUid
    security: Security


@dataclass(frozen=True, slots=True)
class SecurityNotSet:
    """The bit could not be written or did not read back; the tag may have left the pad."""

    uid: TagUid
    security: Security


@dataclass(frozen=True, slots=True)
class BarcodeScanned:
    text: str


@dataclass(frozen=True, slots=True)
class CardRead:
    """A reader's card was held to a card reader or laid on the pad."""

    card: CardNumber


@dataclass(frozen=True, slots=True)
class PartChanged:
    """Something the station leans on came alive, died, or became doubtful."""

    part: Part
    health: Health


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """It is on paper; or the post has taken it."""

    session: SessionId
    way: Way = Way.PAPER


@dataclass(frozen=True, slots=True)
class ReceiptFailed:
    session: SessionId
    way: Way = Way.PAPER


# --- journal ---------------------------------------------------------------------------------------------------------


class Intent(Enum):
    """What a durable record was asked for."""

    CHECKOUT = auto()
    OFFLINE_CHECKOUT = auto()
    CHECKIN = auto()
    OFFLINE_CHECKIN = auto()
    RENEW = auto()
    NOT_TAKEN = auto()
    """The ABIS may have lent what the reader was told stays: if it did, it is to be returned there."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record is on disk."""

    session: SessionId
    intent: Intent
    item: ItemId
    txn: TxnId


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """The record could not be made durable: nothing may happen that leans on it."""

    session: SessionId
    intent: Intent
    item: ItemId


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """`waiting` rows are not yet confirmed by the ABIS, `review` of them need a person."""

    waiting: int
    review: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a record made here: `stands` if the ABIS has that loan (`lent`) or return now, else staff look."""

    item: ItemId
    lent: bool
    stands: bool


# --- ABIS ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PatronIdentified:
    """`unprinted`: receipts this reader was never given, the oldest first; `unslid`: of today's loans, those whose
    strip may be closed."""

    session: SessionId
    patron: Patron
    unprinted: tuple[Unprinted, ...] = ()
    unslid: tuple[Unslid, ...] = ()


@dataclass(frozen=True, slots=True)
class PatronRefused:
    """`attempts_left` after a wrong PIN; the app counts them per card."""

    session: SessionId
    refusal: Refusal
    attempts_left: int | None = None


@dataclass(frozen=True, slots=True)
class PatronUnanswered:
    """The ABIS did not answer; `known` is what this site has of the reader, if anything. `recorded`: loans made here
    without the ABIS, in this visit or an earlier one, that it has not confirmed yet."""

    session: SessionId
    card: CardNumber
    known: Patron | None = None
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class AccountRead:
    session: SessionId
    account: Account


@dataclass(frozen=True, slots=True)
class AccountUnanswered:
    session: SessionId


@dataclass(frozen=True, slots=True)
class ItemDescribed:
    """What the ABIS knows of an item; `info` None: it did not answer."""

    item: ItemId
    info: ItemInfo | None


@dataclass(frozen=True, slots=True)
class CheckoutApproved:
    session: SessionId
    loan: Loan


@dataclass(frozen=True, slots=True)
class CheckoutRefused:
    session: SessionId
    item: ItemId
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class CheckoutUnanswered:
    """`sent` False: surely not done. True: maybe done, asking about it brought nothing within the deadline."""

    session: SessionId
    item: ItemId
    sent: bool


@dataclass(frozen=True, slots=True)
class CheckinAccepted:
    session: SessionId
    returned: Returned


@dataclass(frozen=True, slots=True)
class CheckinRefused:
    session: SessionId
    item: ItemId
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class CheckinUnanswered:
    session: SessionId
    item: ItemId
    sent: bool


@dataclass(frozen=True, slots=True)
class RenewApproved:
    session: SessionId
    loan: Loan


@dataclass(frozen=True, slots=True)
class RenewRefused:
    session: SessionId
    item: ItemId
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class RenewUnanswered:
    session: SessionId
    item: ItemId
    sent: bool


# --- the reader's finger ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Touched:
    """Any touch: somebody is there."""


@dataclass(frozen=True, slots=True)
class Pressed:
    button: Button


@dataclass(frozen=True, slots=True)
class TaskChosen:
    task: Task


@dataclass(frozen=True, slots=True)
class NumberTyped:
    """A card number typed on the screen."""

    text: str


@dataclass(frozen=True, slots=True)
class PinEntered:
    pin: Secret


@dataclass(frozen=True, slots=True)
class RowOpened:
    """A row was touched to see why, or to answer its question."""

    item: ItemId


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer on the card of one row."""

    item: ItemId
    choice: Choice


@dataclass(frozen=True, slots=True)
class RenewPressed:
    item: ItemId


@dataclass(frozen=True, slots=True)
class CountTold:
    """How many books the reader says there are."""

    number: int


@dataclass(frozen=True, slots=True)
class LookChosen:
    look: Look


# --- staff -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pretended:
    """In a visit that never counts: what would be answered to it, by nobody."""

    session: SessionId
    answer: "Event"


# --- time and station ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimedOut:
    timer: Timer


@dataclass(frozen=True, slots=True)
class SessionMinted:
    """The identifier the next session will have."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    rules: Rules


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """Midnight, or another part of the opening plan."""

    hours: Hours


@dataclass(frozen=True, slots=True)
class Recovered:
    """After a start: items whose loan (or return) stands although their tag may not say so yet. `unconfirmed`: those of
    them that were recorded here and of which the ABIS need not know yet."""

    lent: frozenset[ItemId]
    returned: frozenset[ItemId] = frozenset()
    unconfirmed: frozenset[ItemId] = frozenset()


Event: TypeAlias = (
    TagSeen | TagRead | TagUnreadable | TagLost | SecuritySet | SecurityNotSet | BarcodeScanned | CardRead
    | PartChanged | ReceiptPrinted | ReceiptFailed | Recorded | NotRecorded | QueueChanged | Replayed
    | PatronIdentified | PatronRefused | PatronUnanswered | AccountRead | AccountUnanswered | ItemDescribed
    | CheckoutApproved | CheckoutRefused | CheckoutUnanswered
    | CheckinAccepted | CheckinRefused | CheckinUnanswered
    | RenewApproved | RenewRefused | RenewUnanswered
    | Touched | Pressed | TaskChosen | NumberTyped | PinEntered | RowOpened | Chosen | RenewPressed | CountTold
    | LookChosen | TimedOut | SessionMinted | PolicyChanged | HoursChanged | Recovered
    | StaffCardShown | TrialCardShown | StaffAdmitted | StaffRefused | ActChosen | PrinterTried | AbisTried
    | ServiceFound | Pretended
)  # fmt: skip
