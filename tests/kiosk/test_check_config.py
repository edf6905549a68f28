"""`kiosk check-config` reads what the station would read, and says what is wrong where."""

from pathlib import Path

import pytest

from kiosk.app.check_config import check_config
from kiosk.app.cli import main

STATION = '[station]\nname = "desk-1"\ntime_zone = "UTC"\npolicy = "policy.toml"\n[abis]\nkind = "local"\n'
POLICY = 'schema = 1\nversion = 3\n[library]\nname = "Библиотека на Садовой"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "policy.toml").write_text(POLICY, "utf-8")
    (tmp_path / "station.toml").write_text(STATION, "utf-8")
    return tmp_path / "station.toml"


def test_what_is_right_is_said_in_two_lines(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-config", str(path)]) == 0
    assert capsys.readouterr().out == (
        f"{path}: station desk-1, local, no devices\n"
        f"{path.parent}/policy.toml: policy version 3 of Библиотека на Садовой\n"
    )


def test_every_problem_of_both_files_is_said(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(STATION + 'bins = { attic = "1" }\n[devices.pad]\ndriver = "feig"\nwire = "COM3"\n', "utf-8")
    path.with_name("policy.toml").write_text("schema = 1\nversion = 0\n", "utf-8")
    assert check_config(path) == 1
    said = capsys.readouterr().err
    assert "station.toml:7: abis.bins.attic is no setting here" in said
    assert 'station.toml:10: devices.pad.wire = "COM3"' in said


def test_a_policy_that_is_wrong_is_said_where_the_station_is_right(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.with_name("policy.toml").write_text("schema = 1\nversion = 0\n", "utf-8")
    assert check_config(path) == 1
    assert capsys.readouterr().err == "policy.toml:2: version = 0 is too small; the least is 1\n"


@pytest.mark.parametrize("verb", ["check-config", "run"])
@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_has_words_and_no_traceback(
    content: bytes | None, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content:
        (tmp_path / "station.toml").write_bytes(content)
    assert main([verb, str(tmp_path / "station.toml")]) == 1
    assert capsys.readouterr().err.startswith("station.toml")


def test_the_doctor_is_reached_by_the_same_command(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(path), "--state", str(path.parent)]) == 1
    assert "no-reader" in capsys.readouterr().out
