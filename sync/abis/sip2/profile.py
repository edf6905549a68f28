"""What one library system's SIP2 is like, as data: a profile.

Profiles are TOML files beside this module; a site may bring its own, or correct single keys in its settings. A profile
says only what differs from the one it `extends`; `standard` says everything. `sources` tells for each departure where
it was seen, `unverified` names what nobody has yet seen a server do.
"""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from kiosk.domain.refusal import Reason
from sync.sip2.dates import ZoneStyle
from sync.sip2.messages import MESSAGES
from sync.sip2.values import Encoding, PatronStatus

DEEPEST = 4
"""Profiles that may extend one another in a row: a circle of them must end."""

_TERMINATORS = {"CR": b"\r", "CRLF": b"\r\n"}
_ZONES = {"local": ZoneStyle.LOCAL, "utc": ZoneStyle.UTC}

FieldId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]$")]
RequestCode = Annotated[str, Field(pattern=r"^\d\d$")]
Seconds = Annotated[float, Field(gt=0, le=600)]


def _compiled(pattern: object) -> object:
    """A regular expression, found anywhere in a text, whatever its case."""
    if not isinstance(pattern, str):
        return pattern
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None


def _reason(name: object) -> object:
    if not isinstance(name, str):
        return name
    try:
        return Reason[name.upper()]
    except KeyError:
        raise ValueError(f"no such reason; there are {', '.join(each.name.lower() for each in Reason)}") from None


