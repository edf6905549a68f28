"""A reader takes books home."""

from dataclasses import replace

from kiosk.domain.health import Part
from kiosk.domain.items import Returned, Security, Standing
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import DescribeItem, Note, PrintReceipt, Record, RequestCheckin, RequestCheckout, SetSecurity, Tone
from kiosk.events import (
    Button,
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutRefused,
    Choice,
    Intent,
    NotRecorded,
    RowOpened,
    SecurityNotSet,
    SecuritySet,
    TagRead,
    TagSeen,
    Task,
    Timer,
)
from kiosk.views import (
    BookCard,
    Checkin,
    Checkout,
    Farewell,
    Home,
    Identify,
    Idle,
    Paper,
    PutBack,
    RefusalCard,
    RowState,
)
from tests.kiosk.stories import ANNA, BARCODED, DUE, LAURUS, NO_PIN, OPERA, PICNIC, SOLARIS, Copy, Story, tells


@tells("several items at once", "receipts")
def test_three_books_are_lent_opened_and_stand_on_the_receipt() -> None:
    story = Story().borrows(SOLARIS, LAURUS, PICNIC)
    assert [row.state for row in story.rows.values()] == [RowState.YOURS] * 3
    assert story.rows["Лавр"].due == DUE
    assert all(story.opened(copy) for copy in (SOLARIS, LAURUS, PICNIC))
    story.presses(Button.FINISH)
    farewell = story.sees(Farewell)
    assert [line.title for line in farewell.receipt.lent] == ["Солярис", "Лавр", "Пикник на обочине"]
    assert (farewell.due, farewell.left, farewell.paper, farewell.card) == (DUE, 0, Paper.PRINTED, "•••• 4172")
    story.presses(Button.FINISH).sees(Idle)


@tells("loan first, security bit after")
def test_a_tag_is_opened_only_after_the_loan_is_on_record() -> None:
    story = Story().borrows(SOLARIS)
    kinds = [type(effect) for effect in story.asked if isinstance(effect, Record | RequestCheckout | SetSecurity)]
    assert kinds == [Record, RequestCheckout, SetSecurity]
    story = Story().keep(RequestCheckout).borrows(SOLARIS)
    assert story.state(SOLARIS) is RowState.ASKING
    assert not story.opened(SOLARIS)


@tells("running count", "left on the pad is counted")
def test_the_count_says_how_many_lie_there_and_what_they_are() -> None:
    story = Story().on(
        RequestCheckout,
        lambda asked: (
            CheckoutRefused(asked.session, asked.item, Refusal(Reason.HELD_FOR_OTHER, queue=1))
            if asked.item == PICNIC.item
            else story.answer(asked)
        ),
    )
    story.borrows(SOLARIS, LAURUS, PICNIC)
    count = story.sees(Checkout).count
    assert (count.on_pad, count.yours, count.stays, count.asking) == (3, 2, 1, 0)
    story.lifts(SOLARIS)
    count = story.sees(Checkout).count
    assert (count.on_pad, count.yours) == (2, 2)
    story.presses(Button.FINISH)
    assert (story.sees(Farewell).left, story.sees(Farewell).receipt.stayed) == (1, ("Пикник на обочине",))


@tells("books lying there before the card shown at once")
def test_books_laid_down_before_the_card_are_seen_and_lent_without_another_word() -> None:
    story = Story().lays(SOLARIS, LAURUS)
    assert [(row.title, row.state) for row in story.sees(Identify).rows] == [
        ("Солярис", RowState.ASKING), ("Лавр", RowState.ASKING),
    ]  # fmt: skip
    story.logs_in()
    assert story.state(SOLARIS) is RowState.YOURS
    assert len(story.of(DescribeItem)) == 2


def test_books_that_could_not_be_described_before_the_card_are_asked_about_again() -> None:
    story = Story().keep(DescribeItem).lays(SOLARIS).shows(ANNA)
    assert not story.now.pad.infos
    story.as_before(DescribeItem).enters()
    assert story.state(SOLARIS) is RowState.YOURS


