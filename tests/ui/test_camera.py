"""What a phone reads from the screen is the receipt, whole or with shorter titles, or there is no code at all."""

import time
from datetime import date, datetime

import pytest
import zxingcpp
from PIL import Image

from kiosk.domain.receipt_text import plain
from kiosk.domain.receipts import Line, Receipt, Template
from ui.text.camera import code

AT = datetime(2026, 11, 20, 19, 44)  # noqa: DTZ001 - local time of the site
TITLE = "Краткая история времени: от Большого взрыва до чёрных дыр"


def receipt(books: int) -> Receipt:
    return Receipt("•••• 4172", tuple(Line(f"{n} {TITLE}", date(2026, 12, 12)) for n in range(books)))


def read(modules: tuple[tuple[bool, ...], ...]) -> str:
    image = Image.new("L", (len(modules), len(modules)))
    image.putdata([0 if dark else 255 for row in modules for dark in row])
    (found,) = zxingcpp.read_barcodes(image.resize((len(modules) * 4, len(modules) * 4), Image.Resampling.NEAREST))
    return found.text


@pytest.mark.parametrize(("books", "longest"), [(1, 240), (5, 240), (8, 60), (15, 30)])
def test_a_phone_reads_the_receipt_with_titles_as_long_as_fit(books: int, longest: int) -> None:
    template = Template("Библиотека на Садовой", phone="8 800")
    assert read(code(receipt(books), template, AT)) == plain(receipt(books), template, AT, longest)


def test_a_list_that_fits_no_code_has_none() -> None:
    assert code(receipt(60), Template("Б"), AT) == ()


def test_half_a_character_makes_no_code_fail() -> None:
    assert "?" in read(code(Receipt(lent=(Line("Лавр \ud83d"),)), Template("Б"), AT))


def test_the_largest_code_is_made_before_anybody_waits_for_it() -> None:
    code(receipt(1), Template(), AT)
    began = time.process_time()
    modules = code(receipt(15), Template("Б"), AT)
    assert len(modules) <= 125
    assert time.process_time() - began < 1.0
