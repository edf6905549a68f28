"""One question, one answer, over an open wire.

Answers carry the command's first byte only, not the tag they are about: an answer that comes too late could be taken
for the next one, and a book for another. So after a question without an answer the reader is first asked for its
version, and everything that comes before that answer is thrown away.
"""

from typing import Protocol

from devices.drivers.feig import codec
from devices.drivers.feig.codec import Answer
from devices.drivers.feig.frames import Frame, Framer, advanced, standard
from devices.drivers.feig.settings import Settings
from devices.transport.port import Port

_CHUNK = 4096
_GAP = 0.060
"""Silence inside an answer after which the rest will not come: far above the 12 ms a reader leaves between two
characters and the 16 ms a USB adapter holds them back."""
_MOST_STALE = 64
"""Pieces thrown away before asking: a line that never falls silent is no answer either."""


class Time(Protocol):
    @property
    def stopped(self) -> bool:
        """Whether the driver is being stopped: then nothing more is asked."""
        ...

    def monotonic(self) -> float: ...
    def wait(self, seconds: float) -> None: ...


class NoAnswer(Exception):
    """Nothing came in time, or nothing that makes sense."""


class Exchange:
    def __init__(self, port: Port, settings: Settings, time: Time) -> None:
        self._port, self._settings, self._time = port, settings, time
        self._framer = Framer()
        self._free_at = time.monotonic()
        self._stale = False

    def ask(self, body: bytes) -> Answer:
        """Return the answer, whatever its status. Raises NoAnswer, or WireFault when the wire is gone."""
        if self._time.stopped:
            raise NoAnswer
        if self._stale:
            self._ask(codec.software_version())
        return self._ask(body)

    def _ask(self, body: bytes) -> Answer:
        self._time.wait(self._free_at - self._time.monotonic())
        self._framer.reset()
        for _ in range(_MOST_STALE):
            if not self._port.read(_CHUNK, 0.0):
                break
        framed = advanced if self._settings.frames == "advanced" else standard
        self._port.write(framed(body, self._settings.address))
        answer = self._wait_for(body[0])
        self._free_at = self._time.monotonic() + self._settings.silence_seconds
        self._stale = answer is None
        if answer is None:
            raise NoAnswer
        return answer

    def _wait_for(self, command: int) -> Answer | None:
        until = self._time.monotonic() + self._settings.answer_seconds
        while (left := until - self._time.monotonic()) > 0:
            arrived = self._port.read(_CHUNK, min(left, _GAP) if self._framer.holds else left)
            if arrived:
                frames = self._framer.feed(arrived)
            elif self._framer.holds:
                frames = self._framer.give_up()
            else:
                continue
            if answer := _for(command, frames):
                return answer
        return _for(command, self._framer.give_up())


def _for(command: int, frames: list[Frame]) -> Answer | None:
    for frame in frames:
        answer = codec.answer_of(frame)
        if answer and answer.command == command:
            return answer
    return None
