"""Books come home: no card, no PIN."""

import pytest

from kiosk.domain.health import Part
from kiosk.domain.ids import ItemId, TxnId
from kiosk.domain.items import Destination, Returned, Security
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import (
    DescribeItem,
    Effect,
    Note,
    PrintReceipt,
    Record,
    RequestCheckin,
    RequestCheckout,
    SetSecurity,
    Tone,
)
from kiosk.events import (
    Button,
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    ItemDescribed,
    NotRecorded,
    PartChanged,
    RowOpened,
    SecurityNotSet,
    TagRead,
    TagSeen,
    Task,
    Timer,
)
from kiosk.flows.owing import NOT_ARMED
from kiosk.views import Checkin, Farewell, Home, Identify, Idle, Paper, Pin, PutBack, RefusalCard, RowState
from tests.kiosk.stories import (
    ANNA,
    BARCODED,
    DEAD,
    LAURUS,
    NOT_OFFLINE,
    OPERA,
    PICNIC,
    SOLARIS,
    Answer,
    Copy,
    Story,
    tells,
)


def returning(*copies: Copy) -> Story:
    return Story().chooses(Task.CHECKIN).lays(*copies)


@tells("return without log-in")
def test_books_are_returned_armed_and_put_on_a_receipt_without_a_card() -> None:
    story = returning(SOLARIS, LAURUS)
    assert [row.title for row in story.sees(Checkin).rows] == ["Лавр", "Солярис"]  # the newest first
    assert (story.state(SOLARIS), story.sees(Checkin).count.returned) == (RowState.RETURNED, 2)
    assert story.tags == {copy.tags[0]: Security.ARMED for copy in (SOLARIS, LAURUS)}
    assert story.tones == [Tone.YOURS, Tone.YOURS]
    story.presses(Button.FINISH)
    farewell = story.sees(Farewell)
    assert [line.title for line in farewell.receipt.returned] == ["Солярис", "Лавр"]
    assert (farewell.receipt.card, farewell.left, farewell.paper) == ("", 0, Paper.PRINTED)


@tells("return without log-in")
def test_what_lies_there_already_is_returned_when_that_is_chosen() -> None:
    story = Story().lays(SOLARIS).chooses(Task.CHECKIN)
    assert story.state(SOLARIS) is RowState.RETURNED
    assert story.rows["Солярис"].author == "Автор"


@tells("return of an unknown book")
def test_an_unknown_book_is_kept_for_sorting_and_never_called_returned() -> None:
    story = Story().on(
        RequestCheckin, lambda asked: CheckinRefused(asked.session, asked.item, Refusal(Reason.UNKNOWN_ITEM))
    )  # fmt: skip
    story.chooses(Task.CHECKIN).lays(SOLARIS)
    row = story.rows["Солярис"]
    assert (row.state, row.destination, story.reason(SOLARIS)) == (
        RowState.STAYS, Destination.SORTING, Reason.UNKNOWN_ITEM,
    )  # fmt: skip
    assert not story.of(SetSecurity)
    story.opens(SOLARIS)
    assert story.sees(RefusalCard).choices == ()
    story.presses(Button.BACK, Button.FINISH)
    assert story.sees(Farewell).receipt.returned == ()
    assert story.sees(Farewell).left == 1


@tells("return of an unknown book", "a disc or a shiny cover that cannot be read")
def test_a_tag_that_cannot_be_read_is_kept_for_sorting_until_it_can() -> None:
    story = returning().lays_unreadable(SOLARIS.tags[0])
    assert story.rows[SOLARIS.tags[0]].refusal.reason is Reason.TAG_UNREADABLE
    story.happens(RowOpened(SOLARIS.tags[0])).sees(RefusalCard)
    story.lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.RETURNED
    story.lays_unreadable(SOLARIS.tags[0])
    assert story.state(SOLARIS) is RowState.RETURNED
    story = Story().lays_unreadable(SOLARIS.tags[0]).chooses(Task.CHECKIN)
    assert story.rows[SOLARIS.tags[0]].state is RowState.STAYS
    assert story.lifts(SOLARIS).rows == {}


