"""The hands: every effect finds whoever carries it out."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.app.enquiries import Enquiries
from kiosk.app.scribe import Scribe
from kiosk.domain.ids import SessionId, TagUid
from kiosk.domain.records import Kind
from kiosk.domain.rules import Rules
from kiosk.effects import (
    AskAccount,
    DescribeItem,
    Effect,
    EndSession,
    Identify,
    Note,
    OpenSession,
    PrintReceipt,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    SetSecurity,
)
from kiosk.events import (
    Event,
    ReceiptFailed,
    ReceiptPrinted,
    SecurityNotSet,
    SecuritySet,
    SessionMinted,
    TagLost,
    TagSeen,
)
from kiosk.ports.clock import Clock
from kiosk.ports.devices import Driver, Emit, ReceiptPrinter, TagReader
from kiosk.ports.ui import Ui

log = logging.getLogger(__name__)


class Hands:
    """`perform` is called by the runtime's thread and returns at once; answers are posted by whoever did the work."""

    def __init__(
        self,
        scribe: Scribe,
        enquiries: Enquiries,
        drivers: Sequence[Driver],
        ui: Ui,
        clock: Clock,
        zone: ZoneInfo,
        rules: Callable[[], Rules],
        new_session: Callable[[], SessionId],
        post: Callable[[Event], None],
    ) -> None:
        self._scribe, self._enquiries, self._ui = scribe, enquiries, ui
        self._seen_by: dict[TagUid, TagReader] = {}
        self._printers = [driver for driver in drivers if isinstance(driver, ReceiptPrinter)]
        self._clock, self._zone, self._rules = clock, zone, rules
        self._new_session, self._post = new_session, post

    def perform(self, effect: Effect) -> None:
        match effect:
            case Record():
                self._scribe.record(effect)
            case Identify() | AskAccount() | DescribeItem() | RequestCheckout() | RequestCheckin() | RequestRenew():
                self._enquiries.ask(effect)
            case SetSecurity():
                self._set_security(effect)
            case PrintReceipt():
                self._print(effect)
            case OpenSession():
                self._scribe.open(effect)
            case EndSession():
                self._end(effect)
            case Note():
                self._scribe.note(effect)
            case _:
                log.error("nobody carries out %s", type(effect).__name__)

    def ear(self, driver: Driver) -> Emit:
        """Return what this driver reports to: what a device has changed is journaled before the flow hears it."""

        def heard(event: Event) -> None:
            match event:
                case SecuritySet() | SecurityNotSet():
                    self._scribe.confirm(event)
                    return
                case TagSeen(uid) if isinstance(driver, TagReader):
                    self._seen_by[uid] = driver
                case TagLost(uid):
                    self._seen_by.pop(uid, None)
            self._post(event)

        return heard

    def _set_security(self, effect: SetSecurity) -> None:
        reader = self._seen_by.get(effect.uid)
        if reader is None:
            self._post(SecurityNotSet(effect.uid, effect.security))
            return
        self._scribe.about_to_write(effect)
        reader.set_security(effect.uid, effect.security)

    def _print(self, effect: PrintReceipt) -> None:
        session = effect.session

        def done(printed: bool) -> None:
            self._scribe.note(Note(Kind.RECEIPT_PRINTED if printed else Kind.RECEIPT_FAILED, session))
            self._post(ReceiptPrinted(session) if printed else ReceiptFailed(session))

        if not self._printers:
            done(False)
            return
        self._printers[0].print_receipt(effect.receipt, self._rules().library, self._local_now(), done)

    def _end(self, effect: EndSession) -> None:
        self._scribe.end(effect)
        if effect.card is not None:
            self._enquiries.goodbye(effect.card)
        self._ui.forget()
        self._post(SessionMinted(self._new_session()))

    def _local_now(self) -> datetime:
        return self._clock.now().astimezone(self._zone)