def test_the_home_screen_offers_to_take_what_lies_there() -> None:
    story = Story().logs_in().lays(SOLARIS)
    home = story.sees(Home)
    assert [row.title for row in home.rows] == ["Солярис"]
    assert (home.name, home.loans, home.may_take) == ("Анна", 3, 17)
    story.presses(Button.TAKE)
    assert story.state(SOLARIS) is RowState.YOURS
    story.presses(Button.BACK)
    assert (story.sees(Home).loans, story.sees(Home).rows) == (4, ())


# --- put it back -----------------------------------------------------------------------------------------------------


@tells("put it back")
def test_a_book_lifted_too_early_is_called_back_and_opened() -> None:
    story = Story().keep(SetSecurity).borrows(SOLARIS, LAURUS)
    story.answered(SetSecurity)
    story.lifts(SOLARIS)
    assert story.sees(Checkout)  # it is open: lifting it changes nothing
    story.lays(PICNIC).lifts(PICNIC)
    call = story.sees(PutBack)
    assert ([row.title for row in call.rows], call.ready, call.total, call.stuck) == (
        ["Пикник на обочине"],
        2,
        3,
        False,
    )
    assert story.tones[-1] is Tone.PLEASE
    story.as_before(SetSecurity).lays(PICNIC)
    assert story.state(PICNIC) is RowState.YOURS
    assert story.opened(PICNIC)
    assert Timer.PUT_BACK not in story.timers


def test_a_tag_that_does_not_obey_is_called_back_too() -> None:
    story = Story().on(SetSecurity, lambda asked: SecurityNotSet(asked.uid, asked.security)).borrows(SOLARIS)
    assert story.sees(PutBack).rows[0].title == "Солярис"
    story.as_before(SetSecurity).lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS


@tells("put it back does not work")
def test_who_cannot_put_it_back_is_told_what_to_do_and_staff_learn_of_it() -> None:
    story = Story().keep(SetSecurity).borrows(SOLARIS).lifts(SOLARIS)
    story.presses(Button.BACK, Button.FINISH, Button.HELP, Button.TAKE)
    assert not story.sees(PutBack).stuck
    story.waits(Timer.PUT_BACK)
    assert story.sees(PutBack).stuck
    story.presses(Button.DOES_NOT_WORK)
    assert [note.tag for note in story.of(Note)] == list(SOLARIS.tags)
    story.presses(Button.FINISH)
    assert story.state(SOLARIS) is RowState.PUT_BACK
    story.presses(Button.FINISH)
    assert [line.title for line in story.sees(Farewell).receipt.lent] == ["Солярис"]


@tells("put it back")
def test_help_that_was_open_does_not_lie_between_the_reader_and_the_book() -> None:
    story = Story().keep(SetSecurity).borrows(SOLARIS).presses(Button.HELP).lifts(SOLARIS)
    story.presses(Button.DOES_NOT_WORK, Button.FINISH)
    assert story.state(SOLARIS) is RowState.PUT_BACK
    story = Story().keep(SetSecurity).borrows(SOLARIS).lifts(SOLARIS).presses(Button.HELP)
    story.as_before(SetSecurity).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS


