"""CSV in and out: what libraries send is read, what is wrong is named by line and column, no half file taken."""

import codecs
import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from kiosk.domain.ids import CardNumber
from kiosk.domain.patrons import Patron
from sync.abis.local import Settings, csvtext, open_store
from sync.abis.local.cells import Given
from sync.abis.local.csvtext import MAX_BYTES, MOST_FAULTS, BadFile
from sync.abis.local.exchange import export_file, export_folder, import_file, import_folder
from sync.abis.local.reading import read
from sync.abis.local.sheets import SHEETS
from sync.spec import Surroundings

MOSCOW = ZoneInfo("Europe/Moscow")


def bad(library: Any, name: str, data: bytes) -> list[str]:
    before = export_file(library.store.database, name)
    with pytest.raises(BadFile) as raised:
        import_file(library.store.database, name, data, MOSCOW)
    assert export_file(library.store.database, name) == before
    return [str(cell) for cell in raised.value.cells]


def complaint_about(library: Any, name: str, data: bytes) -> BadFile | None:
    try:
        import_file(library.store.database, name, data, MOSCOW)
    except BadFile as refused:
        return refused
    return None


def titles(library: Any) -> list[str]:
    data = export_file(library.store.database, "titles").decode("utf-8-sig")
    return [row["title"] for row in csv.DictReader(io.StringIO(data), delimiter=";")]


# --- what is taken


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_list_is_read_as_it_comes(library: Any, encoding: Any, separator: Any, line_end: Any) -> None:
    lines = ["code;title;author", "new1;Вий;Николай Гоголь", "", "new2;Нос;Николай Гоголь"]
    text = line_end.join(line.replace(";", separator) for line in lines)
    assert import_file(library.store.database, "titles", text.encode(encoding), MOSCOW) == 2
    assert {"Вий", "Нос"} <= set(titles(library))


def test_columns_may_have_russian_names_and_any_order(library: Any) -> None:
    library.write("titles", "Заглавие;КОД;Автор\nВий;new;Николай Гоголь")
    assert "Вий" in titles(library)


def test_quoted_cells_keep_their_separators(library: Any) -> None:
    library.write("titles", 'code;title\nnew;"Солярис; ""Эдем"", Непобедимый"')
    assert 'Солярис; "Эдем", Непобедимый' in titles(library)


def test_a_known_key_is_brought_up_to_date_in_the_columns_given(library: Any) -> None:
    library.write("patrons", "card;name;category\nANNA;Анна Новая;adult")
    patron = library.identify("ANNA", "1234")
    assert isinstance(patron, Patron)
    assert (patron.name, patron.birth) == ("Анна Новая", date(1990, 5, 14))


def test_an_empty_pin_keeps_the_old_one_and_a_new_one_replaces_it(library: Any) -> None:
    library.write("patrons", "card;name;category;pin\nANNA;Анна;adult;")
    assert isinstance(library.identify("ANNA", "1234"), Patron)
    library.write("patrons", "card;name;category;pin\nANNA;Анна;adult;739164")
    assert isinstance(library.identify("ANNA", "739164"), Patron)


def test_a_loan_moves_to_another_reader_by_its_item(library: Any) -> None:
    library.lend("ANNA", "S1")
    library.write("loans", "item;card;lent;due;renewals\nS1;BORIS;2026-11-01T10:00:00+03:00;01.12.2026;1")
    assert library.store.loans(CardNumber("ANNA")) == frozenset()
    assert library.store.loans(CardNumber("BORIS")) == {"S1"}


# --- what is not


