"""An ESC/POS printer that speaks real bytes: what it is sent becomes paper that can be read.

It obeys what receipt printers have in common (Epson command reference): ESC @ ESC t ESC E ESC ! ESC a ESC d ESC J ESC -
ESC M ESC { ESC 2 ESC 3 GS ! GS B GS V GS v 0 GS r FS . FS & DLE EOT DLE ENQ. What it does not know it keeps in
`unknown`, so that a test sees it. Real-time requests (DLE) are answered at once, everything else in its turn: with the
cover open, out of paper or off line, what was sent waits in the buffer, and `GS r` with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from devices.drivers.escpos.codec import Ask
from devices.drivers.escpos.raster import Bitmap
from devices.transport.simline import Sent

BUFFER = 4096
"""Bytes the printer holds while it cannot print; what comes on top is lost, as on a real one without handshake."""
EPSON_PAGES = {0: "cp437", 2: "cp850", 17: "cp866", 19: "cp858", 34: "cp855", 44: "cp1125", 46: "cp1251"}


class Fault(Enum):
    PAPER_OUT = auto()
    PAPER_LOW = auto()
    COVER_OPEN = auto()
    OFFLINE = auto()
    CUTTER = auto()
    SILENT = auto()
    """Takes everything, prints nothing, answers nothing: hung, or a cable without its way back."""
    GARBAGE = auto()
    """Answers noise: wrong speed."""
    SLOW = auto()
    """Takes four seconds over every line."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One line on paper."""

    text: str
    bold: bool = False
    picture: Bitmap | None = None
    """Dots instead of signs."""
    middle: bool = False


@dataclass(slots=True)
class _Style:
    page: int = 0
    bold: bool = False
    middle: bool = False


# Commands with the number of parameter bytes behind them; the others are cut out by hand in `_length`.
_PARAMETERS: Mapping[bytes, int] = {
    b"\x1b@": 0, b"\x1bt": 1, b"\x1bE": 1, b"\x1bG": 1, b"\x1b!": 1, b"\x1ba": 1, b"\x1bd": 1, b"\x1bJ": 1, b"\x1b-": 1,
    b"\x1bM": 1, b"\x1b{": 1, b"\x1b2": 0, b"\x1b3": 1, b"\x1b ": 1, b"\x1bR": 1, b"\x1d!": 1, b"\x1dB": 1, b"\x1db": 1,
    b"\x1dr": 1, b"\x1da": 1, b"\x1c.": 0, b"\x1c&": 0, b"\x10\x04": 1, b"\x10\x05": 1,
}  # fmt: skip
_LINE_SECONDS = 0.025
"""4 mm of paper at 150 mm/s."""
_ROW_SECONDS = 0.125 / 150
"""A row of dots at 203 dpi."""
BITS_PER_BYTE = 10
"""8N1: start, eight data, stop."""


