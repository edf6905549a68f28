"""How a visit ends, what is left on the pad, and answers that come too late."""

from dataclasses import replace

import pytest

from kiosk.domain.health import READY, Part
from kiosk.domain.items import Security, Standing
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Look, Patience, ReceiptRule, Theme
from kiosk.effects import (
    EndSession,
    Identify,
    Note,
    OpenSession,
    PrintReceipt,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    SetSecurity,
    Tone,
)
from kiosk.events import (
    Button,
    CheckinUnanswered,
    CheckoutUnanswered,
    Choice,
    Intent,
    LookChosen,
    NotRecorded,
    PartChanged,
    Pressed,
    ReceiptFailed,
    Recovered,
    RenewPressed,
    Replayed,
    TagLost,
    TagSeen,
    Task,
    TimedOut,
    Timer,
    Touched,
)
from kiosk.flows import checkin
from kiosk.flows.checkout_state import Book, Stage
from kiosk.flows.checkout_state import Checkout as OnLoan
from kiosk.views import (
    Banner,
    Checkin,
    Checkout,
    Farewell,
    Home,
    Idle,
    Loans,
    Paper,
    PutBack,
    RefusalCard,
    RowState,
    TypeNumber,
)
from kiosk.views import Identify as IdentifyView
from tests.kiosk.stories import (
    ANNA,
    BARCODED,
    BORIS,
    DEAD,
    LAURUS,
    NO_PIN,
    OPERA,
    PICNIC,
    RULES,
    SOLARIS,
    Story,
    tells,
)
from tests.kiosk.test_story_account import MY_LOANS

# --- time ------------------------------------------------------------------------------------------------------------


@tells("privacy timeout warned >= 20 s and extended by one touch")
def test_who_does_nothing_is_warned_for_twenty_seconds_and_one_touch_is_enough_to_stay() -> None:
    story = Story().borrows(SOLARIS).waits(Timer.PATIENCE)
    assert story.view.frame.last_call == 20
    assert story.timers[Timer.LAST_CALL] >= 20
    story.happens(Touched())
    assert story.view.frame.last_call is None
    assert Timer.LAST_CALL not in story.timers
    assert story.timers[Timer.PATIENCE] == 60
    for _ in range(10):  # as often as it takes
        story.waits(Timer.PATIENCE).presses(Button.MORE_TIME)
        assert story.sees(Checkout)


@tells("privacy timeout warned >= 20 s and extended by one touch")
def test_who_does_not_answer_the_warning_is_gone_and_so_is_all_of_theirs() -> None:
    story = Story().borrows(SOLARIS).happens(LookChosen(Look("en", Theme.HIGH_CONTRAST))).presses(Button.COMFORT)
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    idle = story.sees(Idle)
    assert (idle.frame.look, idle.frame.comfort_open, idle.frame.last_call) == (Look(), False, None)
    assert story.of(EndSession)[0].card == ANNA.card
    assert story.timers == {}


def test_finish_on_the_warning_finishes_wherever_one_stands() -> None:
    story = Story().chooses(Task.CHECKOUT).presses(Button.TYPE_NUMBER).waits(Timer.PATIENCE)
    story.sees(TypeNumber)
    story.presses(Button.FINISH).sees(Idle)
    story = Story().logs_in().presses(Button.HELP).waits(Timer.PATIENCE).presses(Button.FINISH)
    story.sees(Farewell)
    story = Story().keep(SetSecurity).borrows(SOLARIS).lifts(SOLARIS).waits(Timer.PATIENCE).presses(Button.FINISH)
    assert [line.title for line in story.sees(Farewell).receipt.lent] == ["Солярис"]
    assert [note.kind for note in story.of(Note)] == [Kind.TAG_NOT_WRITTEN]


def test_a_warning_that_ran_out_after_it_was_answered_ends_nothing() -> None:
    story = Story().logs_in().waits(Timer.PATIENCE).happens(Touched(), TimedOut(Timer.LAST_CALL))
    story.sees(Home)


@tells("a tag flickering at the edge of the pad")
def test_a_tag_that_comes_and_goes_at_the_edge_of_the_pad_keeps_nobodys_session_alive() -> None:
    story = Story().borrows(SOLARIS).waits(Timer.PATIENCE)
    for _ in range(5):
        story.happens(TagLost(SOLARIS.tags[0]), TagSeen(SOLARIS.tags[0]))
    assert story.view.frame.last_call == 20
    story.lays(LAURUS)  # a new book is somebody
    assert story.view.frame.last_call is None


