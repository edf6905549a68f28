"""What answers mean. The bytes are those of the standard and of servers met in the field, the meanings are by hand."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Destination, ItemInfo, Loan, Media, Returned, Standing
from kiosk.domain.mail import Address
from kiosk.domain.money import Money
from kiosk.domain.patrons import Hold, HoldState, Patron
from kiosk.domain.refusal import Reason, Refusal
from sync.abis.sip2 import items, patrons
from sync.abis.sip2.items import Unusable, was_renewal
from sync.abis.sip2.patrons import Entry
from sync.abis.sip2.profile import load
from sync.abis.sip2.reading import Reading
from sync.sip2.codec import Message, decode
from sync.sip2.values import Encoding, Summary

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = "20261120    103323"
B1, P1 = ItemId("B1"), CardNumber("P1")


def reading(profile: str = "standard", **corrections: Any) -> Reading:
    return Reading(load(profile, corrections), MOSCOW, "RUB", here="ЦБ")


def heard(text: str) -> Message:
    return decode(text.encode())


STANDARD, KOHA, INVENIO = reading(), reading("koha"), reading("invenio")


# --- items ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("01", Standing.OTHER),
        ("02", Standing.OTHER),
        ("03", Standing.AVAILABLE),
        ("04", Standing.ON_LOAN),
        ("05", Standing.ON_LOAN),
        ("06", Standing.OTHER),
        ("07", Standing.ON_LOAN),
        ("08", Standing.ON_HOLD_SHELF),
        ("09", Standing.AVAILABLE),
        ("10", Standing.IN_TRANSIT),
        ("11", Standing.ON_LOAN),
        ("12", Standing.LOST),
        ("13", Standing.LOST),
        ("99", Standing.OTHER),
        ("  ", Standing.OTHER),
    ],
)
def test_circulation_status(status: str, standing: Standing) -> None:
    info = items.item_info(STANDARD, heard(f"18{status}0001{NOW}ABB1|AJСолярис / |AH20261211    235900|"), B1)
    assert info == ItemInfo(B1, "Солярис", standing=standing, due=date(2026, 12, 11) if info.due else None)
    assert bool(info.due) is (standing is Standing.ON_LOAN)


def test_an_unknown_item_is_status_01_with_an_empty_title() -> None:
    assert items.item_info(STANDARD, heard(f"18010101{NOW}ABNOSUCH|AJ|"), B1).standing is Standing.UNKNOWN
    assert items.item_info(STANDARD, heard(f"18030101{NOW}ABB1|AJ|"), B1).standing is Standing.AVAILABLE


@pytest.mark.parametrize(("kind", "media"), [("006", Media.CD), ("009", Media.BOOK_WITH_CD), ("001", Media.OTHER)])
def test_what_a_copy_is_made_of_is_its_media_type(kind: str, media: Media) -> None:
    assert items.item_info(STANDARD, heard(f"18030001{NOW}ABB1|AJОпера|CK{kind}|"), B1).media is media
    assert items.item_info(STANDARD, heard(f"18030001{NOW}ABB1|AJОпера|CKx{kind}|"), B1).media is Media.OTHER


def test_title_author_age_and_reading_room_come_from_where_the_profile_says() -> None:
    other = reading(
        items={
            "title": {"fields": ["CH", "AJ"], "pattern": "^(?P<value>[^%]+)"},
            "author": {"fields": ["CH"], "pattern": "^[^%]*%(?P<value>[^%]*)"},
            "age_mark": {"fields": ["CH"], "pattern": r"%(?P<value>\d+)\+"},
            "reference_only": {"fields": ["CK"], "pattern": "(?P<value>002)"},
        }
    )
    message = heard(f"18030001{NOW}ABB1|AJ870970-basis:1234|CHЛолита%Набоков%18+|")
    assert items.item_info(other, message, B1) == ItemInfo(B1, "Лолита", "Набоков", Standing.AVAILABLE, age_mark=18)
    assert items.item_info(other, heard(f"18030001{NOW}ABB1|AJОгонёк|CK002|"), B1).standing is Standing.REFERENCE_ONLY


OURS = reading("open-library-kiosk")
IN_CH = {"fields": ["CH"], "pattern": r"(?P<value>\S+)\+"}


@pytest.mark.parametrize(
    ("profile", "said", "mark"),
    [
        (KOHA, "", None),  # no field tells: nobody knows
        (OURS, "KM18|", 18),
        (OURS, "KM0|", 0),
        (OURS, "", None),  # our server without its own fields
        (reading(items={"age_mark": IN_CH}), "CH12+|", 12),
        (reading(items={"age_mark": IN_CH}), "CHLem|", None),
        (reading(items={"age_mark": IN_CH, "without_mark": "none"}), "CHLem|", 0),
        (reading(items={"age_mark": IN_CH, "without_mark": "none"}), "CHsix+|", None),  # a mark, but which?
        (reading(items={"without_mark": "none"}), "", 0),
    ],
)
def test_a_mark_that_is_not_told_is_no_mark_only_where_the_profile_says_so(
    profile: Reading, said: str, mark: int | None
) -> None:
    assert items.item_info(profile, heard(f"18030001{NOW}ABB1|AJСолярис|{said}"), B1).age_mark == mark
    loan = items.checkout(profile, heard(f"121NUY{NOW}AOX|AAP1|ABB1|AJСолярис|AH20261211|{said}"), B1)
    assert isinstance(loan, Loan)
    assert loan.age_mark == mark


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("20261211    235900", date(2026, 12, 11)),
        ("20261211   Z213000", date(2026, 12, 12)),  # half past midnight in Moscow
        ("202612110000235900", date(2026, 12, 11)),
        ("2026-12-11", date(2026, 12, 11)),
        ("11.12.2026", date(2026, 12, 11)),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_due_dates_in_the_styles_met(text: str, due: date | None) -> None:
    local = reading(wire={"date_formats": ["%d.%m.%Y"]})
    loan = items.checkout(local, heard(f"121NUY{NOW}AOX|AAP1|ABB1|AJСолярис|AH{text}|"), B1)
    assert loan == Loan(B1, title="Солярис", due=due, desensitize=True)


# --- checkout and renewal -------------------------------------------------------------------------


def test_a_fee_is_asked_about_once() -> None:
    """As Koha does: 120, an amount, no text."""
    message = heard(f"120NUN{NOW}AOX|AAP1|ABB1|AJСолярис|AH|BT06|BHUSD|BV5.00|")
    assert items.checkout(KOHA, message, B1) == Refusal(Reason.FEE, fee=Money(500, "USD"))
    assert items.checkout(KOHA, message, B1, fee_accepted=True).reason is Reason.OTHER  # type: ignore[union-attr]
    with_text = heard(f"120NUN{NOW}AOX|AAP1|ABB1|AJСолярис|AH|BV5.00|AFNOT_FOR_LOAN: 1|")
    assert items.checkout(KOHA, with_text, B1).reason is Reason.REFERENCE_ONLY  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("amount", "currency", "money"),
    [
        ("5.00", "BHRUB|", Money(500, "RUB")),
        ("5,5", "", Money(550, "RUB")),
        ("12", "BHJPY|", Money(12, "JPY")),
        ("0.00", "", None),
        ("-5.00", "", None),
        ("free", "", None),
        ("", "", None),
        ("9999999999", "", None),
    ],
)
def test_amounts(amount: str, currency: str, money: Money | None) -> None:
    assert STANDARD.fee(heard(f"18030001{NOW}ABB1|AJX|BV{amount}|{currency}")) == money


@pytest.mark.parametrize(
    ("text", "reason", "limit"),
    [
        ("AFInvalid Item|", Reason.UNKNOWN_ITEM, None),
        ("AFInvalid Patron|BLN|", Reason.CARD_UNKNOWN, None),
        ("AFNOT_FOR_LOAN: 1|", Reason.REFERENCE_ONLY, None),
        ("AFWTHDRAWN: 1|", Reason.OTHER, None),
        ("AF2|", Reason.LIMIT_REACHED, None),
        ("AFItem unavailable due to outstanding holds|", Reason.HELD_FOR_OTHER, None),
        ("AFGreetings from Koha. |", Reason.OTHER, None),
        ("BLN|", Reason.CARD_UNKNOWN, None),
        ("AFGreetings from Koha. |AFInvalid Item|", Reason.UNKNOWN_ITEM, None),
        ("", Reason.OTHER, None),
    ],
)
def test_texts_of_koha_as_reasons(text: str, reason: Reason, limit: int | None) -> None:
    refusal = items.checkout(KOHA, heard(f"120NUN{NOW}AOCPL|AAP1|ABB1|AJX|AH|{text}"), B1)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.limit) == (reason, limit)
    assert "Greetings" not in refusal.raw


def test_a_checkout_that_was_a_renewal_is_seen() -> None:
    """Koha renews what its reader has already, whatever was asked."""
    text = "AFItem already checked out to you: renewing item.|"
    again = heard(f"121YNY{NOW}AOCPL|AAP1|ABB1|AJX|AH20270101    235900|{text}")
    assert was_renewal(again)
    loan = Loan(B1, title="X", due=date(2027, 1, 1), magnetic=False, desensitize=True)
    assert items.checkout(KOHA, again, B1) == loan
    assert not was_renewal(heard(f"121NNY{NOW}AOCPL|AAP1|ABB1|AJX|AH20270101    235900|"))


def test_a_renewal_refused_without_a_reason_is_not_renewable() -> None:
    refused = items.renewal(STANDARD, heard(f"300NUU{NOW}AOX|AAP1|ABB1|AJX|AH|AFнельзя|"), B1)
    assert refused == Refusal(Reason.NOT_RENEWABLE, raw="нельзя")


@pytest.mark.parametrize("text", [f"12XNUY{NOW}AOX|AAP1|ABB1|AJX|AH|", f"12 NUY{NOW}AOX|AAP1|ABB1|AJX|AH|"])
def test_an_answer_that_does_not_say_whether_it_was_done_is_no_answer(text: str) -> None:
    with pytest.raises(Unusable):
        items.checkout(STANDARD, heard(text), B1)


# --- checkin --------------------------------------------------------------------------------------

UNKNOWN = Refusal(Reason.UNKNOWN_ITEM, "Item not checked out")


@pytest.mark.parametrize(
    ("profile", "text", "expected"),
    [
        ("koha", "101YNN{}AOCPL|ABB1|AQCPL|AJX|AAP1|CS84(2)|", Returned(B1, "X", home="CPL", patron=P1)),
        (
            "koha", "101YNY{}AOCPL|ABB1|AQCPL|AJX|CV04|CT|",
            Returned(B1, "X", home="CPL", destination=Destination.OTHER_BRANCH),
        ),
        (
            "koha", "100YNY{}AOCPL|ABB1|AQCPL|AJX|CV01|CT|",
            Returned(B1, "X", home="CPL", destination=Destination.HOLD_SHELF),
        ),
        (
            "koha", "101YNY{}AOCPL|ABB1|AQCPL|AJX|CV02|CTMPL|",
            Returned(B1, "X", home="CPL", to="MPL", destination=Destination.OTHER_BRANCH),
        ),
        (
            "koha", "100YNY{}AOCPL|ABB1|AQCPL|AJX|AFItem not checked out|",
            Returned(B1, "X", home="CPL", was_on_loan=False),
        ),
        (
            "koha", "101YNY{}AOCPL|ABB1|AQCPL|AJX|AFItem not checked out|",
            Returned(B1, "X", home="CPL", was_on_loan=False),
        ),
        (
            "invenio", "100YUN{}AOLIB|ABB1|AQLIB|AJX|AFItem not checked out|",
            Returned(B1, "X", home="LIB", was_on_loan=False),
        ),
        ("standard", "101YNN{}AOX|ABB1|AQЦБ|AJX|CL3|CTЦБ|", Returned(B1, "X", home="ЦБ", to="ЦБ", bin="3")),
        (
            "standard", "101YNN{}AOX|ABB1|AQЦБ|AJX|CTФ2|",
            Returned(B1, "X", home="ЦБ", to="Ф2", destination=Destination.OTHER_BRANCH),
        ),
        ("standard", "101YNY{}AOX|ABB1|AQЦБ|AJX|CV03|", Returned(B1, "X", home="ЦБ", destination=Destination.SORTING)),
        ("standard", "101YNY{}AOX|ABB1|AQЦБ|AJX|CV99|", Returned(B1, "X", home="ЦБ", destination=Destination.SORTING)),
        ("koha", "100NUY{}AOCPL|ABB1|CV99|AFItem not checked out|", UNKNOWN),
        ("invenio", "100YUN{}AOLIB|ABB1|AQLIB|AFItem not checked out|", UNKNOWN),
        ("standard", "100NUY{}AOX|ABB1|AQ|AFнет|", Refusal(Reason.OTHER, "нет")),
    ],
)  # fmt: skip
def test_returns_as_recorded_and_reported(profile: str, text: str, expected: Returned | Refusal) -> None:
    answer = items.checkin(reading(profile), heard(text.format(NOW)), B1)
    strip = {"magnetic": None, "resensitize": None} if isinstance(answer, Returned) else {}
    assert replace(answer, **strip) == expected


@pytest.mark.parametrize(
    ("flags", "more", "magnetic", "desensitize"),
    [
        ("NNY", "", False, True),  # Koha, as recorded
        ("NUY", "", None, True),  # invenio
        ("NYY", "", True, True),
        ("NNN", "", False, False),
        ("NUU", "", None, None),
        ("NNY", "CK001|", False, True),
        *(("NNY", f"CK{kind}|", True, True) for kind in ("004", "005", "007", "008", "010")),
    ],
)
def test_a_loan_tells_of_the_strip_and_a_tape_is_magnetic_whatever_its_flag_says(
    flags: str, more: str, magnetic: bool | None, desensitize: bool | None
) -> None:
    loan = items.checkout(STANDARD, heard(f"121{flags}{NOW}AOX|AAP1|ABB1|AJX|AH|{more}"), B1)
    assert isinstance(loan, Loan)
    assert (loan.magnetic, loan.desensitize) == (magnetic, desensitize)


@pytest.mark.parametrize(
    ("flags", "more", "magnetic", "resensitize"),
    [("YNN", "", False, True), ("YUN", "", None, True), ("NYN", "", True, False), ("YNN", "CK005|", True, True)],
)
def test_a_return_tells_of_the_strip_too(
    flags: str, more: str, magnetic: bool | None, resensitize: bool | None
) -> None:
    returned = items.checkin(STANDARD, heard(f"101{flags}{NOW}AOX|ABB1|AQ|AJX|{more}"), B1)
    assert isinstance(returned, Returned)
    assert (returned.magnetic, returned.resensitize) == (magnetic, resensitize)


def test_where_a_returned_copy_belongs_is_said_by_location_and_collection() -> None:
    returned = items.checkin(STANDARD, heard(f"101YNN{NOW}AOX|ABB1|AQ ЛЕС |AJX|CL3|CRДЕТ|"), B1)
    assert isinstance(returned, Returned)
    assert (returned.home, returned.to, returned.collection, returned.bin) == ("ЛЕС", "", "ДЕТ", "3")


def test_who_waits_for_a_returned_item_is_read_nowhere() -> None:
    text = f"100YNY{NOW}AOCPL|ABB1|AQCPL|AJX|CV01|CT|CYP0007|DAПетров Пётр petrov@example.org +7000|"
    returned = items.checkin(KOHA, heard(text), B1)
    assert "P0007" not in repr(returned)
    assert "Петров" not in repr(returned)
    assert "petrov" not in repr(returned)


# --- patrons --------------------------------------------------------------------------------------


def answer(flags: str = " " * 14, fields: str = "BLY|CQY|", counts: str = "0000" * 6) -> Message:
    return heard(f"64{flags:14}015{NOW}{counts}AOX|AAP1|AEАнна Иванова|{fields}")


def test_an_identified_reader() -> None:
    message = answer(fields="BLY|CQY|CB0010|AUB1|AUB2|AU |PB20081121|", counts="000000000002000000000000")
    assert patrons.patron(KOHA, message, CardNumber("anna"), pin_asked=True) == Patron(
        P1, "Анна Иванова", "Анна", date(2008, 11, 21), frozenset({ItemId("B1"), ItemId("B2")}), 2, 10
    )


@pytest.mark.parametrize("limit", ["CB0000|", "CB9999|", "CB    |", ""])
def test_no_limit(limit: str) -> None:
    patron = patrons.patron(STANDARD, answer(fields=f"BLY|{limit}"), P1, pin_asked=False)
    assert isinstance(patron, Patron)
    assert patron.limit is None


@pytest.mark.parametrize(
    ("fields", "pin_asked", "reason"),
    [
        ("BLY|CQY|", True, None),
        ("BLY|CQN|", True, Reason.WRONG_PIN),
        ("BLY|", True, Reason.WRONG_PIN),
        ("BLY|CQ|", True, Reason.WRONG_PIN),
        ("BLY|CQN|", False, None),
        ("BLN|CQY|", True, Reason.CARD_BLOCKED),
        ("CQY|", True, Reason.CARD_UNKNOWN),
        ("", False, Reason.CARD_UNKNOWN),
        ("BLY|CQN|AFInvalid cardnumber|", True, Reason.WRONG_PIN),
    ],
)
def test_a_reader_is_who_the_abis_says_in_so_many_words(fields: str, pin_asked: bool, reason: Reason | None) -> None:
    got = patrons.patron(STANDARD, answer(fields=fields), P1, pin_asked=pin_asked)
    assert (got.reason if isinstance(got, Refusal) else None) is reason


def test_a_server_without_bl_vouches_by_name_and_still_must_confirm_the_pin() -> None:
    named = heard(f"64{' ' * 14}001{NOW}{'0000' * 6}AOLIB|AAP1|AEИванова Анна|BHEUR|CQY|")
    unnamed = heard(f"64{' ' * 14}001{NOW}{'0000' * 6}AOLIB|AAP9|AE|CQY|")
    assert isinstance(patrons.patron(INVENIO, named, P1, pin_asked=True), Patron)
    assert patrons.patron(INVENIO, unnamed, P1, pin_asked=True) == Refusal(Reason.CARD_UNKNOWN)


@pytest.mark.parametrize(
    ("said", "mail"),
    [
        ("BEanna@mail.ru|", Address("anna@mail.ru")),
        ("BE |", None),
        ("", None),
        ("BEnone|", None),
        ("BEanna@mail.ru, boris@mail.ru|", None),
        ("BEБиблиотека|", None),
    ],
)
def test_a_reader_is_written_to_where_the_abis_gives_an_address_that_is_one(said: str, mail: Address | None) -> None:
    found = patrons.patron(STANDARD, answer(fields=f"BLY|CQY|{said}"), P1, pin_asked=True)
    assert isinstance(found, Patron)
    assert found.mail == mail
    assert "anna" not in repr(found)


@pytest.mark.parametrize("position", range(1, 15))
def test_only_blocking_positions_turn_a_reader_away(position: int) -> None:
    flags = " " * (position - 1) + "Y" + " " * (14 - position)
    got = patrons.patron(STANDARD, answer(flags), P1, pin_asked=False)
    named = {5: Reason.CARD_LOST, 11: Reason.DEBTS, 12: Reason.DEBTS, 14: Reason.DEBTS}
    if position in (2, 3, 4, 6):
        assert isinstance(got, Patron)
    else:
        assert isinstance(got, Refusal)
        assert got.reason is named.get(position, Reason.CARD_BLOCKED)


def test_why_a_reader_is_turned_away() -> None:
    owes = patrons.patron(KOHA, answer("YYYY      YY", "BLY|CQY|BV120.00|BHRUB|"), P1, pin_asked=True)
    assert owes == Refusal(Reason.DEBTS, fee=Money(12000, "RUB"))
    expired = patrons.patron(KOHA, answer("YYYY", "BLY|CQY|PA20261119|"), P1, pin_asked=True)
    assert expired == Refusal(Reason.CARD_EXPIRED, until=date(2026, 11, 19))
    blocked = patrons.patron(KOHA, answer("YYYY", "BLY|CQY|PA20271119|AFGreetings from Koha. |"), P1, pin_asked=True)
    assert blocked == Refusal(Reason.CARD_BLOCKED)


def test_a_card_the_abis_knows_but_calls_invalid_is_blocked() -> None:
    assert patrons.patron(STANDARD, answer(fields="BLN|"), P1, pin_asked=False) == Refusal(Reason.CARD_BLOCKED)


def test_what_stands_against_a_readers_loans() -> None:
    full = answer("     Y", fields="BLY|CB0005|")
    assert isinstance(patrons.patron(STANDARD, full, P1, pin_asked=False), Patron)
    assert patrons.held_back(STANDARD, full) == Refusal(Reason.LIMIT_REACHED, limit=5)
    assert patrons.held_back(STANDARD, answer(" YYY", fields="BLY|")) is None
    assert patrons.held_back(STANDARD, answer(fields="BLN|")) == Refusal(Reason.CARD_UNKNOWN)


def test_why_is_told_only_to_who_knows_the_pin() -> None:
    refusal = patrons.patron(KOHA, answer("YYYYY", "BLY|CQN|"), P1, pin_asked=True)
    assert refusal == Refusal(Reason.WRONG_PIN)


def test_entries_of_lists() -> None:
    other = reading(
        lists={
            "loan": r"^(?P<item>\S+)\s*#(?P<title>[^#]*)#(?P<due>.*)$",
            "hold": r"^(?P<title>[^@]*)@(?P<shelf>.*)$",
        }
    )
    message = answer(fields="AUB1#Солярис#20261211|AU |AUodd|CDМы@А-12|")
    assert patrons.entries(other, message, Summary.CHARGED_ITEMS) == (Entry(B1, "Солярис", due=date(2026, 12, 11)),)
    (waiting,) = patrons.entries(other, message, Summary.UNAVAILABLE_HOLDS)
    assert patrons.hold(other, waiting, HoldState.WAITING, None) == Hold("Мы", shelf="А-12")
    assert not other.profile.lists.names_items or other.profile.lists.loan.groupindex["item"]


def test_greetings_are_no_messages() -> None:
    told = reading("koha", texts={"show": True})
    assert patrons.messages(told, answer(fields="AFGreetings from Koha. |AFКнига ждёт вас|")) == ("Книга ждёт вас",)
    assert patrons.messages(KOHA, answer(fields="AFКнига ждёт вас|")) == ()


# --- anything -------------------------------------------------------------------------------------

ANSWERS = st.sampled_from([b"12", b"10", b"18", b"30", b"64", b"36", b"98"])
PIECES = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"AUB1|", b"BV1.5|", b"CV01|", b"BLY|", b"CQY|", b"AH20261211|", b"1NUY20261120    103323"]),
    ),
    max_size=12,
)


@given(code=ANSWERS, pieces=PIECES, encoding=st.sampled_from(Encoding), name=st.sampled_from([STANDARD, KOHA, INVENIO]))
def test_no_bytes_make_the_mapping_fall(code: bytes, pieces: list[bytes], encoding: Encoding, name: Reading) -> None:
    message = decode(code + b"".join(pieces), encoding)
    for read in (
        lambda: items.checkout(name, message, B1),
        lambda: items.renewal(name, message, B1),
        lambda: items.checkin(name, message, B1),
    ):
        try:
            assert isinstance(read(), Loan | Returned | Refusal)
        except Unusable:
            assert message.flag("ok") is None
    items.item_info(name, message, B1)
    patrons.patron(name, message, P1, pin_asked=True)
    for summary in Summary:
        patrons.entries(name, message, summary)
