"""Who is in front of the screen: card, number, PIN, and the second card."""

from dataclasses import replace

import pytest

from kiosk.domain.health import READY, Part
from kiosk.domain.ids import CardNumber
from kiosk.domain.items import Standing
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Greeting, OfflineCards, OfflineRules, Patience, ReceiptRule, Rules
from kiosk.effects import (
    AskAccount,
    EndSession,
    Identify,
    OpenSession,
    PrintReceipt,
    RequestCheckin,
    RequestCheckout,
    SetSecurity,
    Tone,
)
from kiosk.events import (
    Button,
    CardRead,
    CheckoutRefused,
    Choice,
    PartChanged,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    SessionMinted,
    Task,
    Timer,
    Touched,
)
from kiosk.views import (
    Banner,
    Checkin,
    Checkout,
    Farewell,
    Help,
    Home,
    HouseRules,
    Idle,
    Loans,
    NoCard,
    Pin,
    RefusalCard,
    RowState,
    TypeNumber,
)
from kiosk.views import Identify as IdentifyView
from tests.kiosk.stories import (
    ANNA,
    BARCODED,
    BORIS,
    CLUB,
    DEAD,
    LAURUS,
    NO_PIN,
    PICNIC,
    RETURN_FIRST,
    RULES,
    SOLARIS,
    WRONG_PIN,
    YURA,
    Story,
    tells,
)


@tells("identify by barcode card", "RFID card", "PIN required/not")
def test_a_card_and_its_pin_lead_home() -> None:
    for shown in (Story().shows(ANNA), Story().scans(ANNA.card)):
        pin = shown.sees(Pin)
        assert (pin.card, pin.length, pin.busy) == ("•••• 4172", 4, False)
        assert shown.tones == [Tone.CARD]
        home = shown.enters().sees(Home)
        assert home.name == "Анна"
        assert "4172" not in repr(shown.now.session).replace(ANNA.card, "")


@tells("PIN required/not")
def test_where_no_pin_is_asked_the_card_is_enough() -> None:
    story = Story(NO_PIN).keep(Identify).shows(ANNA)
    assert story.sees(IdentifyView).busy
    story.answered(Identify).sees(Home)
    assert story.of(Identify)[0].pin is None


@tells("card shown while busy", "double taps")
def test_impatience_while_the_card_is_being_asked_about_changes_nothing() -> None:
    story = Story().keep(Identify).shows(ANNA).enters().enters(WRONG_PIN).presses(Button.BACK)
    story.chooses(Task.CHECKIN).shows(ANNA).scans(ANNA.card)
    assert story.sees(Pin).busy
    assert len(story.of(Identify)) == 1
    story.shows(BORIS)
    assert story.view.frame.banner is Banner.SECOND_CARD
    assert story.answered(Identify).sees(Home).name == "Анна"


def test_an_answer_that_nobody_waits_for_makes_nobody_of_a_reader() -> None:
    story = Story().logs_in()
    story.happens(
        PatronIdentified(story.now.session.id, BORIS), PatronRefused(story.now.session.id, Refusal(Reason.OTHER))
    )
    assert story.sees(Home).name == "Анна"


def test_who_finishes_while_the_card_is_being_asked_about_is_not_called_back() -> None:
    story = Story(NO_PIN).keep(Identify).chooses(Task.CHECKIN).lays(SOLARIS).shows(ANNA)
    story.waits(Timer.PATIENCE).presses(Button.FINISH).sees(Farewell)
    story.answered(Identify).sees(Farewell)


def test_a_library_may_greet_nobody_by_name() -> None:
    story = Story(replace(RULES, greeting=Greeting.NOTHING)).logs_in()
    assert story.sees(Home).name == ""


@tells("typed number")
def test_a_number_may_be_typed_and_a_mistake_corrected() -> None:
    story = Story().chooses(Task.ACCOUNT).presses(Button.TYPE_NUMBER)
    assert story.sees(TypeNumber).refusal is None
    story.types("  ").sees(TypeNumber)
    story.types("21234000020000").enters()
    assert story.sees(TypeNumber).refusal.reason is Reason.CARD_UNKNOWN
    story.types(f" {ANNA.card} ").enters().sees(Loans)


