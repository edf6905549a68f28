"""A book stays: why, and what now. Or it may be the reader's by an answer."""

from dataclasses import replace

import pytest

from kiosk.domain.items import Loan, Returned, Security, Standing
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import AskAccount, Note, Record, RequestCheckout, RequestRenew, SetSecurity, Tone
from kiosk.events import (
    AccountUnanswered,
    Button,
    CheckinAccepted,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Choice,
    NotRecorded,
    PolicyChanged,
    RenewPressed,
    RenewRefused,
    RenewUnanswered,
    RowOpened,
    Task,
    Timer,
)
from kiosk.views import BookCard, Checkout, Farewell, Loans, PutBack, RefusalCard, RowState
from tests.kiosk.stories import (
    ANNA,
    BORIS,
    CLUB,
    DUE,
    LAURUS,
    NO_PIN,
    PICNIC,
    RETURN_FIRST,
    RULES,
    SOLARIS,
    TODAY,
    YURA,
    Copy,
    Story,
    tells,
)

FROM_ABIS = (
    Reason.HELD_FOR_OTHER, Reason.REFERENCE_ONLY, Reason.UNKNOWN_ITEM, Reason.LIMIT_REACHED, Reason.DEBTS,
    Reason.CARD_BLOCKED, Reason.CARD_EXPIRED, Reason.OTHER_LIBRARY, Reason.OTHER, Reason.NOT_RECORDED,
    Reason.AGE_RESTRICTED, Reason.ON_LOAN_TO_OTHER,
)  # fmt: skip


def refusing(story: Story, copy: Copy, refusal: Refusal) -> Story:
    """The library system refuses this one book."""

    def answer(asked: RequestCheckout) -> object:
        refused = asked.item == copy.item and not asked.fee_accepted
        return CheckoutRefused(asked.session, asked.item, refusal) if refused else story.answer(asked)

    return story.on(RequestCheckout, answer)


def standing(story: Story, copy: Copy, where: Standing) -> Story:
    story.infos[copy.item] = replace(copy.info, standing=where, due=DUE if where is Standing.ON_LOAN else None)
    return story


@tells("refused with reason and what to do now")
def test_what_the_library_system_refuses_stays_with_its_reason_and_its_tag_untouched() -> None:
    for reason in FROM_ABIS:
        story = refusing(Story(), SOLARIS, Refusal(reason)).borrows(LAURUS, SOLARIS)
        assert (story.state(SOLARIS), story.reason(SOLARIS)) == (RowState.STAYS, reason)
        assert story.state(LAURUS) is RowState.YOURS
        assert [effect.item for effect in story.of(SetSecurity)] == [LAURUS.item]
        card = story.opens(SOLARIS).sees(RefusalCard)
        assert (card.refusal.reason, card.choices, card.yours) == (reason, (), 1)
        assert [row.state for row in card.pile] == [RowState.YOURS]
        story.presses(Button.FINISH).sees(Checkout)


@tells("another reader's ready hold")
def test_a_book_that_waits_for_another_reader_stays_and_says_how_many_wait() -> None:
    story = refusing(Story(), SOLARIS, Refusal(Reason.HELD_FOR_OTHER, queue=1)).borrows(SOLARIS)
    card = story.sees(RefusalCard)  # it is the only book: its card opens by itself
    assert (card.refusal.reason, card.refusal.queue) == (Reason.HELD_FOR_OTHER, 1)
    assert story.tones[-1] is Tone.STAYS
    story.presses(Button.BACK)
    assert story.state(SOLARIS) is RowState.STAYS


@tells("another library's item")
def test_a_book_of_another_library_is_not_even_asked_about() -> None:
    story = Story(replace(RULES, own_libraries=frozenset({"RU-99"}))).borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.OTHER_LIBRARY
    assert not story.of(Record)


@tells("unknown item")
def test_a_book_that_the_catalogue_does_not_know_stays() -> None:
    story = standing(Story(), SOLARIS, Standing.UNKNOWN).borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.UNKNOWN_ITEM
    assert not story.of(Record)