@tells("stray tags", "a tag flickering at the edge of the pad")
def test_a_stray_tag_that_nobody_comes_to_does_not_keep_the_desk_from_resting() -> None:
    uid = SOLARIS.tags[0]
    story = Story().happens(TagSeen(uid))
    story.sees(IdentifyView)
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL).sees(Idle)
    story.happens(TagLost(uid), TagSeen(uid)).sees(Idle)
    assert len(story.of(OpenSession)) == 1
    story.happens(Touched(), TagLost(uid), TagSeen(uid)).sees(IdentifyView)


@tells("stray tags")
def test_a_book_that_somebody_came_for_and_left_is_no_stray() -> None:
    story = Story().lays(SOLARIS).happens(Touched()).waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    story.lifts(SOLARIS).lays(SOLARIS).sees(IdentifyView)


def test_a_pad_gone_mad_neither_keeps_a_session_alive_nor_is_remembered_for_ever() -> None:
    many = frozenset(f"E{n:015}" for n in range(200))
    story = Story().happens(TagSeen(SOLARIS.tags[0]))
    story.now = replace(story.now, session=replace(story.now.session, met=many))
    story.waits(Timer.PATIENCE).happens(TagSeen("E00401009999")).waits(Timer.LAST_CALL)
    story.happens(TagSeen("E00401008888")).waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    assert story.now.strays == many


def test_more_barcodes_than_anybody_carries_get_no_more_rows() -> None:
    many = tuple(Book(Stage.STAYS, f"4{n:09}", refusal=Refusal(Reason.OTHER)) for n in range(299))
    story = Story().logs_in().chooses(Task.CHECKOUT)
    story.now = replace(story.now, session=replace(story.now.session, checkout=OnLoan(many)))
    story.scans(SOLARIS.item).scans(LAURUS.item)
    assert [asked.item for asked in story.of(RequestCheckout)] == [SOLARIS.item]
    returned = tuple(checkin.Book(checkin.Stage.STAYS, book.item, refusal=book.refusal) for book in many)
    story = Story().chooses(Task.CHECKIN)
    story.now = replace(story.now, session=replace(story.now.session, checkin=checkin.Checkin(returned)))
    story.scans(SOLARIS.item).scans(LAURUS.item)
    assert [asked.item for asked in story.of(RequestCheckin)] == [SOLARIS.item]


@tells("stray tags")
def test_more_tags_than_any_pile_has_are_noise() -> None:
    story = Story().logs_in().chooses(Task.CHECKOUT)
    story.happens(*(TagSeen(f"E0040100{n:08}") for n in range(100)))
    assert len(story.sees(Checkout).rows) == 60
    story = Story().chooses(Task.CHECKIN).happens(*(TagSeen(f"E0040100{n:08}") for n in range(100)))
    assert len(story.sees(Checkin).rows) == 60


def test_the_look_of_the_screen_falls_back_when_nobody_stayed() -> None:
    story = Story().happens(LookChosen(Look("en"))).presses(Button.HELP).waits(Timer.PATIENCE)
    assert story.sees(Idle).frame.look == Look()


# --- farewell --------------------------------------------------------------------------------------------------------


@tells("receipts")
def test_the_farewell_stays_twenty_seconds_and_a_minute_more_for_who_asks() -> None:
    story = Story().borrows(SOLARIS).presses(Button.FINISH)
    assert (story.timers, story.sees(Farewell).seconds) == ({Timer.FAREWELL: 20}, 20)
    assert story.tones[-1] is Tone.GOODBYE
    for _ in range(10):
        story.presses(Button.MORE_TIME)
        assert story.timers[Timer.FAREWELL] == 60
    story.chooses(Task.CHECKOUT).logs_in(BORIS).types("1").happens(Touched()).sees(Farewell)
    story.waits(Timer.FAREWELL).sees(Idle)


@tells("receipts")
def test_nothing_is_printed_for_nothing_nor_where_the_library_prints_nothing() -> None:
    story = Story().logs_in().presses(Button.FINISH)
    assert story.sees(Farewell).paper is Paper.NONE
    never = Story(replace(RULES, receipt=ReceiptRule.NEVER)).borrows(SOLARIS).presses(Button.FINISH)
    assert never.sees(Farewell).paper is Paper.NONE
    assert not never.of(PrintReceipt)


