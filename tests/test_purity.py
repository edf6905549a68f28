"""The modules that decide are pure: no I/O, thread, clock, chance, logging, foreign library. Read off the syntax tree.

An allow-list, so that a new import is a decision made here and not an oversight there.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = ("domain", "events", "effects", "views", "flows")

MODULES = {
    "__future__", "abc", "collections", "collections.abc", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "itertools", "math", "operator", "re", "string", "types", "typing", "unicodedata", "uuid",
}  # fmt: skip
BUILTINS = {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint", "globals", "vars", "id"}
METHODS = {
    "now": "the clock", "today": "the clock", "utcnow": "the clock", "fromtimestamp": "the zone of the machine",
    "uuid1": "clock and chance", "uuid4": "chance", "uuid6": "clock and chance", "uuid7": "clock and chance",
    "getnode": "the machine", "cache": "memory between calls", "lru_cache": "memory between calls",
}  # fmt: skip


def impurities(source: str) -> Iterator[str]:
    """Yield `line: what` for everything in `source` that a pure module may not do."""
    for node in ast.walk(ast.parse(source)):
        for what in _impure(node):
            yield f"{getattr(node, 'lineno', 0)}: {what}"


def _impure(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (f"imports {alias.name}" for alias in names if not _may_import(alias.name))
        case ast.ImportFrom(module, names, level):
            if level or not _may_import(module or ""):
                yield f"imports {'.' * level}{module or ''}"
            yield from (f"takes {alias.name}: {METHODS[alias.name]}" for alias in names if alias.name in METHODS)
        case ast.Name(id=name, ctx=ast.Load()) if name in BUILTINS:
            yield f"uses {name}"
        case ast.Attribute(attr=name) if name in METHODS and not _is_own(node):
            yield f"uses .{name}: {METHODS[name]}"
        case ast.Global() | ast.Nonlocal() | ast.AsyncFunctionDef() | ast.Await():
            yield f"has {type(node).__name__.lower()}"


def _may_import(module: str) -> bool:
    own = module.startswith("kiosk.") and module.split(".")[1] in PURE
    return own or module in MODULES


def _is_own(node: ast.Attribute) -> bool:
    """`state.today` is a field, handed in from outside; `date.today` and `datetime.datetime.now` are the clock."""
    owners = ast.unparse(node.value).split(".")
    return not any(owner in MODULES or owner == "date" or owner[:1].isupper() for owner in owners)


def _pure_files() -> list[Path]:
    kiosk = ROOT / "kiosk"
    return sorted(path for name in PURE for path in [*kiosk.glob(f"{name}.py"), *kiosk.glob(f"{name}/**/*.py")])


@pytest.mark.parametrize("path", _pure_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_is_pure(path: Path) -> None:
    assert list(impurities(path.read_text("utf-8"))) == []


def test_all_five_are_looked_at() -> None:
    assert {path.relative_to(ROOT / "kiosk").parts[0].removesuffix(".py") for path in _pure_files()} == set(PURE)


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import threading",
        "from time import monotonic",
        "import logging",
        "import sqlalchemy",
        "from kiosk.app import runtime",
        "from kiosk.ports import abis",
        "from . import domain",
        "def late():\n    import random",
        "import uuid\nnew = uuid.uuid4()",
        "from uuid import uuid4",
        "from datetime import date\nwhen = date.today()",
        "from datetime import datetime, UTC\nwhen = datetime.now(UTC)",
        "import datetime\nwhen = datetime.datetime.now()",
        "import datetime\nwhen = datetime.date.today()",
        "from datetime import date\nclock = date.today",
        "text = open('/etc/hostname').read()",
        "print('here')",
        "count = 0\ndef add():\n    global count",
        "import functools\n@functools.lru_cache\ndef f(): ...",
    ],
)
def test_says_no_to(source: str) -> None:
    assert len(list(impurities(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from dataclasses import dataclass",
        "from datetime import date, timedelta\ndue = date(2026, 3, 1) + timedelta(days=14)",
        "from kiosk.domain.ids import TxnId",
        "from kiosk.flows import session",
        "from uuid import UUID",
        "class Session:\n    id: str",
        "def step(now, event):\n    return now.today, event.plan.now",
    ],
)
def test_says_yes_to(source: str) -> None:
    assert list(impurities(source)) == []
