"""The staff's pages do what the office does, in a browser that runs no script."""

import re
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from tests.ui.staff.conftest import Browser, Pages

EVERY = [
    "/", "/readers", "/readers?q=анна", "/reader?card=ANNA", "/reader/add", "/reader/change?card=ANNA",
    "/reader/register?card=ANNA", "/reader/merge?card=ANNA", "/reader/merge?card=ANNA&other=BORIS",
    "/reader/forget?card=ANNA", "/reader/print?card=ANNA", "/books", "/books?q=солярис", "/book?item=S1", "/book/add",
    "/book/add?like=S1", "/book/change?item=S1", "/book/withdraw?item=S1", "/overdue", "/year", "/year?year=2025",
    "/lists", "/backups", "/deeds",
]  # fmt: skip


def lend(pages: Pages, card: str, item: str) -> None:
    pages.store.checkout(TxnId(f"t-{card}-{item}"), CardNumber(card), ItemId(item), pages.clock.now())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_drawn_in_both_languages_with_one_heading_and_no_style_of_its_own(
    pages: Pages, language: str
) -> None:
    lend(pages, "ANNA", "S1")
    browser = Browser(pages.port, language=language)
    browser.log_in()
    for path in EVERY:
        page = browser.get(path)
        assert page.status == 200, path
        assert page.text.count("<h1") == 1, path
        assert f'<html lang="{language}">' in page.text
        assert not re.search(r"style=|<script|\son\w+=|https?://", page.text), path


def test_a_reader_is_added_shown_and_changed(browser: Browser, pages: Pages) -> None:
    browser.get("/reader/add")
    page = browser.send("/reader/add", card="NEW-1", name="Гусева Соня", category="child", birth="2016-02-01")
    assert "Читатель записан." in page.seen
    assert "Гусева Соня" in page.seen
    browser.get("/reader/change?card=NEW-1")
    page = browser.send("/reader/change?card=NEW-1", phone="8 800 1", card="NEW-2")
    assert "8 800 1" in page.seen
    assert "NEW-2" in page.seen
    assert [(each.who, each.what) for each in pages.office.deeds("NEW-2")] == [("Нина Павловна", "change reader")]


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(browser: Browser) -> None:
    browser.get("/reader/add")
    page = browser.send("/reader/add", card="", name="Гусева <b>Соня</b>", birth="вчера")
    assert page.status == 422
    assert "Номер билета : Заполните это поле." in page.seen
    assert "День в виде 31.12.2026" in page.seen
    assert "Гусева &lt;b&gt;Соня" in page.text
    assert page.text.count('aria-invalid="true"') == 2


def test_two_who_change_different_fields_do_not_undo_each_other(pages: Pages) -> None:
    first, second = pages.browser(), pages.browser()
    for each in (first, second):
        each.log_in()
        each.get("/reader/change?card=ANNA")
    first.send("/reader/change?card=ANNA", phone="111")
    second.send("/reader/change?card=ANNA", email="anna@example.org")
    page = pages.office.reader("ANNA")
    assert page is not None
    assert (page.texts["phone"], page.texts["email"]) == ("111", "anna@example.org")


def test_a_reader_is_registered_again_for_the_year(browser: Browser) -> None:
    page = browser.get("/reader/register?card=EXPIRED")
    assert 'value="2027-12-31"' in page.text
    page = browser.send("/reader/register?card=EXPIRED", phone="112")
    assert "Перерегистрирован на 2026 год." in page.seen
    assert "31.12.2027" in page.seen
    page = browser.get("/year")
    assert "Зарегистрировано читателей 1" in page.seen
    assert "EXPIRED" not in page.seen


def test_a_new_pin_is_shown_once(browser: Browser) -> None:
    browser.get("/reader?card=ANNA")
    page = browser.send("/reader/pin?card=ANNA")
    assert re.search(r"Новый ПИН-код: \d{4}\.", page.seen)
    assert "Новый ПИН-код: " not in browser.get("/reader?card=ANNA").seen


