"""Who may speak to our SIP2 server, and how it speaks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from sync.sip2.values import Encoding


class MachineAccount(BaseModel):
    """One machine's login. `None` means: as the server's own settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str = Field(min_length=1, max_length=100)
    password: SecretStr
    encoding: Encoding | None = None
    line_end: Literal["cr", "crlf"] | None = None


class ServerSettings(BaseModel):
    """The gateway for machines that speak SIP2. Without accounts whoever reaches the port may ask without a login."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    institution: str = Field(default="", max_length=60)
    """AO of every answer."""
    library: str = Field(default="", max_length=100)
    """AM: the library's name, for people."""
    accounts: tuple[MachineAccount, ...] = ()
    encoding: Encoding = Encoding.UTF_8
    line_end: Literal["cr", "crlf"] = "cr"
    language: Literal["ru", "en"] = "ru"
    """Of texts, where a machine names none."""
    currency: str = Field(default="RUB", pattern="[A-Z]{3}")
    trusted_days: int = Field(default=30, ge=0, le=366)
    """How far back a machine's own date of a transaction is believed: it may have worked offline. 0: never."""
    block_cards: bool = False
    """Whether a machine may block a card (message 01): five wrong PINs typed by a stranger would do it."""
    details: bool = True
    """Send fields beyond the standard in answers: author, age mark, reason, … (see docs/local-store.md)."""
    hold_details: bool = False
    """Lists of holds as `item^title^author^until^place^queue` instead of the bare item or title."""
    list_limit: int = Field(default=500, ge=1, le=2000)
    """Entries of one list in one answer; the rest is asked for by page (BP, BQ)."""
    answer_seconds: int = Field(default=10, ge=1, le=99)
    """What message 98 tells machines to wait for an answer."""
    idle_seconds: float = Field(default=600, gt=0)
    """A connection without a whole message for so long is closed."""
    login_seconds: float = Field(default=30, gt=0)
    connections: int = Field(default=32, ge=1, le=1000)
    """At the same time; one more is closed at once. Each costs a thread."""
    bad_messages: int = Field(default=10, ge=1, le=1000)
    """Unusable messages in a row after which a connection is closed: some machines send the same one for ever."""
