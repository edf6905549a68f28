"""What two real servers and their client said: every recorded frame is read without loss.

`exchanges.jsonl`: the wire bytes as latin-1 text. `expected-by-hand.jsonl`: written by reading the bytes with the
standard at hand, not by running anything.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sync.sip2 import Checksum, Encoding, FaultKind, Framer, Message, decode, encode
from sync.sip2.messages import FEE_PAID_RESPONSE_DATE_FIRST, MESSAGES

GOLDEN = Path(__file__).parents[1] / "golden" / "sip2"
EXCHANGES = [json.loads(line) for line in (GOLDEN / "exchanges.jsonl").read_text().splitlines()]
BY_HAND = [json.loads(line) for line in (GOLDEN / "expected-by-hand.jsonl").read_text().splitlines()]


def frames(line: int, side: str) -> list[bytes]:
    """What was sent or received in one exchange; CR ends the half message that was recorded without."""
    return Framer().feed(EXCHANGES[line].get(side, "").encode("latin-1") + b"\r")


ALL = [frame for line in range(len(EXCHANGES)) for side in ("request", "response") for frame in frames(line, side)]


def rebuilt(message: Message, encoding: Encoding) -> bytes:
    """The bytes before the trailer, put together from the parts of a message alone."""
    parts = [name + value.replace("|", "&#124;") for name, value in message.fields]
    identified = "|".join([*parts, ""])
    if message.has(FaultKind.FIELD_WITHOUT_END):
        identified = identified.removesuffix("|")
    return (message.code + "".join(message.fixed.values())).encode("latin-1") + identified.encode(encoding)


def assert_lossless(raw: bytes, message: Message, encoding: Encoding) -> None:
    """Nothing stands in the bytes but what stands in the message, and the trailer."""
    body = rebuilt(message, encoding)
    line = raw.strip(b"\r\n")
    assert message.raw == raw
    assert line.startswith(body)
    trailer = re.fullmatch(rb"(?:AY(\d))?(?:AZ([0-9A-F]{4}))?", line[len(body) :])
    assert trailer, line[len(body) :]
    assert message.sequence == (int(trailer[1]) if trailer[1] else None)
    assert (message.checksum is Checksum.ABSENT) == (trailer[2] is None)


@pytest.mark.parametrize("want", BY_HAND, ids=lambda want: f"{want['line']}-{want['side']}-{want['code']}")
def test_frame_reads_as_written_by_hand(want: dict[str, Any]) -> None:
    message = decode(frames(want["line"], want["side"])[0])
    assert message.code == want["code"]
    assert [list(pair) for pair in message.fixed.items()] == want["fixed"]
    assert [list(pair) for pair in message.fields] == want["fields"]
    assert message.sequence == want["sequence"]
    assert message.checksum.name == want["checksum"]
    assert [[fault.kind.name, fault.where] for fault in message.faults] == want["faults"]


def test_hand_written_frames_cover_every_message_but_none_twice() -> None:
    assert len({(want["line"], want["side"]) for want in BY_HAND}) == len(BY_HAND) == 60
    assert {want["code"] for want in BY_HAND} >= MESSAGES.keys()


def test_every_recorded_frame_is_read_without_loss() -> None:
    assert len(ALL) == 175
    for frame in ALL:
        message = decode(frame)
        assert_lossless(frame, message, Encoding.UTF_8)


def test_what_is_wrong_with_recorded_frames_is_known_one_by_one() -> None:
    met = Counter((fault.kind.name, fault.where) for frame in ALL for fault in decode(frame).faults)
    assert met == {
        ("FIXED_FIELD_ODD", "timeout_period"): 1,  # invenio pads with blanks
        ("FIXED_FIELD_ODD", "retries_allowed"): 1,
        ("FIXED_FIELD_ODD", "payment_accepted"): 1,  # invenio's 38 has the date first
        ("FIXED_FIELD_ODD", "transaction_date"): 1,
        ("FIELD_REPEATED", "AB"): 2,  # invenio's hold answer
        ("FIELD_MISSING", "AQ"): 1,  # Koha, unknown item returned
        ("FIELD_MISSING", "AB"): 1,  # the client's half message
        ("FIELD_MISSING", "AO"): 1,
        ("UNKNOWN_CODE", ""): 4,  # the client's experiments: 85, and the other halves
        ("FIELD_WITHOUT_END", "xy"): 2,
        ("BAD_CHECKSUM", "AZ"): 4,  # two sent wrong on purpose, one half message, one two answers in one
        ("CHECKSUM_NOT_LAST", "AZ"): 1,
    }


def test_frames_that_keep_the_standard_are_written_back_byte_by_byte() -> None:
    written = 0
    for frame in ALL:
        message = decode(frame)
        without_ay = message.sequence is None and message.checksum is Checksum.GOOD and message.code not in ("96", "97")
        if message.faults or without_ay or any(not value for name, value in message.fields if name == "CK"):
            continue
        sequence = message.sequence if message.code not in ("96", "97") else 0
        if message.checksum is Checksum.ABSENT:
            sequence = None
        assert encode(message.code, message.fixed, message.fields, sequence=sequence) == frame + b"\r"
        written += 1
    assert written == 126


def test_a_server_that_puts_the_date_first_is_read_by_a_table_that_says_so() -> None:
    (answer,) = frames(24, "response")
    assert decode(answer).flag("payment_accepted") is None
    message = decode(answer, table={**MESSAGES, "38": FEE_PAID_RESPONSE_DATE_FIRST})
    assert message.flag("payment_accepted") is True
    assert message.get("transaction_date") == "20261120    073431"
    assert message.faults == ()


def test_an_accepted_fee_is_never_guessed_from_a_wrong_place() -> None:
    message = decode(b"38N20261120    073431AOLIB|AAP1|", table={**MESSAGES, "38": FEE_PAID_RESPONSE_DATE_FIRST})
    assert message.flag("payment_accepted") is None
    assert message.has(FaultKind.FIXED_FIELD_ODD)
