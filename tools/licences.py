"""Renews the tables of THIRD-PARTY.md from what is installed: every library, its licence, and what it is for."""

import re
import tomllib
from collections.abc import Iterable
from email.message import Message
from importlib import metadata
from typing import cast

from tools.install import ROOT, say

FILE = ROOT / "THIRD-PARTY.md"
_BEGIN, _END = "<!-- tables: made by `./run lock` -->\n", "<!-- end of tables -->\n"
# What a package's own metadata leaves vague, read in its licence files.
_PLAINER = {
    "docutils": "Public Domain, BSD-2-Clause; GPL-3.0 for an Emacs file that is not used",
    "pyscard": "LGPL-2.1-or-later",
    "pyserial": "BSD-3-Clause",
    "qrcode": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "certifi": "MPL-2.0 (certificates, unchanged)",
}
_SPDX = {
    "MIT License": "MIT", "Apache Software License": "Apache-2.0", "Apache 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}  # fmt: skip


def renew() -> None:
    text = FILE.read_text("utf-8")
    head, _, rest = text.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    FILE.write_text(f"{head}{_BEGIN}{tables()}{_END}{tail}", encoding="utf-8")
    say(f"{FILE.name}: {len(locked())} libraries")


def tables() -> str:
    shipped = closure(direct())
    rest = [name for name in locked() if name not in shipped]
    return (
        "\n## Libraries of a station\n\nInstalled beside the kiosk, unchanged.\n\n"
        + _table(shipped)
        + "\n## Libraries of a developer's machine\n\nFor set-up, checks and tests; in no installed station.\n\n"
        + _table(rest)
        + "\n## Fonts and icons\n\nBuilt into the screen at set-up.\n\n"
        + _assets()
        + "\n"
    )


def locked() -> list[str]:
    """Every library of requirements.lock, by its normal name."""
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return [normal(line.partition("==")[0]) for line in lines if "==" in line]


def closure(names: Iterable[str]) -> list[str]:
    """Return `names` and all that they need here, sorted; what is not installed here is not needed here."""
    todo, found = list(names), set()
    while todo:
        name = normal(todo.pop())
        if name in found:
            continue
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(name)
        todo += [_name(need) for need in needs if "extra ==" not in need]
    return sorted(found)


def licence(name: str) -> str:
    """Return the licence that an installed library names for itself, as an SPDX expression where it gives one."""
    if name in _PLAINER:
        return _PLAINER[name]
    told = _metadata(name)
    if expression := told.get("License-Expression"):
        return str(expression)
    classed = [line.split(" :: ")[-1] for line in told.get_all("Classifier", []) if line.startswith("License ::")]
    stated = (told.get("License") or "").strip()
    vague = not stated or "\n" in stated or stated == "BSD"
    found = " or ".join(classed) if vague else stated
    return _SPDX.get(found, found)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def direct() -> list[str]:
    """Return the libraries that the project itself names for a station, with the staff's pages where it has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [_name(need) for need in (*project["dependencies"], *project["optional-dependencies"]["staff"])]


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return found[0]


def _table(names: Iterable[str]) -> str:
    lines = [f"| {name} | {licence(name)} | {_purpose(name)} |" for name in names]
    return "\n".join(["| library | licence | in its own words |", "|---|---|---|", *lines]) + "\n"


def _purpose(name: str) -> str:
    said = (_metadata(name).get("Summary") or "").strip().replace("|", "/").replace("\n", " ")
    return "" if said == "UNKNOWN" else said


def _metadata(name: str) -> Message:
    return cast(Message, metadata.metadata(name))  # an e-mail header in all but its declared type


def _assets() -> str:
    pins = tomllib.loads((ROOT / "ui" / "assets.toml").read_text("utf-8"))
    lines = [f"| {pin['name']} | {pin['licence']} |" for pin in pins["package"]]
    return "\n".join(["| package | licence |", "|---|---|", *lines]) + "\n"


if __name__ == "__main__":
    renew()
