"""Text -> plain values -> checked values, with every mistake named by its line.

Findings of pydantic become words for whoever edits the file: what is wrong there, and what may stand there.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from config.faults import ConfigFault, Kind, Problem, shown
from config.lines import Path, key_lines, line_of

MAX_TEXT = 256 * 1024
"""Characters of a file of settings; the longest example has three thousand."""

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """A file of settings as plain values, with the line of each key."""

    file: str
    values: dict[str, Any]
    lines: Mapping[Path, int] = field(default_factory=dict)

    def problem(self, path: Path, what: str, value: object = None, kind: Kind = Kind.WRONG) -> Problem:
        key = dotted(path)
        value = "" if value is None else shown(key, value)
        return Problem(self.file, line_of(self.lines, path), key, what, value, kind)


def dotted(path: Path) -> str:
    """>>> dotted(("hours", "monday", 0))
    'hours.monday[0]'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def text_of(path: FilePath) -> str:
    """Return the content of a file of settings. Raises ConfigFault."""
    try:
        with path.open("rb") as file:
            data = file.read(4 * MAX_TEXT + 1)  # a character of UTF-8 has at most four bytes
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        what = "is no text in UTF-8; save it in that encoding"
        raise ConfigFault([Problem(path.name, line, "", what, kind=Kind.UNREADABLE)]) from None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "no such name"
        what = f"cannot be read: {reason} ({path})"
        raise ConfigFault([Problem(path.name, None, "", what, kind=Kind.UNREADABLE)]) from None


def parse(text: str, file: str) -> Document:
    """Return a TOML document, or a JSON one where the name ends so. Raises ConfigFault."""
    if len(text) > MAX_TEXT:
        raise ConfigFault(
            [Problem(file, None, "", f"is longer than {MAX_TEXT // 1024} kB: this is no file of settings")]
        )
    return _json(text, file) if file.endswith(".json") else _toml(text, file)


def _toml(text: str, file: str) -> Document:
    try:
        return Document(file, tomllib.loads(text), key_lines(text))
    except tomllib.TOMLDecodeError as fault:
        what, _, place = str(fault).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        end = text.count("\n") + 1
        raise _unparsed(file, int(line[1]) if line else end, f"{_lower(_named(what))} (is this TOML?)") from None
    except (ValueError, RecursionError) as fault:
        raise _unparsed(file, None, f"cannot be read as TOML: {_lower(str(fault))}") from None


def _named(said: str) -> str:
    """Name tables as they stand in the file, where the parser says ('devices', 'pad')."""
    keys = re.compile(r"\((?:'[^']*', )*'[^']*',?\)")
    return keys.sub(lambda found: "[" + ".".join(re.findall(r"'([^']*)'", found[0])) + "]", said)


def _json(text: str, file: str) -> Document:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as fault:
        raise _unparsed(file, fault.lineno, f"{_lower(fault.msg)} (is this JSON?)") from None
    except (ValueError, RecursionError) as fault:
        raise _unparsed(file, None, f"cannot be read as JSON: {_lower(str(fault))}") from None
    if not isinstance(values, dict):
        raise _unparsed(file, 1, "must be an object, from { to }")
    return Document(file, values)


def _unparsed(file: str, line: int | None, what: str) -> ConfigFault:
    return ConfigFault([Problem(file, line, "", what, kind=Kind.SYNTAX)])


