"""How many books are there really? A desk that reads one barcode at a time asks its reader where the policy says so."""

from dataclasses import replace

from kiosk.domain.health import Part
from kiosk.domain.records import Kind
from kiosk.domain.rules import Rules, Trust
from kiosk.effects import Note, RequestCheckout
from kiosk.events import Button, Choice, CountTold, PartChanged, Task, Timer
from kiosk.views import Checkin, Checkout, CountDiffers, Farewell, Home, HowMany, PutBack, RowState
from tests.kiosk.stories import ALIVE, ANNA, BARCODED, DEAD, LAURUS, NO_PIN, PICNIC, SOLARIS, Copy, Story, tells

COUNTED = replace(NO_PIN, trust_loans=Trust.COUNT)
BOTH = replace(COUNTED, trust_returns=Trust.COUNT)
SCANNER_ONLY = tuple(part for part in ALIVE if part is not Part.TAGS)


def desk(rules: Rules = COUNTED) -> Story:
    return Story(rules, SCANNER_ONLY)


def scanned(story: Story, *copies: Copy) -> Story:
    for copy in copies:
        story.scans(copy.item)
    return story


def borrowing(*copies: Copy, rules: Rules = COUNTED) -> Story:
    return scanned(desk(rules).chooses(Task.CHECKOUT).shows(ANNA), *copies)


def says(story: Story, number: int) -> Story:
    return story.happens(CountTold(number))


def notes(story: Story) -> list[tuple[Kind, str]]:
    kinds = (Kind.COUNT_AGREES, Kind.COUNT_DIFFERS, Kind.COUNT_NOT_TOLD)
    return [(note.kind, note.topic) for note in story.of(Note) if isinstance(note, Note) and note.kind in kinds]


@tells("the reader is believed at a desk that feels no books")
def test_where_the_library_trusts_its_readers_nobody_is_asked() -> None:
    borrowing(BARCODED, rules=NO_PIN).presses(Button.FINISH).sees(Farewell)


@tells("the number of books is asked for at a desk that feels none")
def test_who_names_the_recorded_number_is_done_and_it_is_journaled() -> None:
    story = borrowing(BARCODED, LAURUS).presses(Button.FINISH)
    assert not story.sees(HowMany).returning
    assert not any(isinstance(view, Farewell) for view in story.seen)
    says(story, 2).sees(Farewell)
    assert notes(story) == [(Kind.COUNT_AGREES, "lent 2, counted 2")]
    assert len(story.sees(Farewell).receipt.lent) == 2


@tells("more books are taken than were scanned")
def test_who_takes_one_more_is_told_to_scan_it_and_asked_nothing_more_once_it_is() -> None:
    story = says(borrowing(BARCODED, LAURUS).presses(Button.FINISH), 3)
    differs = story.sees(CountDiffers)
    assert (differs.said, differs.recorded, differs.returning) == (3, 2, False)
    assert notes(story) == [(Kind.COUNT_DIFFERS, "lent 2, counted 3")]
    story.presses(Button.BACK).sees(Checkout)
    story.scans(PICNIC.item).presses(Button.FINISH).sees(Farewell)
    assert notes(story)[1:] == [(Kind.COUNT_AGREES, "lent 3, counted 3")]


@tells("more books are taken than were scanned")
def test_a_book_scanned_under_the_question_is_lent() -> None:
    story = says(borrowing(BARCODED).presses(Button.FINISH), 2)
    story.scans(LAURUS.item)
    assert story.state(LAURUS) is RowState.YOURS
    story.presses(Button.FINISH).sees(Farewell)


@tells("fewer books are taken than were scanned")
def test_who_takes_one_less_takes_it_off_the_list() -> None:
    story = says(borrowing(BARCODED, LAURUS).presses(Button.FINISH), 1)
    assert story.sees(CountDiffers).recorded == 2
    story.presses(Button.BACK).opens(LAURUS).says(LAURUS, Choice.REMOVE)
    assert story.state(LAURUS) is RowState.REMOVED
    story.presses(Button.FINISH).sees(Farewell)
    assert notes(story) == [(Kind.COUNT_DIFFERS, "lent 2, counted 1"), (Kind.COUNT_AGREES, "lent 1, counted 1")]


@tells("nobody is kept by a number that differs")
def test_who_stands_by_the_number_goes_and_staff_have_been_told() -> None:
    story = says(borrowing(BARCODED).presses(Button.FINISH), 4).presses(Button.FINISH)
    story.sees(Farewell)
    assert notes(story) == [(Kind.COUNT_DIFFERS, "lent 1, counted 4")]


@tells("nobody is kept by a number that differs")
def test_who_does_not_know_goes_on() -> None:
    story = borrowing(BARCODED).presses(Button.FINISH, Button.FINISH)
    story.sees(Farewell)
    assert notes(story) == [(Kind.COUNT_NOT_TOLD, "lent 1")]


@tells("nobody is kept by a number that differs")
def test_who_walks_away_from_the_question_ends_the_visit() -> None:
    for answer in ((), (CountTold(7),)):
        story = borrowing(BARCODED).presses(Button.FINISH).happens(*answer)
        story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
        assert story.now.session is None
        again = borrowing(BARCODED).presses(Button.FINISH).happens(*answer).waits(Timer.PATIENCE)
        again.presses(Button.FINISH).sees(Farewell)


