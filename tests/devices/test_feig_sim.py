"""The reader in software: answers as the manual says, and takes the time that physics takes (virtual, never waited)."""

import statistics
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.feig import air, codec
from devices.drivers.feig.codec import Answer, Inventory
from devices.drivers.feig.field import LOANED, SECURED, Field, VirtualTag, tag_of_2, tag_of_3
from devices.drivers.feig.frames import Framer, advanced, standard
from devices.drivers.feig.sim import CHARACTER_GAP, PSST, Fault, SimReader
from devices.drivers.feig.status import Status, TagError
from devices.tags.content import TagContent, reverse_blocks
from devices.tags.detect import read_tag
from devices.transport.simline import MemoryLine, VirtualTime

SOLARIS = "30234000517861"


def uid(number: int) -> bytes:
    """Return a UID as they come off the reel: the maker's bytes in front, scattered serial numbers behind."""
    return b"\xe0\x04\x01\x00" + Random(number).randbytes(4)


def books(count: int) -> list[VirtualTag]:
    return [tag_of_2(uid(number), f"302340005{number:05}", owner="RU-10015053") for number in range(count)]


class Pad:
    """A host at a simulated pad: asks, keeps the silence the reader needs, and knows how long it took."""

    def __init__(self, *tags: VirtualTag, baud: int | None = None, faults: set[Fault] | None = None) -> None:
        self.field = Field(tags)
        self.reader = SimReader(self.field, baud=baud, faults=faults or set())
        self.time = VirtualTime()
        self.line = MemoryLine(self.reader, self.time)

    def ask(self, body: bytes, wide: bool = False) -> Answer:
        raw = self.exchange(advanced(body) if wide else standard(body))
        (frame,) = Framer().feed(raw)
        answer = codec.answer_of(frame)
        assert answer
        return answer

    def exchange(self, request: bytes) -> bytes:
        self.line.write(request)
        raw = self.line.read(4096, 10.0)
        if self.reader.baud:
            self.time.wait(PSST)
        return raw

    def inventory(self) -> list[bytes]:
        found: list[bytes] = []
        more = False
        while True:
            inventory = codec.parse_inventory(self.ask(codec.inventory(more)))
            assert inventory
            found += [one.uid for one in inventory.found]
            if not (more := inventory.more):
                return found

    def seconds(self, body: bytes) -> float:
        start = self.time.now
        self.ask(body)
        return self.time.now - start


def near(seconds: float) -> object:
    return pytest.approx(seconds, rel=0.10)


# --- timing: the table of physical limits, within ten percent --------------------------------------------------------

LIMITS_MS = {
    "system information": (codec.system_information(uid(1)), 9.8),
    "read 1 block": (codec.read_blocks(uid(1), 0, 1), 7.4),
    "read 4 blocks": (codec.read_blocks(uid(1), 0, 4), 11.0),
    "read 8 blocks": (codec.read_blocks(uid(1), 0, 8), 15.9),
    "read 9 blocks": (codec.read_blocks(uid(1), 0, 9), 17.0),
    "read 16 blocks": (codec.read_blocks(uid(1), 0, 16), 25.5),
    "read 28 blocks": (codec.read_blocks(uid(1), 0, 28), 40.0),
    "write AFI": (codec.write_afi(uid(1), LOANED), 9.9),
    "write a block": (codec.write_blocks(uid(1), 0, [b"abcd"]), 11.1),
    "inventory of one": (codec.inventory(), 13.9),
}


@pytest.mark.parametrize("name", LIMITS_MS)
def test_a_command_takes_the_time_it_takes_on_the_air(name: str) -> None:
    body, milliseconds = LIMITS_MS[name]
    assert Pad(tag_of_2(uid(1), SOLARIS)).seconds(body) == near(milliseconds / 1000)


def test_slow_memory_takes_the_twenty_milliseconds_it_may() -> None:
    tag = tag_of_2(uid(1), SOLARIS)
    tag.programming = 0.020
    assert Pad(tag).seconds(codec.write_afi(tag.uid, LOANED)) == near(0.0259)


def test_block_by_block_reading_costs_what_the_table_says() -> None:
    pad = Pad(tag_of_2(uid(1), SOLARIS))
    assert sum(pad.seconds(codec.read_blocks(uid(1), at, 1)) for at in range(8)) == near(0.057)
    assert sum(pad.seconds(codec.read_blocks(uid(1), at, 1)) for at in range(28)) == near(0.198)


