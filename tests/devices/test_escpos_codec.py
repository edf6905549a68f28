"""The printer's bytes: what it is asked, what it answers, what the paper shows."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.escpos.codec import FENCE, Ask, Trouble, is_fence, is_status, request, troubles
from devices.drivers.escpos.layout import PaperLine
from devices.drivers.escpos.paper import FRAGMENT, Cut, Model, Paper, UnknownModel, check, profiles
from devices.drivers.escpos.sim import BUFFER, EPSON_PAGES, Fault, SimPrinter

LINES = (PaperLine("Книга", bold=True), PaperLine("Ёлка Їжак № 5"))


def printed(data: bytes, **printer: object) -> SimPrinter:
    sim = SimPrinter(**printer)  # type: ignore[arg-type]
    sim.feed(data)
    return sim


# --- status ----------------------------------------------------------------------------------------------------------


def test_requests_are_the_bytes_of_the_manual() -> None:
    assert [request(ask).hex() for ask in Ask] == ["100401", "100402", "100403", "100404"]
    assert FENCE.hex() == "1d7201"


@pytest.mark.parametrize(
    ("ask", "byte", "found"),
    [
        (Ask.PRINTER, 0x12, set()),
        (Ask.PRINTER, 0x16, set()),  # the cash drawer's pin, nothing of ours
        (Ask.PRINTER, 0x1A, {Trouble.OFFLINE}),
        (Ask.OFFLINE, 0x16, {Trouble.COVER_OPEN}),
        (Ask.OFFLINE, 0x32, {Trouble.PAPER_OUT}),
        (Ask.OFFLINE, 0x1A, set()),  # somebody presses the feed button
        (Ask.ERROR, 0x1A, {Trouble.CUTTER}),
        (Ask.ERROR, 0x32, {Trouble.ERROR}),
        (Ask.PAPER, 0x12, set()),
        (Ask.PAPER, 0x1E, {Trouble.PAPER_LOW}),
        (Ask.PAPER, 0x72, {Trouble.PAPER_OUT}),
        (Ask.PAPER, 0x7E, {Trouble.PAPER_OUT, Trouble.PAPER_LOW}),
        (Ask.PAPER, 0x00, {Trouble.SILENT}),
        (Ask.PAPER, 0x13, {Trouble.SILENT}),  # XOFF is no status
        (Ask.PAPER, 0xFF, {Trouble.SILENT}),
    ],
)
def test_what_an_answer_tells(ask: Ask, byte: int, found: set[Trouble]) -> None:
    assert troubles({ask: byte}) == found


def test_no_answer_at_all_is_trouble_never_plenty_of_paper() -> None:
    assert troubles({}) == {Trouble.SILENT}


def test_a_status_is_never_taken_for_a_fence_nor_a_fence_for_a_status() -> None:
    assert not any(is_status(byte) and is_fence(byte) for byte in range(256))
    assert [byte for byte in (0x00, 0x03, 0x0C, 0x0F) if not is_fence(byte)] == []


@given(st.dictionaries(st.sampled_from(Ask), st.integers(0, 255)))
def test_no_answer_raises(answers: dict[Ask, int]) -> None:
    assert all(isinstance(trouble, Trouble) for trouble in troubles(answers))


# --- text to bytes ---------------------------------------------------------------------------------------------------


def test_cyrillic_is_sent_in_the_code_page_the_printer_was_told() -> None:
    (piece,) = Paper(Model(cut=Cut.NONE)).fragments(LINES)
    assert piece.hex(" ").startswith(
        "1b 40 1b 74 11 1b 45 01 8a ad a8 a3 a0 0a 1b 45 00 f0 ab aa a0 20 f4 a6 a0 aa 20 fc"
    )


@pytest.mark.parametrize(
    ("model", "slot"),
    [
        (Model("TM-T88V"), 17),
        (Model("RP326"), 7),
        (Model("POS-5890"), 59),
        (Model("TSP600"), 10),
        (Model("default", slot=7), 7),
        (Model("default", code_page="CP1251"), 46),
    ],
)
def test_the_slot_of_the_code_page_is_the_model_s_own(model: Model, slot: int) -> None:
    (piece,) = Paper(model).fragments(LINES)
    assert piece[2:5] == bytes((0x1B, 0x74, slot))
    page = model.code_page.lower()
    text = "Ёлка Їжак № 5"
    assert printed(piece + b"\x1dV\x01", pages={slot: page}).receipts == [["Книга", text]]


def test_a_printer_that_wakes_up_in_chinese_is_told_to_leave_it() -> None:
    (piece,) = Paper(Model(cancel_chinese=True)).fragments(LINES)
    assert piece.startswith(b"\x1b@\x1c.\x1bt\x11")


def test_the_code_page_is_said_anew_with_every_receipt_because_init_forgets_it() -> None:
    paper = Paper(Model())
    assert paper.fragments(LINES) == paper.fragments(LINES)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Model("TM-T99"), "unknown printer profile 'TM-T99'; known are AF-240, CT-S651"),
        (Model("simple"), "printer profile 'simple' has no code page 'CP866'; it has CP437"),
        (Model(code_page="CP667"), "printer profile 'default' has no code page 'CP667'; it has CP1098"),
    ],
)
def test_a_model_that_does_not_exist_is_told_with_what_does(model: Model, said: str) -> None:
    for ask in (Paper, check):
        with pytest.raises(UnknownModel) as fault:
            ask(model)
        assert str(fault.value).startswith(said)


@given(st.sampled_from(profiles()), st.sampled_from(["CP866", "CP437", "CP1251", "CP850"]))
def test_the_list_of_models_is_read_as_the_library_reads_it(profile: str, page: str) -> None:
    said = []
    for ask in (Paper, check):
        try:
            ask(Model(profile, page))
        except UnknownModel as fault:
            said.append(str(fault))
    assert len(set(said)) <= 1
    assert len(said) in (0, 2)


@pytest.mark.parametrize(("cut", "end"), [(Cut.PARTIAL, "1d5601"), (Cut.FULL, "1d5600"), (Cut.NONE, "1b6406")])
def test_how_the_paper_is_cut(cut: Cut, end: str) -> None:
    assert Paper(Model(cut=cut)).fragments(LINES)[-1].hex().endswith(end)


def test_a_long_receipt_goes_in_pieces_that_a_small_printer_can_hold() -> None:
    lines = [PaperLine(f"{at:03} " + "я" * 44) for at in range(100)]
    pieces = Paper(Model(columns=48)).fragments(lines)
    assert len(pieces) == -(-100 // FRAGMENT)
    assert max(map(len, pieces)) < BUFFER / 2
    assert [b"\x1b@" in piece for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert printed(b"".join(pieces)).receipts == [[line.text for line in lines]]


def test_an_empty_receipt_is_still_a_whole_command() -> None:
    assert printed(b"".join(Paper(Model()).fragments([]))).unknown == []


def test_columns_are_the_profile_s_unless_said_otherwise() -> None:
    assert Paper(Model("TM-T20II")).columns == 48
    assert Paper(Model("POS-5890")).columns == 32
    assert Paper(Model(columns=42)).columns == 42
    assert Paper(Model("NT-80-V-UL")).columns == 24  # its profile says 12, which holds no receipt


START = """
import sys, tempfile, threading, time
from devices.drivers.escpos.paper import Model, Paper
made, took = tempfile.mkdtemp, time.perf_counter()
elsewhere = []
threading.Thread(target=lambda: elsewhere.append(tempfile.mkdtemp())).start()
paper = Paper(Model("TM-T20II"))
took = time.perf_counter() - took
import os
from escpos import capabilities
print(paper.columns, os.path.exists(capabilities.pickle_dir), tempfile.mkdtemp is made, len(capabilities.CAPABILITIES))
print(sorted(os.listdir(sys.argv[1])) == sorted(map(os.path.basename, elsewhere)))
"""


def test_the_library_starts_from_a_pickle_of_its_profiles_and_leaves_no_folder_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", START, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=60)
    assert ran.stdout == "48 False True 2\nTrue\n"


# --- the simulator ---------------------------------------------------------------------------------------------------


def test_the_paper_shows_what_the_selected_page_makes_of_the_bytes() -> None:
    assert printed(b"\x1b@\x1bt\x11\x8a\xad\n\x1bt\x2e\xca\xed\n\x1bt\x00\x8a\n").sheet[0].text == "Кн"
    assert [line.text for line in printed(b"\x1bt\x11\x8a\n\x1bt\x2e\xca\n\x1bt\x00\x8a\n").sheet] == ["К", "К", "è"]


def test_status_is_answered_at_once_and_the_fence_in_its_turn() -> None:
    sim = SimPrinter(faults={Fault.PAPER_OUT})
    assert sim.feed(b"text\n" + FENCE + request(Ask.PAPER)) == bytes((0x7E,))
    sim.faults.clear()
    assert sim.resume() == b"\x00"
    assert [line.text for line in sim.sheet] == ["text"]


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        (Fault.PAPER_OUT, "1a 32 12 7e"),
        (Fault.PAPER_LOW, "12 12 12 1e"),
        (Fault.COVER_OPEN, "1a 16 12 12"),
        (Fault.OFFLINE, "1a 12 12 12"),
        (Fault.CUTTER, "1a 52 1a 12"),
        (Fault.SILENT, ""),
        (Fault.GARBAGE, "ff ff ff ff"),
    ],
)
def test_each_fault_answers_with_its_bits(fault: Fault, answers: str) -> None:
    sim = SimPrinter(faults={fault})
    assert sim.feed(b"".join(map(request, Ask))) == bytes.fromhex(answers)


def test_the_roll_ends_in_the_middle_of_a_receipt() -> None:
    sim = SimPrinter(left=2)
    assert sim.feed(b"one\ntwo\nthree\n" + FENCE) == b""
    assert [line.text for line in sim.sheet] == ["one", "two"]
    assert sim.status(Ask.PAPER) == 0x7E
    sim.left = None
    assert sim.resume() == b"\x00"
    assert [line.text for line in sim.sheet] == ["one", "two", "three"]


def test_what_waits_can_be_thrown_away_so_that_nobody_finds_the_last_reader_s_titles() -> None:
    sim = SimPrinter(faults={Fault.COVER_OPEN})
    sim.feed(b"\x1bt\x11secret\n" + b"\x10\x05\x02")
    sim.faults.clear()
    sim.resume()
    assert sim.sheet == []


def test_answers_come_when_real_ones_would() -> None:
    sim = SimPrinter(baud=9600)
    byte = 10 / 9600
    (status,) = sim.receive(request(Ask.PAPER), now=5.0)
    assert status.after == pytest.approx(3 * byte + byte)
    (fence,) = sim.receive(b"a\n" * 10 + FENCE, now=6.0)
    assert fence.after == pytest.approx(23 * byte + 10 * 0.025 + byte)
    (late,) = sim.receive(FENCE, now=6.0)
    assert late.after == pytest.approx(fence.after)


def test_the_buffer_ends_somewhere() -> None:
    sim = SimPrinter(faults={Fault.OFFLINE})
    for _ in range(20):
        sim.feed(b"x" * 999 + b"\n")
    sim.faults.clear()
    sim.resume()
    assert sum(len(line.text) + 1 for line in sim.sheet) <= BUFFER


def test_what_the_simulator_does_not_know_it_keeps_for_the_test_to_see() -> None:
    assert printed(b"\x1bz\x07ok\n").unknown == [b"\x1bz", b"\x07"]


def test_a_picture_in_the_data_is_passed_over_as_a_whole() -> None:
    raster = b"\x1dv0\x00\x02\x00\x03\x00" + b"\x0a\x1b\x1d\x10\x04\x00"
    assert [line.text for line in printed(raster + b"after\n").sheet if not line.picture] == ["after"]


PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [b"\x1b@", b"\x1bt\x11", b"\x1dV\x42\x03", b"\x1dv0\x00\xff\xff\xff\xff", FENCE, request(Ask.PAPER)]
    ),
)


@given(st.lists(PIECES, max_size=30), st.sets(st.sampled_from(Fault)), st.none() | st.integers(0, 5))
def test_no_bytes_whatever_stop_the_simulator(pieces: Sequence[bytes], faults: set[Fault], left: int | None) -> None:
    sim = SimPrinter(faults=faults, left=left)
    for at, piece in enumerate(pieces):
        assert all(sent.after >= 0 for sent in sim.receive(piece, float(at)))
    assert isinstance(sim.transcript, str)


@given(st.lists(st.text(st.sampled_from("абвАБВёЁ№ 0123abc«"), max_size=48).map(str.rstrip), min_size=1, max_size=60))
def test_every_line_comes_out_as_it_went_in(texts: list[str]) -> None:
    paper = Paper(Model(columns=48))
    texts = ["".join(c for c in text if paper.can_print(c)) for text in [*texts, "end"]]
    sim = printed(b"".join(paper.fragments([PaperLine(text, bold=len(text) % 2 == 0) for text in texts])))
    assert sim.receipts == [texts]
    assert sim.unknown == []
    assert [line.bold for line in sim.cut[0]] == [bool(text) and len(text) % 2 == 0 for text in texts]


def test_the_pages_of_the_simulator_are_those_of_the_real_profile() -> None:
    from escpos import capabilities

    known = capabilities.CAPABILITIES["profiles"]["default"]["codePages"]
    assert {slot: known[str(slot)].lower() for slot in EPSON_PAGES} == EPSON_PAGES
