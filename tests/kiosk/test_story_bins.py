"""Bins: where what comes home is put."""

from dataclasses import replace
from typing import Any

from kiosk.domain.bins import Bin, Sorted, Takes, bin_for
from kiosk.domain.items import Destination, Returned
from kiosk.domain.records import Kind
from kiosk.domain.rules import Rules
from kiosk.effects import Effect, Note, RequestCheckin
from kiosk.events import Button, CheckinAccepted, Choice, Event, Task, Timer
from kiosk.views import Checkin, RowState
from tests.kiosk.stories import ANNA, LAURUS, OPERA, RULES, SOLARIS, Story, tells

SHELVES = Bin("1", (("ru", "На полки"),), takes=frozenset({Takes.REST}))
YOUNG = Bin("2", collections=frozenset({"CHILD"}), sort_bins=frozenset({"K"}))
HOLDS = Bin("3", (("ru", "Заявки"), ("en", "Requests")), (("ru", "справа"),), takes=frozenset({Takes.HOLD}))
FOREST = Bin("4", (("ru", "На Лесную"),), locations=frozenset({"LES"}))
AWAY = Bin("5", takes=frozenset({Takes.OTHER_BRANCH}))
TO_SORT = Bin("6", takes=frozenset({Takes.SORTING, Takes.DAMAGED}))
BINS = (SHELVES, YOUNG, HOLDS, FOREST, AWAY, TO_SORT)
SORTING = replace(RULES, bins=BINS)


def returned(rules: Rules = SORTING, **answer: Any) -> Story:
    """Solaris comes home, and the library system says this of it."""
    said = replace(Returned(SOLARIS.item, "Солярис"), **answer)

    def accepted(asked: Effect) -> Event:
        assert isinstance(asked, RequestCheckin)
        return CheckinAccepted(asked.session, said)

    return Story(rules).on(RequestCheckin, accepted).chooses(Task.CHECKIN).lays(SOLARIS)


def damages(story: Story) -> list[str | None]:
    return [note.item for note in story.of(Note) if isinstance(note, Note) and note.kind is Kind.DAMAGED]


@tells("a bin for what comes home")
def test_a_returned_book_names_the_bin_of_its_kind() -> None:
    row = returned(collection="CHILD").rows["Солярис"]
    assert (row.bin, row.into) == ("2", YOUNG)
    assert returned().rows["Солярис"].bin == "1"
    assert returned(home="LES").rows["Солярис"].bin == "4"
    assert returned(bin="K").rows["Солярис"].bin == "2"


@tells("a bin for what comes home", "hold caught at return")
def test_a_book_that_somebody_waits_for_goes_into_their_bin_without_a_name() -> None:
    story = returned(destination=Destination.HOLD_SHELF, patron=ANNA.card, collection="CHILD", bin="K")
    row = story.rows["Солярис"]
    assert (row.bin, row.into) == ("3", HOLDS)
    assert ANNA.card not in repr(story.view)


@tells("a bin for what comes home")
def test_a_book_of_another_branch_goes_into_its_bin_else_into_the_one_for_all() -> None:
    away = Destination.OTHER_BRANCH
    assert returned(destination=away, to="LES").rows["Солярис"].bin == "4"
    assert returned(destination=away, to="SAD", home="LES").rows["Солярис"].bin == "5"


@tells("a bin for what comes home")
def test_what_was_only_recorded_here_is_to_be_sorted() -> None:
    story = Story(SORTING).silent().chooses(Task.CHECKIN).lays(SOLARIS)
    row = story.sees(Checkin).rows[0]
    assert (row.state, row.bin) == (RowState.RECORDED, "6")


@tells("a bin for what comes home", "a part of a set is missing at a return")
def test_an_incomplete_set_is_to_be_sorted_until_its_part_comes() -> None:
    story = Story(SORTING).chooses(Task.CHECKIN).lays_part(OPERA, 1)
    assert story.rows[OPERA.title].bin == ""
    story.waits(Timer.PARTS)
    assert story.rows[OPERA.title].bin == "6"
    story.lays_part(OPERA, 2)
    assert story.rows[OPERA.title].bin == "1"


@tells("a bin for what comes home")
def test_without_bins_of_the_policy_the_library_systems_own_number_is_shown() -> None:
    assert returned(RULES, bin="K").rows["Солярис"].bin == "K"
    assert returned(RULES, bin="K").rows["Солярис"].into is None


@tells("a damaged book")
def test_one_touch_says_that_a_book_is_damaged_and_staff_are_told_once() -> None:
    story = returned().lays(LAURUS)
    story.says(SOLARIS, Choice.DAMAGED).says(SOLARIS, Choice.DAMAGED)
    row = story.rows["Солярис"]
    assert (row.state, row.damaged, row.bin, row.destination) == (RowState.RETURNED, True, "6", Destination.SORTING)
    assert damages(story) == [SOLARIS.item]
    assert not story.rows["Лавр"].damaged


@tells("a damaged book")
def test_without_bins_a_damaged_book_is_put_by_no_number_of_the_library_system() -> None:
    row = returned(RULES, bin="K").says(SOLARIS, Choice.DAMAGED).rows["Солярис"]
    assert (row.bin, row.destination) == ("", Destination.SORTING)


def test_a_book_that_is_not_returned_is_not_called_damaged_here() -> None:
    story = Story(SORTING).keep(RequestCheckin).chooses(Task.CHECKIN).lays(SOLARIS).says(SOLARIS, Choice.DAMAGED)
    assert damages(story) == []
    story.answered(RequestCheckin).presses(Button.FINISH).says(SOLARIS, Choice.DAMAGED)
    assert damages(story) == []


def test_a_hold_goes_to_no_shelf_even_where_no_bin_takes_holds() -> None:
    held = Sorted(Destination.HOLD_SHELF, home="LES", collection="CHILD")
    assert bin_for((YOUNG, FOREST), held) is None
    assert bin_for((YOUNG, FOREST, SHELVES), held) is SHELVES
    assert bin_for((YOUNG, FOREST), replace(held, destination=Destination.SHELF)) is FOREST


def test_a_bin_is_named_in_the_readers_language_else_in_the_librarys_first() -> None:
    assert (HOLDS.name("en"), HOLDS.place("en"), AWAY.name("ru")) == ("Requests", "справа", "")
