"""Every mistake in a file of settings is told with its line, what stands there and what may."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator

from config import ConfigFault, Policy, Problem, Secrets, Station, load_policy, load_station
from config.faults import shown
from config.lines import key_lines, line_of
from config.reading import MAX_TEXT

GOLDEN = Path(__file__).parent.parent / "golden" / "config"


def _wire(wire: str) -> str:
    if not wire.startswith(("/", "tcp://")):
        raise ValueError("neither a device file nor tcp://host:port")
    return wire


class Bins(BaseModel):
    model_config = ConfigDict(extra="forbid")
    shelf: str = ""


class Pad(BaseModel):
    model_config = ConfigDict(extra="forbid")
    wire: Annotated[str, AfterValidator(_wire)]
    baud: int = Field(default=38400, ge=300, strict=True)
    bins: Bins = Bins()


class Printer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    wire: str


class Sip(BaseModel):
    model_config = ConfigDict(extra="forbid")
    host: str = Field(description="name or address of the server")
    port: int = Field(default=6001, ge=1, le=65535)
    password: SecretStr = SecretStr("")

    @field_validator("password")
    @classmethod
    def _sendable(cls, password: SecretStr) -> SecretStr:
        if "|" in password.get_secret_value():
            raise ValueError("cannot be sent: it holds |")
        return password


class Store(BaseModel):
    model_config = ConfigDict(extra="forbid")


DRIVERS: Mapping[str, type[BaseModel]] = {"pad": Pad, "printer": Printer}
ABIS: Mapping[str, type[BaseModel]] = {"sip": Sip, "store": Store}
BROKEN = {"broken": "ImportError: no libusb"}
PASSWORD = "geheim|hier"


def station(text: str, secrets: Secrets | None = None) -> Station:
    return load_station(text, "/etc/kiosk/desk-1/station.toml", DRIVERS, ABIS, secrets, BROKEN)


def policy(text: str) -> Policy:
    return load_policy(text, "policy.toml")


def cases(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield title, text and expected problems of each case of a golden file."""
    blocks = re.split(r"^== (.*)\n", (GOLDEN / name).read_text("utf-8"), flags=re.MULTILINE)[1:]
    for title, block in zip(blocks[::2], blocks[1::2], strict=True):
        text, _, expected = ("\n" + block).partition("\n--\n")
        yield title, text.removeprefix("\n") + "\n", expected.strip("\n")


STATIONS, POLICIES = list(cases("stations.txt")), list(cases("policies.txt"))


def test_there_are_enough_of_them() -> None:
    assert len(STATIONS) + len(POLICIES) >= 55


@pytest.mark.parametrize(("title", "text", "expected"), STATIONS, ids=[title for title, _, _ in STATIONS])
def test_broken_station(title: str, text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "with-bar").write_text(PASSWORD)
    with pytest.raises(ConfigFault) as fault:
        station(text, Secrets(tmp_path))
    said = str(fault.value).replace(str(tmp_path), "/etc/kiosk/desk-1")
    assert said == expected
    assert "geheim" not in said


@pytest.mark.parametrize(("title", "text", "expected"), POLICIES, ids=[title for title, _, _ in POLICIES])
def test_broken_policy(title: str, text: str, expected: str) -> None:
    with pytest.raises(ConfigFault) as fault:
        policy(text)
    assert str(fault.value) == expected


def test_a_file_too_long_to_be_one_is_not_read() -> None:
    for load in (station, policy):
        with pytest.raises(ConfigFault, match="is longer than 256 kB: this is no file of settings"):
            load("#" * (MAX_TEXT + 1))


def test_more_devices_than_a_desk_has_ports_are_refused() -> None:
    many = "".join(f"[devices.d{n}]\ndriver='pad'\nwire='/dev/{n}'\n" for n in range(17))
    with pytest.raises(ConfigFault, match=r"devices has too many devices; the most is 16"):
        station(f"[station]\nname='a'\ntime_zone='UTC'\n[abis]\nkind='store'\n{many}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "policy.json:1: expecting value (is this JSON?)"),
        ("[]", "policy.json:1: must be an object, from { to }"),
        ('{\n"schema": 1,\n}', "policy.json:3: expecting property name enclosed in double quotes (is this JSON?)"),
        ('{"schema": 1, "version": "x"}', 'policy.json: version = "x" must be a whole number, without quotes'),
        ("[" * 100_000, "policy.json: cannot be read as JSON: maximum recursion depth exceeded"),
        ('{"schema":1,"version":1' + "0" * 5000 + "}", "policy.json: cannot be read as JSON: exceeds the limit"),
    ],
)
def test_broken_policies_from_the_wire(text: str, said: str) -> None:
    with pytest.raises(ConfigFault) as fault:
        load_policy(text, "policy.json")
    assert str(fault.value).startswith(said)