@tells("passive repair when it reappears")
def test_a_lent_book_that_was_never_opened_is_opened_when_it_is_next_seen() -> None:
    story = Story().keep(SetSecurity).borrows(SOLARIS).lifts(SOLARIS)
    story.presses(Button.DOES_NOT_WORK, Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    story.as_before(SetSecurity)
    story.infos[SOLARIS.item] = replace(story.infos[SOLARIS.item], standing=Standing.ON_LOAN)
    story.lays(SOLARIS)
    assert story.opened(SOLARIS)
    assert story.now.pad.owed == ()


def test_a_repair_is_dropped_when_the_book_came_home_elsewhere_meanwhile() -> None:
    story = Story().keep(SetSecurity).borrows(SOLARIS).lifts(SOLARIS)
    story.presses(Button.DOES_NOT_WORK, Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    story.as_before(SetSecurity).lays(SOLARIS)  # the library system says that it stands on the shelf
    assert not story.opened(SOLARIS)
    assert story.now.pad.owed == ()


# --- off the list again ----------------------------------------------------------------------------------------------


@tells("book taken off the list again (arm, return, read back)")
def test_a_book_taken_off_the_list_is_armed_read_back_and_only_then_returned() -> None:
    story = Story().borrows(SOLARIS, LAURUS).opens(SOLARIS)
    assert story.sees(BookCard).row.title == "Солярис"
    story.keep(SetSecurity).says(SOLARIS, Choice.REMOVE)
    assert story.state(SOLARIS) is RowState.ASKING
    assert not story.of(RequestCheckin)
    story.answered(SetSecurity)
    assert story.state(SOLARIS) is RowState.REMOVED
    assert story.tags[SOLARIS.tags[0]] is Security.ARMED
    assert story.sees(Checkout).count.on_pad == 1
    story.presses(Button.FINISH)
    assert [line.title for line in story.sees(Farewell).receipt.lent] == ["Лавр"]


def test_a_book_in_the_hand_cannot_be_taken_off_the_list() -> None:
    story = Story().borrows(SOLARIS).lifts(SOLARIS).opens(SOLARIS).says(SOLARIS, Choice.REMOVE)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.opened(SOLARIS)


def test_a_book_that_cannot_be_armed_is_not_returned() -> None:
    story = Story().borrows(SOLARIS).keep(SetSecurity).says(SOLARIS, Choice.REMOVE).lifts(SOLARIS)
    story.happens(SecurityNotSet(SOLARIS.tags[0], Security.ARMED))
    assert not story.of(RequestCheckin)
    story.as_before(SetSecurity).sees(PutBack)
    story.lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.opened(SOLARIS)


def test_a_book_that_cannot_be_returned_is_opened_again() -> None:
    def refuse(asked: RequestCheckin) -> CheckinRefused:
        return CheckinRefused(asked.session, asked.item, Refusal(Reason.OTHER))

    story = Story().borrows(SOLARIS).on(RequestCheckin, refuse).says(SOLARIS, Choice.REMOVE)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.opened(SOLARIS)


def test_taking_a_book_off_the_list_waits_for_the_journal_too() -> None:
    story = Story().borrows(SOLARIS)
    story.on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item)).says(SOLARIS, Choice.REMOVE)
    assert story.state(SOLARIS) is RowState.YOURS
    assert not story.of(RequestCheckin)


def test_without_the_library_system_a_book_taken_off_the_list_is_recorded_here() -> None:
    story = Story().borrows(SOLARIS)
    story.on(RequestCheckin, lambda asked: CheckinUnanswered(asked.session, asked.item, sent=True))
    story.says(SOLARIS, Choice.REMOVE)
    assert story.state(SOLARIS) is RowState.REMOVED
    record = story.of(Record)[-1]
    assert (record.intent, record.unknown, record.txn) == (
        Intent.OFFLINE_CHECKIN,
        True,
        story.of(RequestCheckin)[0].txn,
    )


def test_a_book_without_a_tag_is_taken_off_the_list_by_its_record_alone() -> None:
    story = Story().chooses(Task.CHECKOUT).logs_in().scans(BARCODED.item).says(BARCODED, Choice.REMOVE)
    assert story.state(BARCODED) is RowState.REMOVED
    story.scans(BARCODED.item)
    assert story.state(BARCODED) is RowState.YOURS


def test_what_was_taken_off_the_list_does_not_slip_back_onto_it_at_the_edge_of_the_pad() -> None:
    story = Story().borrows(SOLARIS).says(SOLARIS, Choice.REMOVE).lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.REMOVED
    story.presses(Button.BACK).lifts(SOLARIS).lays(SOLARIS).presses(Button.TAKE)  # but coming back for it is a new loan
    assert story.state(SOLARIS) is RowState.YOURS


