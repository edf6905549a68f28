"""Loans of this day whose magnetic strip nobody said was opened: the power went between the two, or the reader."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.strips import Unslid
from kiosk.ports.clock import Clock
from kiosk.ports.seen import Seen
from sync.journal.journal import StationJournal
from sync.journal.values import Row


class Strips:
    """Used by the ABIS thread. Raises `JournalFault`."""

    def __init__(self, journal: StationJournal, seen: Seen, clock: Clock, zone: ZoneInfo) -> None:
        self._journal, self._seen, self._clock, self._zone = journal, seen, clock, zone

    def of(self, cards: Collection[CardNumber], session: SessionId) -> tuple[Unslid, ...]:
        """Return those of the reader of these cards, lent today and not in this session, the oldest first. Who took a
        book home on another day has been through the gate with it."""
        rows = {row.seq: row for card in cards for row in self._journal.strips_owed(card)}
        return tuple(self._told(rows[seq] for seq in sorted(rows) if rows[seq].session != session))

    def _told(self, rows: Iterator[Row]) -> Iterator[Unslid]:
        today = self._day(self._clock.now())
        for row in rows:
            if row.item and row.txn and self._day(self._journal.dated(row.stamp).wall) == today:
                seen = self._seen.item(row.item)
                yield Unslid(row.item, row.txn, seen.title if seen else "", seen.author if seen else "")

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()
