"""What stands on the demo's desk: an RFID pad, a scanner and a receipt printer in software, on real wires.

Hands lay books down and lift them; every book of the demo library has a tag, whose memory outlives the laying down.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.drivers.barcode_serial.sim import SimScanner
from devices.drivers.escpos.sim import SimPrinter
from devices.drivers.feig.field import LOANED, SECURED, Field, VirtualTag, tag_of_2, tag_of_3
from devices.drivers.feig.sim import SimReader
from devices.transport.simserve import serve_pty
from kiosk.domain.ids import CardNumber, ItemId, TagUid

ISIL = "RU-00000001"
"""Owner written on the demo's tags; invented."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the demo library: its number and title, and whether it is on loan when the demo starts."""

    item: ItemId
    title: str
    author: str = ""
    on_loan: bool = False


class DemoDesk:
    """Wires: `pad`, `scanner`, `printer`. May be used from any thread."""

    def __init__(self, copies: Iterable[Copy], beside: "DemoDesk | None" = None) -> None:
        """`beside`: another desk of the library, where the same books are laid down."""
        self.copies = tuple(copies)
        self._tags: dict[ItemId, VirtualTag] = (
            beside._tags if beside else {copy.item: tag_for(copy) for copy in self.copies}
        )
        self._by_uid = {self._tags[copy.item].uid: copy for copy in self.copies}
        self.field = Field()
        self.paper = SimPrinter()
        self._scanner = SimScanner()
        self.reader = SimReader(self.field)
        self.pad = serve_pty(self.reader)
        self.scanner = serve_pty(self._scanner)
        self.printer = serve_pty(self.paper)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in (self.pad, self.scanner, self.printer):
            line.close()

    @property
    def wires(self) -> tuple[str, ...]:
        """Every wire that a simulator is at."""
        return self.pad.wire, self.scanner.wire, self.printer.wire

    def find(self, words: str) -> Copy | None:
        """Return the copy with this number, or the first whose title begins with, or else contains, these words."""
        sought = words.casefold().strip()
        titles = [(copy.title.casefold(), copy) for copy in self.copies]
        by_number = (copy for copy in self.copies if copy.item == sought)
        begins = (copy for title, copy in titles if title.startswith(sought))
        contains = (copy for title, copy in titles if sought and sought in title)
        return next((copy for group in (by_number, begins, contains) for copy in group), None)

    def lay(self, *items: ItemId) -> None:
        self.field.lay(*(self._tags[item] for item in items))

    def lift(self, *items: ItemId) -> None:
        self.field.lift(*(self._tags[item].uid for item in items))

    def lift_all(self) -> None:
        self.field.clear()

    def on_pad(self) -> tuple[Copy, ...]:
        here = {tag.uid for tag in self.field.tags()}
        return tuple(copy for copy in self.copies if self._tags[copy.item].uid in here)

    def of_tag(self, uid: bytes) -> Copy | None:
        """Return the copy that carries this tag."""
        return self._by_uid.get(uid)

    def scan(self, text: str) -> None:
        """Hold a barcode, a book's or a card's, before the scanner."""
        self.scanner.push(self._scanner.scan(text))

    def show_card(self, card: CardNumber) -> None:
        self.scan(card)

    def armed(self, item: ItemId) -> bool:
        return self._tags[item].afi == SECURED

    def receipts(self) -> Sequence[Sequence[str]]:
        return self.paper.receipts

    def write_tags(self, path: Path) -> None:
        """Write every tag's memory and security bit to a file, for whoever compares."""
        tags = {
            item: {"uid": tag_uid(tag), "afi": tag.afi, "memory": bytes(tag.memory).hex()}
            for item, tag in self._tags.items()
        }
        whole = path.with_suffix(".new")
        whole.write_text(json.dumps(tags, indent=1), encoding="utf-8")
        whole.replace(path)

    def take_tags(self, path: Path) -> None:
        """Give every tag the memory and security bit that `write_tags` wrote, and remove the file: it is old from now
        on. Where there is none, as after a power cut, the tags stay as the loans have them."""
        if not path.exists():
            return
        for item, kept in json.loads(path.read_text(encoding="utf-8")).items():
            tag = self._tags[ItemId(item)]
            tag.afi, tag.memory[:] = kept["afi"], bytes.fromhex(kept["memory"])
        path.unlink()


def tag_uid(tag: VirtualTag) -> TagUid:
    return TagUid(tag.uid.hex().upper())


def tag_for(copy: Copy) -> VirtualTag:
    """Every other book carries the Danish model, as a grown collection does. A lent copy is disarmed."""
    number = hashlib.sha256(copy.item.encode()).digest()
    uid = b"\xe0\x04\x01" + number[:5]
    tag = tag_of_3(uid, copy.item, ISIL) if number[5] % 2 else tag_of_2(uid, copy.item, ISIL)
    tag.afi = LOANED if copy.on_loan else SECURED
    return tag
