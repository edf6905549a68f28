"""The one contract suite: what every connector must do, told as stories and played in every world of `worlds`.

The expected values are written by hand. Worlds that nobody here wrote (recorded answers of Koha and invenio, the
`pysip2` server) keep our client and our server from agreeing on an error.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.health import State
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import Destination, ItemInfo, Loan, Returned, Standing
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account, Hold, HoldState, Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import AbisFault
from sync.settle import Outcome, settle_checkin, settle_checkout, settle_renew
from tests.sync.abis.contract.worlds import Can, World
from tests.sync.still import NOON

ROADSIDE, SOLARIS = "Пикник на обочине", "Солярис"
PIN, WRONG = Secret("1234"), Secret("9999")

_txns = iter(range(1_000_000))


def txn() -> TxnId:
    return TxnId(f"0192e4a0-0000-7000-8000-{next(_txns):012}")


def lend(world: World, card: str, item: str, **more: Any) -> Loan | Refusal:
    answer = world.abis.checkout(txn(), world.card(card), world.item(item), NOON, **more)
    assert isinstance(answer, Loan | Refusal)
    return answer


def lent(world: World, card: str, item: str, **more: Any) -> Loan:
    answer = lend(world, card, item, **more)
    assert isinstance(answer, Loan), answer
    return answer


def take_back(world: World, item: str) -> Returned | Refusal:
    answer = world.abis.checkin(txn(), world.item(item), NOON)
    assert isinstance(answer, Returned | Refusal)
    return answer


def renew(world: World, card: str, item: str) -> Loan | Refusal:
    answer = world.abis.renew(txn(), world.card(card), world.item(item), NOON)
    assert isinstance(answer, Loan | Refusal)
    return answer


def refused(world: World, answer: object, reason: Reason) -> Refusal:
    assert isinstance(answer, Refusal), answer
    assert answer.reason in world.reasons(reason)
    return answer


def account(world: World, card: str) -> Account:
    answer = world.abis.account(world.card(card))
    assert isinstance(answer, Account), answer
    return answer


# --- an item ----------------------------------------------------------------------------------------


@pytest.mark.needs("FREE")
def test_an_item_on_the_shelf(world: World) -> None:
    info = world.abis.item_info(world.item("FREE"))
    assert info.item == world.item("FREE")
    assert info.title == world.fact("title", ROADSIDE)
    assert (info.standing, info.due) == (Standing.AVAILABLE, None)


@pytest.mark.needs("FREE", "ADULT", Can.AUTHORS)
def test_author_and_age_mark(world: World) -> None:
    assert world.abis.item_info(world.item("FREE")) == ItemInfo(
        ItemId("FREE"), ROADSIDE, "Аркадий и Борис Стругацкие", Standing.AVAILABLE, age_mark=16
    )
    assert world.abis.item_info(world.item("ADULT")).age_mark == 18


@pytest.mark.needs("NOTHING")
def test_an_item_nobody_knows(world: World) -> None:
    item = world.item("NOTHING")
    assert world.abis.item_info(item) == ItemInfo(item, standing=Standing.UNKNOWN)


@pytest.mark.needs("MINE")
def test_an_item_on_loan_tells_until_when(world: World) -> None:
    info = world.abis.item_info(world.item("MINE"))
    assert (info.standing, info.due) == (Standing.ON_LOAN, date(2026, 12, 1))


@pytest.mark.needs("HELD", "READING")
def test_an_item_on_the_hold_shelf_and_one_for_use_here_only(world: World) -> None:
    assert world.abis.item_info(world.item("HELD")).standing is Standing.ON_HOLD_SHELF
    assert world.abis.item_info(world.item("READING")).standing in (
        {Standing.REFERENCE_ONLY} if world.has(Can.REFERENCE) else {Standing.OTHER}
    )


# --- a reader ---------------------------------------------------------------------------------------


@pytest.mark.needs("ANNA")
def test_a_reader_with_the_right_pin(world: World) -> None:
    patron = world.abis.identify(world.card("ANNA"), PIN)
    assert isinstance(patron, Patron), patron
    assert patron.card == world.card("ANNA")
    assert patron.name == world.fact("name", "Щукина Анна Юрьевна")
    if world.has("MINE"):
        assert {"MINE"} <= patron.loans <= {"MINE", "LATE"}
        assert patron.loan_count == len(patron.loans)


@pytest.mark.needs("ANNA", Can.FIRST_NAMES)
def test_birth_date_first_name_and_limit(world: World) -> None:
    patron = world.abis.identify(world.card("ANNA"), PIN)
    assert patron.first_name == world.fact("first_name", "Анна")
    assert patron.birth == world.fact("birth", date(1990, 5, 14))


@pytest.mark.needs("ANNA")
def test_no_pin_at_all_opens_nothing(world: World) -> None:
    assert world.abis.identify(world.card("ANNA"), Secret("")) == Refusal(Reason.WRONG_PIN)


@pytest.mark.needs("ANNA", Can.ANYTHING)
def test_a_wrong_pin_opens_nothing(world: World) -> None:
    for pin in (WRONG, Secret("1234|"), Secret("1234\r")):
        answer = world.abis.identify(world.card("ANNA"), pin)
        assert isinstance(answer, Refusal), pin.value
        assert answer.reason is Reason.WRONG_PIN
    assert isinstance(world.abis.identify(world.card("ANNA"), PIN), Patron)


@pytest.mark.needs("FULL", "LAST")
def test_a_card_alone_opens_where_no_pin_is_asked(world: World) -> None:
    patron = world.abis.identify(world.card("FULL"), None)
    assert isinstance(patron, Patron)
    assert (patron.name, patron.loans, patron.limit) == ("Ким Борис", {world.item("LAST")}, 1)


@pytest.mark.needs("ANNA", Can.OTHER_CARDS)
def test_another_card_of_the_same_reader_is_answered_with_the_canonical_one(world: World) -> None:
    patron = world.abis.identify(CardNumber("CITY-7"), PIN)
    assert isinstance(patron, Patron)
    assert patron.card == world.card("ANNA")


@pytest.mark.needs(Can.ANYTHING)
@pytest.mark.cases(
    ("card", "reason"),
    [
        ("NOBODY", Reason.CARD_UNKNOWN),
        ("EXPIRED", Reason.CARD_EXPIRED),
        ("BLOCKED", Reason.CARD_BLOCKED),
        ("LOST", Reason.CARD_LOST),
    ],
)
def test_a_card_that_opens_nothing(world: World, card: str, reason: Reason) -> None:
    answer = world.abis.identify(world.card(card), None)
    assert isinstance(answer, Refusal)
    known = {reason} if world.has(Can.REASONS) else {Reason.CARD_BLOCKED, reason}
    assert answer.reason in known
    if reason is Reason.CARD_EXPIRED and world.has(Can.REASONS):
        assert answer.until == date(2026, 11, 19)


@pytest.mark.needs("ANNA")
def test_the_end_of_a_session_harms_nobody(world: World) -> None:
    world.abis.end_session(world.card("ANNA"))
    assert isinstance(world.abis.identify(world.card("ANNA"), PIN), Patron)


# --- checkout ---------------------------------------------------------------------------------------


@pytest.mark.needs("ANNA", "FREE")
def test_a_book_is_lent_and_is_among_the_readers_loans(world: World) -> None:
    loan = lent(world, "ANNA", "FREE")
    assert (loan.item, loan.title) == (world.item("FREE"), world.fact("title", ROADSIDE))
    assert loan.due == world.fact("first_due", date(2026, 12, 11))
    assert world.item("FREE") in world.abis.loans(world.card("ANNA"))


@pytest.mark.needs("ANNA", "FREE", Can.ANYTHING)
def test_a_lent_book_is_on_loan_until_its_due_date(world: World) -> None:
    lent(world, "ANNA", "FREE")
    info = world.abis.item_info(world.item("FREE"))
    assert (info.standing, info.due) == (Standing.ON_LOAN, date(2026, 12, 11))


@pytest.mark.needs("ANNA", "FREE", Can.AUTHORS)
def test_a_loan_tells_author_mark_and_renewals(world: World) -> None:
    loan = lent(world, "ANNA", "FREE")
    assert replace(loan, renewable=True, why_not="", magnetic=None, desensitize=None) == Loan(
        ItemId("FREE"),
        ROADSIDE,
        "Аркадий и Борис Стругацкие",
        date(2026, 12, 11),
        renewals_left=1,
        age_mark=16,
    )


@pytest.mark.needs("ANNA", "NOTHING")
def test_an_unknown_book_is_not_lent(world: World) -> None:
    assert isinstance(answer := lend(world, "ANNA", "NOTHING"), Refusal)
    assert answer.reason is Reason.UNKNOWN_ITEM


@pytest.mark.needs("NOBODY", "FREE")
def test_nothing_is_lent_to_an_unknown_card(world: World) -> None:
    refused(world, lend(world, "NOBODY", "FREE"), Reason.CARD_UNKNOWN)
    assert world.abis.item_info(world.item("FREE")).standing is Standing.AVAILABLE


@pytest.mark.needs("ANNA", "OTHERS")
def test_what_another_reader_has_stays(world: World) -> None:
    assert isinstance(answer := lend(world, "ANNA", "OTHERS"), Refusal)
    assert answer.reason is Reason.ON_LOAN_TO_OTHER
    assert world.item("OTHERS") not in world.abis.loans(world.card("ANNA"))


@pytest.mark.needs("ANNA", "FREE")
def test_what_is_yours_already_is_never_lent_twice(world: World) -> None:
    """Refused, or where the library system cannot refuse, renewed: never a second loan, never anybody else's."""
    lent(world, "ANNA", "FREE")
    again = lend(world, "ANNA", "FREE")
    if isinstance(again, Refusal):
        assert again.reason is Reason.ALREADY_YOURS
    else:
        assert again.due == world.fact("again", None)
    assert world.item("FREE") in world.abis.loans(world.card("ANNA"))


