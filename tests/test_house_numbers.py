"""The sizes that keep the code readable: functions short, files one thing each."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("kiosk", "devices", "sync", "ui", "config", "tools", "bench")
LONGEST_FUNCTION, USUAL_FUNCTION, LONGEST_FILE = 60, 25, 400


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _functions() -> Iterator[tuple[str, int]]:
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines


def test_no_function_is_long() -> None:
    assert [where for where, lines in _functions() if lines > LONGEST_FUNCTION] == []


def test_nine_functions_in_ten_are_short() -> None:
    sizes = [lines for _, lines in _functions()]
    assert sum(lines <= USUAL_FUNCTION for lines in sizes) >= 0.9 * len(sizes)


def test_no_file_is_long() -> None:
    assert [str(path) for path in _files() if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE] == []
