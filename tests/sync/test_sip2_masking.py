"""What a log may show of the line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sip2 import MESSAGES, decode, mask
from sync.sip2.masking import SHOWN, TEXTS

RECORDED = Path(__file__).parents[1] / "golden" / "sip2" / "exchanges.jsonl"
LINES = [
    exchange[side].encode("latin-1")
    for exchange in map(json.loads, RECORDED.read_text().splitlines())
    for side in ("request", "response")
    if side in exchange
]
PERSONAL = [
    *("AA", "AC", "AD", "AE", "AF", "AG", "AL", "AS", "AT", "AU", "AV", "BD", "BE", "BF", "BU", "BV", "CA", "CB", "CC"),
    *("CD", "CO", "CY", "DA", "PB", "PC", "PI", "ZY"),
]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"9300CNsip1|COsippw1|CPkiosk1|AY0AZF472\r", b"9300CNsip1|CO***|CPkiosk1|AY0AZ***\r"),
        (
            b"2300120261120    073322AOCPL|AAP0001|AC|AD1234|AY2AZF39F\r",
            b"2300120261120    073322AOCPL|AA***|AC|AD***|AY2AZ***\r",
        ),
        (
            "24              00120261120    073322AEАнна Иванова|AAP0001|BLY|CQY|AFПривет, Анна|".encode(),
            b"24              00120261120    073322AE***|AA***|BLY|CQY|AF***|",
        ),
        (
            b"100YNY20261120    073323AOCPL|ABB1|AQCPL|CV01|CYP7|DAAnna (a@example.org)|CTCPL|",
            b"100YNY20261120    073323AOCPL|ABB1|AQCPL|CV01|CY***|DA***|CTCPL|",
        ),
        (b"97AZFEF5\r", b"97AZ***\r"),
        (b"9900802.00AY1AZFCA0\r\n", b"9900802.00AY1AZ***\r\n"),
        (b"941\r\n98Y", b"941\r\n98***"),
        (b"3820261120    073431YAOLIB|AAP1|", b"38******AOLIB|AA***|"),
        (b"AOCPL|ABB0003|AC|AD1234", b"***|ABB0003|AC|AD***"),
        (b"6300120AAP0001|AD1234|", b"63***|AD***|"),
        (b"17|P0001|1234|AB1|", b"17***|***|***|AB1|"),
        ("35\u0414\u0430\u0442\u0430".encode(), b"35***"),
        (b"", b""),
    ],
)
def test_line_is_shown_without_what_is_personal(line: bytes, shown: bytes) -> None:
    assert mask(line) == shown


@pytest.mark.parametrize("field", PERSONAL)
def test_personal_field_is_hidden_first_in_the_middle_and_last(field: str) -> None:
    name = field.encode()
    for body in (b"%bsecret|AOx|", b"AOx|%bsecret|AFy|", b"AOx|%bsecret", b"AOx|%bsecretAY1AZF5FC"):
        line = b"64" + b" " * 14 + b"00120261120    073322" + b"0000" * 6 + body % name
        assert b"secret" not in mask(line)
        assert b"%b***" % name in mask(line)


def test_no_recorded_line_shows_patron_pin_password_or_name() -> None:
    shown = b"".join(map(mask, LINES))
    for secret in ("P0001", "AAP1", "1234", "sippw1", "COsecret", "Анна", "Ленина", "example.org", "+7000", "20000101"):
        assert secret.encode() in b"".join(LINES)
        assert secret.encode() not in shown
    assert b"Perl 5 desktop reference" in shown
    assert b"Item not checked out" not in shown
    assert b"Item not checked out" in b"".join(mask(line, SHOWN | TEXTS) for line in LINES)


def test_masked_line_still_reads_as_the_same_message() -> None:
    for line in LINES:
        plain, shown = decode(line), decode(mask(line))
        if plain.code in MESSAGES and not plain.faults:
            assert [name for name, _ in plain.fields] == [name for name, _ in shown.fields]
            assert plain.fixed == shown.fixed


SECRETS = st.text("0123456789абвгд", min_size=5, max_size=12)


@given(st.sampled_from(LINES), SECRETS, st.sampled_from(PERSONAL), st.integers(0, 400), st.integers(0, 9))
def test_a_secret_stays_hidden_when_bytes_before_it_are_lost(
    line: bytes, secret: str, field: str, start: int, lost: int
) -> None:
    hidden = b"AFx|" + field.encode() + secret.encode() + b"|AOy|"
    assert secret.encode() not in mask(line[:start] + line[start + lost :] + b"|" + hidden)


@given(st.binary(max_size=300))
def test_any_bytes_are_masked(line: bytes) -> None:
    assert isinstance(mask(line), bytes)
    assert mask(line).count(b"\r") == line.count(b"\r")
