"""The degraded table: every row of it, and every pair, lived to the end; what is offered works, and comes back."""

from dataclasses import replace

import pytest

from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.refusal import Reason
from kiosk.domain.rules import OfflineRules, ReceiptRule
from kiosk.effects import Note, RequestCheckout, SetSecurity
from kiosk.events import Button, PartChanged, Task, Timer
from kiosk.flows import degraded
from kiosk.flows.degraded import TABLE, Can, Fault, Faults
from kiosk.views import (
    Banner,
    Books,
    Broken,
    Checkin,
    Checkout,
    Farewell,
    Home,
    Identify,
    Idle,
    LoanState,
    OutOfService,
    Paper,
    PutBack,
    RefusalCard,
    RowState,
)
from tests.kiosk import degraded_days
from tests.kiosk.degraded_days import (
    ALL_WAYS,
    PAIRS,
    PARTS,
    SINGLE,
    Day,
    befalls,
    brings,
    lived,
    logs_in,
    named,
    passes,
    station,
)
from tests.kiosk.stories import ANNA, LAURUS, NO_PIN, PICNIC, RULES, SOLARIS, Story, tells

DEAD, DOUBTFUL = Fault.DEAD, Fault.DOUBTFUL
ALL, NO_ACCOUNT = (Task.CHECKOUT, Task.CHECKIN, Task.ACCOUNT), (Task.CHECKOUT, Task.CHECKIN)
GOOD = Day(
    Banner.NONE, ALL, lent=RowState.YOURS, returned=RowState.RETURNED, renewed=LoanState.RENEWED, paper=Paper.PRINTED
)
RECORDED = replace(GOOD, lent=RowState.RECORDED, returned=RowState.RECORDED)
DIFFERENT: dict[tuple[Part, Fault], Day] = {
    (Part.TAGS, DEAD): replace(GOOD, banner=Banner.NO_PAD, books=Books.SCANNED),
    (Part.SCANNER, DEAD): replace(GOOD, banner=Banner.NO_SCANNER, books=Books.LAID),
    (Part.PRINTER, DEAD): replace(GOOD, banner=Banner.NO_RECEIPT, paper=Paper.MAILED_INSTEAD),
    (Part.ABIS, DEAD): replace(RECORDED, banner=Banner.OFFLINE, tasks=NO_ACCOUNT, renewed=None),
    (Part.ABIS, DOUBTFUL): RECORDED,
    (Part.JOURNAL, DEAD): Day(Banner.NONE, broken=Broken.JOURNAL),
}
"""What is not as on a good day."""


def row(part: Part, fault: Fault) -> Day:
    return DIFFERENT.get((part, fault), GOOD)


# --- one thing -------------------------------------------------------------------------------------------------------


def test_on_a_good_day_everything_is_offered_and_done() -> None:
    assert lived({}) == GOOD
    assert degraded.staff({}) == ()


@tells("one thing dead or doubtful")
@pytest.mark.parametrize("faults", SINGLE, ids=named)
def test_what_is_offered_with_one_thing_dead_or_doubtful_is_done(faults: Faults) -> None:
    ((part, fault),) = faults.items()
    assert lived(faults) == row(part, fault)


@pytest.mark.parametrize("faults", SINGLE, ids=named)
def test_staff_read_one_sentence_of_everything_that_is_dead_or_doubtful(faults: Faults) -> None:
    assert len(degraded.staff(befalls(station(), faults).now.faults)) == 1


def test_the_table_has_one_row_of_every_fault() -> None:
    assert sorted((row.part.name, row.fault.name) for row in TABLE) == sorted(
        (part.name, fault.name) for part in PARTS for fault in Fault
    )
    assert len({row.staff for row in TABLE}) == len(TABLE)


def test_what_gives_the_desk_nothing_of_its_own_takes_nothing_away() -> None:
    story = station().happens(PartChanged(Part.CARDS, READY))
    assert story.now.can == frozenset(Can)
    assert story.happens(PartChanged(Part.CARDS, Health(State.ABSENT))).now.can == frozenset(Can)


# --- two things ------------------------------------------------------------------------------------------------------

LENT, RETURNED = (RowState.YOURS, RowState.RECORDED, None), (RowState.RETURNED, RowState.RECORDED, None)
PAPER = (Paper.PRINTED, Paper.MAILED_INSTEAD, Paper.SHOWN, None)
NOTICES = (Banner.DATES_UNSURE, Banner.OFFLINE_NO_RECEIPT, Banner.OFFLINE, Banner.NO_PAD, Banner.NO_SCANNER,
           Banner.NO_RECEIPT, Banner.NONE)  # fmt: skip
