"""`kiosk staff`: cards and PINs are typed, and stand in no list of commands."""

import getpass
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.app.cli import main
from kiosk.domain.ids import CardNumber, Secret
from sync.staff_cards import StaffCards

STATION = """\
[station]
name = "desk-1"
time_zone = "Europe/Samara"
state = "state"

[abis]
kind = "local"
"""
CARD, PIN = "90000000000017", "739164"
Types = Callable[..., tuple[int, str]]


class Typing(io.StringIO):
    """Standard input: a file, or a keyboard with somebody at it."""

    somebody = False

    def isatty(self) -> bool:
        return self.somebody


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Types:
    """Give `kiosk staff …` its words, and lines by standard input."""
    station = tmp_path / "station.toml"
    station.write_text(STATION, "utf-8")

    def typed(*words: str, lines: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", Typing(lines))
        code = main(["staff", *words, "--station", str(station)])
        out, err = capsys.readouterr()
        return code, out + err

    return typed


def cards(tmp_path: Path) -> StaffCards:
    return StaffCards(tmp_path / "state")


def test_a_card_is_added_given_another_pin_and_removed(types: Types, tmp_path: Path) -> None:
    assert types("list") == (0, "Nobody yet: kiosk staff add NAME\n")
    assert types("add", "olga", lines=f"{CARD}\n{PIN}\n") == (0, "olga may open the staff screen.\n")
    assert cards(tmp_path).opens(CardNumber(CARD), Secret(PIN)) == "olga"
    assert types("add", "olga", lines=f"{CARD}\n500118\n") == (0, "olga has another card and PIN now.\n")
    assert types("list") == (0, "olga\n")
    assert types("remove", "olga") == (0, "olga opens nothing any more.\n")


def test_test_cards_are_listed_masked(types: Types, tmp_path: Path) -> None:
    assert types("add-test", lines=f"{CARD}\n")[0] == 0
    assert cards(tmp_path).is_test(CardNumber(CARD))
    assert types("list") == (0, "test card •••• 0017\n")
    assert types("remove-test", lines=f"{CARD}\n")[0] == 0
    assert not cards(tmp_path).is_test(CardNumber(CARD))


def test_what_was_refused_is_said_without_the_pin(types: Types, tmp_path: Path) -> None:
    assert types("add") == (1, "who? kiosk staff add NAME\n")
    code, told = types("add", "olga", lines=f"{CARD}\n111111\n")
    assert code == 1
    assert "6 to 12 digits" in told
    assert "111111" not in told
    assert not cards(tmp_path).path.exists()


def test_at_a_keyboard_the_pin_is_asked_for_twice_and_not_shown(
    types: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([PIN, "739165", PIN, PIN])
    monkeypatch.setattr(Typing, "somebody", True)
    monkeypatch.setattr("builtins.input", lambda _: f" {CARD} ")
    monkeypatch.setattr(getpass, "getpass", lambda _: next(answers))
    assert types("add", "olga") == (1, "these were two different PINs\n")
    assert types("add", "olga")[0] == 0
    assert cards(tmp_path).opens(CardNumber(CARD), Secret(PIN)) == "olga"


def test_a_station_that_is_described_wrongly_is_said(types: Types, tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text("[station]\n", "utf-8")
    code, told = types("list")
    assert code == 1
    assert "station" in told