@pytest.mark.cases(
    ("card", "item", "reason"),
    [
        ("ANNA", "HELD", Reason.HELD_FOR_OTHER),
        ("ANNA", "READING", Reason.REFERENCE_ONLY),
        ("ANNA", "FOREIGN", Reason.OTHER_LIBRARY),
        ("TEEN", "ADULT", Reason.AGE_RESTRICTED),
        ("NOBIRTH", "ADULT", Reason.BIRTH_DATE_UNKNOWN),
        ("DEBTOR", "FREE", Reason.DEBTS),
        ("FULL", "FREE", Reason.LIMIT_REACHED),
        ("EXPIRED", "FREE", Reason.CARD_EXPIRED),
        ("BLOCKED", "FREE", Reason.CARD_BLOCKED),
        ("LOST", "FREE", Reason.CARD_LOST),
    ],
)
def test_a_book_stays_here_with_its_reason(world: World, card: str, item: str, reason: Reason) -> None:
    answer = refused(world, lend(world, card, item), reason)
    assert world.item(item) not in world.abis.loans(world.card(card))
    assert world.abis.item_info(world.item(item)).standing is not Standing.ON_LOAN
    if reason is Reason.LIMIT_REACHED:
        assert (answer.reason, answer.limit) == (Reason.LIMIT_REACHED, 1)