BY = (Books.SCANNED, Books.LAID, Books.EITHER)
TOGETHER: dict[frozenset[tuple[Part, Fault]], dict[str, object]] = {
    frozenset({(Part.PRINTER, DEAD), (Part.MAIL, DEAD)}): {"paper": Paper.SHOWN},
    frozenset({(Part.PRINTER, DEAD), (Part.ABIS, DEAD)}): {"banner": Banner.OFFLINE_NO_RECEIPT, "paper": Paper.SHOWN},
    **{
        frozenset({(Part.CLOCK, clock), (Part.ABIS, abis)}): {"due_certain": False} | notice
        for clock in Fault
        for abis, notice in ((DEAD, {"banner": Banner.DATES_UNSURE}), (DOUBTFUL, {}))
    },
}
"""What two faults do together that neither does alone; all else of a pair is the least of both."""


def least(one: Day, other: Day, together: dict[str, object]) -> Day:
    both = Day(
        min(one.banner, other.banner, key=NOTICES.index),
        tuple(task for task in one.tasks if task in other.tasks),
        min(one.books, other.books, key=BY.index),
        lent=max(one.lent, other.lent, key=LENT.index),
        returned=max(one.returned, other.returned, key=RETURNED.index),
        renewed=one.renewed and other.renewed,
        paper=max(one.paper, other.paper, key=PAPER.index),
    )
    return replace(both, **together)  # type: ignore[arg-type]


@tells("two things dead or doubtful")
@pytest.mark.parametrize("faults", PAIRS, ids=named)
def test_of_two_faults_the_least_of_both_is_left(faults: Faults) -> None:
    one, other = (row(part, fault) for part, fault in faults.items())
    if Broken.JOURNAL in (one.broken, other.broken):
        assert lived(faults) == Day(Banner.NONE, broken=Broken.JOURNAL)
    elif faults == {Part.TAGS: DEAD, Part.SCANNER: DEAD}:
        assert lived(faults) == Day(Banner.NONE, broken=Broken.BOOKS)
    else:
        assert lived(faults) == least(one, other, TOGETHER.get(frozenset(faults.items()), {}))


@pytest.mark.parametrize("faults", PAIRS, ids=named)
def test_staff_read_of_both_the_more_serious_first(faults: Faults) -> None:
    serious = [row.staff for row in TABLE if faults.get(row.part) is row.fault]
    assert len(serious) == 2
    assert list(degraded.staff(befalls(station(), faults).now.faults)) == serious


def test_the_page_tells_what_is_true() -> None:
    assert degraded_days.PAGE.read_text("utf-8") == degraded_days.page(), "python -m tests.kiosk.degraded_days"


# --- in the middle of a visit ----------------------------------------------------------------------------------------


@tells("something dies in the middle of a visit and lives again")
@pytest.mark.parametrize("faults", [*SINGLE, *PAIRS], ids=named)
def test_what_dies_in_the_middle_of_a_visit_loses_nothing_and_is_used_again_when_it_lives(faults: Faults) -> None:
    story = logs_in(station().chooses(Task.CHECKOUT)).lays(SOLARIS)
    befalls(story, faults)
    if story.now.can & {Can.LAY, Can.SCAN}:
        brings(story, PICNIC)
        done = story.now.session.checkout.lent if story.now.session else ()
        assert (PICNIC.item in done) is (faults.get(Part.JOURNAL) is not DEAD)
    passes(story, faults).lifts(PICNIC).lays(PICNIC, LAURUS)
    assert story.sees(Checkout).frame.books is Books.EITHER
    assert story.view.frame.banner in (Banner.NONE, Banner.BACK_ONLINE, Banner.DATES_UNSURE)
    assert all(story.opened(copy) for copy in (SOLARIS, PICNIC, LAURUS))
    assert len(story.presses(Button.FINISH).sees(Farewell).receipt.lent) == 3
    assert story.presses(Button.FINISH).sees(Idle).tasks == ALL


@pytest.mark.parametrize("faults", [*SINGLE, *PAIRS], ids=named)
def test_when_all_is_well_again_everything_is_offered_again_by_itself(faults: Faults) -> None:
    story = passes(befalls(station(), faults), faults)
    assert (story.sees(Idle).tasks, story.view.frame.books) == (ALL, Books.EITHER)
    assert story.view.frame.banner in (Banner.NONE, Banner.BACK_ONLINE)
    assert story.now.faults == {}


