"""Devices. A driver owns a wire and a thread; what it offers are facets of it.

Drivers report through the `Emit` they are started with, from their own thread, as events of `kiosk.events`:
TagSeen, TagRead, TagUnreadable, TagLost, SecuritySet, SecurityNotSet, BarcodeScanned, CardRead, PartChanged.
What a tag reader's first look finds is told as `TagSeen(found=True)`, before its part is ready: nobody laid it there.
Verbs move to a state and never toggle; they return at once and the outcome is an event.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable

from kiosk.domain.health import Health, Part
from kiosk.domain.ids import TagUid
from kiosk.domain.items import Security
from kiosk.domain.receipts import Receipt, Template
from kiosk.events import Event

Emit: TypeAlias = Callable[[Event], None]


class Driver(Protocol):
    """Life of every driver. `start` returns at once and never raises for an absent device: health tells."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """What dies with this driver."""
        ...

    def start(self, emit: Emit) -> None: ...

    def stop(self) -> None:
        """Stop the thread and close the wire, within two seconds."""
        ...

    def health(self) -> Health: ...


@runtime_checkable
class TagReader(Protocol):
    def set_security(self, uid: TagUid, security: Security) -> None:
        """Write the bit, read it back, report `SecuritySet` or `SecurityNotSet`. Harmless when it is so already."""
        ...


@runtime_checkable
class ReceiptPrinter(Protocol):
    def print_receipt(self, receipt: Receipt, template: Template, at: datetime, done: Callable[[bool], None]) -> None:
        """Print in the driver's thread; `done(True)` once the printer took it all, `done(False)` otherwise.

        `at` is in the site's time zone. A silent printer is not a printed receipt.
        """
        ...
