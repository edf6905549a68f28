"""Why something stays as it is. A refusal is an answer, not a fault: final, explained, with what can be done now."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from kiosk.domain.items import Media
from kiosk.domain.money import Money


class Reason(Enum):
    """Every reason a reader may meet; each has its three texts (what, why, what now) in every language."""

    # the item
    HELD_FOR_OTHER = auto()
    AGE_RESTRICTED = auto()
    BIRTH_DATE_UNKNOWN = auto()
    MARK_UNKNOWN = auto()
    """The ABIS tells no age marks, and the reader is not known to be of age."""
    TOO_YOUNG_TO_RENEW = auto()
    """A marked book on the loan of a reader who is not known to be old enough: it stays until it is due."""
    ON_LOAN_TO_OTHER = auto()
    ALREADY_YOURS = auto()
    FEE = auto()
    OTHER_LIBRARY = auto()
    UNKNOWN_ITEM = auto()
    TAG_UNREADABLE = auto()
    """A tag is felt and says nothing: a disc, a shiny cover, or one tag over another."""
    REFERENCE_ONLY = auto()
    SET_INCOMPLETE = auto()
    SAME_NUMBER = auto()
    """Another tag with this number is in the list: about this one nobody was asked."""
    LEFT_BEFORE = auto()
    ANOTHER_CARD = auto()
    """Laid down after another card than this reader's was shown: whose is it?"""
    NOT_RENEWABLE = auto()
    RENEWED_TOO_OFTEN = auto()
    OVERDUE = auto()
    """Renewal refused because the due date is past."""
    # the patron
    LIMIT_REACHED = auto()
    CARD_EXPIRED = auto()
    CARD_BLOCKED = auto()
    CARD_LOST = auto()
    CARD_UNKNOWN = auto()
    DEBTS = auto()
    WRONG_PIN = auto()
    PIN_LOCKED = auto()
    # us
    NOT_RECORDED = auto()
    """The journal did not take a loan or a renewal."""
    RETURN_NOT_RECORDED = auto()
    """The journal did not take a return: the book is still on its reader's loan."""
    OFFLINE_LIMIT = auto()
    CARD_NOT_SEEN = auto()
    """The ABIS does not answer, and has never confirmed this card here."""
    NEEDS_ABIS = auto()
    """Only the ABIS can do this, and it does not answer."""
    RECEIPT_UNPRINTED = auto()
    """The receipt of an earlier visit never came out: `until` is its day, `limit` how many there are."""
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason with its particulars. `raw` is the ABIS's own text: for staff and journal, never for the screen."""

    reason: Reason
    raw: str = ""
    fee: Money | None = None
    limit: int | None = None
    """The number the reason speaks of: items, years of age, minutes a PIN is locked for, receipts."""
    queue: int | None = None
    """Readers waiting before this one would."""
    until: date | None = None
    """The date the reason speaks of: loan due, card expired on, PIN locked until, receipt of."""
    missing: tuple[int, ...] = ()
    """Which of so many `parts` of the item are not there."""
    parts: int = 1
    media: Media = Media.OTHER
