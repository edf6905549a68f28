"""What a reader has: lists of the ABIS, page by page, put together to an account."""

from collections.abc import Callable, Iterator
from datetime import datetime

from kiosk.domain.ids import CardNumber, ItemId, Secret
from kiosk.domain.items import Loan
from kiosk.domain.patrons import Account, Hold, HoldState
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import NotSent
from kiosk.ports.clock import Clock
from sync.abis.sip2 import items, patrons
from sync.abis.sip2.connection import Connection
from sync.abis.sip2.patrons import Entry
from sync.abis.sip2.reading import Reading
from sync.abis.sip2.requests import Requests
from sync.sip2.codec import Message
from sync.sip2.values import SUMMARY_FIELDS, Summary

COUNTS = {
    Summary.HOLD_ITEMS: "hold_items_count",
    Summary.OVERDUE_ITEMS: "overdue_items_count",
    Summary.CHARGED_ITEMS: "charged_items_count",
    Summary.FINE_ITEMS: "fine_items_count",
    Summary.UNAVAILABLE_HOLDS: "unavailable_holds_count",
}
"""Where message 64 says how long a list is. Servers were met whose counts disagree with their lists."""

Describe = Callable[[ItemId], Message]


class Accounts:
    """Reads the lists behind a card."""

    def __init__(self, connection: Connection, requests: Requests, reading: Reading, clock: Clock) -> None:
        self._connection = connection
        self._requests = requests
        self._reading = reading
        self._lists = requests.profile.lists
        self._clock = clock

    def page(self, card: CardNumber, kind: Summary, after: int = 0, pin: Secret | None = None) -> Message:
        """Return the answer that holds the entries beyond the first `after` of a list.

        An answer that speaks of another card than was asked about may be a late one of the reader before. Where no
        sequence number vouches for it, it is believed if it comes a second time, on a fresh connection.
        """
        span = (after + 1, after + self._lists.page) if self._paged else None
        request = self._requests.patron(card, self._now(), kind, span, pin.value if pin else None)
        answer = self._connection.ask(request)
        if answer.get("AA") in (card, "", None) or (answer.sequence is not None and self._vouched):
            return answer
        self._connection.start_afresh()
        again = self._connection.ask(request)
        if again.get("AA") != answer.get("AA"):
            raise NotSent("the ABIS answered about another reader than it was asked about")
        return again

    def entries(self, first: Message, card: CardNumber, kind: Summary) -> tuple[Entry, ...]:
        """All entries of a list whose first page is `first`, as far as the profile's `most` goes."""
        found: dict[Entry, None] = {}
        answer: Message | None = first
        while answer is not None:
            before = len(found)
            entries = patrons.entries(self._reading, answer, kind)
            found.update(dict.fromkeys(entries))
            grew = len(found) > before and self._paged and len(found) < self._lists.most
            more = len(entries) == self._lists.page or (answer.number(COUNTS[kind]) or 0) > len(found)
            answer = self.page(card, kind, len(found)) if grew and more else None
        return tuple(found)[: self._lists.most]

    def loans(self, card: CardNumber, first: Message) -> tuple[Entry, ...]:
        """What is on loan. There are servers that list what is overdue apart from what is on loan."""
        charged = self.entries(first, card, Summary.CHARGED_ITEMS)
        if not first.number(COUNTS[Summary.OVERDUE_ITEMS]):
            return charged
        overdue = self.entries(self.page(card, Summary.OVERDUE_ITEMS), card, Summary.OVERDUE_ITEMS)
        known = {entry.item or entry.title for entry in charged}
        return (*charged, *(entry for entry in overdue if (entry.item or entry.title) not in known))

    def account(self, card: CardNumber) -> Account | Refusal:
        first = self.page(card, Summary.CHARGED_ITEMS)
        if not patrons.exists(self._reading, first):
            return Refusal(Reason.CARD_UNKNOWN, raw=self._reading.raw(first))
        described = _Described(self._describe, self._lists.details)
        fees = self._reading.fee(first)
        return Account(
            loans=tuple(self._loan(entry, described) for entry in self.loans(card, first)),
            holds=tuple(self._holds(card, described)),
            fees=fees,
            messages=(*patrons.messages(self._reading, first), *(() if fees else self._fines(card, first))),
        )

    def _loan(self, entry: Entry, described: "_Described") -> Loan:
        about = None if entry.title and entry.due else described(entry.item)
        item = entry.item or ItemId("")
        if about is None:
            return Loan(item, title=entry.title, due=entry.due)
        info = items.item_info(self._reading, about, item)
        return Loan(item, entry.title or info.title, info.author, entry.due or info.due, age_mark=info.age_mark)

    def _holds(self, card: CardNumber, described: "_Described") -> Iterator[Hold]:
        for kind, state in ((Summary.HOLD_ITEMS, HoldState.READY), (Summary.UNAVAILABLE_HOLDS, HoldState.WAITING)):
            for entry in self.entries(self.page(card, kind), card, kind):
                about = None if entry.title else described(entry.item)
                yield patrons.hold(self._reading, entry, state, about)

    def _fines(self, card: CardNumber, first: Message) -> tuple[str, ...]:
        """Lines of fines, where the ABIS gives no sum and its texts are fit for readers."""
        if not (self._reading.profile.texts.show and first.number(COUNTS[Summary.FINE_ITEMS])):
            return ()
        lines = self.page(card, Summary.FINE_ITEMS).all(SUMMARY_FIELDS[Summary.FINE_ITEMS])
        return tuple(line.strip() for line in lines[: self._lists.most])

    def _describe(self, item: ItemId) -> Message:
        return self._connection.ask(self._requests.item_info(item, self._now()))

    @property
    def _paged(self) -> bool:
        return self._lists.page > 0 and {"BP", "BQ"} <= set(self._requests.profile.sending.allowed)

    @property
    def _vouched(self) -> bool:
        return self._requests.profile.wire.match_sequence

    def _now(self) -> datetime:
        return self._clock.now()


class _Described:
    """Asks about each item once, and about no more than `budget` of them: a reader waits for the whole account."""

    def __init__(self, describe: Describe, budget: int) -> None:
        self._describe = describe
        self._left = budget
        self._known: dict[ItemId, Message] = {}

    def __call__(self, item: ItemId | None) -> Message | None:
        if item is None:
            return None
        if item not in self._known and self._left > 0:
            self._left -= 1
            self._known[item] = self._describe(item)
        return self._known.get(item)
