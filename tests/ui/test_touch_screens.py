"""What single screens show: the button a notice names, the bins, the pile beside a refusal, a closed library."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.domain.bins import Colour
from kiosk.domain.ids import ItemId
from kiosk.domain.rules import Hours, Mode
from kiosk.events import Button, Choice, Chosen, Pressed, Task
from kiosk.views import Banner, Idle, RowState
from ui.text.catalogue import load
from ui.touch import samples
from ui.touch.pictures import PANELS


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


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_bins_look_and_are_called_as_the_library_laid_them_out(oriented: Any, orientation: str) -> None:
    from ui.touch.stage import now
    from ui.touch.widgets.bins import Bin, BinCard

    driver = oriented(orientation)
    view = samples.VIEWS["checkin-bins"]
    grey = {row.bin: replace(row.into, colour=Colour.GREY) for row in view.rows}
    driver.show(replace(view, rows=tuple(replace(row, into=grey[row.bin]) for row in view.rows)))
    cards = sorted(driver.widgets(BinCard), key=lambda card: card.number)
    assert [card.name for card in cards] == ["Взрослый зал", "Детям", "Заявки"]
    assert [card.picture for card in cards] == ["auto_stories", "child_care", "inbox"]
    assert {square.ground for square in driver.widgets(Bin) if square.number} <= {
        now().palette.slate, now().palette.surface
    }  # fmt: skip


@pytest.mark.parametrize("panel", PANELS)
def test_where_a_book_goes_is_said_first_and_that_it_is_damaged_can_be_told(driver: Any, panel: str) -> None:
    from ui.touch.widgets.press import Press
    from ui.touch.widgets.type import Type

    width, height, diagonal = PANELS[panel]
    driver.open((width, height), diagonal)
    driver.see(samples.VIEWS["checkin-bins"])
    assert any("корзину" in text.text for text in driver.widgets(Type))
    wanted = Chosen(samples.RETURNS[0].item or ItemId(""), Choice.DAMAGED)
    (button,) = [each for each in driver.widgets(Press) if each.event == wanted]
    assert wanted in driver.tap(button)
    told = (replace(samples.RETURNS[0], damaged=True), *samples.RETURNS[1:])
    driver.see(replace(samples.VIEWS["checkin-bins"], rows=told))
    assert [each for each in driver.widgets(Press) if each.event == wanted] == []


@pytest.mark.parametrize("name", ["put-back", "put-back-stuck", "put-back-return"])
def test_what_answers_nothing_while_a_book_is_awaited_is_not_there(landscape: Any, name: str) -> None:
    from ui.touch.widgets.press import Press

    landscape.show(samples.VIEWS[name])
    offered = {each.event for each in landscape.widgets(Press)}
    assert offered.isdisjoint({Pressed(Button.HELP), Pressed(Button.RULES), Pressed(Button.BACK)})
    assert Pressed(Button.COMFORT) in offered


NEWS = [
    ("checkin", lambda view: replace(view, rows=(samples.row(samples.GRANT, RowState.RETURNED, bin="1"), *view.rows))),
    ("refusal-hold", lambda _view: samples.VIEWS["refusal-18"]),
    ("pin", lambda _view: samples.VIEWS["pin-wrong"]),
    ("out-of-service", lambda _view: samples.VIEWS["out-of-service-journal"]),
    ("farewell-ways", lambda _view: samples.VIEWS["farewell-screen"]),
]


@pytest.mark.parametrize(("name", "changed"), NEWS, ids=[name for name, _ in NEWS])
def test_what_is_new_is_seen_though_a_later_page_was_open(driver: Any, name: str, changed: Any) -> None:
    driver.open((1280, 800), 10.1)
    view = samples.VIEWS[name]
    driver.see(view)
    flow = driver.player.shell.page.flow
    flow.turn(1)
    driver.see(replace(view, frame=replace(view.frame, waiting=1)))
    assert flow.page == 1, "the same thing: the page stays where the reader turned it"
    driver.see(changed(view))
    assert driver.player.shell.page.flow.page == 0


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


def test_more_than_two_languages_open_a_list_in_the_librarys_order(
    landscape: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.touch import shell

    names = {"ru": "Русский", "tt": "Татарча", "en": "English"}
    monkeypatch.setattr(shell, "load", lambda tag: SimpleNamespace(say=lambda _name: names[tag]))
    landscape.show(samples.VIEWS["idle"])
    frame = replace(samples.FRAME, languages=("ru", "tt", "en"))
    assert shell._next_language(frame) == ("Татарча · English", Pressed(Button.COMFORT))
    assert shell._next_language(replace(frame, languages=("ru", "en")))[0] == "English"
    assert shell._next_language(replace(frame, languages=("ru",))) == ("", None)
