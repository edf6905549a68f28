"""`kiosk check-config` reads what the station would read, and says what is wrong where."""

from pathlib import Path

import pytest

from kiosk.app.check_config import check_config
from kiosk.app.cli import main
from kiosk.app.configured import read_station
from kiosk.app.control import ControlServer
from kiosk.app.plugins import plugins
from kiosk.app.screen import touch_settings

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
    assert "policy.toml:2: version = 0 is too small" in said


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


def test_the_doctor_needs_no_file_where_a_station_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kiosk.app.cli.STATIONS", tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    server = ControlServer(tmp_path / "s", {"doctor": lambda _: [], "status": lambda _: {"health": {}}})
    server.start()
    try:
        assert main(["doctor", "--socket", str(tmp_path / "s")]) == 0
    finally:
        server.stop()
    assert "Nothing is wrong." in capsys.readouterr().out


def test_the_doctor_is_reached_by_the_same_command(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(path), "--state", str(path.parent)]) == 1
    assert "no-reader" in capsys.readouterr().out


def test_a_machine_with_several_stations_asks_which_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("desk-1", "door-1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "station.toml").write_text(STATION.replace('policy = "policy.toml"\n', ""))
    monkeypatch.setattr("kiosk.app.cli.STATIONS", tmp_path)
    assert main(["check-config"]) == 1
    assert capsys.readouterr().err == f"{tmp_path}: holds several stations; name one: desk-1, door-1\n"
    (tmp_path / "door-1" / "station.toml").unlink()
    assert main(["check-config"]) == main(["check-config", "desk-1"])


PRINTER = '[devices.printer]\ndriver = "escpos"\nwire = "/dev/usb/lp0"\nprofile = "TM-T20X"\n'
TWO_PADS = "".join(f'[devices.{name}]\ndriver = "feig"\nwire = "/dev/pad"\n' for name in "ab")
WRONG = {
    "a port behind the host": ('kind = "local"', 'kind = "sip2"\nhost = "koha.example:6001"', "toml:7: abis.host"),
    "a model nobody makes": ("", PRINTER, 'did you mean "TM-T20II"?'),
    "a language without texts": ("time_zone", 'language = "de"\ntime_zone', 'toml:3: station.language = "de" is'),
    "one wire for two": ("", TWO_PADS, 'toml:12: devices.b.wire = "/dev/pad" is the wire of a as well'),
    "a policy that is nowhere": ("policy.toml", "rules.toml", 'toml:4: station.policy = "rules.toml" names no file'),
}


@pytest.mark.parametrize(("old", "new", "told"), WRONG.values(), ids=WRONG)
def test_what_would_fail_on_the_day_is_said_before(
    path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, told: str
) -> None:
    path.write_text(STATION.replace(old, new) if old else STATION + new, "utf-8")
    assert check_config(path) == 1
    assert told in capsys.readouterr().err


def test_a_language_of_the_policy_without_texts_is_said_by_its_line(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The screen would fall over the first time it is offered."""
    path.with_name("policy.toml").write_text(POLICY + '[readers]\nlanguages = ["ru", "tt"]\n', "utf-8")
    assert check_config(path) == 1
    assert capsys.readouterr().err == 'policy.toml:6: readers.languages[1] = "tt" is unknown; known are en, ru\n'


@pytest.mark.parametrize("host", ["koha", "10.0.0.5", "fe80::1%eth0", "2001:db8::7", "каталог.рф"])
def test_names_and_addresses_are_hosts(path: Path, host: str) -> None:
    path.write_text(STATION.replace('kind = "local"', f'kind = "sip2"\nhost = "{host}"'), "utf-8")
    assert check_config(path) == 0


@pytest.mark.parametrize("filmed", [True, False])
def test_a_place_with_cameras_says_so_on_its_screen(path: Path, tmp_path: Path, filmed: bool) -> None:
    path.write_text(STATION + f"[screen]\nfilmed = {str(filmed).lower()}\n", "utf-8")
    assert touch_settings(read_station(path, plugins()), tmp_path).filmed is filmed


@pytest.mark.parametrize("sleeping", [True, False])
def test_a_display_that_wakes_nobody_is_looked_at_all_the_time(path: Path, tmp_path: Path, sleeping: bool) -> None:
    path.write_text(STATION + ("" if sleeping else "[screen]\nsleeping = false\n"), "utf-8")
    assert touch_settings(read_station(path, plugins()), tmp_path).screen.sleeping is sleeping
