"""What a brand of scanner is told at the start of each connection, so that a factory reset cures itself.

All of it is volatile: nothing is written to the scanner's flash, a power cycle brings the old settings back.

Honeywell: SYN M CR, settings separated by ";", then "!" for the volatile table ("." would be the permanent one); it
echoes the command with ACK, ENQ (unknown setting) or NAK (bad value) before each mark of punctuation (user guides of
N86, N431x, 1450g, chapter "Serial Programming Commands").
Newland: "~" SOH "0000", "#" for temporary ("@" would be permanent), settings, ";" ETX; it answers STX SOH ... with ACK
or NAK after each setting (NLS-HR52 user manual, "Use of Programming Command").
"""

from dataclasses import dataclass
from enum import StrEnum

ACK, NAK, ENQ = 0x06, 0x15, 0x05
MAX_ANSWER = 1024
"""Bytes of an answer to read: it echoes the command, and ours are shorter than a tenth of it."""


class Brand(StrEnum):
    OTHER = "other"
    """Nothing is sent: the scanner was set up by hand."""
    HONEYWELL = "honeywell"
    NEWLAND = "newland"


@dataclass(frozen=True, slots=True)
class Dialect:
    head: bytes
    tail: bytes
    settings: tuple[str, ...]
    """Carriage return after every code; AIM identifiers where the name of the setting is known to us."""


DIALECTS = {
    Brand.HONEYWELL: Dialect(b"\x16M\r", b"!", ("VSUFCR",)),
    Brand.NEWLAND: Dialect(b"~\x010000#", b";\x03", ("TSUENA1", "TSUSET0D", "AIDENA1")),
}


def start_command(brand: Brand) -> bytes:
    """Return the bytes to send once a connection stands, or none.

    >>> start_command(Brand.HONEYWELL)
    b'\\x16M\\rVSUFCR!'
    """
    dialect = DIALECTS.get(brand)
    return dialect.head + ";".join(dialect.settings).encode() + dialect.tail if dialect else b""


def verdict(brand: Brand, answer: bytes) -> bool | None:
    """Say whether the scanner took every setting; None while its answer is not complete. Never raises."""
    dialect = DIALECTS.get(brand)
    if dialect is None:
        return True
    if len(answer) > MAX_ANSWER or NAK in answer or ENQ in answer:
        return False
    return True if answer.count(ACK) >= len(dialect.settings) else None
