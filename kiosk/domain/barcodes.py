"""What a scanned text is: a reader's card, an item, or nothing we know."""

import re
from enum import Enum, auto

from kiosk.domain.rules import Rules

LONGEST = 128
"""Characters: a library's barcodes have up to 64, and the cost of matching a pattern grows with the text."""


class Scanned(Enum):
    CARD = auto()
    ITEM = auto()
    UNKNOWN = auto()


def classify(text: str, rules: Rules) -> Scanned:
    """Tell a card from an item by the library's own patterns; a text that matches both is a card.

    The patterns are those that `config.patterns` let pass: no text takes long.
    """
    if len(text) > LONGEST:
        return Scanned.UNKNOWN
    if re.fullmatch(rules.card_pattern, text):
        return Scanned.CARD
    if re.fullmatch(rules.item_pattern, text):
        return Scanned.ITEM
    return Scanned.UNKNOWN


def check_digit(digits: str) -> int:
    """Return the mod-10 (Luhn) check digit of 13 digits of a 14-digit library Codabar.

    >>> check_digit("3023400051786")
    1
    """
    total = 0
    for place, digit in enumerate(int(character) for character in digits):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10
