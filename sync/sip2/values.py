"""The numbered words of SIP2 2.00: what codes, digits and positions in a message stand for.

Source: 3M Standard Interchange Protocol 2.00 (document revision 2.10). A peer may send a number that is not listed
here; `known` then answers None, and the number itself stays in the message.
"""

from collections.abc import Collection
from enum import Enum, IntEnum, StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=Enum)
Position = TypeVar("Position", bound=IntEnum)


class Encoding(StrEnum):
    """Character sets met on SIP2 lines. In each of them a byte below 0x80 is ASCII: `|` and CR are only themselves."""

    UTF_8 = "utf-8"
    CP1251 = "cp1251"
    CP866 = "cp866"
    CP850 = "cp850"
    LATIN_1 = "latin-1"


class CirculationStatus(StrEnum):
    OTHER = "01"
    ON_ORDER = "02"
    AVAILABLE = "03"
    CHARGED = "04"
    CHARGED_NOT_RECALLABLE = "05"
    IN_PROCESS = "06"
    RECALLED = "07"
    ON_HOLD_SHELF = "08"
    TO_BE_RESHELVED = "09"
    IN_TRANSIT = "10"
    CLAIMED_RETURNED = "11"
    LOST = "12"
    MISSING = "13"


class SecurityMarker(StrEnum):
    OTHER = "00"
    NONE = "01"
    TATTLE_TAPE = "02"
    WHISPER_TAPE = "03"


class MediaType(StrEnum):
    OTHER = "000"
    BOOK = "001"
    MAGAZINE = "002"
    BOUND_JOURNAL = "003"
    AUDIO_TAPE = "004"
    VIDEO_TAPE = "005"
    CD = "006"
    DISKETTE = "007"
    BOOK_WITH_DISKETTE = "008"
    BOOK_WITH_CD = "009"
    BOOK_WITH_AUDIO_TAPE = "010"


class FeeType(StrEnum):
    OTHER = "01"
    ADMINISTRATIVE = "02"
    DAMAGE = "03"
    OVERDUE = "04"
    PROCESSING = "05"
    RENTAL = "06"
    REPLACEMENT = "07"
    COMPUTER_ACCESS = "08"
    HOLD = "09"


class PaymentType(StrEnum):
    CASH = "00"
    VISA = "01"
    CREDIT_CARD = "02"


class HoldMode(StrEnum):
    ADD = "+"
    DELETE = "-"
    CHANGE = "*"


class StatusCode(StrEnum):
    """How the self-check station is, in message 99."""

    OK = "0"
    OUT_OF_PAPER = "1"
    SHUTTING_DOWN = "2"


class AlertType(StrEnum):
    """Field CV: why a returned item needs a hand. Not in the standard; what the field's servers agree on."""

    HOLD_HERE = "01"
    HOLD_ELSEWHERE = "02"
    INTERLIBRARY_LOAN = "03"
    SEND_TO_BRANCH = "04"
    OTHER = "99"


class Language(StrEnum):
    UNKNOWN = "000"
    ENGLISH = "001"
    FRENCH = "002"
    GERMAN = "003"
    ITALIAN = "004"
    DUTCH = "005"
    SWEDISH = "006"
    FINNISH = "007"
    SPANISH = "008"
    DANISH = "009"
    PORTUGUESE = "010"
    CANADIAN_FRENCH = "011"
    NORWEGIAN = "012"
    HEBREW = "013"
    JAPANESE = "014"
    RUSSIAN = "015"
    ARABIC = "016"
    POLISH = "017"
    GREEK = "018"
    CHINESE = "019"
    KOREAN = "020"
    NORTH_AMERICAN_SPANISH = "021"
    TAMIL = "022"
    MALAY = "023"
    BRITISH_ENGLISH = "024"
    ICELANDIC = "025"
    BELGIAN = "026"
    TAIWANESE = "027"


class PatronStatus(IntEnum):
    """Position in the 14 characters of a patron status; `Y` there means it is so."""

    CHARGE_PRIVILEGES_DENIED = 1
    RENEWAL_PRIVILEGES_DENIED = 2
    RECALL_PRIVILEGES_DENIED = 3
    HOLD_PRIVILEGES_DENIED = 4
    CARD_REPORTED_LOST = 5
    TOO_MANY_ITEMS_CHARGED = 6
    TOO_MANY_ITEMS_OVERDUE = 7
    TOO_MANY_RENEWALS = 8
    TOO_MANY_CLAIMS_OF_ITEMS_RETURNED = 9
    TOO_MANY_ITEMS_LOST = 10
    EXCESSIVE_OUTSTANDING_FINES = 11
    EXCESSIVE_OUTSTANDING_FEES = 12
    RECALL_OVERDUE = 13
    TOO_MANY_ITEMS_BILLED = 14


class Summary(IntEnum):
    """Position in the 10 characters of a summary (message 63). A server looks at the first `Y` only."""

    HOLD_ITEMS = 1
    OVERDUE_ITEMS = 2
    CHARGED_ITEMS = 3
    FINE_ITEMS = 4
    RECALL_ITEMS = 5
    UNAVAILABLE_HOLDS = 6


class Supported(IntEnum):
    """Position in the 16 characters of field BX: which requests a server says it answers."""

    PATRON_STATUS = 1
    CHECKOUT = 2
    CHECKIN = 3
    BLOCK_PATRON = 4
    SC_ACS_STATUS = 5
    REQUEST_RESEND = 6
    LOGIN = 7
    PATRON_INFORMATION = 8
    END_PATRON_SESSION = 9
    FEE_PAID = 10
    ITEM_INFORMATION = 11
    ITEM_STATUS_UPDATE = 12
    PATRON_ENABLE = 13
    HOLD = 14
    RENEW = 15
    RENEW_ALL = 16


SUMMARY_FIELDS = {
    Summary.HOLD_ITEMS: "AS",
    Summary.OVERDUE_ITEMS: "AT",
    Summary.CHARGED_ITEMS: "AU",
    Summary.FINE_ITEMS: "AV",
    Summary.RECALL_ITEMS: "BU",
    Summary.UNAVAILABLE_HOLDS: "CD",
}
"""The field that repeats for each item of a summary, in message 64."""


def known(kind: type[Choice], text: str | None) -> Choice | None:
    """The member of `kind` that `text` is the code of; None for a code the standard does not have.

    >>> known(CirculationStatus, "04")
    <CirculationStatus.CHARGED: '04'>
    """
    try:
        return kind(text)
    except ValueError:
        return None


def marked(kind: type[Position], text: str | None) -> frozenset[Position]:
    """The positions of `kind` that hold `Y` in `text`. A text too short marks nothing beyond its end.

    >>> marked(Summary, "  Y       ")
    frozenset({<Summary.CHARGED_ITEMS: 3>})
    """
    return frozenset(position for position in kind if (text or "")[position - 1 : position] == "Y")


def marks(members: Collection[IntEnum], width: int, blank: str = " ") -> str:
    """`width` characters, `Y` at the positions of `members`: a patron status (14), a summary (10), BX (16, blank `N`).

    >>> marks([Summary.CHARGED_ITEMS], 10)
    '  Y       '
    """
    return "".join("Y" if position in members else blank for position in range(1, width + 1))
