"""`station.toml`: what this machine is. Read once, at the start.

    [station]            name, role, time zone, looks, a magnetic unit, where its policy lies
    [screen]             the window
    [abis]               kind = "sip2", and what that connector is told
    [library]            what the desk that keeps the built-in library offers to others (see `config.library`)
    [devices.<name>]     driver = "feig", and what that driver is told
    [mail]               the server that takes receipts by e-mail; without it there are none

What a connector or a driver is told is its own affair: their models are handed in, so that adding one changes nothing
here. Secrets are given by the name of a file (see `config.secrets`).
"""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from config.faults import ConfigFault, Kind, Problem
from config.library import Reading, Serving
from config.reading import Document, check, parse, secret_fields, unknown
from config.secrets import NoSecret, Secrets
from kiosk.domain.ids import StationId
from kiosk.domain.rules import Look, Theme
from kiosk.domain.strips import EmUnit

M = TypeVar("M", bound=BaseModel)
MOST_DEVICES = 16
TABLES = ["station", "screen", "abis", "library", "devices", "mail"]
_NAME = r"^[a-z][a-z0-9-]{0,31}$"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Station(_Table):
    name: str = Field(pattern=_NAME, description='the name of this machine, such as "desk-1"')
    role: Literal["desk"] = "desk"
    time_zone: str = Field(description='the zone of the site, such as "Europe/Samara"')
    language: str = Field(default="ru", pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")
    theme: Literal["light", "high_contrast"] = "light"
    em_unit: Literal["none", "by_hand", "by_hand_both_ways"] = "none"
    """A magnetic unit beside the screen, over which readers draw books that have strips: `by_hand` opens them at a
    loan, `by_hand_both_ways` closes them at a return as well."""
    policy: str = ""
    """Path of the policy; relative to this file. Empty: the shipped defaults."""
    state: str = ""
    """Folder of journal and state. Empty: what systemd hands over, else /var/lib/kiosk/<name>. The unit lets the kiosk
    write nowhere else: a folder that is named here is named there too (`ReadWritePaths=`)."""
    runtime: str = ""
    """Folder of the control socket. Empty: what systemd hands over, else beside the state."""

    @field_validator("time_zone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (LookupError, ValueError, OSError):
            raise ValueError('no such time zone; it is a name such as "Europe/Moscow" or "Asia/Novosibirsk"') from None
        return name


class Screen(_Table):
    """The window. `width` and `height` in pixels, both 0: the whole screen as it is."""

    fullscreen: bool = True
    width: int = Field(default=0, ge=0, le=7680)
    height: int = Field(default=0, ge=0, le=7680)
    diagonal: float = Field(default=0.0, ge=0, le=110)
    """Inches, as printed on its box, so that what is touched is as large as a finger. 0: not known."""
    px_per_mm: float = Field(default=0.0, ge=0, le=40)
    """Instead of the diagonal, where pixels are not square to what the box says. 0: follows from it."""
    touch: bool = True
    """False: a mouse pointer is shown."""
    sounds: bool = True
    motion: bool = True
    sleeping: bool = True
    """At rest the screen waits for events. False: it looks sixty times a second, for a display that wakes nobody."""
    filmed: bool = False
    """The place is watched by cameras, and the screen says so."""


@dataclass(frozen=True, slots=True)
class Library:
    """The library system: kind of connector, and what it is told (an instance of that connector's model)."""

    kind: str
    settings: BaseModel


@dataclass(frozen=True, slots=True)
class Device:
    """A device: its name at this station, its driver, what that is told (an instance of that driver's model)."""

    name: str
    driver: str
    settings: BaseModel


@dataclass(frozen=True, slots=True)
class Station:
    """A checked `station.toml`. `policy`, `state`, `runtime`, `serving` None: not said there."""

    name: StationId
    role: str
    zone: ZoneInfo
    look: Look
    screen: Screen
    library: Library
    devices: tuple[Device, ...]
    serving: Serving | None = None
    policy: Path | None = None
    state: Path | None = None
    runtime: Path | None = None
    secret_files: tuple[Path, ...] = ()
    em_unit: EmUnit = EmUnit.NONE
    mail: BaseModel | None = None
    """The server for receipts by e-mail (an instance of that model)."""
    document: Document = dataclasses.field(default=Document("station.toml", {}), compare=False, repr=False)

    def problem(self, key: tuple[str, ...], what: str, kind: Kind = Kind.WRONG) -> Problem:
        """Return what is wrong with a key, with its line and what stands there."""
        value: Any = self.document.values
        for part in key:
            value = value.get(part) if isinstance(value, Mapping) else None
        return self.document.problem(key, what, value, kind)


@dataclass(frozen=True, slots=True)
class Known:
    """What this installation can do: models of settings by name, by name why a plug-in could not be loaded, languages.
    No languages: not looked at."""

    drivers: Mapping[str, type[BaseModel]]
    abis: Mapping[str, type[BaseModel]]
    broken: Mapping[str, str]
    languages: Collection[str] = ()
    mail: type[BaseModel] | None = None


def load_station(
    text: str,
    path: str | Path,
    drivers: Mapping[str, type[BaseModel]],
    abis: Mapping[str, type[BaseModel]],
    secrets: Secrets | None = None,
    broken: Mapping[str, str] | None = None,
    languages: Collection[str] = (),
    mail: type[BaseModel] | None = None,
) -> Station:
    """Return the station that `text`, the content of the file at `path`, describes. Raises ConfigFault, nothing else.

    `drivers`, `abis`: models of settings by name. `broken`: plug-ins that could not be loaded, with the reason.
    `languages`: those there are texts in; empty where that is not known. `mail`: the model of its table; None: it is
    not read.
    """
    path = Path(path)
    document = parse(text, path.name or str(path))
    build = _Build(document, Known(drivers, abis, broken or {}, languages, mail), secrets or Secrets.beside(path))
    return build.station(path.parent)


class _Build:
    def __init__(self, document: Document, known: Known, secrets: Secrets) -> None:
        self._document, self._known, self._secrets = document, known, secrets
        self._problems: list[Problem] = []
        self._secret_files: list[Path] = []

    def station(self, folder: Path) -> Station:
        values = self._document.values
        for name in values.keys() - set(TABLES):
            self._wrong((name,), unknown(name, TABLES), values[name])
        about = self._checked(("station",), self._table("station"), _Station)
        screen = self._checked(("screen",), self._table("screen", required=False), Screen)
        library = self._library(self._table("abis"))
        serving = self._serving(library)
        mail = self._mail()
        devices = tuple(self._devices(self._table("devices", required=False)))
        self._wires(devices)
        if about and self._known.languages and about.language not in self._known.languages:
            known = list(self._known.languages)
            self._wrong(("station", "language"), unknown(about.language, known), about.language, Kind.NO_TEXTS)
        if self._problems or about is None or screen is None or library is None:
            raise ConfigFault(self._problems)
        places = (about.policy, about.state, about.runtime)
        policy, state, runtime = (folder / place if place else None for place in places)
        return Station(
            name=StationId(about.name),
            role=about.role,
            zone=ZoneInfo(about.time_zone),
            look=Look(about.language, Theme[about.theme.upper()]),
            screen=screen,
            library=library,
            devices=devices,
            serving=serving,
            mail=mail,
            em_unit=EmUnit[about.em_unit.upper()],
            policy=policy,
            state=state,
            runtime=runtime,
            secret_files=tuple(self._secret_files),
            document=self._document,
        )

    def _library(self, section: dict[str, Any] | None) -> Library | None:
        if section is None:
            return None
        plugged = self._plugged(("abis",), section, "kind", self._known.abis)
        return Library(*plugged) if plugged else None

    def _serving(self, library: Library | None) -> Serving | None:
        reading = Reading(self._document, self._secrets, self._with_secrets)
        serving = reading.serving(self._document.values.get("library"), library.kind if library else None)
        self._problems += reading.problems
        return serving

    def _mail(self) -> BaseModel | None:
        model = self._known.mail
        if "mail" not in self._document.values or model is None:
            return None
        table = self._table("mail")
        return None if table is None else self._checked(("mail",), self._with_secrets(("mail",), table, model), model)

    def _devices(self, section: dict[str, Any] | None) -> Iterator[Device]:
        if section is not None and len(section) > MOST_DEVICES:
            self._wrong(("devices",), f"has too many devices; the most is {MOST_DEVICES}")
            return
        for name, table in (section or {}).items():
            if not isinstance(table, dict):
                self._wrong(("devices", name), f"must be a table: [devices.{name}]", table)
                continue
            plugged = self._plugged(("devices", name), table, "driver", self._known.drivers)
            if plugged:
                yield Device(name, *plugged)

    def _wires(self, devices: tuple[Device, ...]) -> None:
        """A wire leads to one device: two that share it would take each other's answers."""
        owners: dict[str, str] = {}
        for device in devices:
            wire = getattr(device.settings, "wire", "")
            if wire in owners:
                what = f"is the wire of {owners[wire]} as well; a wire leads to one device"
                self._wrong(("devices", device.name, "wire"), what, wire, Kind.WIRE_TWICE)
            elif wire:
                owners[wire] = device.name

    def _plugged(
        self, at: tuple[str, ...], table: dict[str, Any], which: str, models: Mapping[str, type[BaseModel]]
    ) -> tuple[str, BaseModel] | None:
        """Check the table of a plug-in; `which` names it."""
        name = table.get(which)
        if name is None:
            self._wrong((*at, which), f"is missing; known are {', '.join(sorted(models)) or 'none'}")
        elif isinstance(name, str) and name in self._known.broken and name not in models:
            self._wrong((*at, which), f"could not be loaded: {self._known.broken[name]}", name, Kind.BROKEN_PLUGIN)
        elif not isinstance(name, str) or name not in models:
            self._wrong((*at, which), unknown(name, list(models)), name, Kind.UNKNOWN_PLUGIN)
        else:
            rest = {key: value for key, value in table.items() if key != which}
            settings = self._checked(at, self._with_secrets(at, rest, models[name]), models[name])
            return (name, settings) if settings is not None else None
        return None

    def _with_secrets(self, at: tuple[str, ...], table: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
        """Replace the names of files by the secrets in them."""
        for field in secret_fields(model):
            if table.pop(field, None) is not None:
                name = f'{field}_file = "{at[0]}-{field}"'
                cure = f"write it into a file of its own, readable only to the kiosk, and name that: {name}"
                self._wrong((*at, field), f"must not stand in this file; {cure}", kind=Kind.LITERAL_SECRET)
            file = table.pop(f"{field}_file", None)
            if file is not None:
                table[field] = self._secret((*at, f"{field}_file"), file)
        return table

    def _secret(self, at: tuple[str, ...], file: object) -> str:
        if not isinstance(file, str) or not file:
            self._wrong(at, "must be the name of a file, in quotes")
            return ""
        try:
            self._secret_files.append(self._secrets.path(file))
            return self._secrets.read(file)
        except NoSecret as fault:
            self._wrong(at, str(fault), kind=Kind.NO_SECRET)
            return ""

    def _table(self, name: str, required: bool = True) -> dict[str, Any] | None:
        table = self._document.values.get(name)
        if table is None and not required:
            return {}
        if table is None:
            self._wrong((name,), f"is missing; this file needs a table [{name}]")
        elif not isinstance(table, dict):
            self._wrong((name,), f"must be a table: [{name}]", table)
        return table if isinstance(table, dict) else None

    def _checked(self, at: tuple[str, ...], table: dict[str, Any] | None, model: type[M]) -> M | None:
        if table is None:
            return None
        checked = check(self._document, at, table, model)
        if isinstance(checked, list):
            self._problems += checked
            return None
        return checked

    def _wrong(self, at: tuple[str, ...], what: str, value: object = None, kind: Kind = Kind.WRONG) -> None:
        self._problems.append(self._document.problem(at, what, value, kind))
