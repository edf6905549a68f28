"""Sets: items in several parts, each with a tag of its own."""

from dataclasses import replace

from kiosk.domain.items import Destination, Media, Security, Standing
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.domain.rules import OnLoanToOther, Rules, Sets
from kiosk.effects import Note, Record, RequestCheckin, RequestCheckout, SetSecurity
from kiosk.events import Button, Choice, ItemDescribed, TagRead, TagSeen, Task, Timer
from kiosk.views import Checkin, Checkout, Farewell, PutBack, RefusalCard, RowState
from tests.kiosk.stories import ANNA, OPERA, RULES, SOLARIS, Story, tells

ASK, MAIN = replace(RULES, sets=Sets.ASK), replace(RULES, sets=Sets.MAIN_PART)
FIRST, SECOND = OPERA.tags


def borrowing(*parts: int, rules: Rules = RULES) -> Story:
    """Only these parts of the opera are laid down, and it is a book with a CD."""
    story = Story(rules)
    story.infos[OPERA.item] = replace(OPERA.info, media=Media.BOOK_WITH_CD)
    story.borrows()
    for part in parts:
        story.lays_part(OPERA, part)
    return story


def notes(story: Story) -> list[str]:
    return [note.topic for note in story.of(Note) if isinstance(note, Note) and note.kind is Kind.SET_INCOMPLETE]


# --- a loan ----------------------------------------------------------------------------------------------------------


@tells("a part of a set is missing at a loan")
def test_the_other_part_is_waited_for_and_named_before_anything_is_recorded() -> None:
    story = borrowing(1)
    row = story.sees(Checkout).rows[0]
    assert row.state is RowState.ASKING
    assert row.refusal is not None
    assert (row.refusal.missing, row.refusal.parts, row.refusal.media) == ((2,), 2, Media.BOOK_WITH_CD)
    assert story.timers[Timer.PARTS] == RULES.patience.parts
    assert not story.of(Record)
    story.lays_part(OPERA, 2)
    assert story.state(OPERA) is RowState.YOURS
    assert story.opened(OPERA)
    assert (len(story.of(RequestCheckout)), notes(story)) == (1, [])


@tells("a part of a set is missing at a loan")
def test_a_part_that_does_not_come_keeps_the_set_here_until_it_does() -> None:
    story = borrowing(2).waits(Timer.PARTS)
    card = story.sees(RefusalCard)
    assert (card.refusal.reason, card.refusal.missing, card.choices) == (Reason.SET_INCOMPLETE, (1,), ())
    story.presses(Button.BACK)
    assert story.state(OPERA) is RowState.STAYS
    assert story.tags == {SECOND: Security.ARMED}
    story.lays_part(OPERA, 1)
    assert story.state(OPERA) is RowState.YOURS


def test_a_part_lifted_while_the_other_is_waited_for_and_laid_again_still_counts_once() -> None:
    story = borrowing(1).lifts(OPERA)
    assert story.sees(Checkout).rows == ()
    story.lays_part(OPERA, 1).lays_part(OPERA, 2)
    assert story.opened(OPERA)
    assert len(story.of(RequestCheckout)) == 1


def test_the_first_of_three_parts_comes_and_goes_and_all_are_waited_for() -> None:
    three = replace(OPERA, tags=(*OPERA.tags, SOLARIS.tags[0]))
    story = Story().borrows().lays_part(three, 1).lays_part(three, 2)
    story.lifts(replace(OPERA, tags=(FIRST,))).lays_part(three, 3)
    refusal = story.rows[OPERA.title].refusal
    assert refusal is not None
    assert refusal.missing == (1,)
    story.lays_part(three, 1)
    assert story.opened(three)


