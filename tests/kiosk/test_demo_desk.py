"""What the virtual desk is made of: a line with weather, a pad with odd tags, a kiosk that stands by no real device."""

import contextlib
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Station
from devices.drivers.escpos.sim import Fault
from devices.drivers.feig.sim import Fault as PadFault
from devices.tags.content import TagContent
from devices.tags.detect import read_tag
from kiosk.app.configured import read_policy, read_station
from kiosk.app.demo.abis_line import AbisLine
from kiosk.app.demo.catalogue import SETS, copies, plain
from kiosk.app.demo.command import demo
from kiosk.app.demo.compare import Told, _item
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.kiosk_child import KioskChild, Missed, NotStarted
from kiosk.app.demo.kiosk_process import RealDevice, check_simulated
from kiosk.app.demo.library import ZONE
from kiosk.app.demo.simdesk import MOST_ON_PAD, VirtualDesk
from kiosk.app.demo.site import Size, write_site
from kiosk.app.plugins import plugins
from kiosk.domain.ids import ItemId
from kiosk.domain.rules import Trust
from kiosk.domain.strips import EmUnit
from kiosk.events import Touched
from sync.sip2.faultline import FaultLine
from ui.simdesk.port import Act, Deed, Impossible, Oddity, Plug, Trouble, Weather

ITEM = copies()[0].item
DISCS = ItemId("30234000541614")
SECONDS = 5


@pytest.fixture(scope="module")
def desk() -> Iterator[DemoDesk]:
    with DemoDesk(copies()) as it:
        yield it


@pytest.fixture
def line() -> Iterator[AbisLine]:
    """Before a library that answers every request with 99 and what it was asked."""
    with FaultLine(lambda: lambda asked: b"99" + asked + b"\r", patience=None) as library, AbisLine(library.port) as it:
        yield it


@pytest.fixture
def virtual(desk: DemoDesk, line: AbisLine, tmp_path: Path) -> VirtualDesk:
    kiosk = KioskChild(tmp_path, desk.wires)
    made = VirtualDesk(desk, kiosk, line, tmp_path / "no library", ZONE)
    made.tidy()
    return made


def talk(line: AbisLine) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=SECONDS)


def asks(sock: socket.socket, request: bytes = b"11loan") -> bytes:
    sock.sendall(request + b"\r")
    return sock.recv(1000)


# --- the line --------------------------------------------------------------------------------------------------------


def test_in_fair_weather_the_library_is_heard(line: AbisLine) -> None:
    with talk(line) as sock:
        assert asks(sock) == b"9911loan\r"


def test_a_slow_answer_comes_when_the_line_is_fast_again(line: AbisLine) -> None:
    line.change(Weather.SLOW, 60)
    asked = line.when_asked("11")
    with talk(line) as sock:
        sock.sendall(b"11loan\r")
        assert asked(SECONDS)
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        sock.settimeout(SECONDS)
        line.change(Weather.FAIR)
        assert sock.recv(1000) == b"9911loan\r"


def test_answers_to_one_kind_of_request_are_held_back_and_others_are_not(line: AbisLine) -> None:
    line.hold("11")
    asked = line.when_asked("11")
    with talk(line) as one, talk(line) as other:
        one.sendall(b"11loan\r")
        assert asked(SECONDS)
        assert asks(other, b"17item") == b"9917item\r"
        line.hold("")
        assert one.recv(1000) == b"9911loan\r"


def test_garbage_is_no_answer_and_a_cut_answer_is_half_of_one(line: AbisLine) -> None:
    line.change(Weather.GARBAGE)
    with talk(line) as sock:
        assert b"loan" not in asks(sock)
    line.change(Weather.CUT_ANSWERS)
    with talk(line) as sock:
        heard = b""
        sock.sendall(b"11loan\r")
        while piece := sock.recv(1000):
            heard += piece
        assert 0 < len(heard) < len(b"9911loan\r")


def test_a_line_that_refuses_cuts_what_there_is_and_opens_again_where_it_was(line: AbisLine) -> None:
    with talk(line) as sock:
        assert asks(sock)
        line.change(Weather.REFUSES)
        line.change(Weather.REFUSES)
        assert sock.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            talk(line)
    line.change(Weather.FAIR)
    with talk(line) as sock:
        assert asks(sock) == b"9911loan\r"


