"""Letters laid into a folder, from which a mail server of this machine takes them: nothing goes over a network.

Each is one file that ends in .eml, whole or not there; to whom it goes stands in its head.
"""

import hashlib
import os
from pathlib import Path

from sync.mail.sender import MailFault

MOST = 500
"""Letters in the folder: more, and nobody takes them."""


class Pickup:
    """As `Sender`, for `pickup` in the settings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, to: str, message: bytes) -> None:  # noqa: ARG002 - a server would be told apart from the letter
        """Return once the letter is durable there; the same letter again is the same file. Raises `MailFault`."""
        name = hashlib.sha256(message).hexdigest()[:32]
        try:
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            if sum(1 for _ in self._folder.iterdir()) >= MOST:
                raise MailFault(
                    f"{self._folder} holds {MOST} letters; does anything take them? Look at pickup in [mail]"
                )
            _write(self._folder / f"{name}.tmp", self._folder / f"{name}.eml", message)
        except OSError as fault:
            what = fault.strerror or type(fault).__name__
            raise MailFault(f"{self._folder}: {what}; look at pickup in [mail]") from fault

    def close(self) -> None:
        """Nothing hangs here."""


def _write(new: Path, whole: Path, message: bytes) -> None:
    """A letter may be read by the group that takes it, and by nobody else."""
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
        file.write(message)
        file.flush()
        os.fsync(file.fileno())
    new.rename(whole)
    folder = os.open(whole.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
