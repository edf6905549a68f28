"""The one contract suite: what every connector must do, told as stories and played in every world of `conftest`.

The expected values are written by hand. Worlds that nobody here wrote (recorded answers of Koha and invenio, the
`pysip2` server) keep our client and our server from agreeing on an error.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
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

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROADSIDE, SOLARIS = "Пикник на обочине", "Солярис"
PIN, WRONG = Secret("1234"), Secret("9999")

_txns = iter(range(1_000_000))


def txn() -> TxnId:
    return TxnId(f"0192e4a0-0000-7000-8000-{next(_txns):012}")


def lend(world: Any, card: str, item: str, **more: Any) -> Loan | Refusal:
    answer = world.abis.checkout(txn(), world.card(card), world.item(item), NOW, **more)
    assert isinstance(answer, Loan | Refusal)
    return answer


def lent(world: Any, card: str, item: str, **more: Any) -> Loan:
    answer = lend(world, card, item, **more)
    assert isinstance(answer, Loan), answer
    return answer


def take_back(world: Any, item: str) -> Returned | Refusal:
    answer = world.abis.checkin(txn(), world.item(item), NOW)
    assert isinstance(answer, Returned | Refusal)
    return answer


def renew(world: Any, card: str, item: str) -> Loan | Refusal:
    answer = world.abis.renew(txn(), world.card(card), world.item(item), NOW)
    assert isinstance(answer, Loan | Refusal)
    return answer


def refused(world: Any, answer: object, reason: Reason) -> Refusal:
    assert isinstance(answer, Refusal), answer
    assert answer.reason in world.reasons(reason)
    return answer


def account(world: Any, card: str) -> Account:
    answer = world.abis.account(world.card(card))
    assert isinstance(answer, Account), answer
    return answer


# --- an item ----------------------------------------------------------------------------------------


def test_an_item_on_the_shelf(world: Any) -> None:
    info = world.abis.item_info(world.item("FREE"))
    assert info.item == world.item("FREE")
    assert info.title == world.fact("title", ROADSIDE)
    assert (info.standing, info.due) == (Standing.AVAILABLE, None)


def test_author_and_age_mark(world: Any) -> None:
    world.needs("authors")
    assert world.abis.item_info(world.item("FREE")) == ItemInfo(
        ItemId("FREE"), ROADSIDE, "Аркадий и Борис Стругацкие", Standing.AVAILABLE, age_mark=16
    )
    assert world.abis.item_info(world.item("ADULT")).age_mark == 18


def test_an_item_nobody_knows(world: Any) -> None:
    item = world.item("NOTHING")
    assert world.abis.item_info(item) == ItemInfo(item, standing=Standing.UNKNOWN)


def test_an_item_on_loan_tells_until_when(world: Any) -> None:
    world.needs("an item on loan")
    info = world.abis.item_info(world.item("MINE"))
    assert (info.standing, info.due) == (Standing.ON_LOAN, date(2026, 12, 1))


def test_an_item_on_the_hold_shelf_and_one_for_use_here_only(world: Any) -> None:
    assert world.abis.item_info(world.item("HELD")).standing is Standing.ON_HOLD_SHELF
    assert world.abis.item_info(world.item("READING")).standing in (
        {Standing.OTHER} if "reference standing" in world.lacks else {Standing.REFERENCE_ONLY}
    )


# --- a reader ---------------------------------------------------------------------------------------


def test_a_reader_with_the_right_pin(world: Any) -> None:
    patron = world.abis.identify(world.card("ANNA"), PIN)
    assert isinstance(patron, Patron), patron
    assert patron.card == world.card("ANNA")
    assert patron.name == world.fact("name", "Щукина Анна Юрьевна")
    if "an item on loan" not in world.lacks:
        assert {"MINE"} <= patron.loans <= {"MINE", "LATE"}
        assert patron.loan_count == len(patron.loans)


def test_birth_date_first_name_and_limit(world: Any) -> None:
    world.needs("first names")
    patron = world.abis.identify(world.card("ANNA"), PIN)
    assert patron.first_name == world.fact("first_name", "Анна")
    assert patron.birth == world.fact("birth", date(1990, 5, 14))


def test_a_wrong_pin_and_no_pin_at_all_open_nothing(world: Any) -> None:
    assert world.abis.identify(world.card("ANNA"), Secret("")) == Refusal(Reason.WRONG_PIN)
    world.needs("a wrong PIN")
    for pin in (WRONG, Secret("1234|"), Secret("1234\r")):
        answer = world.abis.identify(world.card("ANNA"), pin)
        assert isinstance(answer, Refusal), pin.value
        assert answer.reason is Reason.WRONG_PIN
    assert isinstance(world.abis.identify(world.card("ANNA"), PIN), Patron)


def test_a_card_alone_opens_where_no_pin_is_asked(world: Any) -> None:
    world.needs("a reader without a PIN")
    patron = world.abis.identify(world.card("FULL"), None)
    assert isinstance(patron, Patron)
    assert (patron.name, patron.loans, patron.limit) == ("Ким Борис", {"LAST"}, 1)


def test_another_card_of_the_same_reader_is_answered_with_the_canonical_one(world: Any) -> None:
    world.needs("other cards")
    patron = world.abis.identify(CardNumber("CITY-7"), PIN)
    assert isinstance(patron, Patron)
    assert patron.card == "ANNA"


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("NOBODY", Reason.CARD_UNKNOWN),
        ("EXPIRED", Reason.CARD_EXPIRED),
        ("BLOCKED", Reason.CARD_BLOCKED),
        ("LOST", Reason.CARD_LOST),
    ],
)
def test_a_card_that_opens_nothing(world: Any, card: str, reason: Reason) -> None:
    world.needs("an unknown card at log-in")
    answer = world.abis.identify(world.card(card), None)
    assert isinstance(answer, Refusal)
    known = {Reason.CARD_BLOCKED, reason} if "names its reasons" in world.lacks else {reason}
    assert answer.reason in known
    if reason is Reason.CARD_EXPIRED and "names its reasons" not in world.lacks:
        assert answer.until == date(2026, 11, 19)


def test_the_end_of_a_session_harms_nobody(world: Any) -> None:
    world.abis.end_session(world.card("ANNA"))
    assert isinstance(world.abis.identify(world.card("ANNA"), PIN), Patron)


# --- checkout ---------------------------------------------------------------------------------------


def test_a_book_is_lent_and_is_among_the_readers_loans(world: Any) -> None:
    loan = lent(world, "ANNA", "FREE")
    assert (loan.item, loan.title) == (world.item("FREE"), world.fact("title", ROADSIDE))
    assert loan.due == world.fact("first_due", date(2026, 12, 11))
    assert world.item("FREE") in world.abis.loans(world.card("ANNA"))


def test_a_lent_book_is_on_loan_until_its_due_date(world: Any) -> None:
    world.needs("an item on loan")
    lent(world, "ANNA", "FREE")
    info = world.abis.item_info(world.item("FREE"))
    assert (info.standing, info.due) == (Standing.ON_LOAN, date(2026, 12, 11))


def test_a_loan_tells_author_mark_and_renewals(world: Any) -> None:
    world.needs("authors")
    loan = lent(world, "ANNA", "FREE")
    assert replace(loan, renewable=True, why_not="") == Loan(
        ItemId("FREE"),
        ROADSIDE,
        "Аркадий и Борис Стругацкие",
        date(2026, 12, 11),
        renewals_left=1,
        age_mark=16,
    )


def test_an_unknown_book_is_not_lent(world: Any) -> None:
    assert isinstance(answer := lend(world, "ANNA", "NOTHING"), Refusal)
    assert answer.reason is Reason.UNKNOWN_ITEM


def test_nothing_is_lent_to_an_unknown_card(world: Any) -> None:
    world.needs("an unknown card at checkout")
    refused(world, lend(world, "NOBODY", "FREE"), Reason.CARD_UNKNOWN)
    assert world.abis.item_info(world.item("FREE")).standing is Standing.AVAILABLE


def test_what_another_reader_has_stays(world: Any) -> None:
    assert isinstance(answer := lend(world, "ANNA", "OTHERS"), Refusal)
    assert answer.reason is Reason.ON_LOAN_TO_OTHER
    assert "OTHERS" not in world.abis.loans(world.card("ANNA"))


def test_what_is_yours_already_is_never_lent_twice(world: Any) -> None:
    """Refused, or where the library system cannot refuse, renewed: never a second loan, never anybody else's."""
    lent(world, "ANNA", "FREE")
    again = lend(world, "ANNA", "FREE")
    if isinstance(again, Refusal):
        assert again.reason is Reason.ALREADY_YOURS
    else:
        assert again.due == world.fact("again", None)
    assert world.item("FREE") in world.abis.loans(world.card("ANNA"))


