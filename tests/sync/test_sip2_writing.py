"""Writing SIP2: what a library system could misread is refused, with the field and the cause and never the value."""

import pytest

from sync.sip2 import MAX_FRAME, Cause, Encoding, NotEncodable, decode, encode
from sync.sip2.values import HoldMode, Language

NOW = "20261120    073323"
ITEM = {"transaction_date": NOW}
PATRON = {"language": Language.RUSSIAN.value, "transaction_date": NOW}
LOAN = {"sc_renewal_policy": "N", "no_block": "N", "transaction_date": NOW, "nb_due_date": " " * 18}


def item_information(*more: tuple[str, str], barcode: str = "B0003", encoding: Encoding = Encoding.UTF_8) -> bytes:
    return encode("17", ITEM, [("AO", "CPL"), ("AB", barcode), *more], encoding=encoding)


@pytest.mark.parametrize(
    ("sequence", "wire"),
    [
        (None, b"1720261120    073323AOCPL|ABB0003|AC|\r"),
        (8, b"1720261120    073323AOCPL|ABB0003|AC|AY8AZF5FC\r"),
        (0, b"1720261120    073323AOCPL|ABB0003|AC|AY0AZF604\r"),
    ],
)
def test_a_request_is_written_as_koha_took_it(sequence: int | None, wire: bytes) -> None:
    assert encode("17", ITEM, [("AO", "CPL"), ("AB", "B0003"), ("AC", "")], sequence=sequence) == wire


def test_resend_requests_carry_a_checksum_and_never_a_sequence_number() -> None:
    assert encode("97", {}, sequence=3) == b"97AZFEF5\r"
    assert encode("96", {}, sequence=3) == b"96AZFEF6\r"
    assert encode("97", {}) == b"97\r"


def test_checksum_sums_bytes_of_the_line_not_characters() -> None:
    wires = {
        encoding: encode("17", ITEM, [("AO", "ЦБС"), ("AB", "1")], encoding=encoding, sequence=1)
        for encoding in (Encoding.UTF_8, Encoding.CP1251, Encoding.CP866)
    }
    assert {wire[-5:] for wire in wires.values()} == {
        b"F46E\r",
        b"F64E\r",
        b"F70E\r",
    }  # 1866 and 1096, 616, 424, added by hand
    for encoding, wire in wires.items():
        assert decode(wire, encoding).faults == ()
        assert sum(wire[:-5]) + int(wire[-5:-1], 16) & 0xFFFF == 0


@pytest.mark.parametrize(
    ("encoding", "barcode"),
    [
        (Encoding.CP1251, "Ω"),
        (Encoding.CP866, "Ґ"),
        (Encoding.CP850, "Ж"),
        (Encoding.LATIN_1, "Ж"),
        (Encoding.UTF_8, "\ud800"),
    ],
)
def test_a_letter_the_line_lacks_is_refused_and_never_becomes_another(encoding: Encoding, barcode: str) -> None:
    with pytest.raises(NotEncodable) as refused:
        item_information(barcode=barcode, encoding=encoding)
    assert (refused.value.field, refused.value.cause) == ("AB", Cause.UNREPRESENTABLE)
    assert refused.value.__cause__ is None  # the codec's own error holds the value
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("1234|zz", Cause.DELIMITER),
        ("1234&#124;zz", Cause.DELIMITER),
        ("1234\r", Cause.CONTROL_CHARACTER),
        ("1234\n", Cause.CONTROL_CHARACTER),
        ("12\x0034", Cause.CONTROL_CHARACTER),
        ("1234\x1b", Cause.CONTROL_CHARACTER),
        ("1234\x85", Cause.CONTROL_CHARACTER),
        ("1" * 256, Cause.TOO_LONG),
        ("Ж" * 128, Cause.TOO_LONG),
    ],
)
def test_a_pin_that_would_arrive_as_another_is_refused_without_being_told(value: str, cause: Cause) -> None:
    fields = [("AO", "CPL"), ("AA", "P1"), ("AC", ""), ("AD", value)]
    with pytest.raises(NotEncodable) as refused:
        encode("23", PATRON, fields)
    assert (refused.value.field, refused.value.cause) == ("AD", cause)
    assert value not in str(refused.value)
    assert refused.value.__cause__ is None


def test_255_bytes_are_taken() -> None:
    assert decode(item_information(("AC", "x" * 255))).get("AC") == "x" * 255
    assert decode(item_information(("AC", "Ж" * 127))).get("AC") == "Ж" * 127


