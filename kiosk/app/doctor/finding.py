"""One thing that is wrong, with its cure, in the language of whoever asks."""

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).with_name("findings.toml")
_ROOT = Path(__file__).parents[3]
_UNITS = (_ROOT / "systemd", Path(sys.prefix) / "share" / "open-library-kiosk" / "systemd")
PLACES = {
    "examples": str(_ROOT / "config" / "examples"),
    "defaults": str(_ROOT / "config" / "defaults" / "policy.toml"),
    "units": str(next((place for place in _UNITS if place.is_dir()), _UNITS[-1])),
}
"""Where cures find what came with this installation, be it a wheel or the project's folder."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`id` is the name in `findings.toml`, which never changes; `values` fill the texts of any language."""

    id: str
    values: Mapping[str, str]

    @property
    def severity(self) -> Severity:
        return Severity(_texts()[self.id]["severity"])

    def say(self, language: str = "en") -> tuple[str, str]:
        """Return the sentence and the cure."""
        texts = _texts()[self.id]
        sentence, cure = texts.get(language, texts["en"])
        return _filled(sentence, self.values), _filled(cure, self.values)

    @property
    def sentence(self) -> str:
        return self.say()[0]

    @property
    def cure(self) -> str:
        return self.say()[1]

    def plain(self) -> dict[str, object]:
        """Return plain values for the control socket."""
        return {"id": self.id, "severity": self.severity.value, "values": dict(self.values)}


def found(name: str, **values: object) -> Finding:
    """Return the finding of that name. KeyError for one that `findings.toml` does not know."""
    assert name in _texts(), name
    return Finding(name, {key: str(value) for key, value in values.items()})


def from_plain(value: object) -> Finding | None:
    """Return the finding that `plain` gave; None for what this release does not know."""
    if not isinstance(value, dict) or value.get("id") not in _texts() or not isinstance(value.get("values"), dict):
        return None
    return Finding(value["id"], {str(key): str(text) for key, text in value["values"].items()})


def names() -> list[str]:
    """Return every finding there is, in the order of `findings.toml`."""
    return list(_texts())


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text("utf-8"))


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _filled(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(_Blanks(PLACES | dict(values))).replace("..", ".").replace("?.", "?")
