"""Staff screens: nothing to touch while the screen is wiped, what is broken first, and digits that stay nowhere."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.health import Part, State
from kiosk.domain.ids import Secret
from kiosk.domain.staff import Act, Tried
from kiosk.events import ActChosen, Button, PinEntered, Pressed
from kiosk.views import PartLine, StaffMenu
from ui.text import staff
from ui.text.catalogue import load
from ui.touch import samples

RU = load("ru")


def acts(driver: Any) -> list[Act]:
    """What is offered, in its order."""
    return [button.event.act for button in driver.player.shell.page._buttons()]


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_while_the_screen_is_wiped_there_is_nothing_to_touch_and_the_seconds_run(
    oriented: Any, orientation: str
) -> None:
    from ui.touch.widgets.press import Press
    from ui.touch.widgets.ring import CountdownRing

    driver = oriented(orientation)
    driver.show(samples.VIEWS["cleaning"])
    assert driver.widgets(Press) == []
    (ring,) = driver.widgets(CountdownRing)
    assert ring.total == 30  # on a busy machine the first second is over by now
    page = driver.player.shell.page
    page._tell(12)
    assert (ring.left, page.text) == (12, RU.count("cleaning.lead", 12))
    driver.show(samples.VIEWS["staff"])
    assert len(driver.widgets(Press)) > 5


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_the_button_says_what_it_will_do_and_restart_is_asked_for_twice(oriented: Any, orientation: str) -> None:
    from ui.touch.widgets.press import Press

    driver = oriented(orientation)
    driver.show(samples.VIEWS["staff"])
    assert acts(driver)[0] is Act.CLOSE
    driver.show(samples.VIEWS["staff-broken"])
    assert acts(driver)[0] is Act.OPEN
    (restart,) = [each for each in driver.widgets(Press) if each.event == ActChosen(Act.RESTART)]
    assert restart.text == RU.say("staff.act.restart_sure")
    driver.show(replace(samples.VIEWS["staff-broken"], restarting=True))
    assert not any(each.usable for each in driver.widgets(Press) if isinstance(each.event, ActChosen))


def test_what_changes_is_told_on_the_rows_that_are_there(landscape: Any) -> None:
    from ui.touch.screens.staff_menu import PartRow

    view = samples.VIEWS["staff"]
    landscape.show(view)
    rows = landscape.widgets(PartRow)
    laid = replace(view.parts[0], seen="Солярис", laid=2)
    landscape.player.show(replace(view, parts=(laid, *view.parts[1:])))
    landscape.idle()
    assert landscape.widgets(PartRow) == rows
    assert any("Солярис" in row.words for row in rows)


def test_a_station_without_a_printer_offers_no_slip() -> None:
    view = replace(samples.VIEWS["staff"], parts=(PartLine(Part.ABIS, State.READY),))
    assert isinstance(view, StaffMenu)
    assert Act.TRY_PRINTER not in staff.acts(view)
    assert Act.TRY_ABIS in staff.acts(view)


@pytest.mark.parametrize("tag", ["ru", "en"])
def test_every_part_has_words_for_whatever_it_may_be(tag: str) -> None:
    words = load(tag)
    tries = {Part.PRINTER: Tried, Part.ABIS: Tried}
    for part in Part:
        for state in (State.READY, State.DEGRADED, State.ABSENT):
            for tried in tries.get(part, (Tried.NOT,)):
                assert "staff." not in staff.part(words, PartLine(part, state, tried))
    assert staff.part(words, PartLine(Part.SCANNER, State.READY, seen="4*7*11")).count("*") == 2
    assert words.say("staff.part.tags") in staff.together(words, [PartLine(Part.TAGS, State.READY)])


def test_a_staff_pin_leaves_in_one_event_and_stays_nowhere(landscape: Any) -> None:
    from ui.touch.widgets.keypad import Key

    landscape.show(samples.VIEWS["staff-pin"])
    keys = {key.face: key for key in landscape.widgets(Key)}
    for digit in "602915":
        landscape.tap(keys[digit])
    page = landscape.player.shell.page
    assert page.count == 6
    assert PinEntered(Secret("602915")) in landscape.tap(keys[RU.say("pin.enter")])
    assert page.ids.pad._digits == ""
    for digit in "11":
        landscape.tap(keys[digit])
    landscape.player.show(samples.VIEWS["staff-pin-wrong"])
    assert (page.count, page.ids.pad._digits) == (0, "")


def test_where_no_card_can_be_read_there_is_a_way_in_for_staff(landscape: Any) -> None:
    from ui.touch.widgets.press import Press

    for name, there in (("out-of-service-blind", True), ("out-of-service", False), ("out-of-service-staff", False)):
        landscape.show(samples.VIEWS[name])
        assert any(each.event == Pressed(Button.STAFF) for each in landscape.widgets(Press)) is there


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("name", ["checkout-done", "home", "put-back", "farewell", "pin", "checkin", "help"])
def test_that_nothing_counts_stands_on_every_screen_of_a_test_visit(oriented: Any, name: str, orientation: str) -> None:
    from ui.touch.widgets.strip import StatusStrip

    driver = oriented(orientation)
    view = samples.VIEWS[name]
    driver.show(replace(view, frame=replace(view.frame, trial=True, offline=True)))
    (strip,) = driver.widgets(StatusStrip)
    assert (strip.state, strip.state_text) == ("trial", RU.say("trial.strip"))
    assert strip.offline_text == ""
