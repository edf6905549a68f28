"""What goes on while something is dead."""

from dataclasses import replace

import pytest

from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.items import Security, Standing, TagFacts, Usage
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason
from kiosk.domain.rules import Hours, OfflineCards, OfflineRules
from kiosk.effects import (
    AskAccount,
    DescribeItem,
    Identify,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    SetSecurity,
)
from kiosk.events import (
    Button,
    CheckoutUnanswered,
    Choice,
    HoursChanged,
    Intent,
    ItemDescribed,
    NotRecorded,
    PartChanged,
    PatronUnanswered,
    QueueChanged,
    Recovered,
    SecurityNotSet,
    TagRead,
    TagSeen,
    Task,
    Timer,
)
from kiosk.views import (
    Banner,
    Broken,
    Checkin,
    Checkout,
    Farewell,
    Home,
    Idle,
    OutOfService,
    RefusalCard,
    RowState,
    View,
)
from tests.kiosk.stories import (
    ANNA,
    CLUB,
    DEAD,
    LAURUS,
    NO_PIN,
    NOT_OFFLINE,
    OFFLINE_DUE,
    PICNIC,
    RETURN_FIRST,
    RULES,
    SOLARIS,
    TODAY,
    YURA,
    Answer,
    Story,
    tells,
)


def offline(story: Story | None = None) -> Story:
    return (story or Story()).silent().chooses(Task.CHECKOUT).logs_in()


def unanswered(*, sent: bool) -> Answer:
    return lambda asked: CheckoutUnanswered(asked.session, asked.item, sent)


# --- the library system ----------------------------------------------------------------------------------------------


@tells("offline lend within limits")
def test_without_the_library_system_books_are_recorded_here_and_said_to_be() -> None:
    story = offline().lays(SOLARIS)
    view = story.sees(Checkout)
    row = view.rows[0]
    assert (row.state, row.due) == (RowState.RECORDED, OFFLINE_DUE)
    assert (view.count.recorded, view.frame.offline, view.frame.banner) == (1, True, Banner.OFFLINE)
    assert story.opened(SOLARIS)
    assert story.intents(SOLARIS) == [Intent.CHECKOUT, Intent.OFFLINE_CHECKOUT]
    story.presses(Button.FINISH)
    assert [(line.due, line.confirmed) for line in story.sees(Farewell).receipt.lent] == [(OFFLINE_DUE, False)]


@tells("offline lend within limits")
def test_not_more_than_the_offline_limit_leave_without_the_library_system() -> None:
    rules = replace(RULES, offline=OfflineRules(max_items=2))
    story = offline(Story(rules)).lays(SOLARIS, LAURUS, PICNIC)
    states = [row.state for row in story.sees(Checkout).rows]
    assert states == [RowState.RECORDED, RowState.RECORDED, RowState.STAYS]
    assert story.sees(Checkout).rows[2].refusal.reason is Reason.OFFLINE_LIMIT


@tells("offline lend within limits")
def test_books_asked_for_at_the_same_moment_do_not_slip_past_a_limit_together() -> None:
    for rules, limit in ((replace(RULES, offline=OfflineRules(max_items=1)), 20), (RULES, 4)):
        story = Story(rules).keep(Record, RequestCheckout)
        story.patrons[ANNA.card] = replace(ANNA, loan_count=3, limit=limit)
        story.borrows(SOLARIS, LAURUS).answered(Record)
        for asked in story.of(RequestCheckout):
            story.happens(CheckoutUnanswered(asked.session, asked.item, sent=False))
        story.answered(Record)
        assert sorted(row.state.name for row in story.sees(Checkout).rows) == ["RECORDED", "STAYS"]


def test_who_was_not_confirmed_stays_within_that_limit_when_the_library_system_is_back() -> None:
    rules = replace(RULES, offline=OfflineRules(max_items=1))
    story = offline(Story(rules)).lays(SOLARIS)
    story.as_before(*story.silences).happens(PartChanged(Part.ABIS, READY)).lays(LAURUS)
    assert story.reason(LAURUS) is Reason.OFFLINE_LIMIT


@tells("offline maybe-done")
def test_a_loan_that_may_have_been_made_is_recorded_as_unknown_whatever_the_limit() -> None:
    story = Story(replace(RULES, offline=OfflineRules(max_items=0))).on(RequestCheckout, unanswered(sent=True))
    story.borrows(SOLARIS)
    assert story.state(SOLARIS) is RowState.RECORDED
    record = story.of(Record)[-1]
    assert (record.unknown, record.txn, record.due) == (True, story.of(RequestCheckout)[0].txn, OFFLINE_DUE)


