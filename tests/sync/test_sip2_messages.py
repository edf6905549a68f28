"""The table of messages against two transcriptions of the standard that were made without it."""

import re
from pathlib import Path

import pytest
from pysip2.models import MESSAGE_SPECS_BY_ID

from sync.sip2.fields import FIELDS
from sync.sip2.messages import MESSAGES, Code, Sender
from sync.sip2.values import (
    SUMMARY_FIELDS,
    CirculationStatus,
    PatronStatus,
    Summary,
    Supported,
    known,
    marked,
    marks,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "sip2"
ROW = re.compile(r"\| (\d\d)[^|]*\| ([^|]+) \| ([^|]*) \| ([^|]*) \|")
ROWS = {row[1]: row for row in map(ROW.match, (GOLDEN / "messages.md").read_text().splitlines()) if row}
PAIRS = "23→24, 11→12, 09→10, 01→24, 99→98, 93→94, 63→64, 35→36, 37→38, 17→18, 19→20, 25→26, 15→16, 29→30, 65→66"


def snake(words: str) -> str:
    return re.sub(r"\W+", "_", words.strip().lower().replace("on-line", "online").replace("off-line", "offline"))


def test_every_message_stands_in_the_table_once() -> None:
    assert MESSAGES.keys() == {code.value for code in Code}
    assert MESSAGES.keys() - ROWS.keys() == {"96"}  # one row for 97 and 96
    assert all(layout.code == code for code, layout in MESSAGES.items())


@pytest.mark.parametrize("code", sorted(ROWS))
def test_message_is_laid_out_as_the_standard_says(code: str) -> None:
    _, name, fixed, identified = ROWS[code].groups()
    layout = MESSAGES[code]
    cells = [cell.rsplit(" ", 1) for cell in fixed.split(" · ")] if "·" in fixed or " " in fixed.strip() else []
    assert [(field.name, field.width) for field in layout.fixed] == [(snake(words), int(n)) for words, n in cells]
    assert layout.width == sum(int(width) for _, width in cells)
    fields = re.findall(r"\b([A-Z]{2})(\?)?(?:\((\d+)\))?", "" if "never" in identified else identified)
    assert layout.required == {name for name, optional, _ in fields if not optional}
    assert layout.optional == {name for name, optional, _ in fields if optional}
    for field, _, width in fields:
        assert FIELDS[field].width == (int(width) if width else None), field
    if code != "97":
        assert layout.name == name


def test_requests_are_paired_with_their_answers() -> None:
    pairs = {code: layout.answer for code, layout in MESSAGES.items() if layout.answer}
    assert pairs == dict(pair.split("→") for pair in PAIRS.split(", "))
    assert {code for code, layout in MESSAGES.items() if layout.sender is Sender.ACS} == {*pairs.values(), "96"}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_library_nobody_here_wrote_has_the_same_message(code: str) -> None:
    theirs, ours = MESSAGE_SPECS_BY_ID[code].fields, MESSAGES[code]
    assert [(f.name, f.width) for f in theirs if f.field_id is None] == [(f.name, f.width) for f in ours.fixed]
    assert {f.field_id for f in theirs if f.field_id and f.required} == ours.required
    assert {f.field_id for f in theirs if f.field_id and not f.required} == ours.optional
    for field in theirs:
        if field.field_id:
            assert FIELDS[field.field_id].repeats == field.repeatable, field.field_id


def test_positions_that_hold_y_are_read_by_their_names() -> None:
    koha_lost_card = "YYYYY         "
    assert marked(PatronStatus, koha_lost_card) == {
        PatronStatus.CHARGE_PRIVILEGES_DENIED,
        PatronStatus.RENEWAL_PRIVILEGES_DENIED,
        PatronStatus.RECALL_PRIVILEGES_DENIED,
        PatronStatus.HOLD_PRIVILEGES_DENIED,
        PatronStatus.CARD_REPORTED_LOST,
    }
    assert PatronStatus.TOO_MANY_ITEMS_BILLED in marked(PatronStatus, " " * 13 + "Y")
    assert marked(Supported, "YYYYYYYYYYYNYYYY") == set(Supported) - {Supported.ITEM_STATUS_UPDATE}
    assert marked(Supported, "Y") == {Supported.PATRON_STATUS}
    assert marked(Summary, None) == set()


def test_positions_are_written_as_they_are_read() -> None:
    for kind, width, blank in ((PatronStatus, 14, " "), (Summary, 10, " "), (Supported, 16, "N")):
        for member in kind:
            text = marks([member], width, blank)
            assert len(text) == width
            assert marked(kind, text) == {member}
    assert SUMMARY_FIELDS.keys() == set(Summary)


def test_a_code_the_standard_does_not_have_is_known_as_nothing() -> None:
    assert known(CirculationStatus, "03") is CirculationStatus.AVAILABLE
    assert known(CirculationStatus, "77") is None
    assert known(CirculationStatus, None) is None
