"""Names of things. Plain strings with a type, so that a card is never taken for a barcode."""

from dataclasses import dataclass
from typing import NewType

StationId = NewType("StationId", str)
"""Name of a station, as in `station.toml`: `desk-1`."""
SessionId = NewType("SessionId", str)
"""One reader in front of the screen, from the first sign of life to the cleared screen. UUIDv7, minted by the app."""
TxnId = NewType("TxnId", str)
"""One thing asked of the ABIS, kept over every retry. UUIDv7, minted by the app."""
ItemId = NewType("ItemId", str)
"""What identifies a copy in the ABIS: the barcode number or the tag's primary item identifier."""
TagUid = NewType("TagUid", str)
"""A tag's own number: 16 hex digits, upper case, `E0` first (ISO 15693)."""
CardNumber = NewType("CardNumber", str)
"""What is printed on a reader's card. Personal data: never in a log, never on a screen unmasked."""

StaffId = NewType("StaffId", str)
"""A member of staff, as the journal names them: such as a staff number."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A PIN on its way to the ABIS. It never shows itself: not in a log, a trace or a crash report."""

    value: str

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__


def masked(card: CardNumber) -> str:
    """Return what may be shown of a card: its last four characters, or nothing of a short one.

    >>> masked(CardNumber("21234000024172"))
    '•••• 4172'
    """
    return f"•••• {card[-4:]}" if len(card) >= 8 else "••••"
