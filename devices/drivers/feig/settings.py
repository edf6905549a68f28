"""What `station.toml` says of a FEIG pad."""

from typing import Literal, Self

from pydantic import Field, model_validator

from devices.spec import WireSettings
from devices.transport.wires import SerialLine


class Settings(WireSettings):
    """Defaults fit a mid-range pad reader as delivered, and AFI values of ISO 28560."""

    baud: int = Field(default=38400, ge=4800, le=230400)
    parity: Literal["N", "E", "O"] = "E"
    frames: Literal["standard", "advanced"] = "standard"
    """How requests are framed; answers are understood in either. Readers of the CPR family know only `standard`."""
    address: int = Field(default=0xFF, ge=0, le=0xFF)
    """The reader's bus address; 255 is whichever reader is on the line."""
    answer_seconds: float = Field(default=1.0, ge=0.1, le=1.5)
    """Longest wait for an answer; the reader's own TR-RESPONSE-TIME must be shorter."""
    silence_seconds: float = Field(default=0.005, ge=0, le=0.1)
    """Pause that a serial reader needs between its answer and the next request, behind a serial server too. A reader
    with a network socket of its own needs none."""
    block_order: Literal["auto", "memory", "msb_first"] = "auto"
    """How the reader counts the bytes of a block; `auto` tells it from each tag's content."""
    confirm_rounds: int = Field(default=3, ge=1, le=10)
    """A tag counts after this many rounds in a row that saw it."""
    forget_rounds: int = Field(default=4, ge=1, le=20)
    """A tag is gone after this many rounds in a row that missed it."""
    idle_seconds: float = Field(default=0.2, ge=0.05, le=2)
    """Pause between rounds while nothing changes."""
    rf_reset: bool = False
    """Reset the field before each round: for readers that report each tag once. Found out by itself, too."""
    afi_secured: int = Field(default=0x07, ge=0, le=0xFF)
    afi_loaned: int = Field(default=0xC2, ge=0, le=0xFF)
    use_eas: bool = False
    """Also write the surveillance bit of NXP tags, for gates that listen to it. It cannot be read back."""

    @property
    def line(self) -> SerialLine:
        return SerialLine(self.baud, self.parity)

    @model_validator(mode="after")
    def _two_states(self) -> Self:
        if self.afi_secured == self.afi_loaned:
            raise ValueError("afi_secured and afi_loaned are the same: no gate could tell a lent book from another")
        return self
