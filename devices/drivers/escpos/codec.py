"""What an ESC/POS printer is asked and what it answers. No port, no clock, no thread in here.

Real-time status, `DLE EOT n`: one byte, answered at once even while the printer is busy, open or out of paper. Bits 1
and 4 are on, bits 0 and 7 off in all four answers, so that only the order tells which question a byte answers: ask one
at a time, and throw away what was held before asking. (Epson TM-U220 and TM-H5000, Samsung SRP-350, HPRT TP80K
command manuals agree on the bits used here.)

Fence, `GS r 1`: processed in its turn after everything sent before it, so that its answer says that all of that is on
paper; at paper end the printer is off line and stays silent. Bits 4 and 7 are off. (Epson TM-T85, TM-U220.)
"""

from collections.abc import Mapping
from enum import Enum, IntEnum, auto

FENCE = b"\x1dr\x01"
FORGET = b"\x10\x05\x02"
"""DLE ENQ 2: leave the error behind and clear what was received and not printed (Epson TM-H5000)."""
CANCEL_CHINESE = b"\x1c."
"""FS "." ends the mode in which two bytes above 7F are one Chinese character: some printers wake up in it."""


class Ask(IntEnum):
    """The questions of `DLE EOT n`; values: n."""

    PRINTER = 1
    OFFLINE = 2
    ERROR = 3
    PAPER = 4


class Trouble(Enum):
    """What keeps a printer from printing, or soon will; most urgent first."""

    SILENT = auto()
    """It answers nothing, or nothing that makes sense."""
    COVER_OPEN = auto()
    PAPER_OUT = auto()
    CUTTER = auto()
    ERROR = auto()
    OFFLINE = auto()
    PAPER_LOW = auto()
    """Prints on."""

    @property
    def stops(self) -> bool:
        return self is not Trouble.PAPER_LOW


_BITS: Mapping[Ask, tuple[tuple[int, Trouble], ...]] = {
    Ask.PRINTER: ((0x08, Trouble.OFFLINE),),
    Ask.OFFLINE: ((0x04, Trouble.COVER_OPEN), (0x20, Trouble.PAPER_OUT), (0x40, Trouble.ERROR)),
    Ask.ERROR: ((0x08, Trouble.CUTTER), (0x20, Trouble.ERROR), (0x40, Trouble.ERROR)),
    Ask.PAPER: ((0x60, Trouble.PAPER_OUT), (0x0C, Trouble.PAPER_LOW)),
}


def request(ask: Ask) -> bytes:
    """Return the bytes of a real-time status request.

    >>> request(Ask.PAPER).hex(" ")
    '10 04 04'
    """
    return bytes((0x10, 0x04, ask))


def is_status(byte: int) -> bool:
    """Say whether a byte can be the answer to `DLE EOT`; XON (11), XOFF (13) and noise are not."""
    return byte & 0x93 == 0x12


def is_fence(byte: int) -> bool:
    """Say whether a byte can be the answer to `GS r 1`."""
    return byte & 0x90 == 0


def troubles(answers: Mapping[Ask, int]) -> frozenset[Trouble]:
    """Return what the answered questions tell. A question without an answer, or with noise for one, is silence.

    >>> sorted(trouble.name for trouble in troubles({Ask.PAPER: 0x7E}))
    ['PAPER_LOW', 'PAPER_OUT']
    """
    found: set[Trouble] = set()
    for ask, byte in answers.items():
        if not is_status(byte):
            found.add(Trouble.SILENT)
        else:
            found |= {trouble for bits, trouble in _BITS[ask] if byte & bits}
    return frozenset(found) if answers else frozenset({Trouble.SILENT})
