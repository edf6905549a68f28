"""Rows: only what has something to tell, or may be taken off the list, can be touched."""

from dataclasses import replace

import pytest

from kiosk.domain.refusal import Reason, Refusal
from kiosk.views import Row, RowState
from ui.text.catalogue import load
from ui.touch import samples
from ui.touch.rows import row_model

WORDS = load("ru")
MINE = samples.yours(samples.MASTER)
BEFORE = replace(MINE, before=True)
LEFT = replace(samples.STAYING, refusal=Refusal(Reason.LEFT_BEFORE))


@pytest.mark.parametrize(
    ("row", "opens"),
    [
        (MINE, True),
        (BEFORE, False),
        (replace(BEFORE, refusal=Refusal(Reason.OVERDUE)), True),
        (samples.STAYING, True),
        (LEFT, False),
        (replace(samples.STAYING, refusal=None), False),
        (replace(MINE, item=None), False),
        (replace(MINE, state=RowState.ASKING), False),
    ],
    ids=[
        "lent here",
        "had before",
        "renewal refused",
        "stays",
        "left there",
        "stays silently",
        "unread",
        "being asked",
    ],
)
def test_what_can_be_touched(row: Row, opens: bool) -> None:
    assert (row_model(WORDS, row, samples.TODAY).event is not None) is opens
