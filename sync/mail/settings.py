"""What a station must be told of the mail server: the section `[mail]` of `station.toml`. Never without TLS."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from kiosk.domain.mail import address

PORTS = {"tls": 465, "starttls": 587}
"""As RFC 8314 and RFC 6409 have them."""


class Settings(BaseModel):
    """A server that takes mail from us. The password stands in a file of its own and never shows itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Annotated[str, Field(min_length=1, max_length=253, description="name of the mail server")]
    security: Literal["tls", "starttls"] = "starttls"
    """`tls`: from the first byte; `starttls`: after a word in the open. The certificate is checked either way."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """None: 465 or 587, as the security has it."""
    user: Annotated[str, Field(max_length=200)] = ""
    """Empty: this server asks for no login."""
    password: SecretStr = SecretStr("")
    sender: Annotated[str, Field(description='the address it is sent from, such as "kiosk@library.example"')]
    ca: str = ""
    """File with the certificates that are trusted, from the root on; empty: those of the system."""
    seconds: Annotated[float, Field(ge=1, le=120)] = 20.0
    """For one answer of the server."""
    keep_days: Annotated[int, Field(ge=1, le=30)] = 5
    """How long a letter is tried; then its receipt is offered again at its reader's next visit."""

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, sender: str) -> str:
        found = address(sender)
        if found is None:
            raise ValueError('must be an address alone, such as "kiosk@library.example"')
        return found.value

    @field_validator("ca")
    @classmethod
    def _is_a_path(cls, ca: str) -> str:
        if ca and not ca.startswith("/"):
            raise ValueError("must be a path from the root on, such as /etc/kiosk/mail-ca.pem")
        return ca

    @property
    def at(self) -> tuple[str, int]:
        return self.host, self.port or PORTS[self.security]