@tells("hold caught at return")
def test_a_book_that_another_reader_waits_for_goes_to_its_shelf_without_a_name() -> None:
    held = Returned(SOLARIS.item, "Солярис", "Лем", Destination.HOLD_SHELF, bin="3", patron=ANNA.card)
    story = Story().on(RequestCheckin, lambda asked: CheckinAccepted(asked.session, held)).chooses(Task.CHECKIN)
    row = story.lays(SOLARIS).rows["Солярис"]
    assert (row.state, row.destination, row.bin) == (RowState.RETURNED, Destination.HOLD_SHELF, "3")
    assert ANNA.card not in repr(story.view)


@tells("not recorded (journal)")
def test_a_return_that_cannot_be_recorded_is_not_made_and_tried_anew_when_laid_again() -> None:
    story = Story().on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item))
    story.chooses(Task.CHECKIN).lays(SOLARIS)
    assert story.reason(SOLARIS) is Reason.RETURN_NOT_RECORDED
    assert not story.of(RequestCheckin)
    story.as_before(Record).lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.RETURNED


@tells("passive repair when it reappears")
def test_a_returned_book_lifted_before_it_is_armed_is_armed_when_it_is_seen_again() -> None:
    story = Story().keep(SetSecurity).chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS)
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    story.as_before(SetSecurity).happens(SecurityNotSet(SOLARIS.tags[0], Security.ARMED))
    assert story.sees(PutBack).returning
    story.lays(SOLARIS)
    assert not story.opened(SOLARIS)
    assert story.state(SOLARIS) is RowState.RETURNED
    assert story.now.session.checkin.unarmed == ()


@tells("passive repair when it reappears")
def test_a_returned_book_that_was_never_armed_is_armed_for_the_next_who_lays_it_down() -> None:
    story = Story().keep(SetSecurity).chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS)
    story.presses(Button.DOES_NOT_WORK, Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    story.as_before(SetSecurity).lays(SOLARIS)
    assert not story.opened(SOLARIS)


def tag_is_to_be_armed(story: Story) -> list[Effect]:
    """A return whose tag let the book through the gate, told to staff."""
    session = story.now.session
    assert session is not None
    assert story.opened(SOLARIS)
    return [Note(Kind.TAG_NOT_WRITTEN, session.id, SOLARIS.item, SOLARIS.tags[0], TxnId("t1"))]


def lifted_too_early() -> Story:
    """A borrowed book is laid down to be returned, and is away again when the library system takes it."""
    story = Story().keep(RequestCheckin)
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    return story.chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS).answered(RequestCheckin)


def test_a_returned_book_lifted_too_early_is_called_back_until_its_tag_is_armed() -> None:
    story = lifted_too_early()
    call = story.sees(PutBack)
    assert (call.returning, call.stuck, call.ready, call.total) == (True, False, 0, 1)
    assert [(row.title, row.state) for row in call.rows] == [("Солярис", RowState.RETURNED)]
    story.presses(Button.FINISH, Button.BACK).sees(PutBack)
    story.lays(SOLARIS).sees(Checkin)
    assert not story.opened(SOLARIS)
    assert not story.of(Note)
    story.presses(Button.FINISH, Button.FINISH)
    assert story.now.pad.owed == ()


def test_staff_are_told_when_the_reader_gives_up_on_a_returned_book() -> None:
    story = lifted_too_early()
    noted = tag_is_to_be_armed(story)
    assert story.presses(Button.DOES_NOT_WORK).sees(PutBack).stuck
    story.presses(Button.FINISH).sees(Checkin)
    story.presses(Button.FINISH, Button.FINISH).sees(Idle)
    assert story.of(Note) == noted
    assert [(debt.item, debt.security) for debt in story.now.pad.owed] == [(SOLARIS.item, Security.ARMED)]


def test_staff_are_told_when_a_returned_book_is_not_put_back_in_time() -> None:
    story = lifted_too_early()
    noted = tag_is_to_be_armed(story)
    assert story.waits(Timer.PUT_BACK).sees(PutBack).stuck
    assert story.of(Note) == noted


