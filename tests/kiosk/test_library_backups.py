"""Backups, restores and the staff's names at the command line, with the station stopped and with it running."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.app.cli import main
from kiosk.app.control import ControlServer
from sync.abis.local.database import Database
from sync.abis.local.staff import StaffFile
from tests.kiosk.test_library_files import FILES, STATION


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "station.toml").write_text(STATION, "utf-8")
    monkeypatch.setattr("kiosk.app.library_backup.RUNTIME", tmp_path / "run")
    return tmp_path / "station.toml"


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "lists").mkdir()
    for name, text in FILES.items():
        (tmp_path / "lists" / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path / "lists"


@pytest.fixture
def filled(station: Path, lists: Path) -> Path:
    assert library(station, "import", str(lists)) == 0
    return station.parent / "state"


def library(station: Path, *words: str) -> int:
    return main(["library", *words, "--station", str(station)])


def backups(state: Path) -> list[Path]:
    return sorted((state / "backups").glob("library-*.db"))


# --- preview


def test_a_folder_is_previewed_as_a_whole_and_nothing_is_made(
    station: Path, lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library(station, "import", str(lists), "--preview") == 0
    said = capsys.readouterr().out
    assert "titles.csv: 2 new, 0 changed, 0 as they are, 0 wrong" in said
    assert "line 2: new 100" in said
    assert "Nothing was changed" in said
    assert not (tmp_path / "state" / "circulation.db").exists()


def test_a_preview_names_what_changes_and_what_is_wrong_and_changes_nothing(
    station: Path, filled: Path, lists: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (filled / "circulation.db").read_bytes()
    (lists / "titles.csv").write_text("code;title\nT1;Онегин\nT9;Вий\n", "utf-8")
    assert library(station, "import", str(lists / "titles.csv"), "--preview") == 0
    said = capsys.readouterr().out
    assert "line 2: T1 changes in title" in said
    assert "line 3: new T9" in said
    (lists / "titles.csv").write_text("code;title;year\nT9;Вий;давно\n", "utf-8")
    assert library(station, "import", str(lists), "--preview") == 1
    said = capsys.readouterr()
    assert "titles.csv, line 2, column year: 'давно' is not allowed" in said.out
    assert "titles.csv would not be taken" in said.err
    assert "items.csv" not in said.out
    assert (filled / "circulation.db").read_bytes() == before


def test_a_spreadsheet_is_taken_like_a_list(station: Path, filled: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["code", "title"])  # type: ignore[union-attr]
    book.active.append(["T7", "Вий"])  # type: ignore[union-attr]
    book.save(tmp_path / "titles.xlsx")
    assert library(station, "import", str(tmp_path / "titles.xlsx")) == 0
    with closing(sqlite3.connect(filled / "circulation.db")) as connection, connection:
        assert connection.execute("SELECT title FROM title WHERE code = 'T7'").fetchall() == [("Вий",)]
    connection.close()


# --- backup and restore


def test_a_backup_on_a_stick_brings_the_library_back(
    station: Path, filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path / "stick"
    assert library(station, "backup", str(stick)) == 0
    assert "read back, the same" in capsys.readouterr().out
    (copy,) = stick.iterdir()
    assert copy.read_bytes() == backups(filled)[0].read_bytes()
    (filled / "circulation.db").unlink()
    assert library(station, "restore", str(copy)) == 0
    assert library(station, "export", str(tmp_path / "lists-again")) == 0
    assert "Ким Борис" in (tmp_path / "lists-again" / "patrons.csv").read_text("utf-8-sig")


def test_without_a_store_there_is_nothing_to_keep(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert library(station, "backup") == 1
    assert "there is no store yet" in capsys.readouterr().err


def test_a_running_station_is_asked_for_its_backup(station: Path, filled: Path, tmp_path: Path) -> None:
    made = tmp_path / "library-2026-11-20-120000.db"
    made.write_bytes((filled / "circulation.db").read_bytes())
    asked: list[Any] = []

    def verb(request: Any) -> object:
        asked.append(request["verb"])
        return {"file": str(made), "size": 1}

    control = ControlServer(filled / "control.sock", {"library-backup": verb})
    control.start()
    try:
        assert library(station, "backup", str(tmp_path / "stick")) == 0
    finally:
        control.stop()
    assert asked == ["library-backup"]
    assert (tmp_path / "stick" / made.name).exists()
    assert backups(filled) == []


def test_a_running_station_that_makes_no_backups_is_named(
    station: Path, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    control = ControlServer(filled / "control.sock", {})
    control.start()
    try:
        assert library(station, "backup") == 1
    finally:
        control.stop()
    assert "add [library] to its file" in capsys.readouterr().err


def test_while_the_station_runs_nothing_is_restored(
    station: Path, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library(station, "backup") == 0
    serving = Database(filled / "circulation.db")
    try:
        assert library(station, "restore", str(backups(filled)[0])) == 1
    finally:
        serving.close()
    assert "systemctl stop kiosk@village" in capsys.readouterr().err


def test_an_older_backup_is_restored_only_when_that_is_said(
    station: Path, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(filled / "circulation.db")) as connection, connection:
        connection.execute(
            "INSERT INTO loan (item, card, lent, due, renewals) "
            "VALUES ('100', 'C1', '2026-01-01T09:00:00+00:00', '2026-02-01', 0)"
        )
    connection.close()
    assert library(station, "backup") == 0
    with closing(sqlite3.connect(filled / "circulation.db")) as connection, connection:
        connection.execute("UPDATE loan SET returned = '2099-01-01T09:00:00+00:00'")
    connection.close()
    (backup,) = backups(filled)
    assert library(station, "restore", str(backup)) == 1
    assert "What was done since would be lost" in capsys.readouterr().err
    assert library(station, "restore", str(backup), "--older") == 0
    assert "what was there is now" in capsys.readouterr().out


def test_a_backup_from_before_a_list_was_taken_is_older(station: Path, filled: Path, lists: Path) -> None:
    assert library(station, "backup") == 0
    assert library(station, "restore", str(backups(filled)[0])) == 0
    assert library(station, "import", str(lists / "titles.csv")) == 0
    assert library(station, "restore", str(backups(filled)[0])) == 1


@pytest.mark.parametrize("what", ["missing", "damaged"])
def test_what_is_no_backup_is_not_restored(
    station: Path, filled: Path, tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "library-2026-11-20-120000.db"
    if what == "damaged":
        path.write_bytes((filled / "circulation.db").read_bytes()[:9000])
    assert library(station, "restore", str(path)) == 1
    assert "Nothing was restored" in capsys.readouterr().err


# --- staff


def staff(station: Path, monkeypatch: pytest.MonkeyPatch, deed: str, name: str = "", typed: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return library(station, "staff", deed, *([name] if name else []))


def test_staff_come_and_go_and_passwords_are_kept_as_hashes(
    station: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = StaffFile(station.parent / "state")
    assert staff(station, monkeypatch, "add", "Нина Павловна", "four words are easy\n") == 0
    assert file.opens("Нина Павловна", "four words are easy")
    assert not file.opens("Нина Павловна", "four words are hard")
    assert not file.opens("Nobody", "four words are easy")
    assert "four words" not in file.path.read_text("utf-8")
    assert file.path.stat().st_mode & 0o777 == 0o600
    before = file.mark("Нина Павловна")
    assert staff(station, monkeypatch, "add", "Нина Павловна", "other words are easy\n") == 0
    assert file.mark("Нина Павловна") != before
    assert staff(station, monkeypatch, "list") == 0
    assert staff(station, monkeypatch, "remove", "Нина Павловна") == 0
    assert file.mark("Нина Павловна") is None
    assert not file.opens("Нина Павловна", "other words are easy")
    assert "Нина Павловна\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("deed", "name", "typed", "said"),
    [
        ("add", "Нина", "short\n", "8 to 200 characters"),
        ("add", "Нина", "", "8 to 200 characters"),
        ("add", "-x y|", "long enough\n", "is no name"),
        ("add", "", "long enough\n", "who?"),
        ("remove", "Нина", "", "there is no Нина; there are none"),
    ],
)
def test_what_staff_cannot_be_is_said(
    station: Path, monkeypatch: pytest.MonkeyPatch, deed: str, name: str, typed: str, said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if name.startswith("-"):
        name = name[1:]
    assert staff(station, monkeypatch, deed, name, typed) == 1
    assert said in capsys.readouterr().err


def test_a_damaged_list_of_staff_opens_nothing_and_is_not_overwritten(
    station: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = StaffFile(station.parent / "state")
    file.path.parent.mkdir()
    for content in ('{"Нина": "scrypt$99$zz$"}', "{broken", '["Нина"]'):
        file.path.write_text(content, "utf-8")
        assert not file.opens("Нина", "long enough")
    assert staff(station, monkeypatch, "add", "Нина", "long enough\n") == 1
    assert "cannot be read" in capsys.readouterr().err
    assert file.path.read_text() == '["Нина"]'