@tells("printer dead")
def test_a_dead_printer_is_said_beforehand_and_loans_are_made_all_the_same() -> None:
    story = Story().happens(PartChanged(Part.PRINTER, DEAD)).borrows(SOLARIS)
    assert story.sees(Checkout).frame.banner is Banner.NO_RECEIPT
    story.presses(Button.FINISH)
    assert story.sees(Farewell).paper is Paper.FAILED
    assert not story.of(PrintReceipt)


@tells("printer dead")
def test_a_printer_that_fails_is_told_on_the_farewell() -> None:
    story = Story().keep(PrintReceipt).borrows(SOLARIS).presses(Button.FINISH)
    assert story.sees(Farewell).paper is Paper.PRINTING
    story.happens(ReceiptFailed(story.now.session.id))
    assert story.sees(Farewell).paper is Paper.FAILED


@tells("put it back")
def test_a_book_that_must_be_put_back_holds_up_the_farewell_until_it_is_hopeless() -> None:
    story = Story().keep(RequestCheckout).borrows(SOLARIS).lifts(SOLARIS).presses(Button.FINISH)
    story.waits(Timer.FINISHING).presses(Button.FINISH).sees(Farewell)
    story.answered(RequestCheckout).sees(PutBack)
    story.waits(Timer.FAREWELL).sees(PutBack)
    story.waits(Timer.PUT_BACK).waits(Timer.FAREWELL).sees(Idle)


# --- what is left on the pad -----------------------------------------------------------------------------------------


@tells("books left on the pad by the previous reader (inert until lifted)")
def test_books_left_by_the_reader_before_are_inert_until_they_are_lifted() -> None:
    story = Story().borrows(SOLARIS).presses(Button.FINISH, Button.FINISH)
    story.borrows(LAURUS, patron=BORIS)
    assert story.reason(SOLARIS) is Reason.LEFT_BEFORE
    assert [asked.card for asked in story.of(RequestCheckout)] == [ANNA.card, BORIS.card]
    card = story.opens(SOLARIS).sees(RefusalCard)
    assert (card.refusal.reason, card.choices) == (Reason.LEFT_BEFORE, ())
    story.presses(Button.BACK).lifts(SOLARIS)
    assert "Солярис" not in story.rows


@tells("books left on the pad by the previous reader (inert until lifted)")
def test_a_book_left_behind_is_neither_returned_nor_lent_by_its_barcode_while_it_lies_there() -> None:
    story = Story().borrows(SOLARIS).presses(Button.FINISH, Button.FINISH).chooses(Task.CHECKIN).scans(SOLARIS.item)
    assert not story.of(RequestCheckin)
    story.logs_in(BORIS).chooses(Task.CHECKOUT).scans(SOLARIS.item)
    assert len(story.of(RequestCheckout)) == 1
    story.lifts(SOLARIS).scans(SOLARIS.item)
    assert len(story.of(RequestCheckout)) == 2


@tells("books that lie on the pad when the station starts")
def test_what_lies_there_when_the_station_starts_was_left_by_somebody_and_opens_no_session() -> None:
    story = Story().finds(SOLARIS)
    story.sees(Idle)
    assert not story.of(OpenSession)
    story.borrows(LAURUS)
    assert (story.reason(SOLARIS), story.state(LAURUS)) == (Reason.LEFT_BEFORE, RowState.YOURS)
    assert story.lifts(SOLARIS).lays(SOLARIS).state(SOLARIS) is RowState.YOURS


@tells("books that lie on the pad when the station starts")
def test_a_return_does_not_take_what_lay_there_when_the_station_started() -> None:
    story = Story().finds(SOLARIS).chooses(Task.CHECKIN).scans(SOLARIS.item)
    assert story.reason(SOLARIS) is Reason.LEFT_BEFORE
    assert not story.of(RequestCheckin)


