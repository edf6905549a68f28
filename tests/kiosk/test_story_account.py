"""My books: until when, and can I keep them?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.domain.items import Loan
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account, Hold, HoldState
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import AskAccount, Record, RequestCheckout, RequestRenew, SetSecurity
from kiosk.events import (
    AccountUnanswered,
    Button,
    Choice,
    Chosen,
    Event,
    NotRecorded,
    Recovered,
    RenewApproved,
    RenewPressed,
    RenewRefused,
    RenewUnanswered,
    Replayed,
    Task,
)
from kiosk.views import Checkout, Farewell, Holds, Home, Loans, LoanState, NewsKind, PutBack, RefusalCard, RowState
from tests.kiosk.stories import ANNA, DUE, LAURUS, PICNIC, SOLARIS, TODAY, Story, tells

READY = Hold("Лавр", "Водолазкин", LAURUS.item, HoldState.READY, shelf="14", until=date(2026, 11, 25))
WAITING = Hold("Пикник", state=HoldState.WAITING, queue=2)
MY_LOANS = Account(
    loans=(
        Loan(PICNIC.item, "Пикник", due=TODAY + timedelta(days=8), renewals_left=1),
        Loan(SOLARIS.item, "Солярис", due=TODAY - timedelta(days=3)),
        Loan(LAURUS.item, "", due=TODAY + timedelta(days=1), renewable=False, why_not="renewed_too_often"),
    ),
    holds=(READY, WAITING),
    fees=Money(5000, "RUB"),
    messages=("Читальный зал закрыт в среду",),
)


def at_home(known: Account = MY_LOANS) -> Story:
    story = Story()
    story.accounts[ANNA.card] = known
    return story.logs_in()


def my_books(known: Account = MY_LOANS) -> Story:
    return at_home(known).chooses(Task.ACCOUNT)


def state(story: Story, title: str) -> LoanState:
    return next(row.state for row in story.sees(Loans).rows or () if row.title == title)


@tells("account: loans with due dates and overdue marks")
def test_loans_stand_with_the_earliest_due_first_and_what_may_be_done() -> None:
    loans = my_books().sees(Loans)
    assert [(row.title, row.state, row.days_left, row.renewable) for row in loans.rows or ()] == [
        ("Солярис", LoanState.OVERDUE, -3, True),
        (LAURUS.item, LoanState.ENDS_SOON, 1, False),
        ("Пикник", LoanState.LATER, 8, True),
    ]
    assert loans.rows is not None
    assert loans.rows[1].refusal == Refusal(Reason.RENEWED_TOO_OFTEN)
    assert (loans.overdue, loans.can_renew, loans.holds_ready, loans.holds_waiting) == (1, 2, 1, 1)
    assert (loans.fees, loans.messages) == (MY_LOANS.fees, MY_LOANS.messages)


@tells("account: news on the home screen")
def test_the_home_screen_tells_what_matters_today_most_urgent_first() -> None:
    news = at_home().sees(Home).news
    assert [(each.kind, each.title) for each in news] == [
        (NewsKind.HOLD_READY, "Лавр"),
        (NewsKind.OVERDUE, "Солярис"),
        (NewsKind.ENDS_SOON, LAURUS.item),
        (NewsKind.FEES, ""),
        (NewsKind.MESSAGE, "Читальный зал закрыт в среду"),
    ]
    assert (news[0].shelf, news[0].day, news[1].renewable, news[2].renewable) == ("14", READY.until, True, False)
    assert at_home(Account()).sees(Home).news == ()


@tells("account: holds")
def test_holds_are_seen_from_home_and_from_the_list_and_left_to_where_one_was() -> None:
    story = my_books().presses(Button.HOLDS)
    assert story.sees(Holds).holds == (READY, WAITING)
    story.presses(Button.BACK).sees(Loans)
    story.presses(Button.BACK).sees(Home)
    story.presses(Button.HOLDS).sees(Holds)
    story.chooses(Task.ACCOUNT).sees(Loans)
    story.presses(Button.FINISH).sees(Farewell)


@tells("renew one")
def test_one_book_is_renewed_after_its_record() -> None:
    story = my_books().keep(RequestRenew).happens(RenewPressed(SOLARIS.item))
    assert state(story, "Солярис") is LoanState.RENEWING
    assert story.sees(Loans).rows[0].title == "Солярис"
    story.happens(RenewPressed(SOLARIS.item))  # a double tap burns no second renewal
    assert len(story.of(Record)) == 1
    story.answered(RequestRenew)
    assert state(story, "Солярис") is LoanState.RENEWED
    row = next(row for row in story.sees(Loans).rows or () if row.title == "Солярис")
    assert (row.due, row.renewable) == (DUE, False)
    story.presses(Button.FINISH)
    assert [(line.title, line.due) for line in story.sees(Farewell).receipt.renewed] == [("Солярис", DUE)]


@tells("renew all")
def test_all_that_can_be_renewed_are_and_a_refusal_of_one_stops_none() -> None:
    def answer(asked: RequestRenew) -> object:
        if asked.item == SOLARIS.item:
            return RenewRefused(asked.session, asked.item, Refusal(Reason.OVERDUE))
        return RenewApproved(asked.session, Loan(asked.item, due=DUE))

    story = my_books().on(RequestRenew, answer).presses(Button.RENEW_ALL)
    assert [asked.item for asked in story.of(RequestRenew)] == [PICNIC.item, SOLARIS.item]
    assert (state(story, "Солярис"), state(story, "Пикник")) == (LoanState.CANNOT, LoanState.RENEWED)
    assert story.sees(Loans).rows[0].refusal == Refusal(Reason.OVERDUE)


@tells("renewal refused")
def test_a_renewal_without_an_answer_or_a_record_says_so() -> None:
    unanswered = my_books().on(RequestRenew, lambda asked: RenewUnanswered(asked.session, asked.item, sent=True))
    unanswered.happens(RenewPressed(SOLARIS.item))
    assert unanswered.sees(Loans).rows[0].refusal == Refusal(Reason.NEEDS_ABIS)
    story = my_books().on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item))
    story.happens(RenewPressed(SOLARIS.item))
    assert story.sees(Loans).rows[0].refusal == Refusal(Reason.NOT_RECORDED)
    assert not story.of(RequestRenew)


def test_a_reason_we_have_no_word_for_is_called_not_renewable() -> None:
    known = Account(loans=(Loan(SOLARIS.item, "Солярис", renewable=False, why_not="lunar_eclipse"),))
    assert my_books(known).sees(Loans).rows[0].refusal == Refusal(Reason.NOT_RENEWABLE)
    assert my_books(known).happens(RenewPressed(SOLARIS.item), RenewPressed(PICNIC.item)).of(Record) == []


def test_a_loan_without_a_date_stands_last() -> None:
    known = Account(loans=(Loan(SOLARIS.item, "Солярис"), Loan(LAURUS.item, "Лавр", due=TODAY)))
    rows = my_books(known).sees(Loans).rows or ()
    assert [(row.title, row.state, row.days_left) for row in rows] == [
        ("Лавр", LoanState.ENDS_SOON, 0),
        ("Солярис", LoanState.LATER, None),
    ]


def test_an_account_that_does_not_come_is_said_and_asked_for_again() -> None:
    story = Story().on(AskAccount, lambda asked: AccountUnanswered(asked.session)).chooses(Task.ACCOUNT).logs_in()
    loans = story.sees(Loans)
    assert (loans.rows, loans.unavailable) == (None, True)
    assert story.presses(Button.BACK, Button.HOLDS).sees(Loans).unavailable
    story.presses(Button.BACK).sees(Home)
    story.keep(AskAccount).chooses(Task.ACCOUNT)
    assert (story.sees(Loans).rows, story.sees(Loans).unavailable) == (None, False)
    story.as_before(AskAccount).answered(AskAccount)
    assert story.sees(Loans).rows == ()


def test_answers_about_books_that_are_not_on_the_list_change_nothing() -> None:
    story = my_books()
    before, session = story.view, story.now.session.id
    story.happens(
        RenewApproved(session, Loan("4711", due=DUE)),
        RenewRefused(session, PICNIC.item, Refusal(Reason.OTHER)),
        RenewPressed(LAURUS.item),
    )
    assert story.view == before


def test_what_is_returned_and_lent_in_the_same_visit_shows_in_the_account() -> None:
    story = my_books().chooses(Task.CHECKIN).lays(SOLARIS).chooses(Task.ACCOUNT)
    assert [row.item for row in story.sees(Loans).rows or ()] == [LAURUS.item, PICNIC.item]
    assert len(story.of(AskAccount)) == 1
    story.chooses(Task.CHECKOUT).lifts(SOLARIS).lays(SOLARIS).chooses(Task.ACCOUNT)
    assert len(story.of(AskAccount)) == 2
    assert SOLARIS.item in [row.item for row in story.sees(Loans).rows or ()]


def test_a_return_recorded_here_leaves_the_account_too() -> None:
    story = my_books().silent().chooses(Task.CHECKIN).lays(SOLARIS).chooses(Task.ACCOUNT)
    assert [row.item for row in story.sees(Loans).rows or ()] == [LAURUS.item, PICNIC.item]


@tells("renew one")
def test_a_renewal_at_the_pad_stands_in_the_account_and_once_on_the_receipt() -> None:
    story = at_home().chooses(Task.CHECKOUT).lays(SOLARIS).says(SOLARIS, Choice.YES).chooses(Task.ACCOUNT)
    assert state(story, "Солярис") is LoanState.RENEWED
    story.presses(Button.FINISH)
    assert [line.title for line in story.sees(Farewell).receipt.renewed] == ["Солярис"]


BROUGHT_BACK = {
    "asked about after a power cut": Recovered(frozenset(), frozenset({SOLARIS.item})),
    "recorded here and only now confirmed": Replayed(SOLARIS.item, lent=False, stands=True),
}


@tells("account: loans with due dates and overdue marks")
@pytest.mark.parametrize("told", BROUGHT_BACK.values(), ids=list(BROUGHT_BACK))
def test_a_return_of_an_earlier_visit_that_is_settled_while_the_reader_looks_leaves_the_list(told: Event) -> None:
    story = my_books()
    story.patrons[ANNA.card] = replace(ANNA, loans=frozenset(loan.item for loan in MY_LOANS.loans))
    assert "Солярис" in [row.title for row in story.sees(Loans).rows or ()]
    story.happens(told)
    assert [row.title for row in story.sees(Loans).rows or ()] == [LAURUS.item, "Пикник"]
    assert NewsKind.OVERDUE not in [each.kind for each in story.presses(Button.BACK).sees(Home).news]


@tells("account: loans with due dates and overdue marks")
def test_what_turns_out_to_be_returned_may_be_borrowed_again_without_a_question() -> None:
    story = Story()
    story.patrons[ANNA.card] = replace(ANNA, loans=frozenset({SOLARIS.item}))
    story.logs_in().happens(Recovered(frozenset(), frozenset({SOLARIS.item})))
    assert story.chooses(Task.CHECKOUT).lays(SOLARIS).state(SOLARIS) is RowState.YOURS
    refused = Story()
    refused.patrons[ANNA.card] = replace(ANNA, loans=frozenset({SOLARIS.item}))
    refused.logs_in().happens(Replayed(SOLARIS.item, lent=False, stands=False))
    card = refused.chooses(Task.CHECKOUT).lays(SOLARIS).sees(RefusalCard)
    assert card.refusal.reason is Reason.ALREADY_YOURS


@pytest.mark.parametrize("told", BROUGHT_BACK.values(), ids=list(BROUGHT_BACK))
def test_what_was_shown_as_the_reader_s_own_and_turns_out_to_be_returned_stays_closed(told: Event) -> None:
    story = Story().keep(SetSecurity)
    story.patrons[ANNA.card] = replace(ANNA, loans=frozenset({SOLARIS.item}))
    story.borrows(SOLARIS).happens(Chosen(SOLARIS.item, Choice.NO)).lifts(SOLARIS).sees(PutBack)
    story.happens(told).sees(Checkout)
    assert not story.of(RequestCheckout)
    story.lays(SOLARIS).sees(Checkout)
    assert [asked.item for asked in story.of(RequestCheckout)] == [SOLARIS.item]
