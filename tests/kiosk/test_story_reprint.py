"""A receipt that never came out is offered to its reader, and to nobody else, at the next log-in."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.domain.health import Part
from kiosk.domain.ids import ItemId, SessionId
from kiosk.domain.receipts import Line, Receipt, Unprinted
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.domain.rules import ReceiptRule
from kiosk.effects import Identify, Note, PrintReceipt, RequestCheckout
from kiosk.events import (
    Button,
    Choice,
    Chosen,
    PartChanged,
    PatronIdentified,
    ReceiptFailed,
    ReceiptPrinted,
    Task,
    Timer,
)
from kiosk.flows.reprint import DECLINED
from kiosk.views import Checkin, Checkout, Farewell, Home, Idle, PutBack, RefusalCard
from tests.kiosk.stories import ANNA, BORIS, DEAD, RULES, SOLARIS, Story, tells

VISIT, BEFORE = SessionId("v2"), SessionId("v1")
SLIP = Receipt("•••• 4172", lent=(Line("Лавр", date(2026, 12, 10)),))
OWED = Unprinted(VISIT, datetime(2026, 11, 19, 18, 30, tzinfo=UTC), SLIP)
OLDER = Unprinted(BEFORE, datetime(2026, 11, 1, 12, 0, tzinfo=UTC), replace(SLIP, lent=(Line("Чайка"),)))


def owing(*owed: Unprinted, story: Story | None = None) -> Story:
    """A desk at which Anna was never given these receipts."""
    story = story or Story()
    return story.on(
        Identify,
        lambda asked: PatronIdentified(
            asked.session, story.patrons[asked.card], owed if asked.card == ANNA.card else ()
        ),
    )


def answer(story: Story, choice: Choice) -> Story:
    item = story.sees(RefusalCard).row.item
    assert item is not None
    return story.happens(Chosen(item, choice))


def asks(story: Story) -> bool:
    return isinstance(story.view, RefusalCard) and story.view.refusal.reason is Reason.RECEIPT_UNPRINTED


@tells("a receipt owed from an earlier visit")
def test_the_reader_is_asked_about_the_receipt_of_the_last_visit_and_it_is_printed_as_of_then() -> None:
    story = owing(OWED).logs_in()
    card = story.sees(RefusalCard)
    assert (card.refusal.reason, card.refusal.until, card.refusal.limit) == (
        Reason.RECEIPT_UNPRINTED, date(2026, 11, 19), 1,
    )  # fmt: skip
    assert (card.row.title, card.choices, card.yours) == ("Лавр", (Choice.YES, Choice.NO), 0)
    answer(story, Choice.YES).sees(Home)
    assert story.of(PrintReceipt) == [PrintReceipt(VISIT, replace(SLIP, again=True), OWED.at)]
    story.happens(ReceiptPrinted(VISIT)).sees(Home)
    assert not story.of(Note)


@tells("a receipt owed from an earlier visit")
def test_a_receipt_that_is_not_wanted_is_closed_in_the_journal_and_nothing_is_printed() -> None:
    story = answer(owing(OLDER, OWED).logs_in(), Choice.NO)
    story.sees(Home)
    assert story.of(Note) == [Note(Kind.RECEIPT_PRINTED, visit, topic=DECLINED) for visit in (BEFORE, VISIT)]
    assert not story.of(PrintReceipt)


def test_several_receipts_are_asked_about_once_and_each_is_printed() -> None:
    story = owing(OLDER, OWED).logs_in()
    assert (story.sees(RefusalCard).refusal.limit, story.sees(RefusalCard).row.title) == (2, "Лавр")
    answer(story, Choice.YES)
    assert [effect.session for effect in story.of(PrintReceipt)] == [BEFORE, VISIT]


@pytest.mark.parametrize("button", [Button.BACK, Button.FINISH])
def test_who_goes_on_without_an_answer_is_not_asked_again_in_this_visit_and_nothing_is_closed(button: Button) -> None:
    story = owing(OWED).logs_in().presses(button)
    story.sees(Home)
    story.chooses(Task.CHECKIN).sees(Checkin)
    story.presses(Button.FINISH).sees(Farewell)
    assert not story.of(PrintReceipt) + story.of(Note)


def test_a_receipt_is_never_offered_to_somebody_else() -> None:
    story = owing(OWED).logs_in(BORIS)
    story.sees(Home)
    story.presses(Button.FINISH, Button.FINISH).sees(Idle)
    assert asks(story.logs_in(ANNA))


def test_nobody_inherits_the_question_when_its_reader_walks_away() -> None:
    story = owing(OWED).logs_in().waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    story.logs_in(BORIS).sees(Home)


def test_who_was_not_confirmed_is_shown_nothing_of_an_earlier_visit() -> None:
    story = owing(OWED).silent().logs_in()
    story.sees(Home)


def test_a_printer_that_cannot_print_is_not_offered_and_the_question_comes_when_it_can() -> None:
    story = owing(OWED).happens(PartChanged(Part.PRINTER, DEAD)).logs_in()
    story.sees(Home)
    story.happens(PartChanged(Part.PRINTER, story.now.outage.of(Part.JOURNAL)))
    assert asks(story)


def test_where_no_receipts_are_printed_none_is_missed() -> None:
    owing(OWED, story=Story(replace(RULES, receipt=ReceiptRule.NEVER))).logs_in().sees(Home)


def test_a_receipt_that_fails_again_is_not_shown_and_stays_owed() -> None:
    story = answer(owing(OWED).on(PrintReceipt, lambda asked: ReceiptFailed(asked.session)).logs_in(), Choice.YES)
    story.sees(Home)
    assert not story.of(Note)


def test_books_are_lent_under_the_question_and_what_must_be_put_back_comes_first() -> None:
    story = owing(OWED).keep(RequestCheckout).lays(SOLARIS).logs_in()
    assert asks(story)
    story.lifts(SOLARIS).answered(RequestCheckout)
    story.presses(Button.BACK, Button.FINISH).sees(PutBack)
    story.lays(SOLARIS)
    assert asks(story)
    answer(story, Choice.YES).sees(Checkout)
    assert story.opened(SOLARIS)


def test_an_answer_that_was_not_asked_for_or_comes_twice_does_nothing() -> None:
    story = owing(OWED).logs_in().happens(Chosen(ItemId(VISIT), Choice.REMOVE))
    assert asks(story)
    answer(story, Choice.YES).happens(Chosen(ItemId(VISIT), Choice.YES), Chosen(ItemId(VISIT), Choice.NO))
    assert len(story.of(PrintReceipt)) == 1
    assert not story.of(Note)


def test_a_receipt_without_a_line_has_no_title_to_show() -> None:
    story = owing(replace(OWED, receipt=Receipt())).logs_in()
    assert story.sees(RefusalCard).row.title == ""