def test_a_card_is_printed_with_bars_a_scanner_reads(browser: Browser) -> None:
    page = browser.get("/reader/print?card=ANNA")
    assert 'src="/reader/barcode.svg?card=ANNA"' in page.text
    drawing = browser.get("/reader/barcode.svg?card=ANNA")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert read_code128(drawing.text) == "ANNA"


def test_two_cards_are_merged_after_a_look_at_both(browser: Browser, pages: Pages) -> None:
    browser.get("/reader/add")
    browser.send("/reader/add", card="ANNA-2", name="Анна Л.", category="adult")
    page = browser.get("/reader/merge?card=ANNA&other=ANNA-2")
    assert "Анна Л." in page.seen
    assert "Билеты объединены." in browser.send("/reader/merge?card=ANNA").seen
    assert pages.office.reader("ANNA-2") is None
    assert "Такого билета нет." in browser.get("/reader/merge?card=ANNA&other=ANNA-3").seen
    browser.get("/reader/merge?card=ANNA&other=BORIS")
    assert "это два разных человека" in browser.send("/reader/merge?card=ANNA").seen


def test_a_reader_with_a_book_is_not_forgotten_yet(browser: Browser, pages: Pages) -> None:
    lend(pages, "ANNA", "S1")
    browser.get("/reader/forget?card=ANNA")
    assert "сначала их нужно вернуть" in browser.send("/reader/forget?card=ANNA").seen
    browser.get("/reader/forget?card=BORIS")
    assert "Читатель забыт." in browser.send("/reader/forget?card=BORIS").seen
    assert browser.get("/reader?card=BORIS").status == 404


def test_a_scanned_card_or_book_leads_straight_to_it(browser: Browser) -> None:
    assert "Борис Ким" in browser.get("/readers?q=BORIS").seen
    assert "Бойцовский клуб" in browser.get("/books?q=C1").seen
    assert "18+" in browser.get("/book?item=C1").seen


def test_a_book_and_its_second_copy_are_added(browser: Browser, pages: Pages) -> None:
    browser.get("/book/add")
    page = browser.send("/book/add", work__title="Вий", work__age_mark="12+", item="N1", branch="SAD", type="book")
    assert "Книга добавлена." in page.seen
    browser.get("/book/add?like=N1")
    page = browser.send("/book/add", item="N1")
    assert "Штрихкод : Уже занято." in page.seen
    assert "Книга добавлена." in browser.send("/book/add", item="N2").seen
    assert [each.item for each in pages.office.find_copies("вий")] == ["N1", "N2"]


def test_a_wrong_barcode_does_not_make_the_title_twice(browser: Browser, pages: Pages) -> None:
    browser.get("/book/add")
    browser.send("/book/add", work__title="Вий", item="№")
    browser.send("/book/add", item="N1")
    assert {each.title_code for each in pages.office.find_copies("вий")} == {"T6"}


def test_a_title_and_a_shelf_are_changed_in_one_form(browser: Browser, pages: Pages) -> None:
    browser.get("/book/change?item=S1")
    page = browser.send("/book/change?item=S1", work__age_mark="18+", shelf="Ч-1", state="reference")
    assert "Сохранено." in page.seen
    assert [each.what for each in pages.office.deeds()] == ["change copy", "change title"]
    browser.get("/book/change?item=S1")
    assert "ISBN из 10 или 13 цифр" in browser.send("/book/change?item=S1", work__isbn="1").seen


def test_lost_settled_found_withdrawn(browser: Browser, pages: Pages) -> None:
    lend(pages, "ANNA", "S1")
    browser.get("/book?item=S1")
    assert "Отмечено: утеряна." in browser.send("/book/lost?item=S1").seen
    assert "Отмечено: утеряна." in browser.send("/book/lost?item=S1", settled="yes").seen
    assert "Отмечено: нашлась." in browser.send("/book/found?item=S1").seen
    browser.get("/book/withdraw?item=S1")
    page = browser.send("/book/withdraw?item=S1", reason="ветхость", act="")
    assert "Номер акта : Заполните это поле." in page.seen
    assert "ветхость" in page.text
    assert "Экземпляр S1 списан." in browser.send("/book/withdraw?item=S1", act="12").seen


