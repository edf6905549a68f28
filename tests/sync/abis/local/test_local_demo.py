"""The demo library holds what its page says, and every case on any first day."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.barcodes import check_digit
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import Loan, Standing
from kiosk.domain.patrons import Account, HoldState, Patron, age_on
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.local import open_store
from sync.abis.local.demo import load_demo
from sync.abis.local.faults import InUse, Unusable
from sync.abis.local.rules import check_digit_isbn
from sync.abis.local.settings import Settings
from sync.abis.local.store import Store
from sync.spec import Surroundings

ROOT = Path(__file__).parents[4]
DEMO = ROOT / "sync" / "abis" / "local" / "demo"
PAGE = (ROOT / "docs" / "demo-library.md").read_text("utf-8")
MOSCOW = ZoneInfo("Europe/Moscow")
FIRST_DAYS = [date(2026, 11, 20), date(2027, 2, 28), date(2028, 2, 29), date(2026, 12, 31)]
ANNA, ANNAS_PIN = CardNumber("20234000134172"), Secret("739164")


class Noon:
    """Noon in Moscow of one day."""

    def __init__(self, day: date) -> None:
        self.day = day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture(scope="module", params=FIRST_DAYS, ids=str)
def demo(request: Any, tmp_path_factory: Any) -> Any:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    load_demo(path, request.param, MOSCOW)
    store = open_store(Settings(file=path), Surroundings(MOSCOW, Noon(request.param), path.parent))
    yield store, request.param
    store.close()


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def readers_of_the_page() -> list[tuple[str, str, str, str]]:
    found = re.findall(r"^\| ([^|]+) \| `(\d{14})` \| (?:`(\d+)`|–) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    return [(name, card, pin, case) for name, card, pin, case in found]


def account(store: Store, card: str) -> Account:
    answer = store.account(CardNumber(card))
    assert isinstance(answer, Account)
    return answer


def card_of(name: str) -> CardNumber:
    return next(CardNumber(row["card"]) for row in rows("patrons") if row["name"].startswith(name))


def copy_of(title: str, n: int) -> ItemId:
    code = next(row["code"] for row in rows("titles") if row["title"] == title)
    return ItemId([row["item"] for row in rows("items") if row["title"] == code][n - 1])


def test_it_is_as_large_as_promised() -> None:
    assert len(rows("titles")) >= 300
    assert len(rows("items")) >= 360
    assert len(rows("patrons")) == 40
    assert f"{len(rows('titles'))} real titles in {len(rows('items'))} copies" in PAGE


def test_every_number_has_its_check_digit_and_every_isbn_too() -> None:
    for row in rows("items"):
        assert re.fullmatch(r"3\d{13}", row["item"])
        assert check_digit(row["item"][:13]) == int(row["item"][13])
    for row in rows("patrons"):
        assert re.fullmatch(r"2\d{13}", row["card"])
        assert check_digit(row["card"][:13]) == int(row["card"][13])
    isbns = [row["isbn"] for row in rows("titles") if row["isbn"]]
    assert len(isbns) == len(set(isbns)) >= 20
    assert all(check_digit_isbn(isbn[:12]) == isbn[12] for isbn in isbns)


def test_no_title_comes_twice_and_each_has_a_copy() -> None:
    titles = rows("titles")
    assert len({(row["title"], row["author"]) for row in titles}) == len(titles)
    assert {row["title"] for row in rows("items")} == {row["code"] for row in titles}


def test_the_books_of_the_drawn_screens_are_there() -> None:
    drawn = {
        "Солярис", "Денискины рассказы", "Лавр", "Мастер и Маргарита", "Дети капитана Гранта", "Бойцовский клуб",
        "Краткая история времени", "Пикник на обочине", "Чайка. Пьесы", "Евгений Онегин",
    }  # fmt: skip
    marks = {row["title"]: row["age_mark"] for row in rows("titles")}
    assert drawn <= set(marks)
    assert marks["Бойцовский клуб"] == "18+"


def test_the_page_names_every_reader_as_the_store_has_them(demo: Any) -> None:
    store, _ = demo
    listed = readers_of_the_page()
    assert [(name, card) for name, card, _, _ in listed] == [(row["name"], row["card"]) for row in rows("patrons")]
    for _, card, pin, case in listed:
        answer = store.identify(CardNumber(card), Secret(pin or "0000"))
        reason = answer.reason if isinstance(answer, Refusal) else None
        expected = {
            "card expired": Reason.CARD_EXPIRED, "card reported": Reason.CARD_LOST,
            "card blocked": Reason.CARD_BLOCKED, "no PIN was": Reason.WRONG_PIN,
        }.get(" ".join(case.split()[:2]) if not case.startswith("no PIN") else "no PIN was")  # fmt: skip
        assert reason is expected, case


def test_the_page_names_every_book_as_the_store_has_it(demo: Any) -> None:
    store, _ = demo
    listed = re.findall(r"^\| ([^|*]+) \| `(3\d{13})` \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert len(listed) >= 20
    for title, barcode, shows in listed:
        info = store.item_info(ItemId(barcode))
        assert info.title == title
        away = re.search(r"\bloan\b|ready hold|for use here|lost|transit|late", shows)
        free = shows.startswith("free") or away is None
        assert (info.standing is Standing.AVAILABLE) is free, f"{title}: {shows}"
    unknown = re.search(r"not in the catalogue\* \| `(\d+)`", PAGE)
    assert unknown is not None
    assert store.item_info(ItemId(unknown[1])).standing is Standing.UNKNOWN


def test_anna_is_as_drawn(demo: Any) -> None:
    store, today = demo
    anna = store.identify(ANNA, ANNAS_PIN)
    assert isinstance(anna, Patron)
    assert (anna.first_name, anna.loan_count, anna.limit) == ("Анна", 7, 20)
    hers = account(store, ANNA)
    assert sum(loan.renewable for loan in hers.loans) == 5
    assert [(loan.title, loan.due) for loan in hers.loans if loan.due and loan.due < today] == [
        ("Пикник на обочине", today - timedelta(3))
    ]
    why = {loan.title: loan.why_not for loan in hers.loans if loan.why_not}
    assert why == {"Чайка. Пьесы": "held_for_other", "Джейн Эйр": "renewed_too_often"}
    ready = [hold for hold in hers.holds if hold.state is HoldState.READY]
    assert [(hold.title, hold.shelf, hold.until) for hold in ready] == [("Солярис", "14", today + timedelta(5))]
    assert [hold.queue for hold in hers.holds if hold.state is HoldState.WAITING] == [0, 1]


@pytest.mark.parametrize(
    ("reader", "age"), [("Соколов Гриша", 9), ("Ершова", 17), ("Быстров", 14), ("Семёнов Миша", 6), ("Гусева", 5)]
)
def test_children_have_their_age_on_any_day(demo: Any, reader: Any, age: Any) -> None:
    store, today = demo
    patron = store.identify(card_of(reader), None)
    assert isinstance(patron, Patron)
    assert patron.birth is not None
    assert age_on(patron.birth, today) == age


@pytest.mark.parametrize(
    ("reader", "title", "n", "reason"),
    [
        ("Лебедева", "Бойцовский клуб", 1, Reason.HELD_FOR_OTHER),
        ("Лебедева", "Лавр", 2, Reason.HELD_FOR_OTHER),
        ("Соколов Гриша", "Бойцовский клуб", 2, Reason.AGE_RESTRICTED),
        ("Ершова", "Бойцовский клуб", 2, Reason.AGE_RESTRICTED),
        ("Ветрова", "Бойцовский клуб", 2, Reason.BIRTH_DATE_UNKNOWN),
        ("Лебедева", "Мастер и Маргарита", 3, Reason.ON_LOAN_TO_OTHER),
        ("Лебедева", "Евгений Онегин", 1, Reason.ALREADY_YOURS),
        ("Лебедева", "Облачный атлас", 1, Reason.FEE),
        ("Лебедева", "Тихий Дон. Книги 1–2", 1, Reason.OTHER_LIBRARY),
        ("Лебедева", "Словарь русского языка", 1, Reason.REFERENCE_ONLY),
        ("Лебедева", "Человек-невидимка", 1, Reason.OTHER),
        ("Громов", "Лавр", 1, Reason.LIMIT_REACHED),
        ("Маслов", "Лавр", 1, Reason.DEBTS),
        ("Рябова", "Лавр", 1, Reason.CARD_EXPIRED),
        ("Титов", "Лавр", 1, Reason.CARD_BLOCKED),
        ("Зимина", "Лавр", 1, Reason.CARD_LOST),
        ("Яковлев", "Задача трёх тел", 1, Reason.OTHER),
    ],
)
def test_every_refusal_can_be_seen(demo: Any, reader: Any, title: str, n: Any, reason: Any) -> None:
    store, today = demo
    answer = store.checkout(TxnId(f"{reader}{title}"), card_of(reader), copy_of(title, n), Noon(today).now())
    assert isinstance(answer, Refusal)
    assert answer.reason is reason


@pytest.mark.parametrize(
    ("reader", "title", "reason"),
    [
        ("Сомов", "Процесс", Reason.OVERDUE),
        ("Дроздов", "Валсарб", Reason.NOT_RENEWABLE),
        ("Дроздов", "Игрок", Reason.RENEWED_TOO_OFTEN),
        ("Журавлёв", "Чайка. Пьесы", Reason.HELD_FOR_OTHER),
    ],
)
def test_every_refusal_of_a_renewal_can_be_seen(demo: Any, reader: Any, title: str, reason: Any) -> None:
    store, today = demo
    number = 2 if (reader, title) == ("Журавлёв", "Чайка. Пьесы") else 1
    answer = store.renew(TxnId(f"r{reader}{title}"), card_of(reader), copy_of(title, number), Noon(today).now())
    assert isinstance(answer, Refusal)
    assert answer.reason is reason


def test_the_three_books_of_the_scripted_demo(tmp_path: Path) -> None:
    path, today = tmp_path / "demo.db", FIRST_DAYS[0]
    load_demo(path, today, MOSCOW)
    store = open_store(Settings(file=path), Surroundings(MOSCOW, Noon(today), tmp_path))
    lent = [
        store.checkout(TxnId(title), ANNA, copy_of(title, n), Noon(today).now())
        for title, n in (("Мастер и Маргарита", 1), ("Дети капитана Гранта", 1), ("Краткая история времени", 2))
    ]
    store.close()
    assert [isinstance(each, Loan) and each.due for each in lent] == [date(2026, 12, 11)] * 3


def test_an_older_demo_is_replaced_and_nothing_else_ever(tmp_path: Path, filled: Any) -> None:
    path, today = tmp_path / "demo.db", FIRST_DAYS[0]
    load_demo(path, today, MOSCOW)
    store = open_store(Settings(file=path), Surroundings(MOSCOW, Noon(today), tmp_path))
    store.checkin(TxnId("t"), copy_of("Евгений Онегин", 1), Noon(today).now())
    with pytest.raises(InUse):
        load_demo(path, today, MOSCOW)
    store.close()
    load_demo(path, today, MOSCOW)
    store = open_store(Settings(file=path), Surroundings(MOSCOW, Noon(today), tmp_path))
    assert len(account(store, ANNA).loans) == 7
    store.close()
    real = tmp_path / "real.db"
    real.write_bytes(filled.read_bytes())
    before = real.read_bytes()
    with pytest.raises(Unusable, match="no demo library"):
        load_demo(real, today, MOSCOW)
    assert real.read_bytes() == before