@pytest.mark.parametrize("given_up", [False, True])
def test_staff_are_told_once_when_the_reader_walks_away_from_a_returned_book(given_up: bool) -> None:
    story = lifted_too_early()
    noted = tag_is_to_be_armed(story)
    if given_up:
        story.presses(Button.DOES_NOT_WORK)
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL).sees(Idle)
    assert story.of(Note) == noted
    assert [(debt.item, debt.security) for debt in story.now.pad.owed] == [(SOLARIS.item, Security.ARMED)]
    story.lays(SOLARIS)
    assert not story.opened(SOLARIS)


def test_a_returned_book_put_back_while_the_reader_borrows_is_armed_and_not_lent() -> None:
    story = Story().keep(RequestCheckin).logs_in().chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS)
    story.tags[SOLARIS.tags[0]] = Security.DISARMED
    story.presses(Button.BACK).chooses(Task.CHECKOUT).answered(RequestCheckin).sees(PutBack)
    story.lays(SOLARIS)
    assert not story.opened(SOLARIS)
    assert not story.of(RequestCheckout)
    assert story.lifts(SOLARIS).lays(SOLARIS).state(SOLARIS) is RowState.YOURS


@pytest.mark.parametrize("silent", [False, True])
def test_a_book_returned_by_its_number_while_its_tag_is_being_opened_is_closed(silent: bool) -> None:
    story = Story().keep(RequestCheckout, RequestCheckin, SetSecurity).borrows(SOLARIS).lifts(SOLARIS)
    story.answered(RequestCheckout).sees(PutBack)
    story.chooses(Task.CHECKIN).scans(SOLARIS.item).lays(SOLARIS)
    session, item = story.now.session.id, SOLARIS.item
    answer = CheckinUnanswered(session, item, sent=False) if silent else CheckinAccepted(session, Returned(item))
    story.happens(answer, SecurityNotSet(SOLARIS.tags[0], Security.DISARMED)).as_before(SetSecurity)
    story.lifts(SOLARIS).lays(SOLARIS)
    assert not story.opened(SOLARIS)


def test_a_book_lent_and_one_returned_are_both_called_back_the_lent_one_first() -> None:
    story = Story().keep(RequestCheckin, RequestCheckout).borrows(LAURUS).lifts(LAURUS)
    story.presses(Button.BACK).chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS)
    story.answered(RequestCheckin, RequestCheckout)
    assert not story.sees(PutBack).returning
    assert story.lays(LAURUS).sees(PutBack).returning
    story.lays(SOLARIS).sees(Checkin)
    assert story.opened(LAURUS)
    assert not story.opened(SOLARIS)


def test_a_tag_that_does_not_obey_stays_owed_and_done_does_not_wait_for_it() -> None:
    story = Story().on(SetSecurity, lambda asked: SecurityNotSet(asked.uid, asked.security))
    story.chooses(Task.CHECKIN).lays(SOLARIS).presses(Button.DOES_NOT_WORK, Button.FINISH)
    story.presses(Button.FINISH).sees(Farewell)
    story.presses(Button.FINISH)
    assert [debt.security for debt in story.now.pad.owed] == [Security.ARMED]


@tells("multi-tag set")
def test_both_discs_of_a_set_are_armed_and_it_is_returned_once() -> None:
    story = returning(OPERA)
    assert list(story.rows) == [OPERA.title]
    assert not any(tag is Security.DISARMED for tag in story.tags.values())
    assert len(story.of(RequestCheckin)) == 1
    story.presses(Button.FINISH, Button.FINISH)
    assert story.now.pad.owed == ()


@tells("multi-tag set")
def test_the_disc_that_was_not_brought_is_armed_when_it_comes() -> None:
    story = returning().lays_part(OPERA, 1).presses(Button.FINISH, Button.FINISH).lifts(OPERA)
    story.tags[OPERA.tags[1]] = Security.DISARMED
    story.lays_part(OPERA, 2)
    assert story.tags[OPERA.tags[1]] is Security.ARMED
    assert story.now.pad.owed == ()


