"""Tags as they are met in the field: swapped, reversed, short, damaged, blank, written by somebody else's encoder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.tags import iso15962, iso28560_2, iso28560_3, iso28560_4, rfid501
from devices.tags.content import Model, TagContent, TagFault, Usage, reverse_blocks
from devices.tags.detect import bytes_wanted, read_tag
from devices.tags.isil import isil_compact, isil_expand
from devices.tags.iso15962 import Scheme

SOLARIS = "30234000517861"
ISIL_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:/"

items = st.from_regex(r"[A-Z0-9][A-Z0-9.\-]{0,14}[A-Z0-9]", fullmatch=True)
isils = st.from_regex(r"[A-Z]{2}-[A-Za-z0-9:/\-]{1,8}[A-Za-z0-9]", fullmatch=True)
danish_owners = st.from_regex(r"[A-Z]{2}-[A-Z0-9]{1,9}", fullmatch=True)


def danish(item: str = SOLARIS, size: int = 36, **said: object) -> bytes:
    basic = iso28560_3.Basic(item, "DK", "718500", **said)  # type: ignore[arg-type]
    return iso28560_3.encode(basic, size)


def read(memory: bytes, dsfid: int | None = None) -> TagContent:
    tag = read_tag(memory, dsfid)
    assert isinstance(tag, TagContent)
    return tag


# --- ISO 28560-3 -----------------------------------------------------------------------------------------------------


def test_a_tag_whose_reader_turns_blocks_round_is_recognised_by_its_checksum() -> None:
    tag = read(reverse_blocks(danish()))
    assert (tag.model, tag.item, tag.reversed_blocks) == (Model.ISO_28560_3, SOLARIS, True)
    assert not read(danish()).reversed_blocks


@pytest.mark.parametrize(
    ("byte", "usage"), [(0x18, Usage.PATRON_CARD), (0x81, Usage.PATRON_CARD), (0x17, Usage.DISCARDED)]
)
def test_the_nibbles_of_the_first_byte_may_be_swapped(byte: int, usage: Usage) -> None:
    assert read(_with_head(danish(), bytes((byte,)))).usage is usage


@pytest.mark.parametrize("order", [(3, 2), (2, 3)])
def test_parts_and_part_may_be_swapped(order: tuple[int, int]) -> None:
    tag = read(_with_head(danish(), bytes((0x11, *order))))
    assert (tag.parts, tag.part) == (3, 2)


def test_an_item_without_part_numbers_is_one_of_one() -> None:
    tag = read(_with_head(danish(), bytes((0x11, 0, 0))))
    assert (tag.parts, tag.part) == (1, 1)


def test_a_32_byte_tag_is_read_with_either_checksum_and_written_with_the_padded_one() -> None:
    memory = danish(size=32)
    unpadded = memory[:19] + iso28560_3.crc_tag(memory[:19] + memory[21:32]).to_bytes(2, "little") + memory[21:]
    assert memory != unpadded
    assert read(memory).item == read(unpadded).item == SOLARIS


def test_a_damaged_danish_tag_is_never_taken_for_elements() -> None:
    memory = bytearray(danish())
    memory[5] ^= 1
    for dsfid in (0x3E, 0x06, 0x00, None):
        assert read_tag(bytes(memory), dsfid) is TagFault.BAD_CHECKSUM
        assert read_tag(reverse_blocks(bytes(memory)), dsfid) is TagFault.BAD_CHECKSUM
    assert read_tag(bytes(range(1, 60)), dsfid=0x3E) is TagFault.BAD_CHECKSUM


def test_a_formatted_tag_without_a_number_is_not_an_item() -> None:
    memory = _with_head(danish(), bytes((0x11, 1, 1)) + bytes(16))
    assert read_tag(memory) is TagFault.NO_ITEM_NUMBER


def test_a_number_in_another_encoding_is_not_guessed() -> None:
    memory = _with_head(danish(), bytes((0x11, 1, 1)) + "Кн-123".encode("cp1251").ljust(16, b"\x00"))
    assert read_tag(memory) is TagFault.NO_ITEM_NUMBER
    assert read(_with_head(danish(), bytes((0x11, 1, 1)) + "Кн-123".encode().ljust(16, b"\x00"))).item == "Кн-123"


def test_extension_blocks_go_on_until_the_first_damaged_one() -> None:
    good = iso28560_3.Extension(1, b"shelf")
    memory = iso28560_3.encode(iso28560_3.Basic(SOLARIS, extensions=(good, iso28560_3.Extension(0x65, b"x"))), 80)
    basic = iso28560_3.parse(memory)
    assert isinstance(basic, iso28560_3.Basic)
    assert basic.extensions == (good, iso28560_3.Extension(0x65, b"x"))
    damaged = iso28560_3.parse(memory[:43] + b"\x05\x65\x00\x00y" + bytes(8))
    assert isinstance(damaged, iso28560_3.Basic)
    assert damaged.extensions == (good,)


@pytest.mark.parametrize(
    "basic",
    [
        iso28560_3.Basic(None),
        iso28560_3.Basic("1" * 17),
        iso28560_3.Basic(SOLARIS, country="DKK"),
        iso28560_3.Basic(SOLARIS, library="1" * 12),
        iso28560_3.Basic(SOLARIS, extensions=(iso28560_3.Extension(1, bytes(252)),)),
    ],
)
def test_what_does_not_fit_is_not_written(basic: iso28560_3.Basic) -> None:
    with pytest.raises(ValueError, match=r"fit|item number|at most 251"):
        iso28560_3.encode(basic, 112)


def test_sizes_that_hold_no_basic_block_are_refused() -> None:
    for size in (31, 33):
        with pytest.raises(ValueError, match="basic block"):
            danish(size=size)
    with pytest.raises(ValueError, match="do not fit"):
        danish(size=34, extensions=(iso28560_3.Extension(1, b"x"),))


@given(
    item=items, owner=danish_owners, parts=st.integers(1, 255), usage=st.sampled_from(list(Usage)[:10]), data=st.data()
)
def test_danish_tags_read_as_they_were_written(
    item: str, owner: str, parts: int, usage: Usage, data: st.DataObject
) -> None:
    part = data.draw(st.integers(1, parts))
    size = data.draw(st.sampled_from([32, 34, 36, 112]))
    country, library = owner.split("-")
    basic = iso28560_3.Basic(item, country, library, parts, part, usage.value)
    memory = iso28560_3.encode(basic, size)
    for stored in (memory, reverse_blocks(memory)) if size % 4 == 0 else (memory,):
        tag = read(stored)
        assert (tag.item, tag.owner, tag.parts, tag.part) == (item, owner, parts, part)
        assert tag.usage is usage


def _with_head(memory: bytes, head: bytes) -> bytes:
    """Return `memory` with its first bytes changed and a checksum that fits them."""
    memory = head + memory[len(head) :]
    checksum = iso28560_3.crc_tag(memory[:19] + memory[21:34])
    return memory[:19] + checksum.to_bytes(2, "little") + memory[21:]


# --- ISO 28560-2 -----------------------------------------------------------------------------------------------------


@given(
    item=items,
    rest=st.dictionaries(
        st.sampled_from([*range(6, 11), *range(12, 27)]), st.text(min_size=1, max_size=40), max_size=8
    ),
    owner=isils,
    usage=st.sampled_from(["00", "10", "20", "70", "80", "90"]),
)
def test_elements_read_as_they_were_written(item: str, rest: dict[int, str], owner: str, usage: str) -> None:
    rest = {oid: text for oid, text in rest.items() if text.isprintable()}
    values = {iso28560_2.Oid.ITEM: item, iso28560_2.Oid.OWNER: owner, iso28560_2.Oid.USAGE: usage, **rest}
    memory = iso28560_2.encode(values)
    tag = read(memory)
    assert (tag.item, tag.owner) == (item, owner)
    assert tag.usage.value == int(usage, 16) >> 4
    assert {e.oid: e.text for e in tag.elements if e.oid != 2} == values
    announced = next(iso28560_2.content_oids(e) for e in tag.elements if e.oid == iso28560_2.Oid.CONTENT)
    assert set(announced) == values.keys() - {iso28560_2.Oid.ITEM}


@given(item=items, owner=isils)
def test_blocks_turned_round_are_recognised_by_the_row_of_elements(item: str, owner: str) -> None:
    memory = iso28560_2.encode({1: item, 3: owner, 5: "10"})
    tag = read(reverse_blocks(memory))
    assert (tag.item, tag.owner, tag.reversed_blocks) == (item, owner, True)


def test_the_item_number_fills_whole_blocks_so_that_it_can_be_locked() -> None:
    memory = iso28560_2.encode({1: SOLARIS, 5: "10"})
    assert memory[0] & 0x80
    assert memory[8:10] in (b"\x02\x01", b"\x00\x00", memory[8:10])
    end = 3 + memory[2] + memory[1]
    assert end % 4 == 0


@pytest.mark.parametrize("head", [b"\xff\x02\x01", b"\xff\x01\x02"])
def test_an_offset_beside_an_extended_identifier_is_read_in_either_order(head: bytes) -> None:
    """OID 17 or 16 with one or two filling bytes: both orders make sense, so the identifier is taken to come first."""
    row = iso28560_2.parse(head + b"\x04test" + bytes(8))
    assert [(e.oid, e.text) for e in row.elements] == [(15 + head[1], "test")]


def test_an_offset_that_can_be_no_identifier_stands_before_it() -> None:
    (element,) = iso28560_2.parse(b"\xff\x0d\x02\x04test" + bytes(20)).elements
    assert element.oid == 17


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1203", (12, 3)),
        ("201", (2, 1)),
        ("21", (2, 1)),
        ("0102", (1, 1)),
        ("00", (1, 1)),
        ("AB", (1, 1)),
        ("9" * 8, (1, 1)),
    ],
)
def test_set_information(said: str, expected: tuple[int, int]) -> None:
    tag = read(iso28560_2.encode({1: SOLARIS, 4: said}))
    assert (tag.parts, tag.part) == expected


def test_a_long_element_has_a_length_of_two_bytes() -> None:
    memory = iso28560_2.encode({1: SOLARIS, 17: "Ж" * 100})
    assert read(memory).elements[-1].text == "Ж" * 100
    with pytest.raises(ValueError, match="do not fit"):
        iso28560_2.encode({1: SOLARIS, 17: "Ж" * 9000})


def test_a_damaged_row_says_so_where_the_dsfid_names_the_model() -> None:
    memory = iso28560_2.encode({1: SOLARIS, 5: "10"})
    twice = memory[:12] + memory[:12]
    assert read_tag(twice, dsfid=0x06) is TagFault.BROKEN_ELEMENTS
    assert read_tag(b"\x05\x01\x10" + bytes(29), dsfid=0x06) is TagFault.NO_ITEM_NUMBER
    assert read_tag(b"\x05\x01\x10" + bytes(29)) is TagFault.UNKNOWN_MODEL


def test_elements_need_a_number_and_known_identifiers() -> None:
    with pytest.raises(ValueError, match="item number"):
        iso28560_2.encode({3: "DK-718500"})
    with pytest.raises(ValueError, match="OID 27"):
        iso28560_2.encode({1: SOLARIS, 27: "x"})


def test_an_owner_that_is_no_isil_is_still_written_and_read() -> None:
    assert read(iso28560_2.encode({1: SOLARIS, 3: "ЦБС-12"})).owner == "ЦБС-12"


def test_an_item_number_alone_ends_where_it_ends() -> None:
    assert read(iso28560_2.encode({1: SOLARIS})).item == SOLARIS
    assert iso28560_2.decode(b"\x11\x02\x01\x01" * 2) is TagFault.BROKEN_ELEMENTS
    assert iso28560_2.decode(b"\x11\x05\x01") is TagFault.TOO_SHORT
    assert iso28560_2.decode(b"\x11") is TagFault.TOO_SHORT


# --- how much to read ------------------------------------------------------------------------------------------------


def test_eight_blocks_are_enough_for_an_ordinary_book() -> None:
    book = iso28560_2.encode({1: SOLARIS, 3: "RU-10015053", 5: "10"}).ljust(112, b"\x00")
    assert bytes_wanted(book[:32]) == 32
    assert bytes_wanted(danish(size=112)[:32]) == 32
    assert bytes_wanted(reverse_blocks(danish(size=112))[:32]) == 32
    assert bytes_wanted(bytes(32)) == 32


def test_an_owner_behind_the_first_blocks_is_fetched_with_just_the_blocks_it_needs() -> None:
    # the library stands after the set information of a long record
    memory = iso28560_2.encode({1: "LIBRARY-ITEM-0001", 4: "1203", 3: "CN-110108-1-NLC"}).ljust(112, b"\x00")
    wanted = bytes_wanted(memory[:16])
    assert 16 < wanted < 48
    for _ in range(9):
        wanted = bytes_wanted(memory[:wanted])
    assert wanted == len(memory.rstrip(b"\x00"))
    assert read(memory[:wanted]).owner == "CN-110108-1-NLC"


def test_a_long_danish_library_number_needs_the_ninth_block() -> None:
    memory = iso28560_3.encode(iso28560_3.Basic(SOLARIS, "DK", "12345678901"), 112)
    assert iso28560_3.BASIC <= bytes_wanted(memory[:32]) <= 64
    assert read(memory[:36]).owner == "DK-12345678901"


@given(
    item=items,
    owner=st.one_of(st.just(""), isils),
    title=st.text("АБВГД ", max_size=40),
    part=st.sampled_from(["", "0302"]),
)
def test_reading_on_as_told_ends_and_gives_what_the_whole_tag_gives(
    item: str, owner: str, title: str, part: str
) -> None:
    values = {oid: text for oid, text in {1: item, 3: owner, 4: part, 17: title, 5: "10"}.items() if text}
    memory = iso28560_2.encode(values).ljust(160, b"\x00")
    have = 32
    while (wanted := bytes_wanted(memory[:have])) > have:
        have = -(-wanted // 4) * 4
    partial, whole = read(memory[:have]), read(memory)
    for name in ("item", "owner", "parts", "part", "usage"):
        assert getattr(partial, name) == getattr(whole, name)


@given(memory=st.binary(max_size=300))
def test_reading_on_always_ends(memory: bytes) -> None:
    have = 0
    for _ in range(200):
        wanted = bytes_wanted(memory[:have])
        if wanted <= have or have >= len(memory):
            return
        have = min(wanted, len(memory))
    raise AssertionError("reads for ever")


# --- other models and nothing at all ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("memory", "fault"),
    [
        (b"", TagFault.TOO_SHORT),
        (bytes(7), TagFault.TOO_SHORT),
        (bytes(112), TagFault.BLANK),
        (b"\xff" * 112, TagFault.BLANK),
        (b"https://example.org/a/long/link!", TagFault.UNKNOWN_MODEL),
    ],
)
def test_what_is_no_library_tag(memory: bytes, fault: TagFault) -> None:
    assert read_tag(memory) is fault
    assert fault.value.endswith(".")


def test_an_older_3m_tag_with_odd_part_numbers_is_one_of_one() -> None:
    memory = b"\x04\x31\x00\x00" + b"200901010123".ljust(16, b"\x00") + bytes(12)
    assert (read(memory).parts, read(memory).part) == (1, 1)
    assert rfid501.decode(memory[:19]) is TagFault.TOO_SHORT
    assert rfid501.decode(memory[:4] + bytes(28)) is TagFault.UNKNOWN_MODEL


# --- compaction ------------------------------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=60))
def test_any_text_is_held_by_the_best_scheme(text: str) -> None:
    scheme, data = iso15962.best(text)
    assert iso15962.expand(scheme, data) == text


@given(st.sampled_from(Scheme), st.text(max_size=40))
def test_a_scheme_gives_back_what_it_took_or_refuses(scheme: Scheme, text: str) -> None:
    try:
        data = iso15962.compact(scheme, text)
    except ValueError:
        return
    assert iso15962.expand(scheme, data) == text


@given(st.text(ISIL_CHARS, min_size=1, max_size=16))
def test_any_library_identifier_comes_back(text: str) -> None:
    assert isil_expand(isil_compact(text)) == text


def test_a_letter_that_no_identifier_has_is_refused() -> None:
    with pytest.raises(ValueError, match="Б"):
        isil_compact("RU-Б")
    assert isil_expand(bytes(64)) is None


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        (Scheme.INTEGER, "007"),
        (Scheme.INTEGER, "7"),
        (Scheme.INTEGER, "1" * 20),
        (Scheme.NUMERIC, "12a"),
        (Scheme.FIVE_BITS, "abc"),
        (Scheme.SIX_BITS, "ABC1234 "),  # its last blank would be taken for filling
        (Scheme.SEVEN_BITS, "é"),
        (Scheme.OCTETS, "Ж"),
        (Scheme.APPLICATION, "x"),
    ],
)
def test_what_a_scheme_cannot_give_back_it_does_not_take(scheme: Scheme, text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be held|can't encode"):
        iso15962.compact(scheme, text)


# --- no bytes at all may raise ---------------------------------------------------------------------------------------


@given(st.binary(max_size=400), st.one_of(st.none(), st.integers(0, 255)), st.sampled_from([1, 4, 8]))
def test_no_memory_raises(memory: bytes, dsfid: int | None, block: int) -> None:
    assert isinstance(read_tag(memory, dsfid, block), TagContent | TagFault)
    assert bytes_wanted(memory, block) >= min(len(memory), 32)


@given(st.binary(max_size=60), st.sampled_from(Scheme))
def test_no_element_raises(data: bytes, scheme: Scheme) -> None:
    iso15962.expand(scheme, data)
    isil_expand(data)
    iso28560_4.decode_uii(data)
    iso28560_2.parse(data)


@given(st.binary(min_size=1, max_size=4), st.integers(0, 111))
def test_a_scratched_tag_never_raises(scratch: bytes, at: int) -> None:
    for whole in (danish(size=112), iso28560_2.encode({1: SOLARIS, 3: "RU-10015053", 5: "10"}).ljust(112, b"\x00")):
        memory = whole[:at] + scratch + whole[at + len(scratch) :]
        assert isinstance(read_tag(memory[:112]), TagContent | TagFault)


@given(
    item=st.one_of(items, st.from_regex(r"[0-9]{6,14}", fullmatch=True)),
    parts=st.integers(1, 6),
    usage=st.sampled_from([0, 1, 2, 7, 8]),
    at=st.integers(0, 33),
    byte=st.integers(0, 255),
    dsfid=st.sampled_from([0x3E, 0x00, None]),
)
def test_one_damaged_byte_never_makes_another_book_of_a_danish_tag(
    item: str, parts: int, usage: int, at: int, byte: int, dsfid: int | None
) -> None:
    memory = bytearray(danish(item, 36, parts=parts, usage=usage))
    memory[at] = byte
    for stored in (bytes(memory), reverse_blocks(bytes(memory))):
        tag = read_tag(stored, dsfid)
        assert isinstance(tag, TagFault) or tag.item == item


@pytest.mark.parametrize(
    "scratched",
    [
        "11060341313233344200000000000000000000c443444b37313835303000000000000000",  # would be 3578533131060
        "12051e413132333435000000000000000000000915444b37313835303000000000000000",  # would be a row of 30 letters
    ],
)
def test_scratches_that_would_make_a_sound_row_of_elements(scratched: str) -> None:
    """Tag A12345 of DK-718500 with one byte wrong."""
    memory = bytes.fromhex(scratched)
    for stored in (memory, reverse_blocks(memory)):
        assert isinstance(read_tag(stored, 0x00), TagFault)
        assert read_tag(stored, 0x3E) is TagFault.BAD_CHECKSUM


def test_a_number_of_one_digit_is_how_a_danish_tag_starts() -> None:
    assert iso28560_2.decode(b"\x11\x01\x01" + bytes(9)) is TagFault.NO_ITEM_NUMBER


def test_a_row_that_is_not_what_it_announces_is_not_believed() -> None:
    memory = iso28560_2.encode({1: SOLARIS, 3: "RU-10015053", 5: "10"})
    at = memory.index(b"\x02\x01")
    assert read_tag(memory[: at + 2] + b"\x80" + memory[at + 3 :]) is TagFault.UNKNOWN_MODEL


def test_a_number_alone_is_believed_if_nothing_else_stands_there() -> None:
    for scheme in (Scheme.NUMERIC, Scheme.INTEGER, Scheme.OCTETS):
        data = iso15962.compact(scheme, SOLARIS)
        memory = bytes((scheme << 4 | 1, len(data))) + data
        assert read(memory.ljust(112, b"\x00")).item == SOLARIS
        assert read_tag(memory.ljust(100, b"\x00").ljust(112, b"x")) is TagFault.UNKNOWN_MODEL


def test_a_tag_filled_to_its_last_byte_needs_no_end() -> None:
    data = iso15962.compact(Scheme.OCTETS, "A-1" * 10)
    assert read(bytes((0x61, 30)) + data).item == "A-1" * 10
