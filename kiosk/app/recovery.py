"""After a start: what the last run left unfinished is asked about, closed, or owed to a tag. Nothing is sent again."""

import logging
from collections.abc import Callable, Sequence

from kiosk.domain.records import Entry, Kind
from kiosk.events import Event, Recovered
from kiosk.ports.abis import Abis, AbisFault
from kiosk.ports.journal import JournalFault
from sync.journal.journal import StationJournal
from sync.journal.recovery import (
    Action,
    ArmWhenSeen,
    AskWhoHolds,
    CloseRenewal,
    DisarmWhenSeen,
    TellStaff,
    recover,
    settled,
)

log = logging.getLogger(__name__)


class Recovery:
    """`run` is called on the ABIS thread when the ABIS answers, until nothing is left to ask."""

    def __init__(self, journal: StationJournal, abis: Abis, post: Callable[[Event], None]) -> None:
        self._journal, self._abis, self._post = journal, abis, post
        self._done = False

    def tell_tags(self) -> None:
        """Tell the flow which tags do not say yet what the loan says. Needs no ABIS."""
        self._tell_tags(recover(self._journal.open_transactions()))

    def run(self) -> None:
        if self._done:
            return
        try:
            asked = [self._settle(action) for action in recover(self._journal.open_transactions())]
            self._tell_tags(recover(self._journal.open_transactions()))
        except JournalFault as fault:
            log.error("recovery waits: %s", fault)
            return
        self._done = all(asked)

    def _settle(self, action: Action) -> bool:
        """Perform one action and return whether it is over."""
        match action:
            case AskWhoHolds():
                return self._ask(action)
            case CloseRenewal(txn, session, item, card):
                self._journal.write([Entry(Kind.RENEW_UNKNOWN, session, txn, card, item, data={"recovered": True})])
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
        self._journal.write([settled(action, info, loans)])
        return True

    def _tell_tags(self, actions: Sequence[Action]) -> None:
        lent = frozenset(action.item for action in actions if isinstance(action, DisarmWhenSeen))
        returned = frozenset(action.item for action in actions if isinstance(action, ArmWhenSeen))
        if lent or returned:
            self._post(Recovered(lent, returned - lent))
