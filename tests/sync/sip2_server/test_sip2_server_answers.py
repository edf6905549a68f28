"""What our SIP2 server answers, message by message, with the demo library behind it."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.health import Health, State
from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Loan
from kiosk.domain.patrons import Account
from kiosk.domain.refusal import Reason
from kiosk.ports.abis import NotSent, Unreachable
from sync.sip2.codec import decode
from sync.sip2.framing import MAX_FRAME
from sync.sip2.messages import Code
from sync.sip2.server.answers import Answer, Style, fit, written
from sync.sip2.server.desk import known
from sync.sip2.server.texts import REFUSED
from sync.sip2.values import Encoding, PatronStatus, marked

ANNA, BORIS, CHILD, NO_BIRTH = "20234000134172", "20234000200148", "20234000200403", "20234000200668"
EXPIRED, LOST_CARD, BLOCKED = "20234000200791", "20234000200924", "20234000201054"
DEBTOR, FULL, READY, LETTERS, MANY = (
    *("20234000201187", "20234000201310", "20234000201575", "20234000204041", "20234000202094"),
)
OLEG_OVERDUE, TATAR = "20234000201831", "20234000202870"
MASTER, MASTER_LENT, CLUB_HELD, CLUB = "30234000514561", "30234000514686", "30234000524693", "30234000524768"
ONEGIN, PICNIC, SEAGULL, JANE_EYRE = "30234000510056", "30234000531177", "30234000513050", "30234000526615"
CLOUD_ATLAS, QUIET_DON, DICTIONARY, AELITA = "30234000537240", "30234000515337", "30234000541440", "30234000532019"
INVISIBLE_MAN, TIME_MACHINE, SOLARIS, SOLARIS_READY = (
    *("30234000532977", "30234000532928", "30234000517861", "30234000530815"),
)
SAWYER, NOBODYS = "30234000523737", "30234000999994"
RIGHT, WRONG = ("AD", "739164"), ("AD", "739165")


def loans(machine: Any, card: str) -> dict[str, Loan]:
    answer = machine.store.account(CardNumber(card))
    assert isinstance(answer, Account)
    return {str(loan.item): loan for loan in answer.loans}


def flags(answer: Any) -> frozenset[PatronStatus]:
    return marked(PatronStatus, answer.get("patron_status"))


# --- status of the server


def test_it_says_what_it_can(machine: Any) -> None:
    answer = machine.ask("99")
    assert answer.get("online_status") == "Y"
    assert answer.get("BX") == "YYYNYYYYYYYNNYYY"
    assert (answer.get("AO"), answer.get("AM")) == ("SAD", "Библиотека на Садовой")
    assert (answer.get("timeout_period"), answer.get("retries_allowed")) == ("100", "003")
    assert (answer.get("offline_ok"), answer.get("status_update_ok")) == ("N", "N")
    assert answer.get("date_time_sync") == "20261120    120000"


def test_a_library_system_with_fewer_abilities_says_so(machine: Any, desk: Any) -> None:
    class Plain:
        def health(self) -> Health:
            return Health(State.ABSENT, "unplugged")

    machine.talk._desk = replace(desk, abis=Plain())
    answer = machine.ask("99")
    assert answer.get("BX") == "YYYNYYYYYNYNNNYY"
    assert answer.get("online_status") == "N"


# --- readers


def test_a_reader_with_the_right_pin_is_known_by_name(machine: Any) -> None:
    answer = machine.patron(ANNA, RIGHT)
    assert (answer.get("BL"), answer.get("CQ")) == ("Y", "Y")
    assert answer.get("AE") == "Лебедева Анна Сергеевна"
    assert (answer.get("PB"), answer.get("KF"), answer.get("CB")) == ("19910514", "Анна", "0020")
    assert flags(answer) == frozenset()
    assert answer.all("AF") == ()


def test_the_counts_tell_ready_from_waiting(machine: Any) -> None:
    answer = machine.patron(ANNA, RIGHT)
    counted = {name: answer.number(name) for name in answer.fixed if name.endswith("_count")}
    assert counted == {
        "hold_items_count": 1, "overdue_items_count": 1, "charged_items_count": 7,
        "fine_items_count": 0, "recall_items_count": 0, "unavailable_holds_count": 2,
    }  # fmt: skip


@pytest.mark.parametrize("code", ["23", "63"])
def test_a_wrong_pin_learns_nothing(machine: Any, code: Any) -> None:
    answer = machine.ask(code, ("AA", ANNA), WRONG)
    assert (answer.get("BL"), answer.get("CQ"), answer.get("KR")) == ("Y", "N", "wrong_pin")
    assert not answer.get("AE")
    assert not {"PB", "KF", "CB", "BV", "AU"} & {name for name, _ in answer.fields}
    assert not any(answer.number(name) for name in answer.fixed if name.endswith("_count"))
    assert answer.all("AF") == ("That PIN does not match",)


def test_a_locked_pin_says_so(machine: Any) -> None:
    for _ in range(5):
        answer = machine.patron(ANNA, WRONG)
    assert (answer.get("CQ"), answer.get("KR"), answer.get("KU")) == ("N", "pin_locked", "20261120")
    assert machine.patron(ANNA, RIGHT).get("CQ") == "N"


def test_an_empty_pin_is_never_right_but_opens_what_the_machine_may_see(machine: Any) -> None:
    answer = machine.patron(ANNA, ("AD", ""), summary="  Y")
    assert answer.get("CQ") == "N"
    assert len(answer.all("AU")) == 7
    assert machine.patron(ANNA).get("CQ") is None


def test_nobody_is_nobody(machine: Any) -> None:
    answer = machine.patron("NOBODY", RIGHT)
    assert (answer.get("BL"), answer.get("CQ"), answer.get("AA"), answer.get("AE")) == ("N", None, "NOBODY", "")
    assert answer.get("KR") == "card_unknown"
    assert PatronStatus.CHARGE_PRIVILEGES_DENIED in flags(answer)


@pytest.mark.parametrize(
    ("card", "reason", "flag", "expiry"),
    [
        (EXPIRED, "card_expired", PatronStatus.CHARGE_PRIVILEGES_DENIED, "20261101"),
        (BLOCKED, "card_blocked", PatronStatus.CHARGE_PRIVILEGES_DENIED, None),
        (LOST_CARD, "card_lost", PatronStatus.CARD_REPORTED_LOST, None),
    ],
)
def test_a_card_that_opens_nothing_says_why(
    machine: Any, card: str, reason: Any, flag: Any, expiry: str | None
) -> None:
    answer = machine.patron(card, ("AD", "1234"))
    assert (answer.get("BL"), answer.get("CQ"), answer.get("KR"), answer.get("PA")) == ("Y", "Y", reason, expiry)
    assert flag in flags(answer)


def test_who_is_full_is_marked_full(machine: Any) -> None:
    assert flags(machine.patron(FULL)) == {PatronStatus.TOO_MANY_ITEMS_CHARGED}


def test_who_owes_is_let_in_and_told_the_sum(machine: Any) -> None:
    answer = machine.patron(DEBTOR, ("AD", "1234"), summary="   Y")
    assert (answer.get("CQ"), answer.get("BH"), answer.get("BV")) == ("Y", "RUB", "650.00")
    assert answer.all("AV") == ("650.00 RUB",)
    assert machine.ask("23", ("AA", DEBTOR)).get("BV") == "650.00"


def test_messages_of_the_library_are_shown(machine: Any) -> None:
    assert len(machine.patron(LETTERS).all("AF")) == 3


@pytest.mark.parametrize(
    ("summary", "field", "entries"),
    [
        ("Y", "AS", 1),
        (" Y", "AT", 1),
        ("  Y", "AU", 7),
        ("   Y", "AV", 0),
        ("    Y", "BU", 0),
        ("     Y", "CD", 2),
        ("", "AU", 0),
        ("YYYYYY", "AS", 1),  # the first Y counts
    ],
)
def test_one_list_is_sent_and_it_is_the_one_that_was_asked_for(
    machine: Any, summary: str, field: Any, entries: Any
) -> None:
    answer = machine.patron(ANNA, summary=summary)
    assert len(answer.all(field)) == entries
    assert {name for name, _ in answer.fields} & {"AS", "AT", "AU", "AV", "BU", "CD"} == ({field} if entries else set())


def test_lists_come_by_pages(machine: Any) -> None:
    whole = machine.patron(MANY, summary="  Y").all("AU")
    assert len(whole) == 12
    pages = [
        machine.patron(MANY, ("BP", first), ("BQ", last), summary="  Y").all("AU")
        for first, last in (("1", "5"), ("6", "10"), ("11", "15"), ("16", "20"))
    ]
    assert tuple(item for page in pages for item in page) == whole
    assert pages[3] == ()


@pytest.mark.parametrize(("first", "last"), [("0", "3"), ("x", "3"), ("", "3"), ("-1", "3")])
def test_an_odd_beginning_is_the_beginning(machine: Any, first: Any, last: Any) -> None:
    assert len(machine.patron(MANY, ("BP", first), ("BQ", last), summary="  Y").all("AU")) == 3


def test_a_list_is_capped(at_desk: Any) -> None:
    assert len(at_desk(list_limit=4).patron(MANY, ("BQ", "999999999"), summary="  Y").all("AU")) == 4


def test_holds_are_items_and_titles_or_all_that_is_known(at_desk: Any) -> None:
    plain, full = at_desk(), at_desk(hold_details=True)
    assert plain.patron(ANNA, summary="Y").all("AS") == (SOLARIS_READY,)
    assert plain.patron(ANNA, summary="     Y").all("CD") == ("Зулейха открывает глаза", "Щегол")
    assert full.patron(ANNA, summary="Y").all("AS") == (f"{SOLARIS_READY}^Солярис^Станислав Лем^20261125^14^",)
    assert full.patron(ANNA, summary="     Y").all("CD")[1] == "^Щегол^Донна Тартт^^^1"


def test_a_session_is_ended(machine: Any) -> None:
    assert machine.ask("35", ("AA", ANNA)).get("end_session") == "Y"


def test_a_machine_blocks_a_card_only_where_the_library_lets_it(at_desk: Any) -> None:
    refusing, trusting = at_desk(language="en"), at_desk(block_cards=True)
    assert "cannot be done here" in refusing.ask("01", ("AA", ANNA), ("AL", "left behind")).all("AF")[0]
    assert refusing.patron(ANNA, RIGHT).get("KR") is None
    answer = trusting.ask("01", ("AA", ANNA), ("AL", "left behind"))
    assert PatronStatus.CHARGE_PRIVILEGES_DENIED in flags(answer)
    assert refusing.patron(ANNA, RIGHT).get("KR") == "card_blocked"
    assert trusting.ask("99").get("BX")[3] == "Y"


def test_a_machine_opens_no_card(machine: Any) -> None:
    answer = machine.ask("25", ("AA", BLOCKED))
    assert PatronStatus.CHARGE_PRIVILEGES_DENIED in flags(answer)
    assert answer.all("AF")


def test_a_payment_is_written_down_once(machine: Any) -> None:
    pay = lambda amount, txn="t1", **fixed: machine.ask("37", ("BV", amount), ("AA", LETTERS), ("BK", txn), **fixed)  # noqa: E731
    assert pay("25.00", "t0").get("payment_accepted") == "N"  # more than the 20.00 owed
    answer = pay("15.00")
    assert (answer.get("payment_accepted"), answer.get("BK")) == ("Y", "t1")
    assert pay("15.00").get("payment_accepted") == "Y"
    assert machine.patron(LETTERS).get("BV") == "5.00"
    assert pay("5", "t2", currency_type="EUR").get("payment_accepted") == "N"
    for amount in ("", "-1", "5.001", "five", "99999999999"):
        assert pay(amount, "t3").get("payment_accepted") == "N"


# --- items


@pytest.mark.parametrize(
    ("item", "status", "title"),
    [
        (MASTER, "03", "Мастер и Маргарита"),
        (ONEGIN, "04", "Евгений Онегин"),
        (CLUB_HELD, "08", "Бойцовский клуб"),
        (TIME_MACHINE, "10", "Машина времени"),
        (INVISIBLE_MAN, "12", "Человек-невидимка"),
        (DICTIONARY, "01", "Словарь русского языка"),
        (NOBODYS, "01", ""),
    ],
)
def test_an_item_says_how_it_stands(machine: Any, item: str, status: Any, title: str) -> None:
    answer = machine.ask("17", ("AB", item))
    assert (answer.get("circulation_status"), answer.get("AJ"), answer.get("AB")) == (status, title, item)


def test_a_loan_tells_its_due_date_and_a_hold_its_place(machine: Any) -> None:
    assert machine.ask("17", ("AB", ONEGIN)).get("AH") == "20261128    235900"
    held = machine.ask("17", ("AB", SOLARIS_READY))
    assert (held.get("AP"), held.get("CM"), held.get("CF")) == ("14", "20261125    235900", "1")


def test_an_item_tells_author_mark_home_and_fee(machine: Any) -> None:
    answer = machine.ask("17", ("AB", CLUB))
    assert (answer.get("KA"), answer.get("KM"), answer.get("AQ")) == ("Чак Паланик", "18", "Библиотека на Садовой")
    charged = machine.ask("17", ("AB", CLOUD_ATLAS))
    assert (charged.get("fee_type"), charged.get("BH"), charged.get("BV")) == ("06", "RUB", "50.00")
    assert machine.ask("17", ("AB", DICTIONARY)).get("KX") == "Y"


def test_without_details_only_fields_of_the_standard_are_sent(at_desk: Any) -> None:
    plain = at_desk(details=False)
    answers = [plain.ask("17", ("AB", CLUB)), plain.patron(ANNA, RIGHT), plain.lend(ANNA, CLUB_HELD)]
    assert not any(name[0] in "KP" for answer in answers for name, _ in answer.fields)


def test_properties_of_items_are_not_kept(machine: Any) -> None:
    answer = machine.ask("19", ("AB", MASTER), ("CH", "torn"))
    assert (answer.get("item_properties_ok"), answer.get("AJ")) == ("0", "Мастер и Маргарита")


# --- loans


def test_a_book_is_lent(machine: Any) -> None:
    answer = machine.lend(ANNA, MASTER)
    assert (answer.get("ok"), answer.get("renewal_ok"), answer.get("desensitize")) == ("1", "N", "Y")
    assert answer.get("magnetic_media") == "U"  # the store keeps no media
    assert (answer.get("AJ"), answer.get("AH")) == ("Мастер и Маргарита", "20261211    235900")
    assert (answer.get("KA"), answer.get("KM"), answer.get("KN")) == ("Михаил Булгаков", "16", "2")
    assert MASTER in loans(machine, ANNA)


@pytest.mark.parametrize(
    ("card", "item", "reason", "says"),
    [
        (ANNA, CLUB_HELD, "held_for_other", "Another reader is waiting for it (waiting: 1)"),
        (CHILD, CLUB, "age_restricted", "Restricted by age (18+)"),
        (NO_BIRTH, CLUB, "birth_date_unknown", "Birth date needed (18+)"),
        (ANNA, MASTER_LENT, "on_loan_to_other", "On loan to someone else"),
        (ANNA, ONEGIN, "already_yours", "It is already yours (2026-11-28)"),
        (ANNA, QUIET_DON, "other_library", "From another library"),
        (ANNA, NOBODYS, "unknown_item", "We do not know this item"),
        (ANNA, DICTIONARY, "reference_only", "For use here only"),
        (ANNA, INVISIBLE_MAN, "other", "Please ask the staff"),
        (FULL, MASTER, "limit_reached", "The limit of this card is reached (limit: 20)"),
        (EXPIRED, MASTER, "card_expired", "This card has expired (2026-11-01)"),
        (BLOCKED, MASTER, "card_blocked", "This card is blocked"),
        (LOST_CARD, MASTER, "card_lost", "This card was reported lost"),
        ("NOBODY", MASTER, "card_unknown", "We do not know this card"),
        (DEBTOR, MASTER, "debts", "Please settle your fees first"),
    ],
)
def test_a_book_stays_here_and_the_machine_can_say_why(
    machine: Any, card: str, item: str, reason: Any, says: str
) -> None:
    before = loans(machine, card) if card != "NOBODY" else {}
    machine.patron(ANNA, language="001")
    answer = machine.lend(card, item)
    assert (answer.get("ok"), answer.get("desensitize"), answer.get("KR")) == ("0", "N", reason)
    assert answer.all("AF") == (says,)
    assert (loans(machine, card) if card != "NOBODY" else {}) == before


def test_texts_are_in_the_language_the_reader_speaks(machine: Any) -> None:
    assert machine.lend(ANNA, QUIET_DON).all("AF") == ("Книга другой библиотеки",)
    machine.patron(ANNA, language="001")
    assert machine.lend(ANNA, QUIET_DON).all("AF") == ("From another library",)
    machine.patron(ANNA, language="015")
    assert machine.lend(ANNA, ONEGIN).all("AF") == ("Она уже ваша (28.11.2026)",)


def test_every_reason_a_library_system_has_is_said_in_both_languages() -> None:
    of_the_kiosk_alone = {
        Reason.SET_INCOMPLETE, Reason.SAME_NUMBER, Reason.LEFT_BEFORE, Reason.NOT_RECORDED, Reason.RETURN_NOT_RECORDED,
        Reason.OFFLINE_LIMIT, Reason.NEEDS_ABIS, Reason.RECEIPT_UNPRINTED, Reason.OTHER, Reason.MARK_UNKNOWN,
        Reason.CARD_NOT_SEEN, Reason.ANOTHER_CARD, Reason.TOO_YOUNG_TO_RENEW, Reason.TAG_UNREADABLE,
    }  # fmt: skip
    assert set(REFUSED) == set(Reason) - of_the_kiosk_alone
    assert all(set(texts) == {"ru", "en"} and all(texts.values()) for texts in REFUSED.values())


def test_a_fee_is_asked_about_by_its_amount_and_lent_when_accepted(machine: Any) -> None:
    asked = machine.lend(ANNA, CLOUD_ATLAS)
    assert (asked.get("ok"), asked.get("BH"), asked.get("BV"), asked.get("BT")) == ("0", "RUB", "50.00", "06")
    assert asked.all("AF") == ()
    assert machine.lend(ANNA, CLOUD_ATLAS, ("BO", "Y")).get("ok") == "1"
    assert machine.patron(ANNA).get("BV") == "50.00"


def test_a_second_checkout_renews_only_where_the_machine_may(machine: Any) -> None:
    assert machine.lend(ANNA, ONEGIN).get("KR") == "already_yours"
    again = machine.lend(ANNA, ONEGIN, sc_renewal_policy="Y")
    assert (again.get("ok"), again.get("renewal_ok"), again.get("AH")) == ("1", "Y", "20261212    235900")
    refused = machine.lend(ANNA, JANE_EYRE, sc_renewal_policy="Y")
    assert (refused.get("ok"), refused.get("renewal_ok"), refused.get("KR")) == ("0", "N", "renewed_too_often")


def test_a_pin_that_comes_with_a_loan_must_be_right(machine: Any) -> None:
    assert machine.lend(ANNA, MASTER, WRONG).get("KR") == "wrong_pin"
    assert machine.lend(ANNA, MASTER, ("AD", "")).get("ok") == "1"
    assert machine.lend(ANNA, SOLARIS, RIGHT).get("ok") == "1"
    assert machine.ask("29", ("AA", ANNA), ("AB", ONEGIN), WRONG).get("ok") == "0"
    assert machine.ask("65", ("AA", ANNA), WRONG).get("ok") == "0"


def test_a_cancelled_return_lends_nothing_and_a_cancelled_loan_returns_nothing(machine: Any) -> None:
    assert machine.lend(ANNA, MASTER, ("BI", "Y")).get("ok") == "0"
    assert MASTER not in loans(machine, ANNA)
    assert machine.take_back(ONEGIN).get("ok") == "1"
    machine.lend(ANNA, ONEGIN)
    assert machine.ask("09", ("AB", ONEGIN), ("BI", "Y")).get("ok") == "0"
    assert ONEGIN in loans(machine, ANNA)


def test_a_loan_is_renewed_or_the_reason_is_named(machine: Any) -> None:
    renewed = machine.ask("29", ("AA", ANNA), ("AB", PICNIC))
    assert (renewed.get("ok"), renewed.get("renewal_ok"), renewed.get("AH")) == ("1", "Y", "20261204    235900")
    refused = machine.ask("29", ("AA", ANNA), ("AB", SEAGULL))
    assert (refused.get("ok"), refused.get("KR"), refused.get("KQ")) == ("0", "held_for_other", "1")


def test_all_that_can_be_renewed_is(machine: Any) -> None:
    answer = machine.ask("65", ("AA", ANNA))
    assert (answer.get("ok"), answer.get("renewed_count"), answer.get("unrenewed_count")) == ("1", "0005", "0002")
    assert set(answer.all("BN")) == {SEAGULL, JANE_EYRE}
    assert set(answer.all("BM")) == set(loans(machine, ANNA)) - {SEAGULL, JANE_EYRE}
    nobody = machine.ask("65", ("AA", "NOBODY"))
    assert (nobody.get("ok"), nobody.get("renewed_count")) == ("0", "0000")


# --- what comes back


@pytest.mark.parametrize(("told", "said"), [(True, "Y"), (False, "N"), (None, "U")])
def test_what_a_magnet_erases_is_said_as_far_as_it_is_known(told: bool | None, said: str) -> None:
    assert known(told) == said


def test_a_book_comes_back_to_its_bin(machine: Any) -> None:
    answer = machine.take_back(ONEGIN)
    assert (answer.get("ok"), answer.get("resensitize"), answer.get("alert")) == ("1", "Y", "N")
    assert answer.get("magnetic_media") == "U"
    assert (answer.get("CL"), answer.get("AA"), answer.get("AQ")) == ("1", ANNA, "Библиотека на Садовой")
    assert (answer.get("CV"), answer.all("AF")) == (None, ())


def test_a_book_somebody_waits_for_goes_to_the_hold_shelf_and_no_name_is_told(machine: Any) -> None:
    answer = machine.take_back(SAWYER)
    assert (answer.get("ok"), answer.get("alert"), answer.get("CV"), answer.get("CL")) == ("1", "Y", "01", "2")
    assert not {"CY", "DA"} & {name for name, _ in answer.fields}


def test_a_book_of_another_house_is_sent_home(machine: Any) -> None:
    machine.lend(ANNA, AELITA)
    answer = machine.take_back(AELITA)
    assert (answer.get("CV"), answer.get("CT"), answer.get("CL")) == ("04", "Библиотека на Заречной", "3")


def test_a_lost_book_that_turns_up_is_looked_at(machine: Any) -> None:
    assert (machine.take_back(INVISIBLE_MAN).get("CV"), machine.take_back(INVISIBLE_MAN).get("CV")) == ("99", None)


def test_a_book_nobody_had_is_taken_with_a_word(machine: Any) -> None:
    answer = machine.take_back(MASTER)
    assert (answer.get("ok"), answer.all("AF")) == ("1", ("Не числилась на руках",))


def test_a_book_nobody_knows_is_not_returned(machine: Any) -> None:
    answer = machine.take_back(NOBODYS)
    assert (answer.get("ok"), answer.get("alert"), answer.get("KR")) == ("0", "Y", "unknown_item")


# --- time


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("20261118    120000", "20261209    235900"),  # worked offline two days ago
        ("20261021    120000", "20261111    235900"),  # thirty days
        ("20261020    120000", "20261211    235900"),  # beyond belief
        ("20261121    120000", "20261211    235900"),  # a clock that is ahead
        ("20261120   Z050000", "20261211    235900"),
    ],
)
def test_a_machines_own_date_is_believed_within_limits(machine: Any, said: str, due: str) -> None:
    assert machine.lend(ANNA, MASTER, transaction_date=said).get("AH") == due


def test_a_machines_clock_is_not_believed_where_the_library_says_so(at_desk: Any) -> None:
    answer = at_desk(trusted_days=0).lend(ANNA, MASTER, transaction_date="20261118    120000")
    assert answer.get("AH") == "20261211    235900"


def test_a_return_counts_from_the_day_it_was_brought(machine: Any) -> None:
    machine.take_back(ONEGIN, return_date="20261118    120000")
    with machine.store.database.reading() as connection:
        returned = connection.exec_driver_sql("SELECT returned FROM loan WHERE item = ?", (ONEGIN,)).scalar_one()
    assert returned == "2026-11-18T09:00:00+00:00"


# --- requests


def test_a_request_is_placed_and_taken_back(machine: Any) -> None:
    placed = machine.ask("15", ("AA", BORIS), ("AB", MASTER_LENT))
    assert (placed.get("ok"), placed.get("available"), placed.get("BR")) == ("1", "N", "1")
    again = machine.ask("15", ("AA", BORIS), ("AB", MASTER_LENT))
    assert (again.get("ok"), again.get("KR")) == ("0", "other")
    assert machine.ask("15", ("AA", BORIS), ("AB", MASTER_LENT), hold_mode="*").get("ok") == "0"
    assert machine.ask("15", ("AA", BORIS), ("AB", MASTER_LENT), hold_mode="-").get("ok") == "1"
    assert machine.ask("15", ("AA", BORIS), ("AB", MASTER_LENT), hold_mode="-").get("ok") == "0"


# --- texts on the line


@pytest.mark.parametrize("encoding", list(Encoding))
def test_every_reader_and_every_book_fits_every_line(at_desk: Any, encoding: Any) -> None:
    machine = at_desk(encoding=encoding, hold_details=True)
    with machine.store.database.reading() as connection:
        cards = connection.exec_driver_sql("SELECT card FROM patron").scalars().all()
        items = connection.exec_driver_sql("SELECT item FROM item").scalars().all()
    for card in cards:
        for summary in ("Y", "  Y", "     Y"):
            assert machine.patron(card, summary=summary).get("AA") == card
    for item in items[::7]:
        assert machine.ask("17", ("AB", item)).get("AJ")


def test_cyrillic_arrives_as_cyrillic_in_the_encodings_that_have_it(at_desk: Any) -> None:
    for encoding in (Encoding.UTF_8, Encoding.CP1251, Encoding.CP866):
        answer = at_desk(encoding=encoding).ask("17", ("AB", MASTER))
        assert (answer.get("AJ"), answer.get("KA")) == ("Мастер и Маргарита", "Михаил Булгаков")
    assert at_desk(encoding=Encoding.CP1251).patron(TATAR).get("AE").startswith("Ш?йхетдинова")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a|b", "a/b"),
        ("a&#124;b", "a/b"),
        ("a\r\nb", "a  b"),
        ("café", "cafe"),
        ("Ө", "?"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_text_is_made_to_fit(text: str, sent: str) -> None:
    assert fit(text, Encoding.CP1251) == sent


def test_a_long_cyrillic_title_is_cut_between_letters() -> None:
    assert fit("ы" * 200, Encoding.UTF_8) == "ы" * 127


def test_a_list_that_no_line_could_carry_is_cut_at_its_end() -> None:
    style = Style(Encoding.UTF_8, b"\r")
    fixed = {"transaction_date": "20261120    120000", "ok": "1", "renewed_count": "3000", "unrenewed_count": "0000"}
    entries = tuple(("BM", f"{number:060}") for number in range(3000))
    data = written(Answer(Code.RENEW_ALL_RESPONSE, fixed, (("AO", "SAD"), *entries)), style, sequence=1)
    assert MAX_FRAME - 2048 < len(data) <= MAX_FRAME
    message = decode(data.rstrip(b"\r"))
    assert message.faults == ()
    assert [int(entry) for entry in message.all("BM")] == list(range(len(message.all("BM"))))


# --- when the library system fails


@pytest.mark.parametrize(("fault", "answer"), [(NotSent("busy"), b"96\r"), (Unreachable("lost"), b"")])
def test_surely_not_done_asks_again_and_maybe_done_ends_the_line(
    machine: Any, desk: Any, fault: Any, answer: Any
) -> None:
    class Failing:
        def checkin(self, *_about: object) -> object:
            raise fault

    machine.talk._desk = replace(desk, abis=Failing())
    reply = machine.talk.reply(machine.talk.read(b"09N20261120    12000020261120    120000AP|AO|ABX|AC|"))
    assert (reply.data, reply.close) == (answer, not answer)


def test_item_ids_are_taken_as_they_are_scanned(machine: Any) -> None:
    assert machine.ask("17", ("AB", f" {MASTER} ")).get("AJ") == "Мастер и Маргарита"
    assert machine.store.item_info(ItemId(MASTER)).title == "Мастер и Маргарита"
