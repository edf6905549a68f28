"""Secrets of people at rest: `scrypt$cost$salt$hash` (hex), salted, never the words themselves.

`cost` is the binary logarithm of scrypt's N: 12 takes 4 MB and 10 ms a try, 15 takes 32 MB and a tenth of a second.
"""

import hashlib
import hmac
import os

MOST_COST = 15
"""A file cannot make a try take longer than this."""
MEMORY = 128 << 20


def hashed(secret: str, cost: int) -> str:
    salt = os.urandom(16)
    return f"scrypt${cost}${salt.hex()}${_scrypt(secret, salt, cost).hex()}"


def matches(secret: str, kept: str) -> bool:
    """Whether `secret` is what was hashed; what is no hash matches nothing."""
    try:
        _, cost, salt, expected = kept.split("$")
        found = _scrypt(secret, bytes.fromhex(salt), min(int(cost), MOST_COST))
    except ValueError:
        return False
    return hmac.compare_digest(found.hex(), expected)


def nobody(cost: int) -> str:
    """What nothing matches: compared with where there is nobody, so that an answer takes as long."""
    return f"scrypt${cost}${'00' * 16}${'00' * 32}"


def _scrypt(secret: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=1 << cost, r=8, p=1, maxmem=MEMORY, dklen=32)