def test_a_typed_number_is_given_up_by_going_back() -> None:
    story = Story().chooses(Task.CHECKOUT).presses(Button.TYPE_NUMBER, Button.BACK)
    story.sees(IdentifyView)
    story.presses(Button.BACK).sees(Idle)


@tells("identification with wrong PIN")
def test_a_wrong_pin_says_how_many_attempts_are_left_and_then_the_card_is_locked() -> None:
    story = Story().shows(ANNA).enters(WRONG_PIN)
    pin = story.sees(Pin)
    assert (pin.refusal.reason, pin.attempts_left) == (Reason.WRONG_PIN, 2)
    story.on(Identify, lambda asked: PatronRefused(asked.session, Refusal(Reason.PIN_LOCKED), 0)).enters()
    assert story.sees(Pin).refusal.reason is Reason.PIN_LOCKED
    story.as_before(Identify).shows(BORIS)
    assert (story.sees(Pin).refusal, story.sees(Pin).card) == (None, "•••• 9999")
    assert story.enters().sees(Home).name == "Борис"


def test_a_pin_screen_can_be_left_and_another_card_shown() -> None:
    story = Story().shows(ANNA).enters(WRONG_PIN).presses(Button.BACK)
    assert story.sees(IdentifyView).refusal is None
    assert story.logs_in(BORIS).sees(Home).name == "Борис"


@tells("refused card")
def test_a_card_that_is_refused_says_why_and_the_next_may_be_shown() -> None:
    for reason in (Reason.CARD_EXPIRED, Reason.CARD_BLOCKED, Reason.CARD_LOST, Reason.DEBTS, Reason.CARD_UNKNOWN):
        refusal = Refusal(reason)
        story = Story().on(Identify, lambda asked, why=refusal: PatronRefused(asked.session, why)).logs_in()
        assert story.sees(IdentifyView).refusal == refusal
        story.as_before(Identify).logs_in().sees(Home)


@tells("second card shown")
def test_a_second_card_is_told_that_the_first_reader_comes_first() -> None:
    story = Story().borrows(SOLARIS).shows(BORIS)
    assert story.view.frame.banner is Banner.SECOND_CARD
    assert story.sees(Checkout)
    assert story.now.session.patron == ANNA
    story.waits(Timer.TOAST)
    assert story.view.frame.banner is Banner.NONE
    story.presses(Button.FINISH).shows(BORIS)
    assert story.sees(Farewell).frame.banner is Banner.SECOND_CARD


@tells("second card shown")
def test_a_card_shown_to_the_farewell_of_who_only_returned_waits_its_turn() -> None:
    story = Story().chooses(Task.CHECKIN).lays(SOLARIS).presses(Button.FINISH).shows(ANNA)
    assert story.sees(Farewell).frame.banner is Banner.SECOND_CARD
    story.presses(Button.FINISH).shows(ANNA).sees(Pin)


@tells("second card shown")
def test_ones_own_card_read_once_more_is_no_second_card() -> None:
    canonical = replace(ANNA, card=CardNumber("ANNA-IN-THE-CATALOGUE"))
    story = Story()
    story.patrons[ANNA.card] = canonical
    story.logs_in().shows(ANNA).shows(canonical)
    assert story.view.frame.banner is Banner.NONE


@tells("parent with three cards")
def test_a_parent_with_three_cards_borrows_one_after_the_other() -> None:
    story, books = Story(NO_PIN), iter((SOLARIS, LAURUS))
    for patron in (ANNA, YURA):
        book = next(books)
        story.borrows(book, patron=patron).shows(BORIS)
        assert story.state(book) is RowState.YOURS
        story.presses(Button.FINISH, Button.FINISH).lifts(book).sees(Idle)
    assert [ended.card for ended in story.of(EndSession)] == [ANNA.card, YURA.card]
    assert story.logs_in(BORIS).sees(Home).name == "Борис"


def test_going_somewhere_else_forgets_a_card_that_was_shown_and_not_confirmed() -> None:
    story = Story().shows(ANNA).chooses(Task.ACCOUNT)
    story.sees(IdentifyView)
    assert story.shows(BORIS).sees(Pin).card == "•••• 9999"
    story.chooses(Task.CHECKIN).sees(Checkin)
    assert story.shows(ANNA).sees(Pin).card == "•••• 4172"


