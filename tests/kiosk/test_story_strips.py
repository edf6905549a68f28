"""Magnetic strips at a desk that knows books by their barcodes: drawn over a unit by hand, one at a time."""

from dataclasses import replace

import pytest

from kiosk.domain.health import Part
from kiosk.domain.ids import SessionId, TxnId
from kiosk.domain.items import Loan, Media, Returned
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules
from kiosk.domain.strips import EmUnit, Unslid
from kiosk.effects import Effect, EndSession, Identify, Note, Record, RequestCheckin, RequestCheckout, SetSecurity
from kiosk.events import (
    Button,
    CheckinAccepted,
    CheckinRefused,
    CheckoutApproved,
    CheckoutRefused,
    Choice,
    Intent,
    PatronIdentified,
    Task,
    Timer,
)
from kiosk.flows.strips import MAGNETIC, NOT_CLOSED, NOT_OPENED, NOT_WANTED
from kiosk.views import BookCard, Checkin, Checkout, Farewell, Home, RowState, Slide
from tests.kiosk.stories import ALIVE, ANNA, BARCODED, COPIES, LAURUS, NO_PIN, SOLARIS, Copy, Story, tells

BY_HAND = replace(NO_PIN, em_unit=EmUnit.BY_HAND)
BOTH_WAYS = replace(NO_PIN, em_unit=EmUnit.BY_HAND_BOTH_WAYS)
SCANNER_ONLY = tuple(part for part in ALIVE if part is not Part.TAGS)


def desk(rules: Rules = BY_HAND) -> Story:
    """A desk with a scanner and no pad."""
    return Story(rules, SCANNER_ONLY)


def borrowing(*copies: Copy, rules: Rules = BY_HAND, media: Media = Media.OTHER) -> Story:
    story = desk(rules)
    for copy in copies:
        story.infos[copy.item] = replace(copy.info, media=media)
    story.chooses(Task.CHECKOUT).shows(ANNA)
    for copy in copies:
        story.scans(copy.item)
    return story


def lending(**told: bool | None) -> Story:
    """The library system says this of the strip when it lends."""
    story = desk().on(
        RequestCheckout,
        lambda asked: CheckoutApproved(asked.session, Loan(asked.item, COPIES[asked.item].title, **told)),  # type: ignore[attr-defined, arg-type]
    )
    return story.chooses(Task.CHECKOUT).shows(ANNA).scans(BARCODED.item)


def notes(story: Story) -> list[tuple[Kind, str]]:
    kinds = (Kind.STRIP_OPENED, Kind.STRIP_CLOSED, Kind.STRIP_NOT_SLID)
    return [(note.kind, note.topic) for note in story.of(Note) if isinstance(note, Note) and note.kind in kinds]


def asks_for_strip(story: Story) -> list[bool]:
    return [record.strip for record in story.of(Record) if isinstance(record, Record)]


# --- a loan ----------------------------------------------------------------------------------------------------------


@tells("a magnetic strip is opened after the loan")
def test_a_lent_book_is_drawn_over_the_unit_and_that_is_journaled() -> None:
    story = borrowing(BARCODED)
    slide = story.sees(Slide)
    assert (slide.row.title, slide.row.state) == (BARCODED.title, RowState.YOURS)
    assert not any((slide.closing, slide.keep_away, slide.stuck, slide.again, slide.more))
    assert asks_for_strip(story) == [True]
    assert notes(story) == []
    story.presses(Button.FINISH)
    assert story.sees(Checkout).rows[0].state is RowState.YOURS
    assert notes(story) == [(Kind.STRIP_OPENED, "")]
    (note,) = (note for note in story.of(Note) if isinstance(note, Note))
    assert (note.item, note.txn) == (BARCODED.item, TxnId("t1"))


@tells("a magnetic strip is opened after the loan")
def test_nothing_is_drawn_over_the_unit_before_the_loan_nor_after_a_refusal() -> None:
    story = desk().keep(RequestCheckout).chooses(Task.CHECKOUT).shows(ANNA).scans(BARCODED.item)
    story.sees(Checkout)
    story.answered(RequestCheckout).sees(Slide)
    refused = desk().on(
        RequestCheckout,
        lambda asked: CheckoutRefused(asked.session, asked.item, Refusal(Reason.HELD_FOR_OTHER)),  # type: ignore[attr-defined]
    )
    refused.chooses(Task.CHECKOUT).shows(ANNA).scans(BARCODED.item)
    assert not any(isinstance(view, Slide) for view in refused.seen)