@pytest.mark.parametrize(
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
def test_a_book_stays_here_with_its_reason(world: Any, card: str, item: str, reason: Reason) -> None:
    answer = refused(world, lend(world, card, item), reason)
    assert world.item(item) not in world.abis.loans(world.card(card))
    assert world.abis.item_info(world.item(item)).standing is not Standing.ON_LOAN
    if reason is Reason.LIMIT_REACHED:
        assert (answer.reason, answer.limit) == (Reason.LIMIT_REACHED, 1)


def test_a_marked_book_goes_to_a_grown_reader(world: Any) -> None:
    assert lent(world, "ANNA", "ADULT2").title == "Бойцовский клуб"


def test_a_held_book_goes_to_who_waits_for_it(world: Any) -> None:
    assert lent(world, "OTHER", "HELD").title == "Мастер и Маргарита"


def test_a_fee_is_asked_first_and_accepted_then(world: Any) -> None:
    answer = lend(world, "ANNA", "PAID")
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.fee) == (Reason.FEE, Money(5000, "RUB"))
    assert "PAID" not in world.abis.loans(world.card("ANNA"))
    assert lent(world, "ANNA", "PAID", fee_accepted=True).due == date(2026, 12, 4)


# --- return -----------------------------------------------------------------------------------------


def test_a_book_comes_back(world: Any) -> None:
    lent(world, "ANNA", "FREE")
    back = take_back(world, "FREE")
    assert isinstance(back, Returned), back
    assert (back.item, back.title) == (world.item("FREE"), world.fact("title", ROADSIDE))
    assert (back.was_on_loan, back.destination) == (True, Destination.SHELF)
    assert back.patron in (None, world.card("ANNA"))
    assert world.abis.item_info(world.item("FREE")).standing is Standing.AVAILABLE


