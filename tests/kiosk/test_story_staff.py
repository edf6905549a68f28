"""Staff on the spot: who is let in, what they see and try, and what they do that readers notice."""

from dataclasses import replace
from datetime import timedelta

from kiosk import effects
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.ids import CardNumber, Secret, SessionId, TxnId
from kiosk.domain.items import ItemInfo, Loan
from kiosk.domain.patrons import Account
from kiosk.domain.receipts import Receipt
from kiosk.domain.records import Kind
from kiosk.domain.rules import Hours, Look
from kiosk.domain.staff import Act, Tried
from kiosk.effects import (
    AskAccount,
    CheckStaff,
    DescribeItem,
    EndSession,
    Note,
    OpenSession,
    Pretend,
    PrintReceipt,
    RequestCheckin,
    RequestRenew,
    Restart,
    Sound,
    StopTimer,
    Tone,
    TryAbis,
    TryPrinter,
)
from kiosk.events import (
    AbisTried,
    AccountRead,
    BarcodeScanned,
    Button,
    CardRead,
    HoursChanged,
    LookChosen,
    NumberTyped,
    PartChanged,
    PinEntered,
    Pretended,
    PrinterTried,
    QueueChanged,
    Recovered,
    RenewApproved,
    ServiceFound,
    StaffAdmitted,
    StaffCardShown,
    StaffRefused,
    Task,
    Timer,
    Touched,
    TrialCardShown,
)
from kiosk.flows import rehearsal
from kiosk.flows.session_state import Session
from kiosk.views import (
    Broken,
    Checkin,
    Checkout,
    Cleaning,
    Farewell,
    Help,
    Home,
    Identify,
    Idle,
    OutOfService,
    PartLine,
    Pin,
    StaffMenu,
    StaffPin,
    TypeNumber,
)
from tests.kiosk.stories import (
    ANNA,
    DEAD,
    LAURUS,
    NO_PIN,
    OLGA,
    OLGAS,
    SOLARIS,
    STAFF_PIN,
    TODAY,
    TRIAL,
    WRONG_PIN,
    Story,
    tells,
)

IVANS = CardNumber("90000000000033")
BLIND = (PartChanged(Part.TAGS, DEAD), PartChanged(Part.SCANNER, DEAD))


def did(story: Story) -> list[tuple[Kind, str, str | None]]:
    """What was journaled of staff and test cards: kind, what, who."""
    notes = [note for note in story.of(Note) if isinstance(note, Note)]
    return [(note.kind, note.topic, note.staff) for note in notes]


def part(story: Story, which: Part) -> PartLine:
    return next(line for line in story.sees(StaffMenu).parts if line.part is which)


# --- who is let in ---------------------------------------------------------------------------------------------------


@tells("staff log-in")
def test_a_staff_card_and_its_pin_open_the_staff_screen_and_it_is_journaled() -> None:
    story = Story().happens(StaffCardShown(OLGAS))
    assert story.sees(StaffPin) == StaffPin(story.view.frame)
    assert story.tones == [Tone.CARD]
    story.keep(CheckStaff).enters(STAFF_PIN)
    assert story.sees(StaffPin).busy
    story.enters(STAFF_PIN)  # twice is once
    story.answered(CheckStaff)
    assert (story.sees(StaffMenu).who, story.sees(StaffMenu).closed) == ("olga", False)
    assert story.of(CheckStaff) == [CheckStaff(OLGAS, STAFF_PIN)]
    story.presses(Button.FINISH).sees(Idle)
    assert did(story) == [(Kind.STAFF_CAME, "", OLGA), (Kind.STAFF_LEFT, "", OLGA)]
    assert story.of(OpenSession) == []
    assert Timer.STAFF not in story.timers