def test_books_scanned_in_a_row_are_drawn_over_one_by_one() -> None:
    story = borrowing(BARCODED, LAURUS, SOLARIS)
    titles = []
    for left in (2, 1, 0):
        slide = story.sees(Slide)
        assert slide.more == left
        titles.append(slide.row.title)
        story.presses(Button.FINISH)
    assert titles == [BARCODED.title, LAURUS.title, SOLARIS.title]
    assert len(story.sees(Checkout).rows) == 3


def test_nothing_else_is_done_while_a_book_waits_at_the_unit() -> None:
    story = borrowing(BARCODED).presses(Button.BACK, Button.HELP, Button.RENEW_ALL, Button.HOLDS)
    story.sees(Slide)
    story.presses(Button.COMFORT).sees(Slide)
    story.presses(Button.COMFORT, Button.FINISH).sees(Checkout)


@tells("a magnetic strip is opened after the loan")
def test_what_the_library_system_does_not_want_opened_is_left_alone() -> None:
    assert isinstance(lending(desensitize=False).view, Checkout)
    assert notes(lending(desensitize=False)) == [(Kind.STRIP_NOT_SLID, NOT_WANTED)]
    lending(desensitize=None).sees(Slide)
    lending(desensitize=True, magnetic=False).sees(Slide)


@tells("what a magnet erases is kept away from it")
@pytest.mark.parametrize("media", [Media.AUDIO_TAPE, Media.VIDEO_TAPE, Media.DISKETTE, Media.BOOK_WITH_AUDIO_TAPE])
def test_a_tape_is_never_asked_for_and_its_reader_is_told_so(media: Media) -> None:
    story = borrowing(BARCODED, media=media)
    assert story.sees(Slide).keep_away
    assert not any(isinstance(view, Slide) and not view.keep_away for view in story.seen)
    assert notes(story) == [(Kind.STRIP_NOT_SLID, MAGNETIC)]
    story.presses(Button.DOES_NOT_WORK).sees(Slide)
    story.presses(Button.FINISH).sees(Checkout)
    story.presses(Button.FINISH, Button.FINISH)
    assert notes(story) == [(Kind.STRIP_NOT_SLID, MAGNETIC)]


@tells("what a magnet erases is kept away from it")
def test_magnetic_media_are_kept_away_even_where_the_strip_is_to_be_opened() -> None:
    for wanted in (True, False, None):
        assert lending(magnetic=True, desensitize=wanted).sees(Slide).keep_away


def test_a_book_lent_without_the_library_system_is_drawn_over_too() -> None:
    story = desk().silent().chooses(Task.CHECKOUT).shows(ANNA).scans(BARCODED.item)
    assert story.sees(Slide).row.state is RowState.RECORDED
    story.presses(Button.FINISH)
    assert notes(story) == [(Kind.STRIP_OPENED, "")]


