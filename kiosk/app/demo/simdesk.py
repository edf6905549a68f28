"""The demo's desk as the virtual desk's page has it: hands for the simulators, and what journal, ABIS and tags say."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from devices.drivers.escpos.sim import Fault as PrinterFault
from devices.drivers.feig.sim import Fault as PadFault
from devices.transport.simline import Sent
from devices.transport.simserve import SimServer
from kiosk.app.demo.abis_line import AbisLine
from kiosk.app.demo.catalogue import readers
from kiosk.app.demo.desk import Copy, DemoDesk
from kiosk.app.demo.hands import Hands
from kiosk.app.demo.kiosk_child import KioskChild, NotStarted
from kiosk.app.demo.mailbox import letters
from kiosk.app.demo.oddities import Oddities
from kiosk.app.demo.play import Play
from kiosk.app.demo.scenarios import SCENARIOS
from kiosk.app.demo.staff import CARDS as STAFF_CARDS
from kiosk.app.demo.witnesses import Witnesses
from kiosk.domain.ids import ItemId
from kiosk.views import View
from ui.simdesk.port import (
    MOST_ROWS,
    Act,
    Book,
    Card,
    Deed,
    Impossible,
    JournalRow,
    Oddity,
    OnPad,
    Plug,
    State,
    Trouble,
    Weather,
)
from ui.text import catalogue as texts
from ui.text.spoken import spoken
from ui.touch.drawing import covers

MOST_SCANNED = 200
"""Characters held before the scanner: a poster's QR code is longer, and is for the driver's tests."""
MOST_ON_PAD = 40
"""Tags a pad may bear here: more than fit on a desk."""
MOST_RECEIPTS = 8
COVER_HEIGHT = 168
PAPER_FAULTS = {
    Trouble.PAPER_LOW: PrinterFault.PAPER_LOW,
    Trouble.PAPER_OUT: PrinterFault.PAPER_OUT,
    Trouble.COVER_OPEN: PrinterFault.COVER_OPEN,
    Trouble.JAM: PrinterFault.CUTTER,
}


class VirtualDesk:
    """The port `ui.simdesk.port.Desk`. May be used from any thread; one hand moves at a time."""

    def __init__(
        self, desk: DemoDesk, kiosk: KioskChild, line: AbisLine, library: Path, zone: ZoneInfo,
        mailbox: Path | None = None,
    ) -> None:  # fmt: skip
        self._mailbox = mailbox
        self._desk, self._kiosk, self._line, self._zone = desk, kiosk, line, zone
        self._oddities = Oddities(desk.field)
        self._copies = {copy.item: copy for copy in desk.copies}
        self._witnesses = Witnesses(desk, library, zone)
        self._plugs: Mapping[Plug, SimServer] = {
            **({Plug.PAD: desk.pad} if desk.has_pad else {}), Plug.SCANNER: desk.scanner, Plug.PRINTER: desk.printer,
        }  # fmt: skip
        self._unplugged: set[Plug] = set()
        self._troubles: set[Trouble] = set()
        self._torn = 0
        self._hand = threading.Lock()
        self._play: Play | None = None
        self._spoken: tuple[View | None, str] = (None, "")
        self.pace = 1.0

    # --- what there is -----------------------------------------------------------------------------------------------

    def shelf(self) -> Sequence[Book]:
        return [
            Book(copy.item, copy.title, copy.author, copy.parts if copy.of > 1 else (), copy.of)
            for copy in self._desk.copies
        ]

    def cards(self) -> Sequence[Card]:
        return [Card(reader.card, reader.name, reader.pin) for reader in (*readers(), *STAFF_CARDS)]

    def scenarios(self) -> Sequence[str]:
        """Those of the pad; a desk without one is tried by hand."""
        return list(SCENARIOS) if self._desk.has_pad else []

    def plugs(self) -> Sequence[Plug]:
        return [Plug.KIOSK, *self._plugs]

    def cover(self, item: str) -> bytes | None:
        copy = self._copies.get(ItemId(item))
        return _cover(copy) if copy is not None else None

    # --- what is seen ------------------------------------------------------------------------------------------------

    def state(self) -> State:
        rows = self._kiosk.rows()
        pad = self._on_pad()
        weather, seconds = self._line.weather
        unplugged = self._unplugged if self._kiosk.powered else self._unplugged | {Plug.KIOSK}
        receipts = self._desk.receipts()[self._torn :][-MOST_RECEIPTS:]
        view = self._kiosk.view
        return State(
            powered=self._kiosk.powered,
            view=type(view).__name__ if view is not None else "",
            says=self._says(view),
            pad=pad,
            told=self._witnesses.told([each.item for each in pad if each.item], rows),
            unplugged=tuple(sorted(unplugged)),
            troubles=tuple(sorted(self._troubles)),
            weather=weather,
            seconds=seconds,
            receipts=tuple(tuple(receipt) for receipt in receipts),
            played=self._play.told if self._play is not None else None,
            letters=letters(self._mailbox) if self._mailbox is not None else (),
        )

    def journal(self, after: int) -> Sequence[JournalRow]:
        new = [row for row in self._kiosk.rows() if row.seq > after]
        return [self._witnesses.row(row) for row in new[-MOST_ROWS:]]

    def _on_pad(self) -> tuple[OnPad, ...]:
        return tuple(self._lying(tag.uid) for tag in self._desk.field.tags())

    def _lying(self, uid: bytes) -> OnPad:
        found, key = self._desk.of_tag(uid), uid.hex()
        if found is not None:
            copy, part = found
            return OnPad(key, copy.item, copy.title, copy.author, part=part if copy.of > 1 else 0)
        return OnPad(key, odd=self._oddities.kind(uid) or "")

    def _says(self, view: View | None) -> str:
        if view is None:
            return ""
        before, words = self._spoken
        if view is not before:
            words = spoken(view, _words(view.frame.look.language), datetime.now(self._zone))
            self._spoken = (view, words)
        return words

    # --- what hands do -----------------------------------------------------------------------------------------------

    def do(self, deed: Deed) -> None:
        match deed.act:
            case Act.PLAY:
                self._begin(deed.what)
            case Act.STOP:
                self.stop()
            case _:
                with self._hand:
                    self._move(deed)

    def _move(self, deed: Deed) -> None:
        match deed.act:
            case Act.LAY:
                self._lay(ItemId(deed.what))
            case Act.PART:
                self._lay_part(deed.what)
            case Act.LIFT:
                self._lift(deed.what)
            case Act.SCAN:
                self._scan(deed.what)
            case Act.ODD:
                self._need_pad()
                self._room()
                self._oddities.lay(_named(Oddity, deed.what))
            case Act.PLUG | Act.UNPLUG:
                self._plug(_named(Plug, deed.what), deed.act is Act.PLUG)
            case Act.CAUSE | Act.CURE:
                self._trouble(_named(Trouble, deed.what), deed.act is Act.CAUSE)
            case Act.WEATHER:
                self._line.change(_named(Weather, deed.what), deed.seconds)
            case Act.TEAR:
                self._torn = len(self._desk.receipts())

    def _lay(self, item: ItemId) -> None:
        if item not in self._copies:
            raise Impossible(f"there is no copy {item} on the shelf")
        if not self._desk.has_pad:
            self._scan(item)
            return
        self._room()
        self._desk.lay(item)

    def _lay_part(self, what: str) -> None:
        item, _, part = what.partition("/")
        copy = self._copies.get(ItemId(item))
        if copy is None or copy.of == 1 or part not in map(str, copy.parts):
            raise Impossible(f"{what} is no part with a tag of any set here")
        self._need_pad()
        self._room()
        self._desk.lay_part(copy.item, int(part))

    def _need_pad(self) -> None:
        if not self._desk.has_pad:
            raise Impossible("there is no pad at this desk")

    def _room(self) -> None:
        if len(self._desk.field.tags()) >= MOST_ON_PAD:
            raise Impossible("nothing more fits on the pad")

    def _lift(self, key: str) -> None:
        if not key:
            self._desk.lift_all()
            return
        try:
            self._desk.field.lift(bytes.fromhex(key))
        except ValueError:
            raise Impossible(f"{key} lies on no pad") from None

    def _scan(self, text: str) -> None:
        if not 0 < len(text) <= MOST_SCANNED or not text.isprintable():
            raise Impossible(f"a barcode here has 1 to {MOST_SCANNED} printable characters")
        if Plug.SCANNER not in self._unplugged:
            self._desk.scan(text)

    def _plug(self, plug: Plug, plugged: bool) -> None:
        if plug is Plug.KIOSK:
            self._power(plugged)
        elif plug not in self._plugs:
            self._need_pad()
        elif plugged:
            self._plugs[plug].plug()
            self._unplugged.discard(plug)
        else:
            self._plugs[plug].unplug()
            self._unplugged.add(plug)
            if plug is Plug.PRINTER:
                self._desk.printer.change(self._forget_paper)

    def _forget_paper(self) -> list[Sent]:
        """What the printer had not printed when its plug was pulled is gone."""
        self._desk.paper.power_cut()
        return []

    def _power(self, on: bool) -> None:
        if not on:
            self._kiosk.cut()
            return
        try:
            self._kiosk.start()
        except NotStarted as fault:
            raise Impossible(str(fault)) from fault

    def _trouble(self, trouble: Trouble, there: bool) -> None:
        change = set.add if there else set.discard
        change(self._troubles, trouble)
        if trouble is Trouble.TAGS_KEEP_NOTHING:
            change(self._desk.reader.faults, PadFault.WRITE_LOST)
            return
        if trouble is Trouble.DISK_FULL:
            self._kiosk.disk(full=there)
            return
        paper = self._desk.paper

        def turn() -> list[Sent]:
            change(paper.faults, PAPER_FAULTS[trouble])
            answers = paper.resume()
            return [Sent(0.0, answers)] if answers else []

        self._desk.printer.change(turn)

    # --- scenarios ---------------------------------------------------------------------------------------------------

    def tidy(self) -> None:
        """Mend everything and take everything off the pad; the power is left as it is."""
        with self._hand:
            self._desk.lift_all()
            self._line.hold("")
            self._line.change(Weather.FAIR)
            for plug in list(self._unplugged):
                self._plug(plug, True)
            for trouble in list(self._troubles):
                self._trouble(trouble, False)

    def _cause(self, trouble: Trouble) -> None:
        with self._hand:
            self._trouble(trouble, True)

    def _begin(self, name: str) -> None:
        if name not in SCENARIOS:
            raise Impossible(f"there is no scenario {name}")
        with self._hand:
            if self._play is not None and self._play.told.running:
                raise Impossible("a scenario is being played; stop it first")
            self._play = Play(name, self.hands, self.tidy)
        self._play.begin()

    def stop(self) -> None:
        """End what is being played; return when it has ended and its weather is over. Harmless when repeated."""
        if self._play is not None:
            self._play.stop()

    def hands(self, tell: Callable[[str], None], stopped: threading.Event | None = None) -> Hands:
        """Return an invisible reader's hands; `tell` hears the names of steps, `stopped` ends what they do."""
        stopped = stopped or threading.Event()
        return Hands(self._desk, self._kiosk, self._line, tell, self.tidy, self._cause, stopped, self.pace)


Named = TypeVar("Named", bound=StrEnum)


def _named(kind: type[Named], what: str) -> Named:
    try:
        return kind(what)
    except ValueError:
        raise Impossible(f"{what} is none of {', '.join(kind)}") from None


@lru_cache(maxsize=1024)
def _cover(copy: Copy) -> bytes:
    file = BytesIO()
    covers.cover(copy.item, copy.title, copy.author, COVER_HEIGHT, fonts_folder()).save(file, "PNG")
    return file.getvalue()


def fonts_folder() -> Path:
    """Return where the text fonts of the screen lie; the page is set in the same."""
    return Path(covers.__file__).parent.parent / "assets" / "fonts"


@lru_cache
def _words(language: str) -> texts.Words:
    return texts.load(language if language in texts.languages() else texts.languages()[0])
