"""Answers before they are bytes, and making every text of ours fit the line."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sync.sip2.codec import ESCAPED_DELIMITER
from sync.sip2.encoder import encode
from sync.sip2.fields import MAX_VALUE
from sync.sip2.framing import MAX_FRAME
from sync.sip2.messages import Code
from sync.sip2.values import Encoding

Pair = tuple[str, str]

ROOM = MAX_FRAME - 1024
"""Bytes for the identified fields of one answer; the rest is for fixed fields and trailer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`fields` in the order in which they are sent."""

    code: Code
    fixed: Mapping[str, str]
    fields: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """How one machine's line is written."""

    encoding: Encoding
    terminator: bytes


def written(answer: Answer, style: Style, sequence: int | None) -> bytes:
    """Return the answer as bytes. Texts are made to fit, lists that do not fit are cut at their end."""
    kept, room = [], ROOM
    for name, value in answer.fields:
        fitting = fit(value, style.encoding)
        room -= len(fitting.encode(style.encoding)) + 3
        if room < 0:
            break
        kept.append((name, fitting))
    return encode(
        answer.code, answer.fixed, kept, encoding=style.encoding, sequence=sequence, terminator=style.terminator
    )


def fit(text: str, encoding: Encoding) -> str:
    """Make a text sendable: no delimiter, no line end, nothing the line's character set lacks, at most 255 bytes.

    What the character set lacks becomes its plain letter where it has one (é → e), otherwise `?`.
    """
    plain = text.replace(ESCAPED_DELIMITER, "/").replace("|", "/")
    plain = "".join(" " if unicodedata.category(each) == "Cc" else each for each in plain)
    if not _encodable(plain, encoding):
        plain = "".join(each if _encodable(each, encoding) else _plainer(each, encoding) for each in plain)
    while len(plain.encode(encoding)) > MAX_VALUE:
        plain = plain[: len(plain) - max(1, (len(plain.encode(encoding)) - MAX_VALUE) // 4)]
    return plain


def _plainer(character: str, encoding: Encoding) -> str:
    base = unicodedata.normalize("NFKD", character)[0]
    return base if _encodable(base, encoding) and base not in "|\r\n" else "?"


def _encodable(text: str, encoding: Encoding) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
