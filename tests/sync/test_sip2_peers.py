"""Peers nobody here wrote, on the same bytes: the `Sip2` client and the codec of `pysip2`."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysip2
import pytest
from pysip2.models import MESSAGE_SPECS_BY_ID
from Sip2.sip2 import Sip2  # type: ignore[import-untyped]

from sync.sip2 import MESSAGES, Checksum, Encoding, Fault, FaultKind, Framer, Message, Sender, decode, encode

RECORDED = Path(__file__).parents[1] / "golden" / "sip2" / "exchanges.jsonl"
EXCHANGES = [json.loads(line) for line in RECORDED.read_text().splitlines()]
NOW = "20261120    073323"


def recorded(side: str) -> list[bytes]:
    sent = (exchange.get(side, "").encode("latin-1") + b"\r" for exchange in EXCHANGES)
    return [frame for each in sent for frame in Framer().feed(each)]


# --- the Sip2 client ------------------------------------------------------------------------------------------------

REQUESTS: dict[str, Callable[[Sip2], str]] = {
    "01": lambda client: client.sip_block_patron_request("left behind"),
    "09": lambda client: client.sip_checkin_request("B0003"),
    "11": lambda client: client.sip_checkout_request("B0003"),
    "15": lambda client: client.sip_hold_request("+", itemIdentifier="B0003", holdType=2, expirationDate=1_800_000_000),
    "17": lambda client: client.sip_item_information_request("B0003"),
    "19": lambda client: client.sip_item_status_update_request("B0003", "props"),
    "23": lambda client: client.sip_patron_status_request(),
    "25": lambda client: client.sip_patron_enable_request(),
    "29": lambda client: client.sip_renew_request("B0003"),
    "35": lambda client: client.sip_end_patron_session_request(),
    "37": lambda client: client.sip_fee_paid_request(4, 0, "12.50", currencyType="RUB"),
    "63": lambda client: client.sip_patron_information_request("charged"),
    "93": lambda client: client.sip_login_request("kiosk", "secret"),
    "97": lambda client: client.sip_sc_resend_request(),
    "99": lambda client: client.sip_sc_status_request(),
}
ANSWERS: dict[str, Callable[[Sip2, str], dict[str, Any]]] = {
    "10": Sip2.sip_checkin_response,
    "12": Sip2.sip_checkout_response,
    "18": Sip2.sip_item_information_response,
    "20": Sip2.sip_item_status_update_response,
    "24": Sip2.sip_patron_status_response,
    "26": Sip2.sip_patron_enable_response,
    "30": Sip2.sip_renew_response,
    "36": Sip2.sip_end_patron_session_response,
    "38": Sip2.sip_fee_paid_response,
    "64": Sip2.sip_patron_information_response,
    "66": Sip2.sip_renew_all_response,
    "94": Sip2.sip_login_response,
    "98": Sip2.sip_sc_status_response,
}
"""Not 16, where this client takes the first fields for an expiration date, and not 96, which it does not read."""


class Client(Sip2):  # type: ignore[misc]  # untyped
    def __del__(self) -> None:
        """The original prints that it was unset, into whatever is being printed by then."""


@pytest.fixture
def client() -> Sip2:
    client = Client()
    client.log = logging.getLogger("sip2 client")
    client.institutionId, client.scLocation, client.patron, client.patronpwd = "ЦБС", "Зал 1", "P0001", "1234"
    return client


def test_every_request_of_the_standard_is_asked_of_the_client() -> None:
    assert REQUESTS.keys() == {code for code, layout in MESSAGES.items() if layout.sender is Sender.SC} - {"65"}


def test_the_date_this_client_forgets_in_renew_all_is_missed_by_name(client: Sip2) -> None:
    client.institutionId = "CPL"
    message = decode(client.sip_renew_all_request().encode())
    assert (message.code, message.checksum) == ("65", Checksum.GOOD)
    assert Fault(FaultKind.FIXED_FIELD_ODD, "transaction_date") in message.faults


@pytest.mark.parametrize("code", REQUESTS)
def test_requests_of_the_client_are_read(code: str, client: Sip2) -> None:
    client.institutionId = client.scLocation = "CPL"
    request = REQUESTS[code](client)
    message = decode(request.encode())
    assert message.code == code
    assert message.faults == ()
    assert message.checksum is Checksum.GOOD
    assert (message.sequence is None) == (code == "97")
    if code in ("09", "11", "17", "29"):
        assert message.get("AB") == "B0003"


@pytest.mark.parametrize("code", REQUESTS)
@pytest.mark.parametrize("encoding", [Encoding.UTF_8, Encoding.CP1251, Encoding.CP866])
def test_cyrillic_requests_are_read_with_the_clients_checksums_off(code: str, encoding: Encoding, client: Sip2) -> None:
    client.withCrc = client.withSeq = False
    message = decode(REQUESTS[code](client).encode(encoding), encoding)
    assert (message.code, message.faults, message.checksum) == (code, (), Checksum.ABSENT)
    if "AO" in MESSAGES[code].required:
        assert message.get("AO") == "ЦБС"


def test_checksum_over_characters_is_told_apart(client: Sip2) -> None:
    assert decode(client.sip_item_information_request("B0003").encode()).checksum is Checksum.BAD
    client.institutionId = "CPL"
    assert decode(client.sip_item_information_request("B0003").encode()).checksum is Checksum.GOOD


def answer(code: str, text: str, sequence: int | None) -> bytes:
    """An answer of ours with every field of its message."""
    layout = MESSAGES[code]
    plain = {1: "Y", 2: "01", 3: "001", 4: "0001", 10: " " * 10, 14: " " * 14, 18: NOW}
    fixed = {field.name: plain[field.width] for field in layout.fixed}
    fixed |= {name: "1" for name in ("ok", "item_properties_ok") if name in fixed}
    fixed |= {"protocol_version": "2.00"} if "protocol_version" in fixed else {}
    exact = {"BH": "RUB", "BX": "Y" * 16, "CJ": NOW, "CM": NOW, "BW": NOW, "BT": "04", "CK": "001"}
    exact |= dict.fromkeys(("BL", "CQ", "CI"), "Y") | dict.fromkeys(("BZ", "CA", "CB"), "0005")
    names = sorted(layout.required | layout.optional)
    return encode(code, fixed, [(name, exact.get(name, text)) for name in names], sequence=sequence)


def assert_client_agrees(theirs: dict[str, Any], ours: Message) -> None:
    assert list(theirs["fixed"].values()) == list(ours.fixed.values())
    fields = {name: values for name, values in theirs["variable"].items() if name not in ("Raw", "AY", "AZ", "")}
    assert fields == {name: [value for each, value in ours.fields if each == name] for name, _ in ours.fields}


@pytest.mark.parametrize("code", ANSWERS)
@pytest.mark.parametrize(("text", "sequence"), [("Dune", 7), ("Мы", None)], ids=["sealed", "Cyrillic, unsealed"])
def test_answers_of_ours_are_read_by_the_client(code: str, text: str, sequence: int | None, client: Sip2) -> None:
    client.withCrc = sequence is not None
    line = answer(code, text, sequence).decode()
    assert client._crc_verify(line)
    if client.withCrc:
        assert client._crc_calc(line[:-5]) == line[-5:-1]
    assert_client_agrees(ANSWERS[code](client, line), decode(line.encode()))


def test_client_and_we_read_the_recorded_answers_alike(client: Sip2) -> None:
    agreed = 0
    for frame in recorded("response"):
        message = decode(frame)
        if message.code in ANSWERS and not message.broken:
            client.withCrc = message.checksum is not Checksum.ABSENT
            assert_client_agrees(ANSWERS[message.code](client, frame.decode() + "\r"), message)
            agreed += 1
    assert agreed == 75


# --- pysip2 ---------------------------------------------------------------------------------------------------------


def assert_pysip2_agrees(theirs: pysip2.SIPMessage, ours: Message) -> None:
    for field in MESSAGE_SPECS_BY_ID[ours.code].fields:
        value = getattr(theirs, field.name)
        if field.field_id is None:
            assert value == ours.fixed[field.name]
        elif field.repeatable:
            assert list(value) == [each for name, each in ours.fields if name == field.field_id]
        else:
            assert value == ours.get(field.field_id)


@pytest.mark.parametrize(("side", "read"), [("request", 86), ("response", 75)])
def test_pysip2_and_we_read_the_recorded_frames_alike(side: str, read: int) -> None:
    agreed = 0
    for frame in recorded(side):
        message = decode(frame)
        try:
            theirs = pysip2.decode_message(frame + b"\r", encoding="utf-8")
        except pysip2.SIP2Error:
            assert message.faults or message.all("CK") != ("",)  # it raises where we name a fault, and at an empty CK
        else:
            assert_pysip2_agrees(theirs.message, message)
            assert theirs.sequence_number == message.sequence
            agreed += 1
    assert agreed >= read
