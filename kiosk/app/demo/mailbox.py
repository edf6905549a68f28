"""Where the demo's letters arrive: a folder that anybody at the virtual desk may read."""

from email import message_from_bytes, policy
from functools import lru_cache
from pathlib import Path

FOLDER = "mailbox"
"""In the demo's folder."""
MOST = 8
"""Letters shown, the newest."""


def letters(folder: Path) -> tuple[tuple[str, ...], ...]:
    """Return the newest letters line by line, the oldest of them first; none while nothing has come."""
    found = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return tuple(_lines(path) for path in found[-MOST:])


@lru_cache(maxsize=64)
def _lines(path: Path) -> tuple[str, ...]:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return (str(message["To"]), str(message["Subject"]), "", *text.rstrip().splitlines())
