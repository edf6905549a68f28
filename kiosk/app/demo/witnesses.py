"""What journal, library system and tag say of a copy, side by side, while the demo runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.app.demo.catalogue import readers
from kiosk.app.demo.compare import Told as Loan
from kiosk.app.demo.compare import loans_unless_busy
from kiosk.app.demo.desk import DemoDesk
from kiosk.domain.ids import ItemId
from kiosk.domain.records import Kind
from sync.journal.values import Row
from ui.simdesk.port import JournalRow, Told

LENT = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.RENEW_APPROVED})
HOME = frozenset({Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE})
MOST = 12
"""Copies compared: those on the pad, then those the journal named last."""
STRANGER = "?"


class Witnesses:
    """`library` is the library system's own file, read behind its back."""

    def __init__(self, desk: DemoDesk, library: Path, zone: ZoneInfo) -> None:
        self._desk, self._library, self._zone = desk, library, zone
        self._titles = {copy.item: copy.title for copy in desk.copies}
        self._names = {str(reader.card): reader.name for reader in readers()}
        self._loans: Mapping[str, Loan] = {}

    def told(self, on_pad: Sequence[str], rows: Sequence[Row]) -> tuple[Told, ...]:
        last = {row.item: row for row in rows if row.item is not None and row.kind in LENT | HOME}
        recent = sorted(last.values(), key=lambda row: -row.seq)
        items = list(dict.fromkeys([*on_pad, *(str(row.item) for row in recent)]))
        self._loans = loans_unless_busy(self._library) or self._loans  # while it is busy, what was read before holds
        return tuple(self._one(ItemId(item), last.get(ItemId(item))) for item in items[:MOST] if item in self._titles)

    def row(self, row: Row) -> JournalRow:
        data = ", ".join(f"{name} {value}" for name, value in row.data.items() if value not in (None, ""))
        at = row.stamp.wall.astimezone(self._zone).strftime("%H:%M:%S.%f")[:-3]
        item = row.item or ItemId("")
        return JournalRow(
            row.seq, at, str(row.kind), item, self._titles.get(item, ""), (row.person or "")[:6], data
        )  # fmt: skip

    def _one(self, item: ItemId, last: Row | None) -> Told:
        loan = self._loans.get(item)
        due = (loan.due or "") if loan else ""
        lent = None if last is None else last.kind in LENT
        promised = str(last.data.get("due") or "") if last is not None and lent else ""
        armed = self._desk.armed(item)
        agree = lent in (None, bool(loan)) and armed != bool(loan) and promised <= due
        name = self._names.get(loan.card or "", STRANGER) if loan else ""
        return Told(item, self._titles[item], lent, promised, name, due, armed, agree)
