"""What a reader takes home on paper, at every width, in both languages, and in the signs the printer has."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.escpos.layout import MAX_TITLE, Desk, lay_out
from devices.drivers.escpos.letters import fit
from kiosk.domain.receipt_words import WORDS, words
from kiosk.domain.receipts import Line, Receipt, Template

GOLDEN = Path(__file__).parent.parent / "golden" / "receipts"
DUE = date(2026, 12, 12)
AT = datetime(2026, 11, 20, 19, 44)  # noqa: DTZ001 - local time of the site, as the port hands it over
EVENING = Receipt(
    card="•••• 4172",
    lent=(
        Line("Мастер и Маргарита", DUE),
        Line("Краткая история времени: от Большого взрыва до чёрных дыр", DUE, confirmed=False),
        Line("Дети капитана Гранта", date(2026, 12, 4)),
        Line("Лавр"),
    ),
    renewed=(Line("Пикник на обочине", date(2026, 12, 18)),),
    returned=(Line("Алиса в Стране чудес"), Line("Ulysses", confirmed=False)),
    stayed=("Лолита",),
)


def cp866(character: str) -> bool:
    return bool(character.encode("cp866", "ignore"))


def in_cp866(text: str) -> str:
    return fit(text, cp866)


def ascii_only(character: str) -> bool:
    return character < "\x7f"


def desk(columns: int = 42, *, fit: Callable[[str], str] = in_cp866, **template: object) -> Desk:
    base = Template("Библиотека на Садовой", "RU-10010001", "8 800 000-00-00")
    return Desk(replace(base, **template), AT, columns, fit)  # type: ignore[arg-type]


def text(receipt: Receipt, place: Desk) -> str:
    return "\n".join(line.text for line in lay_out(receipt, place))


@pytest.mark.parametrize("language", sorted(WORDS))
@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_evening_receipt_as_it_prints(language: str, columns: int) -> None:
    golden = (GOLDEN / f"evening-{language}-{columns}.txt").read_text("utf-8")
    assert text(replace(EVENING, language=language), desk(columns)) + "\n" == golden


def test_heads_totals_and_section_titles_are_bold() -> None:
    bold = [line.text.split("  ")[0].strip() for line in lay_out(EVENING, desk()) if line.bold]
    heads = ["Библиотека на Садовой", "4 книги", "Продлили", "Вернули", "Остались в библиотеке"]
    assert bold[1:] == heads[1:]
    assert heads[0] in next(line.text for line in lay_out(EVENING, desk()) if line.bold)


def test_a_return_needs_no_word_about_renewing_and_a_confirmed_loan_none_about_confirming() -> None:
    returned = text(Receipt(returned=(Line("Лавр"),)), desk())
    assert "Продлить" not in returned
    assert "подтвердим" not in returned
    assert "*" not in returned
    lent = text(Receipt(lent=(Line("Лавр", DUE),)), desk())
    assert "Продлить: на киоске или по телефону" in lent
    assert "подтвердим" not in lent


def test_without_a_telephone_only_the_kiosk_is_named() -> None:
    assert text(Receipt(lent=(Line("Лавр", DUE),)), desk(phone="")).endswith("\nПродлить: на киоске")


def test_a_telephone_number_is_never_broken_over_two_lines() -> None:
    for columns in range(24, 60):
        assert "8 800 000-00-00" in text(EVENING, desk(columns))


def test_the_earliest_day_is_the_one_printed_large() -> None:
    assert "4 книги" + "до 4 декабря".rjust(42 - 7) in text(EVENING, desk())
    assert "until 4 December" in text(replace(EVENING, language="en"), desk())


def test_a_day_more_than_ten_months_away_carries_its_year() -> None:
    printed = text(Receipt(lent=(Line("Лавр", date(2027, 10, 1)), Line("Сны", date(2027, 1, 9)))), desk())
    assert "01.10.2027" in printed
    assert "09.01\n" in printed


def test_an_unknown_language_is_printed_in_english_and_a_regional_one_in_its_own() -> None:
    assert words("kk").tag == "en"
    assert words("ru-RU").tag == "ru"
    assert words("RU").tag == "ru"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 книг"),
        (1, "1 книга"),
        (2, "2 книги"),
        (4, "4 книги"),
        (5, "5 книг"),
        (11, "11 книг"),
        (12, "12 книг"),
        (14, "14 книг"),
        (21, "21 книга"),
        (22, "22 книги"),
        (25, "25 книг"),
        (101, "101 книга"),
        (111, "111 книг"),
        (112, "112 книг"),
    ],
)
def test_books_are_counted_as_russian_counts(count: int, said: str) -> None:
    assert WORDS["ru"].books(count) == said


def test_every_language_has_every_word_with_its_place_holders() -> None:
    for said in WORDS.values():
        assert "{card}" in said.card
        assert "{day}" in said.until
        assert "{phone}" in said.renew_call
        assert "{" not in said.renewed + said.returned + said.stayed + said.unconfirmed + said.renew_here


def test_line_breaks_and_control_characters_of_a_title_cannot_reach_the_printer() -> None:
    printed = lay_out(Receipt(lent=(Line("Лавр\n\x1bp\x00\x19 роман\t\u202e", DUE),)), desk())
    assert any("Лавр" in line.text and "роман" in line.text for line in printed)
    assert all(line.text.isprintable() for line in printed)


# --- any receipt whatever --------------------------------------------------------------------------------------------

TITLES = st.one_of(st.text(max_size=80), st.text(st.sampled_from("абвгд -«»₽"), max_size=MAX_TITLE * 2))
DAYS = st.none() | st.dates(AT.date() - timedelta(days=800), AT.date() + timedelta(days=800))
ROWS = st.lists(st.builds(Line, TITLES, DAYS, st.booleans()), max_size=6).map(tuple)
RECEIPTS = st.builds(
    Receipt,
    card=st.sampled_from(["", "•••• 4172", "••••"]),
    lent=ROWS,
    renewed=ROWS,
    returned=ROWS,
    stayed=st.lists(TITLES, max_size=4).map(tuple),
    language=st.sampled_from(["ru", "en", "tt"]),
)


@given(RECEIPTS, st.integers(24, 64), st.sampled_from([cp866, ascii_only]), st.text(max_size=90))
def test_no_receipt_is_wider_than_the_paper_nor_holds_a_sign_the_printer_lacks(
    receipt: Receipt, columns: int, can_print: Callable[[str], bool], library: str
) -> None:
    place = desk(columns, library=library, fit=lambda text: fit(text, can_print))
    for line in lay_out(receipt, place):
        assert len(line.text) <= columns
        assert all(
            character.isprintable() and (" " <= character <= "~" or can_print(character)) for character in line.text
        )


@given(RECEIPTS)
def test_every_day_a_book_is_due_stands_on_the_paper(receipt: Receipt) -> None:
    printed = text(receipt, desk())
    for row in (*receipt.lent, *receipt.renewed, *receipt.returned):
        if row.due:
            assert f"{row.due:%d.%m}" in printed


# --- signs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_text", "in_cp866", "in_ascii"),
    [
        ("«Ёлка» — 50 ₽, № 5…", '"Ёлка" - 50 руб., № 5...', '"Elka" - 50 rub., N 5...'),
        ("•••• 4172", "∙∙∙∙ 4172", "**** 4172"),
        ("Café Müller, Łódź", "Cafe Muller, Lodz", "Cafe Muller, Lodz"),
        ("Їжак і ґава", "Їжак i гава", "Izhak i gava"),
        ("Қазақ әні, Татар җыры", "Казак энi, Татар жыры", "Kazak eni, Tatar zhyry"),
        ("Объём ЩЕДРОСТИ", "Объём ЩЕДРОСТИ", "Obem ShchEDROSTI"),
        ("й и\u0306 е\u0308", "й й ё", "y y e"),
        ("ﬁ ½ ×", "fi 1/2 x", "fi 1/2 x"),
        ("中 გ", "· ·", "* *"),
        ("a\u200bb\u00adc\x00", "abc", "abc"),
        ("really?", "really?", "really?"),
    ],
)
def test_signs_outside_the_code_page_get_their_nearest_neighbour(given_text: str, in_cp866: str, in_ascii: str) -> None:
    assert fit(given_text, cp866) == in_cp866
    assert fit(given_text, ascii_only) == in_ascii


@given(st.text(), st.sampled_from(["cp866", "cp1251", "cp437", "cp855", "ascii", "latin-1"]))
def test_no_sign_ever_becomes_a_question_mark(given_text: str, page: str) -> None:
    def can_print(character: str) -> bool:
        return bool(character.encode(page, "ignore"))

    fitted = fit(given_text, can_print)
    assert fitted.encode(page).decode(page) == fitted
    assert fitted.count("?") <= sum(given_text.count(mark) for mark in "?？﹖⁇⁈⁉︖⸮") * 2
