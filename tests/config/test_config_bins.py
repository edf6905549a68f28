"""`[[bins]]` of the policy."""

import pytest

from config import ConfigFault, load_policy
from kiosk.domain.bins import Colour, Picture, Takes

HEAD = "schema = 1\nversion = 1\n"


def test_a_bin_has_a_number_names_a_place_and_what_it_takes() -> None:
    (holds,) = load_policy(
        HEAD
        + """[[bins]]
number = "3"
name = { ru = "Заявки", en = "Requests" }
place = { ru = "справа" }
colour = "violet"
picture = "request"
takes = ["hold", "other_branch"]
sort_bins = ["H1"]
locations = ["LES"]
collections = ["CHILD"]
""",
        "policy.toml",
    ).rules.bins
    assert (holds.number, holds.name("en"), holds.place("en"), holds.colour) == (
        "3", "Requests", "справа", Colour.VIOLET,
    )  # fmt: skip
    assert holds.picture is Picture.REQUEST
    assert holds.takes == {Takes.HOLD, Takes.OTHER_BRANCH}
    assert (holds.sort_bins, holds.locations, holds.collections) == ({"H1"}, {"LES"}, {"CHILD"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[bins]]\nnumber = "1"\n[[bins]]\nnumber = "1"\n', "given twice"),
        ('[[bins]]\nnumber = "1"\ntakes = ["everything"]\n', "everything"),
        ('[[bins]]\nnumber = "1"\npicture = "cat"\n', "cat"),
        ('[[bins]]\nnumber = "1"\nname = { de = "Regal" }\n', "de"),
        ('[[bins]]\nname = { ru = "Полки" }\n', "number"),
        ("".join(f'[[bins]]\nnumber = "{n}"\n' for n in range(25)), "24"),
    ],
)
def test_what_is_wrong_with_a_bin_is_said(text: str, told: str) -> None:
    with pytest.raises(ConfigFault) as fault:
        load_policy(HEAD + text, "policy.toml")
    assert told in str(fault.value)