@pytest.mark.parametrize(
    ("fixed", "field", "cause"),
    [
        ({}, "transaction_date", Cause.MISSING),
        ({**ITEM, "no_block": "N"}, "no_block", Cause.UNKNOWN_FIELD),
        ({"transaction_date": NOW[:-1]}, "transaction_date", Cause.WIDTH),
        ({"transaction_date": "2026-11-20 07:33:23"[:18]}, "transaction_date", Cause.VALUE),
        ({"transaction_date": " " * 18}, "transaction_date", Cause.VALUE),
        ({"transaction_date": "٢٠٢٦١١٢٠    ٠٧٣٣٢٣"}, "transaction_date", Cause.VALUE),
    ],
)
def test_fixed_fields_must_be_there_and_fit(fixed: dict[str, str], field: str, cause: Cause) -> None:
    with pytest.raises(NotEncodable) as refused:
        encode("17", fixed, [("AO", "CPL"), ("AB", "B0003")])
    assert (refused.value.field, refused.value.cause) == (field, cause)


@pytest.mark.parametrize(
    ("fields", "field", "cause"),
    [
        ([("AO", "CPL")], "AB", Cause.MISSING),
        ([("AO", "CPL"), ("AB", "1"), ("AB", "2")], "AB", Cause.REPEATED),
        ([("AO", "CPL"), ("AB", "1"), ("BL", "")], "BL", Cause.WIDTH),
        ([("AO", "CPL"), ("AB", "1"), ("BL", "yes")], "BL", Cause.WIDTH),
        ([("AO", "CPL"), ("AB", "1"), ("BL", "X")], "BL", Cause.VALUE),
        ([("AO", "CPL"), ("AB", "1"), ("BX", "Y")], "BX", Cause.VALUE),
        ([("AO", "CPL"), ("AB", "1"), ("A", "x")], "A", Cause.UNKNOWN_FIELD),
        ([("AO", "CPL"), ("AB", "1"), ("ЯЯ", "x")], "ЯЯ", Cause.UNKNOWN_FIELD),
        ([("AO", "CPL"), ("AB", "1"), ("AY", "1")], "AY", Cause.UNKNOWN_FIELD),
        ([("AO", "CPL"), ("AB", "1"), ("AZ", "F5FC")], "AZ", Cause.UNKNOWN_FIELD),
    ],
)
def test_identified_fields_must_be_those_of_the_message(
    fields: list[tuple[str, str]], field: str, cause: Cause
) -> None:
    with pytest.raises(NotEncodable) as refused:
        encode("17", ITEM, fields)
    assert (refused.value.field, refused.value.cause) == (field, cause)


def test_a_field_outside_the_list_of_a_library_system_is_refused() -> None:
    fields = [("AO", "CPL"), ("AB", "1"), ("ZY", "x")]
    assert encode("17", ITEM, fields).endswith(b"AB1|ZYx|\r")
    with pytest.raises(NotEncodable) as refused:
        encode("17", ITEM, fields, allow={"AO", "AB"})
    assert (refused.value.field, refused.value.cause) == ("ZY", Cause.NOT_ALLOWED)


def test_repeating_fields_keep_their_order() -> None:
    renewed = {"ok": "1", "renewed_count": "0002", "unrenewed_count": "0000", "transaction_date": NOW}
    wire = encode("66", renewed, [("AO", "CPL"), ("BM", "2"), ("BM", "1"), ("AF", "b"), ("AF", "a")])
    assert wire == b"6610002000020261120    073323AOCPL|BM2|BM1|AFb|AFa|\r"


def test_a_blank_due_date_leaves_it_to_the_server_and_a_blank_return_date_is_refused() -> None:
    assert b" " * 18 in encode("11", LOAN, [("AO", ""), ("AA", "P1"), ("AB", "1"), ("AC", "")])
    with pytest.raises(NotEncodable):
        encode(
            "09",
            {"no_block": "N", "transaction_date": NOW, "return_date": " " * 18},
            [("AP", ""), ("AO", ""), ("AB", "1"), ("AC", "")],
        )


def test_codes_of_the_standard_can_be_given_as_what_they_are() -> None:
    hold = {"hold_mode": HoldMode.DELETE, "transaction_date": NOW}
    assert encode("15", hold, [("AO", "CPL"), ("AA", "P1")]) == b"15-20261120    073323AOCPL|AAP1|\r"


@pytest.mark.parametrize("sequence", [-1, 10])
def test_a_sequence_number_is_one_digit(sequence: int) -> None:
    with pytest.raises(NotEncodable) as refused:
        encode("17", ITEM, [("AO", ""), ("AB", "1")], sequence=sequence)
    assert (refused.value.field, refused.value.cause) == ("AY", Cause.SEQUENCE)


def test_no_message_has_this_code() -> None:
    with pytest.raises(NotEncodable) as refused:
        encode("85", {})
    assert (refused.value.field, refused.value.cause) == ("85", Cause.UNKNOWN_MESSAGE)


def test_a_message_longer_than_a_peer_may_take_is_refused() -> None:
    lines = [("AF", "x" * 250)] * (MAX_FRAME // 250)
    with pytest.raises(NotEncodable) as refused:
        encode("17", ITEM, [("AO", ""), ("AB", "1"), *lines])
    assert (refused.value.field, refused.value.cause) == ("17", Cause.TOO_LONG)


def test_terminator_is_as_the_library_system_wants_it() -> None:
    assert encode("97", {}, terminator=b"\r\n") == b"97\r\n"