@tells("a staff PIN that is wrong, until the card is locked")
def test_a_wrong_staff_pin_is_counted_and_then_nothing_is_tried_any_more() -> None:
    story = Story().happens(StaffCardShown(OLGAS), PinEntered(WRONG_PIN))
    assert (story.sees(StaffPin).attempts_left, story.sees(StaffPin).busy) == (2, False)
    story.on(CheckStaff, lambda asked: StaffRefused(asked.card, 0, minutes=15)).enters(WRONG_PIN)
    assert story.sees(StaffPin).minutes == 15
    story.as_before(CheckStaff).enters(STAFF_PIN)
    assert len(story.of(CheckStaff)) == 2
    story.sees(StaffPin)
    story.presses(Button.BACK).sees(Idle)
    assert did(story) == []  # nobody was there; what was refused is journaled where it was counted


def test_an_answer_about_another_card_lets_nobody_in() -> None:
    story = Story().keep(CheckStaff).happens(StaffCardShown(OLGAS), PinEntered(STAFF_PIN))
    story.happens(StaffAdmitted(IVANS, OLGA), StaffRefused(IVANS, 1))
    assert story.sees(StaffPin).busy
    story.presses(Button.BACK).answered(CheckStaff).sees(Idle)
    story.happens(StaffCardShown(IVANS), StaffCardShown(OLGAS))  # the wrong card first
    story.as_before(CheckStaff).enters(STAFF_PIN).sees(StaffMenu)


def test_no_pin_is_in_any_view_or_state() -> None:
    story = Story().happens(StaffCardShown(OLGAS), PinEntered(Secret("500118")), PinEntered(STAFF_PIN))
    told = repr((story.seen, story.now, story.asked))
    assert "739164" not in told
    assert "500118" not in told
    assert OLGAS not in repr(story.seen)


@tells("a staff card while somebody is served")
def test_staff_wait_for_whoever_is_being_served_and_not_for_whoever_has_done_nothing() -> None:
    story = Story().borrows(SOLARIS).happens(StaffCardShown(OLGAS), TrialCardShown(TRIAL))
    assert story.sees(Checkout).frame.banner.name == "SECOND_CARD"
    story.waits(Timer.TOAST)
    assert story.sees(Checkout).frame.banner.name != "SECOND_CARD"
    story.presses(Button.FINISH, Button.FINISH).sees(Idle)
    story.lifts(SOLARIS).lays(LAURUS).sees(Identify)
    story.happens(StaffCardShown(OLGAS)).sees(StaffPin)
    assert len(story.of(EndSession)) == 2
    story.enters(STAFF_PIN).sees(StaffMenu)


@tells("staff where no card can be read")
def test_where_no_card_can_be_read_any_more_staff_need_not_wait_for_who_was_about_to_log_in() -> None:
    story = Story().shows(ANNA).happens(*BLIND)
    assert story.sees(OutOfService).number
    story.presses(Button.STAFF).sees(TypeNumber)
    assert story.now.session is None


def test_staff_wait_for_what_is_being_returned() -> None:
    story = Story().keep(RequestCheckin).chooses(Task.CHECKIN).lays(SOLARIS).happens(*BLIND)
    assert not story.sees(OutOfService).number
    before = story.presses(Button.STAFF).now.session
    assert before is not None
    assert before.checkin.books


def test_where_no_card_can_be_read_staff_type_its_number() -> None:
    story = Story().presses(Button.STAFF)
    story.sees(Idle)
    story.happens(*BLIND)
    assert story.sees(OutOfService) == OutOfService(story.view.frame, Broken.BOOKS, number=True)
    story.presses(Button.STAFF).sees(TypeNumber)
    story.presses(Button.BACK).sees(OutOfService)
    story.presses(Button.STAFF).happens(NumberTyped(" "), Touched()).sees(TypeNumber)
    story.types(OLGAS).enters(STAFF_PIN)
    assert part(story, Part.TAGS).state is State.ABSENT
    story.acts(Act.TRY_VISIT).sees(OutOfService)  # nothing can be tried at a broken desk
    assert story.of(OpenSession) == []


