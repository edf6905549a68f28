"""Where in a TOML text each key stands. For texts that `tomllib` has accepted; of others it finds what it can.

`tomllib` keeps no positions. This walks the same grammar, looking only at keys and skipping over values.
"""

import contextlib
import re
from collections.abc import Mapping
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"((?:[^"\\\n]|\\.)*)"'),
    re.compile(r"'([^'\n]*)'"),
)
_MAX_DEPTH = 64
"""Brackets within brackets: deeper than any setting, and short of Python's own limit."""


class _Lost(Exception):
    """Not the TOML we know: keep what was found so far."""


def line_of(found: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of a key, or of the nearest table around it.

    >>> line_of(key_lines("[a]\\nb = 1\\n"), ("a", "b"))
    2
    """
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def key_lines(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every key, table and element of an array. Never raises."""
    walk = _Walk(text)
    with contextlib.suppress(_Lost):
        walk.document()
    return walk.found


class _Walk:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._line, self._counted = 1, 0
        self.found: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._skip(_SPACE) < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table, 0)

    def _header(self) -> Path:
        many = self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        path: Path = ()
        for part in self._key():
            path = (*self._last(path), part)
        self._take("]]" if many else "]")
        if many:
            self._arrays[path] = self._arrays.get(path, -1) + 1
            self._note(path)
        path = self._last(path)
        self._note(path)
        return path

    def _last(self, path: Path) -> Path:
        """Into the newest element, where a path names an array of tables."""
        return (*path, self._arrays[path]) if path in self._arrays else path

    def _pair(self, table: Path, depth: int) -> None:
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path)
        self._take("=")
        self._skip(_BLANK)
        self._value(path, depth + 1)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_BLANK)
            parts.append(self._word())
            self._skip(_BLANK)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _word(self) -> str:
        for pattern in (_BARE, *_STRINGS[2:]):
            match = pattern.match(self._text, self._at)
            if match:
                self._at = match.end()
                return match[match.lastindex or 0]
        raise _Lost

    def _value(self, path: Path, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise _Lost
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._elements(path, depth)
        elif opening == "{":
            self._members(path, depth)
        else:
            for pattern in (*_STRINGS, _SCALAR):
                match = pattern.match(self._text, self._at)
                if match:
                    self._at = match.end()
                    return
            raise _Lost

    def _elements(self, path: Path, depth: int) -> None:
        self._at += 1
        index = 0
        while not self._closes("]"):
            self._note((*path, index))
            self._value((*path, index), depth + 1)
            index += 1

    def _members(self, path: Path, depth: int) -> None:
        self._at += 1
        while not self._closes("}"):
            self._pair(path, depth)

    def _closes(self, bracket: str) -> bool:
        self._skip(_SPACE)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._skip(_SPACE)
        if self._at >= len(self._text):
            raise _Lost
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        return False

    def _take(self, sign: str) -> None:
        self._skip(_BLANK)
        if not self._text.startswith(sign, self._at):
            raise _Lost
        self._at += len(sign)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _note(self, path: Path) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        self.found.setdefault(path, self._line)
