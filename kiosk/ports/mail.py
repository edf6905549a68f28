"""The post: takes receipts for readers with an address, and sends them whenever it can."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.mail import Address
from kiosk.domain.receipts import Receipt, Template


@dataclass(frozen=True, slots=True)
class Letter:
    """A receipt on its way to its reader. `at`: local time of the visit, aware."""

    session: SessionId
    card: CardNumber = field(repr=False)
    to: Address
    receipt: Receipt
    template: Template
    at: datetime


class Mailer(Protocol):
    def take(self, letter: Letter, done: Callable[[bool], None]) -> None:
        """Return at once; `done(True)` from a thread of its own once the letter is durable and the journal knows of it:
        it will go out, after a power cut as well. `done(False)`: it never will."""
        ...