def test_a_book_that_nobody_had_is_taken_back_all_the_same(world: Any) -> None:
    world.needs("knows not on loan")
    lent(world, "ANNA", "FREE")
    take_back(world, "FREE")
    again = take_back(world, "FREE")
    assert isinstance(again, Returned), again
    assert again.was_on_loan is False


def test_a_book_nobody_knows_is_not_taken_back(world: Any) -> None:
    assert isinstance(answer := take_back(world, "NOTHING"), Refusal)
    assert answer.reason in world.reasons(Reason.UNKNOWN_ITEM)


def test_a_returned_book_that_somebody_waits_for_goes_to_the_hold_shelf(world: Any) -> None:
    back = take_back(world, "WANTED")
    assert isinstance(back, Returned)
    assert (back.destination, back.title) == (Destination.HOLD_SHELF, "Чевенгур")
    assert back.patron in (None, "OTHER")
    assert world.abis.item_info(world.item("WANTED")).standing is Standing.ON_HOLD_SHELF


def test_a_returned_book_of_another_branch_travels(world: Any) -> None:
    world.needs("destinations")
    lent(world, "ANNA", "AWAY")
    back = take_back(world, "AWAY")
    assert isinstance(back, Returned)
    assert (back.destination, back.title) == (Destination.OTHER_BRANCH, "Ёжик в тумане")


def test_one_return_makes_room_for_one_loan(world: Any) -> None:
    refused(world, lend(world, "FULL", "FREE"), Reason.LIMIT_REACHED)
    take_back(world, "LAST")
    lent(world, "FULL", "FREE")


# --- renewal ----------------------------------------------------------------------------------------


def test_a_loan_is_renewed(world: Any) -> None:
    lent(world, "ANNA", "FREE")
    loan = renew(world, "ANNA", "FREE")
    assert isinstance(loan, Loan), loan
    assert (loan.item, loan.title) == (world.item("FREE"), world.fact("title", ROADSIDE))
    assert loan.due == world.fact("renewed", date(2026, 12, 25))