def test_a_staff_screen_that_nobody_touches_closes_by_itself() -> None:
    story = Story().staff_come().happens(Touched())
    assert story.timers[Timer.STAFF] == 60
    story.waits(Timer.STAFF).sees(Idle)
    assert did(story)[-1] == (Kind.STAFF_LEFT, "", OLGA)
    story.happens(StaffCardShown(OLGAS), Touched()).waits(Timer.STAFF).sees(Idle)
    assert len(did(story)) == 2  # nobody had come


def test_what_was_laid_over_the_staff_screen_goes_first() -> None:
    story = Story().staff_come().presses(Button.HELP)
    story.sees(Help)
    story.presses(Button.BACK).sees(StaffMenu)
    story.presses(Button.COMFORT)
    assert story.sees(StaffMenu).frame.comfort_open
    story.presses(Button.FINISH)
    assert not story.sees(StaffMenu).frame.comfort_open
    story.happens(LookChosen(Look("en"))).presses(Button.BACK)
    assert story.sees(Idle).frame.look == Look()


# --- out of service --------------------------------------------------------------------------------------------------


@tells("out of service by staff, and back")
def test_staff_take_the_station_out_of_service_and_back() -> None:
    story = Story().staff_come().acts(Act.CLOSE, Act.CLOSE)
    assert story.sees(StaffMenu).closed
    story.presses(Button.FINISH)
    assert story.sees(OutOfService).broken is Broken.STAFF
    story.lays(SOLARIS).shows(ANNA).scans(SOLARIS.item).chooses(Task.CHECKIN).sees(OutOfService)
    assert story.of(OpenSession) == []
    story.staff_come().acts(Act.OPEN)
    assert not story.sees(StaffMenu).closed
    story.presses(Button.FINISH).sees(Idle)
    kinds = [(kind, who) for kind, _, who in did(story) if kind in (Kind.STATION_CLOSED, Kind.STATION_OPENED)]
    assert kinds == [(Kind.STATION_CLOSED, OLGA), (Kind.STATION_OPENED, OLGA)]
    story.borrows(SOLARIS)
    assert story.rows["Солярис"].state.name != "YOURS"  # what lay there meanwhile is nobody's
    story.lifts(SOLARIS).lays(SOLARIS)
    assert story.rows["Солярис"].state.name == "YOURS"


@tells("out of service by staff, and back")
def test_out_of_service_outlives_a_restart() -> None:
    story = Story().happens(ServiceFound(closed=True))
    assert story.sees(OutOfService).broken is Broken.STAFF
    story.happens(PartChanged(Part.JOURNAL, DEAD))
    assert story.sees(OutOfService).broken is Broken.JOURNAL
    story.happens(PartChanged(Part.JOURNAL, READY), ServiceFound(closed=False)).sees(Idle)


# --- what is seen and tried ------------------------------------------------------------------------------------------


@tells("what staff try at the screen")
def test_staff_see_what_is_broken_first_and_what_is_not_sent() -> None:
    story = Story().happens(QueueChanged(3, 1), PartChanged(Part.PRINTER, Health(State.ABSENT, "out of paper")))
    menu = story.staff_come().sees(StaffMenu)
    assert (menu.waiting, menu.review) == (3, 1)
    states = [(line.part, line.state) for line in menu.parts]
    assert states[0] == (Part.PRINTER, State.ABSENT)
    assert {state for _, state in states[1:]} == {State.READY}
    story.happens(HoursChanged(Hours(TODAY, certain=False)), PartChanged(Part.ABIS, DEAD))
    states = [(line.part, line.state) for line in story.sees(StaffMenu).parts]
    assert states[:3] == [(Part.PRINTER, State.ABSENT), (Part.ABIS, State.ABSENT), (Part.CLOCK, State.DEGRADED)]
    story.happens(PartChanged(Part.ABIS, READY), PartChanged(Part.PRINTER, READY), QueueChanged(0))
    assert story.sees(StaffMenu).parts[0].part is Part.CLOCK