# --- any text whatever -----------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "[station]", "[abis]", "[[devices]]", "[devices.pad]", "name", "=", '"desk-1"', "time_zone", '"UTC"', "kind",
        "\n", '"store"', "\n", " ", "{", "}", "[", "]", ",", ".", "'", '"""', "'''", "1", "-5", "nan", "true", "#",
        "2027-01-01", "driver", '"pad"', "wire", '"/dev/x"', "schema", "version", "hours", "monday", "password_file",
        '"10:00-19:00 staffed"', "\x00", "é", "\\", '"../../etc/passwd"', "\r\n", "10:00:00", "0x10", "[hours]",
        "closed",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(WORDS, max_size=60).map("".join), st.lists(WORDS, max_size=40).map(" ".join)
)


def faults_of(text: str) -> Iterator[ConfigFault]:
    for load in (station, policy):
        try:
            load(text)
        except ConfigFault as fault:
            yield fault


@given(TEXTS)
def test_no_text_whatever_raises_anything_but_a_fault_with_words(text: str) -> None:
    for fault in faults_of(text):
        assert fault.problems
        for problem in fault.problems:
            assert problem.what
            assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1
            assert "\n" not in str(problem)


@given(TEXTS)
def test_finding_lines_never_raises(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())


@given(st.recursive(st.integers() | st.text(max_size=5) | st.none(), lambda inner: st.lists(inner, max_size=4)))
def test_a_value_is_shown_on_one_line_and_never_at_length(value: object) -> None:
    text = shown("name", value)
    assert len(text) <= 60
    assert text.isprintable()


@pytest.mark.parametrize("key", ["abis.password", "Passwort", "пароль", "pin", "api_key", "key", "client_secret"])
def test_what_may_be_a_secret_is_never_shown(key: str) -> None:
    assert shown(key, "geheim") == ""


@pytest.mark.parametrize("key", ["readers.pin_length", "keyboard", "name"])
def test_what_only_looks_like_one_is(key: str) -> None:
    assert shown(key, 99) == "99"


# --- lines -----------------------------------------------------------------------------------------------------------

INTRICATE = '''# a comment with [brackets] = and "quotes"
title = "# no comment" # a comment
multi = """
[not.a.table]
key = 1
"""
literal = \'\'\'
x = [
\'\'\'
numbers = [ # first
  1, 2,
  [3, { deep = "er", "quo.ted" = 5 }],
]
"quoted key" . sub = 2027-01-01 10:00:00
[table.inner]
dotted.key = { a = 1, b = { c = [1, 2] } }
[[array]]
name = "first"
[[array]]
name = "second"
[array.below]
x = 1
[[array.list]]
y = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("multi",), 3),
        (("literal",), 7),
        (("numbers",), 10),
        (("numbers", 0), 11),
        (("numbers", 2, 0), 12),
        (("numbers", 2, 1, "deep"), 12),
        (("numbers", 2, 1, "quo.ted"), 12),
        (("quoted key", "sub"), 14),
        (("table", "inner"), 15),
        (("table", "inner", "dotted", "key", "b", "c", 1), 16),
        (("array", 0, "name"), 18),
        (("array", 1, "name"), 20),
        (("array", 1, "below", "x"), 22),
        (("array", 1, "list", 0, "y"), 24),
        (("array", 1, "nowhere"), 19),
        (("nowhere",), None),
    ],
)
def test_the_line_of_every_key(path: tuple[str | int, ...], line: int | None) -> None:
    import tomllib

    tomllib.loads(INTRICATE)
    assert line_of(key_lines(INTRICATE), path) == line


VALUES = st.recursive(
    st.sampled_from(["1", "-2.5", '"a # b"', "'[x]'", "true", "2027-01-01", '"""\nx = 1\n"""', "'''\n]\n'''", '"\\""']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[" + ",\n ".join(parts) + "]"),
        st.lists(inner.filter(lambda part: "\n" not in part), max_size=2).map(
            lambda parts: "{ " + ", ".join(f"k{n} = {part}" for n, part in enumerate(parts)) + " }"
        ),
    ),
    max_leaves=8,
)


@given(st.lists(VALUES, min_size=1, max_size=8))
def test_every_key_is_found_on_the_line_it_was_written_on(values: list[str]) -> None:
    import tomllib

    text, lines = "", []
    for n, value in enumerate(values):
        text += f"[t{n}]\n"
        lines.append(text.count("\n") + 1)
        text += f"key = {value}\n"
    tomllib.loads(text)
    found = key_lines(text)
    assert [found["t" + str(n), "key"] for n in range(len(values))] == lines


def test_a_problem_reads_as_one_sentence() -> None:
    assert str(Problem("a.toml", 3, "x.y", "is wrong", "5")) == "a.toml:3: x.y = 5 is wrong"
    assert str(Problem("a.toml", None, "", "is empty")) == "a.toml: is empty"
