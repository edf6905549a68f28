"""A screen nobody sees: for stations without one, and for whoever wants to know what a screen would show."""

import threading
from collections import deque
from collections.abc import Callable

from kiosk.effects import Tone
from kiosk.views import View

MEMORY = 1000
"""Views remembered: more than a session of a patient reader has."""


class HeadlessUi:
    """`kiosk.ports.ui.Ui` that remembers. May be used from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.views: deque[View] = deque(maxlen=MEMORY)
        self.tones: deque[Tone] = deque(maxlen=MEMORY)
        self.forgotten = 0

    def show(self, view: View) -> None:
        with self._changed:
            self.views.append(view)
            self._changed.notify_all()

    def sound(self, tone: Tone) -> None:
        self.tones.append(tone)

    def forget(self) -> None:
        self.forgotten += 1

    @property
    def view(self) -> View:
        """What is shown now. IndexError before anything was."""
        return self.views[-1]

    def wait_for(self, seen: Callable[[View], bool], timeout: float = 10.0) -> View:
        """Return the view once it is as `seen` says; TimeoutError, with the last view, if it never is."""
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self.views) and seen(self.views[-1]), timeout):
                raise TimeoutError(f"the screen shows {self.views[-1] if self.views else 'nothing'}")
            return self.views[-1]