@pytest.mark.parametrize(
    ("name", "line", "column", "value", "allowed"),
    [
        ("titles", "x;Вий;;9785170787900;1835;12+", "isbn", "9785170787900", "right check digit"),
        ("titles", "x;Вий;;;18356;12+", "year", "18356", "from 1400 to 2199"),
        ("titles", "x;Вий;;;1835;13+", "age_mark", "13+", "0+, 6+, 12+, 16+, 18+"),
        ("titles", "x;;;;1835;12+", "title", "", "text of up to 300"),
        ("titles", "x|y;Вий;;;1835;12+", "code", "x|y", "without |"),
        ("items", "S9;nothing;SAD;book;;", "title", "nothing", "stands in titles.csv"),
        ("items", "S9;sol;SAD;book;;new", "state", "new", "normal, reference, lost, transit"),
        ("patrons", "P;Пётр;;adult;31.02.2001;;;;;", "birth", "31.02.2001", "2026-12-31 or 31.12.2026"),
        ("patrons", "P;Пётр;;adult;today;;;;;", "birth", "today", "2026-12-31 or 31.12.2026"),
        ("patrons", "P;Пётр;;adult;;;;;a|b;", "other_cards", "a|b", "separated by spaces"),
        ("categories", "x;Особый;5;5;12.345", "debt_limit", "12.345", "50 or 49.90"),
        ("categories", "x;Особый;-1;5;", "item_limit", "-1", "from 0 to 999"),
        ("branches", "x;Новая;maybe;yes", "here", "maybe", "yes or no"),
        ("rules", "adult;film;7;0;0;0", "type", "film", "stands in types.csv"),
        ("closed", "someday;", "day", "someday", "mon, tue"),
        ("loans", "S1;ANNA;2026-11-01T10:00:00;2026-12-01;0", "lent", "2026-11-01T10:00:00", "moment as"),
        ("fees", ";ANNA;;0;0;2026-11-01;копия", "amount", "0", "at least 0.01"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_column_value_and_what_is_allowed(
    library: Any, name: Any, line: Any, column: Any, value: Any, allowed: Any
) -> None:
    header = ";".join(SHEETS[name].columns)
    (sentence,) = bad(library, name, f"{header}\n{line}".encode())
    assert sentence.startswith(f"{name}.csv, line 2, column {column}: {value!r} is not allowed; allowed: ")
    assert allowed in sentence


def test_a_wrong_pin_is_never_repeated(library: Any) -> None:
    (sentence,) = bad(library, "patrons", b"card;category;pin\nP;adult;73916x")
    assert "739" not in sentence
    assert "4 to 8 digits" in sentence


def test_lines_are_counted_as_an_editor_counts_them(library: Any) -> None:
    data = 'code;title;year\n\nx1;Вий;1835\n"x2";"Нос";"abc"\n'.encode()
    (sentence,) = bad(library, "titles", data)
    assert sentence.startswith("titles.csv, line 4, column year")


def test_nothing_of_a_file_is_taken_if_one_line_is_wrong(library: Any) -> None:
    bad(library, "titles", "code;title;year\ngood;Вий;1835\nbad;Нос;x".encode())
    assert "Вий" not in titles(library)


def test_all_that_is_wrong_is_said_at_once_up_to_a_hundred(library: Any) -> None:
    data = "code;title;year\n" + "".join(f"x{n};Вий;x\n" for n in range(150))
    with pytest.raises(BadFile, match="and 50 more") as raised:
        import_file(library.store.database, "titles", data.encode(), MOSCOW)
    assert (len(raised.value.cells), raised.value.found) == (MOST_FAULTS, 150)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "a header line: code;title"),
        (b"\n\n", "a header line: code;title"),
        ("name;title\nx;Вий".encode(), "column name: 'name' is not allowed; allowed: columns code, title"),
        ("code;title;code\nx;Вий;y".encode(), "each once"),
        ("title\nВий".encode(), "column code: '' is not allowed; allowed: columns code, title, author"),
        ("code;title\nx;Вий;лишнее".encode(), "'лишнее' is not allowed; allowed: 2 cells, as in the header"),
        ('code;title\nx;"Вий'.encode(), "closed quotation marks"),
        ("code;title\nx;Вий\nx;Нос".encode(), "'x' is not allowed; allowed: each once; it stands in line 2 too"),
        ("code;title\nx;В\tий".encode(), "on one line"),
        ('code;title\nx;"В\nий"'.encode(), "on one line"),
        ("code;title\nx;Вий".encode("utf-16"), "save the list as CSV UTF-8"),
        ("code;title\nx;Вий\n".encode("cp1251") + b"y;\x98", "line 3: 'byte 0x98' is not allowed"),
    ],
)
def test_a_wrong_file_is_named(library: Any, data: Any, says: str) -> None:
    assert any(says in sentence for sentence in bad(library, "titles", data))


def test_a_file_beyond_all_sense_is_not_read(library: Any) -> None:
    (sentence,) = bad(library, "titles", bytes(MAX_BYTES + 1))
    assert "bytes" in sentence


def test_what_the_tables_forbid_is_named_by_line(library: Any) -> None:
    header = "card;title;placed;item;place;until\n"
    (sentence,) = bad(library, "holds", (header + "ANNA;sol;2026-11-01;S1;1;").encode())
    assert "line 2" in sentence
    assert "a copy on the hold shelf has a last day" in sentence
    two = header + "ANNA;sol;2026-11-01;S1;1;2026-12-01\nBORIS;sol;2026-11-01;S1;2;2026-12-01"
    (sentence,) = bad(library, "holds", two.encode())
    assert "line 3" in sentence
    (sentence,) = bad(library, "fees", b"card;amount;paid;day;why\nANNA;5;6;2026-11-01;x")
    assert "paid is at most the amount" in sentence


# --- there and back


