"""Letters reach a real mail server over a checked line, once, whatever it does; and no address outlives its letter."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event

import pytest

from kiosk.domain.health import READY, Health, State
from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.mail import Address
from kiosk.domain.receipts import Line, Receipt, Template
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from kiosk.ports.mail import Letter
from sync.mail.post import MAILED, NOT_MAILED, Post
from sync.mail.sender import MailFault, Sender
from sync.mail.settings import Settings
from sync.mail.spool import Spool, SpoolFault, Stage
from sync.outbox.backoff import Backoff
from tests.kiosk.standins import HeldClock, MemoryJournal
from tests.sync.mail.mailbox import PASSWORD, Authority, Mailbox, serving, settings

ANNA, HERS, TO = CardNumber("21234000024172"), SessionId("s-1"), Address("anna@mail.ru")
AT = datetime(2026, 11, 20, 19, 44, tzinfo=UTC)
SLIP = Receipt("•••• 4172", lent=(Line("Лавр", date(2026, 12, 12)),))
LETTER = Letter(HERS, ANNA, TO, SLIP, Template("Библиотека на Садовой"), AT)
INTENDED, SENT, FAILED = (
    Entry(Kind.RECEIPT_TO_MAIL, HERS),
    Entry(Kind.RECEIPT_PRINTED, HERS, data={"topic": MAILED}),
    Entry(Kind.RECEIPT_FAILED, HERS, data={"topic": NOT_MAILED}),
)
SECURITIES = ("starttls", "tls")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("ca"))


class Sudden(BaseException):
    """The process ends here."""


@dataclass
class Place:
    """A station's post, worked by hand: no thread runs, and time stands still."""

    folder: Path
    settings: Settings
    clock: HeldClock = field(default_factory=HeldClock)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    told: list[Health] = field(default_factory=list)
    sender: Sender | None = None

    def __post_init__(self) -> None:
        self.starts()

    def starts(self) -> "Place":
        """Or starts again, after whatever happened."""
        self.post = Post(
            self.folder, self.settings, self.journal, self.clock, self.told.append, self.sender,
            lambda: Backoff(lambda: 0.5),
        )  # fmt: skip
        self.post.open()
        return self

    def take(self, letter: Letter = LETTER) -> bool:
        return self.post._kept(letter)

    def later(self, seconds: float = 600) -> float:
        self.clock.passes(seconds)
        return self.post.work()

    @property
    def files(self) -> list[str]:
        return sorted(path.suffix for path in self.folder.iterdir()) if self.folder.exists() else []

    def holds(self, text: str) -> bool:
        """Whether any file of the folder has these words in it."""
        return any(text.encode() in path.read_bytes() for path in self.folder.iterdir())


@contextmanager
def station(tmp_path: Path, authority: Authority, box: Mailbox, security: str = "starttls") -> Iterator[Place]:
    with serving(box, authority.context(), security) as port:
        yield Place(tmp_path / "mail", settings(port, authority, security=security))


# --- a good day ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", SECURITIES)
def test_a_letter_is_intended_sent_over_a_checked_line_told_and_forgotten(
    security: str, tmp_path: Path, authority: Authority
) -> None:
    box = Mailbox()
    with station(tmp_path, authority, box, security) as place:
        assert place.take()
        assert place.post.holds(HERS)
        assert (place.journal.rows, place.files) == ([INTENDED], [".out"])
        place.post.work()
    assert box.secure == [True]
    ((to, message),) = box.came
    assert (to, message["To"], message["From"]) == (TO.value, TO.value, "Библиотека на Садовой <kiosk@library.example>")
    assert "Лавр" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (place.journal.rows, place.files) == ([INTENDED, SENT], [])
    assert not place.post.holds(HERS)
    assert place.told == [READY]


def test_the_threads_do_the_same_and_stop_in_time(tmp_path: Path, authority: Authority) -> None:
    box, done = Mailbox(), Event()
    sent = Event()
    with serving(box, authority.context()) as port:
        journal = MemoryJournal()
        append = journal.append

        def noticed(entries: list[Entry], told: Callable[[JournalFault | None], None]) -> None:
            append(entries, told)
            if SENT in entries:
                sent.set()

        journal.append = noticed  # type: ignore[method-assign, assignment]
        post = Post(tmp_path / "mail", settings(port, authority), journal, HeldClock())
        post.start()
        outcome: list[bool] = []
        post.take(LETTER, lambda kept: (outcome.append(kept), done.set()))  # type: ignore[func-returns-value]
        assert done.wait(10)
        assert sent.wait(10)
        post.stop()
        post.stop()
    assert (outcome, len(box.came)) == ([True], 1)


