"""The doctor says where nobody tells the station of age marks, and is silent where somebody does."""

from pathlib import Path

import pytest

from config import load_policy, load_station
from kiosk.app.doctor.marks import marks
from kiosk.app.plugins import plugins

FOUND = plugins()
SIP2 = '[abis]\nkind = "sip2"\nhost = "abis.local"\nprofile = "{profile}"\n'
MARKED = 'corrections.items.age_mark = { fields = ["CH"], pattern = "(?P<value>.+)" }\n'
NONE_THERE = 'corrections.items.without_mark = "none"\n'
PLACE = '[station]\nname = "desk-1"\ntime_zone = "Europe/Samara"\n'
LAWLESS = "[lending]\nage_law = false\n"


def told(abis: str, policy: str = "") -> list[str]:
    """What the doctor says of a station with this library system and policy."""
    models = {name: spec.settings for name, spec in FOUND.abis.items()}
    station = load_station(PLACE + abis, Path("station.toml"), {}, models)
    rules = load_policy("schema = 1\nversion = 1\n" + policy, "policy.toml")
    return [finding.sentence for finding in marks(station, rules, FOUND)]


@pytest.mark.parametrize("profile", ["standard", "koha", "evergreen", "invenio"])
def test_a_profile_that_tells_no_marks_is_named(profile: str) -> None:
    (sentence,) = told(SIP2.format(profile=profile))
    assert profile in sentence


@pytest.mark.parametrize(
    ("abis", "policy"),
    [
        ('[abis]\nkind = "local"\n', ""),
        (SIP2.format(profile="open-library-kiosk"), ""),
        (SIP2.format(profile="koha") + MARKED, ""),
        (SIP2.format(profile="koha") + NONE_THERE, ""),
        (SIP2.format(profile="koha"), LAWLESS),
    ],
    ids=["our store", "our server", "a correction that finds them", "no marked items at all", "no law"],
)
def test_where_marks_are_told_or_no_law_there_is_nothing_to_say(abis: str, policy: str) -> None:
    assert told(abis, policy) == []


def test_without_a_policy_that_can_be_read_there_is_nothing_to_say() -> None:
    models = {name: spec.settings for name, spec in FOUND.abis.items()}
    station = load_station(PLACE + SIP2.format(profile="koha"), Path("station.toml"), {}, models)
    assert list(marks(station, None, FOUND)) == []