@tells("what staff try at the screen")
def test_a_book_that_is_laid_down_and_what_is_scanned_are_seen_there() -> None:
    story = Story(alive=(*Story.alive, Part.CARDS)).staff_come()
    assert part(story, Part.TAGS) == PartLine(Part.TAGS, State.READY)
    story.lays_unreadable("E004010000009999")
    assert (part(story, Part.TAGS).laid, part(story, Part.TAGS).seen) == (1, "")
    story.lays(SOLARIS)
    assert (part(story, Part.TAGS).laid, part(story, Part.TAGS).seen) == (2, "Солярис")
    story.infos[LAURUS.item] = ItemInfo(LAURUS.item)
    story.lays(LAURUS)
    assert part(story, Part.TAGS).seen == LAURUS.item
    story.happens(BarcodeScanned("4600-any"))
    assert part(story, Part.SCANNER).seen == "4600-any"
    story.happens(BarcodeScanned("https://a-poster.example/with-a-long-way"))
    assert part(story, Part.SCANNER).seen == "https://a-poster.exampl…"
    assert story.of(OpenSession) == []
    story.presses(Button.FINISH).sees(Idle)
    story.borrows()
    assert story.sees(Checkout).count.yours == 0  # what staff laid there is nobody's


def test_a_card_that_is_tried_is_masked() -> None:
    story = Story(alive=(*Story.alive, Part.CARDS)).staff_come().scans(ANNA.card)
    assert part(story, Part.SCANNER).seen == "•••• 4172"
    story.happens(CardRead(ANNA.card))
    assert part(story, Part.CARDS).seen == "•••• 4172"
    story.happens(StaffCardShown(OLGAS, scanned=False), TrialCardShown(TRIAL))
    assert (part(story, Part.CARDS).seen, part(story, Part.SCANNER).seen) == ("•••• 0017", "•••• 0025")
    assert story.of(effects.Identify) == []
    assert ANNA.card not in repr(story.seen)


@tells("what staff try at the screen")
def test_printer_catalogue_and_sound_are_tried_and_say_what_came_of_it() -> None:
    story = (
        Story()
        .keep(TryPrinter, TryAbis)
        .staff_come()
        .acts(Act.TRY_PRINTER, Act.TRY_PRINTER, Act.TRY_ABIS, Act.TRY_ABIS)
    )
    assert (part(story, Part.PRINTER).tried, part(story, Part.ABIS).tried) == (Tried.WAITING, Tried.WAITING)
    assert (len(story.of(TryPrinter)), len(story.of(TryAbis))) == (1, 1)
    story.answered(TryPrinter, TryAbis)
    assert (part(story, Part.PRINTER).tried, part(story, Part.ABIS).tried) == (Tried.WORKS, Tried.WORKS)
    story.on(TryPrinter, lambda _: PrinterTried(printed=False)).on(TryAbis, lambda _: AbisTried(answers=False))
    story.acts(Act.TRY_PRINTER, Act.TRY_ABIS, Act.TRY_SOUND)
    assert (part(story, Part.PRINTER).tried, part(story, Part.ABIS).tried) == (Tried.FAILS, Tried.FAILS)
    assert story.of(Sound)[-1] == Sound(Tone.YOURS)
    assert (Kind.STAFF_DID, "printer tried", OLGA) in did(story)


# --- cleaning and restart --------------------------------------------------------------------------------------------


@tells("the cleaning lock")
def test_while_the_screen_is_wiped_no_touch_means_anything_and_it_comes_back_by_itself() -> None:
    story = Story().staff_come().acts(Act.CLEAN)
    assert story.sees(Cleaning).seconds == 30
    assert Timer.STAFF not in story.timers
    before = story.now
    story.presses(*Button).acts(*Act).chooses(Task.CHECKIN).happens(LookChosen(Look("en")), Touched())
    assert story.now == before
    story.shows(ANNA).scans(SOLARIS.item).lays(SOLARIS).happens(StaffCardShown(OLGAS)).sees(Cleaning)
    assert story.of(OpenSession) == []
    story.waits(Timer.CLEANING)
    assert story.sees(StaffMenu).who == "olga"
    assert did(story)[-1] == (Kind.STAFF_DID, "cleaning", OLGA)
    story.waits(Timer.STAFF).sees(Idle)


