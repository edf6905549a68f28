"""What is owed to a tag because of what was recorded here while the library system was silent."""

from dataclasses import replace

from kiosk.domain.health import READY, Part
from kiosk.domain.items import Security, Standing
from kiosk.effects import DescribeItem, SetSecurity
from kiosk.events import Button, ItemDescribed, PartChanged, Recovered, Replayed, Task
from kiosk.views import Idle
from tests.kiosk.stories import LAURUS, SOLARIS, Story, tells


def left_unopened() -> Story:
    """Lent in an outage, lifted before the tag was open, and carried off so; then the link is back."""
    story = Story().silent().keep(SetSecurity).borrows(SOLARIS).lifts(SOLARIS)
    story.unanswered.clear()
    story.as_before(SetSecurity).presses(Button.DOES_NOT_WORK, Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    assert [(debt.item, debt.offline) for debt in story.now.pad.owed] == [(SOLARIS.item, True)]
    return story.as_before(*story.silences).happens(PartChanged(Part.ABIS, READY))


def stands(story: Story, standing: Standing) -> Story:
    story.infos[SOLARIS.item] = replace(SOLARIS.info, standing=standing)
    return story


def laid_by_a_stranger(story: Story) -> Story:
    """At an idle desk, by somebody of whom nothing is known."""
    return story.lays(SOLARIS)


@tells("owed to a tag by what was recorded here")
def test_a_book_that_the_library_system_has_on_the_shelf_is_not_opened_by_an_old_record() -> None:
    for standing in (Standing.AVAILABLE, Standing.ON_HOLD_SHELF, Standing.IN_TRANSIT):
        story = laid_by_a_stranger(stands(left_unopened(), standing))
        assert not story.opened(SOLARIS)
        assert story.now.pad.owed, "whether the loan stands is not settled yet"


@tells("owed to a tag by what was recorded here")
def test_the_record_opens_it_while_nobody_can_be_asked_and_when_the_library_system_has_the_loan() -> None:
    away = left_unopened().silent()
    assert laid_by_a_stranger(away).opened(SOLARIS)
    remembering = left_unopened().on(
        DescribeItem, lambda asked: ItemDescribed(asked.item, replace(SOLARIS.info, remembered=True))
    )
    assert laid_by_a_stranger(remembering).opened(SOLARIS)
    assert laid_by_a_stranger(stands(left_unopened(), Standing.ON_LOAN)).opened(SOLARIS)


@tells("owed to a tag by what was recorded here")
def test_once_the_library_system_has_taken_it_over_its_word_alone_counts() -> None:
    story = left_unopened().happens(Replayed(SOLARIS.item, lent=True, stands=True))
    assert laid_by_a_stranger(stands(story, Standing.AVAILABLE)).now.pad.owed == ()
    assert not story.opened(SOLARIS)
    silent = left_unopened().happens(Replayed(SOLARIS.item, lent=True, stands=True)).silent()
    assert not laid_by_a_stranger(silent).opened(SOLARIS)


@tells("owed to a tag by what was recorded here")
def test_a_book_that_lies_there_when_its_loan_is_taken_over_is_opened_at_once() -> None:
    story = laid_by_a_stranger(stands(left_unopened(), Standing.AVAILABLE))
    stands(story, Standing.ON_LOAN).happens(Replayed(SOLARIS.item, lent=True, stands=True))
    assert story.opened(SOLARIS)
    assert story.now.pad.owed == ()


@tells("owed to a tag by what was recorded here")
def test_a_loan_that_the_library_system_did_not_take_over_opens_nothing() -> None:
    story = left_unopened().happens(Replayed(SOLARIS.item, lent=True, stands=False))
    assert story.now.pad.owed == ()
    assert not laid_by_a_stranger(story.silent()).opened(SOLARIS)


@tells("owed to a tag by what was recorded here")
def test_a_return_is_armed_whatever_becomes_of_its_record_unless_the_book_is_lent_again() -> None:
    def owing() -> Story:
        story = Story().happens(Recovered(frozenset(), frozenset({SOLARIS.item}), frozenset({SOLARIS.item})))
        story.tags[SOLARIS.tags[0]] = Security.DISARMED
        return story

    assert not laid_by_a_stranger(stands(owing(), Standing.ON_LOAN)).opened(SOLARIS)
    for taken_over in (True, False):
        told = Replayed(SOLARIS.item, lent=False, stands=taken_over)
        assert not laid_by_a_stranger(owing().happens(told)).opened(SOLARIS)
        assert laid_by_a_stranger(stands(owing().happens(told), Standing.ON_LOAN)).opened(SOLARIS)


def test_an_outcome_concerns_its_own_book_and_its_own_kind_of_record_alone() -> None:
    story = left_unopened()
    owed = story.now.pad.owed
    story.happens(Replayed(LAURUS.item, lent=True, stands=False), Replayed(SOLARIS.item, lent=False, stands=False))
    assert story.now.pad.owed == owed
    settled = story.happens(Replayed(SOLARIS.item, lent=True, stands=True)).now.pad.owed
    assert story.happens(Replayed(SOLARIS.item, lent=True, stands=False)).now.pad.owed == settled


def test_an_outcome_that_comes_in_mid_session_disturbs_nobody() -> None:
    story = left_unopened().chooses(Task.CHECKIN)
    before = story.view
    assert story.happens(Replayed(SOLARIS.item, lent=True, stands=True)).view == before
