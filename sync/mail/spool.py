"""Letters that wait, a file each, in a folder that only the kiosk may open.

    (taken) -> NAME.new -> the journal says that it shall be sent -> NAME.out -> sent -> NAME.sent -> the journal says
    so -> gone

Each arrow is durable before the next one, and the process may end after any of them. Only between "sent" and
`NAME.sent` it is not known what became of a letter: it goes out again under the same Message-ID, by which mailboxes
know it for the same. A name is made of the visit, so that one receipt is one letter however often it is asked for.
"""

import contextlib
import hashlib
import json
import logging
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kiosk.domain.ids import CardNumber, SessionId

log = logging.getLogger(__name__)
MOST = 500
"""Letters that wait: days without a network at a busy desk."""
MAX_FILE = 512 * 1024
"""Bytes of a letter: sixty books with long titles, twice over, have fifty thousand."""


class Stage(StrEnum):
    NEW = "new"
    OUT = "out"
    SENT = "sent"


class SpoolFault(Exception):
    """A letter could not be kept. The text is for staff: which folder, what, the cure."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter as it lies in the spool; `made`: when it was taken, in seconds of Unix time."""

    name: str
    session: SessionId
    card: CardNumber = field(repr=False)
    to: str = field(repr=False)
    made: float
    message: bytes = field(repr=False)
    stage: Stage = Stage.NEW


def name_of(session: SessionId) -> str:
    """Return the name of a visit's letter, from which nobody learns which visit it was."""
    return hashlib.sha256(f"receipt {session}".encode()).hexdigest()[:32]


class Spool:
    """May be used from several threads that hold different letters. Raises only `SpoolFault`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None:
        """Make the folder, and remove what a power cut left unfinished."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for torn in self._folder.glob("*.tmp"):
                _wipe(torn)
        except OSError as fault:
            raise self._fault(fault) from fault

    def take(self, kept: Kept) -> bool:
        """Make a letter durable; False where it lies there already. Raises `SpoolFault`."""
        try:
            if any(self._path(kept.name, stage).exists() for stage in Stage):
                return False
            if sum(1 for _ in self._folder.iterdir()) >= MOST:
                raise SpoolFault(f"{self._folder}: {MOST} letters wait; look at the mail server")
            head = {"session": kept.session, "card": kept.card, "to": kept.to, "made": kept.made}
            whole = self._folder / f"{kept.name}.tmp"
            _write(whole, json.dumps(head).encode() + b"\n" + kept.message)
            self._move(whole, self._path(kept.name, Stage.NEW))
        except OSError as fault:
            raise self._fault(fault) from fault
        return True

    def waiting(self) -> tuple[Kept, ...]:
        """Return all letters, the oldest first. A file that is no letter is removed: nobody could send it."""
        try:
            found = [self._read(path) for path in self._folder.iterdir() if path.suffix[1:] in set(Stage)]
        except OSError as fault:
            raise self._fault(fault) from fault
        return tuple(sorted((kept for kept in found if kept), key=lambda kept: (kept.made, kept.name)))

    def moved(self, kept: Kept, stage: Stage) -> bool:
        """Say how far a letter is; False where it was forgotten meanwhile."""
        try:
            self._move(self._path(kept.name, kept.stage), self._path(kept.name, stage))
        except FileNotFoundError:
            return False
        except OSError as fault:
            raise self._fault(fault) from fault
        return True

    def done(self, kept: Kept) -> None:
        """Forget a letter and its address."""
        for stage in Stage:
            with contextlib.suppress(FileNotFoundError):
                self._gone(self._path(kept.name, stage))

    def forget(self, card: CardNumber) -> int:
        """Remove the letters of a reader; return how many there were."""
        theirs = [kept for kept in self.waiting() if kept.card == card]
        for kept in theirs:
            self.done(kept)
        return len(theirs)

    def holds(self, session: SessionId) -> bool:
        """Whether the letter of this visit is on its way."""
        return any(self._path(name_of(session), stage).exists() for stage in Stage)

    def _path(self, name: str, stage: Stage) -> Path:
        return self._folder / f"{name}.{stage.value}"

    def _read(self, path: Path) -> Kept | None:
        try:
            with path.open("rb") as file:
                data = file.read(MAX_FILE + 1)
        except FileNotFoundError:
            return None
        try:
            line, _, message = data.partition(b"\n")
            head = json.loads(line)
            card, session = CardNumber(str(head["card"])), SessionId(str(head["session"]))
            if len(data) > MAX_FILE or not message:
                raise ValueError("too large or empty")
            made, stage = float(head["made"]), Stage(path.suffix[1:])
            return Kept(path.stem, session, card, str(head["to"]), made, message, stage)
        except (ValueError, KeyError, TypeError, RecursionError):
            log.error("%s is no letter and was removed; its receipt stands in the journal", path.name)
            self._gone(path)
            return None

    def _move(self, old: Path, new: Path) -> None:
        old.rename(new)
        self._settle()

    def _gone(self, path: Path) -> None:
        try:
            _wipe(path)
            self._settle()
        except FileNotFoundError:
            raise
        except OSError as fault:
            raise self._fault(fault) from fault

    def _settle(self) -> None:
        """Names are durable once their folder is."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _fault(self, fault: OSError) -> SpoolFault:
        what = fault.strerror or type(fault).__name__
        return SpoolFault(f"{self._folder}: {what}; make room there, and see that the kiosk may write")


def _write(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(file, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _wipe(path: Path) -> None:
    """Overwrite, then remove: what a disk gives away of a removed file is not the address."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
