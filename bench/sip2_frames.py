"""SIP2: how many frames recorded with real servers, requests and answers, are read by us and by two peers, how fast.

A peer has read a frame when it returns without an exception; what it lost on the way is not held against it. `Sip2` is
a client that reads answers only: every request counts as not managed by it. Some requests were spoilt by whoever
recorded them, to see what a server does; we have read such a frame when we say what is wrong with it.
"""

import contextlib
import io
import json
import time
from pathlib import Path
from typing import Any

from bench.row import Aim, Row
from sync.sip2.codec import decode
from sync.sip2.faults import FaultKind
from sync.sip2.framing import Framer

RECORDED = Path(__file__).parent.parent / "tests" / "golden" / "sip2"
SECONDS = 2.0
SPOILT = ("bad checksum", "unknown message", "fragmented")
"""Beginnings of the steps whose request was spoilt."""
HALF = "AO"
"""With this field, instead of a code, begins the second half of a request that was sent in two."""
SIP2_PARSERS = {
    b"10": "checkin", b"12": "checkout", b"16": "hold", b"18": "item_information", b"20": "item_status_update",
    b"24": "patron_status", b"26": "patron_enable", b"30": "renew", b"36": "end_patron_session", b"38": "fee_paid",
    b"64": "patron_information", b"66": "renew_all", b"94": "login", b"98": "acs_status",
}  # fmt: skip


def measure() -> list[Row]:
    recorded = _recorded()
    frames = [frame for frame, _ in recorded]
    total = float(len(frames))
    ours = float(sum(_ours(frame, spoilt=spoilt) for frame, spoilt in recorded))
    rows = [Row("sip2: recorded frames decoded", ours, "frames", total, "recorded", 1.0, Aim.AT_LEAST)]
    for name, peer in (("pysip2", _pysip2), ("Sip2", _sip2)):
        managed = float(sum(peer(frame + b"\r") for frame in frames))
        rows.append(Row(f"sip2: decoded, against {name}", ours, "frames", managed, name, 1.0, Aim.AT_LEAST))
    rows.append(Row("sip2: frames per second", _rate(frames), "frames/s", None, "", 20_000, Aim.AT_LEAST))
    return rows


def _recorded() -> list[tuple[bytes, bool]]:
    """Return every frame that was sent or received, and whether it was spoilt. Two sent in one go are two frames."""
    found = []
    for path in sorted(RECORDED.glob("exchanges*.jsonl")):
        for step in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            for side in ("request", "response"):
                text = step.get(side, "")
                spoilt = side == "request" and (step["step"].startswith(SPOILT) or text.startswith(HALF))
                found += [(frame, spoilt) for frame in Framer().feed(text.encode("latin-1") + b"\r")]
    return found


def _ours(frame: bytes, *, spoilt: bool) -> bool:
    """Every byte that came is in the message, and it is whole; of a spoilt one it is said that it is not.

    One recorded answer is two messages that a server had stuck together; it is read as just that.
    """
    message = decode(frame)
    stuck = message.has(FaultKind.CHECKSUM_NOT_LAST)
    return message.raw == frame and (bool(message.faults) if spoilt else stuck or not message.broken)


def _pysip2(frame: bytes) -> bool:
    from pysip2.codec import decode_message

    try:
        decode_message(frame, encoding="utf-8")
    except Exception:
        return False
    return True


def _sip2(frame: bytes) -> bool:
    """The client checks the sum, then cuts the answer; a wrong sum is a failed connection to it."""
    from Sip2.sip2 import Sip2

    with contextlib.redirect_stdout(io.StringIO()):  # it prints when it is dropped
        return _read_by(Sip2(), frame)


def _read_by(client: Any, frame: bytes) -> bool:
    client.withCrc = b"AZ" in frame
    parser = getattr(client, f"sip_{SIP2_PARSERS.get(frame[:2], 'no_such')}_response", None)
    try:
        text = frame.decode()
        return (not client.withCrc or client._crc_verify(text)) and parser is not None and bool(parser(text))
    except Exception:
        return False


def _rate(frames: list[bytes]) -> float:
    for frame in frames:
        decode(frame)
    count, begun = 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < SECONDS:
        for frame in frames:
            decode(frame)
        count += len(frames)
    return count / spent
