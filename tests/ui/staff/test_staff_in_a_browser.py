"""The pages in Chromium without a script: nothing is blocked by their own policy, nothing runs out of the window, a
card comes out of the printer with bars that a scanner reads."""

import io
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from tests.ui.staff.conftest import PASSWORD, WHO, Pages
from tests.ui.staff.test_staff_pages import EVERY

CHROMIUM = shutil.which("chromium")
PATIENCE = 30_000  # milliseconds a page may take on a busy machine
WIDTHS = {"a phone": 320, "a tablet": 768, "an old desktop": 1024}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium: Any, pages: Pages, width: int = 1280, *, script: bool = False, **more: Any) -> Any:
    """A page of somebody who has logged in by the keyboard."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script, locale="ru-RU", **more
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{pages.port}/")
    page.get_by_label("Имя").fill(WHO)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Библиотека сегодня").wait_for()
    return page


def test_a_reader_is_added_and_found_without_a_script(chromium: Any, pages: Pages) -> None:
    page = opened(chromium, pages)
    page.get_by_role("link", name="Новый читатель").click()
    page.get_by_label("Номер билета").fill("NEW-1")
    page.get_by_label("Фамилия, имя, отчество").fill("Журавлёва Соня")
    page.get_by_label("Категория").select_option("child")
    page.get_by_label("Дата рождения").fill("2016-02-01")
    page.get_by_role("button", name="Сохранить").click()
    page.get_by_role("heading", name="Журавлёва Соня").wait_for()
    assert "01.02.2016" in page.inner_text("main")
    page.get_by_role("link", name="Читатели").first.click()
    page.get_by_label("Найти читателя").fill("журавлева")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Журавлёва Соня").wait_for()
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nothing_is_blocked_and_nothing_runs_out_of_the_window(chromium: Any, pages: Pages, width: int) -> None:
    pages.store.checkout(TxnId("t"), CardNumber("ANNA"), ItemId("S1"), pages.clock.now())
    page = opened(chromium, pages, width, script=True)  # the test's own, to measure
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    wide = []
    for path in EVERY:
        page.goto(f"http://127.0.0.1:{pages.port}{path}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert (said, wide) == ([], [])
    page.context.close()


def test_targets_are_large_enough_for_a_finger_on_a_phone(chromium: Any, pages: Pages) -> None:
    page = opened(chromium, pages, 390, script=True)
    measured = "[...document.querySelectorAll('button, .button, input, select, nav a')].filter(e => e.type != 'hidden')"
    small = []
    for path in ("/", "/reader/add", "/reader?card=ANNA", "/book?item=S1", "/lists"):
        page.goto(f"http://127.0.0.1:{pages.port}{path}")
        heights = page.evaluate(f"{measured}.map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().height])")
        small += [each for each in heights if each[1] < 43.5 and "checkbox" not in each[0]]
    assert small == []
    page.context.close()


def test_a_printed_card_is_black_on_white_even_where_the_screen_is_dark(chromium: Any, pages: Pages) -> None:
    zxing = pytest.importorskip("zxingcpp")
    page = opened(chromium, pages, color_scheme="dark", device_scale_factor=3)
    page.goto(f"http://127.0.0.1:{pages.port}/reader/print?card=ANNA")
    page.emulate_media(media="print")
    card = Image.open(io.BytesIO(page.locator(".paper").screenshot())).convert("L")
    assert abs(card.width / 3 - 85.6 / 25.4 * 96) < 2  # as wide as a bank card
    assert not page.get_by_role("heading", name="Напечатать билет").is_visible()
    (found,) = zxing.read_barcodes(card)
    assert (found.text, found.format.name) == ("ANNA", "Code128")
    page.context.close()