@pytest.mark.needs("ANNA", "ADULT2")
def test_a_marked_book_goes_to_a_grown_reader(world: World) -> None:
    assert lent(world, "ANNA", "ADULT2").title == "Бойцовский клуб"


@pytest.mark.needs("OTHER", "HELD")
def test_a_held_book_goes_to_who_waits_for_it(world: World) -> None:
    assert lent(world, "OTHER", "HELD").title == "Мастер и Маргарита"


@pytest.mark.needs("ANNA", "PAID")
def test_a_fee_is_asked_first_and_accepted_then(world: World) -> None:
    answer = lend(world, "ANNA", "PAID")
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.fee) == (Reason.FEE, Money(5000, "RUB"))
    assert world.item("PAID") not in world.abis.loans(world.card("ANNA"))
    assert lent(world, "ANNA", "PAID", fee_accepted=True).due == date(2026, 12, 4)


# --- return -----------------------------------------------------------------------------------------


@pytest.mark.needs("ANNA", "FREE")
def test_a_book_comes_back(world: World) -> None:
    lent(world, "ANNA", "FREE")
    back = take_back(world, "FREE")
    assert isinstance(back, Returned), back
    assert (back.item, back.title) == (world.item("FREE"), world.fact("title", ROADSIDE))
    assert (back.was_on_loan, back.destination) == (True, Destination.SHELF)
    assert back.patron in (None, world.card("ANNA"))
    assert world.abis.item_info(world.item("FREE")).standing is Standing.AVAILABLE


