"""A scanner's bytes become the number that is printed on the book, and nothing else does."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.barcode_serial.brands import DIALECTS, MAX_ANSWER, Brand, start_command, verdict
from devices.drivers.barcode_serial.codec import (
    MAX_LINE,
    Framer,
    Junk,
    Outcome,
    Reading,
    Repeats,
    Scan,
    Suffix,
    Symbology,
    read,
)

BOOK = "30234000517861"
LINE = Reading()


def feed(*pieces: bytes, reading: Reading = LINE) -> list[Outcome]:
    framer = Framer(reading)
    return [outcome for piece in pieces for outcome in framer.feed(piece)]


@pytest.mark.parametrize(
    ("wire", "text", "symbology"),
    [
        (b"30234000517861\r", BOOK, None),
        (b"]F0A30234000517861B\r\n", BOOK, Symbology.CODABAR),
        (b"A30234000517861B\n", BOOK, None),  # as zbar read it: Codabar letters, no identifier
        (b"]F0a30234000517861d\r", BOOK, Symbology.CODABAR),
        (b"]C0KN-0815/2\r", "KN-0815/2", Symbology.CODE_128),
        (b"]C1\xd0\x9a\xd0\x9d-0815\r", "КН-0815", Symbology.CODE_128),
        (b"]A0A12345B\r", "A12345B", Symbology.CODE_39),  # Code 39 has no start letters: they are the number's own
        (b"]E04607174571234\r", "4607174571234", Symbology.EAN),
        (b"]Q1abcDEF\r", "abcDEF", Symbology.QR),
        (b"]I0 0012345 \r", "0012345", Symbology.INTERLEAVED_2_OF_5),
        (b"]?hello\r", "]?hello", None),
        (b"A12B\r", "A12B", None),  # too short to be taken for Codabar
    ],
)
def test_what_is_on_the_wire_and_what_is_read(wire: bytes, text: str, symbology: Symbology | None) -> None:
    assert feed(wire) == [Scan(text, symbology)]


@pytest.mark.parametrize(
    ("wire", "junk"),
    [
        (b"30234\x00000517861\r", Junk.CONTROL),
        (b"30234000517861\x1d30234000517861\r", Junk.CONTROL),
        (b"\x06VSUFCR!\r", Junk.CONTROL),
        ("30234\u202e0005\r".encode(), Junk.CONTROL),
        (b"\xff\xfe\xc0\r", Junk.UNDECODABLE),
        (b"9" * 65 + b"\r", Junk.TOO_LONG),
        (b"9" * (MAX_LINE + 5) + b"\r", Junk.TOO_LONG),
    ],
)
def test_what_is_no_number_is_named_and_dropped(wire: bytes, junk: Junk) -> None:
    assert feed(wire, b"1234\r") == [junk, Scan("1234")]


def test_empty_lines_and_the_second_half_of_cr_lf_are_nothing() -> None:
    assert feed(b"\r\n\r\n]F0\r\n   \r\n") == []


def test_a_code_that_comes_in_pieces_is_one_code() -> None:
    assert feed(b"]F", b"0A3023400", b"0517861B", b"\r", b"\n") == [Scan(BOOK, Symbology.CODABAR)]


def test_the_tail_of_an_overlong_line_is_not_taken_for_a_number() -> None:
    assert feed(b"x" * MAX_LINE, b"30234000517861\r") == [Junk.TOO_LONG]


def test_a_line_without_suffix_is_dropped_when_silence_falls_so_that_the_next_one_stays_whole() -> None:
    framer = Framer(LINE)
    assert framer.feed(b"302340") == []
    assert framer.holds
    assert framer.silent() == [Junk.NO_SUFFIX]
    assert framer.silent() == []
    assert framer.feed(b"1234\r") == [Scan("1234")]


def test_where_silence_is_the_suffix_a_line_ends_with_it() -> None:
    framer = Framer(Reading(suffix=Suffix.SILENCE))
    assert framer.feed(b"30234000517861") == []
    assert framer.silent() == [Scan(BOOK)]
    assert framer.silent() == []


def test_tab_ends_a_line_where_it_is_the_suffix_and_is_junk_elsewhere() -> None:
    assert feed(b"1234\t5678\t", reading=Reading(suffix=Suffix.TAB)) == [Scan("1234"), Scan("5678")]
    assert feed(b"1234\t5678\r") == [Junk.CONTROL]


@pytest.mark.parametrize(
    ("reading", "wire", "text"),
    [
        (Reading(prefix="KIOSK:"), b"KIOSK:]C0AB12\r", "AB12"),
        (Reading(prefix="KIOSK:"), b"]C0AB12\r", "AB12"),
        (Reading(aim=False), b"]C0AB12\r", "]C0AB12"),
        (Reading(strip_codabar=False), b"A30234000517861B\r", "A30234000517861B"),
        (Reading(encoding="cp1251"), "КН-5\r".encode("cp1251"), "КН-5"),
        (Reading(encoding="cp866"), "КН-5\r".encode("cp866"), "КН-5"),
        (Reading(max_length=100), b"9" * 80 + b"\r", "9" * 80),
    ],
)
def test_settings(reading: Reading, wire: bytes, text: str) -> None:
    (outcome,) = feed(wire, reading=reading)
    assert isinstance(outcome, Scan)
    assert outcome.text == text


READINGS = st.builds(
    Reading,
    suffix=st.sampled_from(Suffix),
    prefix=st.sampled_from(["", "K", "]"]),
    aim=st.booleans(),
    strip_codabar=st.booleans(),
    encoding=st.sampled_from(["utf-8", "ascii", "cp1251", "cp866", "latin-1"]),
    max_length=st.integers(1, 80),
)
NOISE = st.one_of(st.binary(max_size=40), st.sampled_from([b"\r", b"\n", b"\t", b"]F0A1234B", b"9" * 1500, b"\x00"]))


@given(READINGS, st.lists(NOISE, max_size=30))
def test_no_bytes_whatever_raise_or_yield_a_number_that_is_none(reading: Reading, pieces: Sequence[bytes]) -> None:
    framer = Framer(reading)
    outcomes = [outcome for piece in pieces for outcome in framer.feed(piece)] + framer.silent()
    for outcome in outcomes:
        if isinstance(outcome, Scan):
            assert 0 < len(outcome.text) <= reading.max_length
            assert outcome.text.isprintable() or not outcome.text.isascii()
            assert not outcome.text.startswith(" ")
    assert not framer.holds


@given(READINGS, st.binary(max_size=400), st.integers(0, 400))
def test_how_the_bytes_are_cut_up_does_not_matter(reading: Reading, wire: bytes, cut: int) -> None:
    assert feed(wire, reading=reading) == feed(wire[:cut], wire[cut:], reading=reading)


NUMBERS = st.from_regex(r"[0-9A-Z/-]{1,60}", fullmatch=True).filter(lambda text: text[0] not in "ABCD")


@given(NUMBERS, st.sampled_from(Symbology), st.sampled_from(["\r", "\n", "\r\n"]))
def test_every_number_arrives_as_it_was_printed(number: str, symbology: Symbology, suffix: str) -> None:
    assert feed(f"]{symbology.value}0{number}{suffix}".encode()) == [Scan(number, symbology)]


@given(st.binary(max_size=200), READINGS)
def test_a_single_line_is_judged_without_raising(line: bytes, reading: Reading) -> None:
    assert isinstance(read(line, reading), Scan | Junk)


def test_a_card_held_before_the_scanner_is_one_scan_however_long_it_is_held() -> None:
    repeats = Repeats(window=1.0)
    seen = [repeats.is_new(BOOK, at / 10) for at in range(0, 50, 4)]
    assert seen == [True] + [False] * 12


def test_the_same_card_shown_again_later_and_another_one_at_once_are_new() -> None:
    repeats = Repeats(window=1.0)
    assert repeats.is_new("1", 0.0)
    assert repeats.is_new("2", 0.1)
    assert repeats.is_new("1", 0.2)
    assert not repeats.is_new("1", 1.1)
    assert repeats.is_new("1", 2.1)


# --- brands ----------------------------------------------------------------------------------------------------------


def test_settings_sent_at_the_start_are_volatile_and_framed_as_the_manuals_say() -> None:
    assert start_command(Brand.HONEYWELL) == bytes.fromhex("16 4d 0d") + b"VSUFCR!"
    assert start_command(Brand.NEWLAND) == bytes.fromhex("7e 01 30 30 30 30") + b"#TSUENA1;TSUSET0D;AIDENA1;\x03"
    assert start_command(Brand.OTHER) == b""


@pytest.mark.parametrize("brand", list(DIALECTS))
def test_a_scanner_has_taken_its_settings_once_it_said_so_of_each(brand: Brand) -> None:
    count = len(DIALECTS[brand].settings)
    assert verdict(brand, b"") is None
    assert verdict(brand, b"X\x06;" * (count - 1)) is None
    assert verdict(brand, b"X\x06;" * count) is True
    assert verdict(brand, b"X\x06;X\x05") is False
    assert verdict(brand, b"X\x15") is False
    assert verdict(brand, b"x" * (MAX_ANSWER + 1)) is False


def test_an_unknown_brand_is_asked_nothing_and_owes_nothing() -> None:
    assert verdict(Brand.OTHER, b"") is True


@given(st.sampled_from(Brand), st.binary(max_size=MAX_ANSWER + 50))
def test_no_answer_of_a_scanner_raises(brand: Brand, answer: bytes) -> None:
    assert verdict(brand, answer) in (True, False, None)
