"""Reading SIP2: any bytes give a message, nothing is lost, and what is wrong has a name."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sip2 import MAX_FRAME, Checksum, Encoding, Fault, FaultKind, Message, decode, mask
from sync.sip2.codec import MAX_FIELDS
from sync.sip2.faults import BREAKING
from sync.sip2.messages import FIXED_NAMES, MESSAGES
from sync.sip2.trailer import checksum_digits

GOOD = b"1803020120261120    073323ABB0003|AJPerl 5 desktop reference|AQCPL|BGCPL|"
LOGIN = b"941"
RECORDED = Path(__file__).parents[1] / "golden" / "sip2" / "exchanges.jsonl"
FRAMES = [
    exchange[side].strip("\r\n").encode("latin-1")
    for exchange in map(json.loads, RECORDED.read_text().splitlines())
    for side in ("request", "response")
    if side in exchange
]


def sealed(body: bytes) -> bytes:
    return body + checksum_digits(body)


BROKEN = {
    "nothing at all": (b"", FaultKind.TOO_SHORT, ""),
    "half a code": (b"1", FaultKind.TOO_SHORT, ""),
    "longer than any answer": (b"64" + b" " * MAX_FRAME, FaultKind.TOO_LONG, ""),
    "no such message": (b"85xyz|", FaultKind.UNKNOWN_CODE, ""),
    "code not digits": (b"\xd0\x98hello|", FaultKind.UNKNOWN_CODE, ""),
    "cut within a date": (b"36Y20261120    07", FaultKind.FIXED_FIELD_SHORT, "transaction_date"),
    "cut within a date, sealed": (sealed(b"36Y20261120    07AY4AZ"), FaultKind.FIXED_FIELD_SHORT, "transaction_date"),
    "a letter for ok": (b"94X", FaultKind.FIXED_FIELD_ODD, "ok"),
    "a date out of place": (b"36 20261120    073323|", FaultKind.FIXED_FIELD_ODD, "end_session"),
    "a number with a letter": (b"9900A02.00", FaultKind.FIXED_FIELD_ODD, "max_print_width"),
    "zeros for the zone": (b"3520261120000007332AOx|AAy|", FaultKind.FIXED_FIELD_ODD, "transaction_date"),
    "letters beyond ASCII in the fixed part": (b"94\xb9", FaultKind.FIXED_FIELD_ODD, "ok"),
    "two delimiters": (GOOD + b"|", FaultKind.FIELD_WITHOUT_ID, ""),
    "a delimiter within a value": (GOOD + b"AFone| two|", FaultKind.FIELD_WITHOUT_ID, ""),
    "one letter": (GOOD + b"A|", FaultKind.FIELD_WITHOUT_ID, ""),
    "no last delimiter": (GOOD + b"AFHello", FaultKind.FIELD_WITHOUT_END, "AF"),
    "no last delimiter, sealed": (sealed(GOOD + b"AFHelloAY1AZ"), FaultKind.FIELD_WITHOUT_END, "AF"),
    "a flag that is none": (GOOD + b"BLX|", FaultKind.FIELD_ODD, "BL"),
    "a media type too short": (GOOD + b"CK1|", FaultKind.FIELD_ODD, "CK"),
    "a value too long": (GOOD + b"AF" + b"x" * 256 + b"|", FaultKind.FIELD_TOO_LONG, "AF"),
    "a required field left out": (GOOD.replace(b"AJPerl 5 desktop reference|", b""), FaultKind.FIELD_MISSING, "AJ"),
    "one title twice": (GOOD + b"AJDune|", FaultKind.FIELD_REPEATED, "AJ"),
    "a flood of fields": (GOOD + b"AFx|" * (MAX_FIELDS + 1), FaultKind.TOO_MANY_FIELDS, ""),
    "cp1251 where utf-8 is spoken": (GOOD + "AFКнига|".encode("cp1251"), FaultKind.UNDECODABLE_BYTES, "AF"),
    "a bell": (GOOD + b"AF\x07ding|", FaultKind.CONTROL_CHARACTER, "AF"),
    "a line within a value": (GOOD + b"AFone\ntwo|", FaultKind.CONTROL_CHARACTER, "AF"),
    "a sequence that is no digit": (sealed(GOOD + b"AYxAZ"), FaultKind.SEQUENCE_UNREADABLE, "AY"),
    "a sequence left out": (GOOD + b"AYAZ", FaultKind.SEQUENCE_UNREADABLE, "AY"),
    "a resend request with a sequence": (sealed(b"97AY1AZ"), FaultKind.SEQUENCE_ON_RESEND, "AY"),
    "a sequence and no checksum": (GOOD + b"AY1", FaultKind.CHECKSUM_MISSING, "AZ"),
    "a checksum with a letter too far": (GOOD + b"AY1AZF5G1", FaultKind.CHECKSUM_UNREADABLE, "AZ"),
    "a checksum whose AZ is garbled": (GOOD + b"AY1EZF5F1", FaultKind.CHECKSUM_UNREADABLE, "AZ"),
    "a checksum without digits": (GOOD + b"AY1AZ", FaultKind.CHECKSUM_UNREADABLE, "AZ"),
    "one bit flipped": (sealed(GOOD + b"AY1AZ").replace(b"Perl", b"Pesl"), FaultKind.BAD_CHECKSUM, "AZ"),
    "a checksum cut short": (sealed(GOOD + b"AY1AZ")[:-2], FaultKind.BAD_CHECKSUM, "AZ"),
    "two answers in one": (sealed(LOGIN + b"AZ") + sealed(GOOD + b"AY1AZ"), FaultKind.CHECKSUM_NOT_LAST, "AZ"),
    "a digit too many after the checksum": (sealed(GOOD + b"AY1AZ") + b"0", FaultKind.BYTES_AFTER_CHECKSUM, "AZ"),
    "something after the checksum": (sealed(GOOD + b"AY1AZ") + b" ", FaultKind.BYTES_AFTER_CHECKSUM, "AZ"),
}


def test_broken_lines_cover_every_fault() -> None:
    assert {kind for _, kind, _ in BROKEN.values()} == set(FaultKind)


@pytest.mark.parametrize("title", BROKEN)
def test_broken_line_has_its_named_fault(title: str) -> None:
    raw, kind, where = BROKEN[title]
    message = decode(raw)
    assert Fault(kind, where) in message.faults
    assert message.has(kind)
    assert message.raw == raw
    assert message.broken == any(fault.kind in BREAKING for fault in message.faults)


def test_what_follows_the_checksum_does_not_spoil_it() -> None:
    assert decode(sealed(GOOD + b"AY1AZ") + b"0").checksum is Checksum.GOOD


def test_fixed_fields_end_where_the_trailer_begins() -> None:
    message = decode(sealed(b"36Y20261120    07AY4AZ"))
    assert message.fixed == {"end_session": "Y", "transaction_date": "20261120    07"}
    assert (message.fields, message.sequence, message.checksum) == ((), 4, Checksum.GOOD)


@pytest.mark.parametrize("body", [GOOD, GOOD + b"AY7", LOGIN], ids=["without AY", "with AY", "no fields"])
def test_sound_line_has_no_fault(body: bytes) -> None:
    message = decode(sealed(body + b"AZ") + b"\r\n")
    assert message.faults == ()
    assert not message.broken
    assert message.checksum is Checksum.GOOD


@pytest.mark.parametrize("digits", [b"%04x", b"%X"], ids=["lower case", "not padded"])
def test_checksum_is_read_as_real_servers_write_it(digits: bytes) -> None:
    body = GOOD + b"AF" + b"~" * 230 + b"|AF" + b"~" * 220 + b"|AZ"
    checksum = -sum(body) & 0xFFFF
    assert 0x0A00 <= checksum <= 0x0FFF  # three digits, one of them a letter
    assert decode(body + digits % checksum).checksum is Checksum.GOOD


def test_a_faultless_answer_is_believed_and_a_damaged_one_is_not() -> None:
    answer = sealed(b"121NNY20261120    073323AOCPL|AAP0001|ABB0003|AJDune|AH20261211    235900|AY0AZ")
    assert decode(answer).flag("ok") is True
    assert not decode(answer).broken
    for position in range(len(answer)):
        damaged = bytearray(answer)
        damaged[position] ^= 0x04
        assert decode(bytes(damaged)).broken, position


def test_values_are_found_by_name_and_by_identifier() -> None:
    message = decode(b"121NUY20261120    073323AOCPL|AAP0001|ABB0003|AJDune|AH|AFone|AF |AFtwo|CIN|CC 10 |")
    assert message.get("ok") == "1"
    assert message.get("transaction_date") == "20261120    073323"
    assert message.get("AH") == ""
    assert message.get("AG") is None
    assert message.get("hold_mode") is None
    assert message.all("AF") == ("one", "two")
    assert message.fields[6] == ("AF", " ")
    assert [message.flag(key) for key in ("ok", "renewal_ok", "magnetic_media", "CI", "AF", "BL")] == [
        True,
        False,
        None,
        False,
        None,
        None,
    ]
    assert (message.number("CC"), message.number("AJ"), message.number("AG")) == (10, None, None)


def test_a_misspelt_name_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        decode(LOGIN).get("trasaction_date")


def test_a_flag_that_comes_twice_is_no_flag() -> None:
    assert decode(b"24" + b" " * 14 + b"00120261120    073323AO|AA|AE|BLN|BLY|").flag("BL") is None


def test_an_escaped_delimiter_is_read_as_what_was_meant() -> None:
    assert decode(GOOD.replace(b"Perl 5", b"C&#124;C")).get("AJ") == "C|C desktop reference"


def test_undecodable_bytes_leave_the_rest_readable() -> None:
    message = decode(GOOD.replace(b"Perl", b"\xcf\xe5rl") + b"AFok|")
    assert message.get("AJ") == "\ufffd\ufffdrl 5 desktop reference"
    assert message.get("AF") == "ok"


def test_what_a_log_shows_of_a_message_names_nobody() -> None:
    shown = repr(decode("6300120261120    073322          AOCPL|AAP0001|AC|AD739164|AEАнна|".encode()))
    assert "AOCPL" in shown
    for secret in ("P0001", "739164", "Анна", "\\xd0"):
        assert secret not in shown
    assert "739164" not in str(decode(b"6300120261120    073322          AD739164\x00").faults[0])


# --- any bytes ------------------------------------------------------------------------------------------------------


def parts(message: Message, encoding: Encoding) -> bytes:
    """The bytes before the trailer, put together from the parts of a message alone."""
    identified = "|".join([*(name + value.replace("|", "&#124;") for name, value in message.fields), ""])
    if message.has(FaultKind.FIELD_WITHOUT_END):
        identified = identified.removesuffix("|")
    return (message.code + "".join(message.fixed.values())).encode("latin-1") + identified.encode(encoding)


def assert_holds(raw: bytes, encoding: Encoding) -> None:
    """What is true of every message read, whatever the bytes were."""
    message = decode(raw, encoding)
    assert message.raw == raw
    assert len(message.fields) <= MAX_FIELDS
    assert message.sequence is None or 0 <= message.sequence <= 9
    for name in [*FIXED_NAMES, *(name for name, _ in message.fields if name)]:
        message.get(name), message.all(name), message.flag(name), message.number(name)
    assert str(message.faults)
    assert repr(message)
    assert isinstance(mask(raw), bytes)
    lossy = (FaultKind.UNDECODABLE_BYTES, FaultKind.TOO_LONG, FaultKind.TOO_MANY_FIELDS)
    if not any(message.has(kind) for kind in lossy):
        line = raw.strip(b"\r\n")
        body = parts(message, encoding)
        assert line.startswith(body)
        assert not line[len(body) :] or line[len(body) :][:2] in (b"AY", b"AZ")
        if not re.search(rb"AY|AZ", line):
            assert body == line


ENCODINGS = st.sampled_from(Encoding)
CODES = st.sampled_from([code.encode() for code in sorted(MESSAGES)])
NEAR = st.lists(
    st.sampled_from(
        [b"AA", b"AY", b"AZ", b"AY1AZ", b"F5FC", b"|", b"|", b"\r", b"\n", b"Y", b"20261120    073323", b"&#124;"]
    )
    | st.binary(max_size=4),
    max_size=40,
).map(b"".join)
"""Bytes that come close to SIP2."""


@given(st.binary(max_size=400), ENCODINGS)
def test_any_bytes_are_read(raw: bytes, encoding: Encoding) -> None:
    assert_holds(raw, encoding)


@given(CODES, NEAR, ENCODINGS)
def test_bytes_that_come_close_to_a_message_are_read(code: bytes, rest: bytes, encoding: Encoding) -> None:
    assert_holds(code + rest, encoding)


@given(st.sampled_from(FRAMES), st.integers(0, 300), st.integers(0, 300), st.binary(max_size=6), ENCODINGS)
def test_recorded_frames_with_a_hole_or_a_patch_are_read(
    frame: bytes, start: int, length: int, patch: bytes, encoding: Encoding
) -> None:
    assert_holds(frame[:start] + patch + frame[start + length :], encoding)


@pytest.mark.parametrize("raw", [b"AZ1234", b"1AZ1234", b"AY1AZ1234", b"94AZ1234", b"9AY1AZ1234", b"AZ", b"AY1"])
def test_a_trailer_never_begins_within_the_code(raw: bytes) -> None:
    assert_holds(raw, Encoding.UTF_8)
    assert decode(raw).code == raw[:2].decode()


@pytest.mark.parametrize("frame", FRAMES[::9], ids=lambda frame: frame[:2].decode())
def test_recorded_frames_cut_anywhere_are_read(frame: bytes) -> None:
    for end in range(len(frame)):
        assert_holds(frame[:end], Encoding.UTF_8)


@pytest.mark.parametrize("filler", [b"|", b"AF|", b"AFx|", b"\xff|", b"\x00", b"&#124;|", b"AY1AZ"])
def test_the_largest_frame_of_junk_is_read_within_the_caps(filler: bytes) -> None:
    raw = (b"64" + filler * MAX_FRAME)[:MAX_FRAME]
    assert_holds(raw, Encoding.UTF_8)
    assert decode(raw).faults