def test_a_set_refused_by_its_first_disc_is_tried_anew_with_the_second() -> None:
    story = Story().on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item))
    story.chooses(Task.CHECKIN).lays_part(OPERA, 1).as_before(Record).lays_part(OPERA, 2)
    assert story.state(OPERA) is RowState.RETURNED
    assert len(story.sees(Checkin).rows) == 1


def test_a_disc_that_comes_while_the_set_is_being_asked_about_is_armed_with_it() -> None:
    story = Story().keep(RequestCheckin).chooses(Task.CHECKIN).lays(OPERA).answered(RequestCheckin)
    assert [effect.uid for effect in story.of(SetSecurity)] == list(OPERA.tags)


@tells("two books with the same number")
def test_a_second_book_with_the_same_number_is_kept_for_sorting() -> None:
    story = returning(SOLARIS, Copy(SOLARIS.item, SOLARIS.title, PICNIC.tags))
    assert sorted(row.state.name for row in story.sees(Checkin).rows) == ["RETURNED", "STAYS"]
    assert [row.refusal.reason for row in story.sees(Checkin).rows if row.refusal] == [Reason.SAME_NUMBER]


@tells("barcode-only desk")
def test_a_book_without_a_tag_is_returned_by_its_barcode() -> None:
    story = Story(alive=(Part.JOURNAL, Part.SCANNER, Part.ABIS)).scans(BARCODED.item)
    assert [row.title for row in story.sees(Identify).rows] == ["Книга без метки"]
    story.chooses(Task.CHECKIN)
    assert story.state(BARCODED) is RowState.RETURNED
    story.scans(BARCODED.item).scans(LAURUS.item)
    assert len(story.of(RequestCheckin)) == 2


# --- by barcode where tags are read ----------------------------------------------------------------------------------


def scanned(*copies: Copy, story: Story | None = None) -> Story:
    """Borrowed books, open at the gate, are returned by their barcodes at a desk that reads tags."""
    story = (story or Story()).chooses(Task.CHECKIN)
    for copy in copies:
        story.tags |= dict.fromkeys(copy.tags, Security.DISARMED)
        story.scans(copy.item)
    return story


def not_armed(story: Story) -> list[ItemId | None]:
    """What staff were told to arm."""
    notes = [effect for effect in story.of(Note) if isinstance(effect, Note)]
    assert all((note.kind, note.tag, note.topic) == (Kind.TAG_NOT_WRITTEN, None, NOT_ARMED) for note in notes)
    return [note.item for note in notes]


@tells("returned by barcode where tags are read")
def test_a_book_returned_by_its_barcode_is_asked_for_and_armed_when_it_is_laid_down() -> None:
    story = scanned(SOLARIS)
    row = story.rows["Солярис"]
    assert (row.state, row.lay_down, row.bin) == (RowState.RETURNED, True, "")
    assert story.tones[-1] is Tone.PLEASE
    story.lays(SOLARIS)
    assert (story.rows["Солярис"].lay_down, story.opened(SOLARIS)) == (False, False)
    story.presses(Button.FINISH).sees(Farewell)
    story.presses(Button.FINISH).sees(Idle)
    assert not_armed(story) == []
    assert len(story.of(RequestCheckin)) == 1


@tells("returned by barcode where tags are read")
@pytest.mark.parametrize("button", [Button.FINISH, Button.BACK])
def test_done_asks_for_what_was_returned_by_barcode_and_goes_on_by_itself_once_it_is_armed(button: Button) -> None:
    story = scanned(SOLARIS, LAURUS).presses(button)
    call = story.sees(PutBack)
    assert (call.returning, call.by_barcode, call.stuck, call.ready, call.total) == (True, True, False, 0, 2)
    story.lays(PICNIC).sees(PutBack)  # another book is not taken for one of them
    assert not story.intents(PICNIC)
    story.lays(SOLARIS).sees(PutBack)
    assert not story.opened(SOLARIS)
    story.lays(LAURUS).sees(Farewell)
    assert not story.opened(LAURUS)
    story.presses(Button.FINISH)
    assert not_armed(story) == []


