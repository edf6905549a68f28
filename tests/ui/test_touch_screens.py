"""What single screens show: the button a notice names, the bins, the pile beside a refusal, a closed library."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.rules import Hours, Mode
from kiosk.events import Task
from kiosk.views import Banner, Idle
from ui.text.catalogue import load
from ui.touch import samples


@pytest.mark.parametrize("tag", ["ru", "en"])
@pytest.mark.parametrize("name", ["checkout-done", "checkin"])
def test_the_notice_of_a_second_card_names_the_button_that_is_there(landscape: Any, name: str, tag: str) -> None:
    from ui.touch.widgets.press import PrimaryButton

    view = samples.VIEWS[name]
    landscape.show(replace(view, frame=replace(view.frame, banner=Banner.SECOND_CARD)), tag)
    (done,) = landscape.widgets(PrimaryButton)
    assert done.text in landscape.player.shell.page.notice.text


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("contrast", [False, True], ids=["light", "contrast"])
def test_a_bin_has_one_colour_wherever_it_stands(oriented: Any, orientation: str, *, contrast: bool) -> None:
    from ui.touch.screens.checkin import NewestReturn
    from ui.touch.widgets.bins import Bin, BinCard, colour_of
    from ui.touch.widgets.book_row import BookRow

    driver = oriented(orientation)
    driver.show(samples.VIEWS["checkin"], contrast=contrast)
    cards = driver.widgets(BinCard)
    assert [card.number for card in reversed(cards)] in (["1", "2", "3"], ["3", "2", "1"])
    assert [card.number for card in cards if card.meant] == ["3"]
    for inside in (NewestReturn, BookRow):
        for box in driver.widgets(inside):
            for square in (each for each in box.walk(restrict=True) if isinstance(each, Bin) and each.number):
                assert square.ground == colour_of(square.number)


def test_bins_come_and_go_while_the_page_stays(landscape: Any) -> None:
    from ui.touch.widgets.bins import BinCard
    from ui.touch.widgets.count_panel import CountPanel

    for name, bins in (("checkin-empty", 0), ("checkin", 3), ("checkin-shelves", 0), ("checkin", 3)):
        landscape.show(samples.VIEWS[name])
        assert len(landscape.widgets(BinCard)) == bins
        assert len(landscape.widgets(CountPanel)) == (0 if bins else 1)
        assert all(card.y >= 0 for card in landscape.widgets(BinCard))


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_the_readers_other_books_lie_beside_a_refusal(oriented: Any, orientation: str) -> None:
    from ui.touch.widgets.stack import Spine

    driver = oriented(orientation)
    driver.show(samples.VIEWS["refusal-hold"])
    assert sorted(spine.title for spine in driver.widgets(Spine)) == sorted(row.title for row in samples.OTHERS)
    driver.show(samples.VIEWS["refusal-alone"])
    assert driver.widgets(Spine) == []


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_a_closed_library_shows_its_week_and_no_hours_that_are_over(oriented: Any, orientation: str) -> None:
    from ui.touch.screens.idle import WeekRow
    from ui.touch.widgets.hours_bar import HoursBar

    driver = oriented(orientation)
    driver.show(samples.VIEWS["idle-closed"])
    rows = list(reversed(driver.widgets(WeekRow)))
    assert len(rows) == 7
    assert [row.day for row in rows if row.near] == ["Завтра"]
    after_hours = Hours(samples.TODAY, Mode.CLOSED, None, samples.PLAN, samples.NIGHT.next_staffed)
    driver.show(Idle(replace(samples.FRAME, hours=after_hours), (Task.CHECKIN,)))
    assert driver.widgets(WeekRow) == []
    assert not any(bar.parts for bar in driver.widgets(HoursBar))


def test_a_time_that_nobody_vouches_for_is_not_shown(landscape: Any) -> None:
    told = f"{samples.NOW:%H:%M}"
    for certain, clock in ((True, told), (False, "––:––"), (True, told)):
        landscape.show(Idle(replace(samples.FRAME, clock_certain=certain), (Task.CHECKIN,)))
        shell = landscape.player.shell
        assert shell._strip.clock == clock
        shell.tell_time()
        assert shell._strip.clock == clock, "nor when the minute ends"


def test_that_this_place_is_filmed_is_said_where_it_is(landscape: Any) -> None:
    landscape.show(samples.VIEWS["idle"])
    shell = landscape.player.shell
    assert shell._strip.recording == load("ru").say("strip.filmed")
    shell.filmed = False
    assert shell._strip.recording == ""
    shell.filmed = True
