"""What is said and heard on an open wire to a printer. It waits for answers, so it belongs to the driver's thread."""

from collections.abc import Callable, Sequence

from devices.drivers.escpos.codec import FENCE, FORGET, Ask, Trouble, is_fence, is_status, request, troubles
from devices.transport.port import Port

ANSWER_SECONDS = 1.0
"""A real-time answer takes milliseconds; a network in between may take a few hundred."""
FENCE_SECONDS = 2.0
"""How long the printer may work on what it was sent before it is asked whether something is wrong."""
_CHUNK = 64
_MOST_JUNK = 4096
"""Bytes thrown away before a question: a line that never stops talking must not hold us."""


class Conversation:
    """`confirms`: the printer answers `GS r`. Every method raises WireFault when the wire breaks."""

    def __init__(self, port: Port, confirms: bool, monotonic: Callable[[], float]) -> None:
        self._port, self._confirms, self._monotonic = port, confirms, monotonic
        self._fenced = False

    def survey(self) -> frozenset[Trouble]:
        """Ask for everything that can be wrong. A printer that says nothing of itself or its paper is silent; one
        that does not know the other two questions has nothing wrong there."""
        answers: dict[Ask, int] = {}
        for ask in (Ask.PRINTER, Ask.PAPER, Ask.OFFLINE, Ask.ERROR):
            byte = self._ask(ask)
            if byte is not None:
                answers[ask] = byte
            elif ask in (Ask.PRINTER, Ask.PAPER):
                return frozenset({Trouble.SILENT})
        return troubles(answers)

    def print(self, fragments: Sequence[bytes], seconds: float) -> frozenset[Trouble]:
        """Print a receipt; return what stopped it. Empty: the printer said that all of it is on paper.

        What stopped half way is thrown away in the printer, so that no later reader finds it.
        """
        until = self._monotonic() + seconds
        for fragment in fragments:
            self._drain()
            self._port.write(fragment + FENCE if self._confirms else fragment)
            if self._confirms and (found := self._until_fence(until)):
                self._port.write(FORGET)
                return found
        return _stopping(self.survey())

    def _until_fence(self, until: float) -> frozenset[Trouble]:
        """Wait until the printer is through with what it was sent; return what keeps it from it."""
        while self._answer(is_fence, min(FENCE_SECONDS, until - self._monotonic())) is None:
            self._fenced = False
            found = _stopping(self.survey())
            if self._was_fenced():
                break
            if found - {Trouble.SILENT} or self._monotonic() >= until:
                return found or frozenset({Trouble.SILENT})
        return frozenset()

    def _was_fenced(self) -> bool:
        """Whether the fence came while something else was being asked."""
        return self._fenced

    def _ask(self, ask: Ask) -> int | None:
        self._drain()
        self._port.write(request(ask))
        return self._answer(is_status, ANSWER_SECONDS)

    def _answer(self, wanted: Callable[[int], bool], seconds: float) -> int | None:
        """Return the first byte that can be the answer, None after `seconds`."""
        until = self._monotonic() + seconds
        while True:
            arrived = self._port.read(_CHUNK, max(until - self._monotonic(), 0.0))
            for byte in arrived:
                self._fenced = self._fenced or is_fence(byte)
                if wanted(byte):
                    return byte
            if not arrived or self._monotonic() >= until:
                return None

    def _drain(self) -> None:
        """Throw away what was said before the question, but notice a fence in it."""
        for _ in range(_MOST_JUNK // _CHUNK):
            arrived = self._port.read(_CHUNK, 0.0)
            self._fenced = self._fenced or any(is_fence(byte) for byte in arrived)
            if not arrived:
                return


def _stopping(found: frozenset[Trouble]) -> frozenset[Trouble]:
    return frozenset(trouble for trouble in found if trouble.stops)
