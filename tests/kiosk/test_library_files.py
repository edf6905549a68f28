"""A person fills the built-in store from files, and writes it to files, at the command line."""

import os
from pathlib import Path

import pytest

from kiosk.app.cli import main
from sync.abis.local.database import Database
from sync.abis.local.sheets import SHEETS

STATION = '[station]\nname = "village"\ntime_zone = "Europe/Samara"\nstate = "state"\n[abis]\nkind = "local"\n'
FILES = {
    "branches": "code;name;here;lent\nSAD;Садовая;yes;yes\n",
    "categories": "код;название;книг;заявок;долг\nadult;Взрослый;20;10;500\n",
    "types": "code;name\nbook;Книга\n",
    "rules": "category;type;days;renewals;renewal_days;fee\nadult;book;21;2;14;0\n",
    "titles": "code;title;author\nT1;Евгений Онегин;Александр Пушкин\nT2;Метель;Александр Пушкин\n",
    "items": "item;title;branch;type\n100;T1;SAD;book\n",
    "patrons": "card;name;category;pin\nC1;Ким Борис;adult;1234\n",
}


@pytest.fixture
def station(tmp_path: Path) -> Path:
    (tmp_path / "station.toml").write_text(STATION, "utf-8")
    return tmp_path / "station.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lists").mkdir()
    for name, text in FILES.items():
        (tmp_path / "lists" / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path / "lists"


def library(way: str, place: Path, station: Path) -> int:
    return main(["library", way, str(place), "--station", str(station)])


def test_a_library_is_filled_from_a_folder_and_written_to_another(
    station: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library("import", folder, station) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["items.csv: 1 row taken", "patrons.csv: 1 row taken"]
    assert library("export", tmp_path / "copy", station) == 0
    assert "12 files" in capsys.readouterr().out
    assert "C1;Ким Борис" in (tmp_path / "copy" / "patrons.csv").read_text("utf-8-sig")
    assert "1234" not in (tmp_path / "copy" / "patrons.csv").read_text("utf-8-sig")
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {sheet.file for sheet in SHEETS.values()}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "copy").iterdir()} == {0o600}
    assert library("import", tmp_path / "copy", station) == 0


def test_one_file_alone_brings_rows_up_to_date(station: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library("import", folder, station)
    (folder / "titles.csv").write_text("code;title\nT1;Онегин\nT3;Выстрел\n", "utf-8")
    assert library("import", folder / "titles.csv", station) == 0
    assert capsys.readouterr().out.endswith("titles.csv: 2 rows taken\n")


def test_what_is_wrong_is_told_by_its_line_and_that_file_is_not_taken(
    station: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "items.csv").write_text("item;title;branch;type\n100;T1;SAD;book\n101;T9;SAD;film\n", "utf-8")
    assert library("import", folder, station) == 1
    said = capsys.readouterr()
    assert "items.csv, line 3, column title: 'T9'" in said.err
    assert "items.csv, line 3, column type: 'film'" in said.err
    assert "Nothing of items.csv was taken" in said.err
    assert "Taken before it: branches.csv, categories.csv, types.csv, rules.csv, titles.csv." in said.err
    assert "patrons" not in said.out


def test_while_the_station_runs_nothing_is_touched(
    station: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serving = Database(tmp_path / "state" / "circulation.db")
    try:
        assert library("import", folder, station) == 1
        assert library("export", tmp_path / "copy", station) == 1
    finally:
        serving.close()
    assert capsys.readouterr().err.count("in use by the running station: systemctl stop kiosk@village") == 2


def test_a_station_with_a_library_system_keeps_no_books(
    station: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    station.write_text(STATION.replace('kind = "local"', 'kind = "sip2"\nhost = "koha.example"'), "utf-8")
    assert library("import", folder, station) == 1
    assert "works with a library system (sip2)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [("readers.csv", "readers.csv, which the store does not know; its files are branches.csv"), ("", "no file")],
)
def test_files_that_are_none_of_the_store_are_not_passed_over(
    station: Path, folder: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    if name:
        (folder / name).write_text("card\n1\n")
        assert library("import", folder / name, station) == 1
        assert "is no file of the store" in capsys.readouterr().err
    else:
        for path in folder.iterdir():
            path.unlink()
    assert library("import", folder, station) == 1
    assert said in capsys.readouterr().err


def test_nothing_is_overwritten_and_no_store_is_made_by_looking(
    station: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library("export", tmp_path / "copy", station) == 1
    assert "there is no store yet" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()
    library("import", folder, station)
    assert library("export", folder, station) == 1
    assert "already: name another folder" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_what_root_imports_belongs_to_the_kiosk(station: Path, folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    for place in (tmp_path, *tmp_path.parents[:2]):
        place.chmod(0o711)
    os.chown(state, 65534, 65534)
    assert library("import", folder, station) == 0
    assert {(path.stat().st_uid, path.stat().st_gid) for path in state.iterdir()} == {(65534, 65534)}
    assert os.geteuid() == 0