def test_a_book_with_a_tag_is_protected_by_its_tag() -> None:
    story = Story(BY_HAND).borrows(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS
    assert asks_for_strip(story) == [False]
    story.scans(BARCODED.item).sees(Slide)
    assert asks_for_strip(story) == [False, True]


def test_without_a_unit_nobody_is_asked() -> None:
    story = borrowing(BARCODED, rules=NO_PIN)
    assert story.sees(Checkout).rows[0].state is RowState.YOURS
    assert asks_for_strip(story) == [False]


@tells("a magnetic strip that cannot be opened")
def test_who_cannot_open_it_is_told_what_to_do_and_staff_are() -> None:
    story = borrowing(BARCODED).presses(Button.DOES_NOT_WORK)
    assert story.sees(Slide).stuck
    assert not story.sees(Slide).closing
    assert notes(story) == [(Kind.STRIP_NOT_SLID, NOT_OPENED)]
    story.presses(Button.DOES_NOT_WORK)
    assert notes(story) == [(Kind.STRIP_NOT_SLID, NOT_OPENED)]
    story.presses(Button.FINISH).sees(Checkout)
    story.presses(Button.FINISH).sees(Farewell)


@tells("a magnetic strip that cannot be opened")
def test_who_walks_away_from_the_unit_leaves_a_note_for_staff() -> None:
    story = borrowing(BARCODED, LAURUS).presses(Button.FINISH).waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    assert story.now.session is None
    assert notes(story) == [(Kind.STRIP_OPENED, ""), (Kind.STRIP_NOT_SLID, NOT_OPENED)]
    ends = [type(effect) for effect in story.asked if isinstance(effect, Note | EndSession)]
    assert ends[-1] is EndSession


def test_who_is_asked_whether_they_are_there_and_finishes_is_not_kept() -> None:
    story = borrowing(BARCODED).waits(Timer.PATIENCE).presses(Button.FINISH)
    story.sees(Farewell)
    story.presses(Button.FINISH)
    assert notes(story) == [(Kind.STRIP_NOT_SLID, NOT_OPENED)]


def test_done_pressed_while_the_loan_is_asked_waits_for_the_unit() -> None:
    story = desk().keep(RequestCheckout).chooses(Task.CHECKOUT).shows(ANNA).scans(BARCODED.item)
    story.presses(Button.FINISH).answered(RequestCheckout).sees(Slide)
    story.presses(Button.FINISH).sees(Farewell)


# --- a power cut -----------------------------------------------------------------------------------------------------


def after_a_cut(rules: Rules = BY_HAND) -> Story:
    """Anna comes back: of two loans of this day nobody said that their strips were opened."""
    unslid = tuple(Unslid(copy.item, TxnId(f"t-{copy.item}"), copy.title) for copy in (BARCODED, LAURUS))
    story = desk(rules).on(Identify, lambda asked: PatronIdentified(_session(asked), ANNA, unslid=unslid))
    return story.chooses(Task.HOME).shows(ANNA)


def _session(asked: Effect) -> SessionId:
    assert isinstance(asked, Identify)
    return asked.session


@tells("a power cut between the loan and the strip")
def test_at_the_next_log_in_the_reader_is_asked_to_draw_it_over() -> None:
    story = after_a_cut()
    slide = story.sees(Slide)
    assert (slide.again, slide.row.title, slide.more) == (True, BARCODED.title, 1)
    story.presses(Button.FINISH)
    (opened,) = (note for note in story.of(Note) if isinstance(note, Note))
    assert (opened.kind, opened.item, opened.txn) == (Kind.STRIP_OPENED, BARCODED.item, f"t-{BARCODED.item}")
    story.presses(Button.DOES_NOT_WORK).sees(Home)
    assert notes(story)[1:] == [(Kind.STRIP_NOT_SLID, NOT_OPENED)]
    story.presses(Button.FINISH, Button.FINISH)
    assert len(notes(story)) == 2


def test_who_goes_without_an_answer_is_asked_again_another_time() -> None:
    story = after_a_cut().waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    assert notes(story) == []


def test_where_the_unit_is_gone_nobody_is_asked_about_it() -> None:
    after_a_cut(NO_PIN).sees(Home)


# --- a return --------------------------------------------------------------------------------------------------------


def returning(rules: Rules = BOTH_WAYS, media: Media = Media.OTHER, **told: bool | None) -> Story:
    story = desk(rules)
    story.infos[BARCODED.item] = replace(BARCODED.info, media=media)
    story.on(
        RequestCheckin,
        lambda asked: CheckinAccepted(asked.session, Returned(asked.item, BARCODED.title, **told)),  # type: ignore[attr-defined, arg-type]
    )
    return story.chooses(Task.CHECKIN).scans(BARCODED.item)


@tells("a magnetic strip is closed after the return")
def test_a_returned_book_is_protected_again_where_the_unit_can() -> None:
    story = returning()
    slide = story.sees(Slide)
    assert (slide.closing, slide.row.state) == (True, RowState.RETURNED)
    assert asks_for_strip(story) == [True]
    story.presses(Button.FINISH).sees(Checkin)
    assert notes(story) == [(Kind.STRIP_CLOSED, "")]


def test_where_the_unit_only_opens_staff_close_and_nobody_is_asked() -> None:
    story = returning(BY_HAND)
    story.sees(Checkin)
    assert asks_for_strip(story) == [False]
    assert notes(story.presses(Button.FINISH, Button.FINISH)) == []


@tells("what a magnet erases is kept away from it")
def test_a_tape_that_comes_home_is_kept_away_too() -> None:
    assert returning(media=Media.VIDEO_TAPE).sees(Slide).keep_away
    story = returning(magnetic=True, resensitize=True)
    assert story.sees(Slide).keep_away
    assert notes(story) == [(Kind.STRIP_NOT_SLID, MAGNETIC)]


def test_what_the_library_system_does_not_want_closed_is_left_alone() -> None:
    story = returning(resensitize=False)
    story.sees(Checkin)
    assert notes(story) == [(Kind.STRIP_NOT_SLID, NOT_WANTED)]


@tells("a magnetic strip is closed after the return")
def test_a_strip_that_cannot_be_closed_is_told_to_staff() -> None:
    story = returning().presses(Button.DOES_NOT_WORK)
    assert (story.sees(Slide).stuck, story.sees(Slide).closing) == (True, True)
    assert notes(story) == [(Kind.STRIP_NOT_SLID, NOT_CLOSED)]
    story.presses(Button.FINISH).sees(Checkin)


def test_a_return_that_stays_and_is_scanned_again_has_its_strip_closed() -> None:
    story = desk(BOTH_WAYS).on(
        RequestCheckin,
        lambda asked: CheckinRefused(asked.session, asked.item, Refusal(Reason.UNKNOWN_ITEM)),  # type: ignore[attr-defined]
    )
    story.chooses(Task.CHECKIN).scans(BARCODED.item)
    assert story.state(BARCODED) is RowState.STAYS
    story.as_before(RequestCheckin).scans(BARCODED.item)
    assert story.sees(Slide).closing
    assert asks_for_strip(story) == [True, True]


def test_what_was_returned_before_the_card_was_shown_is_nobodys_and_told_to_staff() -> None:
    story = returning().shows(ANNA)
    assert not isinstance(story.view, Slide)
    story.presses(Button.FINISH, Button.FINISH)
    assert notes(story) == [(Kind.STRIP_NOT_SLID, NOT_CLOSED)]


# --- off the list again ----------------------------------------------------------------------------------------------


def taken_off(rules: Rules, *, opened: bool = True) -> Story:
    story = borrowing(BARCODED, rules=rules).presses(Button.FINISH if opened else Button.DOES_NOT_WORK)
    if not opened:
        story.presses(Button.FINISH)
    story.opens(BARCODED).sees(BookCard)
    return story.says(BARCODED, Choice.REMOVE)


@tells("a magnetic strip is closed after the return")
def test_a_book_taken_off_the_list_after_it_was_opened_is_closed_again() -> None:
    story = taken_off(BOTH_WAYS)
    assert story.sees(Slide).closing
    assert [record.intent for record in story.of(Record) if isinstance(record, Record) and record.strip] == [
        Intent.CHECKOUT, Intent.CHECKIN,
    ]  # fmt: skip
    story.presses(Button.FINISH)
    assert story.state(BARCODED) is RowState.REMOVED
    assert notes(story) == [(Kind.STRIP_OPENED, ""), (Kind.STRIP_CLOSED, "")]


def test_a_book_taken_off_the_list_that_was_never_opened_needs_nothing() -> None:
    story = taken_off(BOTH_WAYS, opened=False)
    assert story.state(BARCODED) is RowState.REMOVED
    assert asks_for_strip(story) == [True, False]


def test_a_book_taken_off_the_list_while_it_waits_at_the_unit_waits_no_more() -> None:
    story = borrowing(BARCODED, rules=BOTH_WAYS).says(BARCODED, Choice.REMOVE)
    assert story.state(BARCODED) is RowState.REMOVED
    assert notes(story.presses(Button.FINISH, Button.FINISH)) == []


def test_where_the_unit_only_opens_a_book_taken_off_the_list_is_left_to_staff() -> None:
    assert taken_off(BY_HAND).state(BARCODED) is RowState.REMOVED


def test_a_unit_touches_no_tag() -> None:
    story = borrowing(BARCODED).presses(Button.FINISH, Button.FINISH, Button.FINISH)
    assert story.of(SetSecurity) == []
