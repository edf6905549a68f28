"""The worlds in which the one contract suite is played: each a library system that runs, and a connector to it.

Every world tells the same small library by its own numbers, and declares which of its readers and books it has and
what it can show or do. A story declares what it needs; the two meet in `casting`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.domain.refusal import Reason
from kiosk.ports.abis import Abis
from sync.abis.local import SPEC as LOCAL
from sync.abis.local.store import Store
from sync.abis.sip2 import SPEC as SIP2
from sync.sip2.faultline import FaultLine
from sync.sip2.server import MachineAccount, ServerSettings, serve
from sync.spec import Surroundings
from tests.sync.abis.contract.peer import Peer
from tests.sync.abis.contract.recording import Recording
from tests.sync.abis.contract.small_library import CARDS, ITEMS
from tests.sync.abis.shelves import MOSCOW
from tests.sync.still import StillClock

Build = Callable[[Path, bytes], AbstractContextManager[Abis]]
"""Given a folder of its own and the small library as a database file."""


class Can(StrEnum):
    """What not every library system can show or do."""

    ANYTHING = "answer whatever it is asked, not only what was recorded"
    REASONS = "name the reason of a refusal"
    AUTHORS = "name authors"
    FIRST_NAMES = "tell a first name from the rest, and a birth date"
    MESSAGES = "tell a reader what the library has to say"
    REFERENCE = "say that a book is for use here only"
    NOT_ON_LOAN = "say that a returned book was not on loan"
    LISTS = "list loans, holds and fees of an account"
    OTHER_CARDS = "know a second card of the same reader"


@dataclass(frozen=True)
class Declared:
    """What a world says of itself before it is built. `cards`, `items`: its own numbers for the parts it has."""

    build: Build
    cards: Mapping[str, str]
    items: Mapping[str, str]
    can: frozenset[Can]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def provides(self) -> frozenset[str]:
        return frozenset({*self.cards, *self.items, *self.can})


@dataclass
class World:
    """A world that is built, for a story that declared its `needs`: what it did not declare it does not get."""

    name: str
    abis: Abis
    declared: Declared
    needs: frozenset[str]
    used: set[str] = field(default_factory=set)

    def card(self, part: str) -> Any:
        return self._part(self.declared.cards, part)

    def item(self, part: str) -> Any:
        return self._part(self.declared.items, part)

    def has(self, need: str) -> bool:
        """Whether this world has what a story can do without."""
        return need in self.declared.provides

    def fact(self, name: str, otherwise: Any) -> Any:
        """What this world says where it does not say the usual."""
        return self.declared.facts.get(name, otherwise)

    def reasons(self, expected: Reason) -> set[Reason]:
        """What may stand for this reason: a library system that names none may leave it open, or close the card."""
        return {expected} if self.has(Can.REASONS) else {expected, Reason.OTHER, Reason.CARD_BLOCKED}

    def idle(self) -> set[str]:
        """Readers and books that were declared as needed, and that nobody asked for."""
        return {need for need in self.needs if need in (*CARDS, *ITEMS)} - self.used

    def _part(self, parts: Mapping[str, str], part: str) -> str:
        assert part in self.needs, f"the story did not declare that it needs {part}"
        self.used.add(part)
        return parts[part]


# --- the built-in store, alone and behind our server ------------------------------------------------


def around(folder: Path, clock: StillClock | None = None) -> Surroundings:
    return Surroundings(MOSCOW, clock or StillClock(), folder)


@contextmanager
def local(folder: Path, filled: bytes) -> Iterator[Store]:
    (folder / "circulation.db").write_bytes(filled)
    store = LOCAL.connect({}, around(folder))
    assert isinstance(store, Store)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def connected(
    port: int, profile: str, corrections: dict[str, Any], clock: StillClock | None = None, **settings: Any
) -> Iterator[Abis]:
    """A SIP2 connector to a server on this machine."""
    section = {"host": "127.0.0.1", "port": port, "profile": profile, "corrections": corrections, **settings}
    abis = SIP2.connect(section, around(Path("/nonexistent"), clock))
    try:
        yield abis
    finally:
        abis.close()


def our_server(profile: str, encoding: str, *, details: bool, line_end: str = "cr", checked: bool = True) -> Declared:
    """Our SIP2 server over the store, and our connector to it, over a socket."""

    @contextmanager
    def build(folder: Path, filled: bytes) -> Iterator[Abis]:
        account = MachineAccount(user="desk-1", password="secret", encoding=encoding, line_end=line_end)  # type: ignore[arg-type]
        settings = ServerSettings(institution="ЦБС", accounts=(account,), details=details)
        wire = {"encoding": encoding, "error_detection": checked}
        with ExitStack() as stack:
            store = stack.enter_context(local(folder, filled))
            server = stack.enter_context(serve(store, zone=MOSCOW, clock=StillClock(), settings=settings))
            login = {"user": "desk-1", "password": "secret", "institution": "ЦБС", "location": "SAD"}
            yield stack.enter_context(connected(server.port, profile, {"wire": wire}, **login))

    return whole(build, frozenset(Can) if details else STANDARD_FIELDS_ALONE)


def whole(build: Build, can: frozenset[Can] = frozenset(Can)) -> Declared:
    """The small library with all its readers and books."""
    return Declared(build, named(*CARDS), named(*ITEMS), can)


def named(*parts: str) -> dict[str, str]:
    """Numbers that are the names of the parts themselves."""
    return {part: part for part in parts}


STANDARD_FIELDS_ALONE = frozenset({Can.ANYTHING, Can.LISTS, Can.OTHER_CARDS})


# --- recorded answers of real servers, and a server nobody here wrote --------------------------------


def recorded(file: str, profile: str, cards: dict[str, str], *can: Can, **facts: Any) -> Declared:
    """Recorded answers of a real server, behind a socket, and our connector to it."""

    @contextmanager
    def build(folder: Path, filled: bytes) -> Iterator[Abis]:
        corrections = {"wire": {"zone": "local"}, "lists": {"page": 0}}
        with FaultLine(Recording(file).session) as line, ExitStack() as stack:
            yield stack.enter_context(connected(line.port, profile, corrections, user="sip1", password="sippw1"))

    return Declared(build, cards, {"FREE": "B0003", "NOTHING": "NOSUCH"}, frozenset(can), facts)


@contextmanager
def pysip2_server(folder: Path, filled: bytes) -> Iterator[Abis]:
    corrections = {"texts": {"not_on_loan": ["^Item not checked out"]}}
    with Peer().running() as port, connected(port, "standard", corrections, user="desk-1", password="secret") as abis:
        yield abis


WORLDS: dict[str, Declared] = {
    "local": whole(local),
    "sip2-utf-8": our_server("open-library-kiosk", "utf-8", details=True),
    "sip2-cp1251": our_server("open-library-kiosk", "cp1251", details=True, line_end="crlf"),
    "sip2-cp866-unchecked": our_server("open-library-kiosk", "cp866", details=True, checked=False),
    "sip2-standard": our_server("standard", "utf-8", details=False),
    "recorded-koha": recorded(
        "koha1706-ed.txt",
        "koha",
        {"ANNA": "P0001", "NOBODY": "NOSUCH"},
        *(Can.REASONS, Can.FIRST_NAMES, Can.NOT_ON_LOAN),
        name="Анна Иванова",
        title="Perl 5 desktop reference",
        first_due=date(2026, 12, 11),
        first_name="Анна",
        birth=date(2000, 1, 1),
        renewed=date(2027, 2, 12),
        again=date(2027, 1, 1),
    ),
    "recorded-invenio": recorded(
        "invenio-sip2-noed.txt",
        "invenio",
        {"ANNA": "P1"},
        *(Can.REASONS, Can.NOT_ON_LOAN),
        name="Иванова Анна",
        title="Книга 3",
        first_due=date(2026, 12, 11),
        renewed=date(2026, 12, 11),
        again=date(2026, 12, 11),
    ),
    "pysip2": Declared(
        pysip2_server,
        named("ANNA", "OTHER", "NOBODY"),
        named("FREE", "MINE", "OTHERS", "NOTHING"),
        frozenset({Can.ANYTHING, Can.NOT_ON_LOAN}),
    ),
}
