"""What a station must be told of its ABIS: the section `[abis]` of `station.toml` where `kind = "sip2"`."""

from ipaddress import ip_address
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from sync.abis.sip2.profile import Profile, load
from sync.abis.sip2.requests import sendable


def _first_line(error: ValidationError) -> str:
    """The first thing wrong with a profile, as `wire.encoding: …`."""
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class Settings(BaseModel):
    """Passwords never show themselves. Texts are checked against the profile's encoding before anything is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: str = "standard"
    """A shipped profile's name, or the path of a site's own (`….toml`)."""
    corrections: dict[str, Any] = Field(default_factory=dict)
    """Single keys of the profile that are otherwise here: `corrections.wire.encoding = "cp866"`."""
    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 6001
    user: str = ""
    """CN of the login; empty: this ABIS asks for no login."""
    password: SecretStr = SecretStr("")
    login_location: str = ""
    """CP of the login."""
    institution: str = ""
    """AO."""
    location: str = ""
    """AP: the branch this station stands in. It decides where returned items go."""
    terminal_password: SecretStr = SecretStr("")
    """AC."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "RUB"
    """What amounts are in where the ABIS does not say (ISO 4217)."""
    log_texts: bool = False
    """For setting up with test cards: `kiosk -v` logs what the ABIS says in words, which may name a reader."""

    _profile: Profile = PrivateAttr()

    @field_validator("corrections")
    @classmethod
    def _fits_a_profile(cls, corrections: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if "profile" in info.data:
            try:
                load(info.data["profile"], corrections)
            except ValidationError as error:
                raise ValueError(_first_line(error)) from None
        return corrections

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, host: str) -> str:
        """A name or an address and nothing else; only the addresses of IPv6 have colons."""
        if ":" in host and not _is_address(host):
            raise ValueError("must be a name or an address alone; the port has a line of its own: port = 6001")
        if not host.isprintable() or any(sign in host for sign in " /@"):
            raise ValueError('must be a name or an address alone, such as "koha.library.example"')
        return host

    @field_validator("profile")
    @classmethod
    def _exists(cls, profile: str) -> str:
        try:
            load(profile)
        except ValidationError as error:
            raise ValueError(f"profile {profile}: {_first_line(error)}") from None
        return profile

    @field_validator("user", "password", "login_location", "institution", "location", "terminal_password")
    @classmethod
    def _can_be_sent(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if "profile" in info.data and "corrections" in info.data:
            encoding = load(info.data["profile"], info.data["corrections"]).wire.encoding
            if text and not sendable(text, encoding):
                raise ValueError(f"cannot be sent: it holds |, a control character or a letter that {encoding} lacks")
        return value

    @model_validator(mode="after")
    def _resolve(self) -> Self:
        self._profile = load(self.profile, self.corrections)
        return self

    @property
    def resolved(self) -> Profile:
        """The profile with its corrections."""
        return self._profile
