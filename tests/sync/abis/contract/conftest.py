"""The worlds in which the one contract suite is played: each a library system that runs, and a connector to it.

Every world tells the same small library by its own numbers. `lacks` names what this library system cannot show or do;
a story that needs it is skipped by that name.
"""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pysip2
import pytest
from anyio.abc import SocketAttribute

from kiosk.domain.refusal import Reason
from kiosk.ports.abis import Abis
from sync.abis.local import SPEC as LOCAL
from sync.abis.local import Store
from sync.abis.local.exchange import import_file
from sync.abis.sip2 import SPEC as SIP2
from sync.sip2.faultline import FaultLine, Library
from sync.sip2.server import MachineAccount, ServerSettings, serve
from sync.spec import Surroundings

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GOLDEN = Path(__file__).parents[3] / "golden" / "sip2" / "exchanges.jsonl"

# The small library, as the CSV files of the built-in store. Cards and items are named for what they are.
FILES = {
    "branches": """
        code;name;here;lent
        SAD;Садовая;yes;yes
        ZAR;Заречная;no;yes
        LES;Лесная;no;no
    """,
    "categories": """
        code;name;item_limit;hold_limit;debt_limit
        adult;Взрослый;5;3;100
        short;По одной;1;3;100
    """,
    "types": """
        code;name
        book;Книга
        once;Не продлевается
        paid;Платная
    """,
    "rules": """
        category;type;days;renewals;renewal_days;fee
        adult;book;21;1;14;0
        adult;once;7;0;0;0
        adult;paid;14;1;14;50
        short;book;21;1;14;0
    """,
    "titles": """
        code;title;author;isbn;year;age_mark
        free;Пикник на обочине;Аркадий и Борис Стругацкие;;1972;16+
        mine;Солярис;Станислав Лем;;1961;16+
        late;Лавр;Евгений Водолазкин;;2012;
        others;Мы;Евгений Замятин;;1924;
        held;Мастер и Маргарита;Михаил Булгаков;;1967;
        adult;Бойцовский клуб;Чак Паланик;;1996;18+
        away;Ёжик в тумане;Сергей Козлов;;1981;6+
        wanted;Чевенгур;Андрей Платонов;;1929;
    """,
    "items": """
        item;title;branch;type;shelf;state
        FREE;free;SAD;book;С-1;normal
        FREE2;free;SAD;book;С-1;normal
        PAID;free;SAD;paid;С-1;normal
        READING;free;SAD;book;С-1;reference
        FOREIGN;free;LES;book;С-1;normal
        AWAY;away;ZAR;book;С-1;normal
        ADULT;adult;SAD;book;С-2;normal
        ADULT2;adult;SAD;book;С-2;normal
        MINE;mine;SAD;book;С-3;normal
        LATE;late;SAD;book;С-3;normal
        OTHERS;others;SAD;book;С-3;normal
        ONCE;others;SAD;once;С-3;normal
        HELD;held;SAD;book;С-4;normal
        WANTED;wanted;SAD;book;С-4;normal
        LAST;others;SAD;book;С-3;normal
    """,
    "patrons": """
        card;name;first_name;category;birth;expires;standing;pin;other_cards;note
        ANNA;Щукина Анна Юрьевна;Анна;adult;1990-05-14;2027-12-31;active;1234;CITY-7;
        OTHER;Ёлкин Пётр;Пётр;adult;1985-01-02;;active;4321;;
        FULL;Ким Борис;Борис;short;1985-01-02;;active;;;
        TEEN;Ершов Денис;Денис;adult;2010-11-21;;active;;;
        NOBIRTH;Мартынов Глеб;Глеб;adult;;;active;;;
        DEBTOR;Орлова Вера;Вера;adult;1979-03-03;;active;;;
        EXPIRED;Рябова Жанна;Жанна;adult;1990-01-01;2026-11-19;active;;;
        BLOCKED;Титов Иван;Иван;adult;1990-01-01;;blocked;;;
        LOST;Зимина Кира;Кира;adult;1990-01-01;;lost;;;
    """,
    "loans": """
        item;card;lent;due;renewals
        MINE;ANNA;2026-11-10T10:00:00+03:00;2026-12-01;0
        LATE;ANNA;2026-10-01T10:00:00+03:00;2026-11-18;1
        OTHERS;OTHER;2026-11-10T10:00:00+03:00;2026-12-01;0
        ONCE;OTHER;2026-11-18T10:00:00+03:00;2026-11-25;0
        WANTED;OTHER;2026-11-10T10:00:00+03:00;2026-12-01;0
        LAST;FULL;2026-11-10T10:00:00+03:00;2026-12-01;0
    """,
    "holds": """
        card;title;placed;item;place;until
        OTHER;held;2026-11-12T10:00:00+03:00;HELD;А-12;2026-11-24
        ANNA;wanted;2026-11-13T10:00:00+03:00;;;
    """,
    "fees": """
        card;item;amount;paid;day;why
        DEBTOR;;150;0;2026-11-01;за потерю
        OTHER;;12.50;0;2026-11-01;за просрочку
    """,
    "messages": """
        card;text
        ANNA;Клуб читателей: в среду в 18:00
    """,
}


class FrozenClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 1000.0


class MovingClock(FrozenClock):
    """Its seconds pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class World:
    """A library system and a connector to it. `cards` and `items`: its own numbers for the parts of the story."""

    name: str
    abis: Abis
    lacks: frozenset[str] = frozenset()
    cards: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def card(self, part: str) -> Any:
        return self._part(self.cards, "card", part)

    def item(self, part: str) -> Any:
        return self._part(self.items, "item", part)

    def fact(self, name: str, otherwise: Any) -> Any:
        """What this world says where it does not say the usual."""
        return self.facts.get(name, otherwise)

    def needs(self, *features: str) -> None:
        for feature in features:
            if feature in self.lacks:
                pytest.skip(f"{self.name}: {feature}")

    def reasons(self, expected: Reason) -> set[Reason]:
        """What may stand for this reason: a library system that names none may leave it open, or close the card."""
        return {expected, Reason.OTHER, Reason.CARD_BLOCKED} if "names its reasons" in self.lacks else {expected}

    def _part(self, parts: dict[str, str], kind: str, part: str) -> str:
        if parts and part not in parts:
            pytest.skip(f"{self.name}: has no {kind} {part}")
        return parts.get(part, part)


# --- the built-in store, alone and behind our server ------------------------------------------------


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The small library as a database file."""
    folder = tmp_path_factory.mktemp("contract")
    with opened(folder) as store:
        for name, text in FILES.items():
            plain = "\n".join(line.strip() for line in text.strip().splitlines())
            import_file(store.database, name, plain.encode(), MOSCOW)
    return (folder / "circulation.db").read_bytes()


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    store = LOCAL.connect({}, around(folder))
    assert isinstance(store, Store)
    try:
        yield store
    finally:
        store.close()


def around(folder: Path, clock: FrozenClock | None = None) -> Surroundings:
    return Surroundings(MOSCOW, clock or FrozenClock(), folder)


@contextmanager
def local(folder: Path, filled: bytes) -> Iterator[World]:
    (folder / "circulation.db").write_bytes(filled)
    with opened(folder) as store:
        yield World("local store", store)


@contextmanager
def connected(
    port: int, profile: str, corrections: dict[str, Any], clock: FrozenClock | None = None, **settings: Any
) -> Iterator[Abis]:
    """A SIP2 connector to a server on this machine."""
    section = {"host": "127.0.0.1", "port": port, "profile": profile, "corrections": corrections, **settings}
    abis = SIP2.connect(section, around(Path("/nonexistent"), clock))
    try:
        yield abis
    finally:
        abis.close()


STANDARD_FIELDS_ALONE = frozenset(
    {
        "names its reasons",
        "authors",
        "birth dates",
        "first names",
        "messages",
        "reference standing",
        "knows not on loan",
    }
)