@tells("books laid down after a second card was shown")
def test_a_book_laid_down_after_another_card_was_shown_is_asked_about_and_lent_to_nobody_unasked() -> None:
    story = Story().borrows(SOLARIS).lifts(SOLARIS).shows(BORIS).lays(LAURUS)
    assert (story.state(LAURUS), story.reason(LAURUS)) == (RowState.QUESTION, Reason.ANOTHER_CARD)
    story.waits(Timer.TOAST).lays(PICNIC).scans(BARCODED.item)
    assert (story.state(PICNIC), story.state(BARCODED)) == (RowState.QUESTION, RowState.QUESTION)
    assert [asked.item for asked in story.of(RequestCheckout)] == [SOLARIS.item]
    story.opens(LAURUS)
    assert story.sees(RefusalCard).choices == (Choice.YES, Choice.NO)
    story.says(LAURUS, Choice.NO).opens(LAURUS).says(LAURUS, Choice.NO)
    assert (story.state(LAURUS), story.reason(LAURUS)) == (RowState.STAYS, Reason.ANOTHER_CARD)
    receipt = story.presses(Button.FINISH).sees(Farewell).receipt
    assert ([line.title for line in receipt.lent], receipt.stayed) == (["Солярис"], ())
    story.presses(Button.FINISH).lifts(LAURUS, PICNIC).borrows(LAURUS, patron=BORIS)
    assert story.of(RequestCheckout)[-1].card == BORIS.card


@tells("books laid down after a second card was shown")
def test_a_yes_lends_it_to_the_first_reader_and_so_are_the_books_after_it() -> None:
    story = Story().borrows(SOLARIS).shows(BORIS).lays(LAURUS).says(LAURUS, Choice.YES).lays(PICNIC)
    assert (story.state(LAURUS), story.state(PICNIC)) == (RowState.YOURS, RowState.YOURS)
    assert {asked.card for asked in story.of(RequestCheckout)} == {ANNA.card}


@tells("books laid down after a second card was shown")
def test_ones_own_card_shown_again_says_who_is_there() -> None:
    story = Story().borrows(SOLARIS).shows(BORIS).shows(ANNA).lays(LAURUS)
    assert story.state(LAURUS) is RowState.YOURS


def test_a_yes_to_whose_it_is_does_not_get_round_what_the_library_system_says() -> None:
    story = Story().borrows(SOLARIS, patron=YURA).shows(BORIS).lays(CLUB)
    assert story.reason(CLUB) is Reason.AGE_RESTRICTED
    fee = Story().borrows(SOLARIS).shows(BORIS).lays(LAURUS)
    fee.on(RequestCheckout, lambda asked: CheckoutRefused(asked.session, asked.item, Refusal(Reason.FEE)))
    fee.says(LAURUS, Choice.YES)
    assert fee.reason(LAURUS) is Reason.FEE
    assert not fee.of(RequestCheckout)[-1].fee_accepted
    other = Story(RETURN_FIRST).borrows(SOLARIS).shows(BORIS)
    other.infos[LAURUS.item] = replace(LAURUS.info, standing=Standing.ON_LOAN)
    other.lays(LAURUS).says(LAURUS, Choice.YES)
    assert other.reason(LAURUS) is Reason.ON_LOAN_TO_OTHER
    assert len(other.of(RequestCheckout)) == 1


@tells("somebody's return left open")
@pytest.mark.parametrize("rules", [RULES, NO_PIN], ids=["PIN", "no PIN"])
def test_who_shows_a_card_does_not_inherit_what_somebody_returned_before(rules: Rules) -> None:
    story = Story(rules).chooses(Task.CHECKIN).lays(LAURUS).lifts(LAURUS).logs_in(BORIS)
    (slip,) = story.of(PrintReceipt)  # it is printed for whoever brought them, as "Finish" would have done
    assert ([line.title for line in slip.receipt.returned], slip.receipt.card) == (["Лавр"], "")
    assert story.chooses(Task.CHECKIN).sees(Checkin).rows == ()
    story.presses(Button.BACK).chooses(Task.CHECKOUT).lays(SOLARIS)
    assert "Лавр" not in story.rows
    receipt = story.presses(Button.FINISH).sees(Farewell).receipt
    assert ([line.title for line in receipt.lent], receipt.returned) == (["Солярис"], ())


