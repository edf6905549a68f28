"""Staff at the screen: whose a card is, whether its PIN is right, and what the journal remembers of them.

Wrong PINs are counted per card, and together for cards that are nobody's. Each is journaled before it is told, and a
start counts those of the journal: pulling the plug opens no card.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from kiosk.app.scribe import Scribe
from kiosk.app.throttle import PinThrottle
from kiosk.domain.ids import CardNumber, StaffId
from kiosk.domain.receipts import Receipt, Template, Texts
from kiosk.domain.records import Entry, Kind
from kiosk.domain.rules import Rules
from kiosk.effects import CheckStaff
from kiosk.events import (
    BarcodeScanned,
    CardRead,
    Event,
    ServiceFound,
    StaffAdmitted,
    StaffCardShown,
    StaffRefused,
    TrialCardShown,
)
from kiosk.ports.clock import Clock
from sync.journal.journal import StationJournal
from sync.journal.values import Row
from sync.staff_cards import StaffCards

log = logging.getLogger(__name__)
WINDOW = 2000
"""Newest rows that are looked at: a station that staff have closed writes a few a day."""
PAGE = 500
NOBODYS = CardNumber("")
SLIP: Texts = (
    ("ru", "Пробный листок, не чек\nабвгдеё АБВГДЕЁ\n1234567890 № ₽ — «»"),
    ("en", "Test slip, not a receipt\nabcdef ABCDEF\n1234567890 № — «»"),
)


class StaffDesk:
    """`heard` is called by the drivers' threads, `check` by the runtime's; answers are posted."""

    def __init__(
        self,
        cards: StaffCards,
        scribe: Scribe,
        clock: Clock,
        rules: Callable[[], Rules],
        post: Callable[[Event], None],
        restart: Callable[[], None] = lambda: None,
    ) -> None:
        self._cards, self._scribe, self._clock, self._rules, self._post = cards, scribe, clock, rules, post
        self._throttle = PinThrottle(clock)
        self._one = threading.Lock()
        self.restart = restart

    def heard(self, event: Event) -> Event:
        """Return what a card means that was shown: a staff card or a test card is no reader's."""
        match event:
            case BarcodeScanned(text):
                card, scanned = CardNumber(text), True
            case CardRead(card):
                scanned = False
            case _:
                return event
        if self._cards.whose(card) is not None:
            return StaffCardShown(card, scanned)
        return TrialCardShown(card, scanned) if self._cards.is_test(card) else event

    def check(self, asked: CheckStaff) -> None:
        """Return at once; the answer takes a tenth of a second or two, on a thread of its own."""
        threading.Thread(target=self.answer, args=(asked,), name="staff", daemon=True).start()

    def answer(self, asked: CheckStaff) -> None:
        with self._one:
            try:
                answer = self._answer(asked)
            except Exception:
                log.exception("a staff PIN was not checked")
                answer = StaffRefused(asked.card, 0, minutes=1)
        self._post(answer)

    def _answer(self, asked: CheckStaff) -> StaffAdmitted | StaffRefused:
        rules, owner = self._rules(), self._cards.whose(asked.card)
        counted = asked.card if owner else NOBODYS
        if minutes := self._throttle.minutes_locked(counted, rules):
            return StaffRefused(asked.card, 0, minutes)
        who = self._cards.opens(asked.card, asked.pin)
        if who is not None:
            self._throttle.right(counted)
            return StaffAdmitted(asked.card, who)
        left = self._throttle.wrong(counted, rules)
        self._scribe.write_now(Entry(Kind.STAFF_REFUSED, data={"staff": owner} if owner else {}))
        return StaffRefused(asked.card, left, self._throttle.minutes_locked(counted, rules))

    # --- what the journal remembers ----------------------------------------------------------------------------------

    def begin(self, journal: StationJournal) -> None:
        """Tell whether staff had closed the station, and count the wrong PINs since the last right one."""
        closed, wrong = False, Counter[StaffId | None]()
        now, rules = self._clock.now(), self._rules()
        for row in _newest(journal):
            staff = _staff(row)
            match row.kind:
                case Kind.STATION_CLOSED | Kind.STATION_OPENED:
                    closed = row.kind == Kind.STATION_CLOSED
                case Kind.STAFF_CAME:
                    del wrong[staff]
                case Kind.STAFF_REFUSED if _recent(row, now, rules):
                    wrong[staff] += 1
        for who, times in wrong.items():
            card = self._cards.card_of(who) if who else NOBODYS
            for _ in range(min(times, rules.pin_attempts) if card is not None else 0):
                self._throttle.wrong(card or NOBODYS, rules)
        self._post(ServiceFound(closed))


def slip(rules: Rules) -> tuple[Receipt, Template]:
    """Return what is printed to try the printer: nothing that could be taken for a receipt."""
    own = rules.letterhead
    return Receipt(language=rules.languages[0]), Template(own.library, header=SLIP, logo=own.logo)


def _recent(row: Row, now: datetime, rules: Rules) -> bool:
    """Where the clock stepped back since, it was just now."""
    return now - row.stamp.wall < timedelta(minutes=rules.pin_lock_minutes)


def _staff(row: Row) -> StaffId | None:
    found = row.data.get("staff")
    return StaffId(found) if isinstance(found, str) else None


def _newest(journal: StationJournal) -> Iterator[Row]:
    at = max(0, journal.last_seq() - WINDOW)
    while page := journal.rows(at, PAGE):
        yield from page
        at = page[-1].seq