def test_late_books_are_listed_with_a_phone(browser: Browser, pages: Pages) -> None:
    lend(pages, "ANNA", "S1")
    pages.office.change_reader("Нина", "ANNA", {"phone": "8 800 1"})
    pages.clock.at = pages.clock.at.replace(year=2027)
    assert "8 800 1" in browser.get("/overdue").seen


def upload(browser: Browser, name: str, data: bytes) -> Any:
    browser.get("/lists")
    token = browser.filled("/lists/preview")["token"]
    parts = [("token", b"", token.encode()), ("list", b"", name.encode()), ("file", b'; filename="list.csv"', data)]
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (field.encode(), more, text)
        for field, more, text in parts
    )
    page = browser.ask("POST", "/lists/preview", body + b"--x--\r\n", Content_Type="multipart/form-data; boundary=x")
    browser.page = page
    return page


def test_a_list_is_shown_then_taken_once(browser: Browser, pages: Pages) -> None:
    data = "билет;имя;категория;телефон\nANNA;Анна Лебедева;adult;112\nNEW-1;Соня;child;\n".encode("cp1251")
    page = upload(browser, "patrons", data)
    assert "1 новых 1 изменится 0 без изменений 0 ошибок" in page.seen
    assert "2 ANNA Телефон" in page.seen
    assert pages.office.reader("NEW-1") is None
    assert "Список загружен, строк: 2." in browser.send("/lists/take").seen
    assert pages.office.reader("NEW-1") is not None


def test_a_list_with_mistakes_has_no_button(browser: Browser) -> None:
    page = upload(browser, "patrons", "билет;имя;категория;рождение\nNEW-1;Соня;child;вчера\n".encode())
    assert "2 Дата рождения вчера День в виде 31.12.2026" in page.seen
    assert "/lists/take" not in page.text
    assert "Выберите файл." in upload(browser, "patrons", b"").seen
    assert upload(browser, "passwords", b"x").status == 422


def test_a_backup_is_made_by_a_button(browser: Browser, pages: Pages, tmp_path: Path) -> None:
    browser.get("/backups")
    assert "library-2026-11-20-120000.db" in browser.send("/backups").seen
    assert (tmp_path / "backups" / "library-2026-11-20-120000.db").exists()


def test_the_language_changes_and_is_remembered(browser: Browser, pages: Pages) -> None:
    browser.get("/readers")
    assert "Readers" in browser.send("/language").seen
    browser.get("/")
    page = browser.send("/logout")
    assert "Staff log-in" in page.seen


def test_a_store_that_is_away_is_said_and_nothing_falls_over(browser: Browser, pages: Pages) -> None:
    pages.store.close()
    page = browser.get("/readers")
    assert (page.status, "Картотека сейчас недоступна" in page.seen) == (503, True)


def read_code128(drawing: str) -> str:
    """Read the bars as a scanner does, by the table of ISO/IEC 15417 as python-barcode has it."""
    from barcode.charsets import code128

    bars = [(int(x), int(w)) for x, w in re.findall(r'<rect x="(\d+)" y="0" width="(\d+)"', drawing)]
    line = ["0"] * (bars[-1][0] + bars[-1][1] - 10)
    for x, width in bars:
        line[x - 10 : x - 10 + width] = "1" * width
    text = "".join(line)
    values = [code128.CODES.index(text[place : place + 11]) for place in range(0, len(text) - 13, 11)]
    start, *codes, check = values
    assert check == (start + sum(place * code for place, code in enumerate(codes, 1))) % 103
    assert start == code128.START_CODES["B"]
    letters = {value: letter for letter, value in code128.B.items()}
    return "".join(letters[code] for code in codes)
