"""Trouble on purpose, for tests and benchmarks: slow answers, lost answers, closed lines, garbage.

A hook decides from the message and its number alone: the first checkout of a server is `("11", 1)`. Nothing of this
happens unless a hook is given to `serve`.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeAlias

from sync.sip2.codec import Message


class Trouble(Enum):
    LOST_REQUEST = auto()
    """Not carried out, not answered; the line stays open."""
    LOST_ANSWER = auto()
    """Carried out, not answered; the line stays open."""
    CLOSED_BEFORE = auto()
    """The line is closed, nothing was carried out."""
    CLOSED_AFTER = auto()
    """Carried out, and the line is closed without an answer."""
    CUT_ANSWER = auto()
    """Carried out, half the answer, and the line is closed."""
    GARBAGE = auto()
    """Carried out, and something else is answered."""
    BAD_CHECKSUM = auto()
    """Carried out, and the answer arrives with its last character changed."""
    TWICE = auto()
    """Carried out once, answered twice."""
    IN_PIECES = auto()
    """Carried out, and the answer arrives byte by byte."""


GARBAGE = b"\x00\xff98|AZ\xfe garbage\r"

Mischief: TypeAlias = Callable[[Message, int], Trouble | None]
"""What happens to the n-th message of this code, counted from 1 over all connections. None: what should."""

Latency: TypeAlias = Callable[[Message], float]
"""Seconds from a message's arrival until it is carried out."""


def nth(code: str, trouble: Trouble, *numbers: int) -> Mischief:
    """Trouble for these messages of one code, the first by default."""
    wanted = numbers or (1,)

    def decide(message: Message, number: int) -> Trouble | None:
        return trouble if message.code == code and number in wanted else None

    return decide


def always(code: str, trouble: Trouble) -> Mischief:
    def decide(message: Message, _number: int) -> Trouble | None:
        return trouble if message.code == code else None

    return decide
