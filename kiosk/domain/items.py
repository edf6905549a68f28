"""Items: the copies that lie on the pad, stand on the shelf and are lent."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from kiosk.domain.ids import CardNumber, ItemId, TagUid


class Security(Enum):
    """State of a tag's security bit. An armed book rings at the gate."""

    ARMED = auto()
    DISARMED = auto()


class Usage(Enum):
    """What a tag says it is stuck on."""

    CIRCULATION = auto()
    NOT_FOR_LOAN = auto()
    PATRON_CARD = auto()
    OTHER = auto()


class Media(Enum):
    """What an item is made of, as far as it names a part of it."""

    OTHER = auto()
    CD = auto()
    DISKETTE = auto()
    AUDIO_TAPE = auto()
    VIDEO_TAPE = auto()
    BOOK_WITH_CD = auto()
    BOOK_WITH_DISKETTE = auto()
    BOOK_WITH_AUDIO_TAPE = auto()


@dataclass(frozen=True, slots=True)
class TagFacts:
    """What was read from one tag: item number, use, owner (ISIL or None), security bit (None: unread).

    `part` of so many `parts`, each with a tag of its own, counted from 1.
    """

    uid: TagUid
    item: ItemId
    usage: Usage = Usage.CIRCULATION
    owner: str | None = None
    security: Security | None = None
    parts: int = 1
    part: int = 1


class Standing(Enum):
    """Where an item stands in circulation, as far as a desk must know."""

    AVAILABLE = auto()
    ON_LOAN = auto()
    ON_HOLD_SHELF = auto()
    IN_TRANSIT = auto()
    REFERENCE_ONLY = auto()
    LOST = auto()
    OTHER = auto()
    UNKNOWN = auto()
    """The ABIS has no such item."""


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """What the ABIS says of an item before anything is asked of it. `due` only while it is on loan."""

    item: ItemId
    title: str = ""
    author: str = ""
    standing: Standing = Standing.AVAILABLE
    age_mark: int | None = None
    """Youngest age it may be lent to, in years: 18 for 18+, 0 for everybody (no mark is 0). None: nobody told."""
    due: date | None = None
    fee_minor: int | None = None
    media: Media = Media.OTHER
    remembered: bool = False
    """Not said by the ABIS now: title and mark are from an earlier day, `standing` is a guess."""


@dataclass(frozen=True, slots=True)
class Loan:
    """An item on a patron's loan. `due` is a day in the site's time zone, None where the ABIS did not say; not
    `due_certain`: it was worked out by the clock of this machine, which was not believed.

    `age_mark` as in `ItemInfo`.
    """

    item: ItemId
    title: str = ""
    author: str = ""
    due: date | None = None
    renewable: bool = True
    renewals_left: int | None = None
    age_mark: int | None = None
    why_not: str = ""
    """Why it cannot be renewed, a `Reason` name in lower case, or empty."""
    due_certain: bool = True
    magnetic: bool | None = None
    """A magnet erases it (SIP2 magnetic media); `desensitize`: its strip is to be opened. None: nobody told."""
    desensitize: bool | None = None


class Destination(Enum):
    """Where a returned item goes next."""

    SHELF = auto()
    HOLD_SHELF = auto()
    OTHER_BRANCH = auto()
    SORTING = auto()


@dataclass(frozen=True, slots=True)
class Returned:
    """An accepted checkin. `patron` is who had it, where the ABIS says so: for the journal, never for the screen."""

    item: ItemId
    title: str = ""
    author: str = ""
    destination: Destination = Destination.SHELF
    bin: str = ""
    """The ABIS's sorting bin (SIP2 CL), or empty."""
    home: str = ""
    """Its branch or place; `to`: where it is sent; `collection`: what it stands among. Codes of the ABIS."""
    to: str = ""
    collection: str = ""
    was_on_loan: bool = True
    patron: CardNumber | None = None
    magnetic: bool | None = None
    """As in `Loan`; `resensitize`: its strip is to be closed."""
    resensitize: bool | None = None