@tells("nobody is kept by a number that differs")
def test_while_the_library_system_owes_an_answer_nobody_is_asked() -> None:
    story = borrowing(BARCODED).keep(RequestCheckout).scans(LAURUS.item).presses(Button.FINISH)
    story.sees(Checkout)
    story.waits(Timer.FINISHING).presses(Button.FINISH).sees(Farewell)


def test_a_slip_of_the_finger_is_named_anew() -> None:
    story = says(borrowing(BARCODED).presses(Button.FINISH), 9).presses(Button.COUNT_AGAIN)
    story.sees(HowMany)
    says(story, 1).sees(Farewell)
    assert [kind for kind, _ in notes(story)] == [Kind.COUNT_DIFFERS, Kind.COUNT_AGREES]


def test_who_goes_back_and_changes_nothing_is_asked_again() -> None:
    story = says(borrowing(BARCODED).presses(Button.FINISH), 2).presses(Button.BACK, Button.FINISH)
    story.sees(HowMany)


def test_back_from_the_question_leads_to_the_list_from_wherever_it_was_asked() -> None:
    story = borrowing(BARCODED).presses(Button.BACK)
    story.sees(Home)
    story.presses(Button.FINISH).sees(HowMany)
    story.presses(Button.BACK).sees(Checkout)


def test_numbers_that_nobody_asked_for_mean_nothing() -> None:
    story = borrowing(BARCODED)
    says(story, 1).presses(Button.COUNT_AGAIN).sees(Checkout)
    story.presses(Button.FINISH, Button.COUNT_AGAIN)
    says(says(story, -1), 1000).sees(HowMany)
    says(says(story, 3), 1).sees(CountDiffers)
    assert len(notes(story)) == 1


def test_who_scanned_nothing_is_not_asked() -> None:
    borrowing().presses(Button.FINISH).sees(Farewell)


def test_a_book_of_ones_own_that_was_scanned_again_counts() -> None:
    story = desk()
    story.patrons[ANNA.card] = replace(ANNA, loans=frozenset({LAURUS.item}))
    scanned(story.chooses(Task.CHECKOUT).shows(ANNA), BARCODED, LAURUS)
    story.says(LAURUS, Choice.NO).presses(Button.FINISH)
    says(story, 2).sees(Farewell)


def test_another_task_closes_the_question_and_it_is_asked_again() -> None:
    story = borrowing(BARCODED).presses(Button.FINISH).chooses(Task.HOME)
    story.sees(Home)
    story.presses(Button.FINISH).sees(HowMany)


def test_what_was_settled_is_asked_again_after_another_book() -> None:
    story = says(borrowing(BARCODED, rules=BOTH).presses(Button.FINISH), 3)
    story.presses(Button.BACK).chooses(Task.CHECKIN).scans(LAURUS.item).presses(Button.FINISH)
    assert not story.sees(HowMany).returning
    says(story, 1)
    assert story.sees(HowMany).returning
    story.presses(Button.BACK).sees(Checkin)
    story.chooses(Task.CHECKOUT).scans(PICNIC.item).presses(Button.FINISH)
    assert not story.sees(HowMany).returning
    says(says(story, 2), 1).sees(Farewell)


@tells("the number of books is asked for at a return")
def test_what_comes_home_is_counted_where_the_policy_asks() -> None:
    story = scanned(desk(BOTH).chooses(Task.CHECKIN), BARCODED, LAURUS).presses(Button.FINISH)
    assert story.sees(HowMany).returning
    differs = says(story, 3).sees(CountDiffers)
    assert (differs.said, differs.recorded, differs.returning) == (3, 2, True)
    story.presses(Button.BACK).sees(Checkin)
    story.scans(PICNIC.item).presses(Button.FINISH).sees(Farewell)
    assert notes(story) == [(Kind.COUNT_DIFFERS, "returned 2, counted 3"), (Kind.COUNT_AGREES, "returned 3, counted 3")]


@tells("the number of books is asked for at a return")
def test_who_leaves_a_return_by_the_way_back_is_asked_too() -> None:
    story = scanned(desk(BOTH).chooses(Task.CHECKIN), BARCODED).presses(Button.BACK)
    assert story.sees(HowMany).returning
    scanned(desk().chooses(Task.CHECKIN), BARCODED).presses(Button.BACK).sees(Farewell)


def test_where_a_pad_feels_the_books_nobody_counts() -> None:
    Story(BOTH).borrows(SOLARIS).presses(Button.FINISH).sees(Farewell)


def test_where_the_pad_is_dead_they_do_once_the_lifted_book_is_dealt_with() -> None:
    story = Story(COUNTED).keep(RequestCheckout).borrows(SOLARIS).lifts(SOLARIS)
    story.happens(PartChanged(Part.TAGS, DEAD)).answered(RequestCheckout).sees(PutBack)
    story.presses(Button.FINISH, Button.FINISH).sees(HowMany)
