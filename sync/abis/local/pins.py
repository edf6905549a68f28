"""PINs at rest: salted scrypt, never the digits.

Four digits fall to any thief of the file all the same: guard the file. What guards a card at the screen is the count of
wrong tries (`Settings.pin_attempts`).
"""

import re

from sync import scrypt

COST = 12
"""Binary logarithm of scrypt's N: 4 MB and 10 ms a try, so that a list of 20,000 readers is imported in minutes."""
DIGITS = re.compile(r"[0-9]{4,8}")


def hashed(pin: str, cost: int = COST) -> str:
    """Return `scrypt$cost$salt$hash` (hex) of a PIN of 4 to 8 digits."""
    if not DIGITS.fullmatch(pin):
        raise ValueError("a PIN has 4 to 8 digits")
    return scrypt.hashed(pin, cost)


def matches(pin: str, kept: str | None) -> bool:
    """Whether `pin` is the one that was hashed. No PIN kept: nothing matches."""
    return kept is not None and scrypt.matches(pin, kept)
