"""Magnetic strips of which nobody said that they were drawn over the unit, off the journal's rows in order.

An intent with `strip` says that there is one. Once that loan or return stands, its reader's word ends the matter; a
visit that is over without it, by its end or by a power cut, leaves it to staff.
"""

from kiosk.domain.ids import ItemId, SessionId, TxnId
from kiosk.domain.records import Kind
from sync.journal.values import Row

MOVED = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE})
SETTLED = frozenset({
    Kind.STRIP_OPENED, Kind.STRIP_CLOSED, Kind.STRIP_NOT_SLID, Kind.TAG_DISARMED, Kind.TAG_ARMED,
})  # fmt: skip
"""What became of it is said by the row itself."""


class Slides:
    """`read` every row; what it returns are loans and returns whose strips are in doubt by that row."""

    def __init__(self) -> None:
        self._asked: set[TxnId] = set()
        self._open: dict[ItemId, Row] = {}
        self._here: set[SessionId] = set()

    def read(self, row: Row) -> list[Row]:
        if row.txn is not None and row.data.get("strip") is True:
            self._asked.add(row.txn)
        match row.kind:
            case Kind.STATION_STARTED:
                self._here.clear()
            case Kind.SESSION_STARTED if row.session:
                self._here.add(row.session)
            case Kind.SESSION_ENDED if row.session:
                self._here.discard(row.session)
            case kind if kind in MOVED and row.item:
                self._moved(row, row.item)
            case kind if kind in SETTLED and row.item:
                self._open.pop(row.item, None)
            case _:
                return []
        return self._left()

    def _moved(self, row: Row, item: ItemId) -> None:
        self._open.pop(item, None)
        if row.txn in self._asked:
            self._open[item] = row

    def _left(self) -> list[Row]:
        """Take out those whose reader is gone."""
        gone = [row for row in self._open.values() if row.session not in self._here]
        self._open = {item: row for item, row in self._open.items() if row not in gone}
        return gone