def test_one_receipt_is_one_letter_however_often_it_is_asked_for(tmp_path: Path, authority: Authority) -> None:
    box = Mailbox()
    with station(tmp_path, authority, box) as place:
        assert [place.take(), place.take()] == [True, True]
        place.post.work()
    assert len(box.came) == 1
    assert place.journal.rows == [INTENDED, SENT]


# --- the server ------------------------------------------------------------------------------------------------------


def test_days_without_a_network_cost_nothing_but_time(tmp_path: Path, authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    place = Place(tmp_path / "mail", settings(port, authority))
    assert place.take()
    pauses = [place.post.work()] + [place.later(pause) for pause in (5, 10, 20, 40, 80, 160, 300)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 300
    assert place.told[-1].state is State.DEGRADED
    assert place.told[-1].sentence.startswith("E-mail: The mail server localhost is not reached")
    box = Mailbox()
    for _ in range(3):
        place.later(86_400)
    place.starts()
    with serving(box, authority.context()) as up:
        place.settings = settings(up, authority)
        place.starts().post.work()
    assert (len(box.came), place.journal.rows, place.files) == (1, [INTENDED, SENT], [])


def test_after_some_days_a_letter_is_given_up_and_its_receipt_is_owed_again(
    tmp_path: Path, authority: Authority
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    place = Place(tmp_path / "mail", settings(port, authority, keep_days=2))
    place.take()
    place.post.work()
    place.later(2 * 86_400)
    assert (place.journal.rows, place.files) == ([INTENDED, FAILED], [])


def test_a_mailbox_that_does_not_exist_ends_its_letter_and_no_other(tmp_path: Path, authority: Authority) -> None:
    box = Mailbox(rcpt=["550 no such mailbox"])
    with station(tmp_path, authority, box) as place:
        place.take()
        place.clock.passes(1)
        place.take(Letter(SessionId("s-2"), ANNA, Address("boris@mail.ru"), SLIP, Template(), AT))
        place.post.work()
        assert [to for to, _ in box.came] == ["boris@mail.ru"]
        assert FAILED in place.journal.rows
        assert place.files == []


@pytest.mark.parametrize("said", [{"rcpt": ["451 later"]}, {"data": ["452 no room"]}])
def test_a_letter_not_taken_now_rests_alone_and_goes_later(
    said: dict[str, list[str]], tmp_path: Path, authority: Authority
) -> None:
    box = Mailbox(**said)  # type: ignore[arg-type]
    with station(tmp_path, authority, box) as place:
        place.take()
        pause = place.post.work()
        assert (pause, box.came, place.told) == (5.0, [], [READY])
        assert place.later(1) == 4.0
        place.later(4)
        assert len(box.came) == 1


def test_a_letter_refused_after_its_content_was_heard_is_given_up(tmp_path: Path, authority: Authority) -> None:
    with station(tmp_path, authority, Mailbox(data=["554 looks like spam"])) as place:
        place.take()
        place.post.work()
        assert place.journal.rows == [INTENDED, FAILED]


def test_a_server_that_dies_while_it_listens_gets_the_same_letter_again(tmp_path: Path, authority: Authority) -> None:
    box = Mailbox(dies=2)
    with station(tmp_path, authority, box) as place:
        place.take()
        place.post.work()
        assert (place.journal.rows, place.files) == ([INTENDED], [".out"])
        place.later()
        place.later()
    assert len(box.came) == 1
    assert place.journal.rows == [INTENDED, SENT]


def test_a_server_that_took_it_and_did_not_say_so_gets_it_under_the_same_name(
    tmp_path: Path, authority: Authority
) -> None:
    box = Mailbox(forgets=1)
    with station(tmp_path, authority, box) as place:
        place.take()
        place.post.work()
        place.later()
    assert len(box.came) == 2
    assert len(box.different) == 1
    assert place.journal.rows == [INTENDED, SENT]


def test_a_server_whose_name_nobody_vouches_for_is_told_nothing(tmp_path: Path, authority: Authority) -> None:
    stranger = Authority.made(tmp_path, "other.pem")
    box = Mailbox()
    for context in (stranger.context(), authority.context("elsewhere.example")):
        for security in SECURITIES:
            with serving(box, context, security) as port:
                place = Place(tmp_path / f"mail-{port}", settings(port, authority, security=security))
                place.take()
                place.post.work()
                assert "its certificate is not accepted" in place.told[-1].sentence
                assert place.files == [".out"]
    assert box.came == []


def test_a_server_without_tls_is_told_nothing(tmp_path: Path, authority: Authority) -> None:
    box = Mailbox()
    with serving(box, authority.context(), "none") as port:
        place = Place(tmp_path / "mail", settings(port, authority))
        place.take()
        place.post.work()
    assert box.came == []
    assert "offers no TLS or no login" in place.told[-1].sentence


def test_a_wrong_password_is_told_to_staff_without_it_and_letters_wait(tmp_path: Path, authority: Authority) -> None:
    box = Mailbox()
    with serving(box, authority.context()) as port:
        place = Place(tmp_path / "mail", settings(port, authority, password="falsch-und-geheim", seconds=1))
        place.take()
        place.post.work()
        assert "refuses our login;" in place.told[-1].sentence
        place.settings = settings(port, authority)
        place.starts().post.work()
    assert len(box.came) == 1
    assert "geheim" not in repr(place.told) + repr(place.settings)


def test_a_file_of_authorities_that_holds_none_is_named(tmp_path: Path, authority: Authority) -> None:
    place = Place(tmp_path / "mail", settings(1, authority, ca=str(tmp_path / "none.pem")))
    place.take()
    place.post.work()
    assert "none.pem holds no certificates" in place.told[-1].sentence


def test_no_sentence_for_staff_names_a_reader(
    tmp_path: Path, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    box = Mailbox(rcpt=["550 anna@mail.ru?", "451 anna@mail.ru"], dies=1)
    with station(tmp_path, authority, box) as place:
        for n in range(3):
            place.take(Letter(SessionId(f"s-{n}"), ANNA, TO, SLIP, Template(), AT))
            place.later()
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith(("mail.", "asyncio")))
    said = ours + repr(place.told) + repr(place.journal.rows) + repr(LETTER) + str(TO)
    assert not re.search("anna|24172|geheim", said)


# --- the spool -------------------------------------------------------------------------------------------------------


class Taking(Sender):
    """A server that takes everything; what came is remembered, as the world does."""

    def __init__(self, place: "list[bytes]") -> None:
        self.came = place

    def send(self, to: str, message: bytes) -> None:
        self.came.append(message)

    def close(self) -> None:
        pass


@pytest.mark.parametrize("after", range(14))
def test_the_process_may_end_after_any_step_and_the_letter_goes_once(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps are what reaches the disk. What was accepted is sent; only one that ends between the server's word and its
    own note sends twice, under one name."""
    came: list[bytes] = []
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"), sender=Taking(came))
    steps, really = iter(range(100)), os.fsync

    def fsync(file: int) -> None:
        if next(steps) == after:
            raise Sudden
        really(file)

    accepted = False
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        try:
            accepted = place.take()
            place.post.work()
        except Sudden:
            pass
    was_sent = len(came)
    place.starts().post.work()
    if accepted:
        assert came
    assert len(came) <= 1 + was_sent
    assert len(set(came)) == len({re.search(rb"Message-ID: .*", message)[0] for message in came})  # type: ignore[index]
    assert len(set(came)) <= 1
    assert place.files == []
    assert not came or place.journal.rows[0] == INTENDED
    assert not came or place.journal.rows[-1] == SENT


def test_a_process_that_is_killed_leaves_a_letter_that_the_next_one_sends(tmp_path: Path, authority: Authority) -> None:
    child = f"""
import os, signal
from tests.sync.mail.test_mail_sending import *
place = Place(Path({str(tmp_path / "mail")!r}), Settings(host="x", sender="k@library.example"))
assert place.take()
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", child], cwd=root, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL
    box = Mailbox()
    with station(tmp_path, authority, box) as place:
        place.post.work()
    assert len(box.came) == 1


def test_how_many_letters_wait_is_told_to_staff(tmp_path: Path) -> None:
    place = Place(tmp_path / "mail", Settings(host="127.0.0.1", sender="kiosk@library.example"))
    assert place.post.waiting() == 0
    assert place.take()
    assert place.post.waiting() == 1
    nowhere = Place(tmp_path / "file" / "mail", Settings(host="127.0.0.1", sender="kiosk@library.example"))
    (tmp_path / "file").rename(tmp_path / "gone")
    assert nowhere.post.waiting() is None


def test_an_address_is_forgotten_with_its_reader(tmp_path: Path) -> None:
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"))
    place.take()
    place.take(Letter(SessionId("s-2"), CardNumber("other"), TO, SLIP, Template(), AT))
    assert place.post.forget(ANNA) == 1
    assert not place.holds("24172")
    assert not place.post.holds(HERS)
    assert place.post.holds(SessionId("s-2"))
    assert place.post.forget(ANNA) == 0


def test_a_letter_forgotten_while_it_is_being_sent_stays_forgotten(tmp_path: Path) -> None:
    class Slow(Taking):
        def send(self, to: str, message: bytes) -> None:
            place.post.forget(ANNA)

    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"), sender=Slow([]))
    place.take()
    place.post.work()
    assert (place.files, place.journal.rows) == ([], [INTENDED])


def test_what_the_journal_does_not_know_of_is_neither_promised_nor_sent(tmp_path: Path) -> None:
    came: list[bytes] = []
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"), sender=Taking(came))
    place.journal.fault = JournalFault("the disk is full")
    assert not place.take()
    place.journal.fault = None
    place.post.work()
    assert (came, place.files) == ([], [])


def test_a_letter_that_was_sent_is_told_once_the_journal_answers_and_not_sent_again(tmp_path: Path) -> None:
    came: list[bytes] = []
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"), sender=Taking(came))
    place.take()
    place.journal.fault = JournalFault("the disk is full")
    place.post.work()
    assert (place.files, place.told[-1].state) == ([".sent"], State.ABSENT)
    place.journal.fault = None
    place.later()
    assert (len(came), place.files, place.journal.rows) == (1, [], [INTENDED, SENT])
    assert place.told[-1] == READY


def test_a_folder_that_cannot_be_written_is_told_and_nobody_is_promised_a_letter(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file is in the way")
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"))
    assert not place.take()
    assert place.told[-1].state is State.ABSENT
    assert "see that the kiosk may write" in place.told[-1].sentence


def test_files_that_are_no_letters_are_removed_and_hold_up_nobody(tmp_path: Path) -> None:
    came: list[bytes] = []
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"), sender=Taking(came))
    place.take()
    for name, data in (("a.out", b""), ("b.out", b"[]\nx"), ("c.sent", b'{"card": 1}\nx'), ("d.tmp", b"anna@mail.ru")):
        (place.folder / name).write_bytes(data)
    place.starts().post.work()
    assert (len(came), place.files) == (1, [])


def test_the_folder_and_its_letters_are_for_the_kiosk_alone(tmp_path: Path) -> None:
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"))
    place.take()
    assert place.folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in place.folder.iterdir()] == [0o600]


def test_more_letters_than_a_station_ever_has_are_not_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.mail.spool.MOST", 1)
    place = Place(tmp_path / "mail", Settings(host="x", sender="k@library.example"))
    assert place.take()
    assert not place.take(Letter(SessionId("s-2"), ANNA, TO, SLIP, Template(), AT))


def test_a_sender_is_checked_when_the_settings_are_read() -> None:
    with pytest.raises(ValueError, match="must be an address alone"):
        Settings(host="x", sender="Library <a@b.example>")
    assert Settings(host="x", sender="a@b.example", security="tls").at == ("x", 465)
    assert Settings(host="x", sender="a@b.example").at == ("x", 587)
    assert PASSWORD not in repr(Settings.model_validate({"host": "x", "sender": "a@b.example", "password": PASSWORD}))


def test_a_spool_raises_nothing_but_its_own_word(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "not-there")
    with pytest.raises(SpoolFault):
        spool.waiting()
    assert not spool.holds(HERS)
    assert set(Stage) == {"new", "out", "sent"}
    assert issubclass(MailFault, Exception)
