"""The receipt: by the way the library has, or the one its reader takes; and what becomes of it when a way is closed."""

from dataclasses import replace

import pytest

from kiosk.domain.health import READY, Part
from kiosk.domain.mail import Address
from kiosk.domain.money import Money
from kiosk.domain.receipts import Line, Template, Way
from kiosk.domain.records import Kind
from kiosk.domain.rules import ReceiptRule, Rules
from kiosk.effects import MailReceipt, Note, PrintReceipt
from kiosk.events import (
    Button,
    Choice,
    Chosen,
    PartChanged,
    ReceiptFailed,
    ReceiptPrinted,
    RenewPressed,
    Task,
    Timer,
)
from kiosk.views import Banner, Farewell, Home, Idle, Paper, RefusalCard
from tests.kiosk.stories import ANNA, BORIS, CLUB, DEAD, DUE, LAURUS, RULES, SOLARIS, Story, tells
from tests.kiosk.test_story_account import MY_LOANS
from tests.kiosk.test_story_reprint import OLDER, OWED, SLIP, VISIT, answer, owing

TO = Address("anna@mail.ru")
REACHED = replace(ANNA, mail=TO)
ALL = (Way.PAPER, Way.MAIL, Way.SCREEN)
ANY = replace(RULES, ways=ALL)
ASKED = replace(ANY, first_way=None)


def desk(rules: Rules = ANY, *, mail: bool = True, printer: bool = True) -> Story:
    """A desk where Anna has an address."""
    story = Story(rules)
    story.patrons[ANNA.card] = REACHED
    if mail:
        story.happens(PartChanged(Part.MAIL, READY))
    return story if printer else story.happens(PartChanged(Part.PRINTER, DEAD))


def goes(story: Story) -> Farewell:
    return story.borrows(SOLARIS).presses(Button.FINISH).sees(Farewell)


def letters(story: Story) -> list[MailReceipt]:
    return [effect for effect in story.of(MailReceipt) if isinstance(effect, MailReceipt)]


# --- by itself -------------------------------------------------------------------------------------------------------


@tells("receipts")
def test_the_library_s_own_way_is_taken_by_itself_and_the_others_are_offered() -> None:
    story = desk()
    bye = goes(story)
    assert (bye.paper, bye.ways, bye.mail) == (Paper.PRINTED, (Way.MAIL, Way.SCREEN), "a•••@mail.ru")
    assert (len(story.of(PrintReceipt)), letters(story)) == (1, [])


@tells("a receipt by e-mail")
def test_a_receipt_goes_by_e_mail_to_the_reader_s_own_address_and_the_reader_is_told_it_will_come() -> None:
    story = desk(replace(ANY, first_way=Way.MAIL)).keep(MailReceipt)
    assert goes(story).paper is Paper.MAILING
    (letter,) = letters(story)
    assert (letter.session, letter.card, letter.to) == (story.now.session.id, ANNA.card, TO)
    assert [line.title for line in letter.receipt.lent] == ["Солярис"]
    assert (letter.receipt.card, letter.receipt.language) == ("•••• 4172", "ru")
    story.answered(MailReceipt)
    assert story.sees(Farewell).paper is Paper.MAILED
    assert not story.of(PrintReceipt)


@tells("a receipt by e-mail")
@pytest.mark.parametrize("rules", [ASKED, ANY])
def test_who_asks_for_a_letter_gets_one_and_time_to_see_that(rules: Rules) -> None:
    story = desk(rules)
    goes(story)
    story.timers.clear()
    story.presses(Button.MAIL_IT, Button.MAIL_IT)
    assert (story.sees(Farewell).paper, len(letters(story))) == (Paper.MAILED, 1)
    assert story.timers[Timer.FAREWELL] == RULES.patience.farewell
    assert Way.MAIL not in story.sees(Farewell).ways


@tells("a receipt on the screen")
def test_what_is_shown_on_the_screen_stays_as_long_as_the_reader_and_not_a_second_longer() -> None:
    story = desk(ASKED)
    assert not goes(story).on_screen
    story.presses(Button.SHOW_IT)
    bye = story.sees(Farewell)
    assert (bye.on_screen, bye.paper, bye.seconds) == (True, Paper.SHOWN, RULES.patience.more)
    assert story.timers[Timer.FAREWELL] == RULES.patience.more
    assert bye.template.library == RULES.library
    story.presses(Button.MORE_TIME).waits(Timer.FAREWELL).sees(Idle)


def test_a_list_on_the_screen_stays_when_another_way_is_taken_as_well() -> None:
    story = desk(ASKED)
    goes(story)
    story.presses(Button.SHOW_IT, Button.PRINT_IT)
    bye = story.sees(Farewell)
    assert (bye.on_screen, bye.paper, bye.ways) == (True, Paper.PRINTED, (Way.MAIL,))