@pytest.fixture
def busy(library: Any) -> Any:
    """A library in which every file has something to say."""
    for card, item in (("ANNA", "S1"), ("ANNA", "L1"), ("BORIS", "D1")):
        library.lend(card, item)
    library.take_back("D1")
    library.hold("VERA", "L1")
    library.hold("KID", "S2")
    library.take_back("S2")
    library.renew("ANNA", "S1")
    library.write("fees", "card;item;amount;paid;day;why\nANNA;S1;49.90;10;2026-11-01;копия")
    library.write("messages", 'card;text\nANNA;"Зонт; ваш"')
    return library


def test_a_folder_goes_out_and_comes_back_the_same(busy: Any, tmp_path: Any) -> None:
    export_folder(busy.store.database, tmp_path / "out")
    fresh = open_store(Settings(), Surroundings(MOSCOW, busy.clock, tmp_path / "fresh"))
    counted = import_folder(fresh.database, tmp_path / "out", MOSCOW)
    assert set(counted) == set(SHEETS)
    assert counted["loans"] == 2
    export_folder(fresh.database, tmp_path / "again")
    fresh.close()
    for sheet in SHEETS.values():
        first, again = ((tmp_path / name / sheet.file).read_bytes() for name in ("out", "again"))
        assert first == again
        assert first.startswith(codecs.BOM_UTF8)
        assert len(first.splitlines()) > 1, f"{sheet.file} shows nothing"


def test_no_pin_and_no_hash_goes_out(busy: Any) -> None:
    data = export_file(busy.store.database, "patrons")
    assert b"scrypt" not in data
    assert b"1234" not in data


words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40).map(str.strip)
words = words.filter(lambda text: bool(text) and text.isprintable())
keys = st.from_regex(r"[!-{}~]{1,20}", fullmatch=True)


@given(st.dictionaries(keys, st.tuples(words, words, st.integers(1400, 2199) | st.none()), max_size=8))
def test_any_titles_go_out_and_come_back(shared_library: Any, rows: Any) -> None:
    """Read what was written as a file of the store; what stands in the cells stays what it was."""
    sheet = SHEETS["titles"]
    table = [(code, title, author, "", str(year or ""), "") for code, (title, author, year) in rows.items()]
    found = read(sheet, csvtext.write(tuple(sheet.columns), table), Given(MOSCOW))
    assert {
        row.values["code"]: (row.values["title"], row.values["author"], row.values["year"]) for row in found
    } == rows


pieces = st.sampled_from(
    [b"code", b"title", b";", b",", b"\t", b'"', b"\r", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x98"]
)


@given(st.sampled_from(sorted(SHEETS)), st.lists(pieces | st.binary(max_size=8), max_size=40).map(b"".join))
def test_junk_is_refused_in_words_or_read_and_never_breaks_anything(shared_library: Any, name: Any, junk: Any) -> None:
    complaint = complaint_about(shared_library, name, junk)
    assert complaint is None or str(complaint)


@given(st.sampled_from(sorted(SHEETS)), st.data())
def test_any_cells_under_the_right_header_are_refused_by_name_or_taken(
    shared_library: Any, name: Any, data: Any
) -> None:
    sheet = SHEETS[name]
    cells = st.text(max_size=12) | st.sampled_from(
        ["ANNA", "S1", "sol", "adult", "book", "SAD", "2026-01-01", "1", "yes"]
    )
    row = [data.draw(cells) for _ in sheet.columns]
    sink = io.StringIO()
    csv.writer(sink, delimiter=";").writerows([list(sheet.columns), row])
    complaint = complaint_about(shared_library, name, sink.getvalue().encode("utf-8", "surrogatepass"))
    assert complaint is None or all(cell.file == sheet.file and cell.allowed for cell in complaint.cells)


def test_many_titles_go_in_at_once(library: Any, tmp_path: Any) -> None:
    """Counted, not timed: a handful of statements, however many rows."""
    statements = []
    event.listen(library.store.database._engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    rows = "".join(f"N{n};Книга {n};Автор\n" for n in range(2000))
    assert library.write("titles", "code;title;author\n" + rows) == 2000
    assert len(statements) <= 12


def test_relative_days_are_for_the_demo_alone(library: Any) -> None:
    data = b"item;card;lent;due;renewals\nS1;ANNA;today-3;today+8;0"
    assert "due" in " ".join(bad(library, "loans", data))
    import_file(library.store.database, "loans", data, MOSCOW, today=date(2026, 11, 20))
    loan = library.store.account(CardNumber("ANNA")).loans[0]
    assert loan.due == date(2026, 11, 28)


def test_a_bare_day_of_a_loan_is_its_midnight_in_the_library(library: Any) -> None:
    library.write("loans", "item;card;lent;due;renewals\nS1;ANNA;2026-11-01;2026-12-01;0")
    midnight = datetime(2026, 10, 31, 21, tzinfo=UTC).isoformat()
    assert midnight.encode() in export_file(library.store.database, "loans")
