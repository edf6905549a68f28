"""Looking over the reader's shoulder: what the screen shows, for a script that waits for it."""

import threading
from collections.abc import Callable

from kiosk.effects import Tone
from kiosk.ports.ui import Ui
from kiosk.views import View


class Watched:
    """A `Ui` around the real one, which remembers the last view. Give it the real one with `over`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._last: View | None = None
        self._ui: Ui | None = None

    def over(self, ui: Ui) -> Ui:
        self._ui = ui
        return self

    def show(self, view: View) -> None:
        assert self._ui is not None
        self._ui.show(view)
        with self._changed:
            self._last = view
            self._changed.notify_all()

    def sound(self, tone: Tone) -> None:
        assert self._ui is not None
        self._ui.sound(tone)

    def forget(self) -> None:
        assert self._ui is not None
        self._ui.forget()

    def wait_for(self, seen: Callable[[View], bool], timeout: float) -> View:
        """Return the view once it is as `seen` says. Raises TimeoutError with the kind of view that is shown."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._last is not None and seen(self._last), timeout):
                raise TimeoutError(f"the screen shows {type(self._last).__name__}")
            assert self._last is not None
            return self._last
