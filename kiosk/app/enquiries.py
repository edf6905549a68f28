"""Enquiries: what the flows ask of the ABIS, made one at a time on a thread of their own.

Every answer to something that changes a loan is journaled before the flow hears it. What was surely not sent, and what
may have been done, are told apart all the way: the second is asked about on a new connection within the deadline.
Who somebody is is asked before what lies there; a copy is described once, however often its tag flickers. The thread
never ends by a fault: a connector that falls over counts as one that does not answer.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from kiosk.app.changes import Changes
from kiosk.app.scribe import Scribe
from kiosk.app.throttle import PinThrottle
from kiosk.app.waiting import Asked, Enquiry, Goodbye, LookBack, Waiting
from kiosk.domain.health import Health, Part, State
from kiosk.domain.ids import CardNumber, ItemId, SessionId
from kiosk.domain.items import ItemInfo
from kiosk.domain.patrons import Patron
from kiosk.domain.receipts import Unprinted
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules
from kiosk.domain.strips import Unslid
from kiosk.effects import AskAccount, DescribeItem, Identify, RequestCheckin, RequestCheckout, RequestRenew, TryAbis
from kiosk.events import (
    AbisTried,
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
PROBE_WHEN_DOWN = 5.0
"""Seconds between signs of life asked of an ABIS that does not answer, while nobody asks anything else of it."""
PROBE_WHEN_UP = 60.0
STOP_SECONDS = 3.0
"""Seconds the enquiry in hand gets when the station stops; then its connection is closed under it."""
BROKEN = Health(State.LOAD_ERROR, "the connector to the library system fell over; the station's log says where")


class Enquiries:
    """`rules` is asked for at each use, since the policy may change. `on_up` is called when the ABIS answers again,
    `spare_time` when nobody has asked for a while and it answers."""

    def __init__(
        self,
        abis: Abis,
        scribe: Scribe,
        seen: Seen,
        clock: Clock,
        post: Callable[[Event], None],
        rules: Callable[[], Rules],
        on_up: Callable[[], None] = lambda: None,
        spare_time: Callable[[], None] = lambda: None,
        left_open: Callable[[], None] = lambda: None,
        recorded: Callable[[CardNumber], int] = lambda _: 0,
        unprinted: Callable[[frozenset[CardNumber], SessionId], tuple[Unprinted, ...]] = lambda *_: (),
        dates_doubtful: Callable[[], bool] = lambda: False,
        unslid: Callable[[frozenset[CardNumber], SessionId], tuple[Unslid, ...]] = lambda *_: (),
    ) -> None:
        self._abis, self._seen, self._post, self._rules = abis, seen, post, rules
        self._changes = Changes(abis, scribe, clock, left_open, dates_doubtful)
        self._on_up, self._spare_time, self._recorded, self._unprinted = on_up, spare_time, recorded, unprinted
        self._unslid = unslid
        self._told: Health | None = None
        self._throttle = PinThrottle(clock)
        self._waiting = Waiting()
        self._thread = threading.Thread(target=self._run, name="abis", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self, enquiry: Enquiry) -> None:
        """Queue an enquiry, from any thread; its answer is posted."""
        if not self._waiting.put(enquiry):
            self._answer_for_broken(enquiry)

    def goodbye(self, session: SessionId, card: CardNumber | None) -> None:
        """A session has ended: what it still wanted to know is not asked; the ABIS is told where it wants to know."""
        self._waiting.end(session)
        if card is not None:
            self._waiting.put(Goodbye(card))
        self.look_back()

    def look_back(self) -> None:
        """Have `spare_time` called once what waits has been asked, if the ABIS answers then."""
        self._waiting.put(LookBack())

    @property
    def quiet(self) -> bool:
        """Nothing waits to be asked. The enquiry in hand does not count."""
        return self._waiting.empty

    def stop(self) -> None:
        """Finish the enquiry in hand and close the connector; what waits is left to recovery. Harmless before
        `start`."""
        self._waiting.close()
        if self._thread.is_alive():
            self._thread.join(timeout=STOP_SECONDS)
        self._abis.close()
        if self._thread.is_alive():
            self._thread.join(timeout=STOP_SECONDS)

    def _run(self) -> None:
        self.probe()
        while not self._waiting.closed:
            up = self._told is not None and self._told.usable
            enquiry = self._waiting.get(PROBE_WHEN_UP if up else PROBE_WHEN_DOWN)
            if enquiry is not None:
                self.make(enquiry)
            elif not self._waiting.closed:
                self.probe()

    def probe(self) -> None:
        """Ask for a sign of life, tell what changed, and use the quiet."""
        self._tell(self._abis.probe)
        self._use_the_quiet()

    def _use_the_quiet(self) -> None:
        if self._told is not None and self._told.usable:
            _guarded(self._spare_time)

    def make(self, enquiry: Asked) -> None:
        """Make one enquiry and post its answer. A fault of ours is logged and answered like a silent ABIS."""
        try:
            self._make(enquiry)
        except Exception:
            log.exception("%s fell over", type(enquiry).__name__)
            self._answer_for_broken(enquiry)
        self._tell(self._abis.health)

    def _make(self, enquiry: Asked) -> None:
        match enquiry:
            case DescribeItem(item):
                self._post(ItemDescribed(item, self._describe(item)))
            case Identify():
                self._post(self._identify(enquiry))
            case AskAccount(session, card):
                self._post(self._account(session, card))
            case RequestCheckout() | RequestCheckin() | RequestRenew():
                self._changes.make(enquiry)
            case Goodbye(card):
                self._end_session(card)
            case LookBack():
                self._use_the_quiet()
            case TryAbis():
                self._tell(self._abis.probe)
                self._post(AbisTried(self._told is not None and self._told.usable))

    def _tell(self, ask: Callable[[], Health]) -> None:
        try:
            health = ask()
        except Exception:
            log.exception("the connector does not say how it is")
            health = BROKEN
        if health == self._told:
            return
        was_down = self._told is None or not self._told.usable
        self._told = health
        self._post(PartChanged(Part.ABIS, health))
        if was_down and health.usable:
            _guarded(self._on_up)

    def _answer_for_broken(self, enquiry: Asked) -> None:
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
            case TryAbis():
                self._post(AbisTried(answers=False))
            case Goodbye() | LookBack():
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
        minutes = self._throttle.minutes_locked(asked.card, self._rules())
        if minutes:
            return PatronRefused(asked.session, Refusal(Reason.PIN_LOCKED, limit=minutes), 0)
        try:
            answer = self._abis.identify(asked.card, asked.pin)
        except AbisFault as fault:
            log.info("patron not identified: %s", fault)
            return PatronUnanswered(
                asked.session, asked.card, self._seen.patron(asked.card), self._recorded(asked.card)
            )
        return self._identified(asked, answer)

    def _identified(self, asked: Identify, answer: Patron | Refusal) -> Event:
        if isinstance(answer, Patron):
            self._throttle.right(asked.card)
            self._changes.identified(answer.name)
            self._seen.saw_patron(asked.card, answer)
            cards = frozenset({asked.card, answer.card})
            unprinted, unslid = self._unprinted(cards, asked.session), self._unslid(cards, asked.session)
            return PatronIdentified(asked.session, answer, unprinted, unslid)
        if answer.reason is not Reason.WRONG_PIN:
            return PatronRefused(asked.session, answer)
        rules = self._rules()
        left = self._throttle.wrong(asked.card, rules)
        locked = replace(answer, reason=Reason.PIN_LOCKED, limit=self._throttle.minutes_locked(asked.card, rules))
        return PatronRefused(asked.session, answer if left else locked, left)

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


def _guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        log.exception("what follows a sign of life fell over")
