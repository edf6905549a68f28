"""What the ABIS says of itself, and what is made of it: patience, abilities, complaints for staff."""

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.health import State
from kiosk.domain.ids import CardNumber, ItemId, Secret, TxnId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.refusal import Reason
from sync.abis.sip2.breaker import PAUSES, Breaker
from sync.abis.sip2.profile import load
from sync.abis.sip2.status import AbisStatus, assumed, read_status
from sync.sip2.codec import decode

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 20, 7, 33, 23, tzinfo=UTC)
ALL = frozenset({"11", "09", "63", "35", "17", "29"})
KOHA = "98YYYYNN10000520261120    1033232.00AOCPL|BXYYYYYYYYYYYNYYYY|"


def status(text: str, **corrections: Any) -> AbisStatus:
    return read_status(decode(text.encode()), load("standard", corrections), MOSCOW, NOW)


def test_koha_says_ten_seconds() -> None:
    assert status(KOHA) == AbisStatus(10.0, ALL)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("100", 10), (" 10", 5), ("001", 5), ("000", 20), ("999", 20), ("600", 20), ("   ", 20), ("abc", 20)],
)
def test_patience_keeps_within_what_a_reader_bears(said: str, seconds: float) -> None:
    assert status(KOHA.replace("NN100", f"NN{said}")).answer == seconds


def test_patience_of_the_profile_wins() -> None:
    assert status(KOHA, timing={"answer": 7}).answer == 7
    assert assumed(load("standard", {"timing": {"answer": 7}})).answer == 7
    assert assumed(load("standard")) == AbisStatus(20, ALL)


def test_abilities_are_what_is_said_and_corrected() -> None:
    without_renewal = KOHA.replace("BXYYYYYYYYYYYNYYYY", "BXYYYYYYYYYYYNYYNN")
    assert status(without_renewal).able == ALL - {"29"}
    assert status(without_renewal, abilities={"has": ["29"]}).able == ALL
    assert status(KOHA, abilities={"lacks": ["17"]}).able == ALL - {"17"}
    assert status(KOHA.replace("BXYYYYYYYYYYYNYYYY", "BX")).able == ALL


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("98Y", "98N"), "off line"),
        (("98YY", "98YN"), "does not let this station lend or take back"),
        (("98YYY", "98YYN"), "does not let this station lend or take back"),
        (("BXYYY", "BXYNY"), "does not do 11"),
        (("20261120    103323", "20261120    073323"), "differs from ours by 180 minutes"),
    ],
)
def test_complaints_for_staff(change: tuple[str, str], words: str) -> None:
    assert words in status(KOHA.replace(*change, 1)).complaint


def test_a_clock_some_minutes_off_is_no_complaint() -> None:
    message = decode(KOHA.encode())
    for minutes in (-5, 5):
        assert not read_status(message, load("standard"), MOSCOW, NOW + timedelta(minutes=minutes)).complaint


def test_what_the_abis_does_not_do_is_not_asked(world: ModuleType) -> None:
    lacks = {"abilities": {"lacks": ["17", "29", "35"]}}
    with world.line() as (line, _), world.desk(line.port, corrections=lacks) as abis:
        item, card = ItemId("B1"), CardNumber("P1")
        assert abis.item_info(item) == ItemInfo(item, standing=Standing.OTHER)
        assert abis.renew(TxnId("t"), card, item, world.NOW).reason is Reason.NOT_RENEWABLE
        abis.end_session(card)
        assert abis.identify(card, Secret("1234"))
        assert not line.count("17") + line.count("29") + line.count("35")
        assert abis.health().state is State.DEGRADED
        assert "does not do 17" in abis.health().sentence


def test_breaker_pauses_grow_and_end() -> None:
    breaker, now = Breaker(), 100.0
    assert breaker.wait(now) == 0
    for pause in (*PAUSES, PAUSES[-1], PAUSES[-1]):
        breaker.failed(now)
        assert breaker.wait(now) == pause
        assert breaker.wait(now + pause) == 0
        now += pause
    breaker.succeeded()
    assert breaker.wait(now) == 0
    breaker.failed(now, unconnected=True)
    assert breaker.wait(now) == PAUSES[1]


def test_neither_pin_nor_name_nor_card_reaches_a_log(world: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with world.line() as (line, _), world.desk(line.port, terminal_password="551177") as abis:
        abis.identify(CardNumber("P1"), Secret("739164"))
        abis.identify(CardNumber("21234000024172"), Secret("1234"))
        abis.checkout(TxnId("t"), CardNumber("21234000024172"), ItemId("B1"), world.NOW)
        abis.checkout(TxnId("t"), CardNumber("P1"), ItemId("B1"), world.NOW)
    assert "Солярис".encode().decode("latin-1") in caplog.text
    for secret in ("739164", "551177", "21234000024172", "Иванова", "Иванова".encode().decode("latin-1"), "COsecret"):
        assert secret not in caplog.text


@pytest.mark.parametrize("asked_for", [False, True], ids=["masked", "for set-up"])
def test_what_the_system_says_in_words_is_logged_only_where_the_station_was_told_to(
    world: ModuleType, caplog: pytest.LogCaptureFixture, asked_for: bool
) -> None:
    """It may name a reader, or what they read."""

    class Talkative(world.SmallLibrary):  # type: ignore[misc, name-defined]
        def _checkout(self, card: str, item: str) -> str:
            return f"{super()._checkout(card, item)}AFIvanova, no more books, please|"

    caplog.set_level("DEBUG")
    with world.line(library=Talkative()) as (line, _), world.desk(line.port, log_texts=asked_for) as abis:
        abis.checkout(TxnId("t"), CardNumber("P1"), ItemId("B9"), world.NOW)
    assert ("Ivanova" in caplog.text) is asked_for
    assert "|AF***|" in caplog.text or asked_for