@tells("no receipt")
def test_where_nothing_is_handed_out_by_itself_there_is_time_to_choose_and_to_go_without() -> None:
    hasty = replace(ASKED, patience=replace(RULES.patience, farewell=5))
    story = desk(hasty)
    bye = goes(story)
    assert (bye.paper, bye.ways, bye.seconds) == (Paper.NONE, ALL, 20)
    assert story.timers[Timer.FAREWELL] == 20
    story.presses(Button.FINISH).sees(Idle)
    assert not story.of(PrintReceipt) + story.of(MailReceipt) + story.of(Note)


@tells("no receipt")
def test_a_library_without_receipts_offers_none_and_misses_no_printer() -> None:
    story = desk(replace(ANY, receipt=ReceiptRule.NEVER), printer=False)
    assert story.view.frame.banner is Banner.NONE
    bye = goes(story)
    assert (bye.ways, bye.paper) == ((), Paper.NONE)
    story.presses(Button.PRINT_IT, Button.MAIL_IT, Button.SHOW_IT)
    assert not story.of(PrintReceipt) + story.of(MailReceipt)


def test_who_did_nothing_is_offered_no_receipt() -> None:
    story = desk().logs_in().presses(Button.FINISH)
    assert story.sees(Farewell).ways == ()
    assert story.presses(Button.SHOW_IT).sees(Farewell).paper is Paper.NONE


def test_the_buttons_of_a_receipt_mean_nothing_before_the_farewell() -> None:
    story = desk().borrows(SOLARIS).presses(Button.PRINT_IT, Button.MAIL_IT, Button.SHOW_IT)
    assert not story.of(PrintReceipt) + story.of(MailReceipt)


# --- a way that is closed --------------------------------------------------------------------------------------------


@tells("a receipt by e-mail", "printer dead")
def test_where_the_printer_is_dead_the_letter_goes_instead_and_the_reader_is_told_both() -> None:
    story = desk(printer=False)
    assert story.view.frame.banner is Banner.NO_RECEIPT
    bye = goes(story)
    assert (bye.paper, bye.ways) == (Paper.MAILED_INSTEAD, (Way.SCREEN,))
    assert not story.of(PrintReceipt)


@tells("a receipt by e-mail", "printer dead")
def test_a_printer_that_fails_at_the_last_moment_makes_room_for_the_letter() -> None:
    story = desk().on(PrintReceipt, lambda asked: ReceiptFailed(asked.session))
    assert goes(story).paper is Paper.MAILED_INSTEAD
    assert len(letters(story)) == 1


@tells("a receipt on the screen", "printer dead")
def test_without_printer_and_post_the_list_is_shown() -> None:
    bye = goes(desk(mail=False, printer=False))
    assert (bye.paper, bye.on_screen, bye.ways) == (Paper.SHOWN, True, ())


def test_a_letter_that_the_post_does_not_take_is_printed() -> None:
    story = desk(replace(ANY, first_way=Way.MAIL)).on(MailReceipt, lambda asked: ReceiptFailed(asked.session, Way.MAIL))
    bye = goes(story)
    assert (bye.paper, bye.ways) == (Paper.PRINTED, (Way.SCREEN,))


def test_where_no_way_is_left_the_reader_is_told_which_one_failed() -> None:
    only = replace(RULES, ways=(Way.MAIL,), first_way=Way.MAIL)
    story = desk(only).on(MailReceipt, lambda asked: ReceiptFailed(asked.session, Way.MAIL))
    assert goes(story).paper is Paper.NOT_MAILED
    assert goes(Story(only)).paper is Paper.NONE  # whoever has no address misses nothing
    assert goes(desk(RULES, printer=False)).paper is Paper.FAILED


@tells("printer dead")
def test_whose_printer_was_dead_all_along_is_owed_a_receipt_like_whose_printer_failed() -> None:
    def missed(story: Story) -> list[Note]:
        return [note for note in story.of(Note) if isinstance(note, Note) and note.kind is Kind.RECEIPT_FAILED]

    story = desk(RULES, printer=False)
    assert goes(story).paper is Paper.FAILED
    assert len(missed(story)) == 1
    shown = desk(mail=False, printer=False)
    assert goes(shown).paper is Paper.SHOWN
    assert not missed(shown)


def test_a_letter_goes_to_nobody_without_an_address_nor_to_whom_the_library_system_did_not_confirm() -> None:
    story = desk(ASKED).borrows(LAURUS, patron=BORIS).presses(Button.FINISH)
    assert story.sees(Farewell).ways == (Way.PAPER, Way.SCREEN)
    assert story.sees(Farewell).mail == ""
    story = desk(ASKED).silent().borrows(SOLARIS).presses(Button.FINISH)
    assert Way.MAIL not in story.sees(Farewell).ways