def our_server(
    profile: str, encoding: str, *, details: bool, line_end: str = "cr", checked: bool = True
) -> Callable[[Path, bytes], Iterator[World]]:
    """Our SIP2 server over the store, and our connector to it, over a socket."""

    @contextmanager
    def build(folder: Path, filled: bytes) -> Iterator[World]:
        account = MachineAccount(user="desk-1", password="secret", encoding=encoding, line_end=line_end)  # type: ignore[arg-type]
        settings = ServerSettings(institution="ЦБС", accounts=(account,), details=details)
        wire = {"encoding": encoding, "error_detection": checked}
        with ExitStack() as stack:
            store = stack.enter_context(local(folder, filled)).abis
            server = stack.enter_context(serve(store, zone=MOSCOW, clock=FrozenClock(), settings=settings))
            login = {"user": "desk-1", "password": "secret", "institution": "ЦБС", "location": "SAD"}
            abis = stack.enter_context(connected(server.port, profile, {"wire": wire}, **login))
            yield World(f"SIP2 {profile} {encoding}", abis, frozenset() if details else STANDARD_FIELDS_ALONE)

    return build


# --- recorded answers of real servers ----------------------------------------------------------------


class Recording:
    """Plays the recorded answers of one server, in the order of the recording: an answer is the next one that was given
    to the same question about the same card and item. Numbers and checksums are those of the request at hand."""

    def __init__(self, file: str) -> None:
        lines = (json.loads(line) for line in GOLDEN.read_text().splitlines())
        self._steps = [
            (step["request"].encode("latin-1"), step["response"].encode("latin-1"))
            for step in lines
            if step["file"] == file and step.get("response") and "bad checksum" not in step["step"]
        ]
        self._next = 0

    def session(self) -> Library:
        return self._answer

    def _answer(self, request: bytes) -> bytes | None:
        order = [*range(self._next, len(self._steps)), *range(self._next)]
        for index in order:
            asked, answer = self._steps[index]
            if same_question(asked, request):
                self._next = index + 1 if index >= self._next else self._next
                return renumbered(answer, request)
        raise AssertionError(f"never recorded: {request!r}")


def same_question(recorded: bytes, request: bytes) -> bool:
    """A PIN must be the recorded one where one is given; a question without one was not recorded, and is as good."""
    (*one, pin), (*other, given) = question(recorded), question(request)
    return one == other and given in (pin, b"")


def question(request: bytes) -> tuple[bytes, ...]:
    """What makes two requests the same: code, card, item, which list is wanted; last the PIN."""
    body = re.sub(rb"(AY\d)?AZ[0-9A-F]{4}\r*$", b"", request).rstrip(b"\r\n")
    if body[:2] in (b"93", b"99"):
        return (body[:2], b"")
    head = {b"63": 33, b"17": 20, b"11": 40, b"29": 40, b"09": 39, b"35": 20}.get(body[:2], 2)
    fields = {piece[:2]: piece[2:] for piece in body[head:].split(b"|") if piece}
    listed = body[23:33] if body[:2] == b"63" else b""
    pin = fields.get(b"AD") or b""
    return (body[:2], fields.get(b"AA", b""), fields.get(b"AB", b""), listed, pin if body[:2] == b"63" else b"")


def renumbered(answer: bytes, request: bytes) -> bytes:
    asked = re.search(rb"AY(\d)AZ", request)
    body, _, _ = answer.rstrip(b"\r\n").rpartition(b"AY" if asked else b"AZ")
    if not asked:
        return answer
    raw = body + b"AY" + asked[1] + b"AZ"
    return raw + f"{-sum(raw) & 0xFFFF:04X}\r".encode()


RECORDED_LACKS = frozenset(
    {
        "birth dates",
        "authors",
        "messages",
        "lists of an account",
        "a reader without a PIN",
        "an item on loan",
        "a second reader",
        "other cards",
        "a wrong PIN",
        "an unknown card at log-in",
    }
)


