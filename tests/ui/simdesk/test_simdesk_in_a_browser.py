"""The virtual desk as whoever opens it has it: a browser, a real kiosk, a real library system."""

from typing import Any

import pytest

from kiosk.app.demo.compare import compare
from kiosk.events import Button, Pressed
from kiosk.views import Idle
from tests.ui.simdesk.conftest import World

MASTER, CAPTAIN, CLUB = "30234000514561", "30234000524818", "30234000524693"
ANNA, PIN = "20234000134172", "739164"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def sees(page: Any, view: str) -> None:
    page.wait_for_selector(f"#screen[data-view={view}]")


def row(kind: str, item: str) -> str:
    return f"#rows li[data-kind={kind}][data-item='{item}']"


def search(page: Any, words: str) -> None:
    page.fill("#book-search", words)


def end_session(world: World, page: Any) -> None:
    world.desk.lift_all()
    world.kiosk.press(Pressed(Button.FINISH))
    sees(page, "Idle")


def test_three_books_a_card_and_a_pin_are_a_loan_on_screen_in_journal_and_on_paper(world: World, page: Any) -> None:
    for item in (MASTER, CAPTAIN, CLUB):
        search(page, item)
        page.click(f"#shelf li[data-item='{item}'] button")
    sees(page, "Identify")
    assert page.locator("#lying li").count() == 3
    page.click("#tab-cards")
    page.click(f"#readers li[data-card='{ANNA}'] button")
    sees(page, "Pin")
    before = int(page.get_attribute("#screen", "data-frame"))
    world.kiosk.type(PIN)
    world.kiosk.enter()
    sees(page, "Checkout")
    for item in (MASTER, CAPTAIN):
        page.wait_for_selector(row("checkout_intended", item))
        page.wait_for_selector(row("checkout_approved", item))
        page.wait_for_selector(row("tag_disarmed", item))
        page.wait_for_selector(f"#told tr[data-item='{item}'][data-agree=true]:has-text('Лебедева Анна')")
    page.wait_for_selector(row("checkout_refused", CLUB))
    assert page.locator(row("tag_disarmed", CLUB)).count() == 0
    page.wait_for_function(f"Number(document.getElementById('screen').dataset.frame) > {before}")
    assert "Бойцовский клуб" in page.inner_text("#says")
    world.kiosk.press(Pressed(Button.FINISH))
    sees(page, "Farewell")
    page.wait_for_selector("#receipts li:has-text('Мастер и Маргарита')")
    assert ANNA not in page.inner_text("#receipts")
    assert PIN not in page.inner_text("#rows")
    assert "Лебедева" not in page.inner_text("#rows")
    end_session(world, page)
    page.click("#tear")
    page.wait_for_selector("#no-receipts", state="visible")


def test_a_click_on_the_live_screen_is_a_finger_on_the_kiosk(world: World, page: Any) -> None:
    """Wherever the buttons are drawn: somewhere in this grid a finger finds one, and the kiosk shows another screen."""
    box = page.locator("#screen").bounding_box()
    for across, down in [(x, y) for y in (0.3, 0.5, 0.7) for x in (0.75, 0.85)]:
        page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
        try:
            page.wait_for_selector("#screen:not([data-view=Idle])", timeout=2000)
        except Exception:
            continue
        break
    assert page.get_attribute("#screen", "data-view") != "Idle"
    world.kiosk.press(Pressed(Button.BACK))
    sees(page, "Idle")


def test_an_arrow_leads_the_finger_and_enter_touches(world: World, page: Any) -> None:
    page.focus("#screen")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_selector("#marker", state="visible")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#screen:not([data-view=Idle])")
    world.kiosk.press(Pressed(Button.BACK))
    sees(page, "Idle")


def test_books_are_dragged_to_pad_and_scanner_and_back_to_the_shelf(world: World, page: Any) -> None:
    search(page, MASTER)
    page.drag_and_drop(f"#shelf li[data-item='{MASTER}'] button", "#pad")
    page.wait_for_selector(f"#lying li[data-item='{MASTER}']")
    page.drag_and_drop(f"#lying li[data-item='{MASTER}'] button", "#books")
    page.wait_for_selector("#pad-empty", state="visible")
    sees(page, "Idle")
    page.fill("#scan-text", ANNA)
    page.press("#scan-text", "Enter")
    sees(page, "Pin")
    world.kiosk.press(Pressed(Button.BACK))
    world.kiosk.wait_for(lambda view: not isinstance(view, Idle), 5)
    world.virtual.hands(lambda _: None).out()
    sees(page, "Idle")


def test_a_kiosk_that_can_see_no_book_says_so_until_the_plug_is_in_again(world: World, page: Any) -> None:
    page.click("#tab-faults")
    for plug in ("pad", "scanner"):
        page.click(f"#plugs button[data-name='plug.{plug}']")
    sees(page, "OutOfService")
    page.wait_for_selector("#pad.unplugged")
    page.click("#plugs button[data-name='plug.pad'][aria-pressed=true]")
    page.click("#plugs button[data-name='plug.scanner'][aria-pressed=true]")
    sees(page, "Idle")


def test_a_power_cut_in_mid_checkout_loses_nothing(world: World, page: Any) -> None:
    page.click("#tab-plays")
    page.click("[data-scenario=power_cut]")
    page.wait_for_selector("#playing[data-running=false]")
    assert page.get_attribute("#playing", "data-step") == "end", page.inner_text("#playing")
    assert page.locator("#rows li[data-kind=station_started]").count() >= 2
    page.wait_for_selector("#told tr")
    assert page.locator("#told tr[data-agree=false]").count() == 0
    world.desk.write_tags(world.folder / "tags.json")
    world.kiosk.stop()
    assert compare(world.folder).wrong == ()
    page.wait_for_selector("#dark", state="visible")
    page.click("#dark button")
    sees(page, "Idle")


def test_a_scenario_is_stopped_and_leaves_a_tidy_desk(world: World, page: Any) -> None:
    world.virtual.pace = 1
    try:
        page.click("#invitation button")
        page.wait_for_selector("#lying li")
        page.click("#stop")
        page.wait_for_selector("#playing[data-running=false]")
    finally:
        world.virtual.pace = 0
    page.wait_for_selector("#pad-empty", state="visible")
    sees(page, "Idle")


def test_the_page_speaks_english(page: Any) -> None:
    page.click("[data-language=en]")
    page.wait_for_selector("h1:has-text('Virtual desk')")
    assert page.get_attribute("html", "lang") == "en"


def test_nobody_looks_when_no_page_is_open(world: World, page: Any) -> None:
    world.until(lambda: world.kiosk.looked_at == 1)
    page.close()
    world.until(lambda: world.kiosk.looked_at == 0)


@pytest.mark.parametrize("name", ["three_books", "link_lost", "paper_out", "child", "three_cards", "lifted_early"])
def test_every_scenario_comes_to_its_end(world: World, page: Any, name: str) -> None:
    page.click("#tab-plays")
    page.click(f"[data-scenario={name}]")
    page.wait_for_selector("#playing[data-running=false]", timeout=90_000)
    assert page.get_attribute("#playing", "data-step") == "end", page.inner_text("#playing")