def check(document: Document, at: Path, values: Mapping[str, Any], model: type[M]) -> M | list[Problem]:
    """Return the checked values of the table `at`, or what is wrong with them."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as fault:
        return [_problem(document, at, error, model) for error in fault.errors(include_url=False)]
    except RecursionError:
        return [document.problem(at, "is nested too deeply")]


def _problem(document: Document, at: Path, error: ErrorDetails, model: type[BaseModel]) -> Problem:
    where: Path = tuple(part for part in error["loc"] if not str(part).startswith(("function-", "is-instance")))
    secret = _is_secret(model, where)
    if secret:
        where = (f"{where[0]}_file",)
    # What stands behind an unknown key may be a password under a name misspelt.
    hidden = secret or error["type"] in ("missing", "extra_forbidden")
    value = None if hidden else error["input"]
    return document.problem((*at, *where), _sentence(error, model, where), value)


def _sentence(error: ErrorDetails, model: type[BaseModel], where: Path) -> str:
    context = error.get("ctx", {})
    words = _WORDS.get(error["type"])
    if words:
        return words(context)
    if error["type"] == "extra_forbidden":
        return _unknown(str(where[-1]), _keys_at(model, where[:-1]))
    if error["type"] == "missing":
        return f"is missing{_described(model, where)}"
    return f"is wrong: {_lower(error['msg'].removeprefix('Value error, '))}"


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "literal_error": lambda c: f"is unknown; it must be {c['expected']}",
    "enum": lambda c: f"is unknown; it must be {c['expected']}",
    "greater_than_equal": lambda c: f"is too small; the least is {c['ge']}",
    "greater_than": lambda c: f"is too small; it must be more than {c['gt']}",
    "less_than_equal": lambda c: f"is too large; the most is {c['le']}",
    "less_than": lambda c: f"is too large; it must be less than {c['lt']}",
    "int_type": lambda _: "must be a whole number, without quotes",
    "int_parsing": lambda _: "must be a whole number, without quotes",
    "int_from_float": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number, without quotes",
    "float_parsing": lambda _: "must be a number, without quotes",
    "finite_number": lambda _: "must be a number that ends somewhere",
    "bool_type": lambda _: "must be true or false, without quotes",
    "bool_parsing": lambda _: "must be true or false, without quotes",
    "string_type": lambda _: 'must be text in quotes, such as "…"',
    "string_too_short": lambda c: f"is too short; the least is {c['min_length']} characters",
    "string_too_long": lambda c: f"is too long; the most is {c['max_length']} characters",
    "string_pattern_mismatch": lambda c: f"has not the form {c['pattern']}",
    "list_type": lambda _: "must be a list, such as [1, 2]",
    "tuple_type": lambda _: "must be a list, such as [1, 2]",
    "frozen_set_type": lambda _: "must be a list, such as [1, 2]",
    "dict_type": lambda _: "must be a table, such as [name] with keys below it",
    "model_type": lambda _: "must be a table, such as [name] with keys below it",
    "path_type": lambda _: 'must be a path in quotes, such as "/…"',
    "too_long": lambda c: f"is too long; the most is {c['max_length']} entries",
    "too_short": lambda c: f"is too short; the least is {c['min_length']} entries",
    "date_from_datetime_parsing": lambda _: "must be a day, such as 2027-01-07",
    "date_parsing": lambda _: "must be a day, such as 2027-01-07",
    "date_type": lambda _: "must be a day, such as 2027-01-07",
}


def unknown(name: object, known: list[str]) -> str:
    """Say that a name is not known, and which ones are."""
    near = get_close_matches(str(name), known, n=1)
    meant = f'did you mean "{near[0]}"? ' if near else ""
    return f"is unknown; {meant}known are {', '.join(sorted(known)) or 'none'}"


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    meant = f'did you mean "{near[0]}"? ' if near else ""
    return f"is no setting here; {meant}known are {', '.join(sorted(known))}"


def secret_fields(model: type[BaseModel]) -> list[str]:
    """Return the settings of a model that hold a secret."""
    return [name for name, known in model.model_fields.items() if "SecretStr" in str(known.annotation)]


def _is_secret(model: type[BaseModel], where: Path) -> bool:
    return bool(where) and where[0] in secret_fields(model)


def _keys_at(model: type[BaseModel], where: Path) -> list[str]:
    """Return the keys a table may have; a secret is given by its file."""
    inner = _model_at(model, where)
    secrets = secret_fields(inner)
    names = {name: known.alias or name for name, known in inner.model_fields.items()}
    return [f"{name}_file" if name in secrets else shown for name, shown in names.items()]


def _model_at(model: type[BaseModel], where: Path) -> type[BaseModel]:
    for part in where:
        known = model.model_fields.get(str(part))
        if known and isinstance(known.annotation, type) and issubclass(known.annotation, BaseModel):
            model = known.annotation
    return model


def _described(model: type[BaseModel], where: Path) -> str:
    fields = _model_at(model, where[:-1]).model_fields
    known = next((known for name, known in fields.items() if where[-1] in (name, known.alias)), None)
    return f": {known.description}" if known and known.description else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


__all__ = ["Document", "SecretStr", "check", "dotted", "parse", "secret_fields", "unknown"]