def test_an_empty_round_takes_ten_milliseconds_and_a_single_slot_six() -> None:
    assert Pad().seconds(codec.inventory()) == near(0.010)
    assert air.single_slot_inventory() == near(0.0062)


@pytest.mark.parametrize(("count", "milliseconds"), [(1, 13.9), (5, 39), (10, 81), (20, 183), (30, 285), (50, 467)])
def test_anticollision_of_a_stack(count: int, milliseconds: float) -> None:
    random = Random(count)
    runs = [air.anticollision([b"\xe0\x04\x01\x00" + random.randbytes(4) for _ in range(count)])[1] for _ in range(200)]
    assert statistics.mean(runs) == near(milliseconds / 1000)
    if count == 10:
        assert sorted(runs)[190] == near(0.107)


def ten_books(baud: int | None, programming: float) -> tuple[Pad, float]:
    """Return the pad and how long finding, reading (8 blocks) and disarming ten books took, in the median of stacks."""
    times = []
    for stack in range(25):
        pad = Pad(*(tag_of_2(uid(stack * 100 + number), SOLARIS) for number in range(10)), baud=baud)
        for tag in pad.field.tags():
            tag.programming = programming
        for one in pad.inventory():
            assert pad.ask(codec.read_blocks(one, 0, 8)).status == Status.OK
            assert pad.ask(codec.write_afi(one, LOANED)).status == Status.OK
        assert all(tag.afi == LOANED for tag in pad.field.tags())
        times.append(pad.time.now)
    return pad, statistics.median(times)


def test_ten_books_on_the_air_alone() -> None:
    assert ten_books(None, 0.004)[1] == near(0.34)
    assert ten_books(None, 0.020)[1] == near(0.50)


@pytest.mark.parametrize(("baud", "added"), [(38400, 0.40), (115200, 0.21)])
def test_what_the_serial_line_adds_to_ten_books(baud: int, added: float) -> None:
    assert ten_books(baud, 0.004)[1] - ten_books(None, 0.004)[1] == near(added)


def test_what_verifying_ten_books_adds() -> None:
    pad, _ = ten_books(None, 0.004)
    assert sum(pad.seconds(codec.system_information(tag.uid)) for tag in pad.field.tags()) == near(0.10)


def test_the_field_needs_fifteen_milliseconds_to_forget() -> None:
    assert Pad().seconds(codec.rf_reset()) == near(0.015)


# --- answers as the manual says --------------------------------------------------------------------------------------


def test_what_lies_on_the_pad_is_found_once_each() -> None:
    pad = Pad(*books(40))
    assert sorted(pad.inventory()) == sorted(tag.uid for tag in pad.field.tags())


def test_more_tags_than_one_answer_holds_come_in_several() -> None:
    pad = Pad(*books(60))
    first = pad.ask(codec.inventory())
    assert first.status == Status.MORE_DATA
    second, third = pad.ask(codec.inventory(more=True)), pad.ask(codec.inventory(more=True))
    assert (second.status, third.status) == (Status.MORE_DATA, Status.OK)
    assert pad.ask(codec.inventory(more=True)).status == Status.NO_TAG


def test_an_empty_pad_says_so() -> None:
    assert codec.parse_inventory(Pad().ask(codec.inventory())) == Inventory()


def test_a_standard_request_gets_an_advanced_answer_only_if_it_must() -> None:
    pad = Pad(*books(30))
    pad.reader.per_answer = 30
    assert pad.exchange(standard(codec.inventory()))[0] == 0x02
    assert pad.exchange(standard(codec.read_blocks(uid(1), 0, 8)))[0] != 0x02
    assert pad.exchange(advanced(codec.software_version()))[0] == 0x02


@pytest.mark.parametrize("msb_first", [True, False])
def test_memory_is_read_in_the_order_the_reader_is_set_to(msb_first: bool) -> None:
    pad = Pad(tag_of_3(uid(1), SOLARIS, owner="DK-718500"))
    pad.reader.msb_first = msb_first
    blocks = codec.parse_blocks(pad.ask(codec.read_blocks(uid(1), 0, 9)))
    assert blocks
    tag = read_tag(b"".join(blocks.data))
    assert isinstance(tag, TagContent)
    assert (tag.item, tag.reversed_blocks) == (SOLARIS, msb_first)


