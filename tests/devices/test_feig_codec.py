"""The FEIG host protocol: frames met in the wild, and any bytes at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.feig import codec, status
from devices.drivers.feig.codec import Answer, BlockOrder, Lamp, Output
from devices.drivers.feig.frames import MAX_FRAME, Frame, Framer, advanced, standard
from devices.drivers.feig.status import Status, TagError

UID = bytes.fromhex("e00401001234abcd")
OTHER = bytes.fromhex("e0022300188 92b09".replace(" ", ""))
bodies = st.binary(min_size=2, max_size=240)


def only(data: bytes) -> Frame:
    (frame,) = Framer().feed(data)
    return frame


def answer(data: bytes, status: int = 0, command: int = 0xB0) -> Answer:
    found = codec.answer_of(Frame(0, bytes((command, status)) + data))
    assert found
    return found


# --- frames of others ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("raw", "body"), [("05FF65E5CB", codec.software_version()), ("05FF698901", codec.rf_reset())])
def test_standard_frames_as_the_manuals_own_algorithm_computes_them(raw: str, body: bytes) -> None:
    assert standard(body) == bytes.fromhex(raw)
    assert only(bytes.fromhex(raw)).body == body


def test_the_inventory_request_two_other_programs_send() -> None:
    assert advanced(codec.inventory()) == bytes.fromhex("020009FFB001001843")


def test_a_logged_inventory_of_two_tags() -> None:
    """Logged from a FEIG LR1002 by a user of ST tags (community.st.com, question 140692)."""
    raw = bytes.fromhex("02001D00B0000203 00E002510002564AA4 0300E00223001889 2B09E300".replace(" ", ""))
    found = codec.answer_of(only(raw))
    assert found
    inventory = codec.parse_inventory(found)
    assert inventory == codec.Inventory(
        (codec.Found(bytes.fromhex("E002510002564AA4"), 0), codec.Found(OTHER, 0)), foreign=0, more=False, whole=True
    )


def test_a_logged_write_that_the_tag_refused() -> None:
    """The same log: eight blocks written at once, answered by the tag's error 12 at block 0."""
    uid = bytes.fromhex("E002510002564AA4")
    data = bytes.fromhex("0403020170600005 0BA090800F0E0D0C 1312111000161514 0000000000000000".replace(" ", ""))
    request = codec.write_blocks(uid, 0, [data[at : at + 4] for at in range(0, 32, 4)])
    assert advanced(request).hex().upper() == (
        "020034FFB02401E002510002564AA400080404030201706000050BA090800F0E0D0C131211100016151400000000000000001818"
    )
    refused = codec.answer_of(only(bytes.fromhex("02000A00B09512009429")))
    assert refused
    assert (refused.status, refused.error) == (Status.TAG_ERROR, TagError.LOCKED)


