"""Serial barcode scanner: bytes <-> scans. No port, no clock, no thread in here.

A scanner sends what it read as text and then a suffix. On the wire: prefix, AIM identifier, data, suffix
(order of the data label as in Datalogic's manuals). What arrives is cut into lines by `Framer`, and each line is
judged by `read`. Where a line ends without suffix only time can tell: the driver calls `silent` when nothing came
for the length of the gap.

AIM symbology identifiers: "]", a letter for the symbology, a modifier (Zebra DS457 and Motorola LS4208 manuals).
Codabar carries a start and a stop letter A to D that many scanners send along: they are no part of the number.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TypeAlias

MAX_LINE = 1024
"""Bytes of one line. The largest number a library sticks on is some 64 characters; a scanner that never sends its
suffix, or a port at the wrong speed, cannot make us hold more."""


class Suffix(StrEnum):
    """What ends a scan. LINE: carriage return, line feed or both."""

    LINE = "line"
    TAB = "tab"
    SILENCE = "silence"


class Symbology(Enum):
    """Value: the letter of the AIM identifier."""

    CODE_39 = "A"
    CODE_128 = "C"
    EAN = "E"
    CODABAR = "F"
    CODE_93 = "G"
    CODE_11 = "H"
    INTERLEAVED_2_OF_5 = "I"
    PDF417 = "L"
    MSI = "M"
    QR = "Q"
    STRAIGHT_2_OF_5 = "S"
    OTHER = "X"
    DATA_MATRIX = "d"
    DATABAR = "e"
    AZTEC = "z"


class Junk(Enum):
    """Why a line is no scan."""

    EMPTY = auto()
    CONTROL = auto()
    """Control characters: an answer of the scanner, noise, or two scans run into each other."""
    TOO_LONG = auto()
    UNDECODABLE = auto()
    NO_SUFFIX = auto()
    """The line fell silent before the suffix came."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read. `symbology` None: the scanner does not say."""

    text: str
    symbology: Symbology | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How this scanner's lines are to be understood. `max_length` in characters of the number."""

    suffix: Suffix = Suffix.LINE
    prefix: str = ""
    aim: bool = True
    strip_codabar: bool = True
    encoding: str = "utf-8"
    max_length: int = 64


Outcome: TypeAlias = Scan | Junk
_ENDS = {Suffix.LINE: b"\r\n", Suffix.TAB: b"\t", Suffix.SILENCE: b""}
_AIM = re.compile(r"\]([A-Za-z])[0-9A-Za-z]")
_CODABAR = re.compile(r"[A-Da-d]([0-9$:/.+-]{4,})[A-Da-d]")


class Framer:
    """Feed what arrived, take the scans it completed; junk never raises and never holds more than `MAX_LINE`.

    >>> Framer(Reading()).feed(b"]F0A30234000517861B\\r\\n")
    [Scan(text='30234000517861', symbology=<Symbology.CODABAR: 'F'>)]
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._held = bytearray()
        self._skipping = False

    def feed(self, arrived: bytes) -> list[Outcome]:
        """Return scans and junk completed by `arrived`, in order. Empty lines are passed over (CR LF, keep-alives)."""
        outcomes: list[Outcome] = []
        for byte in arrived:
            if byte in _ENDS[self._reading.suffix]:
                outcomes += self._end()
            elif len(self._held) >= MAX_LINE:
                self._skipping = True
            else:
                self._held.append(byte)
        return outcomes

    def silent(self) -> list[Outcome]:
        """Nothing came for the length of the gap: what is held is a scan, or one that lost its suffix, or noise."""
        held = bool(self._held)
        outcomes = self._end()
        if self._reading.suffix is Suffix.SILENCE or not held:
            return outcomes
        return [outcome for outcome in outcomes if isinstance(outcome, Junk)] or [Junk.NO_SUFFIX]

    @property
    def holds(self) -> bool:
        """Whether a line has begun and not ended."""
        return bool(self._held)

    def reset(self) -> None:
        """Drop what was begun: the line was opened anew."""
        self._held.clear()
        self._skipping = False

    def _end(self) -> list[Outcome]:
        line, skipping = bytes(self._held), self._skipping
        self.reset()
        if skipping:
            return [Junk.TOO_LONG]
        outcome = read(line, self._reading)
        return [] if outcome is Junk.EMPTY else [outcome]


def read(line: bytes, reading: Reading) -> Outcome:
    """Judge one line without its suffix. Never raises.

    >>> read(b"]C0KN-0815", Reading())
    Scan(text='KN-0815', symbology=<Symbology.CODE_128: 'C'>)
    """
    try:
        text = line.decode(reading.encoding).strip(" ")
    except UnicodeDecodeError:
        return Junk.UNDECODABLE
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text):
        return Junk.CONTROL
    text, symbology = _labelled(text.removeprefix(reading.prefix), reading.aim)
    if reading.strip_codabar and symbology in (None, Symbology.CODABAR):
        text = _CODABAR.sub(r"\1", text) if _CODABAR.fullmatch(text) else text
    if len(text) > reading.max_length:
        return Junk.TOO_LONG
    return Scan(text, symbology) if text else Junk.EMPTY


class Repeats:
    """Tells a scan from the same code still lying before the scanner.

    A scanner that reads by itself sends the code again and again while it is held there: each reading within
    `window` seconds of the one before it is the same showing, however long that goes on.
    """

    def __init__(self, window: float) -> None:
        self._window = window
        self._last: tuple[str, float] | None = None

    def is_new(self, text: str, at: float) -> bool:
        """Say whether `text` read `at` (seconds that never jump) is a new showing."""
        last, self._last = self._last, (text, at)
        return last is None or last[0] != text or at - last[1] >= self._window


def _labelled(text: str, aim: bool) -> tuple[str, Symbology | None]:
    """Take the AIM identifier off, where there is one that we know."""
    found = _AIM.match(text) if aim else None
    if not found or found[1] not in _LETTERS:
        return text, None
    return text[found.end() :].strip(" "), Symbology(found[1])


_LETTERS = {symbology.value for symbology in Symbology}
