"""The farewell's receipt: ways to touch, an address masked, and a code that a phone's camera reads off the screen."""

from dataclasses import replace
from typing import Any

import pytest
import zxingcpp

from kiosk.domain.receipt_text import plain
from kiosk.domain.receipts import Line, Receipt, Way
from kiosk.events import Button, Pressed
from kiosk.views import Farewell, Paper
from ui.touch import samples
from ui.touch.samples import VIEWS


def touched(driver: Any) -> list[str]:
    from ui.touch.widgets.press import SecondaryButton

    page = driver.player.shell.page
    return [bare(each.text) for each in page.ids.ways.walk(restrict=True) if isinstance(each, SecondaryButton)]


def bare(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("way", "text", "button"),
    [
        (Way.PAPER, "Напечатать чек", Button.PRINT_IT),
        (Way.MAIL, "Чек на почту", Button.MAIL_IT),
        (Way.SCREEN, "Чек на телефон", Button.SHOW_IT),
    ],
)
def test_each_way_has_its_button_and_is_gone_once_taken(landscape: Any, way: Way, text: str, button: Button) -> None:
    from ui.touch.widgets.press import SecondaryButton

    view = VIEWS["farewell-ways"]
    landscape.show(replace(view, ways=tuple(Way)))
    (found,) = [each for each in landscape.widgets(SecondaryButton) if bare(each.text) == text]
    assert Pressed(button) in landscape.tap(found)
    landscape.show(replace(view, ways=tuple(other for other in Way if other is not way)))
    assert text not in touched(landscape)
    assert len(touched(landscape)) == 2


def test_a_phone_reads_the_receipt_off_the_screen_and_it_goes_with_the_reader(landscape: Any) -> None:
    view = VIEWS["farewell-screen"]
    landscape.show(view)
    photograph = landscape.photograph().convert("L")
    (found,) = zxingcpp.read_barcodes(photograph)
    assert found.text == plain(view.receipt, view.template, samples.NOW.replace(tzinfo=None))
    landscape.show(VIEWS["idle"])
    assert zxingcpp.read_barcodes(landscape.photograph().convert("L")) == []


def test_a_list_too_long_for_a_code_is_shown_without_one(landscape: Any) -> None:
    view = VIEWS["farewell-screen"]
    books = tuple(Line(f"Очень длинное название книги номер {n}") for n in range(60))
    landscape.show(replace(view, receipt=Receipt(lent=books)))
    page = landscape.player.shell.page
    assert page.modules == ()
    assert len(page.ids.paper.ids.lines.children) == 12
    assert bare(page.ids.paper.ids.lines.children[0].title) == "и ещё 49"


@pytest.mark.parametrize(
    ("paper", "text"),
    [
        (Paper.MAILED, "Чек придёт на a•••@mail.ru"),
        (Paper.MAILED_INSTEAD, "Не напечатался, придёт на a•••@mail.ru"),
        (Paper.MAILING, "Отправляем чек"),
        (Paper.NOT_MAILED, "Чек не отправился, записи сохранены"),
        (Paper.SHOWN, "Список останется до вашего ухода"),
    ],
)
def test_what_became_of_it_is_said(landscape: Any, paper: Paper, text: str) -> None:
    landscape.show(replace(VIEWS["farewell-mailed"], paper=paper))
    page = landscape.player.shell.page
    assert bare(page.paper_text) == text
    assert page.paper_icon


def test_the_ring_starts_again_when_the_list_is_to_stay(landscape: Any) -> None:
    landscape.show(VIEWS["farewell-ways"])
    assert landscape.player.shell.page.total == 20
    landscape.show(VIEWS["farewell-screen"])
    assert landscape.player.shell.page.total == 60


def test_the_voice_names_the_ways() -> None:
    from ui.text.catalogue import load
    from ui.text.spoken import spoken

    view = VIEWS["farewell-ways"]
    assert isinstance(view, Farewell)
    assert "Чек на почту" in bare(spoken(view, load("ru"), samples.NOW))