def test_what_is_written_is_there_in_either_order() -> None:
    for msb_first in (True, False):
        tag = tag_of_2(uid(1), SOLARIS)
        pad = Pad(tag)
        pad.reader.msb_first = msb_first
        data = b"abcdefgh"
        sent = reverse_blocks(data) if msb_first else data
        assert pad.ask(codec.write_blocks(uid(1), 10, [sent[:4], sent[4:]])).status == Status.OK
        assert bytes(tag.memory[40:48]) == data


def test_a_locked_block_stops_a_write_at_its_number() -> None:
    tag = tag_of_2(uid(1), SOLARIS)
    tag.locked_blocks = {5}
    answer = Pad(tag).ask(codec.write_blocks(uid(1), 4, [b"aaaa", b"bbbb"]))
    assert (answer.status, answer.data) == (Status.TAG_ERROR, bytes((TagError.LOCKED, 5)))
    assert tag.block(4) == b"aaaa"[::-1]
    locks = codec.parse_blocks(Pad(tag).ask(codec.read_blocks(uid(1), 4, 3, security=True)))
    assert locks
    assert locks.locked == {1}


def test_memory_ends_where_it_ends() -> None:
    pad = Pad(tag_of_3(uid(1), SOLARIS, owner="DE-705", blocks=8))
    assert pad.ask(codec.read_blocks(uid(1), 0, 8)).status == Status.OK
    assert pad.ask(codec.read_blocks(uid(1), 0, 9)).error == TagError.NO_BLOCK
    assert pad.ask(codec.write_blocks(uid(1), 8, [b"abcd"])).error == TagError.NO_BLOCK
    assert pad.ask(codec.read_blocks(uid(1), 0, 33)).status == Status.LENGTH


def test_system_information_tells_the_security_byte_back() -> None:
    pad = Pad(tag_of_2(uid(1), SOLARIS))
    for afi in (SECURED, LOANED):
        pad.ask(codec.write_afi(uid(1), afi))
        information = codec.parse_system_information(pad.ask(codec.system_information(uid(1))))
        assert information == codec.SystemInformation(uid(1), 0x06, afi, 28, 4, 1)


def test_the_surveillance_bit_of_an_nxp_tag() -> None:
    tag = tag_of_2(uid(1), SOLARIS)
    pad = Pad(tag)
    pad.ask(codec.set_eas(uid(1), False))
    assert not tag.eas
    pad.ask(codec.set_eas(uid(1), True))
    assert tag.eas


def test_an_unaddressed_write_hits_every_tag_in_the_field() -> None:
    pad = Pad(*books(3))
    pad.ask(bytes((codec.HOST_COMMAND, codec.WRITE_AFI, 0, LOANED)))
    assert [tag.afi for tag in pad.field.tags()] == [LOANED] * 3
    assert pad.ask(bytes((codec.HOST_COMMAND, codec.READ_BLOCKS, 0, 0, 1))).status == Status.RF_ERROR


def test_a_tag_that_is_not_there_does_not_answer() -> None:
    pad = Pad(tag_of_2(uid(1), SOLARIS))
    for body in (codec.read_blocks(uid(2), 0, 1), codec.write_afi(uid(2), LOANED), codec.system_information(uid(2))):
        assert pad.ask(body).status == Status.NO_TAG
    pad.field.lift(uid(1))
    assert pad.ask(codec.system_information(uid(1))).status == Status.NO_TAG


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\x99", Status.UNKNOWN_COMMAND),
        (b"\xb0", Status.LENGTH),
        (b"\xb0\x77\x01" + uid(1), Status.UNKNOWN_COMMAND),
        (codec.write_afi(uid(1), 1) + b"\x00", Status.LENGTH),
        (codec.write_blocks(uid(1), 0, [b"abcdefgh"]), Status.LENGTH),
        (codec.set_output({codec.Lamp.GREEN: codec.Output.ON}, 5), Status.OK),
        (b"\x71\x00", Status.LENGTH),
    ],
)
def test_what_the_reader_does_not_understand(body: bytes, status: Status) -> None:
    assert Pad(tag_of_2(uid(1), SOLARIS)).ask(body).status == status


# --- silence ---------------------------------------------------------------------------------------------------------


def test_a_broken_frame_meets_silence() -> None:
    reader = SimReader(Field())
    raw = standard(codec.inventory())
    assert reader.receive(raw[:-1] + bytes((raw[-1] ^ 1,)), 0.0) == []
    assert reader.exchanges == 0