@pytest.mark.parametrize(
    ("card", "item", "reason"),
    [
        ("ANNA", "LATE", Reason.RENEWED_TOO_OFTEN),
        ("OTHER", "ONCE", Reason.NOT_RENEWABLE),
        ("OTHER", "WANTED", Reason.HELD_FOR_OTHER),
        ("ANNA", "FREE2", Reason.NOT_RENEWABLE),
        ("ANNA", "OTHERS", Reason.ON_LOAN_TO_OTHER),
    ],
)
def test_a_loan_that_is_not_renewed_keeps_its_due_date(world: Any, card: str, item: str, reason: Reason) -> None:
    before = world.abis.item_info(world.item(item)).due
    answer = renew(world, card, item)
    assert isinstance(answer, Refusal), answer
    allowed = {reason, Reason.NOT_RENEWABLE} if "names its reasons" in world.lacks else {reason}
    assert answer.reason in allowed
    assert world.abis.item_info(world.item(item)).due == before


# --- account ----------------------------------------------------------------------------------------


def test_loans_with_titles_and_dates(world: Any) -> None:
    world.needs("an item on loan")
    if "lists of an account" in world.lacks:
        assert world.abis.loans(world.card("ANNA")) == {"MINE"}
    loans = {loan.item: (loan.title, loan.due) for loan in account(world, "ANNA").loans}
    assert loans["MINE"] == (SOLARIS, date(2026, 12, 1))
    assert "lists of an account" in world.lacks or loans["LATE"] == ("Лавр", date(2026, 11, 18))


def test_holds_ready_and_waiting(world: Any) -> None:
    world.needs("lists of an account")
    (ready,) = account(world, "OTHER").holds
    assert (ready.title, ready.item, ready.state) == ("Мастер и Маргарита", "HELD", HoldState.READY)
    assert ready.until == date(2026, 11, 24)
    (waiting,) = account(world, "ANNA").holds
    assert waiting == Hold("Чевенгур", waiting.author, None, HoldState.WAITING, queue=waiting.queue)


def test_what_is_owed_and_what_is_said(world: Any) -> None:
    world.needs("lists of an account")
    assert account(world, "OTHER").fees == Money(1250, "RUB")
    assert account(world, "ANNA").fees is None
    world.needs("messages")
    assert account(world, "ANNA").messages == ("Клуб читателей: в среду в 18:00",)


def test_a_reader_who_is_turned_away_still_has_an_account(world: Any) -> None:
    """What a blocked reader has must be found by who settles a doubt; only an unknown card has nothing."""
    world.needs("lists of an account")
    assert replace(account(world, "BLOCKED"), messages=()) == Account()
    assert world.abis.loans(world.card("BLOCKED")) == frozenset()
    refusal = world.abis.account(world.card("NOBODY"))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.CARD_UNKNOWN
    assert world.abis.loans(world.card("NOBODY")) == frozenset()


# --- settling ---------------------------------------------------------------------------------------


def test_what_became_of_a_change_is_found_out(world: Any) -> None:
    world.needs("an item on loan")
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


@pytest.mark.parametrize("text", SCANNED, ids=ascii)
def test_whatever_is_scanned_is_an_answer_and_never_a_fault(world: Any, text: str) -> None:
    world.needs("an unknown card at log-in")
    item, card = ItemId(text), CardNumber(text)
    assert world.abis.item_info(item).standing is Standing.UNKNOWN
    assert isinstance(world.abis.checkin(txn(), item, NOW), Refusal)
    assert isinstance(world.abis.checkout(txn(), world.card("ANNA"), item, NOW), Refusal)
    assert isinstance(world.abis.checkout(txn(), card, world.item("FREE"), NOW), Refusal)
    assert isinstance(world.abis.renew(txn(), card, item, NOW), Refusal)
    assert isinstance(world.abis.identify(card, None), Refusal)
    assert isinstance(world.abis.account(card), Refusal)
    assert world.abis.loans(card) == frozenset()
    world.abis.end_session(card)
    assert world.abis.item_info(world.item("FREE")).standing is Standing.AVAILABLE


# --- life -------------------------------------------------------------------------------------------


def test_a_sign_of_life(world: Any) -> None:
    assert world.abis.probe().usable
    assert world.abis.health().usable
    assert world.abis.health().state in (State.READY, State.DEGRADED)


def test_after_closing_nothing_is_done(world: Any) -> None:
    world.abis.close()
    with pytest.raises(AbisFault):
        lend(world, "ANNA", "FREE")
    world.abis.close()


def test_every_connector_is_played_here(pytestconfig: pytest.Config) -> None:
    folders = {path.parent.name for path in Path(pytestconfig.rootpath, "sync", "abis").glob("*/__init__.py")}
    assert folders == {"local", "sip2"}
