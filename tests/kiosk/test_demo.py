"""The scripted demo: real screen, real wires, a reader in software; what it leaves behind is compared and searched."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.app.cli import LIES
from kiosk.app.demo.catalogue import copies
from kiosk.app.demo.compare import Compared, compare, lent_before
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.library import make_library
from kiosk.app.demo.lie import lie
from kiosk.app.demo.scripted import PIN, READER

SECONDS = 120


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Play it once; return its folder and everything it said, at the most talkative."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "kiosk", "--verbose", "demo", "--scripted", "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return folder, said


def demo(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", "demo", "--folder", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, input=typed)


def copied(folder: Path, place: Path) -> Path:
    return shutil.copytree(folder, place, ignore=shutil.ignore_patterns("*.sock"))


def test_three_books_one_stays_one_comes_back_one_is_renewed(played: tuple[Path, str]) -> None:
    _, said = played
    assert "stays here: another reader waits" in said
    assert said.count("yours until") == 2
    assert "the book is returned and armed" in said
    assert "one is renewed" in said
    assert said.count("the receipt is printed") == 3


def test_journal_abis_and_tags_tell_the_same(played: tuple[Path, str]) -> None:
    tags = sum(len(copy.parts) for copy in copies())
    assert tags > len(copies())
    assert compare(played[0]) == Compared((), moved=4, tags=tags)
    assert f"journal, ABIS and {tags} tags: they agree; 4 copies changed hands" in played[1]


def test_the_script_refuses_a_folder_that_was_used_and_says_what_to_do(
    played: tuple[Path, str], tmp_path: Path
) -> None:
    place = copied(played[0], tmp_path / "again")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    done = demo(place, "--scripted")
    assert done.returncode == 2
    assert "holds a demo that was played before" in done.stdout
    assert "Cure: name a new folder, or none" in done.stdout
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_by_hand_the_demo_goes_on_where_it_ended(played: tuple[Path, str], tmp_path: Path) -> None:
    place = copied(played[0], tmp_path / "again")
    done = demo(place, typed="quit\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((place / "tags.json").read_text()) == json.loads((played[0] / "tags.json").read_text())
    assert compare(place) == compare(played[0])


def test_after_a_power_cut_the_tags_are_as_the_loans_have_them(played: tuple[Path, str], tmp_path: Path) -> None:
    kept = json.loads((played[0] / "tags.json").read_text())
    with DemoDesk(copies(lent_before(played[0]))) as desk:
        desk.take_tags(tmp_path / "nothing was written.json")
        armed = {key.partition("/")[0] for key, tag in kept.items() if tag["afi"] == 7}
        assert {copy.item for copy in desk.copies if desk.armed(copy.item)} == armed


def test_a_library_that_was_cut_short_while_it_was_made_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "library.new").mkdir()
    (tmp_path / "library.new" / "circulation.db").write_bytes(b"half a library")
    assert lent_before(tmp_path) is None
    make_library(tmp_path / "library" / "circulation.db")
    assert lent_before(tmp_path) == {copy.item for copy in copies() if copy.on_loan}
    assert not (tmp_path / "library.new").exists()


def test_tags_keep_what_was_written_on_them(tmp_path: Path) -> None:
    with DemoDesk(copies()) as first, DemoDesk(copies()) as second:
        tag = first._tags[copies()[0].item][1]
        tag.afi, tag.memory[-1] = 0x55, 0xAA
        first.write_tags(tmp_path / "tags.json")
        second.take_tags(tmp_path / "tags.json")
        assert second._tags == first._tags
        assert not (tmp_path / "tags.json").exists()


@pytest.mark.parametrize("who", LIES)
def test_a_lie_of_any_of_them_is_found(played: tuple[Path, str], tmp_path: Path, who: str) -> None:
    copied(played[0], tmp_path / "copy")
    lie(tmp_path / "copy", who)
    assert compare(tmp_path / "copy").wrong


def test_a_copy_of_which_the_journal_is_silent_is_as_it_was_at_the_start(
    played: tuple[Path, str], tmp_path: Path
) -> None:
    copied(played[0], tmp_path / "copy")
    start = tmp_path / "copy" / "start.json"
    loans = json.loads(start.read_text(encoding="utf-8"))
    with closing(sqlite3.connect(played[0] / "journal.db")) as journal, journal:
        named = {item for (item,) in journal.execute("SELECT json_extract(payload, '$.item') FROM journal")}
    forgotten = next(item for item in loans if item not in named)
    del loans[forgotten]
    start.write_text(json.dumps(loans), encoding="utf-8")
    (wrong,) = compare(tmp_path / "copy").wrong
    assert wrong.startswith(f"{forgotten}: the start says in the library, the ABIS says lent to a card ending")


def test_neither_pin_nor_name_is_left_in_state_or_log(played: tuple[Path, str]) -> None:
    """The library's own database holds its readers; the station's folder and everything it said hold none of them."""
    folder, said = played
    secrets = [PIN, *READER.split()]
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_relative_to(folder / "library"):
            continue
        held = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in held], path.name
    assert not [secret for secret in secrets if secret in said]