@tells("thief")
def test_a_book_cannot_be_returned_by_its_barcode_while_its_tag_is_open() -> None:
    story = Story().borrows(SOLARIS).lifts(SOLARIS).presses(Button.BACK).chooses(Task.CHECKIN).scans(SOLARIS.item)
    assert not story.of(RequestCheckin)
    story.lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.RETURNED
    assert not story.opened(SOLARIS)


# --- sets, copies, barcodes ------------------------------------------------------------------------------------------


@tells("multi-tag set")
def test_a_set_on_two_discs_is_one_row_and_both_are_opened() -> None:
    story = Story().borrows(OPERA)
    assert list(story.rows) == [OPERA.title]
    assert story.state(OPERA) is RowState.YOURS
    assert story.opened(OPERA)
    assert len(story.of(RequestCheckout)) == 1


@tells("multi-tag set")
def test_a_set_that_is_not_whole_stays_until_the_missing_disc_is_laid_down() -> None:
    story = Story().borrows().lays_part(OPERA, 1).waits(Timer.PARTS)
    assert story.sees(RefusalCard).refusal.reason is Reason.SET_INCOMPLETE
    assert not story.of(Record)
    story.lays_part(OPERA, 2)
    assert story.state(OPERA) is RowState.YOURS
    assert story.opened(OPERA)


def test_a_disc_lifted_before_it_is_open_is_called_back_alone() -> None:
    story = Story().keep(SetSecurity).borrows(OPERA)
    first, second = OPERA.tags
    story.happens(SecuritySet(first, Security.DISARMED)).as_before(SetSecurity)
    story.lifts(OPERA).sees(PutBack)
    story.lays_part(OPERA, 1).sees(PutBack)
    story.lays_part(OPERA, 2)
    assert story.state(OPERA) is RowState.YOURS
    assert story.tags[second] is Security.DISARMED


@tells("two books with the same number")
def test_a_second_book_with_the_same_number_is_not_opened_by_the_loan_of_the_first() -> None:
    twin = Copy(SOLARIS.item, SOLARIS.title, PICNIC.tags)
    story = Story().borrows(SOLARIS, twin)
    rows = story.sees(Checkout).rows
    assert [row.state for row in rows] == [RowState.YOURS, RowState.STAYS]
    assert [row.refusal and row.refusal.reason for row in rows] == [None, Reason.SAME_NUMBER]
    assert not story.opened(twin)
    story.lifts(twin)
    assert len(story.sees(Checkout).rows) == 1


@tells("barcode-only desk")
def test_a_desk_without_a_pad_lends_by_barcode() -> None:
    story = Story(NO_PIN, alive=(Part.JOURNAL, Part.SCANNER, Part.ABIS))
    story.scans(BARCODED.item)
    assert [row.title for row in story.sees(Identify).rows] == ["Книга без метки"]
    story.scans(ANNA.card)
    assert story.state(BARCODED) is RowState.YOURS
    story.scans(LAURUS.item).scans(LAURUS.item)
    assert story.state(LAURUS) is RowState.YOURS
    assert len(story.of(RequestCheckout)) == 2
    story.presses(Button.FINISH)
    assert story.sees(Farewell).paper is Paper.NONE
    assert not story.of(PrintReceipt)


def test_a_book_scanned_and_then_laid_down_is_one_book() -> None:
    story = Story().chooses(Task.CHECKOUT).logs_in().scans(SOLARIS.item)
    assert story.state(SOLARIS) is RowState.YOURS
    story.lays(SOLARIS)
    assert list(story.rows) == ["Солярис"]
    assert story.opened(SOLARIS)
    assert len(story.of(RequestCheckout)) == 1


def test_scanning_a_book_that_stays_tries_it_anew() -> None:
    story = Story().on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item))
    story.borrows(SOLARIS, LAURUS).as_before(Record)
    assert story.reason(SOLARIS) is Reason.NOT_RECORDED
    story.scans(SOLARIS.item)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.opened(SOLARIS)


# --- twice over ------------------------------------------------------------------------------------------------------