@pytest.mark.needs("ANNA", "FREE", Can.NOT_ON_LOAN)
def test_a_book_that_nobody_had_is_taken_back_all_the_same(world: World) -> None:
    lent(world, "ANNA", "FREE")
    take_back(world, "FREE")
    again = take_back(world, "FREE")
    assert isinstance(again, Returned), again
    assert again.was_on_loan is False


@pytest.mark.needs("NOTHING")
def test_a_book_nobody_knows_is_not_taken_back(world: World) -> None:
    assert isinstance(answer := take_back(world, "NOTHING"), Refusal)
    assert answer.reason in world.reasons(Reason.UNKNOWN_ITEM)


@pytest.mark.needs("WANTED")
def test_a_returned_book_that_somebody_waits_for_goes_to_the_hold_shelf(world: World) -> None:
    back = take_back(world, "WANTED")
    assert isinstance(back, Returned)
    assert (back.destination, back.title) == (Destination.HOLD_SHELF, "Чевенгур")
    assert back.patron in (None, "OTHER")
    assert world.abis.item_info(world.item("WANTED")).standing is Standing.ON_HOLD_SHELF


@pytest.mark.needs("ANNA", "AWAY")
def test_a_returned_book_of_another_branch_travels(world: World) -> None:
    lent(world, "ANNA", "AWAY")
    back = take_back(world, "AWAY")
    assert isinstance(back, Returned)
    assert (back.destination, back.title) == (Destination.OTHER_BRANCH, "Ёжик в тумане")


@pytest.mark.needs("FULL", "FREE", "LAST")
def test_one_return_makes_room_for_one_loan(world: World) -> None:
    refused(world, lend(world, "FULL", "FREE"), Reason.LIMIT_REACHED)
    take_back(world, "LAST")
    lent(world, "FULL", "FREE")


# --- renewal ----------------------------------------------------------------------------------------


@pytest.mark.needs("ANNA", "FREE")
def test_a_loan_is_renewed(world: World) -> None:
    lent(world, "ANNA", "FREE")
    loan = renew(world, "ANNA", "FREE")
    assert isinstance(loan, Loan), loan
    assert (loan.item, loan.title) == (world.item("FREE"), world.fact("title", ROADSIDE))
    assert loan.due == world.fact("renewed", date(2026, 12, 25))


@pytest.mark.cases(
    ("card", "item", "reason"),
    [
        ("ANNA", "LATE", Reason.RENEWED_TOO_OFTEN),
        ("OTHER", "ONCE", Reason.NOT_RENEWABLE),
        ("OTHER", "WANTED", Reason.HELD_FOR_OTHER),
        ("ANNA", "FREE2", Reason.NOT_RENEWABLE),
        ("ANNA", "OTHERS", Reason.ON_LOAN_TO_OTHER),
    ],
)
def test_a_loan_that_is_not_renewed_keeps_its_due_date(world: World, card: str, item: str, reason: Reason) -> None:
    before = world.abis.item_info(world.item(item)).due
    answer = renew(world, card, item)
    assert isinstance(answer, Refusal), answer
    allowed = {reason} if world.has(Can.REASONS) else {reason, Reason.NOT_RENEWABLE}
    assert answer.reason in allowed
    assert world.abis.item_info(world.item(item)).due == before


# --- account ----------------------------------------------------------------------------------------


@pytest.mark.needs("ANNA", "MINE")
def test_loans_with_titles_and_dates(world: World) -> None:
    mine = world.item("MINE")
    if not world.has(Can.LISTS):
        assert world.abis.loans(world.card("ANNA")) == {mine}
    loans = {loan.item: (loan.title, loan.due) for loan in account(world, "ANNA").loans}
    assert loans[mine] == (SOLARIS, date(2026, 12, 1))
    assert not world.has(Can.LISTS) or loans["LATE"] == ("Лавр", date(2026, 11, 18))


@pytest.mark.needs("ANNA", "OTHER", "HELD", Can.LISTS)
def test_holds_ready_and_waiting(world: World) -> None:
    (ready,) = account(world, "OTHER").holds
    assert (ready.title, ready.item, ready.state) == ("Мастер и Маргарита", world.item("HELD"), HoldState.READY)
    assert ready.until == date(2026, 11, 24)
    (waiting,) = account(world, "ANNA").holds
    assert waiting == Hold("Чевенгур", waiting.author, None, HoldState.WAITING, queue=waiting.queue)


