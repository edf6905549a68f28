"""Tags, frames and checksums from public sources (named in tests/golden/rfid/vectors.json) read as their owners say."""

import json
from pathlib import Path
from typing import Any

import pytest

from devices.drivers.feig import codec
from devices.tags import iso15962, iso28560_2, iso28560_3, iso28560_4
from devices.tags.content import Model, TagContent, Usage, item_number
from devices.tags.crc import crc_air, crc_tag
from devices.tags.detect import read_tag
from devices.tags.isil import isil_compact, isil_expand
from devices.tags.iso15962 import Scheme

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "golden" / "rfid" / "vectors.json").read_text(encoding="utf-8")
)
NOT_TAGS_OR_FEIG = {
    "3m-crc": "checksum of 3M pads, which have no driver yet",
    "modbus-rtu": "door relays, which have no driver yet",
    "usb-relay-lcus": "door relays, which have no driver yet",
    "codabar14-mod10": "barcodes: tested with the barcode rules of the domain",
    "atr": "PC/SC card readers, which have no driver yet",
}
"""Kinds of this file that belong to other devices; named here so that none is passed over silently."""
SCHEMES = {
    "compaction-int": Scheme.INTEGER,
    "compaction-num": Scheme.NUMERIC,
    "compaction-b5": Scheme.FIVE_BITS,
    "compaction-b6": Scheme.SIX_BITS,
    "compaction-b7": Scheme.SEVEN_BITS,
}
READ_HERE = {
    "iso28560-2",
    "iso28560-3",
    "iso28560-4",
    "isil-compaction",
    "rfid501-3m",
    "crc16-ccitt-false",
    "iso15693-air",
    "feig-frame",
    *SCHEMES,
}


def of(*kinds: str) -> Any:
    chosen = [vector for vector in VECTORS if vector["kind"] in kinds]
    return pytest.mark.parametrize("vector", chosen, ids=[f"{vector['kind']}:{vector['id']}" for vector in chosen])


def raw(vector: dict[str, Any]) -> bytes:
    return bytes.fromhex(vector["hex"])


def test_every_vector_is_read_here_or_its_kind_is_named_as_another_devices() -> None:
    assert {vector["kind"] for vector in VECTORS} == READ_HERE | NOT_TAGS_OR_FEIG.keys()


@of("iso28560-2")
def test_elements_of_published_and_real_tags(vector: dict[str, Any]) -> None:
    tag = read_tag(raw(vector), dsfid=0x00)
    assert isinstance(tag, TagContent)
    assert tag.model is Model.ISO_28560_2
    by_oid = {element.oid: element for element in tag.elements}
    for oid, expected in vector["expect"].items():
        element = by_oid.pop(int(oid))
        if element.oid == iso28560_2.Oid.CONTENT:
            assert list(iso28560_2.content_oids(element)) == expected
        else:
            assert element.text == str(expected).removeprefix("0x")
    assert by_oid.keys() <= {iso28560_2.Oid.CONTENT}


@of("iso28560-2")
def test_elements_written_again_say_the_same(vector: dict[str, Any]) -> None:
    tag = read_tag(raw(vector))
    assert isinstance(tag, TagContent)
    texts = {e.oid: e.text for e in tag.elements if e.oid != iso28560_2.Oid.CONTENT and e.text is not None}
    again = read_tag(iso28560_2.encode(texts))
    assert isinstance(again, TagContent)
    assert (again.item, again.owner, again.parts, again.part, again.usage) == (
        tag.item,
        tag.owner,
        tag.parts,
        tag.part,
        tag.usage,
    )
    contents = [iso28560_2.content_oids(e) for one in (tag, again) for e in one.elements if e.oid == 2]
    assert contents[0] == contents[1]


def test_what_a_kiosk_takes_from_the_standards_own_example_and_from_a_finnish_tag() -> None:
    example, _, finnish = (read_tag(raw(vector)) for vector in VECTORS if vector["kind"] == "iso28560-2")
    assert isinstance(example, TagContent)
    assert (example.item, example.owner, example.parts, example.part) == ("123456789012", "US-InU-Mu", 12, 3)
    assert isinstance(finnish, TagContent)
    assert (finnish.item, finnish.owner, finnish.usage) == ("1620168259", "FI-Mamk-M", Usage.CIRCULATION)


@of("iso28560-3")
def test_danish_tags(vector: dict[str, Any]) -> None:
    expect = vector["expect"]
    basic = iso28560_3.parse(raw(vector))
    assert isinstance(basic, iso28560_3.Basic)
    assert basic.item == expect["pii"]
    assert basic.library == expect["isil"].removeprefix("DK-")
    assert basic.country == expect.get("country", "DK")
    assert (basic.parts, basic.part, basic.version, basic.usage) == (1, 1, 1, 1)
    tag = read_tag(raw(vector))
    assert isinstance(tag, TagContent)
    assert (tag.model, tag.item) == (Model.ISO_28560_3, expect["pii"])
    assert tag.owner == f"{basic.country}-{basic.library}"


@of("iso28560-3")
def test_danish_tags_are_written_byte_for_byte(vector: dict[str, Any]) -> None:
    basic = iso28560_3.parse(raw(vector))
    assert isinstance(basic, iso28560_3.Basic)
    assert iso28560_3.encode(basic, size=len(raw(vector))) == raw(vector)


@of("iso28560-4")
def test_uhf_identifier(vector: dict[str, Any]) -> None:
    bank = raw(vector)
    assert bank[:2].hex() == vector["expect"]["pc"]
    assert iso28560_4.decode_uii(bank[2:]) == vector["expect"]["uii"]


@of("isil-compaction")
def test_library_identifiers(vector: dict[str, Any]) -> None:
    assert isil_expand(raw(vector)) == vector["expect"]
    assert isil_expand(isil_compact(vector["expect"])) == vector["expect"]


def test_two_rows_of_bytes_may_be_one_library() -> None:
    assert isil_expand(bytes.fromhex("1b81e120104ac1832267")) == "CN-120104-C-YBL"


@of(*SCHEMES)
def test_compaction_both_ways(vector: dict[str, Any]) -> None:
    scheme = SCHEMES[vector["kind"]]
    assert iso15962.expand(scheme, raw(vector)) == vector["expect"]
    assert iso15962.compact(scheme, vector["expect"]) == raw(vector)


@of("rfid501-3m")
def test_older_3m_tag(vector: dict[str, Any]) -> None:
    tag = read_tag(raw(vector))
    assert isinstance(tag, TagContent)
    assert (tag.model, tag.item) == (Model.RFID_501, vector["expect"]["content"])
    assert (tag.part, tag.parts) == (vector["expect"]["set"], vector["expect"]["total"])


@of("crc16-ccitt-false")
def test_checksum_of_the_danish_model(vector: dict[str, Any]) -> None:
    assert crc_tag(raw(vector)) == int(vector["expect"], 16)


@of("iso15693-air")
def test_checksum_on_the_air(vector: dict[str, Any]) -> None:
    frame = raw(vector)
    assert crc_air(frame[:-2]) == int.from_bytes(frame[-2:], "little")


@of("feig-frame")
def test_frames_of_the_host_protocol(vector: dict[str, Any]) -> None:
    (frame,) = codec.Framer().feed(raw(vector))
    assert (frame.address, frame.body) == (0xFF, codec.inventory())
    assert codec.advanced(frame.body) == raw(vector)


def test_an_item_number_is_never_blank_or_unprintable() -> None:
    assert item_number(" 1234\x00\x00") == "1234"
    assert item_number("12\x0734") is None
    assert item_number("\x00 ") is None
    assert item_number(None) is None
