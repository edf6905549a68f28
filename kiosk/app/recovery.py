"""What was left unfinished, by the last run or by a session of this one, is asked about, closed, or owed to a tag.

Nothing is sent from here: what the ABIS has done and the reader was told is not so is recorded for the outbox, which
undoes it, or shows it to a person where nobody can tell any more (`sync.journal.recovery` has the rules). Everything
here but `begin` runs on the ABIS thread, so that nothing is asked while a change is under way.
"""

import logging
from collections.abc import Callable, Sequence

from kiosk.domain.ids import ItemId, TxnId
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.events import Event, Recovered
from kiosk.ports.abis import Abis, AbisFault
from kiosk.ports.clock import Clock
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal
from sync.journal.recovery import (
    PROMISES,
    Action,
    ArmWhenSeen,
    AskWhoHolds,
    CloseOvertaken,
    CloseRenewal,
    DisarmWhenSeen,
    TakeBack,
    TellStaff,
    recover,
    settled,
)
from sync.journal.values import OpenTransaction

log = logging.getLogger(__name__)
LATER = AskWhoHolds | CloseOvertaken | CloseRenewal | TakeBack
"""What is left alone while somebody is still at work on it."""
PAUSE = 600.0
"""Seconds between attempts at what cannot be settled: each looks through the whole journal."""
TOLD = {
    Kind.CHECKIN_NOT_SENT: "the return of %s was cut off: look for the book, and return it if it is here",
    Kind.CHECKIN_ACCEPTED: "%s was returned, and nobody was told so: look for the book",
    Kind.RETURNED_OFFLINE: "%s was lent, and nobody was told so: it is to be returned; look for the book",
    Kind.LENT_OFFLINE: "%s was returned, and its reader was told that it is theirs: it is to be lent again",
}


class Recovery:
    """`moved` hears by which transaction a copy changed hands whose tag must still be told; `quiet` says whether
    nothing waits to be asked of the ABIS."""

    def __init__(
        self,
        journal: StationJournal,
        abis: Abis,
        post: Callable[[Event], None],
        clock: Clock,
        moved: Callable[[ItemId, TxnId], None],
        quiet: Callable[[], bool],
    ) -> None:
        self._journal, self._abis, self._post, self._clock = journal, abis, post, clock
        self._moved, self._quiet = moved, quiet
        self._from_before: frozenset[TxnId] = frozenset()
        self._wanted, self._not_before = True, 0.0

    def begin(self) -> None:
        """Note what the last run left; tell the flow which tags do not say yet what the loan says. Needs no ABIS."""
        left = self._journal.open_transactions()
        self._from_before = frozenset(open_.txn for open_ in left)
        self._tell_tags(left)

    def want(self) -> None:
        """Something was left open in this run. From any thread."""
        self._wanted, self._not_before = True, 0.0

    def abis_is_up(self) -> None:
        """It answers again: try what waits without a pause."""
        self._not_before = 0.0
        self.run()

    def run(self) -> None:
        """Settle what can be settled. What cannot is tried again after a pause."""
        if not self._wanted or self._clock.monotonic() < self._not_before:
            return
        self._wanted = False
        try:
            due, later = self._due()
            over, asked = self._settle_all(due)
            self._tell_tags([open_ for open_ in self._journal.open_transactions() if open_.txn in asked])
        except JournalFault as fault:
            log.error("recovery waits: %s", fault)
            over, later = False, False
        if not over:
            self._wanted, self._not_before = True, self._clock.monotonic() + PAUSE
        elif later:
            self._wanted = True

    def _due(self) -> tuple[list[OpenTransaction], bool]:
        """What nobody is at work on (left by the last run, or by a session that has ended and waits for nothing), and
        whether there will be more once its session has ended.

        The file is read before it is asked whether anything waits: a session whose end is in the file has asked all
        it ever will.
        """
        left = self._journal.open_transactions()
        quiet = self._quiet()
        due = [open_ for open_ in left if open_.txn in self._from_before or (quiet and open_.session_ended)]
        questions = recover([open_ for open_ in left if open_ not in due])
        return due, any(isinstance(action, LATER) for action in questions)

    def _settle_all(self, left: Sequence[OpenTransaction]) -> tuple[bool, set[TxnId]]:
        """Say whether all is over, and which were asked about. An ABIS that falls silent is not asked any more."""
        over, asked = True, set[TxnId]()
        for action in recover(left):
            if not self._settle(action):
                over = False
                if not self._abis.health().usable:
                    break
            elif isinstance(action, AskWhoHolds | TakeBack):
                asked.add(action.txn)
        return over, asked

    def _settle(self, action: Action) -> bool:
        """Perform one action and return whether it is over."""
        match action:
            case AskWhoHolds():
                return self._ask(action)
            case CloseRenewal(txn, session, item, card):
                self._journal.write([Entry(Kind.RENEW_UNKNOWN, session, txn, card, item, data={"recovered": True})])
            case CloseOvertaken(txn, session, item, card, kind):
                self._journal.write([Entry(kind, session, txn, card, item, data={"overtaken": True})])
            case TakeBack(txn, session, item, card, at):
                data: dict[str, Scalar] = {"recovered": True, "unknown": True}
                self._journal.write([Entry(Kind.RETURNED_OFFLINE, session, txn, card, item, data=data)], at=at)
                log.warning("%s was lent to a reader it must not go to: it is to be returned", item)
            case TellStaff(txn, reason):
                log.error("transaction %s cannot be recovered: %s", txn, reason)
            case _:
                pass
        return True

    def _ask(self, action: AskWhoHolds) -> bool:
        try:
            info = self._abis.item_info(action.item)
            loans = self._abis.loans(action.card) if action.card else None
        except AbisFault as fault:
            log.warning("not known yet who holds %s: %s", action.item, fault)
            return False
        end = settled(action, info, loans)
        self._journal.write([end], at=action.at if end.kind in PROMISES else None)
        if told := TOLD.get(end.kind):
            log.log(logging.INFO if action.theirs else logging.ERROR, told, action.item)
        return True

    def _tell_tags(self, left: Sequence[OpenTransaction]) -> None:
        lent: set[ItemId] = set()
        returned: set[ItemId] = set()
        for action in recover(left):
            match action:
                case DisarmWhenSeen(txn, item):
                    lent.add(item)
                    self._moved(item, txn)
                case ArmWhenSeen(txn, item):
                    returned.add(item)
                    self._moved(item, txn)
                case _:
                    pass
        if lent or returned:
            unconfirmed = frozenset(open_.item for open_ in left if open_.item and _is_unconfirmed(open_))
            self._post(Recovered(frozenset(lent), frozenset(returned - lent), unconfirmed))


def _is_unconfirmed(open_: OpenTransaction) -> bool:
    """Recorded here, and the library system has not said yes to it so far."""
    kinds = {row.kind for row in open_.rows}
    return bool(kinds & PROMISES) and Kind.REPLAY_CONFIRMED not in kinds