def recorded(file: str, profile: str, lacks: frozenset[str], **facts: Any) -> Callable[[Path, bytes], Iterator[World]]:
    """Recorded answers of a real server, behind a socket, and our connector to it."""

    @contextmanager
    def build(folder: Path, filled: bytes) -> Iterator[World]:
        corrections = {"wire": {"zone": "local"}, "lists": {"page": 0}}
        with FaultLine(Recording(file).session) as line, ExitStack() as stack:
            abis = stack.enter_context(connected(line.port, profile, corrections, user="sip1", password="sippw1"))
            cards = {"ANNA": "P0001" if profile == "koha" else "P1", "NOBODY": "NOSUCH"}
            yield World(
                f"recorded {profile}",
                abis,
                RECORDED_LACKS | lacks,
                cards,
                {"FREE": "B0003", "NOTHING": "NOSUCH"},
                facts,
            )

    return build


# --- a server nobody here wrote ----------------------------------------------------------------------


class Peer:
    """A small library behind the `pysip2` server, whose models take nothing but what the standard allows."""

    def __init__(self) -> None:
        titles = {"FREE": "Пикник на обочине", "MINE": "Солярис", "OTHERS": "Мы", "AWAY": "Ёжик в тумане"}
        self.titles = titles
        self.readers = {"ANNA": ("1234", "Щукина Анна Юрьевна"), "OTHER": ("4321", "Ёлкин Пётр")}
        self.loans = {"MINE": ("ANNA", date(2026, 12, 1)), "OTHERS": ("OTHER", date(2026, 12, 1))}
        self.server = pysip2.SIP2Server(encoding="utf-8", login_required=True, institution_id="ЦБС")
        for route, answer in (
            (pysip2.LOGIN, self.login),
            (pysip2.PATRON_INFORMATION, self.patron),
            (pysip2.ITEM_INFORMATION, self.item),
            (pysip2.CHECKOUT, self.checkout),
            (pysip2.CHECKIN, self.checkin),
            (pysip2.RENEW, self.renew),
            (pysip2.END_PATRON_SESSION, self.end),
            (pysip2.SC_STATUS, lambda request, context: self.server.build_acs_status(request)),
        ):
            self.server.route(route)(answer)

    def login(self, request: Any, context: Any) -> Any:
        return pysip2.LoginResponse(ok="1" if request.login_password == "secret" else "0")

    def patron(self, request: Any, context: Any) -> Any:
        card = request.patron_identifier
        pin, name = self.readers.get(card, ("", ""))
        mine = [item for item, (holder, _) in self.loans.items() if holder == card]
        span = slice(int(request.start_item or 1) - 1, int(request.end_item or 99))
        return pysip2.PatronInformationResponse(
            patron_status=" " * 14,
            language=request.language,
            transaction_date=STAMP,
            hold_items_count="0000",
            overdue_items_count="0000",
            charged_items_count=f"{len(mine):04}",
            fine_items_count="0000",
            recall_items_count="0000",
            unavailable_holds_count="0000",
            institution_id="ЦБС",
            patron_identifier=card,
            personal_name=name,
            valid_patron="Y" if name else "N",
            valid_patron_password="Y" if name and request.patron_password == pin else "N",
            charged_items=tuple(mine[span]) if request.summary[2] == "Y" else (),
        )

    def item(self, request: Any, context: Any) -> Any:
        item = request.item_identifier
        lent = self.loans.get(item)
        return pysip2.ItemInformationResponse(
            circulation_status="04" if lent else "03" if item in self.titles else "01",
            security_marker="00",
            fee_type="01",
            transaction_date=STAMP,
            due_date=f"{lent[1]:%Y%m%d}    235900" if lent else None,
            item_identifier=item,
            title_identifier=self.titles.get(item, ""),
        )

    def checkout(self, request: Any, context: Any) -> Any:
        card, item = request.patron_identifier, request.item_identifier
        ok = card in self.readers and item in self.titles and item not in self.loans
        if ok:
            self.loans[item] = (card, date(2026, 12, 11))
        return pysip2.CheckoutResponse(**self._loan(request, ok), renewal_ok="N")

    def renew(self, request: Any, context: Any) -> Any:
        holder, due = self.loans.get(request.item_identifier, ("", date.min))
        ok = holder == request.patron_identifier
        if ok:
            self.loans[request.item_identifier] = (holder, due + timedelta(days=14))
        return pysip2.RenewResponse(**self._loan(request, ok), renewal_ok="Y" if ok else "N")

    def _loan(self, request: Any, ok: bool) -> dict[str, Any]:
        item = request.item_identifier
        return {
            "ok": "1" if ok else "0",
            "magnetic_media": "N",
            "desensitize": "Y" if ok else "N",
            "transaction_date": STAMP,
            "institution_id": "ЦБС",
            "patron_identifier": request.patron_identifier,
            "item_identifier": item,
            "title_identifier": self.titles.get(item, ""),
            "due_date": f"{self.loans[item][1]:%Y%m%d}    235900" if ok else "",
        }

    def checkin(self, request: Any, context: Any) -> Any:
        item = request.item_identifier
        holder, _ = self.loans.pop(item, (None, None))
        return pysip2.CheckinResponse(
            ok="1" if holder else "0",
            resensitize="Y",
            magnetic_media="N",
            alert="N",
            transaction_date=STAMP,
            institution_id="ЦБС",
            item_identifier=item,
            permanent_location="SAD",
            title_identifier=self.titles.get(item, ""),
            patron_identifier=holder,
            screen_message=() if holder else ("Item not checked out",),
        )

    def end(self, request: Any, context: Any) -> Any:
        return pysip2.EndSessionResponse(
            end_session="Y",
            transaction_date=STAMP,
            institution_id="ЦБС",
            patron_identifier=request.patron_identifier,
        )

    @contextmanager
    def running(self) -> Iterator[int]:
        """Serve in a thread with an event loop of its own; yield the port."""
        started, done, port = threading.Event(), threading.Event(), [0]

        async def main() -> None:
            listener = await self.server.listen(port=0)
            async with listener, anyio.create_task_group() as tasks:  # its own `start` leaves the listener open
                tasks.start_soon(listener.serve, self.server._handle_connection)
                port[0] = listener.extra(SocketAttribute.local_port)
                started.set()
                await anyio.to_thread.run_sync(done.wait)
                tasks.cancel_scope.cancel()

        thread = threading.Thread(target=anyio.run, args=(main,), daemon=True)
        thread.start()
        assert started.wait(10)
        try:
            yield port[0]
        finally:
            done.set()
            thread.join(10)


