"""What a list of a spreadsheet would do is shown before it does it; then it does exactly that."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kiosk.ports.office import Preview, Refused
from sync.abis.local.csvtext import BadFile
from sync.abis.local.office import StoreOffice
from sync.abis.local.workbook import lines

HEADER = "билет;имя;категория;телефон"
LIST = f"{HEADER}\nANNA;Анна Лебедева;adult;112\nBORIS;Борис Ким;adult;\nNEW-1;Гусева Соня;child;113\n"


@pytest.fixture
def office(library: Any, tmp_path: Path) -> StoreOffice:
    return StoreOffice(library.store, tmp_path / "backups")


def book(*rows: tuple[Any, ...]) -> bytes:
    made, sink = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(sink)
    return sink.getvalue()


def numbers(plan: Preview) -> tuple[int, int, int, int]:
    return plan.added, plan.changed, plan.same, plan.refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_excel_writes_is_previewed_and_nothing_is_changed(
    office: StoreOffice, encoding: str, separator: str, end: str
) -> None:
    plan = office.preview("patrons", LIST.replace(";", separator).replace("\n", end).encode(encoding))
    assert numbers(plan) == (1, 1, 1, 0)
    assert [(row.line, row.name) for row in plan.adding] == [(4, "NEW-1")]
    assert [(row.line, row.name, row.columns) for row in plan.changing] == [(2, "ANNA", ("phone",))]
    assert office.reader("NEW-1") is None
    assert office.deeds() == ()


def test_taking_the_list_does_what_was_shown(office: StoreOffice) -> None:
    assert office.take("Нина", "patrons", LIST.encode("cp1251")) == 3
    assert numbers(office.preview("patrons", LIST.encode("cp1251"))) == (0, 0, 3, 0)
    assert [(each.what, each.about, each.said) for each in office.deeds()] == [("import", "patrons", "3 rows")]


def test_everything_wrong_is_shown_with_its_line_and_nothing_is_taken(office: StoreOffice) -> None:
    data = f"{HEADER}\n;Никто;adult;\nNEW-1;Гусева Соня;vip;где-то\n".encode()
    plan = office.preview("patrons", data)
    assert plan.refused == 3
    assert [(row.line, row.column, row.value) for row in plan.refusing] == [
        (2, "card", ""), (3, "category", "vip"), (3, "phone", "где-то"),
    ]  # fmt: skip
    with pytest.raises(Refused, match=r"patrons\.csv, line 3, column phone"):
        office.take("Нина", "patrons", data)
    assert office.deeds() == ()


def test_what_only_the_tables_forbid_is_shown_as_well_and_undone(office: StoreOffice) -> None:
    plan = office.preview("patrons", "card;name;category;other_cards\nNEW-1;Соня;child;04A2B3\n".encode())
    assert (plan.refused, plan.refusing[0].line) == (1, 2)
    assert office.reader("NEW-1") is None


def test_a_pin_in_a_list_is_a_change_and_is_never_shown(office: StoreOffice) -> None:
    plan = office.preview("patrons", "card;name;category;pin\nANNA;Анна Лебедева;adult;1234\n".encode())
    assert plan.changing[0].columns == ("pin",)
    wrong = office.preview("patrons", "card;name;category;pin\nANNA;Анна Лебедева;adult;12x4\n".encode())
    assert wrong.refusing[0].value == "•••"


def test_a_workbook_is_read_like_a_list(office: StoreOffice) -> None:
    data = book(
        ("Билет", "Имя", "Категория", "Рождение", "Телефон", None, None),
        (20234000134172, "Гусева Соня", "child", date(2016, 2, 1), 88001, None, " "),
        (None, None, None),
        ("NEW-2", "Ким\nЯн", "child", date(2015, 3, 1), None),
    )
    plan = office.preview("patrons", data)
    assert [(row.line, row.name) for row in plan.adding] == [(2, "20234000134172"), (4, "NEW-2")]
    office.take("Нина", "patrons", data)
    page = office.reader("20234000134172")
    assert page is not None
    assert (page.texts["birth"], page.texts["phone"]) == ("2016-02-01", "88001")


@pytest.mark.parametrize("number", [30234000534693111, 3.0234e16])
def test_a_number_whose_end_the_spreadsheet_has_lost_is_no_barcode(office: StoreOffice, number: float) -> None:
    plan = office.preview("items", book(("item", "title", "branch", "type"), (number, "sol", "SAD", "book")))
    assert (plan.refusing[0].line, "as text" in plan.refusing[0].allowed) == (2, True)


def test_a_csv_with_such_numbers_is_refused_too(office: StoreOffice) -> None:
    plan = office.preview("items", b"item;title;branch;type\n3,02E+13;sol;SAD;book\n")
    assert (plan.refusing[0].column, plan.refusing[0].value) == ("item", "3,02E+13")


def test_a_workbook_that_unfolds_without_end_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.abis.local.workbook.MOST_UNFOLDED", 100)
    with pytest.raises(BadFile, match="workbooks of up to 100 bytes inside"):
        list(lines(book(("card",)), "patrons.xlsx"))


@given(data=st.binary(max_size=200), cut=st.integers(0, 6000), at=st.integers(0, 6000))
@settings(max_examples=60)
def test_broken_workbooks_are_refused_in_words(data: bytes, cut: int, at: int) -> None:
    whole = book(("card", "name"), ("1", "2"))
    broken = whole[: at % len(whole)] + data + whole[(at + cut) % len(whole) :]
    for each in (b"PK\x03\x04" + data, broken):
        try:
            list(lines(each, "patrons.xlsx"))
        except BadFile as bad:
            assert bad.cells  # noqa: PT017
