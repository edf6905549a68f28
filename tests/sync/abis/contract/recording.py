"""Recorded answers of real servers, played back as a library behind a line."""

import json
import re
from pathlib import Path

from sync.sip2.faultline import Library

GOLDEN = Path(__file__).parents[3] / "golden" / "sip2" / "exchanges.jsonl"


class Recording:
    """Plays the recorded answers of one server, in the order of the recording: an answer is the next one that was given
    to the same question about the same card and item. Numbers and checksums are those of the request at hand."""

    def __init__(self, file: str) -> None:
        lines = (json.loads(line) for line in GOLDEN.read_text().splitlines())
        self._steps = [
            (step["request"].encode("latin-1"), step["response"].encode("latin-1"))
            for step in lines
            if step["file"] == file and step.get("response") and "bad checksum" not in step["step"]
        ]
        self._next = 0

    def session(self) -> Library:
        return self._answer

    def _answer(self, request: bytes) -> bytes | None:
        order = [*range(self._next, len(self._steps)), *range(self._next)]
        for index in order:
            asked, answer = self._steps[index]
            if same_question(asked, request):
                self._next = index + 1 if index >= self._next else self._next
                return renumbered(answer, request)
        raise AssertionError(f"never recorded: {request!r}")


def same_question(recorded: bytes, request: bytes) -> bool:
    """A PIN must be the recorded one where one is given; a question without one was not recorded, and is as good."""
    (*one, pin), (*other, given) = question(recorded), question(request)
    return one == other and given in (pin, b"")


def question(request: bytes) -> tuple[bytes, ...]:
    """What makes two requests the same: code, card, item, which list is wanted; last the PIN."""
    body = re.sub(rb"(AY\d)?AZ[0-9A-F]{4}\r*$", b"", request).rstrip(b"\r\n")
    if body[:2] in (b"93", b"99"):
        return (body[:2], b"")
    head = {b"63": 33, b"17": 20, b"11": 40, b"29": 40, b"09": 39, b"35": 20}.get(body[:2], 2)
    fields = {piece[:2]: piece[2:] for piece in body[head:].split(b"|") if piece}
    listed = body[23:33] if body[:2] == b"63" else b""
    pin = fields.get(b"AD") or b""
    return (body[:2], fields.get(b"AA", b""), fields.get(b"AB", b""), listed, pin if body[:2] == b"63" else b"")


def renumbered(answer: bytes, request: bytes) -> bytes:
    asked = re.search(rb"AY(\d)AZ", request)
    body, _, _ = answer.rstrip(b"\r\n").rpartition(b"AY" if asked else b"AZ")
    if not asked:
        return answer
    raw = body + b"AY" + asked[1] + b"AZ"
    return raw + f"{-sum(raw) & 0xFFFF:04X}\r".encode()