def test_a_second_tag_of_the_same_part_is_another_copy() -> None:
    story = borrowing(1)
    story.happens(TagSeen(SOLARIS.tags[0]), TagRead(replace(OPERA.facts(1), uid=SOLARIS.tags[0])))
    assert not story.of(Record)
    states = [row.refusal.reason for row in story.sees(Checkout).rows if row.refusal]
    assert sorted(reason.name for reason in states) == ["SAME_NUMBER", "SET_INCOMPLETE"]


def test_nobody_waits_for_the_rest_of_what_is_not_lent_anyway() -> None:
    story = Story()
    story.infos[OPERA.item] = replace(OPERA.info, standing=Standing.REFERENCE_ONLY)
    story.borrows().lays_part(OPERA, 1)
    assert story.sees(RefusalCard).refusal.reason is Reason.REFERENCE_ONLY
    assert Timer.PARTS not in story.timers


def test_a_yes_to_a_question_does_not_get_round_a_missing_part() -> None:
    story = Story(replace(RULES, on_loan_to_other=OnLoanToOther.RETURN_THEN_LEND))
    story.infos[OPERA.item] = replace(OPERA.info, standing=Standing.ON_LOAN)
    story.borrows().lays_part(OPERA, 1)
    assert story.state(OPERA) is RowState.ASKING
    story.says(OPERA, Choice.YES)
    assert not story.of(Record)
    story.lays_part(OPERA, 2)
    assert story.sees(RefusalCard).refusal.reason is Reason.ON_LOAN_TO_OTHER


def test_who_goes_on_to_something_else_waits_for_no_part() -> None:
    story = borrowing(1, rules=MAIN).presses(Button.BACK)
    story.waits(Timer.PARTS)
    assert not story.of(Record)
    story.chooses(Task.CHECKIN).lifts(OPERA).lays_part(OPERA, 1)
    assert len(story.of(RequestCheckin)) == 1


@tells("a part of a set is missing at a loan", "put it back")
def test_all_parts_of_a_lent_set_are_called_back_until_each_is_written() -> None:
    story = borrowing().keep(RequestCheckout).lays(OPERA).lifts(OPERA).answered(RequestCheckout)
    story.sees(PutBack)
    story.lays_part(OPERA, 1).sees(PutBack)
    assert not any(effect.uid == FIRST for effect in story.of(SetSecurity) if isinstance(effect, SetSecurity))
    story.lays_part(OPERA, 2)
    assert story.opened(OPERA)
    assert story.state(OPERA) is RowState.YOURS


# --- not every part has a tag ----------------------------------------------------------------------------------------


@tells("a set of which not every part has a tag")
def test_the_first_part_is_enough_where_the_policy_says_so_and_it_is_journaled() -> None:
    story = borrowing(1, rules=MAIN).waits(Timer.PARTS)
    assert story.state(OPERA) is RowState.YOURS
    assert story.tags[FIRST] is Security.DISARMED
    assert notes(story) == ["lent without part 2 of 2"]
    story.lays_part(OPERA, 2)
    assert story.opened(OPERA)  # it had a tag after all


@tells("a set of which not every part has a tag")
def test_the_second_part_alone_is_never_enough() -> None:
    story = borrowing(2, rules=MAIN).waits(Timer.PARTS)
    assert story.sees(RefusalCard).refusal.reason is Reason.SET_INCOMPLETE


@tells("a set of which not every part has a tag")
def test_the_reader_is_asked_whether_the_rest_is_there() -> None:
    story = borrowing(1, rules=ASK).waits(Timer.PARTS)
    assert story.sees(RefusalCard).choices == (Choice.YES, Choice.NO)
    story.says(OPERA, Choice.YES)
    assert story.state(OPERA) is RowState.YOURS
    assert notes(story) == ["lent without part 2 of 2"]


@tells("a set of which not every part has a tag")
def test_who_does_not_have_the_rest_leaves_the_set_here() -> None:
    story = borrowing(1, rules=ASK).waits(Timer.PARTS).says(OPERA, Choice.NO)
    assert story.state(OPERA) is RowState.STAYS
    assert (story.of(Record), notes(story)) == ([], [])


