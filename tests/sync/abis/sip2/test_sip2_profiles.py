"""Profiles as data: what is shipped is whole and says where it was seen; what is wrong is named."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sync.abis.sip2.profile import load, shipped
from sync.abis.sip2.settings import Settings

FOLDER = files("sync.abis.sip2").joinpath("profiles")
SECTION = {"host": "abis.local", "profile": "standard"}


def table(name: str) -> dict[str, Any]:
    return tomllib.loads(FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def test_shipped() -> None:
    assert set(shipped()) >= {"standard", "koha", "evergreen", "invenio", "open-library-kiosk"}


PARTS = ("wire", "sending", "timing", "patrons", "items", "lists", "texts", "abilities")


@pytest.mark.parametrize("name", [name for name in shipped() if name != "standard"])
def test_a_shipped_profile_says_where_each_of_its_departures_was_seen(name: str) -> None:
    own = table(name)
    changed = {f"{part}.{key}" for part in PARTS for key in own.get(part, {})} - {"texts.meanings"}
    assert changed <= set(own["sources"])
    assert all(meaning.source for meaning in load(name).texts.meanings)


@pytest.mark.parametrize("name", shipped())
def test_sources_and_unverified_name_keys_that_exist(name: str) -> None:
    profile = load(name)
    for key in (*profile.sources, *profile.unverified):
        part, _, field = key.partition(".")
        assert field in type(getattr(profile, part)).model_fields


def test_a_sites_own_profile_extends_a_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text('extends = "koha"\ntitle = "ЦБС"\n[wire]\nencoding = "cp1251"\n', encoding="utf-8")
    profile = load(str(own))
    assert (profile.title, profile.wire.encoding, profile.wire.terminator) == ("ЦБС", "cp1251", "CR")
    assert profile.sending.always == ("AC",)


def test_profiles_that_extend_each_other_are_named(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(f'extends = "{two}"', encoding="utf-8")
    two.write_text(f'extends = "{one}"', encoding="utf-8")
    with pytest.raises(ValueError, match="extend one another"):
        load(str(one))


def corrected(**corrections: Any) -> dict[str, Any]:
    return {"corrections": corrections}


# What a person may get wrong, and the words that must stand in the message.
WIRE, REASON = "wire.encoding: Input should be 'utf-8', 'cp1251'", {"text": "x", "reason": "why", "source": "us"}
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"profile": "kohha"}, "profile", "no profile 'kohha'; there are evergreen, invenio, koha"),
    ({"profile": "/nowhere/ours.toml"}, "profile", "No such file"),
    (corrected(wire={"encoding": "utf8x"}), "corrections", WIRE),
    (corrected(wire={"terminator": "LF"}), "corrections", "wire.terminator: Input should be 'CR' or 'CRLF'"),
    (corrected(wires={}), "corrections", "wires: Extra inputs are not permitted"),
    (corrected(patrons={"blocking": [15]}), "corrections", "patrons.blocking.0: Input should be less than"),
    (corrected(abilities={"lacks": ["12"]}), "corrections", "abilities.lacks: Value error, no requests of SIP2: 12"),
    (corrected(items={"title": {"pattern": "("}}), "corrections", "items.title.pattern: Value error, not a regular"),
    (corrected(items={"title": {"pattern": "a"}}), "corrections", "items.title.pattern: Value error, the pattern has"),
    (corrected(texts={"meanings": [REASON]}), "corrections", "no such reason"),
    ({"host": ""}, "host", "at least 1 character"),
    ({"port": 0}, "port", "greater than or equal to 1"),
    ({"port": 70000}, "port", "less than or equal to 65535"),
    ({"currency": "руб"}, "currency", "String should match pattern"),
    ({"institution": "ЦБ|1"}, "institution", "cannot be sent"),
    ({"location": "ЦБ ⓑ", **corrected(wire={"encoding": "cp866"})}, "location", "a letter that cp866 lacks"),
    ({"password": "a\rb"}, "password", "cannot be sent"),
    ({"passwort": "x"}, "passwort", "Extra inputs are not permitted"),
]


@pytest.mark.parametrize(("given", "key", "words"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_setting_is_named_with_its_cure(given: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate({**SECTION, **given})
    (error, *_) = wrong.value.errors()
    assert error["loc"][0] == key
    assert words in error["msg"]


def test_a_password_does_not_show_itself() -> None:
    settings = Settings.model_validate({**SECTION, "password": "739164", "terminal_password": "551177"})
    assert "739164" not in f"{settings!r} {settings}"
    assert "551177" not in f"{settings!r} {settings.model_dump_json()}"


def test_corrections_are_laid_over_single_keys() -> None:
    settings = Settings.model_validate({**SECTION, "corrections": {"wire": {"encoding": "cp866"}}})
    assert settings.resolved.wire.encoding == "cp866"
    assert settings.resolved.wire.error_detection is True