# --- framing ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(bodies, st.booleans()), max_size=5), st.data())
def test_frames_come_out_however_the_bytes_are_cut(sent: list[tuple[bytes, bool]], data: st.DataObject) -> None:
    stream = b"".join(advanced(body) if wide else standard(body) for body, wide in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    framer, frames = Framer(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        frames += framer.feed(stream[start:end])
    assert [(frame.body, frame.advanced) for frame in frames] == sent
    assert not framer.holds


@given(st.binary(max_size=3000))
def test_junk_never_raises_and_is_never_hoarded(junk: bytes) -> None:
    framer = Framer()
    framer.feed(junk)
    assert len(framer._held) <= MAX_FRAME
    framer.give_up()
    assert not framer.holds


@given(st.binary(max_size=40), bodies, st.booleans())
def test_an_answer_behind_junk_is_found_at_the_latest_when_the_driver_gives_up(
    junk: bytes, body: bytes, wide: bool
) -> None:
    framer = Framer()
    frames = framer.feed(junk + (advanced(body) if wide else standard(body)))
    frames += framer.give_up()
    assert body in [frame.body for frame in frames]


@given(bodies, st.booleans(), st.data())
def test_one_flipped_bit_is_never_taken_for_the_answer(body: bytes, wide: bool, data: st.DataObject) -> None:
    raw = bytearray(advanced(body) if wide else standard(body))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    framer = Framer()
    frames = framer.feed(bytes(raw)) + framer.give_up()
    assert body not in [frame.body for frame in frames if frame.address == 0xFF and frame.advanced == wide]


def test_silence_in_mid_frame_can_be_forgotten() -> None:
    framer = Framer()
    framer.feed(standard(b"\xb0\x01\x00")[:4])
    framer.reset()
    assert framer.feed(standard(b"\x65\x00")) == [Frame(0xFF, b"\x65\x00")]


def test_a_length_that_no_frame_can_have_is_junk() -> None:
    for junk in (b"\x00", b"\x01", b"\x03", b"\x04", b"\x02\x00\x06", b"\x02\x00\x00", b"\x02\x08\x01"):
        assert only(junk + standard(b"\x65\x00")).body == b"\x65\x00"


def test_a_long_body_needs_an_advanced_frame() -> None:
    assert only(standard(bytes(251))).body == bytes(251)
    with pytest.raises(ValueError, match="standard frame"):
        standard(bytes(252))
    assert only(advanced(bytes(252))).body == bytes(252)


# --- requests --------------------------------------------------------------------------------------------------------


def test_every_request_to_one_tag_is_addressed() -> None:
    for body in (
        codec.read_blocks(UID, 0, 8),
        codec.write_blocks(UID, 0, [b"abcd"]),
        codec.write_afi(UID, 0xC2),
        codec.system_information(UID),
        codec.set_eas(UID, True)[1:],
    ):
        assert body[2] & 7 == codec.ADDRESSED
        assert body[3:11] == UID


def test_requests_as_the_manual_draws_them() -> None:
    assert codec.read_blocks(UID, 3, 9, security=True).hex() == f"b02309{UID.hex()}0309"
    assert codec.write_afi(UID, 0x07).hex() == f"b02701{UID.hex()}07"
    assert codec.set_eas(UID, False).hex() == f"b104a301{UID.hex()}"
    assert codec.set_output({Lamp.GREEN: Output.ON, Lamp.RED: Output.FLASH}, tenths=5).hex() == "71000d000000050000"


def test_requests_beyond_the_readers_limits_are_not_made() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        codec.write_afi(UID[:4], 0x07)
    for blocks in ([], [b""], [b"abcd", b"ab"], [b"abcd"] * 33):
        with pytest.raises(ValueError, match="cannot write"):
            codec.write_blocks(UID, 0, blocks)


# --- answers ---------------------------------------------------------------------------------------------------------


def test_no_tag_is_an_empty_inventory_and_trouble_is_none() -> None:
    assert codec.parse_inventory(answer(b"", Status.NO_TAG)) == codec.Inventory()
    for trouble in (Status.RF_ERROR, Status.NOT_AVAILABLE, Status.BUFFER_OVERFLOW, 0x77):
        assert codec.parse_inventory(answer(b"\x00", trouble)) is None
    assert codec.parse_inventory(answer(b"")) is None


def test_cards_among_the_books_are_counted_and_skipped() -> None:
    card = b"\x04\x08\x00" + bytes(7)
    long_card = b"\x04\x08\x01" + bytes(10)
    inventory = codec.parse_inventory(answer(b"\x03" + card + long_card + b"\x03\x06" + UID, Status.MORE_DATA))
    assert inventory == codec.Inventory((codec.Found(UID, 6),), foreign=2, more=True)


@pytest.mark.parametrize("tail", [b"\x09\x00" + UID, b"\x03\x00" + UID[:4], b"\x04", b""])
def test_an_inventory_that_breaks_off_gives_what_was_whole(tail: bytes) -> None:
    inventory = codec.parse_inventory(answer(b"\x02\x03\x06" + UID + tail))
    assert inventory == codec.Inventory((codec.Found(UID, 6),), whole=False)


def test_blocks_are_turned_into_memory_order_where_the_reader_turns_them() -> None:
    blocks = codec.parse_blocks(answer(b"\x02\x04\x00dcba\x01hgfe"))
    assert blocks
    assert blocks.memory(BlockOrder.MSB_FIRST) == b"abcdefgh"
    assert blocks.memory(BlockOrder.MEMORY) == b"dcbahgfe"
    assert blocks.locked == {1}


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x02\x04\x00abcd", b"\x01\x00\x00", b"\x01\x21" + bytes(34)])
def test_blocks_that_do_not_add_up_are_none(data: bytes) -> None:
    assert codec.parse_blocks(answer(data)) is None


def test_system_information_in_either_order_of_its_size_bytes() -> None:
    said = codec.SystemInformation(UID, 0x06, 0xC2, blocks=28, block_size=4, ic=1)
    assert codec.parse_system_information(answer(b"\x06" + UID + b"\xc2\x03\x1b\x01")) == said
    assert codec.parse_system_information(answer(b"\x06" + UID + b"\xc2\x1b\x03\x01")) == said
    assert codec.parse_system_information(answer(b"\x06" + UID)) is None
    assert said.is_of(bytes(4) + UID[4:])
    assert not said.is_of(OTHER)


def test_the_reader_names_itself() -> None:
    version = codec.parse_version(answer(bytes.fromhex("03070000760008"), command=0x65))
    assert version
    assert (version.name, version.firmware, version.iso15693, version.stack) == ("ISC.MR101-A", "3.07", True, True)
    small = codec.parse_version(answer(bytes.fromhex("02000000800008"), command=0x65))
    assert small
    assert not small.stack
    unknown = codec.parse_version(answer(bytes.fromhex("02000000FF0000"), command=0x65))
    assert unknown
    assert (unknown.name, unknown.iso15693) == ("FEIG type FF", False)
    assert codec.parse_version(answer(b"\x03", command=0x65)) is None


@given(st.binary(max_size=300), st.sampled_from([0, 1, 3, 0x83, 0x94, 0x95, 0xF1, 0x42]))
def test_no_answer_raises(data: bytes, code: int) -> None:
    found = answer(data, code)
    for parse in (codec.parse_version, codec.parse_inventory, codec.parse_blocks, codec.parse_system_information):
        parse(found)
    assert isinstance(status.sentence(code), str)
    assert codec.answer_of(Frame(0, data[:1])) is None


@given(st.integers(0, 255))
def test_every_status_has_a_sentence_for_staff_unless_all_is_well(code: int) -> None:
    assert bool(status.sentence(code)) == (code not in (Status.OK, Status.MORE_DATA))
    assert status.tag_sentence(code).endswith(".")
