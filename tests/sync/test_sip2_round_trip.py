"""Every message in every encoding: what we write we read again, and so does a library nobody here wrote (`pysip2`)."""

import functools
import string

import msgspec
import pysip2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysip2.models import MESSAGE_SPECS_BY_ID

from sync.sip2 import MESSAGES, Checksum, Encoding, decode, encode
from sync.sip2 import fields as checks
from sync.sip2.fields import FIELDS, Check, Field, Fixed
from sync.sip2.messages import RESENDS

# What each check of the table lets through, written down a second time.
MOMENTS = st.datetimes().map(lambda when: when.strftime("%Y%m%d    %H%M%S").rjust(18, "0"))
DIGITS = "0123456789"


@functools.cache
def allowed(check: Check, width: int) -> st.SearchStrategy[str]:
    of = {
        checks.digits: st.text("123456789", min_size=width, max_size=width),
        checks.digits_or_blank: st.text(DIGITS, min_size=width, max_size=width) | st.just(" " * width),
        checks.yes_or_blank: st.text("Y ", min_size=width, max_size=width),
        checks.visible: st.text(string.ascii_letters + DIGITS, min_size=width, max_size=width),
        checks.version: st.sampled_from(["1.00", "2.00"]),
        checks.currency: st.sampled_from(["RUB", "EUR", "USD"]),
        checks.moment: MOMENTS,
        checks.moment_or_blank: MOMENTS,  # pysip2 takes no blank date; that we do is tested with the table
        checks.sixteen_marks: st.text("YN", min_size=16, max_size=16),
        checks.YES_NO: st.sampled_from("YN"),
        checks.YES_NO_UNKNOWN: st.sampled_from("YNU"),
        checks.ONE_OR_ZERO: st.sampled_from("01"),
    }
    return of[check] if check in of else st.sampled_from([each for each in string.printable if check(each)])


TEXTS = {
    encoding: st.text(
        st.characters(codec=encoding.value, exclude_characters="|", exclude_categories=["Cc", "Cs"]), max_size=60
    ).filter(lambda text: "&#124;" not in text)
    for encoding in Encoding
}
"""60 characters are at most 240 bytes in UTF-8."""


@functools.cache
def fixed_values(fields: tuple[Fixed, ...]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({field.name: allowed(field.check, field.width) for field in fields})


@functools.cache
def pairs(field: Field, encoding: Encoding, required: bool) -> st.SearchStrategy[list[tuple[str, str]]]:
    value = allowed(field.check, field.width or 0) if field.check else TEXTS[encoding]
    pair = st.tuples(st.just(field.id), value)
    return st.lists(pair, min_size=int(required), max_size=3 if field.repeats else 1)


@st.composite
def written(draw: st.DrawFn, code: str, encoding: Encoding) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The parts of one message the standard allows, its identified fields in any order."""
    layout = MESSAGES[code]
    names = sorted(layout.required | layout.optional)
    fields = [pair for name in names for pair in draw(pairs(FIELDS[name], encoding, name in layout.required))]
    return draw(fixed_values(layout.fixed)), draw(st.permutations(fields))


CODES = st.sampled_from(sorted(MESSAGES))
ENCODINGS = st.sampled_from(Encoding)
SEQUENCES = st.none() | st.integers(0, 9)


@pytest.mark.parametrize("code", sorted(MESSAGES))
@settings(max_examples=settings().max_examples // 3)  # for each of the 31 messages
@given(st.data(), ENCODINGS, SEQUENCES)
def test_what_is_written_is_read_again(
    code: str, data: st.DataObject, encoding: Encoding, sequence: int | None
) -> None:
    fixed, fields = data.draw(written(code, encoding))
    wire = encode(code, fixed, fields, encoding=encoding, sequence=sequence)
    message = decode(wire, encoding)
    assert (message.code, message.fixed, list(message.fields)) == (code, fixed, fields)
    assert message.sequence == (None if code in RESENDS else sequence)
    assert message.checksum is (Checksum.ABSENT if sequence is None else Checksum.GOOD)
    assert message.faults == ()
    assert message.raw == wire
    assert encode(message.code, message.fixed, message.fields, encoding=encoding, sequence=sequence) == wire


def by_identifier(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for each, value in fields if each == name] for name, _ in fields}


def theirs(message: pysip2.SIPMessage, code: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """A message of pysip2 as fixed values by name and identified values by identifier."""
    given_values = {spec: getattr(message, spec.name) for spec in MESSAGE_SPECS_BY_ID[code].fields}
    fixed = {spec.name: value for spec, value in given_values.items() if spec.field_id is None}
    identified = {
        spec.field_id: list(value) if spec.repeatable else [value]
        for spec, value in given_values.items()
        if spec.field_id and value not in (None, ())
    }
    return fixed, identified


@given(st.data(), CODES, ENCODINGS, SEQUENCES)
def test_pysip2_reads_what_we_write(data: st.DataObject, code: str, encoding: Encoding, sequence: int | None) -> None:
    fixed, fields = data.draw(written(code, encoding))
    read = pysip2.decode_message(
        encode(code, fixed, fields, encoding=encoding, sequence=sequence), encoding=encoding.value
    )
    assert theirs(read.message, code) == (fixed, by_identifier(fields))
    assert read.sequence_number == (None if code in RESENDS else sequence)
    assert (read.checksum is None) == (sequence is None)


@given(st.data(), CODES, ENCODINGS, SEQUENCES)
def test_we_read_what_pysip2_writes(data: st.DataObject, code: str, encoding: Encoding, sequence: int | None) -> None:
    fixed, fields = data.draw(written(code, encoding))
    spec = MESSAGE_SPECS_BY_ID[code]
    identified = by_identifier(fields)
    values: dict[str, object] = dict(fixed)
    for field in spec.fields:
        if field.field_id in identified:
            values[field.name] = identified[field.field_id] if field.repeatable else identified[field.field_id][0]
    model = msgspec.convert(values, type=spec.struct_type)
    wire = pysip2.encode_message(
        model, sequence_number=sequence, checksum=sequence is not None, encoding=encoding.value
    )
    message = decode(wire, encoding)
    assert message.faults == ()
    assert (message.fixed, by_identifier(list(message.fields))) == (fixed, identified)
    assert message.sequence == (None if code in RESENDS else sequence)