@tells("books that lie on the pad when the station starts", "recovered items disarmed when they reappear")
@pytest.mark.parametrize("recovered_first", [True, False])
def test_what_is_owed_to_tags_is_brought_to_those_that_lie_there_at_the_start(recovered_first: bool) -> None:
    story = Story()
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_LOAN)
    story.tags[LAURUS.tags[0]] = Security.DISARMED
    owed = Recovered(frozenset({SOLARIS.item}), frozenset({LAURUS.item}))
    if recovered_first:
        story.happens(owed).finds(SOLARIS, LAURUS)
    else:
        story.finds(SOLARIS, LAURUS).happens(owed)
    assert (story.opened(SOLARIS), story.opened(LAURUS)) == (True, False)
    story.sees(Idle)


def test_a_pad_that_comes_back_in_mid_session_still_knows_what_was_left_before() -> None:
    story = Story().finds(PICNIC).borrows(SOLARIS).lifts(SOLARIS, PICNIC)  # the wire is down
    story.finds(SOLARIS, PICNIC, LAURUS)
    assert (story.state(SOLARIS), story.state(LAURUS)) == (RowState.YOURS, RowState.YOURS)
    assert story.reason(PICNIC) is Reason.LEFT_BEFORE
    assert story.lifts(PICNIC).lays(PICNIC).state(PICNIC) is RowState.YOURS
    story.presses(Button.FINISH, Button.FINISH)
    assert story.now.pad.were_inert == frozenset()


def test_what_lies_there_at_the_start_is_no_sign_of_life() -> None:
    story = Story().logs_in().waits(Timer.PATIENCE)
    assert story.finds(SOLARIS).view.frame.last_call


def test_a_pile_that_was_never_touched_waits_for_who_only_went_back() -> None:
    story = Story().lays(SOLARIS).presses(Button.BACK).sees(Idle)
    assert story is not None
    story = Story().lays(SOLARIS).presses(Button.BACK).chooses(Task.CHECKOUT).logs_in()
    assert story.state(SOLARIS) is RowState.YOURS


def test_who_walked_away_from_a_pile_finds_it_inert() -> None:
    story = Story().lays(SOLARIS).waits(Timer.PATIENCE).waits(Timer.LAST_CALL).borrows(LAURUS)
    assert story.reason(SOLARIS) is Reason.LEFT_BEFORE


@tells("nobody inherits scanned books")
def test_barcodes_scanned_by_one_who_went_away_are_not_lent_to_the_next() -> None:
    story = Story(NO_PIN).scans(BARCODED.item).presses(Button.BACK).logs_in(BORIS).chooses(Task.CHECKOUT)
    assert story.rows == {}
    assert not story.of(RequestCheckout)


def test_a_tag_left_unread_says_nothing_of_what_it_is() -> None:
    story = Story().borrows().lays_unreadable(SOLARIS.tags[0])
    story.presses(Button.FINISH, Button.FINISH, Button.FINISH).borrows(LAURUS)
    assert story.rows[SOLARIS.tags[0]].refusal.reason is Reason.LEFT_BEFORE
    story.presses(Button.FINISH, Button.FINISH).happens(TagLost(SOLARIS.tags[0]), TagSeen(SOLARIS.tags[0]))
    assert story.sees(IdentifyView).rows[0].state is RowState.READING


# --- too late --------------------------------------------------------------------------------------------------------


def gone(story: Story) -> Story:
    """The reader walks off, and nobody answers the warning."""
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL).sees(Idle)
    return story


@tells("answer that comes after the reader left", "late answers")
def test_a_loan_confirmed_after_the_reader_left_is_not_shown_and_the_book_left_behind_stays_armed() -> None:
    story = gone(Story().keep(RequestCheckout).borrows(SOLARIS))
    story.chooses(Task.CHECKOUT).logs_in(BORIS)
    before = story.view
    story.answered(RequestCheckout)
    assert story.view == before
    assert not story.opened(SOLARIS)
    assert [debt.item for debt in story.now.pad.owed] == [SOLARIS.item]


@tells("late answers")
def test_a_loan_confirmed_after_the_reader_left_with_the_book_is_owed_to_its_tag() -> None:
    story = gone(Story().keep(RequestCheckout).borrows(SOLARIS).lifts(SOLARIS))
    story.answered(RequestCheckout)
    assert not story.opened(SOLARIS)
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_LOAN)
    story.lays(SOLARIS)
    assert story.opened(SOLARIS)