def test_a_network_that_was_cut_is_silent_and_hung_up_when_it_is_back(line: AbisLine) -> None:
    line.change(Weather.CUT_OFF)
    asked = line.when_asked("11")
    with talk(line) as sock:
        sock.sendall(b"11loan\r")
        assert not asked(0.05)
        line.change(Weather.FAIR)
        with contextlib.suppress(ConnectionResetError):
            assert sock.recv(1) == b""


def test_a_line_ends_while_answers_are_held_back() -> None:
    with FaultLine(lambda: lambda asked: asked + b"\r", patience=None) as library:
        with AbisLine(library.port) as line:
            line.hold("11")
            asked = line.when_asked("11")
            sock = talk(line)
            sock.sendall(b"11loan\r")
            assert asked(SECONDS)
        sock.close()


# --- the desk --------------------------------------------------------------------------------------------------------


def test_odd_tags_are_what_they_say(virtual: VirtualDesk, desk: DemoDesk) -> None:
    said = {}
    for kind in (Oddity.FOREIGN, Oddity.BLANK, Oddity.BROKEN):
        virtual.do(Deed(Act.ODD, kind))
    for tag in desk.field.tags():
        lying = next(each for each in virtual.state().pad if each.key == tag.uid.hex())
        said[lying.odd] = read_tag(bytes(tag.memory), tag.dsfid)
    assert isinstance(said["foreign"], TagContent)
    assert said["foreign"].item not in {copy.item for copy in copies()}
    assert not isinstance(said["blank"], TagContent)
    assert not isinstance(said["broken"], TagContent)


def test_a_book_that_is_carried_past_does_not_stay(virtual: VirtualDesk, desk: DemoDesk) -> None:
    gone = threading.Event()
    lift = desk.field.lift
    desk.field.lift = lambda *uids: (lift(*uids), gone.set())[0]  # type: ignore[method-assign]
    try:
        virtual.do(Deed(Act.ODD, "passing"))
        assert gone.wait(SECONDS)
    finally:
        desk.field.lift = lift  # type: ignore[method-assign]
    assert virtual.state().pad == ()


def test_what_lies_on_the_pad_is_lifted_one_by_one_or_all_at_once(virtual: VirtualDesk) -> None:
    for item in (ITEM, copies()[1].item):
        virtual.do(Deed(Act.LAY, item))
    first, second = virtual.state().pad
    virtual.do(Deed(Act.LIFT, first.key))
    assert virtual.state().pad == (second,)
    virtual.do(Deed(Act.LIFT))
    assert virtual.state().pad == ()


def test_plugs_troubles_and_weather_are_told_and_all_are_mended_at_once(virtual: VirtualDesk, desk: DemoDesk) -> None:
    virtual.do(Deed(Act.UNPLUG, "printer"))
    virtual.do(Deed(Act.CAUSE, "paper_out"))
    virtual.do(Deed(Act.CAUSE, "tags_keep_nothing"))
    virtual.do(Deed(Act.WEATHER, "slow", 7.0))
    now = virtual.state()
    assert set(now.unplugged) == {Plug.PRINTER, Plug.KIOSK}
    assert set(now.troubles) == {Trouble.PAPER_OUT, Trouble.TAGS_KEEP_NOTHING}
    assert (now.weather, now.seconds) == (Weather.SLOW, 7.0)
    assert (Fault.PAPER_OUT in desk.paper.faults, PadFault.WRITE_LOST in desk.reader.faults) == (True, True)
    assert not Path(desk.printer.wire).exists()
    virtual.tidy()
    now = virtual.state()
    assert (now.unplugged, now.troubles, now.weather) == ((Plug.KIOSK,), (), Weather.FAIR)
    assert (desk.paper.faults, desk.reader.faults) == (set(), set())
    assert Path(desk.printer.wire).exists()


def test_what_a_printer_had_not_printed_is_gone_when_its_plug_was_pulled(virtual: VirtualDesk, desk: DemoDesk) -> None:
    before = len(desk.receipts())
    virtual.do(Deed(Act.CAUSE, "paper_out"))
    desk.printer.change(lambda: desk.paper.receive(b"\x1b@half a receipt\n\x1dV\x01", 0.0))
    virtual.do(Deed(Act.UNPLUG, "printer"))
    virtual.tidy()
    assert len(desk.receipts()) == before
    virtual.do(Deed(Act.CAUSE, "paper_out"))
    desk.printer.change(lambda: desk.paper.receive(b"\x1b@a whole one\n\x1dV\x01", 0.0))
    virtual.do(Deed(Act.CURE, "paper_out"))
    assert list(desk.receipts()[-1]) == ["a whole one"]