@tells("unknown item", "a disc or a shiny cover that cannot be read")
def test_a_tag_that_cannot_be_read_stays_and_is_tried_anew_when_it_can() -> None:
    story = Story().borrows(LAURUS).lays_unreadable(SOLARIS.tags[0])
    row = story.rows[SOLARIS.tags[0]]
    assert (row.state, row.item) == (RowState.STAYS, None)
    story.happens(RowOpened(SOLARIS.tags[0]))
    assert story.sees(RefusalCard).refusal.reason is Reason.TAG_UNREADABLE
    story.lays(SOLARIS)  # the pad tried once more and could
    assert story.state(SOLARIS) is RowState.YOURS
    story.lifts(SOLARIS).lays_unreadable(PICNIC.tags[0]).lifts(PICNIC)
    assert set(story.rows) == {"Солярис", "Лавр"}


def test_a_tag_read_well_is_not_lost_by_one_bad_reading() -> None:
    story = Story().borrows(SOLARIS).lays_unreadable(SOLARIS.tags[0])
    assert story.state(SOLARIS) is RowState.YOURS


@tells("refused with reason and what to do now")
def test_a_book_for_the_reading_room_stays() -> None:
    story = standing(Story(), SOLARIS, Standing.REFERENCE_ONLY).borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.REFERENCE_ONLY


# --- age -------------------------------------------------------------------------------------------------------------


@tells("18+ to a minor")
def test_a_book_marked_18_is_not_lent_to_a_child() -> None:
    story = Story().borrows(CLUB, SOLARIS, patron=YURA)
    assert story.reason(CLUB) is Reason.AGE_RESTRICTED
    assert story.rows[CLUB.title].refusal.limit == 18
    assert story.state(SOLARIS) is RowState.YOURS
    assert CLUB.item not in [asked.item for asked in story.of(RequestCheckout)]


@tells("18+ to a minor")
def test_it_is_lent_on_the_eighteenth_birthday_and_not_the_day_before() -> None:
    birthday = TODAY.replace(year=2008)
    for birth, state in ((birthday, RowState.YOURS), (birthday.replace(day=21), RowState.STAYS)):
        story = Story()
        story.patrons[YURA.card] = replace(YURA, birth=birth)
        assert story.borrows(CLUB, SOLARIS, patron=YURA).state(CLUB) is state


@tells("birth date unknown")
def test_a_book_marked_18_is_not_lent_where_nobody_knows_the_birth_date() -> None:
    story = Story()
    story.patrons[YURA.card] = replace(YURA, birth=None)
    assert story.borrows(CLUB, SOLARIS, patron=YURA).reason(CLUB) is Reason.BIRTH_DATE_UNKNOWN
    story = Story()
    story.patrons[YURA.card] = replace(YURA, birth=None, age_at_least=18)
    assert story.borrows(CLUB, SOLARIS, patron=YURA).state(CLUB) is RowState.YOURS


@tells("18+ to a minor")
def test_lower_marks_are_advice_and_the_law_may_be_another_countrys() -> None:
    story = Story(replace(RULES, age_law=False)).borrows(CLUB, patron=YURA)
    assert story.state(CLUB) is RowState.YOURS
    story = Story()
    story.infos[CLUB.item] = replace(CLUB.info, age_mark=16)
    assert story.borrows(CLUB, patron=YURA).state(CLUB) is RowState.YOURS


# --- limit -----------------------------------------------------------------------------------------------------------


@tells("limit reached")
def test_at_the_limit_a_book_stays_until_another_is_returned() -> None:
    story = Story(NO_PIN)
    story.patrons[ANNA.card] = replace(ANNA, loan_count=1, limit=1, loans=frozenset({PICNIC.item}))
    story.borrows(SOLARIS)
    card = story.sees(RefusalCard)
    assert (card.refusal.reason, card.refusal.limit) == (Reason.LIMIT_REACHED, 1)
    story.presses(Button.BACK, Button.BACK).chooses(Task.CHECKIN).lays(PICNIC).presses(Button.BACK).chooses(
        Task.CHECKOUT
    )
    story.lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS


@tells("a limit lowered in mid-session (PolicyChanged) changes nothing until farewell")
def test_a_limit_lowered_in_mid_session_changes_nothing_until_farewell() -> None:
    strict = replace(RULES, age_law=True, adult_age=12)
    story = Story()
    story.infos[LAURUS.item] = replace(LAURUS.info, age_mark=12)
    story.patrons[YURA.card] = replace(YURA, birth=TODAY.replace(year=2016))
    story.borrows(SOLARIS, patron=YURA).happens(PolicyChanged(strict)).lays(LAURUS)
    assert story.state(LAURUS) is RowState.YOURS
    story.presses(Button.FINISH)
    assert story.now.rules == RULES
    story.presses(Button.FINISH)
    assert story.now.rules == strict
    story.lifts(SOLARIS, LAURUS).borrows(LAURUS, patron=YURA)
    assert story.sees(RefusalCard).refusal.reason is Reason.AGE_RESTRICTED


def test_a_policy_that_comes_while_nobody_is_there_holds_at_once() -> None:
    story = Story().happens(PolicyChanged(NO_PIN)).shows(ANNA)
    assert story.now.session.patron == ANNA


# --- questions -------------------------------------------------------------------------------------------------------


@tells("fee to accept")
def test_a_fee_is_asked_about_and_the_loan_made_only_when_it_is_accepted() -> None:
    fee = Refusal(Reason.FEE, fee=Money(5000, "RUB"))
    story = refusing(Story(), SOLARIS, fee).borrows(SOLARIS)
    card = story.sees(RefusalCard)
    assert (card.refusal.fee, card.choices) == (Money(5000, "RUB"), (Choice.YES, Choice.NO))
    assert not story.of(SetSecurity)
    story.says(SOLARIS, Choice.YES)
    assert story.state(SOLARIS) is RowState.YOURS  # and its card does not open by itself
    assert [asked.fee_accepted for asked in story.of(RequestCheckout)] == [False, True]
    assert len({asked.txn for asked in story.of(RequestCheckout)}) == 2


@tells("fee to accept")
def test_a_fee_that_is_declined_leaves_the_book_here() -> None:
    story = refusing(Story(), SOLARIS, Refusal(Reason.FEE)).borrows(SOLARIS).says(SOLARIS, Choice.NO)
    assert (story.state(SOLARIS), story.reason(SOLARIS)) == (RowState.STAYS, Reason.FEE)
    story.says(SOLARIS, Choice.YES)
    assert len(story.of(RequestCheckout)) == 1


@tells("fee to accept")
def test_a_fee_that_is_still_refused_after_it_was_accepted_is_not_asked_about_for_ever() -> None:
    story = Story().on(
        RequestCheckout, lambda asked: CheckoutRefused(asked.session, asked.item, Refusal(Reason.FEE))
    )  # fmt: skip
    story.borrows(SOLARIS).says(SOLARIS, Choice.YES)
    assert story.sees(RefusalCard).choices == ()


@tells("on loan to another reader (policy: refuse)")
def test_a_book_on_another_readers_loan_stays_where_the_policy_says_so() -> None:
    story = standing(Story(), SOLARIS, Standing.ON_LOAN).borrows(SOLARIS)
    card = story.sees(RefusalCard)
    assert (card.refusal, card.choices) == (Refusal(Reason.ON_LOAN_TO_OTHER), ())


@tells("on loan to another reader (policy: return, then lend)")
def test_a_book_on_another_readers_loan_is_returned_first_where_the_policy_and_the_reader_say_so() -> None:
    story = standing(Story(RETURN_FIRST), SOLARIS, Standing.ON_LOAN).borrows(SOLARIS)
    assert story.sees(RefusalCard).choices == (Choice.YES, Choice.NO)
    story.says(SOLARIS, Choice.YES)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.of(RequestCheckout)[0].return_first
    story.presses(Button.FINISH)
    assert [line.title for line in story.sees(Farewell).receipt.lent] == ["Солярис"]


def test_a_fee_may_be_asked_after_the_return_for_another_reader_which_is_not_made_twice() -> None:
    story = standing(Story(RETURN_FIRST), SOLARIS, Standing.ON_LOAN)
    refusing(story, SOLARIS, Refusal(Reason.FEE)).borrows(SOLARIS)
    story.says(SOLARIS, Choice.YES)
    assert story.sees(RefusalCard).refusal.reason is Reason.FEE
    story.says(SOLARIS, Choice.YES)
    assert [(asked.return_first, asked.fee_accepted) for asked in story.of(RequestCheckout)] == [
        (True, False), (False, True),
    ]  # fmt: skip