@tells("late answers")
def test_a_loan_that_was_only_intended_when_the_reader_left_is_closed() -> None:
    story = gone(Story().keep(Record).borrows(SOLARIS)).answered(Record)
    assert not story.of(RequestCheckout)
    assert [(note.kind, note.item) for note in story.of(Note)] == [(Kind.CHECKOUT_NOT_SENT, SOLARIS.item)]


@tells("late answers")
def test_a_renewal_that_was_only_intended_when_the_reader_left_is_closed() -> None:
    story = Story().keep(Record)
    story.accounts[ANNA.card] = MY_LOANS
    story = gone(story.chooses(Task.ACCOUNT).logs_in().happens(RenewPressed(SOLARIS.item))).answered(Record)
    assert not story.of(RequestRenew)
    assert [note.kind for note in story.of(Note)] == [Kind.RENEW_NOT_SENT]


@tells("late answers")
def test_a_return_goes_on_without_its_reader() -> None:
    story = gone(Story().keep(Record).chooses(Task.CHECKIN).lays(SOLARIS))
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    story.answered(Record)
    assert len(story.of(RequestCheckin)) == 1
    assert not story.opened(SOLARIS)


@tells("late answers")
def test_a_return_that_was_not_answered_before_the_reader_left_is_recorded_here() -> None:
    story = gone(Story().keep(RequestCheckin).chooses(Task.CHECKIN).lays(SOLARIS))
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    asked = story.of(RequestCheckin)[0]
    story.happens(CheckinUnanswered(asked.session, asked.item, sent=True))
    record = story.of(Record)[-1]
    assert (record.intent, record.unknown) == (Intent.OFFLINE_CHECKIN, True)
    assert not story.opened(SOLARIS)


@tells("late answers")
def test_a_loan_recorded_here_just_as_the_reader_left_opens_its_tag_when_it_is_laid_down_again() -> None:
    story = Story().silent().logs_in().keep(Record).chooses(Task.CHECKOUT).lays(SOLARIS)
    story.answered(Record)
    story = gone(story).answered(Record)
    assert not story.opened(SOLARIS)
    assert story.lifts(SOLARIS).lays(SOLARIS).opened(SOLARIS)


@tells("late answers")
def test_other_answers_that_come_too_late_change_nothing() -> None:
    story = gone(Story().keep(Identify, RequestCheckout).borrows())
    before = story.now
    story.answered(Identify)
    story.happens(
        NotRecorded(story.of(Identify)[0].session, Intent.CHECKOUT, SOLARIS.item),
        CheckoutUnanswered(story.of(Identify)[0].session, SOLARIS.item, sent=True),
    )
    assert story.now == before


@tells("book taken off the list again (arm, return, read back)")
def test_who_leaves_while_a_book_is_being_taken_off_the_list_is_owed_an_open_tag_until_it_is_returned() -> None:
    story = gone(Story().borrows(SOLARIS).keep(RequestCheckin).says(SOLARIS, Choice.REMOVE))
    assert [debt.security for debt in story.now.pad.owed] == [Security.DISARMED]
    story.answered(RequestCheckin)
    assert story.now.pad.owed == ()
    assert not story.opened(SOLARIS)


# --- after a power cut -----------------------------------------------------------------------------------------------


@tells("recovered items disarmed when they reappear")
def test_what_was_lent_before_the_power_cut_is_opened_and_what_was_returned_is_armed() -> None:
    story = Story().happens(Recovered(frozenset({SOLARIS.item}), frozenset({LAURUS.item, SOLARIS.item})))
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_LOAN)
    story.tags[LAURUS.tags[0]] = Security.DISARMED
    story.lays(SOLARIS, LAURUS)
    assert (story.opened(SOLARIS), story.opened(LAURUS)) == (True, False)
    assert story.now.pad.owed == ()


@tells("recovered items disarmed when they reappear")
def test_what_was_recorded_here_is_opened_once_the_library_system_knows_of_it() -> None:
    story = Story().silent().logs_in().chooses(Task.CHECKOUT).keep(SetSecurity).lays(SOLARIS).lifts(SOLARIS)
    story.presses(Button.DOES_NOT_WORK, Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    story.as_before(SetSecurity, *story.silences).happens(PartChanged(Part.ABIS, READY)).lays(SOLARIS)
    assert not story.opened(SOLARIS)
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_LOAN)
    assert story.happens(Replayed(SOLARIS.item, lent=True, stands=True)).opened(SOLARIS)


