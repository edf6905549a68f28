"""The hands: every effect finds whoever carries it out."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.app.enquiries import Enquiries
from kiosk.app.scribe import Scribe
from kiosk.app.staff_desk import StaffDesk, slip
from kiosk.domain.ids import TagUid
from kiosk.domain.receipts import Way
from kiosk.domain.records import Kind
from kiosk.domain.rules import Rules
from kiosk.effects import (
    AskAccount,
    CheckStaff,
    DescribeItem,
    Effect,
    EndSession,
    Identify,
    MailReceipt,
    Note,
    OpenSession,
    Pretend,
    PrintReceipt,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    Restart,
    SetSecurity,
    TryAbis,
    TryPrinter,
)
from kiosk.events import (
    Event,
    NotRecorded,
    PrinterTried,
    ReceiptFailed,
    ReceiptPrinted,
    SecurityNotSet,
    SecuritySet,
    StaffRefused,
    TagLost,
    TagRead,
    TagSeen,
)
from kiosk.ports.clock import Clock
from kiosk.ports.devices import Driver, Emit, ReceiptPrinter, TagReader
from kiosk.ports.mail import Letter, Mailer
from kiosk.ports.ui import Ui

log = logging.getLogger(__name__)


class Hands:
    """`perform` is called by the runtime's thread, returns at once and never raises: what could not even be begun is
    answered as not done. Other answers are posted by whoever did the work."""

    def __init__(
        self,
        scribe: Scribe,
        enquiries: Enquiries,
        drivers: Sequence[Driver],
        ui: Ui,
        clock: Clock,
        zone: ZoneInfo,
        rules: Callable[[], Rules],
        post: Callable[[Event], None],
        mailer: Mailer | None = None,
        staff: StaffDesk | None = None,
    ) -> None:
        self._scribe, self._enquiries, self._ui = scribe, enquiries, ui
        self._seen_by: dict[TagUid, tuple[TagReader, ...]] = {}
        """The readers that see a tag, the latest last: two pads of one station may see one book."""
        self._lock = threading.Lock()
        self._printer = next((driver for driver in drivers if isinstance(driver, ReceiptPrinter)), None)
        self._clock, self._zone, self._rules, self._post = clock, zone, rules, post
        self._mailer, self._staff = mailer, staff

    def perform(self, effect: Effect) -> None:
        try:
            self._perform(effect)
        except Exception:
            log.exception("%s could not be begun", type(effect).__name__)
            self._answer_for_broken(effect)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Record():
                self._scribe.record(effect)
            case (
                Identify() | AskAccount() | DescribeItem() | RequestCheckout() | RequestCheckin() | RequestRenew()
                | TryAbis()
            ):  # fmt: skip
                self._enquiries.ask(effect)
            case SetSecurity():
                self._set_security(effect)
            case PrintReceipt():
                self._print(effect)
            case MailReceipt():
                self._mail(effect)
            case OpenSession():
                self._scribe.open(effect)
            case EndSession():
                self._end(effect)
            case Note():
                self._scribe.note(effect)
            case Pretend(event):
                self._post(event)
            case CheckStaff() if self._staff is not None:
                self._staff.check(effect)
            case TryPrinter():
                self._try_printer()
            case Restart() if self._staff is not None:
                self._staff.restart()
            case _:
                log.error("nobody carries out %s", type(effect).__name__)

    def _answer_for_broken(self, effect: Effect) -> None:
        match effect:
            case Record(session, intent, item):
                self._post(NotRecorded(session, intent, item))
            case SetSecurity(uid, security):
                self._post(SecurityNotSet(uid, security))
            case PrintReceipt(session, apart=False):
                self._post(ReceiptFailed(session))
            case MailReceipt(session):
                self._post(ReceiptFailed(session, Way.MAIL))
            case TryPrinter():
                self._post(PrinterTried(printed=False))
            case CheckStaff(card):
                self._post(StaffRefused(card, 0, minutes=1))
            case _:
                pass

    def ear(self, driver: Driver) -> Emit:
        """Return what this driver reports to: what a device has changed is journaled before the flow hears it."""
        reader = driver if isinstance(driver, TagReader) else None

        def heard(event: Event) -> None:
            event = self._staff.heard(event) if self._staff is not None else event
            match event:
                case SecuritySet() | SecurityNotSet():
                    self._scribe.confirm(event)
                    return
                case TagSeen(uid) if reader is not None:
                    self._sees(uid, reader)
                case TagRead(facts):
                    self._scribe.tagged(facts.item, facts.uid)
                case TagLost(uid) if reader is not None and self._is_seen_without(uid, reader):
                    return
            self._post(event)

        return heard

    def _sees(self, uid: TagUid, reader: TagReader) -> None:
        with self._lock:
            others = (other for other in self._seen_by.get(uid, ()) if other is not reader)
            self._seen_by[uid] = (*others, reader)

    def _is_seen_without(self, uid: TagUid, reader: TagReader) -> bool:
        """This reader has lost the tag: say whether another still sees it."""
        with self._lock:
            others = tuple(other for other in self._seen_by.pop(uid, ()) if other is not reader)
            if others:
                self._seen_by[uid] = others
        return bool(others)

    def _set_security(self, effect: SetSecurity) -> None:
        """Have the bit written by the reader that saw the tag last; a tag that has left is not written."""
        with self._lock:
            readers = self._seen_by.get(effect.uid, ())
        if not readers:
            self._post(SecurityNotSet(effect.uid, effect.security))
            return
        self._scribe.about_to_write(effect)
        readers[-1].set_security(effect.uid, effect.security)

    def _print(self, effect: PrintReceipt) -> None:
        session = effect.session

        def done(printed: bool) -> None:
            if effect.apart:
                return
            self._scribe.note(Note(Kind.RECEIPT_PRINTED if printed else Kind.RECEIPT_FAILED, session))
            self._post(ReceiptPrinted(session) if printed else ReceiptFailed(session))

        if self._printer is None:
            done(False)
            return
        self._printer.print_receipt(effect.receipt, self._rules().letterhead, effect.at or self._local_now(), done)

    def _try_printer(self) -> None:
        def done(printed: bool) -> None:
            self._post(PrinterTried(printed))

        if self._printer is None:
            done(False)
            return
        self._printer.print_receipt(*slip(self._rules()), self._local_now(), done)

    def _mail(self, effect: MailReceipt) -> None:
        """Hand a receipt to the post. Its own rows tell what becomes of it."""
        session, at = effect.session, effect.at or self._local_now()

        def done(taken: bool) -> None:
            self._post(ReceiptPrinted(session, Way.MAIL) if taken else ReceiptFailed(session, Way.MAIL))

        if self._mailer is None:
            done(False)
            return
        letter = Letter(session, effect.card, effect.to, effect.receipt, self._rules().letterhead, at)
        self._mailer.take(letter, done)

    def _end(self, effect: EndSession) -> None:
        self._ui.forget()
        if effect.trial:
            return
        self._scribe.end(effect)
        self._enquiries.goodbye(effect.session, effect.card)

    def _local_now(self) -> datetime:
        return self._clock.now().astimezone(self._zone)
