"""The shipped examples load, the shipped defaults are the flows' own, and secrets come from files alone."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr

from config import ConfigFault, NoSecret, Secrets, Station, load_policy, load_station, text_of
from config import hours as written_hours
from config.policy import _Document
from devices.discover import drivers
from kiosk.domain.plan import WeeklyPlan, hours_at
from kiosk.domain.rules import Greeting, Interval, Mode, OnLoanToOther, Rules, Theme
from sync.abis.local import SPEC as LOCAL
from sync.abis.sip2 import SPEC as SIP2

ROOT = Path(__file__).parent.parent.parent / "config"
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
POLICIES = [path for path in EXAMPLES if path.name.startswith("policy-")]
STATIONS = [path for path in EXAMPLES if path not in POLICIES]
ABIS = {spec.name: spec.settings for spec in (LOCAL, SIP2)}


def station(path: Path, folder: Path) -> Station:
    (folder / "abis-password").write_text("geheim\n")
    found, broken = drivers()
    models = {name: spec.settings for name, spec in found.items()}
    return load_station(text_of(path), path, models, ABIS, Secrets(folder), broken)


@pytest.mark.parametrize("path", STATIONS, ids=lambda path: path.stem)
def test_example_station_loads_with_the_real_drivers_and_connectors(path: Path, tmp_path: Path) -> None:
    loaded = station(path, tmp_path)
    assert loaded.library.kind in ABIS
    assert loaded.devices
    if loaded.policy:
        assert load_policy(text_of(loaded.policy), loaded.policy).version >= 1


def test_what_the_koha_desk_is(tmp_path: Path) -> None:
    loaded = station(ROOT / "examples" / "desk-koha.toml", tmp_path)
    assert (loaded.name, loaded.role, loaded.zone.key) == ("desk-1", "desk", "Europe/Samara")
    assert (loaded.look.language, loaded.look.theme) == ("ru", Theme.LIGHT)
    assert loaded.library.settings.model_dump()["password"] == SecretStr("geheim")
    assert [(device.name, device.driver) for device in loaded.devices] == [
        ("pad", "feig"),
        ("scanner", "barcode_serial"),
        ("printer", "escpos"),
    ]
    assert loaded.policy == ROOT / "examples" / "policy-city.toml"
    assert loaded.state is None
    assert "geheim" not in repr(loaded)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_example_policy_loads(path: Path) -> None:
    policy = load_policy(text_of(path), path)
    assert policy.rules.library
    assert any(policy.plan.week)


def test_what_the_city_decided() -> None:
    policy = load_policy(text_of(ROOT / "examples" / "policy-city.toml"), "policy-city.toml")
    assert policy.version == 7
    assert policy.rules.on_loan_to_other is OnLoanToOther.RETURN_THEN_LEND
    assert policy.rules.own_libraries == {"RU-10010001", "RU-10010002"}
    evening = hours_at(policy.plan, datetime(2026, 11, 20, 19, 44, tzinfo=UTC))
    assert (evening.mode, evening.until) == (Mode.OPEN_PLUS, time(22))
    assert policy.plan.on(date(2027, 1, 7)) == ()


def test_the_shipped_defaults_are_the_flows_own_and_name_every_setting() -> None:
    text = text_of(ROOT / "defaults" / "policy.toml")
    policy = load_policy(text, "policy.toml")
    assert policy.rules == Rules()
    assert policy.plan == WeeklyPlan()
    assert load_policy("schema = 1\nversion = 1\n", "policy.toml") == policy
    for name, table in _Document.model_fields.items():
        inner = table.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            section = text.partition(f"[{name}]")[2].partition("\n[")[0]
            assert [key for key in inner.model_fields if f"\n{key} =" not in section] == []


OTHERWISE = """
schema = 1
version = 2
[library]
name = "Б"
isil = "RU-1"
own = ["RU-1"]
duty_phone = "112"
[readers]
card = "x"
pin_required = false
pin_length = 0
pin_attempts = 4
pin_lock_minutes = 16
greeting = "nothing"
languages = ["en"]
[lending]
item = "y"
on_loan_to_other = "return_then_lend"
sets = "ask"
age_law = false
adult_age = 17
unknown_marks = "refuse_to_minors"
receipt = "never"
[barcode_desk]
loans = "count"
returns = "count"
[receipt]
ways = ["mail", "screen"]
default = "none"
qr = "x"
[[bins]]
number = "3"
name = { en = "Holds" }
place = { en = "on the right" }
colour = "violet"
takes = ["hold"]
sort_bins = ["H"]
[offline]
checkout = false
checkin = false
max_items = 6
days = 15
replay_hours = 24
cards = "any"
[patience]
idle = 61
warning = 21
more = 61
farewell = 21
put_back_help = 21
finishing = 4
parts = 6
identify = 91
[hours]
tuesday = ["10:00-19:00 staffed"]
closed = [2027-01-05]
"""


STATIONS_OWN = {"em_unit"}
"""What `station.toml` says beside the policy."""


def test_every_rule_can_be_decided_by_the_library() -> None:
    changed, default = load_policy(OTHERWISE, "policy.toml").rules, Rules()
    for group in (lambda rules: rules, lambda rules: rules.offline, lambda rules: rules.patience):
        same = [
            f.name for f in fields(group(default)) if getattr(group(changed), f.name) == getattr(group(default), f.name)
        ]
        assert set(same) <= STATIONS_OWN
    assert changed.pin_length is None
    assert changed.greeting is Greeting.NOTHING
    assert changed.calendar.open_from(date(2027, 1, 4)) == date(2027, 1, 12)


def test_a_policy_may_come_as_json() -> None:
    text = json.dumps(
        {"schema": 1, "version": 3, "hours": {"monday": ["9:00-24:00 staffed"], "closed": ["2027-01-01"]}}
    )
    policy = load_policy(text, "policy.json")
    assert policy.plan.week[0] == (Interval(time(9), time.max, Mode.STAFFED),)
    assert policy.plan.closed == {date(2027, 1, 1)}


TIMES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))


@given(TIMES, TIMES, st.sampled_from([Mode.STAFFED, Mode.OPEN_PLUS]))
def test_hours_are_read_as_they_are_written(one: time, other: time, mode: Mode) -> None:
    start, end = min(one, other), max(one, other)
    if start == end:
        end = time.max
    part = Interval(start, end, mode)
    assert written_hours.interval(written_hours.written(part)) == part


@given(st.text(max_size=40))
def test_no_text_for_hours_raises_anything_but_words(text: str) -> None:
    try:
        written_hours.interval(text)
    except ValueError as fault:
        assert str(fault)  # noqa: PT017 - the fault is one of two allowed outcomes


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_a_secret_is_a_credential_of_systemd_or_a_file_beside(tmp_path: Path) -> None:
    credentials, beside = tmp_path / "credentials", tmp_path / "desk-1"
    credentials.mkdir()
    beside.mkdir()
    (credentials / "abis").write_text("from systemd\n")
    (beside / "abis").write_text("from beside\n")
    (beside / "other").write_bytes("пароль\r\n".encode())
    secrets = Secrets.beside(beside / "station.toml", {"CREDENTIALS_DIRECTORY": str(credentials)})
    assert secrets.read("abis") == "from systemd"
    assert secrets.read("other") == "пароль"
    assert secrets.read("./abis") == "from beside"
    assert secrets.read(str(beside / "abis")) == "from beside"
    assert Secrets.beside(beside / "station.toml", {}).read("abis") == "from beside"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "must hold one line"),
        (b"\n", "must hold one line"),
        (b"one\ntwo\n", "must hold one line"),
        (b"with\x00nul", "must hold one line"),
        (b"\xff\xfe", "no text in UTF-8"),
        (b"x" * 2000, "holds more than a password"),
    ],
)
def test_a_file_that_holds_no_password_is_told_without_its_content(
    content: bytes | None, said: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "abis").write_bytes(content)
    with pytest.raises(NoSecret, match=said) as fault:
        Secrets(tmp_path).read("abis")
    assert "two" not in str(fault.value)


@given(st.text(max_size=30))
def test_no_name_of_a_secret_raises_anything_else(name: str) -> None:
    with pytest.raises(NoSecret):
        Secrets(Path("/nonexistent")).read(name if name.strip("./\x00") else "x")


class Sip(BaseModel):
    model_config = ConfigDict(extra="forbid")
    password: SecretStr


def test_a_required_secret_that_is_missing_is_asked_for_by_its_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=r"station.toml:4: abis.password_file is missing"):
        load_station(
            "[station]\nname='a'\ntime_zone='UTC'\n[abis]\nkind='sip'", tmp_path / "station.toml", {}, {"sip": Sip}
        )


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=r"station.toml: cannot be read: No such file or directory"):
        text_of(tmp_path / "station.toml")
    with pytest.raises(ConfigFault, match="cannot be read: Is a directory"):
        text_of(tmp_path)
    (tmp_path / "station.toml").write_bytes('[station]\nname = "Ж"'.encode("cp1251"))
    with pytest.raises(ConfigFault, match=r"station.toml:2: is no text in UTF-8; save it in that encoding"):
        text_of(tmp_path / "station.toml")


def test_a_file_saved_with_a_mark_of_windows_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(b"\xef\xbb\xbfschema = 1\r\nversion = 1\r\n")
    assert load_policy(text_of(tmp_path / "policy.toml"), "policy.toml").version == 1
