"""`kiosk receipt`: a library sees its receipt before any reader does."""

from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.app.cli import main

STATION = """
[station]
name = "desk-1"
time_zone = "Europe/Samara"
policy = "policy.toml"
[abis]
kind = "local"
"""
PRINTER = '[devices.printer]\ndriver = "escpos"\nwire = "/dev/lp0"\nprofile = "RP326"\ncolumns = 32\nphone = "112"\n'
POLICY = """
schema = 1
version = 1
[library]
name = "Библиотека на Садовой"
isil = "RU-1"
[receipt]
qr = "https://lib.example/{isil}"
author = true
fees = true
[receipt.header]
ru = "Рады вам"
en = "Welcome"
"""


@pytest.fixture
def station(tmp_path: Path) -> Path:
    (tmp_path / "policy.toml").write_text(POLICY, "utf-8")
    path = tmp_path / "station.toml"
    path.write_text(STATION + PRINTER, "utf-8")
    return path


def test_the_receipt_is_shown_as_the_station_s_printer_would_print_it(
    station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "out.png"
    assert main(["receipt", str(station), "--preview", str(drawn)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].strip() == "Рады вам"
    assert all(len(line) <= 32 for line in shown)
    assert any(line.startswith("Мастер и Маргарита / Булгаков") for line in shown)
    assert "К оплате: 50 руб." in shown
    assert any("112" in line for line in shown)
    assert shown[-1] == "[picture]"
    with Image.open(BytesIO(drawn.read_bytes())) as image:
        twice = image.resize((image.width * 2, image.height * 2))
        assert [found.text for found in zxingcpp.read_barcodes(twice)] == ["https://lib.example/RU-1"]


def test_in_another_language_and_without_a_printer(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    station.write_text(STATION, "utf-8")
    assert main(["receipt", str(station), "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert "Welcome" in shown
    assert "To renew: at the kiosk" in shown


def test_what_is_wrong_with_the_template_is_told(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (station.parent / "policy.toml").write_text(POLICY.replace("{isil}", "{card}"), "utf-8")
    assert main(["receipt", str(station)]) == 1
    assert "{card} is filled in by nobody" in capsys.readouterr().err


def test_a_picture_that_cannot_be_written_is_told(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", str(station), "--preview", "/not/there.png"]) == 1
    assert "No such file" in capsys.readouterr().err