@tells("somebody's return left open")
def test_a_return_that_is_still_under_way_when_a_card_is_shown_is_carried_to_its_end_and_told_to_nobody() -> None:
    story = Story(NO_PIN).chooses(Task.CHECKIN).keep(RequestCheckin).lays(LAURUS).shows(BORIS)
    story.answered(RequestCheckin)
    assert not story.opened(LAURUS)
    assert story.presses(Button.FINISH).sees(Farewell).receipt.returned == ()
    assert story.of(PrintReceipt) == []


@tells("somebody's return left open")
def test_without_receipts_nothing_is_printed_of_what_somebody_returned() -> None:
    for rules, part in ((replace(NO_PIN, receipt=ReceiptRule.NEVER), None), (NO_PIN, Part.PRINTER)):
        story = Story(rules)
        if part:
            story.happens(PartChanged(part, DEAD))
        story.chooses(Task.CHECKIN).lays(LAURUS).shows(BORIS).sees(Home)
        assert story.of(PrintReceipt) == []


@tells("somebody's return left open")
def test_what_somebody_returned_may_be_borrowed_by_who_comes_after() -> None:
    story = Story(NO_PIN).chooses(Task.CHECKIN).lays(LAURUS).lifts(LAURUS).shows(BORIS)
    story.chooses(Task.CHECKOUT).lays(LAURUS)
    assert story.state(LAURUS) is RowState.YOURS


# --- without the library system --------------------------------------------------------------------------------------


def test_without_the_library_system_a_card_alone_may_do_but_a_typed_number_may_not() -> None:
    story = Story().silent().chooses(Task.CHECKOUT).logs_in()
    assert story.sees(Checkout).frame.banner is Banner.OFFLINE
    story = Story().silent().chooses(Task.CHECKOUT).presses(Button.TYPE_NUMBER).types(ANNA.card).enters()
    assert story.sees(IdentifyView).refusal.reason is Reason.NEEDS_ABIS
    story = Story(NO_PIN).silent().chooses(Task.CHECKOUT).presses(Button.TYPE_NUMBER).types(ANNA.card)
    story.sees(Checkout)  # where no PIN is ever asked the number always was enough


@tells("a card that was never seen here, without the link")
def test_without_the_library_system_an_invented_number_borrows_nothing_whatever_the_pin() -> None:
    story = Story().silent().on(Identify, lambda asked: PatronUnanswered(asked.session, asked.card))
    story.chooses(Task.CHECKOUT).scans("29999999999999").enters(WRONG_PIN)
    assert story.sees(IdentifyView).refusal.reason is Reason.CARD_NOT_SEEN
    story.lays(SOLARIS)
    assert not story.of(SetSecurity)
    story.chooses(Task.CHECKIN)
    assert [row.state for row in story.sees(Checkin).rows] == [RowState.RECORDED]  # books are taken back from anybody
    story.as_before(Identify).logs_in()
    assert story.now.session.patron == ANNA, "who is known may come after them"


@tells("a card that was never seen here, without the link")
def test_a_library_may_trust_every_card_without_the_library_system() -> None:
    rules = replace(RULES, offline=OfflineRules(cards=OfflineCards.ANY), age_law=False)
    story = Story(rules).silent().on(Identify, lambda asked: PatronUnanswered(asked.session, asked.card))
    assert story.borrows(SOLARIS).opened(SOLARIS)


def test_where_nothing_is_lent_without_the_library_system_no_card_is_the_reason() -> None:
    story = Story(replace(RULES, offline=OfflineRules(checkout=False)))
    story.on(Identify, lambda asked: PatronUnanswered(asked.session, asked.card)).logs_in()
    assert story.sees(IdentifyView).refusal.reason is Reason.NEEDS_ABIS