@tells("restart by staff")
def test_a_restart_is_asked_for_twice_and_journaled_first() -> None:
    story = Story().staff_come().acts(Act.RESTART)
    assert story.sees(StaffMenu).sure
    story.presses(Button.BACK)
    assert not story.sees(StaffMenu).sure
    story.acts(Act.RESTART, Act.TRY_SOUND, Act.RESTART).happens(Touched())
    assert not story.sees(StaffMenu).sure
    assert story.of(Restart) == []
    story.acts(Act.RESTART, Act.RESTART, Act.RESTART)
    assert story.sees(StaffMenu).restarting
    assert story.of(Restart) == [Restart()]
    at = story.asked.index(Restart())
    assert story.asked[at - 1] == Note(Kind.STAFF_DID, topic="restart", staff=OLGA)


# --- visits that never count -----------------------------------------------------------------------------------------

SILENT = ("Record", "Identify", "AskAccount", "DescribeItem", "RequestCheckout", "RequestCheckin", "RequestRenew",
          "SetSecurity", "PrintReceipt", "MailReceipt", "OpenSession")  # fmt: skip


def asked_for(story: Story) -> set[str]:
    return {type(effect).__name__ for effect in story.asked}


@tells("test cards never count")
def test_a_visit_with_a_test_card_asks_nobody_for_anything_and_says_so_all_the_time() -> None:
    story = Story().happens(TrialCardShown(TRIAL))
    story.sees(Pin)
    story.enters(WRONG_PIN).sees(Home)
    story.chooses(Task.CHECKOUT).lays(SOLARIS)
    assert [row.state.name for row in story.sees(Checkout).rows] == ["YOURS"]
    story.presses(Button.BACK).chooses(Task.CHECKIN).lifts(SOLARIS).lays(SOLARIS, LAURUS)
    assert [row.state.name for row in story.sees(Checkin).rows] == ["RETURNED", "RETURNED"]
    assert not story.opened(SOLARIS)
    assert all(view.frame.trial for view in story.seen if not isinstance(view, Idle | OutOfService))
    story.presses(Button.FINISH)
    assert story.sees(Farewell).paper.name == "NONE"
    story.presses(Button.FINISH).sees(Idle)
    assert not story.view.frame.trial
    assert asked_for(story) & set(SILENT) == set()
    assert did(story) == [(Kind.TRIAL_VISIT, "", None)]
    assert story.of(EndSession) == [EndSession("s1", None, trial=True)]
    assert (story.now.pad.owed, story.now.pad.infos) == ((), ())


@tells("test cards never count")
def test_a_pile_that_lay_there_before_is_tried_and_is_nobodys_afterwards() -> None:
    story = Story(NO_PIN).lays(SOLARIS).happens(TrialCardShown(TRIAL))
    assert [row.title for row in story.sees(Checkout).rows] == ["Солярис"]
    story.presses(Button.FINISH, Button.FINISH).sees(Idle)
    story.logs_in().chooses(Task.CHECKOUT)
    assert [row.state.name for row in story.sees(Checkout).rows] == ["STAYS"]
    assert not story.opened(SOLARIS)


def test_only_the_test_card_is_let_in() -> None:
    story = Story(NO_PIN).happens(TrialCardShown(TRIAL)).sees(Home) and Story().happens(TrialCardShown(TRIAL))
    story.presses(Button.BACK).sees(Identify)
    story.shows(ANNA).enters().sees(Identify)
    assert story.of(effects.Identify) == []
    story.happens(TrialCardShown(TRIAL)).enters(WRONG_PIN).sees(Home)
    story.happens(TrialCardShown(TRIAL))
    assert story.sees(Home).frame.banner.name == "SECOND_CARD"
    story.happens(StaffCardShown(OLGAS)).sees(StaffPin)  # staff need not finish it
    story.presses(Button.BACK).sees(Idle)
    assert asked_for(story) & set(SILENT) == set()


