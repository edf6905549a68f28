"""A stream of bytes becomes messages, however it was cut on its way."""

from hypothesis import given
from hypothesis import strategies as st

from sync.sip2 import MAX_FRAME, FaultKind, Framer, decode

STREAM = b"941\r\n98YYYYNN|\r\r\n\r64 a\nb|\r\n\n96\r"
MESSAGES = [b"941", b"98YYYYNN|", b"64 a\nb|", b"96"]


def feed_all(pieces: list[bytes]) -> list[bytes]:
    framer = Framer()
    return [frame for piece in pieces for frame in framer.feed(piece)]


def test_stream_is_cut_at_every_cr_and_a_leading_lf_is_dropped() -> None:
    assert feed_all([STREAM]) == MESSAGES


def test_stream_split_at_every_place_gives_the_same() -> None:
    for first in range(len(STREAM) + 1):
        for second in range(first, len(STREAM) + 1):
            assert feed_all([STREAM[:first], STREAM[first:second], STREAM[second:]]) == MESSAGES


def test_stream_byte_by_byte_gives_the_same() -> None:
    assert feed_all([bytes([byte]) for byte in STREAM]) == MESSAGES


def test_answer_is_taken_at_its_cr_without_waiting_for_a_lf() -> None:
    framer = Framer()
    assert framer.feed(b"941\r") == [b"941"]
    assert framer.feed(b"\n") == []
    assert framer.feed(b"96\r") == [b"96"]


@given(st.lists(st.binary(max_size=30)))
def test_any_bytes_in_any_pieces_give_what_stood_between_the_crs(pieces: list[bytes]) -> None:
    *whole, _ = b"".join(pieces).split(b"\r")
    assert feed_all(pieces) == [message for each in whole if (message := each.lstrip(b"\n"))]


def test_a_peer_that_never_ends_its_message_cannot_make_us_hold_more() -> None:
    framer = Framer()
    for _ in range(50):
        assert framer.feed(b"x" * 4096) == []
    (frame,) = framer.feed(b"\r")
    assert len(frame) == MAX_FRAME + 1
    assert decode(frame).has(FaultKind.TOO_LONG)
    assert framer.feed(b"941\r") == [b"941"]


def test_the_longest_message_is_whole() -> None:
    assert feed_all([b"x" * MAX_FRAME, b"\r"]) == [b"x" * MAX_FRAME]
    assert not decode(b"64" + b"x" * (MAX_FRAME - 2)).has(FaultKind.TOO_LONG)


def test_half_a_message_is_forgotten_on_reset() -> None:
    framer = Framer()
    framer.feed(b"64 half")
    framer.reset()
    assert framer.feed(b"941\r") == [b"941"]