@tells("privacy without a PIN")
def test_who_was_not_confirmed_sees_no_account_even_when_the_library_system_is_back() -> None:
    story = Story().silent().logs_in()
    assert (story.sees(Home).name, story.sees(Home).loans) == ("", None)
    story.as_before(Identify).happens(PartChanged(Part.ABIS, READY)).chooses(Task.ACCOUNT)
    assert story.sees(Loans).unavailable
    assert not story.of(AskAccount)
    story.presses(Button.HOLDS, Button.RENEW_ALL).sees(Loans)


def test_nobody_is_let_to_the_account_without_the_library_system() -> None:
    story = Story().chooses(Task.ACCOUNT)
    story.on(Identify, lambda asked: PatronUnanswered(asked.session, asked.card)).logs_in()
    assert story.sees(IdentifyView).refusal.reason is Reason.NEEDS_ABIS


# --- screens laid over -----------------------------------------------------------------------------------------------


@tells("help and rules")
def test_help_and_rules_lie_over_where_one_is_and_are_left_to_the_same_place() -> None:
    story = Story().chooses(Task.CHECKOUT).presses(Button.NO_CARD)
    story.sees(NoCard)
    story.presses(Button.BACK).sees(IdentifyView)
    story.presses(Button.HELP).sees(Help)
    story.presses(Button.HELP).sees(IdentifyView)
    story.presses(Button.RULES).sees(HouseRules)
    story.presses(Button.FINISH).sees(IdentifyView)
    story.presses(Button.NO_CARD).chooses(Task.CHECKIN).sees(Checkin)
    story.presses(Button.COMFORT)
    assert story.view.frame.comfort_open
    story.presses(Button.BACK)
    assert not story.view.frame.comfort_open


@tells("help and rules")
def test_who_has_no_card_here_types_the_number_or_finds_the_card_after_all() -> None:
    story = Story().chooses(Task.CHECKOUT).presses(Button.NO_CARD)
    story.presses(Button.TYPE_NUMBER).sees(TypeNumber)
    found = Story().chooses(Task.CHECKOUT).presses(Button.NO_CARD).keep(Identify)
    found.happens(CardRead(ANNA.card)).sees(Pin)
    Story().presses(Button.HELP).logs_in().sees(Home)


def test_buttons_that_a_screen_does_not_show_mean_nothing() -> None:
    story = Story().chooses(Task.CHECKOUT)
    before = story.view
    story.presses(Button.TAKE, Button.DOES_NOT_WORK, Button.RENEW_ALL, Button.HOLDS, Button.MORE_TIME)
    story.enters().types("1")
    assert story.view == before


# --- who is served ---------------------------------------------------------------------------------------------------


@tells("session id reuse")
def test_a_session_has_an_id_of_its_own_that_was_minted_before() -> None:
    story = Story()
    for _ in range(3):
        story.chooses(Task.CHECKIN).presses(Button.BACK)
    assert [effect.session for effect in story.of(OpenSession)] == ["s1", "s2", "s3"]
    story.happens(PatronIdentified(story.of(OpenSession)[0].session, ANNA)).sees(Idle)


def test_without_an_id_nobody_is_served() -> None:
    story = Story()
    story.now = replace(story.now, spare=None)
    story.shows(ANNA).sees(Idle)
    story.happens(SessionMinted("s9")).sees(IdentifyView)  # the card was too early, but somebody is there
    story.shows(ANNA).sees(Pin)


def test_a_book_laid_down_between_two_readers_is_not_overlooked() -> None:
    story = Story()
    story.now = replace(story.now, spare=None)
    story.lays(SOLARIS).happens(SessionMinted("s9"))
    assert [row.title for row in story.sees(IdentifyView).rows] == ["Солярис"]
    story = Story()
    story.now = replace(story.now, spare=None)
    story.lays(SOLARIS).waits(Timer.PATIENCE).happens(SessionMinted("s9")).sees(Idle)


def test_whoever_looks_for_a_card_gets_longer() -> None:
    story = Story(replace(RULES, patience=Patience(idle=30, identify=70))).chooses(Task.CHECKOUT)
    assert story.timers == {Timer.PATIENCE: 70}
    story.logs_in().happens(Touched())
    assert story.timers == {Timer.PATIENCE: 30}
