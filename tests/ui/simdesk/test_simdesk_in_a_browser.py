"""The virtual desk as whoever opens it has it: a browser, a real kiosk, a real library system."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PageTimeout

from kiosk.app.demo.scenarios import SCENARIOS
from kiosk.events import Button, Pressed
from tests.ui.simdesk.conftest import PATIENCE, World

MASTER, CAPTAIN, CLUB = "30234000514561", "30234000524818", "30234000524693"
DISCS = "30234000541614"
ANNA, PIN = "20234000134172", "739164"
SCENARIO = 240_000  # milliseconds; a dozen screens, each waited for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def sees(page: Any, view: str) -> None:
    page.wait_for_selector(f"#screen[data-view={view}]")


def row(kind: str, item: str) -> str:
    return f"#rows li[data-kind={kind}][data-item='{item}']"


def search(page: Any, words: str) -> None:
    page.fill("#book-search", words)


def plays(world: World, page: Any, name: str) -> None:
    """Play a scenario to its end; where it does not come to it, say what the kiosk showed and wrote down."""
    page.click("#tab-plays")
    page.click(f"[data-scenario={name}]")
    page.wait_for_selector(f"#playing[data-name={name}][data-running=true]")
    page.wait_for_selector("#playing[data-running=false]", timeout=SCENARIO)
    written = [(row.kind, row.item, dict(row.data)) for row in world.kiosk.rows()[-40:]]
    said = [page.inner_text("#playing"), repr(world.kiosk.view), *map(repr, written)]
    assert page.get_attribute("#playing", "data-step") == "end", "\n".join(said)


def test_three_books_a_card_and_a_pin_are_a_loan_on_screen_in_journal_and_on_paper(world: World, page: Any) -> None:
    for item in (MASTER, CAPTAIN, CLUB):
        search(page, item)
        page.click(f"#shelf li[data-item='{item}'] button")
    sees(page, "Identify")
    page.wait_for_function("document.querySelectorAll('#lying li').length === 3")
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
    page.click("#tear")
    page.wait_for_selector("#no-receipts", state="visible")


def leaves_idle(page: Any, milliseconds: float) -> bool:
    try:
        page.wait_for_selector("#screen:not([data-view=Idle])", timeout=milliseconds)
    except PageTimeout:
        return False
    return True


def touches_a_tile(page: Any, touches: Sequence[Callable[[], object]]) -> None:
    """Touch here and there until the kiosk shows another screen; after the last, wait as long as for anything."""
    for touch in touches:
        touch()
        if leaves_idle(page, PATIENCE if touch is touches[-1] else 1500):
            return
    pytest.fail("no touch reached the kiosk")


def test_a_click_on_the_live_screen_is_a_finger_on_the_kiosk(page: Any) -> None:
    """Wherever the buttons are drawn: one of these points is on one, and the kiosk shows another screen."""
    box = page.locator("#screen").bounding_box()

    def click(down: float) -> None:
        page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + down * box["height"])

    touches_a_tile(page, [partial(click, down) for down in (0.75, 0.5, 0.3)])


def test_arrows_lead_the_finger_and_enter_touches(page: Any) -> None:
    page.focus("#screen")
    for key in ["Shift+ArrowRight", *["ArrowRight"] * 7]:
        page.keyboard.press(key)
    page.wait_for_selector("#marker", state="visible")

    def further_down() -> None:
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)

    touches_a_tile(page, [partial(further_down) for _ in range(4)])


def test_books_are_dragged_to_the_pad_and_back_to_the_shelf_and_a_card_is_typed(page: Any) -> None:
    search(page, MASTER)
    page.drag_and_drop(f"#shelf li[data-item='{MASTER}'] button", "#pad")
    page.wait_for_selector(f"#lying li[data-item='{MASTER}']")
    page.drag_and_drop(f"#lying li[data-item='{MASTER}'] button", "#books")
    page.wait_for_selector("#pad-empty", state="visible")
    page.fill("#scan-text", ANNA)
    page.press("#scan-text", "Enter")
    sees(page, "Pin")


def test_a_set_is_laid_whole_or_part_by_part(page: Any) -> None:
    search(page, DISCS)
    page.click(f"#shelf li[data-item='{DISCS}'] > button")
    for part in (1, 2):
        page.wait_for_selector(f"#lying li[data-item='{DISCS}'][data-part='{part}']")
    page.click("#lift-all")
    page.wait_for_selector("#pad-empty", state="visible")
    page.drag_and_drop(f"#shelf li[data-item='{DISCS}'] button[data-part='2']", "#pad")
    page.wait_for_selector(f"#lying li[data-item='{DISCS}'][data-part='2']")
    assert page.locator("#lying li").count() == 1
    sees(page, "Identify")  # the kiosk has noticed: who tidies up after this knows that somebody is there


def test_a_full_disk_puts_the_kiosk_out_of_service_until_there_is_room(page: Any) -> None:
    page.click("#tab-faults")
    page.click("#troubles button[data-name='trouble.disk_full']")
    page.click("#tab-books")
    search(page, MASTER)
    page.click(f"#shelf li[data-item='{MASTER}'] button")
    sees(page, "OutOfService")
    page.click("#lift-all")
    page.click("#tab-faults")
    page.click("#troubles button[data-name='trouble.disk_full'][aria-pressed=true]")
    page.wait_for_selector("#screen:not([data-view=OutOfService])")


def test_a_kiosk_that_can_see_no_book_says_so_until_the_plug_is_in_again(page: Any) -> None:
    page.click("#tab-faults")
    for plug in ("pad", "scanner"):
        page.click(f"#plugs button[data-name='plug.{plug}']")
    sees(page, "OutOfService")
    page.wait_for_selector("#pad.unplugged")
    page.click("#plugs button[data-name='plug.pad'][aria-pressed=true]")
    page.click("#plugs button[data-name='plug.scanner'][aria-pressed=true]")
    sees(page, "Idle")


def test_a_power_cut_in_mid_checkout_loses_nothing(world: World, page: Any) -> None:
    plays(world, page, "power_cut")
    assert page.locator("#rows li[data-kind=station_started]").count() >= 2
    page.wait_for_selector("#told tr")
    assert page.locator("#told tr[data-agree=false]").count() == 0
    world.desk.write_tags(world.folder / "tags.json")
    world.kiosk.stop()
    compared = [sys.executable, "-m", "kiosk.app.demo.compare", str(world.folder)]
    done = subprocess.run(compared, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    page.wait_for_selector("#dark", state="visible")
    page.click("#dark button")
    sees(page, "Idle")


def test_a_scenario_is_stopped_and_leaves_a_tidy_desk(world: World, page: Any) -> None:
    world.virtual.pace = 1
    try:
        page.click("#tab-plays")
        page.click("[data-scenario=three_books]")
        page.wait_for_selector("#lying li")
        page.click("#stop")
        page.wait_for_selector("#playing[data-running=false]")
    finally:
        world.virtual.pace = 0
    page.wait_for_selector("#pad-empty", state="visible")


def test_the_page_speaks_english(page: Any) -> None:
    page.click("[data-language=en]")
    page.wait_for_selector("h1:has-text('Virtual desk')")
    assert page.get_attribute("html", "lang") == "en"


def test_nobody_looks_when_no_page_is_open(world: World, page: Any) -> None:
    world.until(lambda: world.kiosk.looked_at == 1)
    page.close()
    world.until(lambda: world.kiosk.looked_at == 0)


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "power_cut"])
def test_every_scenario_comes_to_its_end(world: World, page: Any, name: str) -> None:
    plays(world, page, name)
