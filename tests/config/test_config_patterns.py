"""Patterns of barcodes: a scan can never hang the station, and cards and items can be told apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ConfigFault, load_policy
from config.patterns import Refused, checked, swallows
from kiosk.domain.barcodes import LONGEST, Scanned, classify
from kiosk.domain.rules import Rules

TAKEN = [
    r"2\d{13}", ".{3,64}", r"Ч-\d{1,5}", r"\d{1,7}", r"(?:30|31)\d{12}", r"\d+-\d+", "(?i)ab[c-f]+", "[^-]+-[A-Z]?",
    r"^\d{4}$", r"(\d{4}-){3}\d", ".*",
]  # fmt: skip
DANGEROUS = [
    "(a+)+$", "(a*)*", "(a|a)*", "(a|ab)+", "(a?){30}a{30}", "(.*a){12}", r"(\d+\s?)+", "a?" * 40, "(x|x)" * 30,
    ".*.*.*.*=.*", "((a{1,30}){1,30}){1,30}",
]  # fmt: skip


@pytest.mark.parametrize("pattern", TAKEN)
def test_patterns_of_libraries_are_taken(pattern: str) -> None:
    assert checked(pattern) == pattern


@pytest.mark.parametrize("pattern", DANGEROUS)
def test_a_pattern_that_could_hang_the_station_is_refused_in_words(pattern: str) -> None:
    with pytest.raises(Refused, match="repeat"):
        checked(pattern)


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)a", "(?<!a)b", "(?>a+)a", "a++", "(?(1)a|b)", "(?i:a)", r"a\b"])
def test_what_is_more_than_a_plain_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(Refused):
        checked(pattern)


plain = st.recursive(
    st.sampled_from(["a", "b", "[ab]", ".", r"\d", "[^a]", "1"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda both: f"(?:{both[0]}|{both[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{2,}"])).map(lambda p: f"(?:{p[0]}){p[1]}"),
    ),
    max_leaves=6,
)


@given(plain)
def test_what_is_taken_never_takes_long(pattern: str) -> None:
    """Texts that almost fit are the worst; a dangerous pattern would run into the time limit of the test."""
    try:
        checked(pattern)
    except Refused:
        return
    for text in ("a" * (LONGEST - 1) + "!", "ab1" * (LONGEST // 3) + "!"):
        re.fullmatch(pattern, text)


@pytest.mark.parametrize(
    ("card", "item"),
    [
        (".*", ".{3,64}"),
        (r"\d+", r"\d{4}"),
        (".*", ".*"),
        (r"\w{1,20}", r"[A-Z]\d{3}"),
        ("(?i)a+", "[aA]{2}"),
        ("[0-9]+", r"\d{4}"),
    ],
)
def test_a_card_that_is_every_item_is_seen(card: str, item: str) -> None:
    assert swallows(card, item)


@pytest.mark.parametrize(
    ("card", "item"),
    [(r"2\d{13}", ".{3,64}"), (r"\d{4}", r"\d+"), (r"Ч-\d{1,5}", r"\d{1,7}"), ("a+", "[aA]{2}")],
)
def test_items_that_are_no_cards_leave_both_in_peace(card: str, item: str) -> None:
    assert not swallows(card, item)


@given(plain, plain, st.text("ab1!", max_size=5))
def test_nothing_that_only_an_item_fits_is_swallowed(card: str, item: str, text: str) -> None:
    if re.fullmatch(item, text) and not re.fullmatch(card, text):
        assert not swallows(card, item)


@given(plain)
def test_every_pattern_swallows_itself(pattern: str) -> None:
    assert swallows(pattern, pattern)


def test_a_policy_that_takes_every_item_for_a_card_is_refused_by_both_names() -> None:
    text = "schema = 1\nversion = 1\n[readers]\ncard = '\\d+'\n[lending]\nitem = '\\d{4}'\n"
    with pytest.raises(ConfigFault) as told:
        load_policy(text, "policy.toml")
    assert 'policy.toml:4: readers.card = "\\\\d+" fits every text that lending.item (line 6) fits' in str(told.value)
    with pytest.raises(ConfigFault, match=r"policy\.toml:4: readers\.card .* fits every text that lending\.item fits"):
        load_policy("schema = 1\nversion = 1\n[readers]\ncard = '.*'\n", "policy.toml")


def test_a_policy_with_a_dangerous_pattern_is_refused_by_its_line() -> None:
    text = "schema = 1\nversion = 1\n[lending]\nitem = '(a+)+$'\n"
    with pytest.raises(ConfigFault, match=r"policy\.toml:4: lending\.item = \"\(a\+\)\+\$\" is wrong: repeats"):
        load_policy(text, "policy.toml")


def test_a_text_longer_than_any_barcode_is_nothing_we_know() -> None:
    rules = Rules(card_pattern=".*", item_pattern=".*")
    assert classify("1" * LONGEST, rules) is Scanned.CARD
    assert classify("1" * (LONGEST + 1), rules) is Scanned.UNKNOWN
