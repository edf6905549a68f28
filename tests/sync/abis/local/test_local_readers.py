"""The staff add, change, re-register, merge and forget readers of the built-in store."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Loan
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.office import Refused
from sync.abis.local.entry import SAID
from sync.abis.local.office import StoreOffice
from tests.sync.still import NOON

NEW = {"card": "NEW-1", "name": "Гусева Соня", "category": "child", "birth": "01.02.2016", "pin": "2468"}


@pytest.fixture
def office(library: Any, tmp_path: Path) -> StoreOffice:
    return StoreOffice(library.store, tmp_path / "backups")


def faults(office_call: Any, *about: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        office_call("Нина", *about)
    return [(each.field, each.why) for each in refused.value.faults]


def changed(office: StoreOffice, reader: str, /, **texts: str) -> None:
    office.change_reader("Нина", reader, texts)


# --- adding and changing


def test_a_new_reader_borrows_at_once_and_is_counted_for_the_year(office: StoreOffice, library: Any) -> None:
    assert office.add_reader("Нина", NEW) == "NEW-1"
    assert isinstance(library.identify("NEW-1", "2468"), Patron)
    assert isinstance(library.lend("NEW-1", "S1"), Loan)
    page = office.reader("NEW-1")
    assert page is not None
    assert (page.texts["birth"], page.texts["pin"], page.has_pin, page.years) == ("2016-02-01", "", True, (2026,))
    assert [(each.who, each.what, each.about) for each in office.deeds("NEW-1")] == [("Нина", "add reader", "NEW-1")]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"card": ""}, ("card", "missing")),
        ({"card": "3,0234E+13"}, ("card", "key")),
        ({"card": "ANNA"}, ("card", "taken")),
        ({"card": "04A2B3"}, ("card", "taken")),
        ({"other_cards": "BORIS"}, ("other_cards", "taken")),
        ({"other_cards": "NEW-1"}, ("other_cards", "taken")),
        ({"birth": "31.02.2016"}, ("birth", "day")),
        ({"birth": "2026-11-21"}, ("birth", "in_future")),
        ({"agreed": "2026-11-21"}, ("agreed", "in_future")),
        ({"category": "vip"}, ("category", "reference")),
        ({"category": ""}, ("category", "missing")),
        ({"pin": "12"}, ("pin", "pin")),
        ({"email": "соня"}, ("email", "email")),
        ({"phone": "позвонить маме"}, ("phone", "phone")),
        ({"name": "а" * 121}, ("name", "words")),
        ({"standing": "blocked"}, ("note", "reason")),
        ({"shoes": "38"}, ("shoes", "surplus")),
    ],
)
def test_what_is_wrong_is_told_with_its_field_and_nothing_is_kept(
    office: StoreOffice, texts: Mapping[str, str], said: tuple[str, str]
) -> None:
    assert faults(office.add_reader, NEW | texts) == [said]
    assert office.reader("NEW-1") is None
    assert office.deeds() == ()


def test_everything_wrong_is_told_at_once(office: StoreOffice) -> None:
    with pytest.raises(Refused, match="birth: a day as 2026-12-31") as refused:
        office.add_reader("Нина", NEW | {"birth": "?", "phone": "?", "category": "?"})
    assert {each.field for each in refused.value.faults} == {"birth", "phone", "category"}


def test_only_what_is_given_changes_and_the_deed_names_fields_alone(office: StoreOffice, library: Any) -> None:
    changed(office, "ANNA", phone="+7 927 000-11-22", pin="", name="Анна Лебедева")
    page = office.reader("ANNA")
    assert page is not None
    assert (page.line.phone, page.texts["birth"]) == ("+7 927 000-11-22", "1990-05-14")
    assert isinstance(library.identify("ANNA", "1234"), Patron)  # the PIN is the old one
    (deed,) = office.deeds()
    assert (deed.what, deed.said) == ("change reader", "phone")


def test_saving_what_is_there_already_is_no_deed(office: StoreOffice) -> None:
    page = office.reader("ANNA")
    assert page is not None
    changed(office, "ANNA", **page.texts)
    assert office.deeds() == ()


def test_a_block_has_a_reason_and_is_taken_off_again(office: StoreOffice, library: Any) -> None:
    assert faults(office.change_reader, "ANNA", {"standing": "blocked"}) == [("note", "reason")]
    changed(office, "ANNA", standing="blocked", note="книги не возвращены")
    assert library.identify("ANNA") == Refusal(Reason.CARD_BLOCKED)
    changed(office, "ANNA", standing="active", note="")
    assert isinstance(library.identify("ANNA"), Patron)


def test_a_forgotten_pin_is_replaced_by_one_of_chance_and_the_lock_is_lifted(office: StoreOffice, library: Any) -> None:
    for _ in range(5):
        library.identify("ANNA", "9999")
    pin = office.new_pin("Нина", "ANNA")
    assert len(pin) == 4
    assert isinstance(library.identify("ANNA", pin), Patron)


def test_a_reader_whose_card_was_lost_gets_another_number_and_keeps_everything(
    office: StoreOffice, library: Any
) -> None:
    library.lend("ANNA", "S1")
    library.hold("ANNA", "C1")
    changed(office, "ANNA", card="ANNA-2")
    assert library.identify("ANNA") == Refusal(Reason.CARD_UNKNOWN)
    page = office.reader("ANNA-2")
    assert page is not None
    assert ([each.item for each in page.loans], len(page.holds), page.texts["other_cards"]) == (
        ["S1"],
        1,
        "04A2B3 E004-77",
    )
    assert library.take_back("S1").patron == "ANNA-2"


def test_a_reader_who_is_not_there_is_not_changed(office: StoreOffice) -> None:
    assert faults(office.change_reader, "NOBODY", {"name": "Никто"}) == [("card", "unknown")]


# --- looking


@pytest.mark.parametrize(
    ("words", "cards"),
    [
        ("ANNA", ["ANNA"]),
        ("04A2B3", ["ANNA"]),
        ("лебедева анна", ["ANNA"]),
        ("РЕБЕН", []),
        ("ершов", ["TEEN"]),
        ("%", []),
        ("рябова", ["EXPIRED", "LASTDAY"]),
    ],
)
def test_readers_are_found_by_a_card_or_words_of_a_name(office: StoreOffice, words: str, cards: list[str]) -> None:
    assert [each.card for each in office.find_readers(words)] == cards


def test_yo_and_capitals_do_not_hide_a_reader(office: StoreOffice) -> None:
    office.add_reader("Нина", NEW | {"name": "Журавлёв Фёдор"})
    assert [each.card for each in office.find_readers("ФЕДОР журавлев")] == ["NEW-1"]


def test_loans_past_their_day_are_listed_the_latest_first(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "S1")
    library.lend("BORIS", "C1", day=1)
    library.on(31)  # the second was due on a closed day, so a day later
    assert [(each.card, each.item, each.days_late) for each in office.overdue()] == [
        ("ANNA", "S1", 10),
        ("BORIS", "C1", 8),
    ]


# --- a year


def test_a_new_year_asks_for_everybody_again_and_counts_each_once(office: StoreOffice, library: Any) -> None:
    library.on(42)  # New Year's Day
    everybody = {each.card for each in office.not_registered(2027)}
    assert "ANNA" in everybody
    assert not {"BLOCKED", "LOST"} & everybody  # no card in use
    for card in ("ANNA", "KID", "TEEN", "NOBIRTH", "ANNA"):
        office.register_again("Нина", card, {"expires": "31.12.2027", "phone": "8 800 1"})
    assert {each.card for each in office.not_registered(2027)} == everybody - {"ANNA", "KID", "TEEN", "NOBIRTH"}
    numbers = office.figures(2027)
    assert (numbers.readers, numbers.children, numbers.youth, numbers.older, numbers.age_unknown) == (4, 1, 1, 1, 1)
    assert office.figures(2026).readers == 0
    page = office.reader("ANNA")
    assert page is not None
    assert (page.texts["expires"], page.texts["registered"]) == ("2027-12-31", "2027-01-01")


@pytest.mark.parametrize(("expires", "why"), [("", "missing"), ("2026-11-19", "expires_before"), ("soon", "day")])
def test_re_registering_needs_a_day_that_is_not_past(office: StoreOffice, expires: str, why: str) -> None:
    assert faults(office.register_again, "EXPIRED", {"expires": expires}) == [("expires", why)]
    assert office.figures(2026).readers == 0


def test_an_expired_card_opens_again_after_re_registration(office: StoreOffice, library: Any) -> None:
    office.register_again("Нина", "EXPIRED", {"expires": "2027-11-20"})
    assert isinstance(library.identify("EXPIRED", "4321"), Patron)


# --- two cards of one reader


def test_two_cards_of_one_reader_become_one_with_all_that_hangs_on_them(office: StoreOffice, library: Any) -> None:
    office.add_reader("Нина", NEW | {"card": "ANNA-OLD", "birth": "", "category": "adult", "phone": "112"})
    library.lend("ANNA-OLD", "S1")
    library.hold("ANNA-OLD", "C1")
    library.hold("ANNA", "C1")
    library.hold("ANNA-OLD", "D1")
    office.register_again("Нина", "ANNA", {"expires": "2027-01-01"})
    office.merge_readers("Нина", "ANNA", "ANNA-OLD")
    page = office.reader("ANNA")
    assert page is not None
    assert [each.item for each in page.loans] == ["S1"]
    assert [each.title for each in page.holds] == ["Бойцовский клуб", "Денискины рассказы"]
    assert (page.line.phone, page.years) == ("112", (2026,))
    assert office.figures(2026).readers == 1
    found = library.identify("ANNA-OLD", "1234")
    assert isinstance(found, Patron)
    assert found.card == "ANNA"
    assert isinstance(library.renew("ANNA-OLD", "S1"), Loan)


def test_a_block_outlives_a_merge(office: StoreOffice, library: Any) -> None:
    office.merge_readers("Нина", "EXPIRED", "BLOCKED")
    changed(office, "EXPIRED", expires="2027-01-01")
    assert library.identify("EXPIRED") == Refusal(Reason.CARD_BLOCKED)


def test_the_number_of_a_lost_card_opens_nothing_after_a_merge(office: StoreOffice, library: Any) -> None:
    office.merge_readers("Нина", "LASTDAY", "LOST")
    assert library.identify("LOST") == Refusal(Reason.CARD_UNKNOWN)


@pytest.mark.parametrize(
    ("keep", "other", "said"),
    [
        ("ANNA", "ANNA", ("other", "same")),
        ("ANNA", "BORIS", ("other", "other_birth")),
        ("ANNA", "NOBODY", ("other", "unknown")),
        ("NOBODY", "ANNA", ("card", "unknown")),
    ],
)
def test_two_people_are_never_merged(office: StoreOffice, keep: str, other: str, said: tuple[str, str]) -> None:
    assert faults(office.merge_readers, keep, other) == [said]


def test_the_ready_hold_is_kept_and_the_other_copy_goes_to_who_waits(office: StoreOffice, library: Any) -> None:
    for card, item in (("BORIS", "S1"), ("TEEN", "S2")):
        library.lend(card, item)
    for card in ("EXPIRED", "VERA", "LASTDAY"):
        changed(office, card, expires="2027-12-31", birth="")
        library.hold(card, "S1")
    library.take_back("S1")  # EXPIRED's
    library.take_back("S2")  # VERA's
    office.merge_readers("Нина", "EXPIRED", "VERA")
    page = office.reader("LASTDAY")
    assert page is not None
    assert page.holds[0].place != ""


# --- forgetting


def test_a_forgotten_reader_is_in_no_row_and_the_numbers_of_the_year_stay(office: StoreOffice, library: Any) -> None:
    office.add_reader("Нина", NEW | {"card": "GONE-77", "name": "Уходящий Пётр", "other_cards": "GONE-78"})
    library.lend("GONE-78", "S1")
    library.take_back("S1")
    library.hold("GONE-77", "C1")
    before = office.figures(2026)
    office.forget_reader("Нина", "GONE-77")
    assert office.figures(2026) == before
    assert (before.readers, before.loans) == (1, 1)
    assert office.reader("GONE-77") is None
    assert library.identify("GONE-78") == Refusal(Reason.CARD_UNKNOWN)
    assert [each.what for each in office.deeds()] == ["forget reader", "add reader"]
    for path in Path(library.store.database.path).parent.glob("circulation.db*"):
        for word in ("GONE-7", "Уходящий"):
            assert word.encode() not in path.read_bytes()


def test_who_has_a_book_or_owes_is_not_forgotten_yet(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "E1", fee=True)
    assert faults(office.forget_reader, "ANNA") == [("card", "has_loans")]
    library.take_back("E1")
    assert faults(office.forget_reader, "ANNA") == [("card", "owes")]


def test_a_return_is_still_answered_the_same_after_its_reader_was_forgotten(office: StoreOffice, library: Any) -> None:
    library.lend("ANNA", "S1")
    txn, at = library.txn(), library.on(0)
    first = library.store.checkin(txn, ItemId("S1"), at)
    office.forget_reader("Нина", "ANNA")
    again = library.store.checkin(txn, ItemId("S1"), at)
    assert (again.was_on_loan, again.patron, first.patron) == (True, None, CardNumber("ANNA"))


# --- files carry what is new


def test_an_exported_reader_comes_back_with_phone_agreement_and_year(office: StoreOffice, library: Any) -> None:
    from sync.abis.local.exchange import export_file

    office.add_reader("Нина", NEW | {"phone": "112", "email": "a@b.ru", "agreed": "2026-11-01"})
    data = export_file(library.store.database, "patrons")
    assert office.preview("patrons", data).same == 11
    library.clock.at = NOON + timedelta(days=1)
    header, line = "card;name;category;phone;registered", "NEW-1;Гусева Соня;child;113;2025-03-01"
    assert office.take("Нина", "patrons", f"{header}\n{line}\n".encode()) == 1
    page = office.reader("NEW-1")
    assert page is not None
    assert (page.line.phone, page.years, page.texts["agreed"]) == ("113", (2026, 2025), "2026-11-01")


def test_a_list_without_birth_days_counts_readers_by_those_the_store_has(office: StoreOffice) -> None:
    office.take("Нина", "patrons", b"card;category;registered\nKID;child;2026-01-10\nNOBIRTH;adult;2026-01-11\n")
    numbers = office.figures(2026)
    assert (numbers.readers, numbers.children, numbers.age_unknown) == (2, 1, 1)


def test_every_word_of_a_fault_has_a_sentence() -> None:
    assert all(sentence and sentence[0].islower() for sentence in SAID.values())


@given(st.dictionaries(st.sampled_from(sorted({*NEW, "phone", "email", "note"})), st.text(max_size=20)))
def test_whatever_is_typed_is_taken_or_refused_with_its_field(shared_office: StoreOffice, texts: Any) -> None:
    try:
        card = shared_office.add_reader("Нина", NEW | texts)
    except Refused as refused:
        assert all(each.field in {*NEW, "phone", "email", "note", "standing"} for each in refused.faults)  # noqa: PT017
    else:
        assert shared_office.reader(card) is not None
        shared_office.forget_reader("Нина", card)


@pytest.fixture(scope="module")
def shared_office(shared_library: Any) -> StoreOffice:
    return StoreOffice(shared_library.store, Path("unused"))
