"""What `station.toml` says of a receipt printer."""

from difflib import get_close_matches
from typing import Literal

from pydantic import Field, field_validator

from devices.drivers.escpos.paper import Cut, Model, profiles
from devices.spec import WireSettings
from devices.transport.wires import SerialLine


class Settings(WireSettings):
    """Defaults fit an Epson-like printer with a partial cutter."""

    baud: int = Field(default=19200, ge=1200, le=115200)
    parity: Literal["N", "E", "O"] = "N"
    profile: str = "default"
    """Model, as python-escpos names it (TM-T20II, RP326, POS-5890 …): columns, cutter, slots of the code pages."""
    code_page: str = Field(default="CP866", pattern=r"^[A-Za-z0-9_-]{3,16}$")
    code_page_slot: int | None = Field(default=None, ge=0, le=255)
    """Number the printer knows the code page by, where its self-test says another one than the profile."""
    columns: int | None = Field(default=None, ge=24, le=64)
    cut: Cut = Cut.PARTIAL
    cancel_chinese: bool = False
    """For printers that print pairs of Cyrillic letters as Chinese."""
    confirms: bool = True
    """Whether the printer answers `GS r`; without it, what is printed is only known from its status afterwards."""
    phone: str = Field(default="", max_length=24)
    """Telephone for renewals, printed on the receipt."""
    poll_seconds: float = Field(default=5.0, ge=0.1, le=60)
    """How often an idle printer is asked for paper, cover and cutter."""
    print_seconds: float = Field(default=20.0, ge=5, le=60)
    """Longest time for a receipt; after it the reader is told that there is none."""

    @field_validator("profile")
    @classmethod
    def _exists(cls, profile: str) -> str:
        known = profiles()
        if known and profile not in known:
            near = get_close_matches(profile, known, n=1, cutoff=0.8)
            meant = f'did you mean "{near[0]}"? ' if near else ""
            raise ValueError(f"no such model; {meant}known are {', '.join(known)}")
        return profile

    @property
    def line(self) -> SerialLine:
        return SerialLine(self.baud, self.parity)

    @property
    def model(self) -> Model:
        return Model(self.profile, self.code_page, self.code_page_slot, self.columns, self.cut, self.cancel_chinese)