@pytest.mark.needs("ANNA", "OTHER", Can.LISTS)
def test_what_is_owed(world: World) -> None:
    assert account(world, "OTHER").fees == Money(1250, "RUB")
    assert account(world, "ANNA").fees is None


@pytest.mark.needs("ANNA", Can.MESSAGES)
def test_what_is_said(world: World) -> None:
    assert account(world, "ANNA").messages == ("Клуб читателей: в среду в 18:00",)


@pytest.mark.needs("BLOCKED", "NOBODY", Can.LISTS)
def test_a_reader_who_is_turned_away_still_has_an_account(world: World) -> None:
    """What a blocked reader has must be found by who settles a doubt; only an unknown card has nothing."""
    assert replace(account(world, "BLOCKED"), messages=()) == Account()
    assert world.abis.loans(world.card("BLOCKED")) == frozenset()
    refusal = world.abis.account(world.card("NOBODY"))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.CARD_UNKNOWN
    assert world.abis.loans(world.card("NOBODY")) == frozenset()


# --- settling ---------------------------------------------------------------------------------------


@pytest.mark.needs("ANNA", "FREE", Can.ANYTHING)
def test_what_became_of_a_change_is_found_out(world: World) -> None:
    abis, anna, free = world.abis, world.card("ANNA"), world.item("FREE")
    assert settle_checkout(abis, anna, free) == (Outcome.NOT_DONE, None)
    due = lent(world, "ANNA", "FREE").due
    assert settle_checkout(abis, anna, free) == (Outcome.DONE, due)
    assert settle_renew(abis, free, due) == (Outcome.NOT_DONE, None)
    assert isinstance(renewed := renew(world, "ANNA", "FREE"), Loan)
    assert settle_renew(abis, free, due) == (Outcome.DONE, renewed.due)
    assert settle_checkin(abis, free) == (Outcome.NOT_DONE, None)
    take_back(world, "FREE")
    assert settle_checkin(abis, free) == (Outcome.DONE, None)
    assert settle_checkout(abis, anna, free) == (Outcome.NOT_DONE, None)


# --- anything that is scanned -----------------------------------------------------------------------

SCANNED = [
    "",
    " ",
    "|",
    "B|1",
    "FREE|",
    "FREE\r",
    "\nFREE",
    "\x00",
    "😀",
    "ⓑ",
    "&#124;",
    "A" * 300,
    "Ж" * 200,
    "ЙЁ1",
    "%27;--",
]


@pytest.mark.needs("ANNA", "FREE", Can.ANYTHING)
@pytest.mark.cases(["text"], [(text,) for text in SCANNED])
def test_whatever_is_scanned_is_an_answer_and_never_a_fault(world: World, text: str) -> None:
    item, card = ItemId(text), CardNumber(text)
    assert world.abis.item_info(item).standing is Standing.UNKNOWN
    assert isinstance(world.abis.checkin(txn(), item, NOON), Refusal)
    assert isinstance(world.abis.checkout(txn(), world.card("ANNA"), item, NOON), Refusal)
    assert isinstance(world.abis.checkout(txn(), card, world.item("FREE"), NOON), Refusal)
    assert isinstance(world.abis.renew(txn(), card, item, NOON), Refusal)
    assert isinstance(world.abis.identify(card, None), Refusal)
    assert isinstance(world.abis.account(card), Refusal)
    assert world.abis.loans(card) == frozenset()
    world.abis.end_session(card)
    assert world.abis.item_info(world.item("FREE")).standing is Standing.AVAILABLE


# --- life -------------------------------------------------------------------------------------------


def test_a_sign_of_life(world: World) -> None:
    assert world.abis.probe().usable
    assert world.abis.health().usable
    assert world.abis.health().state in (State.READY, State.DEGRADED)


@pytest.mark.needs("ANNA", "FREE")
def test_after_closing_nothing_is_done(world: World) -> None:
    world.abis.close()
    with pytest.raises(AbisFault):
        lend(world, "ANNA", "FREE")
    world.abis.close()


def test_every_connector_is_played_here(pytestconfig: pytest.Config) -> None:
    folders = {path.parent.name for path in Path(pytestconfig.rootpath, "sync", "abis").glob("*/__init__.py")}
    assert folders == {"local", "sip2"}
