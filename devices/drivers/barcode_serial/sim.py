"""A barcode scanner in software: `scan` gives the bytes a real one sends, with the time they take at its speed.

It also takes the start-up settings of its brand and answers them as the manuals say (see `brands`); what a setting
changes is volatile, as there. Faults of the line (silence, noise, unplugged) are those of `devices.transport.simline`.
"""

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from devices.drivers.barcode_serial.brands import ACK, DIALECTS, ENQ, Brand
from devices.drivers.barcode_serial.codec import MAX_LINE, Symbology
from devices.transport.simline import Sent

BITS_PER_BYTE = 10
"""8N1: start, eight data, stop."""
DECODE_SECONDS = 0.030
"""From the beep to the first bit: some 30 ms on an imager."""
_MAX_COMMAND = 256
_SPLIT_GAP = 0.050
_LONG = MAX_LINE * 2


class Fault(Enum):
    NO_SUFFIX = auto()
    """Factory defaults: the code comes without an end."""
    DOUBLED = auto()
    """Reads the code again 300 ms later, as a scanner in presentation mode does."""
    OVERLONG = auto()
    """A poster's QR code instead of a number."""
    SPLIT = auto()
    """A USB adapter that hands over half a code, and the rest 50 ms later."""
    RUN_TOGETHER = auto()
    """Two codes in one line: the suffix between them got lost."""
    CONTROL = auto()
    """A NUL in the middle: a broken level converter."""
    REFUSES = auto()
    """Knows none of the settings it is sent."""


@dataclass(slots=True)
class SimScanner:
    """`baud` None: USB, where bytes take no time. `letters`: sends Codabar's start and stop letters along."""

    brand: Brand = Brand.OTHER
    baud: int | None = 9600
    suffix: bytes = b"\r"
    prefix: bytes = b""
    aim: bool = True
    letters: bool = True
    encoding: str = "utf-8"
    faults: set[Fault] = field(default_factory=set)
    _pile: tuple[str, ...] = ("30234000517861", "30234000517879", "30234000517887")
    _held: bytearray = field(default_factory=bytearray)

    def scan(self, text: str, symbology: Symbology = Symbology.CODABAR) -> list[Sent]:
        """Return what the scanner sends when `text` is held before it."""
        line = self._line(text, symbology)
        if Fault.RUN_TOGETHER in self.faults:
            line += b"\x1d" + line
        if Fault.CONTROL in self.faults:
            line = line[: len(line) // 2] + b"\x00" + line[len(line) // 2 :]
        if Fault.NO_SUFFIX not in self.faults:
            line += self.suffix
        sent = self._timed(line)
        if Fault.DOUBLED in self.faults:
            sent += [Sent(one.after + 0.3, one.data) for one in sent]
        return sent

    def act(self, now: float) -> list[Sent]:  # noqa: ARG002 - a scan takes the same time at any time
        """Hold the next book of a small pile before the scanner."""
        self._pile = self._pile[1:] + self._pile[:1]
        return self.scan(self._pile[-1])

    def receive(self, arrived: bytes, _now: float) -> list[Sent]:
        """Take settings of the brand, one command at a time; anything else is ignored, as scanners do."""
        dialect = DIALECTS.get(self.brand)
        self._held = (self._held + arrived)[-_MAX_COMMAND:]
        if dialect is None:
            return []
        sent = []
        frame = re.compile(re.escape(dialect.head) + b"([^\x03!.]*)" + re.escape(dialect.tail))
        while found := frame.search(self._held):
            answer = self._set(found[1].decode("ascii", "replace").split(";"))
            del self._held[: found.end()]
            sent.append(Sent(self._seconds(len(answer)), answer))
        return sent

    def _line(self, text: str, symbology: Symbology) -> bytes:
        if Fault.OVERLONG in self.faults:
            text = "https://library.example/".ljust(_LONG, "x")
        if symbology is Symbology.CODABAR and self.letters:
            text = f"A{text}B"
        label = f"]{symbology.value}0" if self.aim else ""
        return self.prefix + (label + text).encode(self.encoding)

    def _set(self, settings: list[str]) -> bytes:
        known = Fault.REFUSES not in self.faults
        for setting in settings if known else ():
            if setting in ("VSUFCR", "TSUSET0D"):
                self.suffix = b"\r"
                self.faults.discard(Fault.NO_SUFFIX)
            elif setting == "AIDENA1":
                self.aim = True
        mark = bytes([ACK if known else ENQ])
        body = (mark + b";").join(setting.encode() for setting in settings) + mark
        return body + b"!" if self.brand is Brand.HONEYWELL else b"\x02\x010000#" + body + b";\x03"

    def _timed(self, line: bytes) -> list[Sent]:
        if Fault.SPLIT not in self.faults:
            return [Sent(DECODE_SECONDS + self._seconds(len(line)), line)]
        half = len(line) // 2
        first = DECODE_SECONDS + self._seconds(half)
        return [Sent(first, line[:half]), Sent(first + _SPLIT_GAP + self._seconds(len(line) - half), line[half:])]

    def _seconds(self, size: int) -> float:
        return size * BITS_PER_BYTE / self.baud if self.baud else 0.0