@tells("book laid again after a refusal is tried anew")
def test_laying_a_refused_book_down_again_tries_it_anew_and_a_lent_one_is_never_asked_for_twice() -> None:
    story = Story().on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item)).borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.NOT_RECORDED
    story.as_before(Record).lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS
    story.lifts(SOLARIS).lays(SOLARIS).lifts(SOLARIS).lays(SOLARIS)
    assert len(story.of(RequestCheckout)) == 1


@tells("returned in the same session then borrowed")
def test_a_book_returned_and_borrowed_again_by_the_same_reader_leaves_open() -> None:
    story = Story(NO_PIN)
    story.patrons[ANNA.card] = replace(ANNA, loans=frozenset({SOLARIS.item}))
    story.logs_in().chooses(Task.CHECKIN).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.RETURNED
    story.presses(Button.BACK)
    assert story.sees(Home).loans == 2
    story.chooses(Task.CHECKOUT)
    assert story.rows == {}  # it was dealt with: to be lifted first
    story.lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS
    story.presses(Button.FINISH, Button.FINISH)
    assert story.opened(SOLARIS)
    assert story.now.pad.owed == ()


def test_a_book_whose_return_was_not_armed_yet_is_not_armed_once_it_is_lent_again() -> None:
    story = Story().logs_in().chooses(Task.CHECKIN)
    story.on(
        SetSecurity,
        lambda asked: (
            SecurityNotSet(asked.uid, asked.security) if asked.security is Security.ARMED else story.answer(asked)
        ),
    )
    story.lays(SOLARIS).lifts(SOLARIS).presses(Button.DOES_NOT_WORK, Button.FINISH, Button.BACK)
    story.chooses(Task.CHECKOUT).lays(SOLARIS).as_before(SetSecurity).lifts(SOLARIS).lays(SOLARIS)
    assert story.opened(SOLARIS)
    story.presses(Button.FINISH, Button.FINISH).lifts(SOLARIS).lays(SOLARIS)
    assert story.opened(SOLARIS)


def test_a_book_borrowed_and_returned_in_one_visit_is_on_neither_list_of_loans() -> None:
    story = Story().borrows(SOLARIS).presses(Button.BACK).chooses(Task.CHECKIN).lifts(SOLARIS).lays(SOLARIS)
    story.presses(Button.FINISH)
    receipt = story.sees(Farewell).receipt
    assert (receipt.lent, [line.title for line in receipt.returned]) == ((), ["Солярис"])
    story.presses(Button.FINISH)
    assert not story.opened(SOLARIS)


def test_a_book_still_being_asked_about_is_not_returned_at_the_same_time() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).presses(Button.BACK).chooses(Task.CHECKIN)
    story.lifts(SOLARIS).lays(SOLARIS).scans(SOLARIS.item)
    assert story.rows == {}
    story.presses(Button.BACK).chooses(Task.CHECKOUT)
    assert story.state(SOLARIS) is RowState.ASKING


def test_a_book_still_being_returned_is_not_lent_at_the_same_time() -> None:
    story = Story().keep(RequestCheckin).logs_in().chooses(Task.CHECKIN).lays(SOLARIS).presses(Button.BACK)
    story.chooses(Task.CHECKOUT).lifts(SOLARIS).lays(SOLARIS).scans(SOLARIS.item)
    assert not story.of(RequestCheckout)
    story.happens(CheckinAccepted(story.now.session.id, Returned(SOLARIS.item)))
    story.lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS


def test_a_tag_laid_down_while_its_book_was_being_returned_must_be_lifted_to_be_lent() -> None:
    story = Story().keep(RequestCheckin).logs_in().chooses(Task.CHECKIN).lays(SOLARIS).presses(Button.BACK)
    story.chooses(Task.CHECKOUT).lifts(SOLARIS).happens(TagSeen(SOLARIS.tags[0])).answered(RequestCheckin)
    story.happens(TagRead(SOLARIS.facts(1)))
    assert not story.of(RequestCheckout)


# --- done ------------------------------------------------------------------------------------------------------------


