"""The demo's readers may have their receipt by e-mail: it comes to a mailbox that everybody at the desk may read."""

import os
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

from kiosk.app.configured import read_policy, read_station
from kiosk.app.demo.abis_line import AbisLine
from kiosk.app.demo.catalogue import copies
from kiosk.app.demo.compare import write_start
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.hands import Hands, identified_rows
from kiosk.app.demo.kiosk_child import KioskChild
from kiosk.app.demo.library import ZONE
from kiosk.app.demo.library_process import library_process
from kiosk.app.demo.mailbox import FOLDER, MOST, letters
from kiosk.app.demo.prompt import Prompt
from kiosk.app.demo.scenarios import ANNA
from kiosk.app.demo.simdesk import VirtualDesk
from kiosk.app.demo.site import Size, write_site
from kiosk.app.plugins import plugins
from kiosk.domain.ids import CardNumber, SessionId
from kiosk.domain.mail import Address
from kiosk.domain.receipts import Line, Receipt, Template, Way
from kiosk.events import Button, Pressed
from kiosk.ports.mail import Letter
from kiosk.views import Identify
from sync.mail.letter import compose
from sync.mail.pickup import Pickup
from sync.mail.settings import Settings
from ui.simdesk.port import Weather

SLIP = Receipt("•••• 4172", lent=(Line("Лавр", date(2026, 12, 12)),))
LETTER = Letter(
    SessionId("s"), CardNumber("20234000134172"), Address("anna@library.example"), SLIP,
    Template("Библиотека на Садовой"), datetime(2026, 11, 20, tzinfo=UTC),
)  # fmt: skip


class StillLine:
    weather = (Weather.FAIR, 0.0)


def test_the_demo_gives_receipts_on_paper_and_by_e_mail(tmp_path: Path) -> None:
    with DemoDesk(()) as desk:
        station = read_station(write_site(tmp_path, desk, 6001, Size(800, 600)), plugins())
    rules = read_policy(station).rules
    assert (rules.ways, rules.first_way) == ((Way.PAPER, Way.MAIL), Way.PAPER)
    assert isinstance(station.mail, Settings)
    assert station.mail.pickup == str(tmp_path / FOLDER)


def test_letters_are_shown_at_the_prompt_and_on_the_virtual_desk_as_a_reader_reads_them(tmp_path: Path) -> None:
    said: list[str] = []
    line: Any = StillLine()
    with DemoDesk(copies()[:1]) as desk:
        prompt = Prompt(desk, said.append, tmp_path)
        prompt.obey("mail")
        assert said == ["  nothing yet"]
        Pickup(tmp_path).send(LETTER.to.value, compose(LETTER, "kiosk@library.example", "name"))
        prompt.obey("mail")
        kiosk = KioskChild(tmp_path, desk.wires)
        virtual = VirtualDesk(desk, kiosk, line, tmp_path / "no library", ZONE, tmp_path)
        (letter,) = virtual.state().letters
    assert letter[0] == "anna@library.example"
    assert "Библиотека на Садовой" in letter[1]
    assert any("Лавр" in text for text in letter)
    assert said[1].splitlines()[0] == letter[0]


def test_the_newest_letters_are_shown_last(tmp_path: Path) -> None:
    assert letters(tmp_path / "nothing yet") == ()
    for number in range(MOST + 2):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(f"To: a@b.example\nSubject: {number}\n\nhello\n".encode())
        os.utime(path, ns=(number, number))
    assert [each[1] for each in letters(tmp_path)] == [str(number) for number in range(2, MOST + 2)]


def test_a_reader_of_the_demo_sends_the_receipt_home_as_well(tmp_path: Path) -> None:
    with ExitStack() as held:
        desk = held.enter_context(DemoDesk(copies()))
        library = held.enter_context(library_process(tmp_path))
        write_start(tmp_path)
        line = held.enter_context(AbisLine(library))
        write_site(tmp_path, desk, line.port, Size(1280, 720))
        kiosk = KioskChild(tmp_path, desk.wires)
        held.callback(kiosk.stop)
        kiosk.start()
        virtual = VirtualDesk(desk, kiosk, line, tmp_path / "library" / "circulation.db", ZONE, tmp_path / FOLDER)
        held.callback(virtual.stop)
        told: list[str] = []
        hands = Hands(desk, kiosk, line, told.append, virtual.tidy, lambda _: None, Event(), pace=0)
        hands.begin()
        (book,) = hands.books(1)
        hands.lay(book)
        hands.see(Identify, also=identified_rows(1))
        hands.log_in(ANNA)
        hands.settled(1)
        hands.finish()
        hands.press(Pressed(Button.MAIL_IT))
        hands.until("a letter", lambda: bool(virtual.state().letters))
        (letter,) = virtual.state().letters
        hands.leave()
    assert letter[0] == "anna@library.example"
    assert [line for line in letter if desk.find(book).title in line]
    assert not [line for line in letter if "Лебедева" in line]
