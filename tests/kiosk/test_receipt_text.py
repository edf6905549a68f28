"""A receipt in words: a library's own texts filled in, nothing of a reader in what leads out of the building."""

from datetime import date, datetime
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import Money
from kiosk.domain.receipt_text import day, escaped, filled, label, money, notes, own_lines, plain, unknown_placeholders
from kiosk.domain.receipt_words import words
from kiosk.domain.receipts import Line, Receipt, Template

AT = datetime(2026, 11, 20, 19, 44)  # noqa: DTZ001 - local time of the site
TEMPLATE = Template("Библиотека «Ц»", "RU-1", "8 800")


@given(st.text())
def test_a_name_in_an_address_is_written_as_addresses_have_it(text: str) -> None:
    if text.isprintable():
        assert escaped(text) == quote(text, safe="")
        assert unquote(escaped(text)) == text
    assert escaped(text).isascii()


def test_placeholders_are_filled_in_once_and_what_is_none_stays() -> None:
    assert filled("{library}, {isil}: {phone} {date} {time} {card} {", TEMPLATE, AT) == (
        "Библиотека «Ц», RU-1: 8 800 20.11.2026 19:44 {card} {"
    )
    assert filled("https://x/?{isil}&{phone}", TEMPLATE, AT) == "https://x/?RU-1&8%20800"
    assert filled("{library}", Template("{isil}", "RU-1"), AT) == "{isil}"
    assert unknown_placeholders("{isil}{card}{}{ a }") == ("card", "")


@pytest.mark.parametrize(
    ("texts", "language", "lines"),
    [
        ((), "ru", []),
        ((("ru", "а\nб"), ("en", "a")), "ru-RU", ["а", "б"]),
        ((("ru", "а"), ("en", "a")), "en", ["a"]),
        ((("ru", "а"), ("en", "a")), "tt", ["а"]),
    ],
)
def test_own_lines_are_in_the_reader_s_language_or_the_library_s_first(
    texts: tuple[tuple[str, str], ...], language: str, lines: list[str]
) -> None:
    assert own_lines(texts, language, TEMPLATE, AT) == lines


def test_a_copy_is_told_by_title_author_and_number_as_the_library_wants_it() -> None:
    line = Line("Лавр", author="Водолазкин", item="3000")
    wanted = {
        (True, True): "Лавр / Водолазкин (3000)",
        (True, False): "Лавр / Водолазкин",
        (False, True): "Лавр (3000)",
    }
    assert {key: label(line, Template(author=key[0], item=key[1])) for key in wanted} == wanted
    assert label(Line("3000", item="3000"), Template(author=True, item=True)) == "3000"


def test_days_and_money_as_they_are_read() -> None:
    assert (day(date(2026, 12, 1), AT.date()), day(date(2027, 12, 1), AT.date())) == ("01.12", "01.12.2027")
    assert [money(Money(n, "RUB")) for n in (5000, 5050, -705)] == ["50 ₽", "50,50 ₽", "-7,05 ₽"]
    assert money(Money(100, "KZT")) == "1 KZT"


def test_fees_and_first_name_are_there_only_where_the_library_says_so() -> None:
    receipt = Receipt("•••• 4172", lent=(Line("Лавр"),), name="Анна", fees=Money(5000, "RUB"))
    shown = plain(receipt, Template(fees=True, name=True), AT)
    assert "Анна, билет •••• 4172" in shown
    assert "К оплате: 50 ₽" in shown
    hidden = plain(receipt, Template(), AT)
    assert "Анна" not in hidden
    assert "50" not in hidden
    assert "билет" not in plain(Receipt(lent=(Line("Лавр"),)), Template(), AT)


def test_a_date_that_the_desk_reckoned_itself_is_told_to_be_unsure() -> None:
    sure, unsure = (Receipt("", lent=(Line("Лавр", AT.date(), due_certain=certain),)) for certain in (True, False))
    say = words("ru")
    assert say.dates_unsure not in notes(sure, TEMPLATE, say)
    assert say.dates_unsure in notes(unsure, TEMPLATE, say)


def test_a_long_title_is_cut_and_a_broken_one_is_one_line() -> None:
    assert "abcd…" in plain(Receipt(lent=(Line("abcdefgh"),)), Template(), AT, longest=5)
    assert "a b" in plain(Receipt(lent=(Line("a\n\tb"),)), Template(), AT)
