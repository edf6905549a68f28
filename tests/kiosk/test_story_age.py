"""Age marks: 18+ never goes to a minor, whoever tells of the mark and whenever; nothing known is nothing lent."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.items import ItemInfo, Loan, Security, Standing
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules, UnknownMarks
from kiosk.effects import DescribeItem, Identify, Record, RequestCheckin, RequestCheckout, RequestRenew, SetSecurity
from kiosk.events import (
    Button,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Choice,
    Intent,
    ItemDescribed,
    NotRecorded,
    PatronUnanswered,
    RenewPressed,
    Task,
    Timer,
)
from kiosk.views import Checkout, Farewell, Loans, LoanState, RefusalCard, RowState
from tests.kiosk.stories import ANNA, CLUB, DUE, LAURUS, RETURN_FIRST, RULES, SOLARIS, YURA, Answer, Copy, Story, tells

STRICT = replace(RULES, unknown_marks=UnknownMarks.REFUSE_TO_MINORS)
NO_DATE = replace(ANNA, birth=None)


def silent_on_marks(story: Story, *copies: Copy) -> Story:
    """The library system tells titles of these and no marks, as one that speaks plain SIP2."""
    for copy in copies or (CLUB, LAURUS, SOLARIS):
        story.infos[copy.item] = replace(copy.info, age_mark=None)
    return story


def remembered(mark: int | None) -> Answer:
    return lambda asked: ItemDescribed(asked.item, ItemInfo(asked.item, "T", age_mark=mark, remembered=True))


def known(age: int | None) -> Answer:
    return lambda asked: PatronUnanswered(asked.session, asked.card, Patron(asked.card, age_at_least=age))


# --- nobody tells of the mark ----------------------------------------------------------------------------------------


@tells("an age mark that nobody tells")
@pytest.mark.parametrize(
    ("mark", "age", "lent"), [(None, None, False), (None, 16, False), (None, 18, True), (0, None, True), (12, 6, True)]
)
def test_without_the_library_system_a_remembered_title_is_no_remembered_mark(
    mark: int | None, age: int | None, lent: bool
) -> None:
    story = Story().silent().on(DescribeItem, remembered(mark)).on(Identify, known(age)).borrows(LAURUS)
    assert story.opened(LAURUS) is lent
    if not lent:
        assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS


@tells("an age mark that nobody tells")
def test_while_the_library_system_answers_it_decides_itself_where_it_tells_no_marks() -> None:
    assert silent_on_marks(Story()).borrows(LAURUS, patron=YURA).state(LAURUS) is RowState.YOURS
    without_17 = Story()
    without_17.infos[LAURUS.item] = ItemInfo(LAURUS.item, standing=Standing.OTHER)
    without_17.borrows(LAURUS, patron=YURA)
    assert without_17.sees(Checkout).rows[0].state is RowState.YOURS


@tells("an age mark that nobody tells")
def test_a_library_may_refuse_to_the_young_what_is_told_no_mark_of() -> None:
    for reader in (YURA, NO_DATE):
        story = silent_on_marks(Story(STRICT))
        story.patrons[reader.card] = reader
        card = story.borrows(LAURUS, patron=reader).sees(RefusalCard)
        assert card.refusal.reason is Reason.MARK_UNKNOWN
        assert not story.of(RequestCheckout)
    assert silent_on_marks(Story(STRICT)).borrows(LAURUS).state(LAURUS) is RowState.YOURS
    assert Story(STRICT).borrows(LAURUS, patron=YURA).state(LAURUS) is RowState.YOURS
    lawless = silent_on_marks(Story(replace(STRICT, age_law=False)))
    assert lawless.borrows(LAURUS, patron=YURA).state(LAURUS) is RowState.YOURS


@tells("an age mark that nobody tells")
def test_when_the_link_dies_over_a_loan_an_untold_mark_counts_as_any_mark() -> None:
    story = silent_on_marks(Story()).on(RequestCheckout, lambda a: CheckoutUnanswered(a.session, a.item, sent=True))
    story.borrows(LAURUS, patron=YURA)
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS
    assert story.intents(LAURUS)[-1] is Intent.NOT_TAKEN
    assert not story.of(SetSecurity)


@tells("18+ to a minor")
@pytest.mark.parametrize("age", [0, 12, 16, 18, 19, 21])
def test_whatever_age_a_library_sets_18_stays_18(age: int) -> None:
    rules = replace(RULES, adult_age=age)
    story = Story(rules).borrows(CLUB, patron=YURA)
    assert story.sees(RefusalCard).refusal == Refusal(Reason.AGE_RESTRICTED, limit=18)
    nothing_known = Story(rules).silent().on(Identify, known(12)).borrows(LAURUS)
    assert nothing_known.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS


def test_a_library_with_a_higher_age_knows_nobody_below_it_for_of_age() -> None:
    rules = replace(RULES, adult_age=21)
    assert Story(rules).silent().on(Identify, known(18)).borrows(LAURUS).sees(RefusalCard)
    assert Story(rules).silent().on(Identify, known(21)).borrows(LAURUS).opened(LAURUS)
    marked = Story(rules)
    marked.infos[LAURUS.item] = replace(LAURUS.info, age_mark=21)
    marked.patrons[ANNA.card] = replace(ANNA, birth=ANNA.birth.replace(year=2006))
    assert marked.borrows(LAURUS).sees(RefusalCard).refusal == Refusal(Reason.AGE_RESTRICTED, limit=21)


# --- the answer to the loan tells of it ------------------------------------------------------------------------------


def told_with_the_loan(patron: Patron = YURA, story: Story | None = None) -> Story:
    """The library system lends, and only then says that it is marked."""
    story = silent_on_marks(story or Story(), CLUB)
    story.patrons[patron.card] = patron
    return story.on(RequestCheckout, lambda a: CheckoutApproved(a.session, Loan(a.item, "К", due=DUE, age_mark=18)))


@tells("a mark told only with the loan")
@pytest.mark.parametrize(
    ("reader", "reason"),
    [(YURA, Reason.AGE_RESTRICTED), (NO_DATE, Reason.BIRTH_DATE_UNKNOWN)],
    ids=["young", "unknown"],
)
def test_a_loan_that_turns_out_to_be_marked_is_returned_at_once_and_its_tag_stays_armed(
    reader: Patron, reason: Reason
) -> None:
    story = told_with_the_loan(reader).borrows(CLUB, patron=reader)
    assert story.sees(RefusalCard).refusal == Refusal(reason, limit=18)
    assert story.intents(CLUB) == [Intent.CHECKOUT, Intent.CHECKIN]
    assert len(story.of(RequestCheckin)) == 1
    assert not story.opened(CLUB)
    assert Security.DISARMED not in [effect.security for effect in story.of(SetSecurity)]
    receipt = story.presses(Button.FINISH, Button.FINISH).sees(Farewell).receipt
    assert (receipt.lent, receipt.returned, receipt.stayed) == ((), (), ("Бойцовский клуб",))
    assert story.presses(Button.FINISH).now.pad.owed == ()


@tells("a mark told only with the loan")
def test_a_marked_loan_stands_for_who_is_old_enough_and_lower_marks_for_everybody() -> None:
    assert told_with_the_loan(ANNA).borrows(CLUB).opened(CLUB)
    story = told_with_the_loan().on(
        RequestCheckout, lambda a: CheckoutApproved(a.session, Loan(a.item, due=DUE, age_mark=12))
    )
    assert story.borrows(CLUB, patron=YURA).opened(CLUB)


@tells("a mark told only with the loan")
def test_a_mark_once_told_is_not_asked_for_again_in_this_visit() -> None:
    story = told_with_the_loan().borrows(CLUB, patron=YURA).lifts(CLUB).lays(CLUB)
    assert story.sees(RefusalCard).refusal.reason is Reason.AGE_RESTRICTED
    assert len(story.of(RequestCheckout)) == 1


@tells("a mark told only with the loan")
def test_a_book_known_by_its_barcode_alone_goes_back_too() -> None:
    story = told_with_the_loan().chooses(Task.CHECKOUT).logs_in(YURA).scans(CLUB.item)
    assert story.intents(CLUB) == [Intent.CHECKOUT, Intent.CHECKIN]
    assert story.sees(RefusalCard).refusal.reason is Reason.AGE_RESTRICTED


@tells("a mark told only with the loan")
@pytest.mark.parametrize("kind", ["refused", "not sent", "maybe", "not recorded"])
def test_a_marked_loan_that_cannot_be_returned_at_once_is_recorded_to_be_returned_and_stays_armed(kind: str) -> None:
    story = told_with_the_loan()
    match kind:
        case "refused":
            story.on(RequestCheckin, lambda a: CheckinRefused(a.session, a.item, Refusal(Reason.OTHER)))
        case "not recorded":
            story.on(
                Record,
                lambda a: NotRecorded(a.session, a.intent, a.item) if a.intent is Intent.CHECKIN else story.answer(a),
            )
        case _:
            story.on(RequestCheckin, lambda a: CheckinUnanswered(a.session, a.item, sent=kind == "maybe"))
    story.borrows(CLUB, patron=YURA)
    assert story.sees(RefusalCard).refusal.reason is Reason.AGE_RESTRICTED
    assert story.intents(CLUB)[-1] in (Intent.NOT_TAKEN, Intent.OFFLINE_CHECKIN)
    assert not story.opened(CLUB)


@tells("a mark told only with the loan")
def test_a_marked_loan_of_a_book_that_came_open_from_another_reader_is_armed_again() -> None:
    story = told_with_the_loan(story=Story(RETURN_FIRST)).keep(RequestCheckout)
    story.infos[CLUB.item] = replace(CLUB.info, age_mark=None, standing=Standing.ON_LOAN)
    story.tags[CLUB.tags[0]] = Security.DISARMED
    story.borrows(CLUB, patron=YURA).says(CLUB, Choice.YES)
    session = story.now.session.id
    story.happens(CheckoutApproved(session, Loan(CLUB.item, due=DUE, age_mark=18)))
    assert not story.opened(CLUB)
    assert story.sees(RefusalCard).refusal.reason is Reason.AGE_RESTRICTED


@tells("a mark told only with the loan", "answer that comes after the reader left")
def test_a_marked_loan_that_is_answered_after_the_reader_left_opens_no_tag() -> None:
    story = silent_on_marks(Story(), CLUB).keep(RequestCheckout).borrows(CLUB, patron=YURA)
    session = story.now.session.id
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    story.happens(CheckoutApproved(session, Loan(CLUB.item, due=DUE, age_mark=18)))
    story.infos[CLUB.item] = replace(story.infos[CLUB.item], standing=Standing.ON_LOAN)
    story.lifts(CLUB).lays(CLUB)
    assert not story.opened(CLUB)
    checked = Story().keep(RequestCheckout).borrows(CLUB)
    session = checked.now.session.id
    checked.waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    checked.happens(CheckoutApproved(session, Loan(CLUB.item, due=DUE, age_mark=18)))
    checked.infos[CLUB.item] = replace(CLUB.info, standing=Standing.ON_LOAN)
    assert checked.lifts(CLUB).lays(CLUB).opened(CLUB), "the mark was known when it was asked for"


@tells("a mark told only with the loan")
def test_a_reader_who_goes_before_the_marked_loan_is_returned_leaves_no_debt_to_open_it() -> None:
    story = told_with_the_loan().keep(RequestCheckin).borrows(CLUB, patron=YURA)
    assert not story.now.session.checkout.lent
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    assert story.now.pad.owed == ()
    story.answered(RequestCheckin)
    assert not story.opened(CLUB)


@tells("a mark told only with the loan")
@pytest.mark.parametrize(
    ("reader", "rules", "from_"),
    [
        (ANNA, RULES, None),
        (YURA, RULES, 18),
        (NO_DATE, RULES, 18),
        (YURA, replace(RULES, age_law=False), None),
        (YURA, replace(RULES, adult_age=12), 12),
        (replace(YURA, birth=date(2011, 1, 1)), replace(RULES, adult_age=12), 16),
        (replace(ANNA, birth=date(2007, 1, 1)), replace(RULES, adult_age=21), 20),
    ],
)
def test_who_asks_says_which_marks_must_not_go_to_this_reader_so_that_a_power_cut_opens_nothing(
    reader: Patron, rules: Rules, from_: int | None
) -> None:
    story = silent_on_marks(Story(rules))
    story.patrons[reader.card] = reader
    story.borrows(LAURUS, patron=reader)
    assert [asked.barred_from for asked in story.of(RequestCheckout)] == [from_]


# --- renewal ---------------------------------------------------------------------------------------------------------


def has_club(reader: Patron = YURA, mark: int | None = 18) -> Story:
    story = Story()
    story.patrons[reader.card] = replace(reader, loans=frozenset({CLUB.item, LAURUS.item}))
    marked = Loan(CLUB.item, CLUB.title, due=DUE, age_mark=mark)
    story.accounts[reader.card] = Account(loans=(marked, Loan(LAURUS.item, LAURUS.title, due=DUE)))
    return story


@tells("renewal of a marked book by a minor")
@pytest.mark.parametrize("reader", [YURA, NO_DATE], ids=["young", "unknown"])
def test_a_minor_is_not_asked_whether_to_renew_a_marked_book(reader: Patron) -> None:
    story = has_club(reader).borrows(CLUB, patron=reader)
    card = story.sees(RefusalCard)
    assert (card.refusal.reason, card.refusal.limit, card.choices) == (Reason.TOO_YOUNG_TO_RENEW, 18, ())
    story.says(CLUB, Choice.YES)
    assert not story.of(RequestRenew)
    assert story.intents(CLUB) == []


@tells("renewal of a marked book by a minor")
def test_the_library_system_may_say_whose_it_is_only_when_asked_and_still_nothing_is_renewed() -> None:
    story = Story().keep(RequestCheckout)
    story.infos[CLUB.item] = replace(CLUB.info, age_mark=12)
    story.borrows(CLUB, patron=YURA)
    story.infos[CLUB.item] = CLUB.info
    story.happens(ItemDescribed(CLUB.item, CLUB.info))
    story.happens(CheckoutRefused(story.now.session.id, CLUB.item, Refusal(Reason.ALREADY_YOURS)))
    assert story.sees(RefusalCard).refusal.reason is Reason.TOO_YOUNG_TO_RENEW


@tells("renewal of a marked book by a minor", "renew all")
def test_renew_all_and_renew_one_leave_out_what_is_marked_and_say_why() -> None:
    story = has_club().chooses(Task.ACCOUNT).logs_in(YURA)
    loans = story.sees(Loans)
    row = next(row for row in loans.rows if row.item == CLUB.item)
    assert (loans.can_renew, row.renewable, row.refusal) == (1, False, Refusal(Reason.TOO_YOUNG_TO_RENEW, limit=18))
    story.happens(RenewPressed(CLUB.item)).presses(Button.RENEW_ALL)
    assert [asked.item for asked in story.of(RequestRenew)] == [LAURUS.item]
    assert next(row for row in story.sees(Loans).rows if row.item == CLUB.item).state is not LoanState.RENEWED


@tells("renewal of a marked book by a minor")
def test_an_adult_renews_it_and_so_does_a_minor_what_no_mark_is_told_of() -> None:
    for story, reader in ((has_club(ANNA), ANNA), (has_club(mark=None), YURA)):
        story.chooses(Task.ACCOUNT).logs_in(reader).presses(Button.RENEW_ALL)
        assert {asked.item for asked in story.of(RequestRenew)} == {CLUB.item, LAURUS.item}


@tells("renewal of a marked book by a minor")
def test_the_mark_may_be_known_from_the_account_alone() -> None:
    story = has_club().keep(DescribeItem).borrows(CLUB, patron=YURA).happens(ItemDescribed(CLUB.item, None))
    assert story.sees(RefusalCard).refusal == Refusal(Reason.TOO_YOUNG_TO_RENEW, limit=18)


@tells("renewal of a marked book by a minor")
def test_a_mark_that_is_told_while_the_question_stands_is_not_got_round_by_a_yes() -> None:
    story = has_club(mark=None)
    story.infos[CLUB.item] = replace(CLUB.info, age_mark=None)
    story.borrows(CLUB, patron=YURA).happens(ItemDescribed(CLUB.item, CLUB.info)).says(CLUB, Choice.YES)
    assert story.sees(RefusalCard).refusal.reason is Reason.TOO_YOUNG_TO_RENEW
    assert not story.of(RequestRenew)
    fee = silent_on_marks(Story(), CLUB)
    fee.on(RequestCheckout, lambda a: CheckoutRefused(a.session, a.item, Refusal(Reason.FEE)))
    fee.borrows(CLUB, patron=YURA).happens(ItemDescribed(CLUB.item, CLUB.info)).says(CLUB, Choice.YES)
    assert fee.reason(CLUB) is Reason.AGE_RESTRICTED
    assert len(fee.of(RequestCheckout)) == 1