@tells("a set of which not every part has a tag")
def test_a_part_that_lay_there_before_the_card_is_waited_for_and_asked_about_too() -> None:
    story = Story(ASK).lays_part(OPERA, 1).scans(ANNA.card).enters()
    assert story.sees(Checkout).rows[0].state is RowState.ASKING
    story.waits(Timer.PARTS)
    assert story.sees(RefusalCard).choices == (Choice.YES, Choice.NO)


def test_a_book_that_lay_there_unread_before_the_card_is_lent_when_it_is_read() -> None:
    story = Story()
    story.tags[SOLARIS.tags[0]] = Security.ARMED
    story.happens(TagSeen(SOLARIS.tags[0])).scans(ANNA.card).enters()
    story.happens(TagRead(SOLARIS.facts(1)))
    assert len(story.of(RequestCheckout)) == 1


def test_the_part_itself_answers_the_question() -> None:
    story = borrowing(1, rules=ASK).waits(Timer.PARTS).lays_part(OPERA, 2)
    assert story.state(OPERA) is RowState.YOURS
    assert notes(story) == []


def test_without_the_library_system_a_vouched_set_is_lent_and_journaled_too() -> None:
    story = borrowing(rules=MAIN).silent().lays_part(OPERA, 1).waits(Timer.PARTS)
    assert story.sees(Checkout).rows[0].state is RowState.RECORDED
    assert notes(story) == ["lent without part 2 of 2"]


# --- a return --------------------------------------------------------------------------------------------------------


@tells("a part of a set is missing at a return")
def test_a_set_without_its_second_part_is_returned_marked_and_told_to_staff() -> None:
    story = Story().chooses(Task.CHECKIN).lays_part(OPERA, 1)
    assert len(story.of(RequestCheckin)) == 1  # nothing waits for it
    assert story.state(OPERA) is RowState.ASKING
    story.waits(Timer.PARTS)
    row = story.sees(Checkin).rows[0]
    assert (row.state, row.destination, story.reason(OPERA)) == (
        RowState.RETURNED, Destination.SORTING, Reason.SET_INCOMPLETE,
    )  # fmt: skip
    assert notes(story) == ["returned without part 2 of 2"]
    story.lays_part(OPERA, 2)
    assert (story.rows[OPERA.title].refusal, story.tags[SECOND]) == (None, Security.ARMED)
    assert len(story.of(RequestCheckin)) == 1
    story.presses(Button.FINISH)
    assert len(story.sees(Farewell).receipt.returned) == 1


@tells("a part of a set is missing at a return")
def test_who_leaves_before_the_wait_is_over_leaves_a_note_all_the_same() -> None:
    story = Story().chooses(Task.CHECKIN).lays_part(OPERA, 1).presses(Button.FINISH, Button.FINISH)
    assert story.now.session is None
    assert notes(story) == ["returned without part 2 of 2"]


def test_an_answer_after_the_wait_tells_staff_then() -> None:
    story = Story().keep(RequestCheckin).chooses(Task.CHECKIN).lays_part(OPERA, 1).waits(Timer.PARTS)
    assert notes(story) == []
    assert notes(story.answered(RequestCheckin)) == ["returned without part 2 of 2"]


def test_where_the_first_part_is_enough_nothing_is_missing_at_its_return() -> None:
    story = Story(MAIN).chooses(Task.CHECKIN).lays_part(OPERA, 1).waits(Timer.PARTS)
    assert (story.rows[OPERA.title].refusal, notes(story)) == (None, [])


def test_what_the_library_system_tells_later_names_the_part() -> None:
    story = Story().chooses(Task.CHECKIN).lays_part(OPERA, 1)
    story.happens(ItemDescribed(OPERA.item, replace(OPERA.info, media=Media.CD)))
    refusal = story.rows[OPERA.title].refusal
    assert refusal is not None
    assert (refusal.missing, refusal.media) == ((2,), Media.CD)