STAMP = "20261120    120000"
PEER_LACKS = STANDARD_FIELDS_ALONE - {"knows not on loan"} | {
    "lists of an account",
    "a reader without a PIN",
    "other cards",
    "destinations",
}


@contextmanager
def pysip2_server(folder: Path, filled: bytes) -> Iterator[World]:
    peer = Peer()
    corrections = {"texts": {"not_on_loan": ["^Item not checked out"]}}
    with peer.running() as port, connected(port, "standard", corrections, user="desk-1", password="secret") as abis:
        items = {part: part for part in (*peer.titles, "NOTHING")}
        yield World("pysip2 server", abis, PEER_LACKS, {"ANNA": "ANNA", "OTHER": "OTHER", "NOBODY": "NOBODY"}, items)


WORLDS: dict[str, Callable[[Path, bytes], Any]] = {
    "local": local,
    "sip2-utf-8": our_server("open-library-kiosk", "utf-8", details=True),
    "sip2-cp1251": our_server("open-library-kiosk", "cp1251", details=True, line_end="crlf"),
    "sip2-cp866-unchecked": our_server("open-library-kiosk", "cp866", details=True, checked=False),
    "sip2-standard": our_server("standard", "utf-8", details=False),
    "recorded-koha": recorded(
        "koha1706-ed.txt",
        "koha",
        frozenset(),
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
        frozenset({"names its reasons", "first names", "an unknown card at checkout"}),
        name="Иванова Анна",
        title="Книга 3",
        first_due=date(2026, 12, 11),
        renewed=date(2026, 12, 11),
        again=date(2026, 12, 11),
    ),
    "pysip2": pysip2_server,
}


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path: Path, filled: bytes) -> Iterator[World]:
    with WORLDS[request.param](tmp_path, filled) as built:
        yield built


@pytest.fixture
def tools() -> ModuleType:
    """Everything above, for tests that build a world of their own."""
    return sys.modules[__name__]