def test_what_lies_there_when_done_is_pressed_on_another_screen_is_armed_at_once() -> None:
    story = scanned(SOLARIS, story=Story().logs_in()).presses(Button.BACK).lays(SOLARIS)
    assert story.opened(SOLARIS)
    story.presses(Button.FINISH).sees(Farewell)
    assert not story.opened(SOLARIS)


@tells("returned by barcode where tags are read")
def test_a_book_without_a_tag_is_asked_for_once_and_staff_hear_of_it_when_the_reader_has_left() -> None:
    story = scanned(BARCODED).presses(Button.FINISH)
    assert story.sees(PutBack).by_barcode
    assert story.presses(Button.DOES_NOT_WORK).sees(PutBack).stuck
    assert not_armed(story) == []
    story.presses(Button.FINISH).sees(Farewell)
    story.presses(Button.FINISH).sees(Idle)
    assert not_armed(story) == [BARCODED.item]
    assert [debt.security for debt in story.now.pad.owed] == [Security.ARMED]


def test_who_walks_away_from_the_question_leaves_it_to_staff() -> None:
    story = scanned(SOLARIS).waits(Timer.PATIENCE).waits(Timer.LAST_CALL).sees(Idle)
    story = scanned(SOLARIS).presses(Button.FINISH).waits(Timer.PUT_BACK)
    assert story.sees(PutBack).stuck
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL).sees(Idle)
    assert not_armed(story) == [SOLARIS.item]
    story.lays(SOLARIS)
    assert not story.opened(SOLARIS)  # owed, and brought there when it is seen


def test_a_book_that_is_lifted_before_it_is_armed_is_put_back_in_the_old_words() -> None:
    story = scanned(SOLARIS, LAURUS).keep(SetSecurity).lays(SOLARIS).lifts(SOLARIS)
    assert not story.sees(PutBack).by_barcode
    story.as_before(SetSecurity).lays(SOLARIS).sees(Checkin)


def test_while_something_is_still_asked_done_waits_and_asks_for_the_book_then() -> None:
    story = scanned(SOLARIS, story=Story().keep(RequestCheckin)).presses(Button.FINISH).sees(Checkin)
    assert story.finishing
    story = scanned(SOLARIS, story=Story().keep(RequestCheckin)).presses(Button.FINISH).answered(RequestCheckin)
    assert story.sees(PutBack).by_barcode


def test_a_pad_that_died_meanwhile_is_not_asked_for() -> None:
    story = scanned(SOLARIS).happens(PartChanged(Part.TAGS, DEAD)).presses(Button.FINISH)
    story.sees(Farewell)
    assert not_armed(story.presses(Button.FINISH)) == [SOLARIS.item]


def test_a_return_recorded_here_by_barcode_asks_too_and_so_does_each_disc_of_a_set() -> None:
    story = scanned(OPERA, story=Story().silent())
    assert (story.rows[OPERA.item].state, story.rows[OPERA.item].lay_down) == (RowState.RECORDED, True)
    story.presses(Button.FINISH).lays_part(OPERA, 1).sees(Farewell)
    assert (story.tags[OPERA.tags[0]], story.tags[OPERA.tags[1]]) == (Security.ARMED, Security.DISARMED)
    story.presses(Button.FINISH)
    assert [debt.security for debt in story.now.pad.owed] == [Security.ARMED]


def test_a_book_returned_by_barcode_and_borrowed_again_is_not_asked_for() -> None:
    story = scanned(SOLARIS, story=Story().logs_in()).presses(Button.BACK).chooses(Task.CHECKOUT).lays(SOLARIS)
    assert story.opened(SOLARIS)
    story.presses(Button.FINISH).sees(Farewell)
    assert not_armed(story.presses(Button.FINISH)) == []


def test_a_book_refused_once_is_tried_anew_when_it_is_scanned_again() -> None:
    story = Story().on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item))
    story.chooses(Task.CHECKIN).scans(BARCODED.item).as_before(Record).scans(BARCODED.item)
    assert story.state(BARCODED) is RowState.RETURNED