def test_a_printer_that_comes_back_is_offered_at_the_farewell() -> None:
    story = desk(ASKED, printer=False)
    assert goes(story).ways == (Way.MAIL, Way.SCREEN)
    story.happens(PartChanged(Part.PRINTER, READY))
    assert story.sees(Farewell).ways == ALL


def test_the_banner_of_a_dead_printer_goes_when_it_is_cured_and_is_none_where_nothing_is_printed() -> None:
    story = desk(printer=False)
    assert story.sees(Idle).frame.banner is Banner.NO_RECEIPT
    assert story.happens(PartChanged(Part.PRINTER, READY)).sees(Idle).frame.banner is Banner.NONE
    assert desk(replace(RULES, ways=(Way.MAIL,)), printer=False).sees(Idle).frame.banner is Banner.NONE


def test_an_answer_about_a_receipt_that_comes_when_its_reader_has_gone_is_nobody_s() -> None:
    story = desk().keep(PrintReceipt)
    goes(story)
    first = story.now.session.id
    story.presses(Button.FINISH).logs_in(BORIS).happens(ReceiptFailed(first), ReceiptPrinted(first, Way.MAIL))
    assert letters(story) == []
    story.sees(Home)


# --- what it says ----------------------------------------------------------------------------------------------------


def test_a_receipt_knows_author_number_first_name_and_what_is_owed_and_never_the_whole_name() -> None:
    story = desk()
    story.accounts[ANNA.card] = replace(MY_LOANS, fees=Money(5000, "RUB"))
    story.chooses(Task.ACCOUNT).logs_in().happens(RenewPressed(MY_LOANS.loans[0].item))
    story.chooses(Task.CHECKOUT).lays(CLUB).lifts(CLUB).chooses(Task.CHECKIN).lays(SOLARIS).presses(Button.FINISH)
    slip = story.of(PrintReceipt)[0].receipt
    assert slip.lent == (Line("Бойцовский клуб", DUE, author="Автор", item=CLUB.item),)
    assert slip.renewed[0].item == MY_LOANS.loans[0].item
    assert slip.returned[0].item == SOLARIS.item
    assert (slip.name, slip.fees, slip.card) == ("Анна", Money(5000, "RUB"), "•••• 4172")
    assert ANNA.name not in repr(slip)
    assert "Анна" not in repr(slip)


def test_the_letterhead_is_the_library_s() -> None:
    rules = replace(ANY, isil="RU-1", template=Template(phone="112", qr="x"))
    assert goes(desk(rules)).template == Template(RULES.library, "RU-1", "112", qr="x")


def test_a_return_before_any_card_is_printed_apart_only_where_paper_goes_by_itself() -> None:
    for rules, slips in ((ANY, 1), (ASKED, 0), (replace(ANY, first_way=Way.MAIL), 0)):
        story = desk(rules).chooses(Task.CHECKIN).lays(SOLARIS).logs_in()
        assert len(story.of(PrintReceipt)) == slips


# --- owed ------------------------------------------------------------------------------------------------------------


def owed(*receipts: object, mail: bool = True, printer: bool = True) -> Story:
    story = desk(mail=mail, printer=printer)
    return owing(*receipts, story=story)  # type: ignore[arg-type]


@tells("a receipt owed from an earlier visit", "a receipt by e-mail")
def test_a_receipt_that_never_came_out_is_sent_by_e_mail_where_its_reader_says_so() -> None:
    story = owed(OLDER, OWED).logs_in()
    assert story.sees(RefusalCard).choices == (Choice.YES, Choice.MAIL, Choice.NO)
    answer(story, Choice.MAIL).sees(Home)
    assert [(letter.session, letter.at, letter.receipt.again) for letter in letters(story)] == [
        (OLDER.visit, OLDER.at, True), (VISIT, OWED.at, True),
    ]  # fmt: skip
    assert letters(story)[1].receipt == replace(SLIP, again=True)
    assert not story.of(PrintReceipt)


@tells("a receipt owed from an earlier visit")
def test_without_a_printer_only_the_letter_is_offered_and_without_both_nothing_is() -> None:
    story = owed(OWED, printer=False).logs_in()
    assert story.sees(RefusalCard).choices == (Choice.MAIL, Choice.NO)
    answer(story, Choice.YES)
    assert not story.of(PrintReceipt)
    owed(OWED, mail=False, printer=False).logs_in().sees(Home)


def test_a_letter_that_was_not_offered_cannot_be_had() -> None:
    story = owed(OWED, mail=False).logs_in()
    item = story.sees(RefusalCard).row.item
    assert item is not None
    story.happens(Chosen(item, Choice.MAIL))
    assert letters(story) == []
    answer(story, Choice.NO)
    assert [note.kind for note in story.of(Note)] == [Kind.RECEIPT_PRINTED]
