"""`[library]` of `station.toml`: what the one desk that keeps the built-in library offers to others.

[library]                    serve = "0.0.0.0:6001": other desks reach the store here, over SIP2
[library.machines.<name>]    password_file: each other desk logs in as <name>
[library.pages]              address of the staff's pages; beyond this machine with certificate_file and key_file
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from config.faults import Problem
from config.reading import Document, check
from config.secrets import Secrets

MOST_MACHINES = 32
SHORTEST_PASSWORD = 8
"""Characters: whoever guesses it lends and returns in the library's name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A port of this machine."""

    host: str
    port: int

    @property
    def is_here_alone(self) -> bool:
        """No other machine can reach it."""
        return self.host == "localhost" or ip_address(self.host).is_loopback


@dataclass(frozen=True, slots=True)
class Machine:
    """Another desk, and what it proves itself with."""

    name: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the staff's pages are. `certificate` and `key`: files of TLS, both or neither."""

    place: Place
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Serving:
    """What this desk offers. `store` None: to no other desk; `pages` None: no pages."""

    store: Place | None
    machines: tuple[Machine, ...]
    pages: Pages | None


def place(text: str) -> Place:
    """Read `host:port`; IPv6 in brackets. Raises ValueError in words.

    >>> place("[::1]:8440")
    Place(host='::1', port=8440)
    """
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not colon or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError('must be an address of this machine with a port, such as "0.0.0.0:6001"')
    if host != "localhost":
        try:
            ip_address(host)
        except ValueError:
            raise ValueError("must begin with an address in numbers: 127.0.0.1 is this machine alone") from None
    return Place(host, int(port))


def _is_place(text: str) -> str:
    place(text)
    return text


def _is_long(password: SecretStr) -> SecretStr:
    if len(password.get_secret_value()) < SHORTEST_PASSWORD:
        raise ValueError(f"holds a password that is too short; it needs {SHORTEST_PASSWORD} characters")
    return password


_Place = Annotated[str, AfterValidator(_is_place)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Serving(_Table):
    serve: _Place | None = None


class _Machine(_Table):
    password: Annotated[SecretStr, AfterValidator(_is_long)]


class _Pages(_Table):
    address: _Place = "127.0.0.1:8440"
    certificate_file: str = ""
    key_file: str = ""


_WithSecrets = Callable[[tuple[str, ...], dict[str, Any], type[BaseModel]], dict[str, Any]]


class Reading:
    """One reading of the table; what is wrong gathers in `problems`."""

    def __init__(self, document: Document, secrets: Secrets, with_secrets: _WithSecrets) -> None:
        self._document, self._secrets, self._with_secrets = document, secrets, with_secrets
        self.problems: list[Problem] = []

    def serving(self, table: object, kind: str | None) -> Serving | None:
        """Return what the table says. `kind`: of the library system, None where that is wrong itself."""
        if table is None:
            return None
        if not isinstance(table, dict):
            self._wrong((), "must be a table: [library]", table)
            return None
        if kind not in (None, "local"):
            self._wrong((), f'is for a desk that keeps the books: kind = "local" under [abis], not {kind}')
            return None
        own = {key: value for key, value in table.items() if key not in ("machines", "pages")}
        checked = check(self._document, ("library",), own, _Serving)
        machines, pages = self._machines(table.get("machines", {})), self._pages(table.get("pages"))
        if isinstance(checked, list):
            self.problems += checked
            return None
        store = place(checked.serve) if checked.serve else None
        if store and not table.get("machines"):
            self._wrong(("serve",), "needs a login for each other desk: [library.machines.desk-2] with a password_file")
        return Serving(store, machines, pages)

    def _machines(self, tables: object) -> tuple[Machine, ...]:
        if not isinstance(tables, dict) or len(tables) > MOST_MACHINES:
            self._wrong(("machines",), f"must be a table for each other desk, {MOST_MACHINES} at most")
            return ()
        found = (self._machine(name, table) for name, table in tables.items())
        return tuple(each for each in found if each)

    def _machine(self, name: str, table: object) -> Machine | None:
        at = ("library", "machines", name)
        if not isinstance(table, dict):
            self._wrong(at[1:], f"must be a table: [library.machines.{name}] with a password_file", table)
            return None
        before = len(self.problems)
        given = self._with_secrets(at, dict(table), _Machine)
        checked = check(self._document, at, given, _Machine)
        if isinstance(checked, list):
            self.problems += checked
        return None if isinstance(checked, list) or len(self.problems) > before else Machine(name, checked.password)

    def _pages(self, table: object) -> Pages | None:
        if table is None:
            return None
        if not isinstance(table, dict):
            self._wrong(("pages",), "must be a table: [library.pages]", table)
            return None
        checked = check(self._document, ("library", "pages"), table, _Pages)
        if isinstance(checked, list):
            self.problems += checked
            return None
        where = place(checked.address)
        if bool(checked.certificate_file) != bool(checked.key_file):
            self._wrong(("pages",), "needs both certificate_file and key_file, or neither")
            return None
        if not checked.certificate_file:
            if not where.is_here_alone:
                what = "is seen by other machines: name certificate_file and key_file, or stay at 127.0.0.1"
                self._wrong(("pages", "address"), what, checked.address)
                return None
            return Pages(where)
        return self._with_tls(where, checked)

    def _with_tls(self, where: Place, checked: _Pages) -> Pages | None:
        files: Mapping[str, Path] = {
            name: self._secrets.path(getattr(checked, name)) for name in ("certificate_file", "key_file")
        }
        missing = [name for name, path in files.items() if not path.is_file()]
        for name in missing:
            self._wrong(("pages", name), f"names no file: {files[name]} is not there")
        return None if missing else Pages(where, files["certificate_file"], files["key_file"])

    def _wrong(self, at: tuple[str, ...], what: str, value: object = None) -> None:
        path = ("library", *at)
        self.problems.append(self._document.problem(path, what, value))
