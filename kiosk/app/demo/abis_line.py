"""The line between the demo's kiosk and its library system, on which the weather is made by hand."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

from sync.sip2.faultline import Act, FaultLine, Heard, Relay
from sync.sip2.weather import weather
from ui.simdesk.port import Weather

MOST_SECONDS = 60.0
"""Slower than this is silence to any kiosk."""
GARBAGE = bytes(range(0x80, 0xC0)) + b"\r"


class AbisLine:
    """Stands before the library system at `port` of this machine, from entry to exit. From any thread."""

    def __init__(self, library: int) -> None:
        self._changed = threading.Condition()
        self._weather, self._seconds, self._held, self._ended = Weather.FAIR, 0.0, "", False
        self._by_lot = weather(Random())  # noqa: S311 - a bad day
        self._cut_answers = weather(Random(), {"cut": 1})  # noqa: S311 - where an answer is cut
        self._shut = False
        self._answered: Counter[str] = Counter()
        self._line = FaultLine(lambda: Relay("127.0.0.1", library), self._meddle, patience=None)

    def __enter__(self) -> "AbisLine":
        self._line.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._line.__exit__(*error)

    @property
    def port(self) -> int:
        return self._line.port

    @property
    def weather(self) -> tuple[Weather, float]:
        """What it is like, and the seconds an answer takes when it is slow."""
        return self._weather, self._seconds

    def change(self, weather: Weather, seconds: float = 0.0) -> None:
        """From the next request on; a line that was silent is cut when it is no longer, as a network coming back."""
        with self._changed:
            before, self._weather = self._weather, weather
            self._seconds = min(max(seconds, 0.0), MOST_SECONDS)
            self._changed.notify_all()
            if weather is Weather.REFUSES and not self._shut:
                self._line.shut()
            elif self._shut and weather is not Weather.REFUSES:
                self._line.reopen()
            self._shut = weather is Weather.REFUSES
        if before is Weather.CUT_OFF and weather is not before:
            self._line.hang_up()

    def hold(self, code: str) -> None:
        """Keep the answers to requests of this code; with an empty one let them go."""
        with self._changed:
            self._held = code
            self._changed.notify_all()

    def when_asked(self, code: str, times: int = 1) -> Callable[[float], bool]:
        """Return a function that waits, up to so many seconds, until the library has carried out so many more requests
        of this code; their answers may still be on the way."""
        goal = self._answered[code] + times

        def wait(seconds: float) -> bool:
            with self._changed:
                return self._changed.wait_for(lambda: self._answered[code] >= goal, seconds)

        return wait

    def _meddle(self, heard: Heard) -> Iterator[bytes | Act]:
        with self._changed:
            weather = self._weather
            if weather is Weather.CUT_OFF:
                return iter([Act.SILENCE])
        match weather:
            case Weather.GARBAGE:
                self._answer(heard)
                return iter([GARBAGE])
            case Weather.CUT_ANSWERS:
                return self._cut_answers(heard)
            case Weather.BY_LOT:
                return self._by_lot(heard)
            case _:
                return iter([self._slowly(heard.code, self._answer(heard)) or Act.SILENCE])

    def _answer(self, heard: Heard) -> bytes:
        """Let the library carry it out; whoever waits for that is told."""
        answer = heard.answer()
        with self._changed:
            self._answered[heard.code] += 1
            self._changed.notify_all()
        return answer

    def _slowly(self, code: str, answer: bytes) -> bytes:
        """Keep an answer as long as it is held back or the line is slow."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._held != code, MOST_SECONDS)
            slow = self._weather is Weather.SLOW
            self._changed.wait_for(lambda: self._ended or self._weather is not Weather.SLOW, self._seconds * slow)
        return answer