@tells("test cards never count")
def test_staff_begin_a_test_visit_from_their_screen_even_while_it_is_closed() -> None:
    story = Story().staff_come().acts(Act.CLOSE).lays(SOLARIS).acts(Act.TRY_VISIT)
    story.sees(Pin)
    story.enters().sees(Checkout)
    assert [row.state.name for row in story.sees(Checkout).rows] == ["YOURS"]
    story.presses(Button.FINISH, Button.FINISH)
    assert story.sees(OutOfService).broken is Broken.STAFF
    assert [(kind, what) for kind, what, _ in did(story)][-4:] == [
        (Kind.STATION_CLOSED, ""), (Kind.STAFF_DID, "test visit"), (Kind.STAFF_LEFT, ""), (Kind.TRIAL_VISIT, ""),
    ]  # fmt: skip


def test_an_abandoned_test_visit_ends_like_any_other() -> None:
    story = Story().happens(TrialCardShown(TRIAL)).enters().waits(Timer.PATIENCE).waits(Timer.LAST_CALL)
    story.sees(Idle)
    assert story.of(EndSession) == [EndSession("s1", None, trial=True)]


def test_a_test_visit_pays_no_debt_and_makes_none() -> None:
    story = Story().happens(Recovered(frozenset({SOLARIS.item})))
    owed = story.now.pad.owed
    assert [debt.item for debt in owed] == [SOLARIS.item]
    story.happens(TrialCardShown(TRIAL)).enters().chooses(Task.CHECKIN).lays(SOLARIS)
    assert [row.state.name for row in story.sees(Checkin).rows] == ["RETURNED"]
    story.chooses(Task.CHECKOUT).lays(LAURUS).presses(Button.FINISH, Button.FINISH).sees(Idle)
    assert story.now.pad.owed == owed
    assert not story.opened(SOLARIS)
    story.lifts(SOLARIS).lays(SOLARIS)  # the real repair is made when it is seen again
    assert DescribeItem(SOLARIS.item) in story.asked


def test_an_answer_made_up_for_a_visit_that_is_over_changes_nothing() -> None:
    story = Story().keep(Pretend).happens(TrialCardShown(TRIAL)).enters()
    (made_up,) = (effect.event for effect in story.of(Pretend) if isinstance(effect, Pretend))
    story.waits(Timer.PATIENCE).waits(Timer.LAST_CALL).sees(Idle)
    before = story.now
    assert story.happens(made_up).now == before
    story.happens(TrialCardShown(TRIAL)).happens(made_up).sees(Pin)


def test_what_a_visit_asks_for_becomes_its_own_answer_or_nothing() -> None:
    visit = SessionId("s1")
    trial = Session(visit, trial=TRIAL)
    asked = (
        RequestRenew(visit, TxnId("t"), TRIAL, SOLARIS.item),
        PrintReceipt(visit, Receipt()),
        Note(Kind.TAG_NOT_WRITTEN, visit, SOLARIS.item),
        StopTimer(Timer.FAREWELL),
        AskAccount(visit, TRIAL),
    )
    assert rehearsal.instead(asked, trial, TODAY) == (
        Pretend(Pretended(visit, RenewApproved(visit, Loan(SOLARIS.item, due=TODAY + timedelta(days=14), age_mark=0)))),
        StopTimer(Timer.FAREWELL),
        Pretend(Pretended(visit, AccountRead(visit, Account()))),
    )


def test_without_an_identifier_the_test_visit_waits_for_one() -> None:
    story = Story()
    story.now = replace(story.now, spare=None)
    story.happens(TrialCardShown(TRIAL)).sees(Idle)
    story.mint()
    story.happens(Touched()).sees(Pin)
