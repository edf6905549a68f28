"""THIRD-PARTY.md names every library and asset, and nothing that a town or a vendor could not ship."""

import re
import tomllib
from pathlib import Path

import pytest

from tools import licences

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "THIRD-PARTY.md").read_text("utf-8")
LISTED = dict(re.findall(r"^\| (\S+) \| ([^|]+?) \|", TEXT, re.MULTILINE))
PERMISSIVE = (
    r"MIT(-CMU)?|BSD-[23]-Clause|Apache-2\.0|PSF-2\.0|MPL-2\.0|Public Domain|Unlicense|ISC|Zlib|LGPL-2\.1-or-later"
)


@pytest.mark.parametrize("name", licences.locked())
def test_every_locked_library_is_listed(name: str) -> None:
    assert name in LISTED


def test_every_library_a_station_needs_here_is_locked_and_listed_with_its_licence() -> None:
    needed = licences.closure(licences.direct())
    assert "kivy" in needed
    assert set(needed) <= set(licences.locked())
    assert {name: LISTED.get(name) for name in needed} == {name: licences.licence(name) for name in needed}


def test_every_asset_is_listed() -> None:
    pins = tomllib.loads((ROOT / "ui" / "assets.toml").read_text("utf-8"))["package"]
    assert {pin["name"]: LISTED.get(pin["name"]) for pin in pins} == {pin["name"]: pin["licence"] for pin in pins}


def test_no_licence_forbids_to_ship() -> None:
    shipped = TEXT.partition("## Libraries of a station")[2].partition("## Libraries of a developer")[0]
    found = re.findall(r"^\| (\S+) \| ([^|]+?) \|", shipped, re.MULTILINE)[1:]
    assert len(found) > 20
    assert [(name, licence) for name, licence in found if not re.match(PERMISSIVE, licence)] == []