def returned_for_another() -> Story:
    """The book somebody else had is on the desk, open; the reader said yes, and it has been returned for the other."""
    story = standing(Story(RETURN_FIRST).keep(RequestCheckout), SOLARIS, Standing.ON_LOAN)
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    story.borrows(SOLARIS).says(SOLARIS, Choice.YES)
    return story.happens(CheckinAccepted(story.now.session.id, Returned(SOLARIS.item)))


def now_refused(story: Story) -> Story:
    story.happens(CheckoutRefused(story.now.session.id, SOLARIS.item, Refusal(Reason.HELD_FOR_OTHER)))
    return story


def test_a_book_returned_for_another_and_then_refused_is_protected_again() -> None:
    story = returned_for_another()
    assert story.opened(SOLARIS), "whether it is armed hangs on the loan that is being asked for"
    now_refused(story)
    assert not story.opened(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.HELD_FOR_OTHER
    story.presses(Button.FINISH, Button.FINISH)
    receipt = story.sees(Farewell).receipt
    assert (receipt.lent, [line.title for line in receipt.returned]) == ((), ["Солярис"])
    story.presses(Button.FINISH)
    assert story.now.pad.owed == ()


def test_a_book_returned_for_another_and_then_lent_is_not_protected_again() -> None:
    story = returned_for_another().answered(RequestCheckout)
    assert story.opened(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS
    story.presses(Button.FINISH)
    assert story.sees(Farewell).receipt.returned == ()
    story.presses(Button.FINISH)
    assert story.now.pad.owed == ()


def test_a_book_returned_for_another_is_protected_where_no_answer_comes_to_the_loan() -> None:
    story = returned_for_another()
    story.happens(CheckoutUnanswered(story.now.session.id, SOLARIS.item, sent=False))
    assert not story.opened(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS


def test_a_book_returned_for_another_and_taken_away_is_called_back_and_owed() -> None:
    story = now_refused(returned_for_another().lifts(SOLARIS))
    assert story.sees(PutBack).returning
    story.lays(SOLARIS)
    assert not story.opened(SOLARIS)
    story = now_refused(returned_for_another().lifts(SOLARIS)).presses(Button.DOES_NOT_WORK, Button.FINISH)
    assert [note.tag for note in story.of(Note)] == list(SOLARIS.tags)
    story.presses(Button.FINISH, Button.FINISH)
    assert [(debt.item, debt.security) for debt in story.now.pad.owed] == [(SOLARIS.item, Security.ARMED)]


def test_a_book_returned_for_another_is_owed_its_protection_though_the_reader_leaves_before_the_answer() -> None:
    story = returned_for_another().waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    assert [(debt.item, debt.security) for debt in story.now.pad.owed] == [(SOLARIS.item, Security.ARMED)]
    story.lifts(SOLARIS)
    standing(story, SOLARIS, Standing.AVAILABLE).lays(SOLARIS)
    assert not story.opened(SOLARIS)


def test_who_leaves_a_question_unanswered_leaves_the_book_here() -> None:
    story = refusing(Story(), SOLARIS, Refusal(Reason.FEE)).borrows(SOLARIS).presses(Button.BACK, Button.FINISH)
    farewell = story.sees(Farewell)
    assert (farewell.receipt.stayed, farewell.left) == (("Солярис",), 1)


# --- already yours ---------------------------------------------------------------------------------------------------


def owner(*copies: Copy, **fields: object) -> Story:
    """Anna has these at home already."""
    story = Story()
    story.patrons[ANNA.card] = replace(ANNA, loans=frozenset(copy.item for copy in copies), **fields)
    for copy in copies:
        standing(story, copy, Standing.ON_LOAN)
    return story


@tells("already on this reader's loan (asks whether to renew)")
def test_a_book_that_is_already_the_readers_is_renewed_only_if_asked_for() -> None:
    story = owner(SOLARIS).borrows(SOLARIS)
    card = story.sees(RefusalCard)
    assert (card.refusal.reason, card.refusal.until) == (Reason.ALREADY_YOURS, DUE)
    assert card.choices == (Choice.YES, Choice.NO)
    assert not story.of(Record)
    story.says(SOLARIS, Choice.YES)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.of(RequestRenew)
    assert story.opened(SOLARIS)
    story.presses(Button.FINISH)
    receipt = story.sees(Farewell).receipt
    assert (receipt.lent, [line.title for line in receipt.renewed]) == ((), ["Солярис"])


@tells("already on this reader's loan (asks whether to renew)")
def test_a_book_that_is_already_the_readers_may_be_left_as_it_is_and_burns_no_renewal() -> None:
    story = owner(SOLARIS).borrows(SOLARIS, LAURUS).says(SOLARIS, Choice.NO)
    assert story.state(SOLARIS) is RowState.YOURS
    assert not story.of(RequestRenew)
    assert story.opened(SOLARIS)
    story.opens(SOLARIS).sees(Checkout)  # there is nothing to take off the list: it was hers before
    story.says(SOLARIS, Choice.REMOVE)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.sees(Checkout).count.yours == 2
    story.presses(Button.FINISH)
    assert [line.title for line in story.sees(Farewell).receipt.lent] == ["Лавр"]


@tells("already on this reader's loan (asks whether to renew)")
def test_a_question_that_was_answered_among_the_loans_is_not_asked_any_more() -> None:
    story = owner(SOLARIS)
    story.accounts[ANNA.card] = Account(loans=(Loan(SOLARIS.item, "Солярис", due=DUE),))
    story.borrows(SOLARIS).presses(Button.FINISH).chooses(Task.ACCOUNT).happens(RenewPressed(SOLARIS.item))
    assert story.chooses(Task.CHECKOUT).state(SOLARIS) is RowState.YOURS
    assert story.opened(SOLARIS)
    assert len(story.of(RequestRenew)) == 1
    story.presses(Button.FINISH)
    assert [line.title for line in story.sees(Farewell).receipt.renewed] == ["Солярис"]


def test_a_renewal_that_was_refused_among_the_loans_is_told_and_a_book_that_is_away_is_not_called_back() -> None:
    refusal = Refusal(Reason.RENEWED_TOO_OFTEN)
    story = owner(SOLARIS).on(RequestRenew, lambda asked: RenewRefused(asked.session, asked.item, refusal))
    story.accounts[ANNA.card] = Account(loans=(Loan(SOLARIS.item, "Солярис", due=DUE),))
    story.borrows(SOLARIS).lifts(SOLARIS).presses(Button.FINISH)
    story.chooses(Task.ACCOUNT).happens(RenewPressed(SOLARIS.item)).sees(Loans)
    story.chooses(Task.CHECKOUT)
    assert (story.state(SOLARIS), story.reason(SOLARIS)) == (RowState.YOURS, Reason.RENEWED_TOO_OFTEN)


def test_ones_own_book_with_its_question_unanswered_is_not_called_left_behind() -> None:
    story = owner(SOLARIS).borrows(SOLARIS).presses(Button.BACK, Button.FINISH)
    farewell = story.sees(Farewell)
    assert (farewell.left, farewell.receipt.stayed) == (0, ())


@tells("already on this reader's loan (asks whether to renew)")
def test_where_the_library_system_lists_no_loans_the_account_tells_whose_it_is() -> None:
    story = standing(Story(), SOLARIS, Standing.ON_LOAN)
    story.accounts[ANNA.card] = Account(loans=(Loan(SOLARIS.item, "Солярис", due=DUE),))
    assert story.borrows(SOLARIS).sees(RefusalCard).refusal.reason is Reason.ALREADY_YOURS


@tells("already on this reader's loan (asks whether to renew)")
def test_the_library_system_may_say_so_only_when_it_is_asked_for_the_loan() -> None:
    story = refusing(Story(), SOLARIS, Refusal(Reason.ALREADY_YOURS)).borrows(SOLARIS)
    assert story.sees(RefusalCard).choices == (Choice.YES, Choice.NO)
    story.says(SOLARIS, Choice.NO)
    assert story.opened(SOLARIS)


@tells("renewal refused")
def test_a_renewal_that_is_refused_at_the_pad_says_why_and_the_loan_stands() -> None:
    for reason in (Reason.NOT_RENEWABLE, Reason.RENEWED_TOO_OFTEN, Reason.OVERDUE):
        refusal = Refusal(reason)
        story = owner(SOLARIS).on(RequestRenew, lambda asked, why=refusal: RenewRefused(asked.session, asked.item, why))
        story.borrows(SOLARIS, LAURUS).says(SOLARIS, Choice.YES)
        card = story.sees(RefusalCard)
        assert (card.refusal.reason, card.row.state, card.choices) == (reason, RowState.YOURS, ())
        assert story.presses(Button.FINISH).rows["Солярис"].due == DUE
        assert story.opened(SOLARIS)


@tells("renewal refused")
def test_a_renewal_without_the_library_system_or_without_the_journal_is_not_made() -> None:
    story = owner(SOLARIS).on(RequestRenew, lambda asked: RenewUnanswered(asked.session, asked.item, sent=True))
    story.borrows(SOLARIS, LAURUS).says(SOLARIS, Choice.YES)
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS
    story = owner(SOLARIS).borrows(SOLARIS, LAURUS)
    story.on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item)).says(SOLARIS, Choice.YES)
    assert story.sees(RefusalCard).refusal.reason is Reason.NOT_RECORDED
    assert story.opened(SOLARIS)


# --- the journal -----------------------------------------------------------------------------------------------------


@tells("not recorded (journal)")
def test_a_loan_that_cannot_be_recorded_is_refused_and_nobody_is_asked_for_it() -> None:
    story = Story().on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item)).borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.NOT_RECORDED
    assert not story.of(RequestCheckout)
    assert not story.of(SetSecurity)