@dataclass(slots=True)
class SimPrinter:
    """Feed what the host sends, send back what `feed` returns. `left`: lines until the roll ends, None: plenty.

    >>> printer = SimPrinter()
    >>> printer.feed(bytes.fromhex("1b40 1b7411 8aada8a3a0 0a 1d5601 100404")).hex()
    '12'
    >>> printer.receipts
    [['Книга']]
    """

    baud: int | None = 19200
    """None: USB or TCP, where bytes take no time."""
    pages: Mapping[int, str] = field(default_factory=lambda: dict(EPSON_PAGES))
    faults: set[Fault] = field(default_factory=set)
    left: int | None = None
    seconds: float = 0.0
    """Seconds of work of the print head and paper, in all."""
    unknown: list[bytes] = field(default_factory=list)
    cut: list[list[Printed]] = field(default_factory=list)
    """Receipts that were cut off, oldest first."""
    sheet: list[Printed] = field(default_factory=list)
    """What hangs out of the printer."""
    _buffer: bytearray = field(default_factory=bytearray)
    _line: bytearray = field(default_factory=bytearray)
    _style: _Style = field(default_factory=_Style)
    _busy: float = 0.0

    def receive(self, arrived: bytes, now: float) -> list[Sent]:
        """Take bytes that begin to arrive `now`; an answer in its turn comes when all before it is on paper."""
        came, before = now + self._line_seconds(len(arrived)), self.seconds
        at_once, in_turn = self._take(arrived)
        self._busy = max(self._busy, came) + self.seconds - before
        answers = [(came, byte) for byte in at_once] + [(self._busy, byte) for byte in in_turn]
        return [Sent(at - now + self._line_seconds(1), bytes((byte,))) for at, byte in answers]

    @property
    def receipts(self) -> list[list[str]]:
        """Text of every receipt cut off, line by line."""
        return [[line.text for line in receipt if not line.picture] for receipt in self.cut]

    @property
    def transcript(self) -> str:
        """All that is on paper, receipts apart by a line of scissors."""
        sheets = [*self.cut, self.sheet] if self.sheet else self.cut
        return "\n8< - - - - -\n".join("\n".join(_told(line) for line in sheet) for sheet in sheets)

    @property
    def stopped(self) -> bool:
        stops = {Fault.PAPER_OUT, Fault.COVER_OPEN, Fault.OFFLINE, Fault.CUTTER, Fault.SILENT}
        return self.left == 0 or bool(self.faults & stops)

    def act(self, now: float) -> list[Sent]:  # noqa: ARG002 - a roll is put in at any time
        """Put in a new roll, close the cover; return what the printer then says."""
        self.left = None
        self.faults -= {Fault.PAPER_OUT, Fault.PAPER_LOW, Fault.COVER_OPEN}
        return [Sent(self._line_seconds(1), bytes((byte,))) for byte in self.resume()]

    def feed(self, arrived: bytes) -> bytes:
        """Take bytes, print what can be printed, return what the printer sends back: `receive` without the time."""
        return b"".join(self._take(arrived))

    def _take(self, arrived: bytes) -> tuple[bytes, bytes]:
        """Return what is answered at once and what in its turn."""
        if Fault.SILENT in self.faults:
            return b"", b""
        self._buffer += arrived
        at_once = self._answer_at_once()
        in_turn = self.resume()
        del self._buffer[BUFFER:]
        if Fault.GARBAGE in self.faults:
            return b"\xff" * len(at_once), b"\x90" * len(in_turn)
        return at_once, in_turn

    def resume(self) -> bytes:
        """Go on with what waits in the buffer, once a fault was cured; return what is answered in its turn."""
        answers = bytearray()
        while self._buffer and not self.stopped:
            length = _length(self._buffer)
            if length is None or length > len(self._buffer):
                break
            token = bytes(self._buffer[:length])
            del self._buffer[:length]
            answers += self._obey(token)
        return bytes(answers)

    def status(self, ask: Ask) -> int:
        """The answer to `DLE EOT`."""
        out, cover = Fault.PAPER_OUT in self.faults or self.left == 0, Fault.COVER_OPEN in self.faults
        cutter = Fault.CUTTER in self.faults
        bits = {
            Ask.PRINTER: 0x08 * self.stopped,
            Ask.OFFLINE: 0x04 * cover | 0x20 * out | 0x40 * cutter,
            Ask.ERROR: 0x08 * cutter,
            Ask.PAPER: 0x60 * out | 0x0C * (out or self._low),
        }
        return 0x12 | bits[ask]

    @property
    def _low(self) -> bool:
        return Fault.PAPER_LOW in self.faults or (self.left is not None and self.left < 40)

    def _answer_at_once(self) -> bytes:
        """Take real-time requests out of the buffer, wherever they stand."""
        answers, at = bytearray(), 0
        while (at := self._buffer.find(b"\x10", at)) >= 0 and at + 2 < len(self._buffer):
            kind, n = self._buffer[at + 1], self._buffer[at + 2]
            if kind == 0x04 and n in set(Ask):
                answers.append(self.status(Ask(n)))
            elif kind == 0x05 and n == 2:
                del self._buffer[:at]
                self._line.clear()
                at = 0
            else:
                at += 1
                continue
            del self._buffer[at : at + 3]
        return bytes(answers)

    def _obey(self, token: bytes) -> bytes:
        match token[:2]:
            case b"\x1b@":
                self._style = _Style()
                self._line.clear()
            case b"\x1bt":
                self._print_pending()
                self._style.page = token[2]
            case b"\x1bE":
                self._style.bold = bool(token[2] & 1)
            case b"\x1b!":
                self._style.bold = bool(token[2] & 8)
            case b"\x1ba":
                self._style.middle = token[2] in (1, 49)
            case b"\x1dv":
                self._draw(token)
            case b"\x1bd":
                self._feed(token[2])
            case b"\x1dV":
                self._cut()
            case b"\x1dr":
                return bytes([0x03 * self._low]) if token[2] in (1, 49) else b"\x00"
            case other if len(token) == 1:
                self._character(other[0])
            case prefix if prefix not in _PARAMETERS:
                self.unknown.append(token)
        return b""

    def _character(self, byte: int) -> None:
        if byte == 0x0A:
            self._feed(1)
        elif byte >= 0x20:
            self._line.append(byte)
        elif byte not in (0x0D, 0x09, 0x00):
            self.unknown.append(bytes([byte]))

    def _feed(self, lines: int) -> None:
        for _ in range(lines):
            self.sheet.append(Printed(self._text(), self._style.bold and bool(self._line)))
            self._line.clear()
            self.seconds += 4.0 if Fault.SLOW in self.faults else _LINE_SECONDS
            if self.left:
                self.left -= 1

    def _draw(self, token: bytes) -> None:
        """A picture that follows one without a line between them goes on below it, as the paper has it."""
        stride, double = token[4] | token[5] << 8, token[3] in (3, 51)
        picture = Bitmap(stride, token[8:], double)
        self.seconds += picture.rows * (2 if double else 1) * _ROW_SECONDS
        last = self.sheet[-1].picture if self.sheet else None
        if last and (last.stride, last.double) == (stride, double):
            self.sheet.pop()
            picture = Bitmap(stride, last.dots + picture.dots, double)
        self.sheet.append(Printed("", picture=picture, middle=self._style.middle))

    def power_cut(self) -> None:
        """The plug is pulled and put in again: what was not printed yet is gone, the paper hangs where it was."""
        self._buffer.clear()
        self._line.clear()
        self._style = _Style()

    def _line_seconds(self, size: int) -> float:
        return size * BITS_PER_BYTE / self.baud if self.baud else 0.0

    def _print_pending(self) -> None:
        """A code page holds from the next character on: what stands in the line keeps the old one."""
        if self._line:
            self.unknown.append(b"code page changed within a line")

    def _text(self) -> str:
        page = self.pages.get(self._style.page)
        return bytes(self._line).decode(page, "replace") if page else "\N{REPLACEMENT CHARACTER}" * len(self._line)

    def _cut(self) -> None:
        while self.sheet and not self.sheet[-1].text and not self.sheet[-1].picture:
            self.sheet.pop()
        if self.sheet:
            self.cut.append(self.sheet)
        self.sheet = []


def _told(line: Printed) -> str:
    return f"[{line.picture.stride * 8} x {line.picture.rows} dots]" if line.picture else line.text


def _length(held: bytearray) -> int | None:
    """Return how many bytes the first command or character takes, None while that cannot be known."""
    if held[0] not in b"\x10\x1b\x1c\x1d":
        return 1
    if len(held) < 2:
        return None
    head = bytes(held[:2])
    if head in _PARAMETERS:
        return 2 + _PARAMETERS[head]
    if head == b"\x1dV":
        return None if len(held) < 3 else 4 if held[2] in (65, 66) else 3
    if head == b"\x1dv":
        return None if len(held) < 8 else 8 + (held[4] | held[5] << 8) * (held[6] | held[7] << 8)
    return 2