@tells("offline lend within limits")
def test_where_the_library_lends_nothing_offline_nothing_is_offered() -> None:
    story = Story(NOT_OFFLINE).silent()
    assert story.sees(Idle).tasks == ()
    story.logs_in()
    assert story.view.refusal.reason is Reason.NEEDS_ABIS
    lending = Story(replace(RULES, offline=OfflineRules(checkout=False))).on(RequestCheckout, unanswered(sent=False))
    assert lending.borrows(SOLARIS).sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS


@tells("18+ to a minor")
def test_the_age_law_holds_without_the_library_system_too() -> None:
    def known(age: int | None) -> Answer:
        return lambda asked: PatronUnanswered(asked.session, asked.card, Patron(asked.card, age_at_least=age))

    for age, state in ((18, RowState.RECORDED), (None, RowState.STAYS)):
        story = Story().silent().on(Identify, known(age)).chooses(Task.CHECKOUT).logs_in()
        story.on(DescribeItem, lambda asked: ItemDescribed(asked.item, CLUB.info)).lays(CLUB, SOLARIS)
        assert story.state(CLUB) is state
    unknown = Story().silent().on(Identify, known(None)).chooses(Task.CHECKOUT).logs_in().lays(SOLARIS)
    assert unknown.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS  # it may be marked: nobody can say
    trusting = replace(NO_PIN, offline=OfflineRules(cards=OfflineCards.ANY))
    stranger = (
        Story(trusting).silent().on(Identify, lambda asked: PatronUnanswered(asked.session, asked.card)).logs_in()
    )
    assert stranger.sees(Home).loans is None
    law = replace(RULES, age_law=False)
    assert offline(Story(law)).lays(SOLARIS).sees(Checkout).rows[0].state is RowState.RECORDED


@tells("another reader's ready hold")
def test_a_book_from_the_hold_shelf_does_not_leave_while_nobody_can_be_asked_whose_it_is() -> None:
    story = Story().on(RequestCheckout, unanswered(sent=False))
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_HOLD_SHELF)
    assert story.borrows(SOLARIS).sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS
    assert not story.of(SetSecurity)


@tells("another reader's ready hold")
def test_a_copy_for_use_in_the_reading_room_does_not_leave_while_nobody_can_be_asked() -> None:
    story = offline()
    uid, item = LAURUS.tags[0], LAURUS.item
    story.happens(TagSeen(uid), TagRead(TagFacts(uid, item, Usage.NOT_FOR_LOAN)))
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS


@tells("18+ to a minor")
def test_a_child_gets_no_marked_book_when_the_library_system_dies_in_between() -> None:
    story = Story().on(RequestCheckout, unanswered(sent=True))
    story.patrons[ANNA.card] = replace(ANNA, birth=None)
    story.keep(DescribeItem).borrows(CLUB).happens(ItemDescribed(CLUB.item, None))
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS


@tells("18+ to a minor")
def test_a_book_of_which_nothing_is_known_may_be_marked_and_is_not_even_asked_for() -> None:
    story = Story().keep(DescribeItem).borrows(CLUB, patron=YURA).happens(ItemDescribed(CLUB.item, None))
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS
    assert not story.of(RequestCheckout)


@tells("18+ to a minor")
def test_a_mark_that_is_remembered_holds_without_the_library_system() -> None:
    story = Story().keep(RequestCheckout).borrows(LAURUS, patron=YURA)
    story.happens(ItemDescribed(LAURUS.item, replace(LAURUS.info, age_mark=18, remembered=True)))
    story.happens(CheckoutUnanswered(story.of(RequestCheckout)[0].session, LAURUS.item, sent=False))
    assert story.sees(RefusalCard).refusal.reason is Reason.AGE_RESTRICTED


@tells("18+ to a minor")
def test_a_yes_to_another_question_does_not_get_round_the_mark() -> None:
    story = Story(RETURN_FIRST)
    story.infos[CLUB.item] = replace(CLUB.info, standing=Standing.ON_LOAN)
    story.borrows(CLUB, patron=YURA)
    assert story.sees(RefusalCard).refusal.reason is Reason.AGE_RESTRICTED


@tells("limit reached")
def test_a_yes_to_another_question_does_not_get_round_the_limit() -> None:
    story = Story(RETURN_FIRST)
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=Standing.ON_LOAN)
    story.patrons[ANNA.card] = replace(ANNA, loan_count=20)
    story.borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.LIMIT_REACHED