def test_a_title_that_comes_late_still_stands_on_the_row() -> None:
    story = Story().keep(DescribeItem, RequestCheckin).chooses(Task.CHECKIN).lays(SOLARIS)
    assert story.sees(Checkin).rows[0].title == ""
    story.answered(DescribeItem)
    assert story.rows["Солярис"].state is RowState.ASKING
    story.happens(ItemDescribed(SOLARIS.item, None), ItemDescribed(PICNIC.item, PICNIC.info))
    assert "Солярис" in story.rows


@tells("Done pressed while something is asked (3 s, then told)")
def test_done_waits_for_a_return_too() -> None:
    story = Story().keep(RequestCheckin).chooses(Task.CHECKIN).lays(SOLARIS).presses(Button.FINISH)
    assert story.sees(Checkin).finishing
    story.waits(Timer.FINISHING)
    assert story.sees(Checkin).told
    story.answered(RequestCheckin)
    assert not story.sees(Checkin).told
    story.presses(Button.FINISH).sees(Farewell)


# --- back ------------------------------------------------------------------------------------------------------------


def test_who_went_to_return_and_did_nothing_simply_goes_back() -> None:
    story = returning().presses(Button.BACK)
    story.sees(Idle)


def test_who_has_returned_something_leaves_by_way_of_the_receipt() -> None:
    story = returning(SOLARIS).presses(Button.BACK)
    assert [line.title for line in story.sees(Farewell).receipt.returned] == ["Солярис"]


def test_a_card_may_be_shown_after_returning_and_given_up_again() -> None:
    story = returning(SOLARIS).shows(ANNA)
    story.sees(Pin)
    story.presses(Button.BACK).sees(Identify)
    story.presses(Button.BACK)
    assert story.state(SOLARIS) is RowState.RETURNED
    story.logs_in().sees(Home)
    assert [line.title for slip in story.of(PrintReceipt) for line in slip.receipt.returned] == ["Солярис"]
    assert story.presses(Button.FINISH).sees(Farewell).receipt.empty  # whoever brought it has a slip of their own


def test_a_tag_not_read_yet_when_the_reader_goes_on_belongs_to_nobody() -> None:
    story = Story().logs_in().chooses(Task.CHECKIN).happens(TagSeen(SOLARIS.tags[0]))
    assert story.sees(Checkin).rows[0].state is RowState.READING
    story.presses(Button.BACK).happens(TagRead(SOLARIS.facts(1)))
    assert [row.title for row in story.sees(Home).rows] == ["Солярис"]
    assert not story.of(Record)


# --- without the library system --------------------------------------------------------------------------------------


@tells("offline return recorded")
def test_without_the_library_system_a_return_is_recorded_here_and_said_so() -> None:
    story = Story().silent().chooses(Task.CHECKIN).lays(SOLARIS)
    row = story.sees(Checkin).rows[0]
    assert (row.state, row.destination) == (RowState.RECORDED, None)
    assert not story.opened(SOLARIS)
    story.presses(Button.FINISH)
    assert [line.confirmed for line in story.sees(Farewell).receipt.returned] == [False]


def test_a_return_that_may_have_been_made_is_recorded_whatever_the_rules() -> None:
    def unanswered(*, sent: bool) -> Answer:
        return lambda asked: CheckinUnanswered(asked.session, asked.item, sent)

    story = Story(NOT_OFFLINE).on(RequestCheckin, unanswered(sent=False)).chooses(Task.CHECKIN).lays(SOLARIS)
    assert story.reason(SOLARIS) is Reason.NEEDS_ABIS
    story.on(RequestCheckin, unanswered(sent=True)).lays(LAURUS)
    assert story.state(LAURUS) is RowState.RECORDED
    assert [record.unknown for record in story.of(Record)] == [False, False, True]


def test_a_return_recorded_here_that_cannot_be_written_is_not_made() -> None:
    story = Story().silent()
    story.on(
        Record,
        lambda asked: NotRecorded(asked.session, asked.intent, asked.item) if asked.txn else story.answer(asked),
    )
    story.chooses(Task.CHECKIN).lays(SOLARIS)
    assert story.sees(Checkin).rows[0].refusal.reason is Reason.RETURN_NOT_RECORDED
