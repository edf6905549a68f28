"""A desk without a pad: whether books are counted, and whether a magnetic unit stands beside the screen."""

import pytest
from pydantic import BaseModel

from config import ConfigFault, load_policy, load_station
from kiosk.domain.rules import Trust
from kiosk.domain.strips import EmUnit

HEAD = "schema = 1\nversion = 1\n"
STATION = '[station]\nname = "desk-1"\ntime_zone = "Europe/Moscow"\n{}\n[abis]\nkind = "none"\n'


class Nothing(BaseModel):
    """A library system that is told nothing."""


def unit(line: str) -> EmUnit:
    return load_station(STATION.format(line), "station.toml", {}, {"none": Nothing}).em_unit


def test_readers_are_trusted_where_nothing_else_is_said() -> None:
    rules = load_policy(HEAD, "policy.toml").rules
    assert (rules.trust_loans, rules.trust_returns) == (Trust.TRUST, Trust.TRUST)


def test_loans_and_returns_are_counted_each_by_itself() -> None:
    rules = load_policy(HEAD + '[barcode_desk]\nloans = "count"\n', "policy.toml").rules
    assert (rules.trust_loans, rules.trust_returns) == (Trust.COUNT, Trust.TRUST)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('loans = "always"', 'policy.toml:4: barcode_desk.loans = "always" is unknown'),
        ("returns = true", "policy.toml:4: barcode_desk.returns"),
        ('lones = "count"', "policy.toml:4: barcode_desk.lones"),
    ],
)
def test_what_is_wrong_with_the_barcode_desk_is_said(line: str, told: str) -> None:
    with pytest.raises(ConfigFault) as fault:
        load_policy(f"{HEAD}[barcode_desk]\n{line}\n", "policy.toml")
    assert told in str(fault.value)


def test_a_magnetic_unit_is_what_the_machine_has() -> None:
    assert unit("") is EmUnit.NONE
    assert unit('em_unit = "none"') is EmUnit.NONE
    assert unit('em_unit = "by_hand"') is EmUnit.BY_HAND
    assert unit('em_unit = "by_hand_both_ways"') is EmUnit.BY_HAND_BOTH_WAYS


@pytest.mark.parametrize("said", ['"serial"', '"by hand"', "true"])
def test_a_unit_on_a_wire_is_not_known(said: str) -> None:
    with pytest.raises(ConfigFault) as fault:
        unit(f"em_unit = {said}")
    assert "station.toml:4: station.em_unit" in str(fault.value)
    assert "by_hand" in str(fault.value)
