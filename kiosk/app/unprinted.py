"""Receipts that a reader was never given, put together again from the journal's rows and the titles seen here.

The journal keeps neither names nor titles: a copy that this site has not seen is named by its number.
"""

from collections.abc import Collection, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from kiosk.domain.ids import CardNumber, ItemId, SessionId, masked
from kiosk.domain.receipts import Line, Receipt, Unprinted
from kiosk.domain.records import Kind
from kiosk.ports.seen import Seen
from sync.journal.journal import StationJournal
from sync.journal.recovery import barred_loan
from sync.journal.values import OwedReceipt, Row

VISIT = 1000
"""Rows after the first loan that are looked at for the rest of a visit: three times what its lists may hold."""
LENT = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE})
RETURNED = frozenset({Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE})
RECORDED = frozenset({Kind.LENT_OFFLINE, Kind.RETURNED_OFFLINE})


class Receipts:
    """Used by the ABIS thread. Raises `JournalFault`."""

    def __init__(self, journal: StationJournal, seen: Seen, zone: ZoneInfo) -> None:
        self._journal, self._seen, self._zone = journal, seen, zone

    def of(self, cards: Collection[CardNumber], session: SessionId) -> tuple[Unprinted, ...]:
        """Return what is owed to the reader of these cards but not by this session, the oldest first."""
        owed = {
            each.session: each
            for card in cards
            for each in self._journal.receipts_owed(card)
            if each.session != session
        }
        found = (self._unprinted(each) for each in sorted(owed.values(), key=lambda each: each.rows[0].seq))
        return tuple(each for each in found if not each.receipt.empty)

    def _unprinted(self, owed: OwedReceipt) -> Unprinted:
        around = self._journal.rows(owed.rows[0].seq - 1, VISIT)
        rows = {row.seq: row for row in (*owed.rows, *around) if row.session == owed.session and row.item}
        receipt = self._receipt([rows[seq] for seq in sorted(rows)], owed.card)
        return Unprinted(owed.session, self._journal.dated(owed.rows[-1].stamp).wall.astimezone(self._zone), receipt)

    def _receipt(self, rows: list[Row], card: CardNumber | None) -> Receipt:
        """What stood when the visit ended: the last word on a copy counts, a loan not taken is no return."""
        lent: dict[ItemId, Line] = {}
        barred = {row.item for row in rows if barred_loan([row])}
        renewed: dict[ItemId, Line] = {}
        returned: dict[ItemId, Line] = {}
        for item, row, line in self._lines(rows):
            if row.kind in LENT:
                returned.pop(item, None)
                lent[item] = line
            elif row.kind == Kind.RENEW_APPROVED:
                renewed[item] = line
            elif lent.pop(item, None) is None:
                returned[item] = line
        shown = masked(card) if card else ""
        return Receipt(
            shown,
            tuple(line for item, line in lent.items() if item not in barred),
            tuple(renewed.values()),
            tuple(returned.values()),
        )

    def _lines(self, rows: list[Row]) -> Iterator[tuple[ItemId, Row, Line]]:
        loans = {row.txn for row in rows if row.kind == Kind.CHECKOUT_INTENDED}
        for row in rows:
            undone = row.kind == Kind.RETURNED_OFFLINE and row.txn in loans
            if row.item and not undone and row.kind in LENT | RETURNED | {Kind.RENEW_APPROVED}:
                due = row.data.get("due")
                day = date.fromisoformat(due) if isinstance(due, str) else None
                certain = row.data.get("due_certain") is not False
                seen = self._seen.item(row.item)
                title = str(row.data.get("title") or (seen.title if seen else "") or row.item)
                confirmed, author = row.kind not in RECORDED, seen.author if seen else ""
                yield row.item, row, Line(title, day, confirmed, author, row.item, certain)