@tells("multi-tag set")
def test_every_disc_of_a_recovered_set_is_opened_one_after_the_other() -> None:
    story = Story().happens(Recovered(frozenset({OPERA.item})))
    story.infos[OPERA.item] = replace(OPERA.info, standing=Standing.ON_LOAN)
    story.lays_part(OPERA, 1)
    assert [debt.written for debt in story.now.pad.owed] == [{OPERA.tags[0]}]
    story.lays_part(OPERA, 2)
    assert story.opened(OPERA)
    assert story.now.pad.owed == ()


def back_on_line(story: Story, standing: Standing) -> Story:
    """The library system answers again, and knows nothing yet of what was recorded here."""
    story.as_before(*story.silences).infos[SOLARIS.item] = replace(SOLARIS.info, standing=standing)
    return story.happens(PartChanged(Part.ABIS, READY))


@tells("passive repair when it reappears")
def test_a_return_recorded_here_is_armed_though_the_library_system_still_has_it_on_loan() -> None:
    story = Story().silent().keep(SetSecurity).chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS)
    story.presses(Button.DOES_NOT_WORK, Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    back_on_line(story.as_before(SetSecurity), Standing.ON_LOAN).lays(SOLARIS)
    assert not story.opened(SOLARIS)


@tells("late answers", "passive repair when it reappears")
def test_what_was_recorded_here_too_late_for_its_reader_is_owed_to_the_tag_all_the_same() -> None:
    story = Story().silent().logs_in().keep(Record).chooses(Task.CHECKOUT).lays(SOLARIS).answered(Record).lifts(SOLARIS)
    gone(story).answered(Record)
    back_on_line(story, Standing.ON_LOAN).lays(SOLARIS)
    assert story.opened(SOLARIS)
    story = Story().silent().keep(Record).chooses(Task.CHECKIN).lays(SOLARIS).answered(Record).lifts(SOLARIS)
    gone(story).answered(Record)
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    back_on_line(story, Standing.ON_LOAN).lays(SOLARIS)
    assert not story.opened(SOLARIS)


def test_a_repair_that_fails_is_tried_again_next_time() -> None:
    story = Story().happens(Recovered(frozenset({SOLARIS.item}))).keep(SetSecurity)
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_LOAN)
    story.lays(SOLARIS).lifts(SOLARIS)
    story.as_before(SetSecurity).lays(SOLARIS)
    assert story.opened(SOLARIS)


def test_a_return_owed_to_a_tag_is_dropped_once_the_book_is_on_loan_again() -> None:
    story = Story().happens(Recovered(frozenset(), frozenset({SOLARIS.item})))
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_LOAN)
    story.lays(SOLARIS)
    assert not story.of(SetSecurity)
    assert story.now.pad.owed == ()


# --- nobody there ----------------------------------------------------------------------------------------------------


def test_an_idle_desk_hears_what_it_cannot_use_and_stays_idle() -> None:
    story = Story()
    before = story.now
    story.happens(
        Pressed(Button.BACK), Pressed(Button.MORE_TIME), TimedOut(Timer.FAREWELL), TimedOut(Timer.LAST_CALL),
        TagLost(SOLARIS.tags[0]),
    ).scans("?")  # fmt: skip
    story.waits(Timer.PATIENCE)
    assert story.now == before


def test_a_book_laid_in_the_return_is_seen_there_even_when_a_reader_is_known() -> None:
    story = Story().logs_in().chooses(Task.CHECKIN).lays(SOLARIS)
    assert story.sees(Checkin).count.returned == 1


def test_patience_is_the_librarys_to_set() -> None:
    story = Story(replace(RULES, patience=Patience(idle=30, warning=40, more=90, farewell=5, identify=20)))
    story.chooses(Task.CHECKIN)
    assert story.timers[Timer.PATIENCE] == 30
    story.waits(Timer.PATIENCE)
    assert (story.timers[Timer.LAST_CALL], story.view.frame.last_call) == (40, 40)
    story.happens(Touched())
    assert story.timers[Timer.PATIENCE] == 90


def test_home_is_reached_from_anywhere_and_an_account_once_opened_stays_open() -> None:
    story = Story()
    story.accounts[ANNA.card] = MY_LOANS
    story.chooses(Task.ACCOUNT).logs_in().sees(Loans)
    story.chooses(Task.HOME).sees(Home)