def test_who_stands_there_when_nothing_can_be_recorded_any_more_reads_so_and_nothing_is_lent() -> None:
    story = befalls(logs_in(station()), {Part.JOURNAL: DEAD, Part.ABIS: DEAD})
    assert story.sees(Home).frame.banner is Banner.NOTHING_KEPT
    story.chooses(Task.CHECKOUT).lays(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.NOT_RECORDED
    assert not story.of(RequestCheckout)


def test_who_stands_there_when_pad_and_scanner_die_reads_so() -> None:
    story = befalls(logs_in(station().chooses(Task.CHECKOUT)), {Part.TAGS: DEAD, Part.SCANNER: DEAD})
    assert story.sees(Checkout).frame.banner is Banner.NO_BOOKS


def test_nobody_is_asked_to_put_a_book_back_on_a_dead_pad() -> None:
    story = station().keep(SetSecurity).borrows(SOLARIS).lifts(SOLARIS)
    assert not story.sees(PutBack).stuck
    story.happens(PartChanged(Part.TAGS, Health(State.ABSENT)))
    assert story.sees(PutBack).stuck
    assert [note.item for note in story.of(Note) if isinstance(note, Note)] == [SOLARIS.item]
    story.presses(Button.FINISH).sees(Checkout)
    story.as_before(SetSecurity).happens(PartChanged(Part.TAGS, READY)).lays(SOLARIS)
    assert story.opened(SOLARIS)


def test_a_book_lifted_while_the_pad_dies_is_not_called_back_either() -> None:
    story = station().keep(SetSecurity).borrows(SOLARIS)
    story.happens(PartChanged(Part.TAGS, Health(State.ABSENT))).lifts(SOLARIS)
    assert story.sees(PutBack).stuck
    assert Timer.PUT_BACK not in story.timers


def test_a_book_returned_by_barcode_is_not_asked_for_on_a_pad_that_died_since() -> None:
    story = station().chooses(Task.CHECKIN).scans(SOLARIS.item)
    assert story.sees(Checkin).rows[0].lay_down
    story.happens(PartChanged(Part.TAGS, Health(State.ABSENT))).presses(Button.FINISH).sees(Farewell)


# --- what the screen may say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "tasks", "banner"),
    [
        (OfflineRules(), (Task.CHECKOUT, Task.CHECKIN), Banner.OFFLINE),
        (OfflineRules(checkout=False), (Task.CHECKIN,), Banner.OFFLINE_RETURNS),
        (OfflineRules(checkin=False), (Task.CHECKOUT,), Banner.OFFLINE_LOANS),
        (OfflineRules(checkout=False, checkin=False), (), Banner.OFFLINE_WAITS),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Banner) else "",
)
def test_the_notice_promises_no_more_than_the_tiles(
    rules: OfflineRules, tasks: tuple[Task, ...], banner: Banner
) -> None:
    idle = befalls(station(replace(RULES, offline=rules)), {Part.ABIS: DEAD}).sees(Idle)
    assert (idle.tasks, idle.frame.banner) == (tasks, banner)


def test_a_printer_is_not_missed_where_nothing_is_ever_printed() -> None:
    for rules in (replace(RULES, receipt=ReceiptRule.NEVER), replace(RULES, ways=())):
        assert befalls(station(rules), {Part.PRINTER: DEAD}).sees(Idle).frame.banner is Banner.NONE
        assert befalls(station(rules), {Part.PRINTER: DEAD, Part.ABIS: DEAD}).view.frame.banner is Banner.OFFLINE


def test_a_link_that_breaks_again_at_once_is_not_said_to_be_back() -> None:
    story = passes(befalls(station(), {Part.ABIS: DEAD}), {Part.ABIS: DEAD})
    assert story.view.frame.banner is Banner.BACK_ONLINE
    assert befalls(story, {Part.ABIS: DEAD}).view.frame.banner is Banner.OFFLINE


def test_typing_a_number_is_offered_only_where_it_may_do() -> None:
    for rules, faults, may in (
        (ALL_WAYS, {}, True),
        (ALL_WAYS, {Part.ABIS: DEAD}, False),
        (NO_PIN, {Part.ABIS: DEAD}, True),
    ):
        assert befalls(station(rules), faults).chooses(Task.CHECKOUT).sees(Identify).can_type is may


def test_a_part_that_a_desk_never_had_is_not_missed() -> None:
    laid = Story(alive=(Part.JOURNAL, Part.TAGS, Part.ABIS)).sees(Idle)
    assert (laid.frame.books, laid.frame.banner, laid.tasks) == (Books.LAID, Banner.NONE, ALL)
    scanned = Story(alive=(Part.JOURNAL, Part.SCANNER, Part.ABIS)).sees(Idle)
    assert (scanned.frame.books, scanned.frame.banner, scanned.tasks) == (Books.SCANNED, Banner.NONE, ALL)


def test_a_desk_with_a_pad_alone_is_out_of_service_without_it() -> None:
    story = Story(alive=(Part.JOURNAL, Part.TAGS, Part.ABIS)).shows(ANNA)
    story.happens(PartChanged(Part.TAGS, Health(State.ABSENT)))
    assert story.sees(OutOfService).frame.banner is Banner.NONE


def test_a_scanned_book_that_is_laid_down_while_it_is_asked_about_is_one_book_and_is_opened() -> None:
    story = station().keep(RequestCheckout).borrows().scans(SOLARIS.item).lays(SOLARIS)
    assert [row.state for row in story.sees(Checkout).rows] == [RowState.ASKING]
    assert story.answered(RequestCheckout).opened(SOLARIS)
    assert len(story.of(RequestCheckout)) == 1
