"""Lists of a reader, page by page: servers that page, that do not, whose counts are wrong, that list titles."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, Secret
from kiosk.domain.items import Loan
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account, Hold, HoldState, Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import NotSent
from sync.sip2.faultline import FaultLine

ANNA = CardNumber("P1")
LISTS = {0: "AS", 1: "AT", 2: "AU", 3: "AV", 5: "CD"}


class Shelf:
    """Answers 63 from lists, and 17 with `Книга <item>`. `pages`: how a page is cut from a list."""

    def __init__(self, lists: dict[str, list[str]], pages: Callable[[list[str], int, int], list[str]]) -> None:
        self.lists = lists
        self.pages = pages
        self.fields = "BLY|CQY|"
        self.counts: dict[str, int] | None = None
        self.checked: Any = None

    def session(self) -> Callable[[bytes], bytes]:
        return self.answer

    def answer(self, request: bytes) -> bytes:
        code = request[:2].decode()
        if code in ("93", "99"):
            return self.checked(
                "941" if code == "93" else "98YYYYNN01000320261120    1033232.00AOX|BXYYYYYYYYYYYNYYYY|", request
            )
        text = request.decode()
        if code == "17":
            item = re.search(r"AB([^|]*)", text)[1]  # type: ignore[index]
            title = "" if item.startswith("?") else f"Книга {item}"
            status = "04" if item.startswith("B") else "01"
            return self.checked(f"18{status}000120261120    103323AB{item}|AJ{title}|AH20261211    235900|", request)
        return self.checked(self.patron(text), request)

    def patron(self, text: str) -> str:
        name = LISTS[text[23:33].index("Y")]
        first = int(found[1]) if (found := re.search(r"BP(\d+)", text)) else 1
        last = int(found[1]) if (found := re.search(r"BQ(\d+)", text)) else 999
        entries = "".join(f"{name}{entry}|" for entry in self.pages(self.lists.get(name, []), first, last))
        counts = self.counts or {key: len(value) for key, value in self.lists.items()}
        count = "".join(f"{counts.get(key, 0):04}" for key in ("AS", "AT", "AU", "AV", "BU", "CD"))
        return f"64{' ' * 14}01520261120    103323{count}AOX|AAP1|AEАнна|{entries}{self.fields}"


def paged(entries: list[str], first: int, last: int) -> list[str]:
    return entries[first - 1 : last]


def whole(entries: list[str], first: int, last: int) -> list[str]:
    """A server that does not know of pages."""
    return entries


def exclusive(entries: list[str], first: int, last: int) -> list[str]:
    """A server that leaves the last one of a page out."""
    return entries[first - 1 : last - 1]


def first_only(entries: list[str], first: int, last: int) -> list[str]:
    """A server that gives its first five and no more, whatever it is asked for."""
    return entries[:5]


@contextmanager
def shelf(
    world: ModuleType, has: dict[str, list[str]], pages: Any = paged, **corrections: Any
) -> Iterator[tuple[Any, FaultLine, Shelf]]:
    library = Shelf(has, pages)
    library.checked = world.checked
    with world.listening(FaultLine(library.session)) as line, world.desk(line.port, corrections=corrections) as abis:
        yield abis, line, library


def numbers(count: int) -> list[str]:
    return [f"B{number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("pages", [paged, whole, exclusive])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 30, 47])
def test_every_loan_is_found_once(world: ModuleType, pages: Any, count: int) -> None:
    with shelf(world, {"AU": numbers(count)}, pages, lists={"page": 10}) as (abis, line, _):
        assert abis.loans(ANNA) == set(numbers(count))
        patron = abis.identify(ANNA, Secret("1234"))
        assert isinstance(patron, Patron)
        assert (patron.loans, patron.loan_count) == (set(numbers(count)), count)
        assert line.count("63") <= 2 * (count // 9 + 2)


def test_a_server_that_repeats_itself_is_not_asked_for_ever(world: ModuleType) -> None:
    with shelf(world, {"AU": numbers(30)}, first_only, lists={"page": 5}) as (abis, line, _):
        assert abis.loans(ANNA) == set(numbers(5))
        assert line.count("63") == 2


def test_a_list_without_end_ends(world: ModuleType) -> None:
    def endless(entries: list[str], first: int, last: int) -> list[str]:
        return [f"B{number}" for number in range(first, last + 1)]

    with shelf(world, {"AU": numbers(3)}, endless, lists={"page": 10, "most": 25}) as (abis, line, _):
        assert len(abis.loans(ANNA)) == 25
        assert line.count("63") == 3


def test_counts_that_are_wrong_are_not_believed(world: ModuleType) -> None:
    with shelf(world, {"AU": numbers(3), "AS": ["B7"]}) as (abis, _, library):
        library.counts = {"AU": 9, "AS": 0}
        answer = abis.account(ANNA)
        assert len(answer.loans) == 3
        assert [hold.item for hold in answer.holds] == ["B7"]


def test_padding_in_lists_is_no_loan(world: ModuleType) -> None:
    with shelf(world, {"AU": ["B1", " ", "", "B2"]}) as (abis, _, _):
        assert abis.loans(ANNA) == {"B1", "B2"}


def test_what_is_overdue_and_listed_apart_is_on_loan_too(world: ModuleType) -> None:
    with shelf(world, {"AU": ["B1", "B2"], "AT": ["B2", "B3"]}) as (abis, _, _):
        assert abis.loans(ANNA) == {"B1", "B2", "B3"}


def test_an_account_is_put_together_from_its_lists(world: ModuleType) -> None:
    lists = {"AU": ["B1"], "AS": ["B7"], "CD": ["Ёжик в тумане"], "AV": ["за просрочку 10.00", " "]}
    with shelf(world, lists, texts={"show": True}) as (abis, _, library):
        library.fields += "AFКлуб в среду|"
        due = date(2026, 12, 11)
        assert abis.account(ANNA) == Account(
            loans=(Loan(ItemId("B1"), "Книга B1", due=due),),
            holds=(
                Hold("Книга B7", item=ItemId("B7"), state=HoldState.READY),
                Hold("Книга Ёжик в тумане", item=ItemId("Ёжик в тумане")),
            ),
            messages=("Клуб в среду", "за просрочку 10.00"),
        )
        library.fields += "BHRUB|BV10.00|"
        answer = abis.account(ANNA)
        assert (answer.fees, answer.messages) == (Money(1000, "RUB"), ("Клуб в среду",))


def test_a_hold_that_is_no_item_is_a_title(world: ModuleType) -> None:
    with shelf(world, {"CD": ["?Ёжик в тумане"]}) as (abis, _, _):
        assert abis.account(ANNA).holds == (Hold("?Ёжик в тумане"),)


def test_lists_with_titles_and_dates_need_no_more_questions(world: ModuleType) -> None:
    form = {"loan": r"^(?P<item>[^;]*);(?P<title>[^;]*);(?P<due>.*)$", "hold": "^(?P<title>.*)$"}
    with shelf(world, {"AU": ["B1;Солярис;20261201"], "CD": ["Мы"]}, lists=form) as (abis, line, _):
        answer = abis.account(ANNA)
        assert answer.loans == (Loan(ItemId("B1"), "Солярис", due=date(2026, 12, 1)),)
        assert answer.holds == (Hold("Мы"),)
        assert line.count("17") == 0


def test_lists_of_titles_do_not_say_who_has_a_copy(world: ModuleType) -> None:
    """Silence would be taken for "not on loan" by who settles a doubt."""
    with shelf(world, {"AU": ["Солярис"]}, lists={"loan": "^(?P<title>.*)$"}) as (abis, _, _):
        with pytest.raises(NotSent, match="lists titles"):
            abis.loans(ANNA)
        assert abis.account(ANNA).loans == (Loan(ItemId(""), "Солярис"),)
        patron = abis.identify(ANNA, None)
        assert (patron.loans, patron.loan_count) == (frozenset(), 1)


def test_an_account_asks_about_no_more_items_than_a_reader_waits_for(world: ModuleType) -> None:
    with shelf(world, {"AU": numbers(30)}, lists={"details": 7}) as (abis, line, _):
        titles = [loan.title for loan in abis.account(ANNA).loans]
        assert (titles.count(""), line.count("17")) == (23, 7)


def test_an_unknown_card_has_no_account(world: ModuleType) -> None:
    with shelf(world, {}) as (abis, line, library):
        library.fields = "BLN|AFInvalid cardnumber|"
        assert abis.account(ANNA) == Refusal(Reason.CARD_UNKNOWN, raw="Invalid cardnumber")
        assert line.count("63") == 1


def test_lists_without_pages_where_the_abis_takes_no_such_fields(world: ModuleType) -> None:
    allowed = {"allowed": ["AO", "AA", "AB", "AC", "AD", "AP", "BO", "CN", "CO", "CP"]}
    with shelf(world, {"AU": numbers(12)}, whole, sending=allowed) as (abis, line, _):
        assert len(abis.loans(ANNA)) == 12
        assert not any(b"BP" in request or b"BQ" in request for request in line.heard)
