"""The staff add and change titles and copies, declare them lost and found, and take them out of the stock."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.items import Destination, Loan, Returned, Standing
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.office import Refused
from sync.abis.local.office import StoreOffice

COPY = {"item": "N1", "title": "sol", "branch": "SAD", "type": "book", "shelf": "Ф-7"}


@pytest.fixture
def office(library: Any, tmp_path: Path) -> StoreOffice:
    return StoreOffice(library.store, tmp_path / "backups")


def faults(office_call: Any, *about: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        office_call("Нина", *about, **more)
    return [(each.field, each.why) for each in refused.value.faults]


def state(office: StoreOffice, item: str) -> str:
    page = office.copy(item)
    assert page is not None
    return page.line.state


# --- adding and changing


def test_a_new_title_and_its_copy_are_lent_at_once(office: StoreOffice, library: Any) -> None:
    code = office.add_title("Нина", {"title": "Вий", "author": "Николай Гоголь", "age_mark": "12+"})
    assert code == "T6"
    assert office.add_copy("Нина", COPY | {"title": code}) == "N1"
    assert isinstance(library.lend("ANNA", "N1"), Loan)
    assert [each.what for each in office.deeds()] == ["add copy", "add title"]


def test_a_code_of_our_own_is_never_one_that_is_taken(office: StoreOffice) -> None:
    office.add_title("Нина", {"code": "T7", "title": "Метель"})
    assert office.add_title("Нина", {"title": "Выстрел"}) == "T8"


def test_a_title_that_becomes_18_is_kept_from_the_young_from_then_on(office: StoreOffice, library: Any) -> None:
    assert isinstance(library.lend("TEEN", "S1"), Loan)
    office.change_title("Нина", "sol", {"age_mark": "18"})
    assert library.lend("TEEN", "S2") == Refusal(Reason.AGE_RESTRICTED, limit=18)
    assert library.renew("TEEN", "S1") == Refusal(Reason.AGE_RESTRICTED, limit=18)
    assert office.deeds("sol")[0].said == "age_mark"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"item": "S1"}, ("item", "taken")),
        ({"item": "№ 5"}, ("item", "key")),
        ({"title": "nothing"}, ("title", "reference")),
        ({"branch": ""}, ("branch", "missing")),
        ({"state": "gone"}, ("state", "one_of")),
    ],
)
def test_a_wrong_copy_is_refused_with_its_field(
    office: StoreOffice, changes: dict[str, str], said: tuple[str, str]
) -> None:
    assert faults(office.add_copy, COPY | changes) == [said]
    assert office.copy("N1") is None


def test_a_wrong_title_is_refused_with_its_field(office: StoreOffice) -> None:
    assert faults(office.add_title, {"title": "", "year": "1"}) == [("title", "missing"), ("year", "number")]
    assert faults(office.add_title, {"code": "sol", "title": "Солярис"}) == [("code", "taken")]
    assert faults(office.change_title, "sol", {"code": "sol2"}) == [("code", "surplus")]
    assert faults(office.change_title, "none", {"title": "x"}) == [("code", "unknown")]


def test_a_copy_moves_to_another_shelf_and_is_for_use_here_only(office: StoreOffice, library: Any) -> None:
    office.change_copy("Нина", "S1", {"shelf": "Ч-1", "state": "reference"})
    assert library.lend("ANNA", "S1") == Refusal(Reason.REFERENCE_ONLY)
    office.change_copy("Нина", "S1", {"shelf": "Ч-1", "state": "reference"})
    assert [each.said for each in office.deeds("S1")] == ["shelf, state"]


@pytest.mark.parametrize(
    ("words", "items"),
    [
        ("S1", ["S1"]),
        ("солярис лем", ["S1", "S2"]),
        ("ПАЛАНИК", ["C1"]),
        ("онегин дюма", []),
    ],
)
def test_copies_are_found_by_barcode_or_words(office: StoreOffice, words: str, items: list[str]) -> None:
    assert [each.item for each in office.find_copies(words)] == items


def test_a_copy_says_where_it_is(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "S1")
    library.hold("BORIS", "S1")
    page = office.copy("S1")
    assert page is not None
    assert page.loan is not None
    assert (page.line.on_loan, page.loan.card, page.waiting) == (True, "ANNA", 1)
    library.take_back("S1")
    page = office.copy("S1")
    assert page is not None
    assert (page.line.on_loan, page.line.set_aside, page.loan, page.waiting) == (False, True, None, 0)


# --- lost and found


def test_a_reader_answers_for_a_lost_book_until_it_is_settled(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "S1")
    office.declare_lost("Нина", "S1", settled=False)
    page = office.reader("ANNA")
    assert page is not None
    assert [each.item for each in page.loans] == ["S1"]
    assert faults(office.declare_lost, "S1", settled=False) == [("item", "lost_already")]
    office.declare_lost("Нина", "S1", settled=True)
    page = office.reader("ANNA")
    assert page is not None
    assert page.loans == ()
    assert library.lend("BORIS", "S1").reason is Reason.OTHER


def test_a_lost_book_that_is_returned_at_the_desk_is_found(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "S1")
    office.declare_lost("Нина", "S1", settled=False)
    back = library.take_back("S1")
    assert isinstance(back, Returned)
    assert (back.was_on_loan, back.destination) == (True, Destination.SORTING)
    assert state(office, "S1") == "normal"


def test_a_found_book_is_set_aside_for_who_waits(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "C1")
    library.hold("BORIS", "C1")
    office.declare_lost("Нина", "C1", settled=True)
    assert office.declare_found("Нина", "C1") == "1"
    assert library.store.item_info("C1").standing is Standing.ON_HOLD_SHELF
    assert faults(office.declare_found, "C1") == [("item", "not_lost")]


def test_a_found_book_of_another_house_is_set_aside_nowhere(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "D1")
    library.hold("BORIS", "D1")
    office.declare_lost("Нина", "D1", settled=True)
    assert office.declare_found("Нина", "D1") == ""


def test_a_book_lost_from_the_hold_shelf_leaves_its_reader_in_the_queue(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "C1")
    library.hold("BORIS", "C1")
    library.take_back("C1")
    office.declare_lost("Нина", "C1", settled=False)
    page = office.reader("BORIS")
    assert page is not None
    assert [(each.title, each.place) for each in page.holds] == [("Бойцовский клуб", "")]


# --- out of the stock


def test_a_withdrawn_copy_is_unknown_and_its_act_is_kept(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "S1")
    assert faults(office.withdraw, "S1", "ветхость", "Акт 12") == [("item", "on_loan")]
    library.take_back("S1")
    office.withdraw("Нина", "S1", " ветхость ", "Акт 12")
    assert library.store.item_info("S1").standing is Standing.UNKNOWN
    assert library.lend("ANNA", "S1") == Refusal(Reason.UNKNOWN_ITEM)
    assert (office.deeds("S1")[0].what, office.deeds("S1")[0].said) == ("withdraw", "ветхость, Акт 12")
    assert office.figures(2026).loans == 1
    office.add_copy("Нина", COPY | {"item": "S1"})  # the label may be used again


def test_withdrawing_says_what_is_missing(office: StoreOffice) -> None:
    assert faults(office.withdraw, "S1", " ", "А" * 61) == [("reason", "missing"), ("act", "words")]
    assert faults(office.withdraw, "Z9", "ветхость", "1") == [("item", "unknown")]
    assert state(office, "S1") == "normal"


def test_who_was_to_have_a_withdrawn_copy_waits_on(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "S1")
    library.lend("VERA", "S2")
    library.hold("BORIS", "S1")
    library.take_back("S1")
    office.withdraw("Нина", "S1", "утоплена", "Акт 13")
    assert library.take_back("S2").destination is Destination.HOLD_SHELF
