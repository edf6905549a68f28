"""What a station must be told of the mail server: the section `[mail]` of `station.toml`. Over a wire only with TLS."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from kiosk.domain.mail import address

PORTS = {"tls": 465, "starttls": 587}
"""As RFC 8314 and RFC 6409 have them."""


class Settings(BaseModel):
    """A server that takes mail from us, or a folder. The password stands in its own file and never shows itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Annotated[str, Field(max_length=253, description="name of the mail server")] = ""
    pickup: str = ""
    """Instead of a host: the folder from which a mail server of this machine takes letters."""
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

    @field_validator("ca", "pickup")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if path and not path.startswith("/"):
            raise ValueError("must be a path from the root on, such as /etc/kiosk/mail-ca.pem")
        return path

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if bool(self.host) == bool(self.pickup):
            raise ValueError("needs host, the name of a mail server, or pickup, a folder from which one takes letters")
        return self

    @property
    def at(self) -> tuple[str, int]:
        """The server's address; not where there is a `pickup`."""
        return self.host, self.port or PORTS[self.security]