# --- cards on the screen ---------------------------------------------------------------------------------------------


def test_a_card_opens_only_for_a_row_that_has_something_to_tell() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).opens(SOLARIS)
    assert story.state(SOLARIS) is RowState.ASKING
    story.answered(RequestCheckout)
    assert story.state(SOLARIS) is RowState.YOURS  # the touch while it was asked about is forgotten
    story.opens(LAURUS).sees(Checkout)
    story.opens(SOLARIS).sees(BookCard)
    story.presses(Button.BACK).sees(Checkout)


def test_a_card_closes_when_its_book_is_lifted_and_tried_anew() -> None:
    story = refusing(Story(), SOLARIS, Refusal(Reason.DEBTS)).borrows(SOLARIS)
    story.sees(RefusalCard)
    story.keep(RequestCheckout).lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.ASKING
    story.presses(Button.BACK)


def test_more_books_than_a_page_show_the_refused_ones_first() -> None:
    books = [Copy(f"3000000001{n:04}", f"Книга {n}", (f"E0040100010{n:05}",)) for n in range(6)]
    story = refusing(Story(), books[5], Refusal(Reason.DEBTS))
    story.infos |= {book.item: book.info for book in books}
    story.on(RequestCheckout, lambda asked: _five_of_six(asked, books[5]))
    story.borrows(*books)
    assert [row.title for row in story.sees(Checkout).rows][:2] == ["Книга 5", "Книга 0"]


def _five_of_six(asked: RequestCheckout, refused: Copy) -> object:
    if asked.item == refused.item:
        return CheckoutRefused(asked.session, asked.item, Refusal(Reason.DEBTS))
    return CheckoutApproved(asked.session, Loan(asked.item, due=DUE))


def test_an_account_that_is_not_answered_leaves_the_loans_of_the_log_in() -> None:
    story = owner(SOLARIS).on(AskAccount, lambda asked: AccountUnanswered(asked.session)).borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.ALREADY_YOURS


@pytest.mark.parametrize("patron", [ANNA, BORIS], ids=["the one", "the other"])
def test_who_may_borrow_does_not_depend_on_who_was_there_before(patron: object) -> None:
    story = Story().borrows(SOLARIS, patron=ANNA).presses(Button.FINISH, Button.FINISH).lifts(SOLARIS)
    assert story.borrows(LAURUS, patron=patron).state(LAURUS) is RowState.YOURS