Pattern = Annotated[re.Pattern[str], BeforeValidator(_compiled)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Source(_Part):
    """Where a value comes from: the group `value` of a pattern found in the first field that has it."""

    fields: tuple[FieldId, ...]
    pattern: Pattern

    @field_validator("pattern")
    @classmethod
    def _has_value(cls, pattern: re.Pattern[str]) -> re.Pattern[str]:
        if "value" not in pattern.groupindex:
            raise ValueError("the pattern has no group (?P<value>…)")
        return pattern


class Wire(_Part):
    """How messages look on the line."""

    encoding: Encoding
    terminator: Literal["CR", "CRLF"]
    error_detection: bool
    """Send AY and AZ. Verified in answers where they carry them."""
    verify_checksum: bool
    """False for a server that sums characters instead of bytes."""
    match_sequence: bool
    """False for a server that does not repeat our AY."""
    match_item: bool
    """False for a server that answers with another AB than it was asked for."""
    zone: Literal["local", "utc"]
    date_formats: tuple[str, ...]
    """Further formats of due and birth dates, as for `datetime.strptime`."""
    resend_means_not_done: bool
    """Whether 96 (not understood) proves that the request was not carried out."""

    @property
    def end(self) -> bytes:
        return _TERMINATORS[self.terminator]

    @property
    def zone_style(self) -> ZoneStyle:
        return _ZONES[self.zone]


class Sending(_Part):
    """Which optional fields are sent. Those the standard requires always are."""

    always: tuple[FieldId, ...]
    """Sent even where there is nothing to say: `AC|`."""
    allowed: tuple[FieldId, ...]
    """Nothing else is ever sent: there are servers that die of a field they do not know."""
    location: bool
    """Send CP at login."""
    language: Annotated[str, Field(pattern=r"^\d{3}$")]
    status: bool
    """Ask for the ABIS's status (99) after login."""


class Timing(_Part):
    """Seconds. `answer` None: what the ABIS says of itself in message 98, within `shortest` and `longest`."""

    connect: Seconds
    login: Seconds
    answer: Seconds | None = None
    shortest: Seconds
    longest: Seconds
    idle: Seconds
    """A connection unused for longer is replaced before the next request: a firewall may have forgotten it."""


class Patrons(_Part):
    """How an answer about a patron is read."""

    valid: Literal["explicit", "named"]
    """`explicit`: BL must be Y. `named`: a server without BL; a patron that has a name is one."""
    blocking: tuple[Annotated[int, Field(ge=1, le=14)], ...]
    """Positions of the patron status that turn a reader away at log-in."""
    birth: Source | None = None
    expiry: Source | None = None
    first_name: Source | None = None
    """How a reader may be greeted."""

    @property
    def blocks(self) -> frozenset[PatronStatus]:
        return frozenset(PatronStatus(position) for position in self.blocking)


class Items(_Part):
    """How an answer about an item is read."""

    title: Source
    author: Source | None = None
    age_mark: Source | None = None
    without_mark: Literal["unknown", "none"]
    """What it means that no mark is found: nobody knows, or there is none, because every mark is told."""
    reference_only: Source | None = None
    """Any value found means: not for loan."""
    renewals_left: Source | None = None
    holder: Source | None = None
    """Who has the item, where the ABIS tells (no field of the standard does)."""
    arrived: tuple[Annotated[str, Field(pattern=r"^\d\d$")], ...]
    """Alert types (CV) with which a refused checkin is a return all the same: the item goes elsewhere."""

    @property
    def tells_marks(self) -> bool:
        """Whether it can be known of an item that it has an age mark, or has none."""
        return self.age_mark is not None or self.without_mark == "none"


class Lists(_Part):
    """What stands in the lists of a patron's account. Named groups of an entry: `item`, `title`, `author`, `due` (for a
    hold: kept until), `shelf`, `queue` (readers before this one)."""

    loan: Pattern
    hold: Pattern
    page: Annotated[int, Field(ge=0, le=500)]
    """Entries asked for at once (BP, BQ); 0: the whole list at once."""
    most: Annotated[int, Field(ge=1, le=2000)]
    """Entries read in all; no screen shows more, and a list without end must end."""
    details: Annotated[int, Field(ge=0, le=500)]
    """Items of an account that are asked about one by one for title and due date."""

    @property
    def names_items(self) -> bool:
        """Whether the list of loans says which copies they are."""
        return "item" in self.loan.groupindex


class Meaning(_Part):
    """A text of the ABIS (AF) that stands for a reason."""

    text: Pattern
    reason: Annotated[Reason, BeforeValidator(_reason)]
    source: str
    unverified: bool = False


class Texts(_Part):
    """What the ABIS's screen messages mean. The first that fits wins; what fits none is a refusal without a reason.

    A meaning's pattern may have the groups `limit`, `queue` and `until`."""

    reason: Source | None = None
    """Where a server names the reason itself, in our words; `limit`, `queue` and `until` likewise."""
    limit: Source | None = None
    queue: Source | None = None
    until: Source | None = None
    meanings: tuple[Meaning, ...]
    not_on_loan: tuple[Pattern, ...]
    """A checkin is refused with one of these because nobody had the item."""
    quiet: tuple[Pattern, ...]
    """Greetings and the like: they mean nothing."""
    show: bool
    """Whether the rest is fit for readers: shown among the messages of their account."""


class Abilities(_Part):
    """Corrections of what the ABIS says of itself in BX of message 98, and what it cannot say there."""

    has: tuple[RequestCode, ...]
    lacks: tuple[RequestCode, ...]
    no_block_honoured: bool
    """Whether `no block` is obeyed. Until one is proved to, every message says N and a replay is read back."""

    @field_validator("has", "lacks")
    @classmethod
    def _requests(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [code for code in codes if code not in MESSAGES or MESSAGES[code].answer is None]
        if unknown:
            raise ValueError(f"no requests of SIP2: {', '.join(unknown)}")
        return codes


class Profile(_Part):
    """All of it."""

    title: str
    wire: Wire
    sending: Sending
    timing: Timing
    patrons: Patrons
    items: Items
    lists: Lists
    texts: Texts
    abilities: Abilities
    sources: Mapping[str, str]
    """Key (`wire.encoding`) → where it was seen."""
    unverified: tuple[str, ...] = ()


def shipped() -> tuple[str, ...]:
    """Names of the profiles that come with the kiosk."""
    found = files(__package__).joinpath("profiles").iterdir()
    return tuple(sorted(each.name.removesuffix(".toml") for each in found if each.name.endswith(".toml")))


def load(name: str, corrections: Mapping[str, Any] | None = None) -> Profile:
    """Read a profile: a shipped one by its name, or a site's own by its path (`….toml`).

    `corrections` are laid over it, table by table. Raises ValueError that names what is wrong; pydantic's is one.
    """
    return Profile.model_validate(_over(_read(name), corrections or {}))


def _read(name: str, depth: int = 0) -> dict[str, Any]:
    if depth > DEEPEST:
        raise ValueError(f"profile {name}: more than {DEEPEST} profiles extend one another")
    try:
        table = tomllib.loads(_text(name))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"profile {name}: {error}") from None
    base = table.pop("extends", None)
    return _over(_read(str(base), depth + 1), table) if base else table


def _text(name: str) -> str:
    if name.endswith(".toml"):
        try:
            return Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"profile {name}: {error}") from None
    if name not in shipped():
        raise ValueError(f"no profile {name!r}; there are {', '.join(shipped())}, or give the path of a .toml file")
    return files(__package__).joinpath("profiles", f"{name}.toml").read_text(encoding="utf-8")


def _over(base: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another: tables are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in table.items():
        below = merged.get(key)
        merged[key] = _over(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return merged
