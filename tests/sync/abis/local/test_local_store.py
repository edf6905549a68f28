"""Stories at the desk of the built-in store: what is lent, what stays here and why, what comes back and where to."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.health import READY, State
from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.items import Destination, Loan, Returned, Standing
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account, Hold, HoldState, Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import NotSent
from sync.abis.local.exchange import export_file

TUESDAY_AFTER_A_FREE_MONDAY = date(2026, 12, 15)


def refused(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def lent(answer: object) -> Loan:
    assert isinstance(answer, Loan), answer
    return answer


def back(answer: object) -> Returned:
    assert isinstance(answer, Returned), answer
    return answer


def account(library: Any, card: str) -> Account:
    answer = library.store.account(CardNumber(card))
    assert isinstance(answer, Account)
    return answer


# --- checkout


def test_a_book_goes_home_for_three_weeks(library: Any) -> None:
    loan = lent(library.lend("ANNA", "S1"))
    assert loan == Loan(
        ItemId("S1"), "Солярис", "Станислав Лем", date(2026, 12, 11), renewable=True, renewals_left=2, age_mark=16
    )
    assert library.store.loans(CardNumber("ANNA")) == {"S1"}
    assert library.store.item_info(ItemId("S1")).standing is Standing.ON_LOAN
    assert library.store.item_info(ItemId("S1")).due == date(2026, 12, 11)


def test_a_due_date_moves_past_closed_days(library: Any) -> None:
    assert lent(library.lend("ANNA", "S1", day=1)).due == date(2026, 12, 13)  # Saturday the 12th: inventory
    assert lent(library.lend("BORIS", "S2", day=3)).due == TUESDAY_AFTER_A_FREE_MONDAY


def test_the_day_of_a_loan_is_the_day_in_the_library(library: Any) -> None:
    just_after_midnight_in_moscow = library.on(0).replace(hour=21, minute=30)
    answer = library.store.checkout(TxnId("t"), CardNumber("ANNA"), ItemId("S1"), just_after_midnight_in_moscow)
    assert lent(answer).due == date(2026, 12, 13)  # 21 November there, 20 November in UTC


@pytest.mark.parametrize(
    ("card", "item", "reason"),
    [
        ("NOBODY", "S1", Reason.CARD_UNKNOWN),
        ("EXPIRED", "S1", Reason.CARD_EXPIRED),
        ("BLOCKED", "S1", Reason.CARD_BLOCKED),
        ("LOST", "S1", Reason.CARD_LOST),
        ("ANNA", "NOTHING", Reason.UNKNOWN_ITEM),
        ("ANNA", "D2", Reason.OTHER_LIBRARY),
        ("ANNA", "E2", Reason.REFERENCE_ONLY),
        ("ANNA", "D3", Reason.OTHER),
        ("ANNA", "E1", Reason.FEE),
        ("KID", "L1", Reason.OTHER),
        ("TEEN", "C1", Reason.AGE_RESTRICTED),
        ("KID", "C1", Reason.AGE_RESTRICTED),
        ("NOBIRTH", "C1", Reason.BIRTH_DATE_UNKNOWN),
    ],
)
def test_a_book_stays_here_and_the_reason_is_named(library: Any, card: str, item: str, reason: Any) -> None:
    assert refused(library.lend(card, item)) is reason
    assert library.store.loans(CardNumber(card)) == frozenset()
    assert account_is_clean(library, card)


def account_is_clean(library: Any, card: str) -> bool:
    answer = library.store.account(CardNumber(card))
    return isinstance(answer, Refusal) or answer == Account()


def test_a_card_is_good_on_its_last_day(library: Any) -> None:
    assert lent(library.lend("LASTDAY", "S1"))
    assert refused(library.lend("LASTDAY", "S2", day=1)) is Reason.CARD_EXPIRED


def test_eighteen_is_eighteen_on_the_birthday_and_not_a_day_before(library: Any) -> None:
    assert refused(library.lend("TEEN", "C1", day=0)) is Reason.AGE_RESTRICTED
    assert lent(library.lend("TEEN", "C1", day=1))


def test_lower_marks_are_advice(library: Any) -> None:
    assert lent(library.lend("KID", "S1")).age_mark == 16


def test_the_mark_becomes_law_where_the_library_says_so(open_library: Any) -> None:
    library = open_library(law_age=16)
    assert refused(library.lend("KID", "S1")) is Reason.AGE_RESTRICTED
    assert lent(library.lend("TEEN", "S1"))


def test_somebody_elses_loan_names_nobody(library: Any) -> None:
    library.lend("BORIS", "S1")
    answer = library.lend("ANNA", "S1")
    assert answer == Refusal(Reason.ON_LOAN_TO_OTHER)


def test_what_is_yours_already_tells_until_when(library: Any) -> None:
    library.lend("ANNA", "S1")
    assert library.lend("ANNA", "S1", day=2) == Refusal(Reason.ALREADY_YOURS, until=date(2026, 12, 11))


def test_the_sixth_book_of_five(library: Any) -> None:
    for number in range(4):
        library.write("items", f"item;title;branch;type\nX{number};sol;SAD;book")
    for item in ("S1", "S2", "X0", "X1", "X2"):
        assert lent(library.lend("ANNA", item))
    assert library.lend("ANNA", "X3") == Refusal(Reason.LIMIT_REACHED, limit=5)
    back(library.take_back("S1"))
    assert lent(library.lend("ANNA", "X3"))


def test_debts_above_the_limit_stop_loans_and_renewals_but_no_return(library: Any) -> None:
    library.lend("ANNA", "S1")
    library.write("fees", "card;amount;paid;day;why\nANNA;100.00;0;2026-10-01;утрата")
    assert lent(library.lend("ANNA", "S2"))  # at the limit is not above it
    library.write("fees", "card;amount;paid;day;why\nANNA;0.01;0;2026-10-01;утрата")
    assert library.lend("ANNA", "E3") == Refusal(Reason.DEBTS, fee=Money(10001, "RUB"))
    assert refused(library.renew("ANNA", "S1")) is Reason.DEBTS
    assert isinstance(library.identify("ANNA"), Patron)
    assert back(library.take_back("S1"))


def test_a_fee_is_charged_only_to_who_accepted_it(library: Any) -> None:
    assert library.lend("ANNA", "E1") == Refusal(Reason.FEE, fee=Money(5000, "RUB"))
    assert account(library, "ANNA").fees is None
    assert lent(library.lend("ANNA", "E1", fee=True))
    assert account(library, "ANNA").fees == Money(5000, "RUB")


def test_nobody_is_asked_for_a_fee_for_a_book_that_stays_here(library: Any) -> None:
    library.lend("BORIS", "E1", fee=True)
    assert refused(library.lend("ANNA", "E1")) is Reason.ON_LOAN_TO_OTHER
    assert refused(library.lend("ANNA", "E1", fee=True)) is Reason.ON_LOAN_TO_OTHER
    assert account(library, "ANNA").fees is None


def test_a_book_of_another_house_of_ours_is_lent_and_goes_home_when_it_comes_back(library: Any) -> None:
    assert lent(library.lend("ANNA", "D1"))
    assert back(library.take_back("D1")).destination is Destination.OTHER_BRANCH
    assert library.store.item_info(ItemId("D1")).standing is Standing.IN_TRANSIT


def test_another_card_of_the_reader_is_the_reader(library: Any) -> None:
    assert lent(library.lend("E004-77", "S1"))
    assert library.store.loans(CardNumber("04A2B3")) == {"S1"}
    patron = library.identify("04A2B3")
    assert isinstance(patron, Patron)
    assert patron.card == "ANNA"


def test_a_card_is_its_holders_even_if_somebody_elses_second_card_has_its_number(library: Any) -> None:
    library.write("patrons", "card;category;other_cards\nBORIS;adult;ANNA VERA")
    for card in ("ANNA", "VERA", "BORIS"):
        patron = library.identify(card)
        assert isinstance(patron, Patron)
        assert patron.card == card


# --- checkin


def test_a_returned_book_is_free_at_once(library: Any) -> None:
    library.lend("BORIS", "S1")
    answer = back(library.take_back("S1", day=3))
    assert answer == Returned(
        ItemId("S1"), "Солярис", "Станислав Лем", Destination.SHELF, was_on_loan=True, patron=CardNumber("BORIS")
    )
    assert lent(library.lend("ANNA", "S1", day=3))


def test_a_book_that_nobody_had_is_taken_all_the_same(library: Any) -> None:
    answer = back(library.take_back("S1"))
    assert (answer.was_on_loan, answer.patron, answer.destination) == (False, None, Destination.SHELF)


def test_a_book_we_do_not_know_is_not_said_to_be_returned(library: Any) -> None:
    assert refused(library.take_back("NOTHING")) is Reason.UNKNOWN_ITEM


def test_a_lost_book_comes_home_is_sorted_by_hand_and_can_be_lent_again(library: Any) -> None:
    assert back(library.take_back("D3")).destination is Destination.SORTING
    assert lent(library.lend("ANNA", "D3"))


def test_each_destination_has_its_bin(open_library: Any) -> None:
    library = open_library(bins={"shelf": "1", "hold_shelf": "2", "other_branch": "3", "sorting": "4"})
    library.lend("ANNA", "L1")
    library.hold("BORIS", "L1")
    returned = [back(library.take_back(item)) for item in ("S1", "L1", "D1", "D3")]
    assert [(each.destination.name, each.bin) for each in returned] == [
        ("SHELF", "1"), ("HOLD_SHELF", "2"), ("OTHER_BRANCH", "3"), ("SORTING", "4"),
    ]  # fmt: skip


# --- renewal


def test_a_renewal_adds_to_the_due_date(library: Any) -> None:
    library.lend("ANNA", "S1")
    assert lent(library.renew("ANNA", "S1", day=1)).due == date(2026, 12, 25)
    assert lent(library.renew("ANNA", "S1", day=1)).renewals_left == 0


def test_a_late_book_is_renewed_from_today_for_a_week_and_then_no_more(library: Any) -> None:
    library.lend("ANNA", "S1")
    due = date(2026, 12, 11)
    week_late, later = 28, 29
    assert library.renew("ANNA", "S1", day=later) == Refusal(Reason.OVERDUE, until=due)
    assert lent(library.renew("ANNA", "S1", day=week_late)).due == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        (lambda library: None, Reason.NOT_RENEWABLE),  # nobody has it
        (lambda library: library.lend("BORIS", "S1"), Reason.ON_LOAN_TO_OTHER),
    ],
)
def test_only_your_own_loan_is_renewed(library: Any, story: Any, reason: Any) -> None:
    story(library)
    assert refused(library.renew("ANNA", "S1")) is reason


def test_new_books_are_not_renewed(library: Any) -> None:
    assert not lent(library.lend("ANNA", "L1")).renewable
    assert refused(library.renew("ANNA", "L1")) is Reason.NOT_RENEWABLE


def test_twice_is_enough(library: Any) -> None:
    library.lend("ANNA", "S1")
    library.renew("ANNA", "S1")
    library.renew("ANNA", "S1")
    assert library.renew("ANNA", "S1") == Refusal(Reason.RENEWED_TOO_OFTEN, limit=2)


def test_no_renewal_while_a_reader_waits_for_whom_no_copy_is_free(library: Any) -> None:
    library.lend("ANNA", "S1")
    library.hold("BORIS", "S1")
    assert lent(library.renew("ANNA", "S1"))  # the other copy stands on the shelf
    library.lend("VERA", "S2")
    assert library.renew("ANNA", "S1") == Refusal(Reason.HELD_FOR_OTHER, queue=1)
    assert account(library, "ANNA").loans[0].why_not == "held_for_other"


def test_a_copy_of_another_library_is_no_free_copy(library: Any) -> None:
    library.write("items", "item;title;branch;type\nL2;lav;LES;book\nL3;lav;SAD;book")
    library.lend("ANNA", "L3")
    library.lend("VERA", "L1")
    library.hold("BORIS", "L1")
    assert refused(library.renew("ANNA", "L3")) is Reason.HELD_FOR_OTHER
    library.write("items", "item;title;branch;type\nL4;lav;ZAR;book")
    assert lent(library.renew("ANNA", "L3"))


def test_the_law_holds_at_renewal_too(library: Any) -> None:
    library.write("loans", "item;card;lent;due;renewals\nC1;NOBIRTH;2026-11-01;2026-11-22;0")
    assert refused(library.renew("NOBIRTH", "C1")) is Reason.BIRTH_DATE_UNKNOWN
    library.write("loans", "item;card;lent;due;renewals\nC1;TEEN;2026-11-01;2026-11-22;0")
    assert refused(library.renew("TEEN", "C1")) is Reason.AGE_RESTRICTED


@pytest.mark.parametrize(("card", "item"), [("NOBODY", "S1"), ("ANNA", "NOTHING")])
def test_nothing_unknown_is_renewed(library: Any, card: str, item: str) -> None:
    assert refused(library.renew(card, item)) in (Reason.CARD_UNKNOWN, Reason.UNKNOWN_ITEM)


# --- holds


def test_a_returned_copy_waits_for_the_first_of_the_queue(library: Any) -> None:
    library.lend("VERA", "L1")
    assert library.hold("ANNA", "L1", day=1) == Hold("Лавр", "Евгений Водолазкин", queue=0)
    assert library.hold("BORIS", "L1", day=2) == Hold("Лавр", "Евгений Водолазкин", queue=1)
    assert back(library.take_back("L1", day=3)).destination is Destination.HOLD_SHELF
    assert account(library, "ANNA").holds == (
        Hold("Лавр", "Евгений Водолазкин", ItemId("L1"), HoldState.READY, "1", date(2026, 11, 28)),
    )
    assert account(library, "BORIS").holds == (Hold("Лавр", "Евгений Водолазкин", queue=0),)
    assert library.store.item_info(ItemId("L1")).standing is Standing.ON_HOLD_SHELF


def test_a_ready_hold_is_lent_to_its_reader_alone(library: Any) -> None:
    library.lend("VERA", "L1")
    library.hold("ANNA", "L1")
    library.hold("BORIS", "L1")
    library.take_back("L1")
    assert library.lend("VERA", "L1") == Refusal(Reason.HELD_FOR_OTHER, queue=2)
    assert library.lend("BORIS", "L1") == Refusal(Reason.HELD_FOR_OTHER, queue=1)
    assert lent(library.lend("ANNA", "L1"))
    assert account(library, "ANNA").holds == ()


def test_a_waiting_reader_stops_no_loan_from_the_shelf(library: Any) -> None:
    library.hold("BORIS", "S1")
    assert lent(library.lend("ANNA", "S1"))


def test_a_hold_nobody_came_for_goes_to_the_next(library: Any) -> None:
    library.lend("VERA", "L1")
    library.hold("ANNA", "L1")
    library.hold("BORIS", "L1")
    library.take_back("L1")
    assert library.lend("VERA", "L1", day=5) == Refusal(Reason.HELD_FOR_OTHER, queue=2)  # the last day
    assert refused(library.lend("VERA", "L1", day=6)) is Reason.HELD_FOR_OTHER  # now it is for Boris
    assert account(library, "ANNA").holds == ()
    assert [hold.state for hold in account(library, "BORIS").holds] == [HoldState.READY]
    assert lent(library.lend("VERA", "L1", day=30))


def test_who_takes_another_copy_has_what_was_asked_for(library: Any) -> None:
    library.lend("VERA", "S1")
    library.hold("ANNA", "S1", day=0)
    library.hold("BORIS", "S1", day=1)
    library.take_back("S1", day=2)
    assert lent(library.lend("ANNA", "S2", day=2))
    assert account(library, "ANNA").holds == ()
    assert lent(library.lend("BORIS", "S1", day=2))  # set aside for him in the same step


def test_places_on_the_hold_shelf_are_numbers_and_are_used_again(library: Any) -> None:
    for item, card in (("L1", "ANNA"), ("E1", "BORIS"), ("S1", "VERA")):
        library.hold(card, item)
        library.take_back(item)
    places = {card: account(library, card).holds[0].shelf for card in ("ANNA", "BORIS", "VERA")}
    assert places == {"ANNA": "1", "BORIS": "2", "VERA": "3"}
    library.lend("BORIS", "E1", fee=True)
    library.hold("KID", "D3")
    library.take_back("D3")
    assert account(library, "KID").holds[0].shelf == "2"


def test_a_request_is_refused_where_a_loan_would_be(library: Any) -> None:
    assert refused(library.hold("NOBODY", "S1")) is Reason.CARD_UNKNOWN
    assert refused(library.hold("ANNA", "NOTHING")) is Reason.UNKNOWN_ITEM
    assert refused(library.hold("BLOCKED", "S1")) is Reason.CARD_BLOCKED
    assert refused(library.hold("TEEN", "C1")) is Reason.AGE_RESTRICTED
    library.lend("ANNA", "S1")
    assert refused(library.hold("ANNA", "S1")) is Reason.ALREADY_YOURS
    library.hold("ANNA", "L1")
    assert refused(library.hold("ANNA", "L1")) is Reason.OTHER
    library.hold("ANNA", "C1")
    library.hold("ANNA", "E1")
    assert library.hold("ANNA", "D1") == Refusal(Reason.LIMIT_REACHED, limit=3)


def test_a_request_taken_back_frees_its_copy(library: Any) -> None:
    library.hold("ANNA", "L1")
    library.take_back("L1")
    was = library.store.cancel_hold(TxnId("c"), CardNumber("ANNA"), ItemId("L1"), library.on(0))
    assert isinstance(was, Hold)
    assert was.state is HoldState.READY
    assert lent(library.lend("BORIS", "L1"))
    again = library.store.cancel_hold(TxnId("d"), CardNumber("ANNA"), ItemId("L1"), library.on(0))
    assert refused(again) is Reason.OTHER


# --- patrons


def test_a_reader_is_who_the_card_says(library: Any) -> None:
    library.lend("ANNA", "S1")
    assert library.identify("ANNA") == Patron(
        CardNumber("ANNA"), "Анна Лебедева", "Анна", date(1990, 5, 14), frozenset({ItemId("S1")}), 1, 5
    )


@pytest.mark.parametrize(
    ("card", "pin", "reason"),
    [
        ("NOBODY", "1234", Reason.CARD_UNKNOWN),
        ("ANNA", "1235", Reason.WRONG_PIN),
        ("ANNA", "", Reason.WRONG_PIN),
        ("BORIS", "1234", Reason.WRONG_PIN),  # no PIN was ever set
        ("EXPIRED", "4321", Reason.CARD_EXPIRED),
        ("EXPIRED", "1111", Reason.WRONG_PIN),  # only the holder learns why
        ("EXPIRED", None, Reason.CARD_EXPIRED),
        ("BLOCKED", None, Reason.CARD_BLOCKED),
        ("LOST", None, Reason.CARD_LOST),
    ],
)
def test_a_reader_is_turned_away(library: Any, card: str, pin: Any, reason: Any) -> None:
    assert refused(library.identify(card, pin)) is reason


def test_an_expired_card_says_since_when(library: Any) -> None:
    assert library.identify("EXPIRED") == Refusal(Reason.CARD_EXPIRED, until=date(2026, 11, 19))


def test_the_fifth_wrong_pin_locks_it_for_a_while_and_no_longer(library: Any) -> None:
    for _ in range(4):
        assert refused(library.identify("ANNA", "0000")) is Reason.WRONG_PIN
    assert refused(library.identify("ANNA", "0000")) is Reason.PIN_LOCKED
    assert refused(library.identify("ANNA", "1234")) is Reason.PIN_LOCKED
    assert isinstance(library.identify("ANNA"), Patron)  # the lock is on the PIN, not on the card
    library.clock.at = library.clock.at.replace(minute=15)
    assert isinstance(library.identify("ANNA", "1234"), Patron)


def test_a_right_pin_forgives_the_wrong_ones(library: Any) -> None:
    for _ in range(3):
        for _ in range(4):
            assert refused(library.identify("ANNA", "0000")) is Reason.WRONG_PIN
        assert isinstance(library.identify("ANNA", "1234"), Patron)


def test_an_account_shows_loans_by_due_date_holds_fees_and_messages(library: Any) -> None:
    library.lend("ANNA", "S1")
    library.lend("ANNA", "L1")
    library.hold("ANNA", "C1")
    library.write("messages", "card;text\nANNA;Клуб читателей в пятницу\nANNA;Ваш зонт у нас")
    library.write("fees", "card;amount;paid;day;why\nANNA;30;10.50;2026-10-01;копия")
    shown = account(library, "ANNA")
    assert [(loan.item, loan.renewable, loan.why_not) for loan in shown.loans] == [
        ("L1", False, "not_renewable"),
        ("S1", True, ""),
    ]
    assert [hold.title for hold in shown.holds] == ["Бойцовский клуб"]
    assert shown.fees == Money(1950, "RUB")
    assert shown.messages == ("Клуб читателей в пятницу", "Ваш зонт у нас")


def test_a_payment_settles_the_oldest_fee_first_and_never_more_than_is_owed(library: Any) -> None:
    library.write("fees", "card;amount;paid;day;why\nANNA;30;0;2026-10-01;копия\nANNA;20;0;2026-10-02;копия")
    pay = lambda txn, minor, currency="RUB": library.store.pay(  # noqa: E731
        TxnId(txn), CardNumber("ANNA"), Money(minor, currency), library.on(0)
    )
    assert refused(pay("p1", 5001)) is Reason.OTHER
    assert refused(pay("p2", 0)) is Reason.OTHER
    assert refused(pay("p3", 100, "EUR")) is Reason.OTHER
    assert pay("p4", 4000) == Money(1000, "RUB")
    assert pay("p4", 4000) == Money(1000, "RUB")  # the same payment, told twice
    assert account(library, "ANNA").fees == Money(1000, "RUB")
    paid = [line.split(b";")[3:5] for line in export_file(library.store.database, "fees").splitlines()[1:]]
    assert paid == [[b"30.00", b"30.00"], [b"20.00", b"10.00"]]


def test_a_blocked_card_opens_nothing(library: Any) -> None:
    assert library.store.block_card(CardNumber("ANNA"), "оставлен в киоске") is None
    assert refused(library.lend("ANNA", "S1")) is Reason.CARD_BLOCKED
    assert refused(library.store.block_card(CardNumber("NOBODY"), "")) is Reason.CARD_UNKNOWN


def test_an_unknown_card_has_no_account_and_no_loans(library: Any) -> None:
    assert library.store.account(CardNumber("NOBODY")) == Refusal(Reason.CARD_UNKNOWN)
    assert library.store.loans(CardNumber("NOBODY")) == frozenset()


def test_where_a_copy_stands(library: Any) -> None:
    assert library.store.whereabouts(ItemId("NOTHING")) is None
    standing = library.store.whereabouts(ItemId("D1"))
    assert standing is not None
    assert (standing.home, standing.place) == ("Заречная", "Д-1")
    library.hold("ANNA", "L1")
    library.take_back("L1")
    held = library.store.whereabouts(ItemId("L1"))
    assert held is not None
    assert (held.place, held.queue, held.until) == ("1", 1, date(2026, 11, 25))


@pytest.mark.parametrize(
    ("item", "standing"),
    [
        ("S1", Standing.AVAILABLE),
        ("E2", Standing.REFERENCE_ONLY),
        ("D3", Standing.LOST),
        ("NOTHING", Standing.UNKNOWN),
    ],
)
def test_how_an_item_stands(library: Any, item: str, standing: Any) -> None:
    assert library.store.item_info(ItemId(item)).standing is standing


def test_an_item_tells_its_fee_before_the_reader_is_known(library: Any) -> None:
    assert library.store.item_info(ItemId("E1")).fee_minor == 5000
    assert library.store.item_info(ItemId("S1")).fee_minor is None


# --- once and only once


def test_the_same_transaction_is_answered_again_and_done_once(library: Any) -> None:
    anna, solaris, at = CardNumber("ANNA"), ItemId("S1"), library.on(0)
    first = library.store.checkout(TxnId("t1"), anna, solaris, at)
    assert library.store.checkout(TxnId("t1"), anna, solaris, at) == first
    renewed = library.store.renew(TxnId("t2"), anna, solaris, at)
    assert library.store.renew(TxnId("t2"), anna, solaris, at) == renewed
    assert account(library, "ANNA").loans[0].renewals_left == 1
    returned = library.store.checkin(TxnId("t3"), solaris, at)
    assert back(returned).was_on_loan
    assert library.store.checkin(TxnId("t3"), solaris, at) == returned
    assert library.store.checkout(TxnId("t1"), anna, solaris, at) == first
    assert library.store.loans(anna) == frozenset()  # the late retry lent nothing


def test_a_late_retry_never_takes_a_book_from_its_new_reader(library: Any) -> None:
    library.lend("ANNA", "S1")
    library.store.checkin(TxnId("t"), ItemId("S1"), library.on(0))
    library.lend("BORIS", "S1")
    library.store.checkin(TxnId("t"), ItemId("S1"), library.on(0))
    assert library.store.loans(CardNumber("BORIS")) == {"S1"}


def test_a_refusal_is_decided_anew(library: Any) -> None:
    library.lend("BORIS", "S1")
    ask = lambda: library.store.checkout(TxnId("t"), CardNumber("ANNA"), ItemId("S1"), library.on(0))  # noqa: E731
    assert refused(ask()) is Reason.ON_LOAN_TO_OTHER
    assert refused(ask()) is Reason.ON_LOAN_TO_OTHER
    library.take_back("S1")
    assert lent(ask())


def test_a_transaction_belongs_to_one_request(library: Any) -> None:
    library.store.checkout(TxnId("t"), CardNumber("ANNA"), ItemId("S1"), library.on(0))
    with pytest.raises(NotSent, match="another checkout"):
        library.store.checkout(TxnId("t"), CardNumber("ANNA"), ItemId("S2"), library.on(0))


def test_answers_are_kept_for_ninety_days(library: Any) -> None:
    library.store.checkin(TxnId("t"), ItemId("S1"), library.on(0))
    library.lend("ANNA", "S1", day=91)
    assert back(library.store.checkin(TxnId("t"), ItemId("S1"), library.on(91))).was_on_loan


# --- health


def test_a_store_is_ready_as_long_as_its_file_is_good(library: Any) -> None:
    assert library.store.health() == library.store.probe() == READY
    with library.store.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE closed RENAME TO gone")
    health = library.store.probe()
    assert health.state is State.ABSENT
    assert str(library.store.database.path) in health.sentence
    assert "no such table" in health.sentence
    with library.store.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO closed")
    assert library.store.probe() == library.store.health() == READY


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_scanned_gets_an_answer(shared_library: Any, card: str, item: str) -> None:
    library = shared_library
    assert refused(library.lend(card, item)) in (Reason.CARD_UNKNOWN, Reason.UNKNOWN_ITEM)
    assert refused(library.take_back(item)) is Reason.UNKNOWN_ITEM
    assert refused(library.identify(card, "1234")) is Reason.CARD_UNKNOWN
    assert library.store.item_info(ItemId(item)).standing is Standing.UNKNOWN
