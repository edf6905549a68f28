"""Enquiries: what the flows ask of the ABIS, made one at a time on a thread of their own.

Every answer to something that changes a loan is journaled before the flow hears it. What was surely not sent, and what
may have been done, are told apart all the way: the second is asked about on a new connection within the deadline.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from kiosk.app.changes import Changes
from kiosk.app.scribe import Scribe
from kiosk.app.throttle import PinThrottle
from kiosk.domain.health import Health, Part
from kiosk.domain.ids import CardNumber, ItemId, SessionId
from kiosk.domain.items import ItemInfo
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules
from kiosk.effects import AskAccount, DescribeItem, Identify, RequestCheckin, RequestCheckout, RequestRenew
from kiosk.events import (
    AccountRead,
    AccountUnanswered,
    CheckinUnanswered,
    CheckoutUnanswered,
    Event,
    ItemDescribed,
    PartChanged,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    RenewUnanswered,
)
from kiosk.ports.abis import Abis, AbisFault
from kiosk.ports.clock import Clock
from kiosk.ports.seen import Seen

log = logging.getLogger(__name__)
Enquiry = Identify | AskAccount | DescribeItem | RequestCheckout | RequestCheckin | RequestRenew
PROBE_WHEN_DOWN = 5.0
"""Seconds between signs of life asked of an ABIS that does not answer, while nobody asks anything else of it."""
PROBE_WHEN_UP = 60.0


class Enquiries:
    """`rules` is asked for at each use, since the policy may change. `on_up` is called when the ABIS answers again."""

    def __init__(
        self,
        abis: Abis,
        scribe: Scribe,
        seen: Seen,
        clock: Clock,
        post: Callable[[Event], None],
        rules: Callable[[], Rules],
        on_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._abis, self._seen, self._clock, self._post = abis, seen, clock, post
        self._changes = Changes(abis, scribe, clock, post)
        self._on_up = on_up
        self._told: Health | None = None
        self._throttle = PinThrottle(rules().pin_attempts, timedelta(minutes=rules().pin_lock_minutes))
        self._queue: queue.SimpleQueue[Enquiry | CardNumber | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="abis", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self, enquiry: Enquiry) -> None:
        """Queue an enquiry, from any thread; its answer is posted."""
        self._queue.put(enquiry)

    def goodbye(self, card: CardNumber) -> None:
        """Tell the ABIS that a reader has finished, where it wants to know."""
        self._queue.put(card)

    def stop(self) -> None:
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self._abis.close()

    def _run(self) -> None:
        self.probe()
        while True:
            up = self._told is not None and self._told.usable
            try:
                enquiry = self._queue.get(timeout=PROBE_WHEN_UP if up else PROBE_WHEN_DOWN)
            except queue.Empty:
                self.probe()
                continue
            if enquiry is None:
                return
            self.make(enquiry)

    def probe(self) -> None:
        """Ask for a sign of life and tell what changed."""
        self._tell(self._abis.probe())

    def make(self, enquiry: Enquiry | CardNumber) -> None:
        """Make one enquiry and post its answer. A fault of ours is logged and answered like a silent ABIS."""
        try:
            self._make(enquiry)
        except Exception:
            log.exception("enquiry failed")
            self._answer_for_broken(enquiry)
        self._tell(self._abis.health())

    def _make(self, enquiry: Enquiry | CardNumber) -> None:
        match enquiry:
            case DescribeItem(item):
                self._post(ItemDescribed(item, self._describe(item)))
            case Identify():
                self._post(self._identify(enquiry))
            case AskAccount(session, card):
                self._post(self._account(session, card))
            case RequestCheckout() | RequestCheckin() | RequestRenew():
                self._changes.make(enquiry)
            case _:
                self._end_session(enquiry)

    def _tell(self, health: Health) -> None:
        if health == self._told:
            return
        was_down = self._told is None or not self._told.usable
        self._told = health
        self._post(PartChanged(Part.ABIS, health))
        if was_down and health.usable:
            self._on_up()

    def _answer_for_broken(self, enquiry: Enquiry | CardNumber) -> None:
        """Nobody waits for ever: the flow hears that there was no answer, and a change counts as maybe done."""
        match enquiry:
            case DescribeItem(item):
                self._post(ItemDescribed(item, None))
            case Identify(session, card, _):
                self._post(PatronUnanswered(session, card))
            case AskAccount(session, _):
                self._post(AccountUnanswered(session))
            case RequestCheckout(session, _, _, item):
                self._post(CheckoutUnanswered(session, item, sent=True))
            case RequestCheckin(session, _, item):
                self._post(CheckinUnanswered(session, item, sent=True))
            case RequestRenew(session, _, _, item):
                self._post(RenewUnanswered(session, item, sent=True))
            case _:
                pass

    # --- looking up --------------------------------------------------------------------------------------------------

    def _describe(self, item: ItemId) -> ItemInfo | None:
        try:
            info = self._abis.item_info(item)
        except AbisFault as fault:
            log.info("item not described: %s", fault)
            return self._seen.item(item)
        self._seen.saw_item(info)
        return info

    def _identify(self, asked: Identify) -> Event:
        now = self._clock.now()
        locked = self._throttle.locked_until(asked.card, now)
        if locked is not None:
            return PatronRefused(asked.session, Refusal(Reason.PIN_LOCKED, until=locked.date()), 0)
        try:
            answer = self._abis.identify(asked.card, asked.pin)
        except AbisFault as fault:
            log.info("patron not identified: %s", fault)
            return PatronUnanswered(asked.session, asked.card, self._seen.patron(asked.card))
        return self._identified(asked, answer)

    def _identified(self, asked: Identify, answer: Patron | Refusal) -> Event:
        if isinstance(answer, Patron):
            self._throttle.right(asked.card)
            self._seen.saw_patron(asked.card, answer)
            return PatronIdentified(asked.session, answer)
        if answer.reason is not Reason.WRONG_PIN:
            return PatronRefused(asked.session, answer)
        left = self._throttle.wrong(asked.card, self._clock.now())
        refusal = answer if left else replace(answer, reason=Reason.PIN_LOCKED)
        return PatronRefused(asked.session, refusal, left)

    def _account(self, session: SessionId, card: CardNumber) -> Event:
        try:
            answer = self._abis.account(card)
        except AbisFault as fault:
            log.info("account not read: %s", fault)
            return AccountUnanswered(session)
        return AccountUnanswered(session) if isinstance(answer, Refusal) else AccountRead(session, answer)

    def _end_session(self, card: CardNumber) -> None:
        try:
            self._abis.end_session(card)
        except AbisFault as fault:
            log.info("end of session not told: %s", fault)
