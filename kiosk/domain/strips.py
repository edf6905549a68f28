"""Magnetic strips in books (EM): what a reader does with them at a unit that works by hand.

A strip is opened ("desensitised") so that its book passes the gate, and closed again when it comes home. The unit has
no wire: a book is drawn over it. The same magnet erases tapes and diskettes.
"""

from dataclasses import dataclass
from enum import Enum, auto

from kiosk.domain.ids import ItemId, TxnId
from kiosk.domain.items import ItemInfo, Loan, Media, Returned


class EmUnit(Enum):
    """What stands beside the screen. `BY_HAND` opens strips only: staff close those of the books that come back."""

    NONE = auto()
    BY_HAND = auto()
    BY_HAND_BOTH_WAYS = auto()

    @property
    def opens(self) -> bool:
        return self is not EmUnit.NONE

    @property
    def closes(self) -> bool:
        return self is EmUnit.BY_HAND_BOTH_WAYS


class Treatment(Enum):
    NOTHING = auto()
    SLIDE = auto()
    KEEP_AWAY = auto()
    """It must not come near the unit, and its reader is told so."""


ERASED = frozenset({
    Media.DISKETTE, Media.AUDIO_TAPE, Media.VIDEO_TAPE, Media.BOOK_WITH_DISKETTE, Media.BOOK_WITH_AUDIO_TAPE,
})  # fmt: skip
"""Media that a magnet erases, in whole or in part."""


@dataclass(frozen=True, slots=True)
class Unslid:
    """A loan of an earlier visit of which nobody said that its strip was opened."""

    item: ItemId
    txn: TxnId
    title: str = ""
    author: str = ""


def at_loan(unit: EmUnit, info: ItemInfo | None, loan: Loan | None) -> Treatment:
    """What is done with what was lent by its barcode. `loan` None: recorded here, the ABIS has said nothing of it.

    Only a plain "no" leaves a strip as it is: an ABIS that does not know of strips says "unknown" or nothing, and the
    gate rings for a book that was not drawn over the unit.
    """
    magnetic, wanted = (loan.magnetic, loan.desensitize) if loan else (None, None)
    return _treatment(info, magnetic, wanted) if unit.opens else Treatment.NOTHING


def at_return(unit: EmUnit, info: ItemInfo | None, returned: Returned | None) -> Treatment:
    """What is done with what was returned by its barcode; `returned` None: recorded here."""
    magnetic, wanted = (returned.magnetic, returned.resensitize) if returned else (None, None)
    return _treatment(info, magnetic, wanted) if unit.closes else Treatment.NOTHING


def _treatment(info: ItemInfo | None, magnetic: bool | None, wanted: bool | None) -> Treatment:
    if magnetic or (info is not None and info.media in ERASED):
        return Treatment.KEEP_AWAY
    return Treatment.NOTHING if wanted is False else Treatment.SLIDE


class Strip(Enum):
    """How far one book's strip has come in a visit."""

    LEFT_ALONE = auto()
    TO_OPEN = auto()
    OPENED = auto()
    TO_CLOSE = auto()
    CLOSED = auto()
    KEEP_AWAY = auto()
    """Its reader is being told that it must not come near the unit."""
    STUCK_OPEN = auto()
    """It could not be closed; its reader is being told what to do instead."""
    STUCK_CLOSED = auto()
    """It could not be opened, likewise."""


ASKING = frozenset({Strip.TO_OPEN, Strip.TO_CLOSE, Strip.KEEP_AWAY, Strip.STUCK_OPEN, Strip.STUCK_CLOSED})
"""Something is to be done or read, one book at a time."""
