"""Letters laid into a folder: whole, once, readable to who takes them, and never over a network."""

from pathlib import Path

import pytest

from kiosk.domain.health import READY, State
from kiosk.domain.records import Kind
from sync.mail import pickup
from sync.mail.pickup import Pickup
from sync.mail.post import Post
from sync.mail.sender import MailFault
from sync.mail.settings import Settings
from tests.kiosk.standins import HeldClock, MemoryJournal
from tests.sync.mail.test_mail_sending import LETTER, TO


def settings(folder: Path) -> Settings:
    return Settings(pickup=str(folder), sender="kiosk@library.example")


def test_a_letter_is_laid_there_whole_and_the_reader_is_told_that_it_will_come(tmp_path: Path) -> None:
    journal, box = MemoryJournal(), tmp_path / "box"
    post = Post(tmp_path / "mail", settings(box), journal, HeldClock())
    post.open()
    assert post._kept(LETTER)
    post.work()
    (letter,) = box.iterdir()
    assert letter.suffix == ".eml"
    assert f"To: {TO.value}".encode() in letter.read_bytes()
    assert letter.stat().st_mode & 0o777 == 0o640
    assert journal.kinds == [Kind.RECEIPT_TO_MAIL, Kind.RECEIPT_PRINTED]
    assert (post.health(), post.waiting()) == (READY, 0)


def test_the_same_letter_again_is_the_same_file(tmp_path: Path) -> None:
    for message in (b"one", b"two", b"one"):
        Pickup(tmp_path / "box").send("anna@mail.ru", message)
    assert sorted(path.read_bytes() for path in (tmp_path / "box").iterdir()) == [b"one", b"two"]


def test_a_folder_that_cannot_be_had_is_told_to_staff_without_a_reader_and_letters_wait(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("in the way")
    post = Post(tmp_path / "mail", settings(tmp_path / "box"), MemoryJournal(), HeldClock())
    post.open()
    assert post._kept(LETTER)
    post.work()
    assert post.health().state is State.DEGRADED
    assert "look at pickup in [mail]" in post.health().sentence
    assert TO.value not in post.health().sentence
    assert post.waiting() == 1


def test_a_folder_from_which_nobody_takes_anything_is_not_filled_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup, "MOST", 2)
    box = Pickup(tmp_path)
    box.send("anna@mail.ru", b"one")
    box.send("anna@mail.ru", b"two")
    with pytest.raises(MailFault, match="does anything take them"):
        box.send("anna@mail.ru", b"three")
    assert len(list(tmp_path.iterdir())) == 2
    box.close()


@pytest.mark.parametrize(("host", "folder"), [("", ""), ("mail.library.example", "/var/spool/kiosk-mail")])
def test_a_letter_goes_one_way(host: str, folder: str) -> None:
    with pytest.raises(ValueError, match="needs host"):
        Settings(host=host, pickup=folder, sender="kiosk@library.example")
    with pytest.raises(ValueError, match="path from the root"):
        Settings(pickup="spool", sender="kiosk@library.example")