def test_a_gap_inside_a_request_drops_it() -> None:
    reader = SimReader(Field())
    raw = standard(codec.inventory())
    assert reader.receive(raw[:3], 0.0) == []
    assert reader.receive(raw[3:], CHARACTER_GAP * 1.1) == []
    assert reader.dropped == 1
    assert reader.receive(raw[:3], 1.0) == []
    assert len(reader.receive(raw[3:], 1.0 + CHARACTER_GAP * 0.9)) == 1


def test_a_request_right_after_an_answer_meets_silence_on_a_serial_line_only() -> None:
    raw = standard(codec.software_version())
    for baud, answers in ((38400, 0), (None, 1)):
        reader = SimReader(Field(), baud=baud)
        (sent,) = reader.receive(raw, 0.0)
        assert len(reader.receive(raw, sent.after + PSST * 0.9)) == answers
        assert len(reader.receive(raw, 1.0)) == 1


# --- faults ----------------------------------------------------------------------------------------------------------


def one(fault: Fault) -> tuple[Pad, VirtualTag]:
    tag = tag_of_2(uid(1), SOLARIS)
    return Pad(tag, faults={fault}), tag


def test_fault_wrong_checksum() -> None:
    pad, _ = one(Fault.WRONG_CHECKSUM)
    assert Framer().feed(pad.exchange(standard(codec.inventory()))) == []


@pytest.mark.parametrize(
    ("fault", "status"), [(Fault.RF_ERROR, Status.RF_ERROR), (Fault.SCAN_MODE, Status.NOT_AVAILABLE)]
)
def test_faults_of_the_field_and_of_the_mode(fault: Fault, status: Status) -> None:
    pad, _ = one(fault)
    assert pad.ask(codec.inventory()).status == status
    assert pad.ask(codec.software_version()).status == Status.OK


def test_fault_four_tags() -> None:
    assert len(Pad(*books(9), faults={Fault.FOUR_TAGS}).inventory()) == 4


def test_fault_duplicate_uid() -> None:
    assert Pad(*books(1), faults={Fault.DUPLICATE_UID}).inventory() == [uid(0)] * 2


def test_fault_once_only() -> None:
    pad = Pad(*books(2), faults={Fault.ONCE_ONLY})
    assert len(pad.inventory()) == 2
    assert pad.inventory() == []
    pad.ask(codec.rf_reset())
    assert len(pad.inventory()) == 2


@pytest.mark.parametrize(
    ("fault", "status", "kept"),
    [
        (Fault.WRITE_ERROR, Status.WRITE_ERROR, False),
        (Fault.WRITE_LOST, Status.OK, False),
        (Fault.WRITE_UNANSWERED, Status.RF_ERROR, True),
        (Fault.TAG_LEAVES_MID_WRITE, Status.WRITE_ERROR, False),
        (Fault.AFI_LOCKED, Status.TAG_ERROR, False),
    ],
)
def test_faults_of_writing(fault: Fault, status: Status, kept: bool) -> None:
    pad, tag = one(fault)
    assert pad.ask(codec.write_afi(uid(1), LOANED)).status == status
    assert tag.afi == (LOANED if kept else SECURED)
    assert bool(pad.field.tags()) == (fault is not Fault.TAG_LEAVES_MID_WRITE)


def test_tags_with_one_number_answer_as_one() -> None:
    assert air.anticollision([uid(1), uid(1)])[0] == [uid(1)]


def test_a_tag_that_is_too_small_is_not_made() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        tag_of_2(uid(1), "A" * 16, owner="CN-110108-1-NLC", part="1203", blocks=8)


@given(st.lists(st.binary(max_size=40), max_size=8), st.sets(st.sampled_from(Fault)), st.booleans())
def test_no_bytes_and_no_faults_raise(pieces: list[bytes], faults: set[Fault], framed: bool) -> None:
    reader = SimReader(Field(books(2)), faults=faults)
    for number, piece in enumerate(pieces):
        for sent in reader.receive(standard(piece) if framed and piece else piece, float(number)):
            assert sent.after > 0
            assert sent.data


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=30))
def test_no_host_command_raises(command: int, mode: int, rest: bytes) -> None:
    pad = Pad(*books(2))
    for head in (b"\xb0", b"\xb1\x04"):
        assert pad.ask(head + bytes((command, mode)) + rest).command == head[0]