@tells("Done pressed while something is asked (3 s, then told)")
def test_done_waits_a_moment_for_what_is_being_asked_and_then_tells() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).presses(Button.FINISH)
    assert (story.sees(Checkout).finishing, story.timers[Timer.FINISHING]) == (True, 3)
    story.presses(Button.FINISH)  # a second touch of the same button is not a decision
    story.waits(Timer.FINISHING)
    told = story.sees(Checkout)
    assert (told.finishing, told.told, told.count.asking) == (False, True, 1)
    story.presses(Button.FINISH).sees(Farewell)


@tells("Done pressed while something is asked (3 s, then told)")
def test_done_goes_on_by_itself_when_the_answer_comes_in_time() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).presses(Button.FINISH).answered(RequestCheckout)
    assert [line.title for line in story.sees(Farewell).receipt.lent] == ["Солярис"]


def test_an_answer_after_all_makes_the_list_whole_again() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).presses(Button.FINISH).waits(Timer.FINISHING)
    story.answered(RequestCheckout)
    assert story.sees(Checkout).told is False


def test_who_goes_back_while_done_waits_is_not_thrown_out_when_the_answer_comes() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).presses(Button.FINISH, Button.BACK)
    story.answered(RequestCheckout).sees(Home)


def test_done_waits_for_a_book_that_must_be_put_back() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).lifts(SOLARIS).presses(Button.FINISH)
    story.answered(RequestCheckout).sees(PutBack)
    story.lays(SOLARIS).sees(Farewell)


def test_a_book_whose_number_was_never_read_is_not_carried_along() -> None:
    story = Story().borrows().happens(TagSeen(SOLARIS.tags[0]))
    assert story.sees(Checkout).rows[0].state is RowState.READING
    story.presses(Button.BACK)
    assert story.sees(Home).rows[0].state is RowState.READING
    story.lays(SOLARIS)
    assert story.sees(Home).rows[0].title == "Солярис"
    story.presses(Button.TAKE)
    assert story.state(SOLARIS) is RowState.YOURS


def test_a_book_lifted_before_anything_was_asked_is_off_the_list() -> None:
    story = Story().keep(DescribeItem).borrows(SOLARIS)
    assert story.sees(Checkout).rows[0].state is RowState.READING
    story.lifts(SOLARIS)
    assert story.sees(Checkout).rows == ()
    story.answered(DescribeItem)
    assert not story.of(Record)


# --- what comes at the wrong moment ----------------------------------------------------------------------------------


def test_a_book_whose_return_is_being_written_down_is_not_lent_before_that() -> None:
    for story in (
        Story().chooses(Task.CHECKIN).keep(Record).lays(SOLARIS).chooses(Task.CHECKOUT).logs_in(),
        Story().logs_in().chooses(Task.CHECKIN).keep(Record).lays(SOLARIS).chooses(Task.CHECKOUT),
    ):
        story.sees(Checkout)
        assert story.intents(SOLARIS) == [Intent.CHECKIN]


def test_a_book_whose_loan_is_being_written_down_is_not_returned_before_that() -> None:
    story = Story().keep(Record).borrows(SOLARIS).chooses(Task.CHECKIN)
    story.sees(Checkin)
    assert story.intents(SOLARIS) == [Intent.CHECKOUT]


def test_what_was_written_down_long_ago_is_not_taken_back_by_a_late_no() -> None:
    story = Story().borrows(SOLARIS)
    story.happens(NotRecorded(story.now.session.id, Intent.CHECKOUT, SOLARIS.item))
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.opened(SOLARIS)


def test_what_is_neither_book_nor_card_changes_nothing_on_the_list() -> None:
    story = Story().borrows(SOLARIS)
    before = story.view
    assert story.scans("").view == before


def test_a_book_scanned_twice_before_the_card_is_there_once() -> None:
    story = Story().chooses(Task.ACCOUNT).scans(SOLARIS.item).scans(SOLARIS.item)
    assert story.of(DescribeItem) == [DescribeItem(SOLARIS.item)]


def test_a_row_of_another_screen_opens_no_card() -> None:
    Story().logs_in().happens(RowOpened(SOLARIS.item)).sees(Home)
