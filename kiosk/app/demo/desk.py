"""What stands on the demo's desk: an RFID pad, a scanner and a receipt printer in software, on real wires.

Hands lay books down and lift them; every book of the demo library has a tag, whose memory outlives the laying down.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
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
    """One copy of the demo library: its number and title, and whether it is on loan when the demo starts. `parts` of a
    set that have a tag, of how many there are."""

    item: ItemId
    title: str
    author: str = ""
    on_loan: bool = False
    parts: tuple[int, ...] = (1,)
    of: int = 1


class DemoDesk:
    """Wires: `pad`, `scanner`, `printer`. May be used from any thread."""

    def __init__(self, copies: Iterable[Copy], beside: "DemoDesk | None" = None, *, has_pad: bool = True) -> None:
        """`beside`: another desk of the library, where the same books are laid down. Without a pad only barcodes are
        read: what would lie on it is felt by nobody."""
        self.has_pad = has_pad
        self.copies = tuple(copies)
        self._tags: dict[ItemId, dict[int, VirtualTag]] = beside._tags if beside else _tags_of(self.copies)
        self._by_uid = {tag.uid: (copy, part) for copy in self.copies for part, tag in self._tags[copy.item].items()}
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
        """Lay them down with all their parts."""
        self.field.lay(*(tag for item in items for tag in self._tags[item].values()))

    def lay_part(self, item: ItemId, part: int) -> None:
        """Lay down one part of a set, which has a tag. KeyError for one that has none."""
        self.field.lay(self._tags[item][part])

    def lift(self, *items: ItemId) -> None:
        self.field.lift(*(tag.uid for item in items for tag in self._tags[item].values()))

    def lift_all(self) -> None:
        self.field.clear()

    def on_pad(self) -> tuple[Copy, ...]:
        here = {tag.uid for tag in self.field.tags()}
        return tuple(copy for copy in self.copies if any(t.uid in here for t in self._tags[copy.item].values()))

    def of_tag(self, uid: bytes) -> tuple[Copy, int] | None:
        """Return the copy that carries this tag, and on which of its parts."""
        return self._by_uid.get(uid)

    def scan(self, text: str) -> None:
        """Hold a barcode, a book's or a card's, before the scanner."""
        self.scanner.push(self._scanner.scan(text))

    def show_card(self, card: CardNumber) -> None:
        self.scan(card)

    def armed(self, item: ItemId) -> bool:
        """Whether any of its tags raises the alarm."""
        return any(tag.afi == SECURED for tag in self._tags[item].values())

    def open(self, item: ItemId) -> bool:
        """Whether none of its tags raises the alarm."""
        return not self.armed(item)

    def armed_whole(self, item: ItemId) -> bool:
        """Whether each of its tags raises the alarm."""
        return all(tag.afi == SECURED for tag in self._tags[item].values())

    def receipts(self) -> Sequence[Sequence[str]]:
        return self.paper.receipts

    def write_tags(self, path: Path) -> None:
        """Write every tag's memory and security bit to a file, for whoever compares: by item, and by `item/part` for
        the further parts of a set."""
        tags = {
            key: {"uid": tag_uid(tag), "afi": tag.afi, "memory": bytes(tag.memory).hex()} for key, tag in self._by_key()
        }
        whole = path.with_suffix(".new")
        whole.write_text(json.dumps(tags, indent=1), encoding="utf-8")
        whole.replace(path)

    def take_tags(self, path: Path) -> None:
        """Give every tag the memory and security bit that `write_tags` wrote, and remove the file: it is old from now
        on. Where there is none, as after a power cut, the tags stay as the loans have them."""
        if not path.exists():
            return
        tags = dict(self._by_key())
        for key, kept in json.loads(path.read_text(encoding="utf-8")).items():
            tags[key].afi, tags[key].memory[:] = kept["afi"], bytes.fromhex(kept["memory"])
        path.unlink()

    def _by_key(self) -> Iterator[tuple[str, VirtualTag]]:
        for item, parts in self._tags.items():
            for part, tag in parts.items():
                yield (item if part == 1 else f"{item}/{part}"), tag


def _tags_of(copies: Iterable[Copy]) -> dict[ItemId, dict[int, VirtualTag]]:
    return {copy.item: {part: tag_for(copy, part) for part in copy.parts} for copy in copies}


def tag_uid(tag: VirtualTag) -> TagUid:
    return TagUid(tag.uid.hex().upper())


def tag_for(copy: Copy, part: int = 1) -> VirtualTag:
    """Every other book carries the Danish model, as a grown collection does; sets do not. A lent copy is disarmed."""
    number = hashlib.sha256((copy.item if part == 1 else f"{copy.item}/{part}").encode()).digest()
    uid = b"\xe0\x04\x01" + number[:5]
    if copy.of > 1:
        tag = tag_of_2(uid, copy.item, ISIL, part=f"{copy.of:02}{part:02}")
    else:
        tag = tag_of_3(uid, copy.item, ISIL) if number[5] % 2 else tag_of_2(uid, copy.item, ISIL)
    tag.afi = LOANED if copy.on_loan else SECURED
    return tag