def test_a_copy_of_which_the_journal_is_silent_agrees_by_its_tag_and_the_library_alone(virtual: VirtualDesk) -> None:
    virtual.do(Deed(Act.LAY, ITEM))
    (told,) = virtual.state().told
    assert (told.journal, told.abis_reader, told.armed) == (None, "", virtual.state().told[0].agree)


@pytest.mark.parametrize(
    "deed",
    [
        Deed(Act.LAY, "1"), Deed(Act.LIFT, "no hex"), Deed(Act.SCAN, ""), Deed(Act.SCAN, "x" * 201),
        Deed(Act.SCAN, "a\x00b"), Deed(Act.ODD, "dragon"), Deed(Act.PLUG, "moon"), Deed(Act.CAUSE, "rain"),
        Deed(Act.WEATHER, "snow"), Deed(Act.PLAY, "hamlet"), Deed(Act.PART, "30234000541614/3"),
        Deed(Act.PART, f"{ITEM}/1"), Deed(Act.PART, "30234000541135/2"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_impossible(virtual: VirtualDesk, deed: Deed) -> None:
    with pytest.raises(Impossible):
        virtual.do(deed)


def test_a_set_is_laid_whole_or_part_by_part(virtual: VirtualDesk, desk: DemoDesk) -> None:
    virtual.do(Deed(Act.LAY, DISCS))
    assert sorted((each.item, each.part) for each in virtual.state().pad) == [(DISCS, 1), (DISCS, 2)]
    virtual.do(Deed(Act.LIFT))
    virtual.do(Deed(Act.PART, f"{DISCS}/2"))
    assert [(each.item, each.part) for each in virtual.state().pad] == [(DISCS, 2)]
    facts = {part: read_tag(bytes(tag.memory), tag.dsfid) for part, tag in desk._tags[DISCS].items()}
    assert [(said.item, said.parts, said.part) for said in facts.values() if isinstance(said, TagContent)] == [
        (DISCS, 2, 1), (DISCS, 2, 2),
    ]  # fmt: skip
    sets = {book.item: (book.parts, book.of) for book in virtual.shelf() if book.of > 1}
    assert sets == SETS
    assert not sets.keys() & set(plain())


def test_a_set_of_which_one_part_would_ring_at_the_gate_is_no_whole_loan() -> None:
    lent = Told("20234000200148", "2026-12-11")
    tags = [{"afi": afi, "memory": DISCS.encode().hex()} for afi in (0xC2, 0x07)]
    assert [line.partition(", ")[2] for line in _item(DISCS, lent, lent, tags)] == ["the tag is armed"]
    assert list(_item(DISCS, lent, lent, tags[:1])) == []


def test_a_full_disk_is_told_to_the_kiosk_and_through_its_next_start(virtual: VirtualDesk) -> None:
    virtual.do(Deed(Act.CAUSE, "disk_full"))
    assert virtual.state().troubles == (Trouble.DISK_FULL,)
    assert virtual._kiosk._disk_full
    virtual.tidy()
    assert virtual.state().troubles == ()
    assert not virtual._kiosk._disk_full


def test_a_pad_is_full_some_time(virtual: VirtualDesk) -> None:
    for copy in copies()[:MOST_ON_PAD]:
        virtual.do(Deed(Act.LAY, copy.item))
    with pytest.raises(Impossible):
        virtual.do(Deed(Act.ODD, "blank"))


def test_a_cover_is_a_picture_and_of_nothing_there_is_none(virtual: VirtualDesk) -> None:
    cover = virtual.cover(ITEM)
    assert cover is not None
    assert cover.startswith(b"\x89PNG")
    assert virtual.cover("1") is None


def test_there_are_books_enough_that_anybody_may_take() -> None:
    titles = {copy.item: copy.title for copy in copies()}
    assert len({titles[item] for item in plain()}) > 100
    assert ItemId("30234000524693") not in plain()


# --- never beside a real device --------------------------------------------------------------------------------------


@pytest.fixture
def station(desk: DemoDesk, tmp_path: Path) -> Path:
    return write_site(tmp_path, desk, 6001, Size(1280, 720))


def read(path: Path) -> Station:
    return read_station(path, plugins())


def test_a_kiosk_of_simulators_alone_may_be_shown(station: Path, desk: DemoDesk) -> None:
    check_simulated(read(station), desk.wires)


@pytest.mark.parametrize("device", ["pad", "scanner", "printer"])
def test_a_kiosk_with_one_real_wire_is_not_shown_and_it_is_said_which(
    station: Path, desk: DemoDesk, device: str
) -> None:
    wire = getattr(desk, device).wire
    station.write_text(station.read_text().replace(wire, "/dev/ttyUSB0"))
    with pytest.raises(RealDevice, match=rf"\[devices\.{device}\] is at /dev/ttyUSB0, where no simulator is.*Cure"):
        check_simulated(read(station), desk.wires)


def test_a_kiosk_of_a_real_library_is_not_shown(station: Path, desk: DemoDesk) -> None:
    station.write_text(station.read_text().replace("127.0.0.1", "192.0.2.1"))
    with pytest.raises(RealDevice, match=r"\[abis\] is at 192\.0\.2\.1"):
        check_simulated(read(station), desk.wires)


def test_the_process_refuses_it_before_it_opens_a_screen(
    station: Path, desk: DemoDesk, capfd: pytest.CaptureFixture[str]
) -> None:
    station.write_text(station.read_text().replace(desk.pad.wire, "/dev/ttyUSB0"))
    with pytest.raises(NotStarted):
        KioskChild(station.parent, desk.wires).start()
    assert "never stands beside a real device" in capfd.readouterr().err


# --- a desk that reads barcodes only ---------------------------------------------------------------------------------


def test_a_desk_of_barcodes_has_no_pad_but_strips_and_asks_how_many(tmp_path: Path) -> None:
    with DemoDesk((), has_pad=False) as desk:
        station = read_station(write_site(tmp_path, desk, 6001, Size(800, 600)), plugins())
    rules = read_policy(station).rules
    assert [device.name for device in station.devices] == ["scanner", "printer"]
    assert (rules.trust_loans, rules.trust_returns) == (Trust.COUNT, Trust.COUNT)
    assert station.em_unit is EmUnit.BY_HAND_BOTH_WAYS


def test_what_would_be_laid_down_there_is_shown_to_the_scanner(line: AbisLine, tmp_path: Path) -> None:
    with DemoDesk(copies(), has_pad=False) as desk:
        virtual = VirtualDesk(desk, KioskChild(tmp_path, desk.wires), line, tmp_path / "no library", ZONE)
        virtual.do(Deed(Act.LAY, copies()[0].item))
        assert virtual.state().pad == ()
        assert (virtual.plugs(), virtual.scenarios()) == ([Plug.KIOSK, Plug.SCANNER, Plug.PRINTER], [])
        for deed in (Deed(Act.UNPLUG, Plug.PAD), Deed(Act.ODD, Oddity.BLANK)):
            with pytest.raises(Impossible, match="no pad"):
                virtual.do(deed)


def test_the_script_needs_a_pad(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(None, "800x600", scripted=True, lie=None, has_pad=False) == 2
    assert "Cure" in capsys.readouterr().out


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_prints_the_address_of_a_page_and_ends_by_a_word(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "demo", "--folder", str(tmp_path), "--size", "1280x720"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdin is not None
        assert demo.stdout is not None
        line = next(line for line in demo.stdout if "virtual desk" in line)
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+/", line)
        with urllib.request.urlopen(address, timeout=SECONDS) as page:
            assert b"/desk.js" in page.read()
        demo.stdin.write("quit\n")
        demo.stdin.close()
        demo.stdout.read()
    assert demo.returncode == 0
    assert (tmp_path / "tags.json").exists()


def test_without_a_desk_the_demo_has_no_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "demo", "--folder", str(tmp_path), "--no-desk"]
    done = subprocess.run(command, input="quit\n", capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0
    assert "virtual desk" not in done.stdout


# --- a kiosk without power -------------------------------------------------------------------------------------------


def test_a_kiosk_without_power_shows_nothing_and_feels_no_finger(desk: DemoDesk, tmp_path: Path) -> None:
    kiosk = KioskChild(tmp_path, desk.wires)
    assert (kiosk.powered, kiosk.view, list(kiosk.rows())) == (False, None, [])
    kiosk.cut()
    kiosk.stop()
    with pytest.raises(Missed):
        kiosk.press(Touched())
    look = kiosk.look(lambda: None)
    look.want()
    assert look.newest() is None
    look.close()
    assert kiosk.looked_at == 0