@tells("offline lend within limits")
def test_the_limit_without_the_library_system_counts_what_waits_from_earlier_visits() -> None:
    rules = replace(RULES, pin_required=False, offline=OfflineRules(max_items=2))
    story = Story(rules).silent().on(Identify, lambda a: PatronUnanswered(a.session, a.card, ANNA, recorded=1))
    story.borrows(SOLARIS).lays(LAURUS)
    assert story.opened(SOLARIS)
    assert not story.opened(LAURUS)


@tells("offline maybe-done")
def test_what_may_have_been_lent_although_it_stays_is_recorded_to_be_returned() -> None:
    story = Story(replace(RULES, offline=OfflineRules(checkout=False)))
    story.on(RequestCheckout, lambda a: CheckoutUnanswered(a.session, a.item, sent=True))
    story.borrows(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS
    assert Intent.NOT_TAKEN in story.intents(SOLARIS)
    assert not story.opened(SOLARIS)


@tells("recovered items disarmed when they reappear")
def test_nothing_is_opened_on_the_strength_of_a_debt_while_nobody_can_be_asked() -> None:
    story = Story().happens(Recovered(frozenset({SOLARIS.item}))).silent().lays(SOLARIS)
    assert not story.opened(SOLARIS)
    assert story.now.pad.owed
    story.on(DescribeItem, lambda a: ItemDescribed(a.item, replace(SOLARIS.info, remembered=True)))
    story.lifts(SOLARIS).lays(SOLARIS)
    assert story.now.pad.owed, "what is only remembered settles nothing"


@tells("not recorded (journal)")
def test_an_offline_loan_that_cannot_be_recorded_is_not_made() -> None:
    story = offline().on(
        Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item) if asked.txn else story.answer(asked)
    )
    story.lays(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.NOT_RECORDED
    assert not story.opened(SOLARIS)


@tells("offline lend within limits")
def test_a_book_lent_offline_and_lifted_too_early_is_called_back_like_any_other() -> None:
    story = offline().keep(SetSecurity).lays(SOLARIS).lifts(SOLARIS).as_before(SetSecurity).lays(SOLARIS)
    assert story.opened(SOLARIS)
    assert story.sees(Checkout).rows[0].state is RowState.RECORDED
    story.opens(SOLARIS).says(SOLARIS, Choice.REMOVE)
    assert story.intents(SOLARIS)[-1] is Intent.OFFLINE_CHECKIN


@tells("returned in the same session then borrowed")
def test_what_is_lent_and_returned_in_one_visit_without_the_library_system_is_lent_to_nobody() -> None:
    story = offline().lays(SOLARIS).chooses(Task.CHECKIN).lifts(SOLARIS).lays(SOLARIS)
    assert story.intents(SOLARIS)[-2:] == [Intent.CHECKIN, Intent.OFFLINE_CHECKIN]
    receipt = story.presses(Button.FINISH).sees(Farewell).receipt
    assert (receipt.lent, [line.title for line in receipt.returned]) == ((), [SOLARIS.item])
    assert not story.opened(SOLARIS)


def test_a_book_lent_offline_by_its_barcode_is_not_armed_for_a_return_that_came_before() -> None:
    story = Story().keep(SetSecurity).chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS)
    story.presses(Button.DOES_NOT_WORK, Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    story = offline(story.as_before(SetSecurity)).scans(SOLARIS.item).lays(SOLARIS)
    assert story.opened(SOLARIS)


@tells("returned in the same session then borrowed")
def test_a_book_returned_and_lent_again_without_the_library_system_is_not_armed_any_more() -> None:
    story = (
        offline()
        .chooses(Task.CHECKIN)
        .on(
            SetSecurity,
            lambda asked: (
                SecurityNotSet(asked.uid, asked.security) if asked.security is Security.ARMED else story.answer(asked)
            ),
        )
    )
    story.lays(SOLARIS).lifts(SOLARIS).presses(Button.DOES_NOT_WORK, Button.FINISH)
    story.chooses(Task.CHECKOUT).lays(SOLARIS).as_before(SetSecurity).lifts(SOLARIS).lays(SOLARIS)
    assert story.opened(SOLARIS)


@tells("back on-line is told")
def test_the_link_that_came_back_is_told_for_five_seconds() -> None:
    story = Story().silent()
    assert story.sees(Idle).tasks == (Task.CHECKOUT, Task.CHECKIN)
    story.happens(PartChanged(Part.ABIS, READY), QueueChanged(2, 1))
    idle = story.sees(Idle)
    assert (idle.frame.banner, idle.frame.waiting, idle.tasks) == (
        Banner.BACK_ONLINE, 2, (Task.CHECKOUT, Task.CHECKIN, Task.ACCOUNT),
    )  # fmt: skip
    story.waits(Timer.TOAST)
    assert story.sees(Idle).frame.banner is Banner.NONE


def test_a_renewal_or_an_account_waits_for_the_library_system() -> None:
    story = Story().silent().chooses(Task.ACCOUNT)
    story.sees(Idle)  # it is not offered
    assert not story.of(AskAccount)
    assert not story.of(RequestRenew)


# --- devices and journal ---------------------------------------------------------------------------------------------


@tells("out of service")
def test_a_station_that_cannot_record_says_so_and_what_was_begun_is_told_book_by_book() -> None:
    story = Story().happens(PartChanged(Part.JOURNAL, DEAD))
    assert story.sees(OutOfService).broken is Broken.JOURNAL
    story.shows(ANNA).lays(SOLARIS).sees(OutOfService)
    assert story.now.session is None
    story.happens(PartChanged(Part.JOURNAL, READY)).sees(Idle)
    story = Story().logs_in().happens(PartChanged(Part.JOURNAL, DEAD))
    story.sees(Home)  # somebody is there: the refusal of each book says it
    story = Story().chooses(Task.CHECKIN).happens(PartChanged(Part.JOURNAL, DEAD))
    assert story.sees(OutOfService).broken is Broken.JOURNAL
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    assert story.now.session is None


@tells("out of service")
def test_one_of_pad_and_scanner_is_enough() -> None:
    story = Story().happens(PartChanged(Part.TAGS, DEAD))
    story.sees(Idle)
    story.happens(PartChanged(Part.SCANNER, Health(State.DEGRADED, "dusty"))).sees(Idle)
    story.happens(PartChanged(Part.SCANNER, DEAD))
    assert story.sees(OutOfService).broken is Broken.BOOKS
    assert story.now.tasks == ()


@tells("starting")
def test_a_station_that_starts_says_so() -> None:
    story = Story(alive=())
    assert story.sees(OutOfService).broken is Broken.STARTING
    story.happens(PartChanged(Part.JOURNAL, READY))
    assert story.sees(OutOfService).broken is Broken.STARTING
    story.happens(PartChanged(Part.TAGS, READY)).sees(Idle)
    story.now = replace(story.now, hours=None)
    assert story.sees(OutOfService).broken is Broken.STARTING
    story.happens(HoursChanged(Hours(TODAY))).sees(Idle)


@tells("starting")
def test_nobody_is_served_before_the_pad_was_looked_at() -> None:
    story = Story(alive=(Part.JOURNAL,)).happens(PartChanged(Part.TAGS, DEAD), PartChanged(Part.SCANNER, DEAD))
    story.happens(PartChanged(Part.SCANNER, READY))
    assert story.sees(OutOfService).broken is Broken.STARTING
    story.happens(PartChanged(Part.TAGS, READY)).sees(Idle)
    story.happens(PartChanged(Part.TAGS, DEAD)).sees(Idle)


@tells("starting")
@pytest.mark.parametrize(("part", "shown"), [(Part.SCANNER, Idle), (Part.PRINTER, OutOfService)])
def test_a_pad_that_does_not_come_to_life_is_waited_for_no_longer_than_its_time(part: Part, shown: type[View]) -> None:
    story = Story(alive=(Part.JOURNAL, part)) if part is Part.PRINTER else Story(alive=(Part.JOURNAL,))
    story.happens(PartChanged(Part.TAGS, DEAD), PartChanged(part, READY))
    assert story.sees(OutOfService).broken is Broken.STARTING
    assert story.timers[Timer.STARTING] == 3
    story.waits(Timer.STARTING).sees(shown)
    assert story.now.outage.broken is (None if shown is Idle else Broken.BOOKS)


def test_a_desk_without_a_scanner_says_that_cards_are_typed() -> None:
    story = Story(alive=(Part.JOURNAL, Part.TAGS, Part.ABIS)).chooses(Task.CHECKOUT)
    assert story.view.can_scan is False


def test_a_return_goes_on_without_the_library_system_while_loans_may_not() -> None:
    story = Story(replace(RULES, offline=OfflineRules(checkout=False))).silent()
    assert story.sees(Idle).tasks == (Task.CHECKIN,)
    story.chooses(Task.CHECKIN).lays(SOLARIS)
    assert story.sees(Checkin).rows[0].state is RowState.RECORDED
    assert len(story.of(RequestCheckin)) == 1
