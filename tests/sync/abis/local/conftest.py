"""A small library of our own making, written as its CSV files so that a test reads like the shelf it stands before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import Loan, Returned
from kiosk.domain.refusal import Refusal
from sync.abis.local import open_store
from sync.abis.local.exchange import import_file
from sync.abis.local.settings import Settings
from sync.abis.local.store import Store
from sync.spec import Surroundings
from tests.sync.abis.shelves import BRANCHES, MOSCOW, filled_store, plain
from tests.sync.still import NOON, StillClock

TODAY = date(2026, 11, 20)

FILES = {
    "branches": BRANCHES,
    "categories": """
        code;name;item_limit;hold_limit;debt_limit
        adult;Взрослый;5;3;100
        child;Ребёнок;3;2;
    """,
    "types": """
        code;name
        book;Книга
        new;Новинка
        paid;Платная
    """,
    "rules": """
        category;type;days;renewals;renewal_days;fee
        adult;book;21;2;14;0
        adult;new;7;0;0;0
        adult;paid;14;1;14;50
        child;book;21;2;14;0
    """,
    "closed": """
        day;note
        mon;
        2026-12-12;День инвентаря
    """,
    "titles": """
        code;title;author;isbn;year;age_mark
        sol;Солярис;Станислав Лем;;1961;16+
        lav;Лавр;Евгений Водолазкин;;2012;16+
        club;Бойцовский клуб;Чак Паланик;;1996;18+
        den;Денискины рассказы;Виктор Драгунский;;1961;6+
        onegin;Евгений Онегин;Александр Пушкин;;1833;
    """,
    "items": """
        item;title;branch;type;shelf;state
        S1;sol;SAD;book;Ф-7;normal
        S2;sol;SAD;book;Ф-7;normal
        L1;lav;SAD;new;Н-1;normal
        C1;club;SAD;book;З-2;normal
        D1;den;ZAR;book;Д-1;normal
        D2;den;LES;book;Д-1;normal
        D3;den;SAD;book;Д-1;lost
        E1;onegin;SAD;paid;Р-1;normal
        E2;onegin;SAD;book;Р-1;reference
        E3;onegin;SAD;book;Р-1;normal
    """,
    "patrons": """
        card;name;first_name;category;birth;expires;standing;pin;other_cards;note
        ANNA;Анна Лебедева;Анна;adult;1990-05-14;2027-12-31;active;1234;E004-77 04A2B3;
        BORIS;Борис Ким;Борис;adult;1985-01-02;;active;;;
        VERA;Вера Орлова;Вера;adult;1979-03-03;;active;;;
        NOBIRTH;Глеб Мартынов;Глеб;adult;;;active;;;
        TEEN;Денис Ершов;Денис;adult;2008-11-21;;active;;;
        KID;Ева Соколова;Ева;child;2017-02-01;;active;;;
        EXPIRED;Жанна Рябова;Жанна;adult;1990-01-01;2026-11-19;active;4321;;
        LASTDAY;Зоя Рябова;Зоя;adult;1990-01-01;2026-11-20;active;;;
        BLOCKED;Иван Титов;Иван;adult;1990-01-01;;blocked;;;не вернул
        LOST;Кира Зимина;Кира;adult;1990-01-01;;lost;;;
    """,
}


@dataclass
class Library:
    """A store with the words a story is told in. Days are counted from `TODAY`; it is noon in Moscow."""

    store: Store
    clock: StillClock
    txns: int = 0

    def on(self, day: int) -> datetime:
        self.clock.at = NOON + timedelta(days=day)
        return self.clock.at

    def txn(self) -> TxnId:
        self.txns += 1
        return TxnId(f"txn-{self.txns}")

    def lend(self, card: str, item: str, day: int = 0, *, fee: bool = False) -> Loan | Refusal:
        at = self.on(day)
        return self.store.checkout(self.txn(), CardNumber(card), ItemId(item), at, fee_accepted=fee)

    def take_back(self, item: str, day: int = 0) -> Returned | Refusal:
        return self.store.checkin(self.txn(), ItemId(item), self.on(day))

    def renew(self, card: str, item: str, day: int = 0) -> Loan | Refusal:
        return self.store.renew(self.txn(), CardNumber(card), ItemId(item), self.on(day))

    def hold(self, card: str, item: str, day: int = 0) -> object:
        return self.store.place_hold(self.txn(), CardNumber(card), ItemId(item), self.on(day))

    def identify(self, card: str, pin: str | None = None) -> object:
        return self.store.identify(CardNumber(card), Secret(pin) if pin is not None else None)

    def write(self, name: str, text: str) -> int:
        return import_file(self.store.database, name, plain(text), MOSCOW)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files above as a database, made once: a test copies it."""
    return filled_store(tmp_path_factory.mktemp("library"), FILES)


@pytest.fixture
def open_library(filled: Path, tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Open a copy of the library with other settings."""
    opened: list[Library] = []

    def open_it(**settings: object) -> Library:
        folder = tmp_path / f"library-{len(opened)}"
        folder.mkdir()
        (folder / "circulation.db").write_bytes(filled.read_bytes())
        clock = StillClock()
        library = Library(open_store(Settings.model_validate(settings), Surroundings(MOSCOW, clock, folder)), clock)
        opened.append(library)
        return library

    yield open_it
    for library in opened:
        library.store.close()


@pytest.fixture
def library(open_library: Callable[..., Library]) -> Library:
    return open_library()


@pytest.fixture(scope="module")
def shared_library(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One library for the many cases of a property that changes nothing."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "circulation.db").write_bytes(filled.read_bytes())
    clock = StillClock()
    library = Library(open_store(Settings(), Surroundings(MOSCOW, clock, folder)), clock)
    yield library
    library.store.close()
