"""The paper can be looked at: ink where the receipt has signs, none where it has none."""

from pathlib import Path

import pytest

from devices.drivers.escpos.picture import CELL, paper
from devices.drivers.escpos.sim import Printed

FONT = Path(__file__).parents[2] / "ui" / "touch" / "assets" / "fonts" / "GolosText-Regular.ttf"
pytestmark = pytest.mark.skipif(not FONT.exists(), reason="fonts are set up by python tools/assets.py")


def ink(image: object, row: int) -> int:
    box = (0, 24 + row * CELL[1], image.width, 24 + (row + 1) * CELL[1])  # type: ignore[attr-defined]
    return sum(count for level, count in enumerate(image.crop(box).histogram()) if level < 128)  # type: ignore[attr-defined]


def test_the_paper_has_a_row_for_each_line_and_ink_where_it_is_printed() -> None:
    image = paper([Printed("Солярис 12.12"), Printed(""), Printed("Лавр", bold=True)], 32, FONT)
    assert image.size == (32 * CELL[0] + 48, 3 * CELL[1] + 48)
    assert ink(image, 0) > 100
    assert ink(image, 1) == 0
    assert ink(image, 2) > 50


def test_a_line_longer_than_the_paper_is_cut_at_its_edge() -> None:
    assert paper([Printed("я" * 100)], 24, FONT).tobytes() == paper([Printed("я" * 24)], 24, FONT).tobytes()
