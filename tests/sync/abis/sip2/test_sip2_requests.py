"""What is said to an ABIS, byte for byte, by hand from the standard; and what is never said."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.abis.sip2.profile import load, shipped
from sync.abis.sip2.requests import Request, Requests, Terms, sendable
from sync.sip2.encoder import NotEncodable, encode
from sync.sip2.messages import MESSAGES
from sync.sip2.values import Encoding, Summary

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 20, 7, 33, 23, tzinfo=UTC)
DAY = "20261120    103323"
TERMS = Terms("sip1", "sippw1", "kiosk1", "CPL", "term", "MPL")


def requests(profile: str, terms: Terms = TERMS, **corrections: object) -> Requests:
    return Requests(load(profile, corrections), terms, MOSCOW)


def line(request: Request) -> str:
    return encode(request.code, request.fixed, request.fields).decode().removesuffix("\r")


ASKED: list[tuple[Callable[[Requests], Request], str]] = [
    (lambda ask: ask.login(), "9300CNsip1|COsippw1|CPkiosk1|"),
    (lambda ask: ask.status(), "9900802.00"),
    (lambda ask: ask.item_info("B1", NOW), f"17{DAY}AOCPL|ABB1|ACterm|"),
    (
        lambda ask: ask.checkout("P1", "B1", NOW, fee_accepted=False),
        f"11NN{DAY}{DAY}AOCPL|AAP1|ABB1|BON|ACterm|",
    ),
    (
        lambda ask: ask.checkout("P1", "B1", NOW, fee_accepted=True),
        f"11NN{DAY}{DAY}AOCPL|AAP1|ABB1|BOY|ACterm|",
    ),
    (lambda ask: ask.checkin("B1", NOW), f"09N{DAY}{DAY}APMPL|AOCPL|ABB1|ACterm|"),
    (lambda ask: ask.renew("P1", "B1", NOW), f"29NN{DAY}{DAY}AOCPL|AAP1|ABB1|BON|ACterm|"),
    (
        lambda ask: ask.patron("P1", NOW, Summary.CHARGED_ITEMS, (1, 50), "1234"),
        f"63000{DAY}  Y       AOCPL|AAP1|AD1234|BP1|BQ50|ACterm|",
    ),
    (lambda ask: ask.patron("P1", NOW, Summary.HOLD_ITEMS), f"63000{DAY}Y         AOCPL|AAP1|ACterm|"),
    (lambda ask: ask.end_session("P1", NOW), f"35{DAY}AOCPL|AAP1|ACterm|"),
]


@pytest.mark.parametrize(("ask", "expected"), ASKED, ids=[expected[:2] for _, expected in ASKED])
def test_what_koha_hears(ask: Callable[[Requests], Request], expected: str) -> None:
    """AC stands last: the tail of a last field is stripped there. AD stands in none without a PIN."""
    assert line(ask(requests("koha"))) == expected


def test_what_must_stand_even_empty() -> None:
    """Servers answer 96 where AC or AD is absent; others count an empty AD as a wrong PIN: a site says which."""
    ask = requests("standard", Terms(), sending={"always": ["AC", "AD"]})
    assert line(ask.item_info("B1", NOW)) == f"17{DAY}AO|ABB1|AC|"
    assert line(ask.checkin("B1", NOW)) == f"09N{DAY}{DAY}AP|AO|ABB1|AC|"
    assert line(ask.checkout("P1", "B1", NOW, fee_accepted=False)) == f"11NN{DAY}{DAY}AO|AAP1|ABB1|BON|AD|AC|"
    assert line(ask.login()) == "9300CN|CO|"
    assert line(requests("standard", Terms()).end_session("P1", NOW)) == f"35{DAY}AO|AAP1|AC|"


def test_dates_in_utc_and_terminals_without_a_place() -> None:
    ask = requests("standard", wire={"zone": "utc"}, sending={"location": False})
    assert line(ask.item_info("B1", NOW)).startswith("1720261120   Z073323AO")
    assert line(ask.login()) == "9300CNsip1|COsippw1|"


TEXTS = st.text(max_size=30)


@given(card=TEXTS, item=TEXTS, pin=st.none() | TEXTS, name=st.sampled_from(shipped()), fee=st.booleans())
def test_what_is_never_said(card: str, item: str, pin: str | None, name: str, fee: bool) -> None:
    ask = requests(name)
    profile = ask.profile
    every = [
        ask.checkout(card, item, NOW, fee_accepted=fee),
        ask.checkin(item, NOW),
        ask.renew(card, item, NOW),
        ask.item_info(item, NOW),
        ask.patron(card, NOW, Summary.CHARGED_ITEMS, (1, 5), pin),
        ask.end_session(card, NOW),
    ]
    for request in every:
        names = {field for field, _ in request.fields}
        assert "BI" not in names
        assert names <= {*profile.sending.allowed, *MESSAGES[request.code].required}
        assert request.fixed.get("no_block", "N") == "N"
        assert request.fields[-1][0] == "AC"
        assert request.changes is (request.code in ("11", "09", "29"))


@given(text=st.text(max_size=300), encoding=st.sampled_from(Encoding))
def test_sendable_is_what_the_encoder_takes(text: str, encoding: Encoding) -> None:
    fixed = {"transaction_date": DAY}
    try:
        encode("17", fixed, [("AO", ""), ("AB", text), ("AC", "")], encoding=encoding)
    except NotEncodable:
        assert not sendable(text, encoding)
    else:
        assert sendable(text, encoding) is (text != "")
