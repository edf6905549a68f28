"""What `station.toml` says of a serial barcode scanner."""

from typing import Literal

from pydantic import Field

from devices.drivers.barcode_serial.brands import Brand
from devices.drivers.barcode_serial.codec import Reading, Suffix
from devices.spec import WireSettings
from devices.transport.wires import SerialLine


class Settings(WireSettings):
    """Defaults fit a scanner with a USB serial port that sends a carriage return after each code."""

    baud: int = Field(default=9600, ge=300, le=115200)
    parity: Literal["N", "E", "O"] = "N"
    brand: Brand = Brand.OTHER
    """`honeywell` and `newland` are told their suffix at each start; `other` is set up by hand."""
    suffix: Suffix = Suffix.LINE
    """What ends a code: `line` (CR, LF or both), `tab`, or `silence`."""
    prefix: str = Field(default="", max_length=16)
    """What the scanner is set to send before each code."""
    aim: bool = True
    """Take AIM identifiers (]C0) off where they come."""
    codabar_letters: Literal["strip", "keep"] = "strip"
    """Start and stop letters of Codabar (A30234000517861B): no part of the number."""
    encoding: Literal["utf-8", "cp1251", "cp866", "latin-1", "ascii"] = "utf-8"
    max_length: int = Field(default=64, ge=4, le=256)
    """Characters of the longest number; what is longer is junk."""
    repeat_seconds: float = Field(default=1.0, ge=0, le=10)
    """The same code again within this time is the same showing."""
    gap_seconds: float = Field(default=0.2, ge=0.02, le=2)
    """Silence after which a code without suffix is over."""

    @property
    def line(self) -> SerialLine:
        return SerialLine(self.baud, self.parity)

    @property
    def reading(self) -> Reading:
        strip = self.codabar_letters == "strip"
        return Reading(self.suffix, self.prefix, self.aim, strip, self.encoding, self.max_length)
